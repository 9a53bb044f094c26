"""Coupons from a list, in one batch for each that the list tells apart."""

import itertools
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers import validity
from storecrm.errors import NotPossible
from storecrm.ledger import coupons, points
from storecrm.models import database
from storecrm.models.coupon import Batch, PaperMove
from storecrm.models.offer import Offer
from storecrm.models.scannable import Scannable
from storecrm.services.imports.loaders.base import (
    Loader,
    Parsed,
    Worded,
    cell,
    counted,
    key_cell,
    whole,
    yes,
)
from storecrm.services.offers import design
from storecrm.values import (
    BatchState,
    CouponState,
    ImportId,
    Kind,
    PaperAct,
    clean_text,
    damm,
    own_kind,
    scan_key,
)
from storecrm.wording import labels


def of_this_program(code: str) -> bool:
    """True of a code that this program made: a shop that does not know it never issued it."""
    key = scan_key(code)
    return own_kind(key) is Kind.COUPON and damm(key) == 0


def _stretches(serials: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of the numbers that follow one another."""
    for _, run in itertools.groupby(enumerate(serials), lambda at: at[1] - at[0]):
        numbers = [serial for _, serial in run]
        yield numbers[0], numbers[-1]


_COUPON_STATES = Worded(labels.COUPON_STATES)


class CouponsLoader(Loader):
    """coupons: key is code; one batch for each that the file tells apart. What comes as a list of
    this program (with the dates and serials of its coupons) may be another shop's: that list says
    that they were issued."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.batches: dict[tuple[str, str], list[int]] = {}
        """The batch, the highest serial in it, and how many coupons it holds."""
        self.out: dict[int, list[int]] = {}
        self.rules_by_offer: dict[str, tuple[int, int, Any]] = {}
        self.seen: set[str] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code = key_cell(cells, "code")
        if not code:
            raise ValueError("code:missing")
        if scan_key(code) in self.seen:
            raise ValueError("code:twice_in_file")
        self.seen.add(scan_key(code))
        uses = (cells.get("uses_allowed") or "").strip()
        allowed = None if uses == "*" else cell(cells, "uses_allowed", counted)
        row = {
            "code": scan_key(code) if scan_key(code).isdigit() else code,
            "offer": key_cell(cells, "offer_code"),
            "member": (cells.get("member_no") or "").strip(),
            "uses": 1 if uses == "" else allowed,
        }
        row |= {"issued": cell(cells, "issued_on", self.cells.day_of) or self.store.clock.date()}
        return row | self._paper(cells) | self._fate(cells)

    def _paper(self, cells: dict[str, str]) -> dict[str, Any]:
        """The batch that a coupon was printed in, its serial, and whether it was handed out where
        it works only then (None elsewhere)."""
        serial = cell(cells, "serial", whole)
        if serial is not None and not 0 < serial <= 10**9:
            raise ValueError("serial:out_of_range")
        return {
            "serial": serial,
            "batch": clean_text(cells.get("batch") or "", 60),
            "out": cell(cells, "handed_out", yes),
        }

    def _fate(self, cells: dict[str, str]) -> dict[str, Any]:
        """From when to when a coupon holds where the file says so, and whether it is void; uses
        come by the list of redemptions."""
        first, last = (cell(cells, name, self.cells.day_of) for name in ("valid_from", "valid_to"))
        if first and last and last < first:
            raise ValueError("valid_to:before_start")
        state = cell(cells, "state", _COUPON_STATES) or CouponState.ISSUED
        void = state is CouponState.VOIDED
        return {
            "dates": (first, last) if first and last else None,
            "void": void,
            "why": clean_text(cells.get("void_reason") or "", 200),
        }

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        keys = {scan_key(row["code"]) for _, row in part}
        held = select(Scannable.key).where(
            Scannable.kind == Kind.COUPON, database.among(session, Scannable.key, keys)
        )
        known = set(session.scalars(held))
        people = self.members_by(session, {row["member"] for _, row in part})
        fresh = []
        for number, row in part:
            if scan_key(row["code"]) in known:
                self.counts["unchanged"] += 1
            elif of_this_program(row["code"]) and not (row["dates"] and row["serial"]):
                self.problem(number, "code", "other_shop", row["code"])
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            elif (terms := self._terms(session, row["offer"])) is None:
                self.problem(number, "offer_code", "unknown", row["offer"])
            else:
                try:
                    fresh.append(
                        (row, terms, row["dates"] or validity.of_coupon(terms[2], row["issued"]))
                    )
                except NotPossible:
                    self.problem(number, "issued_on", "after_offer_end", str(row["issued"]))
        self.counts["created"] += len(fresh)
        if batch is not None:
            self._create(session, fresh, people, batch)
            if last:
                for made, _, count in self.batches.values():
                    session.execute(update(Batch).where(Batch.id == made).values(count=count))
                self._hand_out(session, batch)

    def _hand_out(self, session: Session, batch: ImportId) -> None:
        """What was handed out there is out here too."""
        now = {
            "channel": "import",
            "business_date": self.store.clock.today(),
            "at": self.store.clock.now(),
            "staff_id": self.store.staff,
        }
        moves = [
            {
                "batch_id": made,
                "act": PaperAct.HANDED_OUT,
                "first_serial": first,
                "last_serial": last,
                "import_id": batch,
            }
            | now
            for made, serials in self.out.items()
            for first, last in _stretches(sorted(serials))
        ]
        if moves:
            session.execute(insert(PaperMove), moves)

    def _terms(self, session: Session, code: str) -> tuple[int, int, Any] | None:
        if code not in self.rules_by_offer:
            offer = session.scalar(select(Offer.id).where(Offer.code == code))
            if offer is None:
                return None
            version = design.newest_version(session, offer)
            self.rules_by_offer[code] = (offer, version, design.rule_of(session, version))
        return self.rules_by_offer[code]

    def _create(
        self, session: Session, fresh: list[Any], people: dict[str, int], batch: ImportId
    ) -> None:
        rows = []
        for row, (offer, version, _), (first, last) in fresh:
            key = (row["offer"], row["batch"])
            if key not in self.batches:
                made = coupons.write_batch(
                    session,
                    offer_id=offer,
                    version_id=version,
                    state=BatchState.ISSUING,
                    count=0,
                    bearer=int(not row["member"]),
                    issued_on=row["issued"],
                    activate=int(row["out"] is not None),
                    issued_at=self.store.clock.now(),
                    issued_by=self.store.staff,
                    import_id=batch,
                )
                self.batches[key] = [made, 0, 0]
            holder = self.batches[key]
            serial = row["serial"] or holder[1] + 1
            holder[1] = max(holder[1], serial)
            # one that was lost and given again under a new code counts once
            holder[2] += not (row["void"] and row["why"] == points.REISSUED)
            if row["out"]:
                self.out.setdefault(holder[0], []).append(serial)
            rows.append(
                {
                    "code": row["code"],
                    "batch_id": holder[0],
                    "offer_id": offer,
                    "serial": serial,
                    "member_id": people.get(row["member"]),
                    "void_reason": row["why"] if row["void"] else "",
                    "voided_at": self.store.clock.now() if row["void"] else None,
                    "state": CouponState.VOIDED if row["void"] else CouponState.ISSUED,
                    "valid_from": first,
                    "valid_to": last,
                    "uses_allowed": row["uses"],
                    "issued_on": row["issued"],
                }
            )
        if rows:
            ids = coupons.write_rows(session, rows)
            scans = [
                (scan_key(row["code"]), Kind.COUPON.value, coupon)
                for coupon, row in zip(ids, rows, strict=True)
            ]
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), scans)
