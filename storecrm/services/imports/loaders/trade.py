"""Imports of articles, offers, coupons, redemptions and day totals."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.domain.offers import reading
from storecrm.errors import BadInput, NotFound, NotPossible
from storecrm.ledger import points
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.day_total import DayTotal
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.product import SHOWN, Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.scannable import Scannable
from storecrm.services.coupons import issue
from storecrm.services.imports import pending_rows
from storecrm.services.imports.loaders.base import (
    Loader,
    Parsed,
    Row,
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
    OfferState,
    PaperAct,
    barcode_twin,
    business_date,
    clean_text,
    damm,
    own_kind,
    scan_key,
)
from storecrm.wording import labels

_FLAGS: dict[str, Any] = {"no_points": 0, "no_promotion": 0, "medicine": "", "to_complete": 0}
MEDICINE = {
    "rx": "rx",
    "处方药": "rx",
    "otc_a": "otc_a",
    "甲类": "otc_a",
    "甲类非处方药": "otc_a",
    "otc_b": "otc_b",
    "乙类": "otc_b",
    "乙类非处方药": "otc_b",
}


def _medicine(text: str) -> str:
    try:
        return MEDICINE[clean_text(text).casefold()]
    except KeyError:
        raise ValueError("unknown") from None


def _forms(barcode: str) -> tuple[str, ...]:
    """The keys that are this barcode: itself, and the other way of writing it."""
    key = scan_key(barcode)
    return (key, twin) if (twin := barcode_twin(key)) else (key,)


class ProductsLoader(Loader):
    """products: key is sku. A barcode stands for one article; one that comes later scans too,
    beside the one that is shown."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}
        self.bearers: dict[str, str] = {}
        self.unscanned: set[str] = set()

    WAITS: ClassVar = True

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        sku = key_cell(cells, "sku")
        if not sku:
            raise ValueError("sku:missing")
        row: dict[str, Any] = {"sku": sku, "barcode": key_cell(cells, "barcode")}
        row |= {
            name: clean_text(cells.get(name) or "", 120) for name in ("name", "category", "brand")
        }
        row |= {name: cell(cells, name, self._price) for name in ("price", "cost")}
        return row | {
            "no_points": cell(cells, "no_points", yes),
            "no_promotion": cell(cells, "no_promotion", yes),
            "medicine": cell(cells, "medicine", _medicine),
            "to_complete": cell(cells, "to_complete", yes),
        }

    def _price(self, text: str) -> int:
        amount = self.cells.money(text)
        if amount < 0:
            raise ValueError("negative")
        return amount

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        skus = {row["sku"] for _, row in part}
        known = {
            p.sku: p
            for p in session.execute(
                select(Product.__table__).where(database.among(session, Product.sku, skus))
            )
        }
        self._bearers(session, part)
        fresh = []
        for number, row in part:
            if self._is_odd(number, row):
                continue
            if (now := known.get(row["sku"])) is None:
                fresh.append(row)
            elif now.arriving:
                self._take_over(session, now, row, batch)
            else:
                self._update(session, now, row, batch)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            ids = session.scalars(
                insert(Product).returning(Product.id, sort_by_parameter_order=True),
                [
                    row
                    | {"import_id": batch}
                    | {name: row[name] or usual for name, usual in _FLAGS.items()}
                    for row in fresh
                ],
            )
            keys = [
                (scan_key(row["barcode"]), Kind.PRODUCT.value, made)
                for made, row in zip(ids, fresh, strict=True)
                if row["barcode"]
            ]
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), keys)

    def _take_over(
        self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None
    ) -> None:
        """An article that an import which cannot end made of its number, and that nobody has seen,
        is this list's own."""
        self.counts["created"] += 1
        if batch is None:
            return
        said = (
            row
            | {name: row[name] or usual for name, usual in _FLAGS.items()}
            | {"arriving": 0, "import_id": batch}
        )
        session.execute(update(Product).where(Product.id == now.id).values(**said))
        if row["barcode"]:
            key = (scan_key(row["barcode"]), Kind.PRODUCT.value, now.id)
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), [key])

    def _bearers(self, session: Session, part: list[Parsed]) -> None:
        """Which article each barcode of a chunk stands for already."""
        asked = {
            form for _, row in part if row["barcode"] for form in _forms(row["barcode"])
        } - self.bearers.keys()
        held = select(Scannable.key, Product.sku).join(Product, Product.id == Scannable.target_id)
        held = held.where(
            Scannable.kind == Kind.PRODUCT, database.among(session, Scannable.key, asked)
        )
        self.bearers |= {key: sku for key, sku in session.execute(held)}

    def _is_odd(self, number: int, row: dict[str, Any]) -> bool:
        """True for a row that is a problem: an article twice, or a barcode that stands for another
        one."""
        sku, forms = row["sku"], _forms(row["barcode"]) if row["barcode"] else ()
        if sku in self.seen:
            self.problem(
                number, "sku", "twice_in_file", sku, first=str(self.seen[sku]), who=row["name"]
            )
            return True
        self.seen[sku] = number
        other = next(
            (self.bearers[form] for form in forms if self.bearers.get(form, sku) != sku), None
        )
        if other is not None:
            self.problem(
                number,
                "barcode",
                "barcode_of_another",
                row["barcode"],
                other=other,
                who=row["name"],
            )
            return True
        if forms and self.bearers.keys().isdisjoint(forms):
            self.unscanned.add(sku)
        self.bearers |= dict.fromkeys(forms, sku)
        return False

    def _update(
        self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None
    ) -> None:
        # what was made out of its number is as good as blank, and complete once a list names it
        keep = self.on_existing == "fill" and not now.to_complete
        if now.to_complete and row["name"] and row["to_complete"] is None:
            row = row | {"to_complete": 0}
        diff = {
            n: v
            for n, v in row.items()
            if v not in (None, "")
            and v != getattr(now, n)
            and not (keep and getattr(now, n) not in (None, "", _FLAGS.get(n)))
        }
        scans = now.sku in self.unscanned
        if not (diff or scans) or self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        self.counts["updated"] += 1
        if batch is None:
            return
        if diff:
            self.change(
                session,
                batch,
                "product",
                {"id": now.id},
                {name: getattr(now, name) for name in diff},
                diff,
            )
            session.execute(update(Product).where(Product.id == now.id).values(**diff))
        if scans:
            key = scan_key(row["barcode"])
            self.change(
                session,
                batch,
                "scannable",
                {"key": key, "kind": Kind.PRODUCT.value},
                None,
                {"target_id": now.id},
            )
            database.bulk_insert(
                session,
                Scannable.__table__,
                ("key", "kind", "target_id"),
                [(key, Kind.PRODUCT.value, now.id)],
            )


class OffersLoader(Loader):
    """offers: key is code."""

    AT_ONCE: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, reading.OfferDraft] = {}

    def read(self, cells: dict[str, str]) -> tuple[reading.OfferDraft, OfferState]:
        said = {name: text.strip() for name, text in cells.items() if text.strip()}
        state = said.pop("state", OfferState.RUNNING)
        if state not in tuple(OfferState):
            raise BadInput("offer_value", where="state", value=state[:40])
        return reading.draft(said, self.cells.digits), OfferState(state)

    def parse(self, rows: list[Row]) -> list[Parsed]:
        parsed = []
        for number, row in rows:
            try:
                parsed.append((number, self.read(self.named(row))))
            except BadInput as error:
                self.problem(number, error.where, error.code, str(error.facts.get("value", "")))
        return parsed

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        for number, (new, state) in part:
            try:
                design.check_stored(session, new.code, new.rule)
            except (BadInput, NotFound) as error:
                self.problem(
                    number,
                    "reward" if isinstance(error, NotFound) else "gifts",
                    error.code,
                    error.where,
                )
                continue
            offer = session.scalar(select(Offer).where(Offer.code == new.code))
            if offer is None and new.code in self.seen:
                self._again(number, new)
            elif offer is None:
                self.seen[new.code] = new
                self.counts["created"] += 1
                if batch is not None:
                    offer = Offer(
                        code=new.code,
                        name=new.name,
                        campaign=new.campaign,
                        state=state,
                        created_at=self.store.clock.now(),
                        created_by=self.store.staff,
                        import_id=batch,
                    )
                    session.add(offer)
                    session.flush()
                    design.add_version(session, offer.id, new.rule)
            else:
                rule = design.rule_of(session, design.newest_version(session, offer.id))
                self._compare(number, new, offer.name, rule)

    def _again(self, number: int, new: reading.OfferDraft) -> None:
        """An offer that stands in the file already and was only counted."""
        self._compare(number, new, self.seen[new.code].name, self.seen[new.code].rule)

    def _compare(self, number: int, new: reading.OfferDraft, name: str, rule: Any) -> None:
        # what an offer is for comes in by a list of its own
        apart = {"products": (), "categories": ()}
        if asdict(rule) | apart == asdict(new.rule) | apart and name == new.name:
            self.counts["unchanged"] += 1
        else:
            self.problem(number, "code", "offer_differs", new.code)


class OfferProductsLoader(Loader):
    """offer-products: the pair is the key."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        with self.store.read() as session:
            newest = select(func.max(OfferVersion.id)).group_by(OfferVersion.offer_id)
            self.versions = {
                code: version
                for code, version in session.execute(
                    select(Offer.code, OfferVersion.id)
                    .join(OfferVersion, OfferVersion.offer_id == Offer.id)
                    .where(OfferVersion.id.in_(newest))
                )
            }
            self.frozen = set(
                session.scalars(select(Offer.code).join(Batch, Batch.offer_id == Offer.id))
            )
            self.skus = set(session.scalars(select(Product.sku).where(SHOWN)))
            self.pairs = {
                (version, sku)
                for version, sku in session.execute(
                    select(OfferScope.version_id, OfferScope.value).where(
                        OfferScope.field == "product"
                    )
                )
            }

    def read(self, cells: dict[str, str]) -> tuple[int, str, bool]:
        code, sku = key_cell(cells, "offer_code"), key_cell(cells, "sku")
        if code not in self.versions:
            raise ValueError("offer_code:unknown")
        if sku not in self.skus:
            raise ValueError("sku:unknown")
        fresh = (self.versions[code], sku) not in self.pairs
        if fresh and code in self.frozen:
            raise ValueError("offer_code:offer_frozen")
        self.pairs.add((self.versions[code], sku))
        return self.versions[code], sku, fresh

    def thaw(self, row: Any) -> tuple[int, str, bool]:
        version, sku, fresh = row
        return version, sku, fresh

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        fresh = [(version, "product", sku, batch) for _, (version, sku, new) in part if new]
        self.counts["created"] += len(fresh)
        self.counts["unchanged"] += len(part) - len(fresh)
        if batch is not None:
            database.bulk_insert(
                session,
                OfferScope.__table__,
                ("version_id", "field", "value", "import_id"),
                fresh,
                known_stay=True,
            )


def _of_this_program(code: str) -> bool:
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
            elif _of_this_program(row["code"]) and not (row["dates"] and row["serial"]):
                self.problem(number, "code", "other_shop", row["code"])
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            elif (terms := self._terms(session, row["offer"])) is None:
                self.problem(number, "offer_code", "unknown", row["offer"])
            else:
                try:
                    fresh.append(
                        (row, terms, row["dates"] or issue.validity(terms[2], row["issued"]))
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
                head = {
                    "offer_id": offer,
                    "version_id": version,
                    "state": BatchState.ISSUING,
                    "count": 0,
                    "bearer": int(not row["member"]),
                    "issued_on": row["issued"],
                    "activate": int(row["out"] is not None),
                }
                made = session.execute(
                    insert(Batch)
                    .values(
                        **head,
                        issued_at=self.store.clock.now(),
                        issued_by=self.store.staff,
                        import_id=batch,
                    )
                    .returning(Batch.id)
                ).scalar_one()
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
            ids = list(
                session.scalars(
                    insert(Coupon).returning(Coupon.id, sort_by_parameter_order=True), rows
                )
            )
            scans = [
                (scan_key(row["code"]), Kind.COUPON.value, coupon)
                for coupon, row in zip(ids, rows, strict=True)
            ]
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), scans)


class DayTotalsLoader(Loader):
    """day-totals: key is store + date."""

    WAITS: ClassVar = True

    TOTALS: ClassVar = {"net_sales": "net_sales"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[tuple[str, Any], tuple[int, tuple[int, int]]] = {}

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        day = cell(cells, "date", self.cells.day_of)
        if day is None:
            raise ValueError("date:missing")
        net, receipts = cell(cells, "net_sales", self.cells.money), cell(cells, "receipts", whole)
        if receipts is not None and receipts < 0:
            raise ValueError("receipts:negative")
        if net is None or receipts is None:
            raise ValueError("net_sales:missing" if net is None else "receipts:missing")
        return {
            "store": clean_text(cells.get("store") or "", 60) or self.store.shop.store,
            "day": day,
            "net_sales": net,
            "receipts": receipts,
        }

    def freeze(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"day": row["day"].isoformat()}

    def thaw(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"day": date.fromisoformat(row["day"])}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        for number, row in part:
            said, figures = (row["store"], row["day"]), (row["net_sales"], row["receipts"])
            if said in self.seen:
                self._again(number, row, figures)
                continue
            self.seen[said] = (number, figures)
            key = (DayTotal.store == row["store"], DayTotal.day == row["day"])
            now = session.execute(select(DayTotal.__table__).where(*key)).first()
            if now is None:
                self.counts["created"] += 1
                if batch is not None:
                    session.execute(insert(DayTotal).values(**row, import_id=batch))
            elif (now.net_sales, now.receipts) == figures or self.on_existing != "replace":
                self.counts["unchanged"] += 1
            else:
                self.counts["updated"] += 1
                if batch is not None:
                    before = {"net_sales": now.net_sales, "receipts": now.receipts}
                    after = {name: row[name] for name in before}
                    self.change(
                        session,
                        batch,
                        "day_total",
                        {"store": row["store"], "day": row["day"]},
                        before,
                        after,
                    )
                    session.execute(
                        update(DayTotal)
                        .where(*key)
                        .values(net_sales=row["net_sales"], receipts=row["receipts"])
                    )

    def _again(self, number: int, row: dict[str, Any], figures: tuple[int, int]) -> None:
        """A day of a store that stands in the file already: the same figures say nothing new."""
        first, before = self.seen[row["store"], row["day"]]
        if figures == before:
            self.counts["unchanged"] += 1
        else:
            self.problem(number, "date", "twice_in_file", row["day"].isoformat(), first=str(first))


class RedemptionsLoader(Loader):
    """redemptions: facts of another system; no rule is checked."""

    TOTALS: ClassVar = {"discount": "discount"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.repeats: Counter[tuple[str, str, str]] = Counter()
        self.taken: set[str] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code, when, receipt = (
            key_cell(cells, "code"),
            (cells.get("redeemed_at") or "").strip(),
            key_cell(cells, "receipt_no"),
        )
        if not code:
            raise ValueError("code:missing")
        at, day = cell(cells, "redeemed_at", self.cells.at) or (None, None)
        if at is None:
            raise ValueError("redeemed_at:missing")
        self.repeats[code, when, receipt] += 1
        number = (
            key_cell(cells, "redemption_no")
            or f"={code}|{when}|{receipt}|{self.repeats[code, when, receipt]}"
        )
        discount = cell(cells, "discount", self.cells.money) or 0
        if discount < 0:
            raise ValueError("discount:negative")
        row = {
            "no": number,
            "code": code,
            "at": at,
            "day": cell(cells, "business_date", self.cells.day_of)
            or day
            or business_date(at, self.cells.zone, 0),
            "receipt": receipt,
            "discount": discount,
        }
        return row | {"member": (cells.get("member_no") or "").strip()}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        known = set(
            session.scalars(
                select(Redemption.redemption_no).where(
                    Redemption.redemption_no.in_([row["no"] for _, row in part])
                )
            )
        )
        known |= self._own(session, [row["no"] for _, row in part])
        keys = {row["code"]: scan_key(row["code"]) for _, row in part}
        found = {
            c.key: c
            for c in session.execute(
                select(Scannable.key, Coupon.id, Coupon.member_id)
                .join(Coupon, Coupon.id == Scannable.target_id)
                .join(Batch, Batch.id == Coupon.batch_id)
                .where(
                    Scannable.kind == Kind.COUPON,
                    Scannable.key.in_(set(keys.values())),
                    Batch.state != BatchState.ISSUING,
                )
            )
        }
        people = self.members_by(session, {row["member"] for _, row in part})
        sales = {
            (s.receipt_no, s.business_date): s.id
            for s in session.execute(
                select(Sale.id, Sale.receipt_no, Sale.business_date).where(
                    Sale.receipt_no.in_({row["receipt"] for _, row in part if row["receipt"]})
                )
            )
        }
        fresh = []
        for number, row in part:
            coupon = found.get(keys[row["code"]])
            if row["no"] in known or row["no"] in self.taken:
                self.counts["unchanged"] += 1
            elif coupon is None:
                self.problem(
                    number,
                    "code",
                    "other_shop" if _of_this_program(row["code"]) else "unknown",
                    row["code"],
                )
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            else:
                self.taken.add(row["no"])
                member, sale = (
                    people.get(row["member"], coupon.member_id),
                    sales.get((row["receipt"], row["day"])),
                )
                fresh.append(
                    (
                        coupon.id,
                        sale,
                        member,
                        row["at"],
                        row["day"].isoformat(),
                        row["discount"],
                        row["no"],
                        row["receipt"],
                    )
                )
        self.counts["created"] += len(fresh)
        if batch is not None:
            pending_rows.put(session, batch, pending_rows.USES, fresh)

    def _own(self, session: Session, numbers: list[str]) -> set[str | None]:
        """Which of the numbers are uses of this shop's own, as its own lists call them."""
        rows = {
            row: number
            for number in numbers
            if (row := row_references.own_row(self.store.shop.uid, "R", number)) is not None
        }
        return {
            rows[row]
            for row in session.scalars(
                select(Redemption.id).where(database.among(session, Redemption.id, list(rows)))
            )
        }
