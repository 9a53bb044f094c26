"""The shift sheet: what a person sold, gave away, took back and set aside at a till, handed over
with the counted paper."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_period
from storecrm.services.till import shift_sums
from storecrm.services.till.shift_sums import Shift
from storecrm.values import MAX_MONEY, Day, Moment, Money

_CLOSE = tables.shift_close.c
MOST_PIECES = 100_000
_OFFER = tables.offer.c
_STAFF = tables.staff.c
_DESK = tables.till.c
_OF_CODE = _OFFER.code == bindparam("code")
_OFFER_NAME = Hot(select(_OFFER.name).where(_OF_CODE))
_THE_PERSON = _STAFF.id == bindparam("staff")
_PERSON = Hot(select(_STAFF.name).where(_THE_PERSON))
_THE_TILL = _DESK.id == bindparam("till")
_TILL = Hot(select(_DESK.name).where(_THE_TILL))


@dataclass(frozen=True)
class CouponCount:
    """Coupons of one offer taken in the shift; `counted` is the paper that the person counted."""

    offer_code: str
    name: str
    count: int
    discount: Money
    counted: int | None = None


@dataclass(frozen=True)
class ShiftSheet:
    """One shift of one person at one till. `given` is everything taken off: coupons, promotions,
    tier prices, points, rounding. A bill is on the sheet of its closing; `late_amounts` came for
    bills of shifts that were over, and are in `net` here."""

    staff: str
    till: str
    business_date: Day
    since: Moment
    until: Moment
    bills: int
    net: Money
    given: Money
    points_paid: Money
    undone: int
    returns: int
    returned_net: Money
    attached: int
    refused: int
    coupons: tuple[CouponCount, ...]
    tenders: dict[str, Money] = field(default_factory=dict)
    overrides: dict[str, int] = field(default_factory=dict)
    register_discount: Money | None = None
    late_amounts: int = 0

    @property
    def difference(self) -> Money | None:
        """What the other register gave away more than this program says; None when it was not
        told."""
        if self.register_discount is None:
            return None
        return Money(self.register_discount - self.given)

    @property
    def paper_difference(self) -> int:
        """Pieces counted more (or less) than were taken."""
        counted = [one for one in self.coupons if one.counted is not None]
        return sum((one.counted or 0) - one.count for one in counted)


def sheet(store: Store) -> ShiftSheet:
    """The running shift of the person at this till: since the last hand-over, at most since the day
    began."""
    rights.require(store, Right.OWN_TODAY)
    with store.read() as session:
        return _sheet(session, store)


@repeatable
def hand_over(
    store: Store,
    *,
    register_discount: Money | None = None,
    counted: Mapping[str, int] | None = None,
) -> ShiftSheet:
    """End the shift. `register_discount` is what the other register says was given away, `counted`
    the paper coupons by offer code; the differences are kept with the sheet.

    Raises:
        BadInput: amount, counted.
        NotFound: offer.
    """
    rights.require(store, Right.OWN_TODAY)
    if register_discount is not None and not 0 <= register_discount < MAX_MONEY:
        raise BadInput("amount", where=str(register_discount))
    pieces = dict(counted or {})
    for code, count in pieces.items():
        if not 0 <= count <= MOST_PIECES:
            raise BadInput("counted", where=code)
    with store.write(Topic.SALES) as session:
        # what was counted is kept with the sheet, not written over it
        done = _with_counts(session, _sheet(session, store), pieces)
        done = replace(done, register_discount=register_discount)
        row = {
            "till_id": store.till,
            "staff_id": store.staff,
            "business_date": done.business_date,
            "since": done.since,
            "at": done.until,
            "register_discount": register_discount,
            "counted": json.dumps(pieces),
            "sheet": json.dumps(asdict(done), default=str, ensure_ascii=False),
        }
        session.execute(insert(tables.shift_close).values(row))
        facts = {"bills": done.bills, "given": done.given, "difference": done.difference}
        audit.log(session, store, "shift_closed", **facts)
        return done


def handed_over(store: Store, *, first: Day, last: Day) -> list[ShiftSheet]:
    """The shifts that ended in a period, as they were written down then.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        in_period = _CLOSE.business_date.between(first, last)
        sheets = select(_CLOSE.sheet).where(in_period)
        rows = session.scalars(sheets.order_by(_CLOSE.id))
        return [_stored(text) for text in rows]


def _stored(text: str) -> ShiftSheet:
    """A sheet as it was kept."""
    # what newer sheets have besides is as if there was none
    raw = json.loads(text)
    raw["business_date"] = Day.fromisoformat(raw["business_date"])
    raw["coupons"] = tuple(CouponCount(**coupon) for coupon in raw["coupons"])
    return ShiftSheet(**raw)


def _with_counts(session: Session, now: ShiftSheet, pieces: Mapping[str, int]) -> ShiftSheet:
    """The sheet with the paper that was counted, of offers too that were not taken.

    Raises:
        NotFound: offer.
    """
    # paper may be counted of an offer of which nothing was taken
    known = {one.offer_code: one for one in now.coupons}
    for code in pieces.keys() - known.keys():
        name = _OFFER_NAME.scalar(session, code=code)
        if name is None:
            raise NotFound("offer", where=code[:40])
        known[code] = CouponCount(code, name, 0, Money(0))
    counted = [replace(one, counted=pieces.get(one.offer_code)) for one in known.values()]
    return replace(now, coupons=tuple(counted))


def _sheet(session: Session, store: Store) -> ShiftSheet:
    shift = shift_sums.running(session, store)
    sums = shift_sums.of(session, shift)
    late = shift_sums.late_amounts(session, shift)
    staff = _PERSON.scalar(session, staff=shift.staff) or ""
    till = _TILL.scalar(session, till=shift.till) or ""
    net = sums.net + late.net
    # a late amount may bear less than the coupons' faces that were counted then
    given = sums.given - late.cut
    attached = shift_sums.attached(session, shift)
    refused = shift_sums.refused(session, shift)
    coupons = _coupons(session, shift)
    tenders = shift_sums.tenders(session, shift)
    words = shift_sums.words(session, shift)
    return ShiftSheet(
        staff=staff,
        till=till,
        business_date=shift.day,
        since=shift.since,
        until=shift.until,
        bills=sums.bills,
        net=Money(net),
        given=Money(given),
        points_paid=Money(sums.points),
        undone=sums.undone,
        returns=sums.returns,
        returned_net=Money(-sums.returned),
        attached=attached,
        refused=refused,
        coupons=coupons,
        tenders=tenders,
        overrides=words,
        late_amounts=late.count,
    )


def _coupons(session: Session, shift: Shift) -> tuple[CouponCount, ...]:
    counts = []
    for row in shift_sums.coupons(session, shift):
        given = Money(int(row.off))
        counts.append(CouponCount(row.code, row.name, row.n, given))
    return tuple(counts)
