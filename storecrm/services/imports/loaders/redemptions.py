"""Uses of coupons from a list: facts of another system, so that no rule is checked."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.scannable import Scannable
from storecrm.services.imports import pending_rows
from storecrm.services.imports.loaders.base import Loader, Parsed, said_in
from storecrm.services.imports.loaders.cell_readers import cell, key_cell
from storecrm.services.imports.loaders.coupons import of_this_program
from storecrm.values import BatchState, Day, ImportId, Kind, Moment, business_date, scan_key

_IS_FOUND = Coupon.id == Scannable.target_id
_IS_OF_BATCH = Batch.id == Coupon.batch_id
_IS_COUPON = Scannable.kind == Kind.COUPON
_COLUMNS = (Scannable.key, Coupon.id, Coupon.member_id)
_FOUND = select(*_COLUMNS).join(Coupon, _IS_FOUND)
_COUPONS = _FOUND.join(Batch, _IS_OF_BATCH).where(_IS_COUPON)
# what a batch that is not ready holds may yet be taken back
_READY = _COUPONS.where(Batch.state != BatchState.ISSUING)
_SALES = select(Sale.id, Sale.receipt_no, Sale.business_date)


Use = tuple[str, str, str]
"""Code, time and receipt, as the list says them."""


class RedemptionsLoader(Loader):
    """redemptions: facts of another system; no rule is checked."""

    TOTALS: ClassVar = {"discount": "discount"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.repeats: Counter[Use] = Counter()
        self.taken: set[str] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code = key_cell(cells, "code")
        when = (cells.get("redeemed_at") or "").strip()
        receipt = key_cell(cells, "receipt_no")
        if not code:
            raise ValueError("code:missing")
        said = cell(cells, "redeemed_at", self.cells.at)
        if said is None:
            raise ValueError("redeemed_at:missing")
        at, day = said
        row = dict[str, Any](code=code, at=at, receipt=receipt)
        made_number = self._made_number((code, when, receipt))
        row["no"] = key_cell(cells, "redemption_no") or made_number
        row["discount"] = cell(cells, "discount", self.cells.money) or 0
        if row["discount"] < 0:
            raise ValueError("discount:negative")
        row["day"] = self._business_date(cells, at, day)
        row["member"] = (cells.get("member_no") or "").strip()
        return row

    def _made_number(self, use: Use) -> str:
        """What a use without a number is known by."""
        # the same use twice in a file is two
        self.repeats[use] += 1
        said = "|".join(use)
        return f"={said}|{self.repeats[use]}"

    def _business_date(self, cells: dict[str, str], at: Moment, day: Day | None) -> Day:
        own: Day | None = cell(cells, "business_date", self.cells.day_of)
        return own or day or business_date(at, self.cells.zone, 0)

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        known = self._known(session, said_in(part, "no"))
        coupons = _coupons(session, said_in(part, "code"))
        people = self.members_by(session, said_in(part, "member"))
        sales = _sales(session, said_in(part, "receipt"))
        fresh = list[tuple[Any, ...]]()
        for number, row in part:
            code = row["code"]
            who = row["member"]
            if row["no"] in known or row["no"] in self.taken:
                self.counts["unchanged"] += 1
            elif code not in coupons:
                kind = "other_shop" if of_this_program(code) else "unknown"
                self.problem(number, "code", kind, code)
            elif who and who not in people:
                self.problem(number, "member_no", "unknown", who)
            else:
                self.taken.add(row["no"])
                coupon = coupons[code]
                # whose coupon it was, where the list names nobody
                member = people.get(who, coupon.member_id)
                receipt = (row["receipt"], row["day"])
                use = _use(row, coupon.id, member, sales.get(receipt))
                fresh.append(use)
        self.counts["created"] += len(fresh)
        if batch is not None:
            pending_rows.put(session, batch, pending_rows.USES, fresh)

    def _known(self, session: Session, numbers: Collection[str]) -> set[str | None]:
        """The numbers of uses that are here: of other systems, and this shop's own."""
        named = Redemption.redemption_no.in_(numbers)
        here = select(Redemption.redemption_no).where(named)
        known = set(session.scalars(here))
        known |= self.own_numbers(session, "R", Redemption.id, numbers)
        return known


def _coupons(session: Session, codes: Iterable[str]) -> dict[str, Any]:
    """The coupons that are here, by the codes that the list gives them."""
    keys = {code: scan_key(code) for code in codes}
    named = _READY.where(Scannable.key.in_(set(keys.values())))
    found = {row.key: row for row in session.execute(named)}
    here = dict[str, Any]()
    for code, key in keys.items():
        if key in found:
            here[code] = found[key]
    return here


def _sales(session: Session, receipts: set[str]) -> dict[tuple[str, Day], int]:
    """Sales by receipt and business date."""
    numbers = receipts - {""}
    found = dict[tuple[str, Day], int]()
    for row in session.execute(_SALES.where(Sale.receipt_no.in_(numbers))):
        found[row.receipt_no, row.business_date] = row.id
    return found


def _use(row: dict[str, Any], coupon: int, member: int | None, sale: int | None) -> tuple[Any, ...]:
    """A use in the order of pending_rows.USES_FIELDS."""
    when = (row["at"], row["day"].isoformat())
    paper = (row["no"], row["receipt"])
    return (coupon, sale, member, *when, row["discount"], *paper)
