"""Coupons from a list, in one batch for each that the list tells apart."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
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
from storecrm.services.imports.loaders.base import Loader, Parsed, make_scannable, said_in
from storecrm.services.imports.loaders.cell_readers import (
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
    Day,
    ImportId,
    Kind,
    PaperAct,
    clean_text,
    damm,
    own_kind,
    scan_key,
)
from storecrm.wording import labels

_COUPON_STATES = Worded(labels.COUPON_STATES)
_HELD = select(Scannable.key).where(Scannable.kind == Kind.COUPON)
_ANY_NUMBER = "*"
"""What a list says of coupons that may be used any number of times."""


@dataclass
class ListedBatch:
    """A batch that the list tells apart: its row, the highest serial in it, how many coupons it
    holds."""

    id: int
    highest: int = 0
    count: int = 0


@dataclass(frozen=True)
class OfferTerms:
    """The offer of a coupon, its newest version and what that says."""

    offer: int
    version: int
    rule: Any


Dates = tuple[Day, Day]
BatchName = tuple[str, str]
Fresh = tuple[dict[str, Any], OfferTerms, Dates]
"""A row that is new, its offer, and from when to when it holds."""


class CouponsLoader(Loader):
    """coupons: key is code; one batch for each that the file tells apart. What comes as a list of
    this program (with the dates and serials of its coupons) may be another shop's: that list says
    that they were issued."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.batches = dict[BatchName, ListedBatch]()
        """By the code of the offer, and by what the list calls them."""
        self.out: dict[int, list[int]] = {}
        """The serials that were handed out, by batch."""
        self.terms: dict[str, OfferTerms] = {}
        self.seen: set[str] = set()

    # --- reading ---

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code = key_cell(cells, "code")
        if not code:
            raise ValueError("code:missing")
        key = scan_key(code)
        if key in self.seen:
            raise ValueError("code:twice_in_file")
        self.seen.add(key)
        # digits are kept as they are scanned, letters as they are printed
        row = dict[str, Any]()
        row["code"] = key if key.isdigit() else code
        row["uses"] = self._uses(cells)
        row["offer"] = key_cell(cells, "offer_code")
        row["member"] = (cells.get("member_no") or "").strip()
        issued = cell(cells, "issued_on", self.cells.day_of)
        row["issued"] = issued or self.store.clock.date()
        row |= self._paper(cells)
        row |= self._fate(cells)
        return row

    def _uses(self, cells: dict[str, str]) -> int | None:
        """How often a coupon may be used, None for any number of times; once where the list says
        nothing."""
        said = (cells.get("uses_allowed") or "").strip()
        if said == _ANY_NUMBER:
            return None
        allowed: int | None = cell(cells, "uses_allowed", counted)
        return 1 if said == "" else allowed

    def _paper(self, cells: dict[str, str]) -> dict[str, Any]:
        """The batch that a coupon was printed in, its serial, and whether it was handed out where
        it works only then (None elsewhere)."""
        serial = cell(cells, "serial", whole)
        if serial is not None and not 0 < serial <= 10**9:
            raise ValueError("serial:out_of_range")
        batch = clean_text(cells.get("batch") or "", 60)
        out = cell(cells, "handed_out", yes)
        return {"serial": serial, "batch": batch, "out": out}

    def _fate(self, cells: dict[str, str]) -> dict[str, Any]:
        """From when to when a coupon holds where the file says so, and whether it is void; uses
        come by the list of redemptions."""
        first = cell(cells, "valid_from", self.cells.day_of)
        last = cell(cells, "valid_to", self.cells.day_of)
        if first and last and last < first:
            raise ValueError("valid_to:before_start")
        state = cell(cells, "state", _COUPON_STATES) or CouponState.ISSUED
        dates = (first, last) if first and last else None
        why = clean_text(cells.get("void_reason") or "", 200)
        return {"dates": dates, "void": state is CouponState.VOIDED, "why": why}

    # --- writing ---

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        keys = set(map(scan_key, said_in(part, "code")))
        is_listed = database.among(session, Scannable.key, keys)
        known = set(session.scalars(_HELD.where(is_listed)))
        people = self.members_by(session, said_in(part, "member"))
        fresh = list[Fresh]()
        for number, row in part:
            if scan_key(row["code"]) in known:
                self.counts["unchanged"] += 1
            elif _is_another_shops(row):
                self.problem(number, "code", "other_shop", row["code"])
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            else:
                fresh += self._with_terms(session, number, row)
        self.counts["created"] += len(fresh)
        if batch is not None:
            self._create(session, fresh, people, batch)
            if last:
                self._end(session, batch)

    def _with_terms(self, session: Session, number: int, row: dict[str, Any]) -> list[Fresh]:
        """The row with its offer and its dates; none for a row with a problem."""
        terms = self._terms(session, row["offer"])
        if terms is None:
            self.problem(number, "offer_code", "unknown", row["offer"])
            return []
        issued = row["issued"]
        try:
            dates = row["dates"] or validity.of_coupon(terms.rule, issued)
        except NotPossible:
            self.problem(number, "issued_on", "after_offer_end", str(issued))
            return []
        return [(row, terms, dates)]

    def _terms(self, session: Session, code: str) -> OfferTerms | None:
        if code not in self.terms:
            named = select(Offer.id).where(Offer.code == code)
            offer = session.scalar(named)
            if offer is None:
                return None
            version = design.newest_version(session, offer)
            rule = design.rule_of(session, version)
            self.terms[code] = OfferTerms(offer, version, rule)
        return self.terms[code]

    def _create(
        self, session: Session, fresh: list[Fresh], people: dict[str, int], batch: ImportId
    ) -> None:
        rows = list[dict[str, Any]]()
        for row, terms, (first, last) in fresh:
            holder = self._batch_of(session, row, terms, batch)
            serial = row["serial"] or holder.highest + 1
            holder.highest = max(holder.highest, serial)
            # one that was lost and given again under a new code counts once
            was_given_again = row["void"] and row["why"] == points.REISSUED
            holder.count += not was_given_again
            if row["out"]:
                out = self.out.setdefault(holder.id, [])
                out.append(serial)
            made = dict[str, Any]()
            made["code"] = row["code"]
            made["batch_id"] = holder.id
            made["offer_id"] = terms.offer
            made["serial"] = serial
            made["member_id"] = people.get(row["member"])
            made |= self._state_of(row)
            made["valid_from"] = first
            made["valid_to"] = last
            made["uses_allowed"] = row["uses"]
            made["issued_on"] = row["issued"]
            rows.append(made)
        if rows:
            ids = coupons.write_rows(session, rows)
            keys = (scan_key(made["code"]) for made in rows)
            make_scannable(session, Kind.COUPON, zip(keys, ids, strict=True))

    def _state_of(self, row: dict[str, Any]) -> dict[str, Any]:
        if not row["void"]:
            return {"void_reason": "", "voided_at": None, "state": CouponState.ISSUED}
        now = self.store.clock.now()
        return {"void_reason": row["why"], "voided_at": now, "state": CouponState.VOIDED}

    def _batch_of(
        self, session: Session, row: dict[str, Any], terms: OfferTerms, batch: ImportId
    ) -> ListedBatch:
        """The batch that a coupon goes into; the first coupon of each makes it."""
        key = (row["offer"], row["batch"])
        if key not in self.batches:
            made = self._make_batch(session, row, terms, batch)
            self.batches[key] = ListedBatch(made)
        return self.batches[key]

    def _make_batch(
        self, session: Session, row: dict[str, Any], terms: OfferTerms, batch: ImportId
    ) -> int:
        # how many coupons it holds is said when the last one is in
        facts = dict[str, Any](state=BatchState.ISSUING, count=0, import_id=batch)
        facts["offer_id"] = terms.offer
        facts["version_id"] = terms.version
        facts["bearer"] = int(not row["member"])
        facts["activate"] = int(row["out"] is not None)
        facts["issued_on"] = row["issued"]
        facts["issued_at"] = self.store.clock.now()
        facts["issued_by"] = self.store.staff
        return coupons.write_batch(session, **facts)

    def _end(self, session: Session, batch: ImportId) -> None:
        """Say how many coupons each batch holds, and which are with customers."""
        for made in self.batches.values():
            this = update(Batch).where(Batch.id == made.id)
            session.execute(this.values(count=made.count))
        self._hand_out(session, batch)

    def _hand_out(self, session: Session, batch: ImportId) -> None:
        """What was handed out there is out here too."""
        act = dict[str, Any](act=PaperAct.HANDED_OUT, channel="import")
        act["business_date"] = self.store.clock.today()
        act["at"] = self.store.clock.now()
        act["staff_id"] = self.store.staff
        act["import_id"] = batch
        moves = list[dict[str, Any]]()
        for made, serials in self.out.items():
            for first, last in _stretches(sorted(serials)):
                stretch = {"batch_id": made, "first_serial": first, "last_serial": last}
                moves.append(stretch | act)
        if moves:
            session.execute(insert(PaperMove), moves)


def _is_another_shops(row: dict[str, Any]) -> bool:
    """True of a code of this program without what a list of this program says."""
    listed_by_us = row["dates"] and row["serial"]
    return of_this_program(row["code"]) and not listed_by_us


def of_this_program(code: str) -> bool:
    """True of a code that this program made: a shop that does not know it never issued it."""
    key = scan_key(code)
    return own_kind(key) is Kind.COUPON and damm(key) == 0


def _stretches(serials: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of the numbers that follow one another."""
    # numbers of one stretch are all as far from their places
    for _, run in itertools.groupby(enumerate(serials), _distance):
        numbers = [serial for _, serial in run]
        yield numbers[0], numbers[-1]


def _distance(at: tuple[int, int]) -> int:
    place, serial = at
    return serial - place
