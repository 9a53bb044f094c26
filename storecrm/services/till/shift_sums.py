"""Sums of a shift: what one person did at one till since the last hand-over.

A sale is on the sheet of its closing (`touched_at`); amounts that came for bills of shifts that
were over are on the sheet of who typed them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select
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

_CLOSES = select(func.max(_CLOSE.at))
_BEFORE = Hot(_CLOSES.where(_CLOSE.till_id == _TILL, _CLOSE.staff_id == _STAFF))
_STATE = _SALE.state
_KEPT = or_(_STATE == SaleState.POSTED, _STATE == SaleState.VOIDED)
# what an import brought was sold elsewhere
_OWN = and_(_SALE.import_id.is_(None), _KEPT)
_AT = (
    _SALE.till_id == _TILL,
    _SALE.staff_id == _STAFF,
    _SALE.touched_at > _SINCE,
    _SALE.touched_at <= _UNTIL,
    _OWN,
)
_USES = (_USE.reversed_at.is_(None), *_AT)
"""A use is on the sheet of its bill, whose closing may be another day than its scan."""

_MIRROR = _SALE.voids_id.is_not(None)
_NO_RECEIPT = _SALE.closed_by == "no_receipt"
_BACK = or_(_SALE.returns_id.is_not(None), _NO_RECEIPT)
_SOLD = and_(
    _SALE.voids_id.is_(None),
    _SALE.returns_id.is_(None),
    _SALE.closed_by != "no_receipt",
    _STATE == SaleState.POSTED,
)
_NET = _SALE.net
_POINTS = _SALE.points_paid
_TAKEN_OFF = _SALE.discount + _POINTS + _SALE.rounding
_SUMS = Hot(
    select(
        func.sum(case((_SOLD, 1), else_=0)).label("bills"),
        func.sum(_NET).label("net"),
        func.sum(_TAKEN_OFF).label("given"),
        func.sum(_POINTS).label("points"),
        func.sum(case((_MIRROR, 1), else_=0)).label("undone"),
        func.sum(case((_BACK, 1), else_=0)).label("returns"),
        func.sum(case((_BACK, _NET), else_=0)).label("returned"),
    ).where(*_AT)
)

_HANDED_OVER = (
    select(_CLOSE.id)
    .where(
        _CLOSE.till_id == _SALE.till_id,
        _CLOSE.staff_id == _SALE.staff_id,
        _CLOSE.at >= _SALE.touched_at,
        _CLOSE.at < _SALE.filled_at,
    )
    .exists()
)
_OVER = or_(_HANDED_OVER, _SALE.business_date < bindparam("day"))
_LATE = Hot(
    select(
        func.count().label("count"),
        func.sum(_NET).label("net"),
        func.sum(_SALE.filled_cut).label("cut"),
    ).where(
        _SALE.filled_by == _STAFF,
        _SALE.filled_till == _TILL,
        _SALE.filled_at > _SINCE,
        _SALE.filled_at <= _UNTIL,
        _OVER,
        _OWN,
    )
)
"""Amounts that came for bills whose own shift was over: handed over, or of a day gone by. They are
on the sheet of who typed them; the bill and its coupons were on its own."""

_ATTACHED = Hot(
    select(func.count())
    .select_from(tables.sale)
    .where(
        _SALE.attached_by == _STAFF,
        _SALE.attached_at > _SINCE,
        _SALE.attached_at <= _UNTIL,
        _OWN,
    )
)
_REFUSED = Hot(
    select(func.count())
    .select_from(tables.refused_scan)
    .where(
        _SCAN.till_id == _TILL,
        _SCAN.staff_id == _STAFF,
        _SCAN.at > _SINCE,
    )
)
_ITS_OFFER = _OFFER.id == _USE.offer_id
_ITS_SALE = _SALE.id == _USE.sale_id
_OFF = func.sum(_USE.discount).label("off")
_COUPONS = Hot(
    select(*_OFFER["code", "name"], func.count().label("n"), _OFF)
    .join(tables.offer, _ITS_OFFER)
    .join(tables.sale, _ITS_SALE)
    .where(*_USES)
    .group_by(*_OFFER["code", "name"])
    .order_by(_OFFER.code)
)
_KIND = _TENDER.kind
_PAID_SALE = _SALE.id == _TENDER.sale_id
_TENDERS = Hot(
    select(_KIND, func.sum(_TENDER.amount).label("total"))
    .join(tables.sale, _PAID_SALE)
    .where(*_AT, _KIND != TenderKind.EXCHANGE)
    .group_by(_KIND)
)
_WORD = _USE.override
_WORDS = Hot(
    select(_WORD, func.count().label("n"))
    .join(tables.sale, _ITS_SALE)
    .where(*_USES, overrides.WORD)
    .group_by(_WORD)
)


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
    return Shift(
        till=store.till, staff=store.staff, day=today, since=since, until=store.clock.now()
    )


def of(session: Session, shift: Shift) -> SaleSums:
    """The sums of the shift's sales; nothing sold is 0."""
    row = _SUMS.one(session, **vars(shift))
    return SaleSums(**_whole(row))


def late_amounts(session: Session, shift: Shift) -> LateAmounts:
    """The amounts that this person typed for bills of shifts that were over."""
    row = _LATE.one(session, **vars(shift))
    return LateAmounts(**_whole(row))


def _whole(row: Any) -> Mapping[str, int]:
    return {name: int(value or 0) for name, value in row._asdict().items()}


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
    return {row.override: int(row.n) for row in _WORDS.rows(session, **vars(shift))}
