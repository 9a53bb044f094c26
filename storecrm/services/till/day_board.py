"""The till's own day: counts, recent scans, bills that still wait for their amount, and what an
amount usually is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Code, Day, Moment, Money, RefusalCode, SaleState

_USE = tables.redemption.c
_SCAN = tables.refused_scan.c
_SALE = tables.sale.c
_ITS_COUPON = tables.coupon.c.id == _USE.coupon_id
_ITS_MEMBER = tables.member.c.id == _SALE.member_id
# a mirror image and a return are no bills of their own
_BILL = (_SALE.voids_id.is_(None), _SALE.returns_id.is_(None))
_SHOWN = (SaleState.POSTED.value, SaleState.VOIDED.value)
ENOUGH = 100
"""Fewer bills say nothing of what is usual."""
RECENT = 2000
USUAL = 0.95


@dataclass(frozen=True)
class Recent:
    """One scan of today: redeemed (discount set), taken back, or refused (reason set)."""

    at: Moment
    code_tail: str
    discount: Money | None
    reason: RefusalCode | None
    taken_back: bool


@dataclass(frozen=True)
class Waiting:
    """A bill that closed without its amount."""

    receipt_no: Code
    at: Moment
    discount: Money


@dataclass(frozen=True)
class Board:
    """What stands beside the result panel."""

    redeemed: int
    discount: Money
    refused: int
    recent: tuple[Recent, ...]
    waiting: tuple[Waiting, ...]


def board(store: Store, *, limit: int = 12) -> Board:
    """This till today."""
    rights.require(store, Right.OWN_TODAY)
    with store.read() as session:
        redeemed, discount = _redeemed(session, store)
        refused = _refused(session, store)
        recent = _taken(session, store, limit) + _missed(session, store, limit)
        waiting = _waiting(session, store)
    newest = sorted(recent, key=lambda one: -one.at)[:limit]
    return Board(
        redeemed=redeemed,
        discount=discount,
        refused=refused,
        recent=tuple(newest),
        waiting=tuple(waiting),
    )


def _here_today(store: Store, rows: Any) -> tuple[ColumnElement[bool], ...]:
    """The rows of a table that are of this till and this day."""
    return (rows.c.till_id == store.till, rows.c.business_date == store.clock.today())


def _redeemed(session: Session, store: Store) -> tuple[int, Money]:
    """How many coupons stand as redeemed, and what they gave."""
    mine = _here_today(store, tables.redemption)
    stands = _USE.reversed_at.is_(None)
    sums = select(func.count(), func.sum(_USE.discount)).where(*mine, stands)
    count, total = session.execute(sums).one()
    return count, Money(int(total or 0))


def _refused(session: Session, store: Store) -> int:
    here = _here_today(store, tables.refused_scan)
    count = select(func.count()).select_from(tables.refused_scan).where(*here)
    return session.scalar(count) or 0


def _taken(session: Session, store: Store, limit: int) -> list[Recent]:
    rows = session.execute(
        select(*_USE["at", "discount", "reversed_at"], tables.coupon.c.code)
        .join(tables.coupon, _ITS_COUPON)
        .where(*_here_today(store, tables.redemption))
        .order_by(_USE.id.desc())
        .limit(limit)
    )
    return [
        Recent(
            at=row.at,
            code_tail=row.code[-4:],
            discount=row.discount,
            reason=None,
            taken_back=row.reversed_at is not None,
        )
        for row in rows
    ]


def _missed(session: Session, store: Store, limit: int) -> list[Recent]:
    rows = session.execute(
        select(*_SCAN["at", "code_tail", "reasons"])
        .where(*_here_today(store, tables.refused_scan))
        .order_by(_SCAN.id.desc())
        .limit(limit)
    )
    missed = []
    for row in rows:
        # the first reason is the one that is said
        reason = _reasons(row.reasons)[0]
        scan = Recent(row.at, row.code_tail, None, reason, taken_back=False)
        missed.append(scan)
    return missed


def _reasons(stored: str) -> list[RefusalCode]:
    return [RefusalCode(reason) for reason in stored.split(",")]


def _waiting(session: Session, store: Store) -> list[Waiting]:
    """Bills of today that still wait for their amount."""
    posted = _SALE.state == SaleState.POSTED.value
    rows = session.execute(
        select(*_SALE["receipt_no", "occurred_at", "discount"])
        .where(*_here_today(store, tables.sale), posted, _SALE.gross.is_(None))
        .order_by(_SALE.id.desc())
    )
    return [Waiting(row.receipt_no, row.occurred_at, row.discount) for row in rows]


@dataclass(frozen=True)
class RefusedRow:
    """A scan that gave nothing, with every reason."""

    at: Moment
    business_date: Day
    till: str
    staff: str
    code_tail: str
    offer: str
    reasons: tuple[RefusalCode, ...]


def refused(
    store: Store, *, first: Day | None = None, last: Day | None = None, limit: int = 500
) -> list[RefusedRow]:
    """Refused scans, the newest first: of this till today; for those who see the shop's reports of
    every till in the period.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.OWN_TODAY)
    today = store.clock.today()
    first, last = first or last or today, last or first or today
    require_period(first, last)
    query = _REFUSED.order_by(_SCAN.id.desc()).limit(limit)
    if rights.holds(store.actor, Right.REPORTS):
        query = query.where(_SCAN.business_date.between(first, last))
    else:
        query = query.where(*_here_today(store, tables.refused_scan))
    with store.read() as session:
        return [_refused_row(row) for row in session.execute(query)]


_TILL = tables.till.c.name.label("till")
_STAFF = tables.staff.c.name.label("staff")
_OFFER = tables.offer.c.name.label("offer")
_REFUSED = (
    select(tables.refused_scan, _TILL, _STAFF, _OFFER)
    .outerjoin(tables.till, tables.till.c.id == _SCAN.till_id)
    .outerjoin(tables.staff, tables.staff.c.id == _SCAN.staff_id)
    .outerjoin(tables.offer, tables.offer.c.id == _SCAN.offer_id)
)


def _refused_row(row: Any) -> RefusedRow:
    return RefusedRow(
        at=row.at,
        business_date=row.business_date,
        till=row.till or "",
        staff=row.staff or "",
        code_tail=row.code_tail,
        offer=row.offer or "",
        reasons=tuple(_reasons(row.reasons)),
    )


@dataclass(frozen=True)
class BillRow:
    """One bill of this till today."""

    receipt_no: Code
    at: Moment
    gross: Money | None
    net: Money | None
    member: str
    state: str


def bills(store: Store, *, limit: int = 200) -> list[BillRow]:
    """This till's sales of today, the newest first."""
    rights.require(store, Right.OWN_TODAY)
    columns = _SALE["receipt_no", "occurred_at", "gross", "net", "state"]
    query = (
        select(*columns, *tables.member.c["name", "phone_tail"])
        .outerjoin(tables.member, _ITS_MEMBER)
        .where(*_here_today(store, tables.sale), *_BILL, _SALE.state.in_(_SHOWN))
        .order_by(_SALE.id.desc())
        .limit(limit)
    )
    with store.read() as session:
        return [_bill_row(row) for row in session.execute(query)]


def _bill_row(row: Any) -> BillRow:
    member = f"{row.name or ''} {row.phone_tail or ''}"
    return BillRow(
        receipt_no=row.receipt_no,
        at=row.occurred_at,
        gross=row.gross,
        net=row.net,
        member=member.strip(),
        state=row.state,
    )


_LAST = Hot(select(func.max(_SALE.id)))
_NEWEST = (
    select(_SALE.net)
    .where(
        _SALE.id > bindparam("after"),
        _SALE.net.is_not(None),
        _SALE.net > 0,
    )
    .subquery()
)
_COUNT = Hot(select(func.count()).select_from(_NEWEST))
_IN_ORDER = select(_NEWEST.c.net).order_by(_NEWEST.c.net)


def usual_most(store: Store) -> Money | None:
    """The amount that 95 of 100 recent bills stay below; None while there are fewer than 100."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        after = (_LAST.scalar(session) or 0) - RECENT
        count: int = _COUNT.scalar(session, after=after) or 0
        if count < ENOUGH:
            return None
        above = _IN_ORDER.offset(int(count * USUAL)).limit(1)
        return Money(session.execute(above, {"after": after}).scalar_one())
