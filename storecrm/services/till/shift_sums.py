"""Sums of a shift: what one person did at one till since the last hand-over.

A sale is on the sheet of its closing (`touched_at`); amounts that came for bills of shifts that
were over are on the sheet of who typed them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.store import Store
from storecrm.services.till import overrides
from storecrm.values import (
    Day,
    Moment,
    Money,
    SaleState,
    StaffId,
    TenderKind,
    TillId,
    opening_of,
)

_OFFER = tables.offer.c
_USE = tables.redemption.c
_SCAN = tables.refused_scan.c
_SALE = tables.sale.c
_TENDER = tables.sale_tender.c
_CLOSE = tables.shift_close.c
_TILL: BindParameter[int] = bindparam("till")
_STAFF: BindParameter[int] = bindparam("staff")
_SINCE: BindParameter[int] = bindparam("since")
_UNTIL: BindParameter[int] = bindparam("until")

_CLOSED_HERE = _CLOSE.till_id == _TILL
_CLOSED_BY = _CLOSE.staff_id == _STAFF
_LAST_CLOSE = select(func.max(_CLOSE.at))
_BEFORE = Hot(_LAST_CLOSE.where(_CLOSED_HERE, _CLOSED_BY))

# what an import brought was sold elsewhere
_OURS = _SALE.import_id.is_(None)
_STATE = _SALE.state
_POSTED = _STATE == SaleState.POSTED
_OWN = and_(_OURS, or_(_POSTED, _STATE == SaleState.VOIDED))
# a bill is on the sheet of its closing
_HERE = (_SALE.till_id == _TILL, _SALE.staff_id == _STAFF)
_WHEN = (_SALE.touched_at > _SINCE, _SALE.touched_at <= _UNTIL)
_AT = (*_HERE, *_WHEN, _OWN)
_STANDS = _USE.reversed_at.is_(None)
_USES = (_STANDS, *_AT)
"""A use is on the sheet of its bill, whose closing may be another day than its scan."""


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many sales are of a kind."""
    return func.sum(case((condition, 1), else_=0))


# the kinds of sales: sold, mirror images, what came back
_BY_CLOSING = _SALE.closed_by
_MIRROR = _SALE.voids_id.is_not(None)
_NO_MIRROR = _SALE.voids_id.is_(None)
_RETURN = _SALE.returns_id.is_not(None)
_NO_RETURN = _SALE.returns_id.is_(None)
_BACK = or_(_RETURN, _BY_CLOSING == "no_receipt")
_SOLD = and_(_NO_MIRROR, _NO_RETURN, _BY_CLOSING != "no_receipt", _POSTED)
# their sums
_NET = _SALE.net
_POINTS = _SALE.points_paid
_TAKEN_OFF = _SALE.discount + _POINTS + _SALE.rounding
_NET_SUM = func.sum(_NET).label("net")
_GIVEN_SUM = func.sum(_TAKEN_OFF).label("given")
_POINTS_SUM = func.sum(_POINTS).label("points")
_NET_BACK = case((_BACK, _NET), else_=0)
_RETURNED_SUM = func.sum(_NET_BACK).label("returned")
_BILLS = _number(_SOLD).label("bills")
_UNDONE = _number(_MIRROR).label("undone")
_RETURNS = _number(_BACK).label("returns")
_COUNTS = (_BILLS, _UNDONE, _RETURNS)
_MONEY = (_NET_SUM, _GIVEN_SUM, _POINTS_SUM, _RETURNED_SUM)
_SUMS = Hot(select(*_COUNTS, *_MONEY).where(*_AT))

# amounts that came for bills whose own shift was over: handed over, or of a day gone by
_SAME_TILL = _CLOSE.till_id == _SALE.till_id
_SAME_PERSON = _CLOSE.staff_id == _SALE.staff_id
_AFTER_SALE = _CLOSE.at >= _SALE.touched_at
_BEFORE_AMOUNT = _CLOSE.at < _SALE.filled_at
_OF_SELLER = select(_CLOSE.id).where(_SAME_TILL, _SAME_PERSON)
_HANDED_OVER = _OF_SELLER.where(_AFTER_SALE, _BEFORE_AMOUNT).exists()
_OVER = or_(_HANDED_OVER, _SALE.business_date < bindparam("day"))
# they are on the sheet of who typed them; the bill and its coupons were on its own
_TYPED_BY = _SALE.filled_by == _STAFF
_TYPED_AT = _SALE.filled_till == _TILL
_TYPED_WHEN = (_SALE.filled_at > _SINCE, _SALE.filled_at <= _UNTIL)
_COUNT = func.count().label("count")
_CUT_SUM = func.sum(_SALE.filled_cut).label("cut")
_LATE_SUMS = select(_COUNT, _NET_SUM, _CUT_SUM)
_LATE = Hot(_LATE_SUMS.where(_TYPED_BY, _TYPED_AT, *_TYPED_WHEN, _OVER, _OWN))

_ATTACHED_BY = _SALE.attached_by == _STAFF
_ATTACHED_WHEN = (_SALE.attached_at > _SINCE, _SALE.attached_at <= _UNTIL)
_SALES = select(func.count()).select_from(tables.sale)
_ATTACHED = Hot(_SALES.where(_ATTACHED_BY, *_ATTACHED_WHEN, _OWN))
_SCANNED_HERE = _SCAN.till_id == _TILL
_SCANNED_BY = _SCAN.staff_id == _STAFF
_SCANNED_SINCE = _SCAN.at > _SINCE
_SCANS = select(func.count()).select_from(tables.refused_scan)
_REFUSED = Hot(_SCANS.where(_SCANNED_HERE, _SCANNED_BY, _SCANNED_SINCE))

_N = func.count().label("n")
_OFF = func.sum(_USE.discount).label("off")
_OFFERS = _OFFER["code", "name"]
_ITS_OFFER = _OFFER.id == _USE.offer_id
_ITS_SALE = _SALE.id == _USE.sale_id
_WITH_OFFER = select(*_OFFERS, _N, _OFF).join(tables.offer, _ITS_OFFER)
_TAKEN = _WITH_OFFER.join(tables.sale, _ITS_SALE).where(*_USES)
_COUPONS = Hot(_TAKEN.group_by(*_OFFERS).order_by(_OFFER.code))
_KIND = _TENDER.kind
# goods that were exchanged are not in the drawer
_NO_EXCHANGE = _KIND != TenderKind.EXCHANGE
_TOTAL = func.sum(_TENDER.amount).label("total")
_PAID_SALE = _SALE.id == _TENDER.sale_id
_PAID = select(_KIND, _TOTAL).join(tables.sale, _PAID_SALE)
_TENDERS = Hot(_PAID.where(*_AT, _NO_EXCHANGE).group_by(_KIND))
_WORD = _USE.override
_OVERRIDDEN = select(_WORD, _N).join(tables.sale, _ITS_SALE)
_WORDS = Hot(_OVERRIDDEN.where(*_USES, overrides.WORD).group_by(_WORD))


@dataclass(frozen=True)
class Shift:
    """One person at one till, between two moments (the first one not included)."""

    till: TillId
    staff: StaffId
    day: Day
    since: Moment
    until: Moment


@dataclass(frozen=True)
class SaleSums:
    """Sums of the sales of a shift."""

    bills: int
    net: int
    given: int
    points: int
    undone: int
    returns: int
    returned: int


@dataclass(frozen=True)
class LateAmounts:
    """Amounts that came for bills of shifts that were over; `cut` is what they did not bear of the
    coupons' faces."""

    count: int
    net: int
    cut: int


def running(session: Session, store: Store) -> Shift:
    """The running shift of the person at this till: since the last hand-over, at most since the day
    began."""
    today = store.clock.today()
    before = _BEFORE.scalar(session, till=store.till, staff=store.staff) or 0
    opened = opening_of(today, store.clock.zone, store.clock.close_hour)
    since = Moment(max(int(before), opened))
    until = store.clock.now()
    return Shift(till=store.till, staff=store.staff, day=today, since=since, until=until)


def of(session: Session, shift: Shift) -> SaleSums:
    """The sums of the shift's sales; nothing sold is 0."""
    row = _SUMS.one(session, **vars(shift))
    return SaleSums(**_whole(row))


def late_amounts(session: Session, shift: Shift) -> LateAmounts:
    """The amounts that this person typed for bills of shifts that were over."""
    row = _LATE.one(session, **vars(shift))
    return LateAmounts(**_whole(row))


def _whole(row: Any) -> Mapping[str, int]:
    sums = row._asdict().items()
    return {name: int(value or 0) for name, value in sums}


def attached(session: Session, shift: Shift) -> int:
    """How many sales got their member afterwards."""
    return int(_ATTACHED.scalar(session, **vars(shift)))


def refused(session: Session, shift: Shift) -> int:
    """How many scans were refused."""
    return int(_REFUSED.scalar(session, **vars(shift)))


def coupons(session: Session, shift: Shift) -> list[Any]:
    """Each offer (code, name) with how many of its coupons were taken (n) and what they gave
    (off)."""
    return _COUPONS.rows(session, **vars(shift))


def tenders(session: Session, shift: Shift) -> dict[str, Money]:
    """What was paid by each kind of tender."""
    rows = _TENDERS.rows(session, **vars(shift))
    return {row.kind: Money(int(row.total)) for row in rows}


def words(session: Session, shift: Shift) -> dict[str, int]:
    """How many rules were set aside, by whose word."""
    rows = _WORDS.rows(session, **vars(shift))
    return {row.override: int(row.n) for row in rows}
