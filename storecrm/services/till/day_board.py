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
_CODE = tables.coupon.c.code
_PERSON = tables.staff.c
_DESK = tables.till.c
_OFFER = tables.offer.c
_ITS_COUPON = tables.coupon.c.id == _USE.coupon_id
_MEMBER = tables.member.c
_ITS_MEMBER = _MEMBER.id == _SALE.member_id
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
        # a till looks at its own rows of today alone, however large the shop is
        redeemed, discount = _redeemed(session, store)
        refused = _refused(session, store)
        taken = _taken(session, store, limit)
        missed = _missed(session, store, limit)
        waiting = _waiting(session, store)
    recent = sorted([*taken, *missed], key=lambda one: -one.at)
    newest = recent[:limit]
    return Board(
        redeemed=redeemed,
        discount=discount,
        refused=refused,
        recent=tuple(newest),
        waiting=tuple(waiting),
    )


def _here_today(store: Store, rows: Any) -> tuple[ColumnElement[bool], ...]:
    """The rows of a table that are of this till and this day."""
    here = rows.c.till_id == store.till
    today = rows.c.business_date == store.clock.today()
    return here, today


def _redeemed(session: Session, store: Store) -> tuple[int, Money]:
    """How many coupons stand as redeemed, and what they gave."""
    mine = _here_today(store, tables.redemption)
    stands = _USE.reversed_at.is_(None)
    given = func.sum(_USE.discount)
    sums = select(func.count(), given).where(*mine, stands)
    count, total = session.execute(sums).one()
    return count, Money(int(total or 0))


def _refused(session: Session, store: Store) -> int:
    here = _here_today(store, tables.refused_scan)
    count = select(func.count()).select_from(tables.refused_scan).where(*here)
    return session.scalar(count) or 0


def _taken(session: Session, store: Store, limit: int) -> list[Recent]:
    """The newest uses of coupons, those that came back too."""
    mine = _here_today(store, tables.redemption)
    uses = select(*_USE["at", "discount", "reversed_at"], _CODE).join(tables.coupon, _ITS_COUPON)
    newest = uses.where(*mine).order_by(_USE.id.desc()).limit(limit)
    taken = []
    for row in session.execute(newest):
        back = row.reversed_at is not None
        # the whole code would be a coupon for who reads it off the screen
        code = row.code[-4:]
        use = Recent(at=row.at, code_tail=code, discount=row.discount, reason=None, taken_back=back)
        taken.append(use)
    return taken


def _missed(session: Session, store: Store, limit: int) -> list[Recent]:
    """The newest scans that gave nothing."""
    here = _here_today(store, tables.refused_scan)
    scans = select(*_SCAN["at", "code_tail", "reasons"]).where(*here)
    newest = scans.order_by(_SCAN.id.desc()).limit(limit)
    missed = []
    for row in session.execute(newest):
        # the first reason is the one that is said
        reason = _reasons(row.reasons)[0]
        scan = Recent(row.at, row.code_tail, None, reason, taken_back=False)
        missed.append(scan)
    return missed


def _reasons(stored: str) -> list[RefusalCode]:
    return [RefusalCode(reason) for reason in stored.split(",")]


def _waiting(session: Session, store: Store) -> list[Waiting]:
    """Bills of today that still wait for their amount."""
    here = _here_today(store, tables.sale)
    posted = _SALE.state == SaleState.POSTED.value
    unknown = _SALE.gross.is_(None)
    bills = select(*_SALE["receipt_no", "occurred_at", "discount"])
    newest = bills.where(*here, posted, unknown).order_by(_SALE.id.desc())
    rows = session.execute(newest)
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
    # one day said is that day alone
    begin = first or last or today
    end = last or first or today
    require_period(begin, end)
    if rights.holds(store.actor, Right.REPORTS):
        query = _REFUSED.where(_SCAN.business_date.between(begin, end))
    else:
        query = _REFUSED.where(*_here_today(store, tables.refused_scan))
    newest = query.order_by(_SCAN.id.desc()).limit(limit)
    with store.read() as session:
        return [_refused_row(row) for row in session.execute(newest)]


_ITS_TILL = _DESK.id == _SCAN.till_id
_BILLS_TILL = _DESK.id == _SALE.till_id
_ITS_PERSON = _PERSON.id == _SCAN.staff_id
_ITS_OFFER = _OFFER.id == _SCAN.offer_id
_TILL = _DESK.name.label("till")
_STAFF = _PERSON.name.label("staff")
_NAME = _OFFER.name.label("offer")
_SCANS = select(tables.refused_scan, _TILL, _STAFF, _NAME).outerjoin(tables.till, _ITS_TILL)
_WITH_STAFF = _SCANS.outerjoin(tables.staff, _ITS_PERSON)
_REFUSED = _WITH_STAFF.outerjoin(tables.offer, _ITS_OFFER)


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
    """One bill of today, and at which till."""

    receipt_no: Code
    at: Moment
    till: str
    gross: Money | None
    net: Money | None
    member: str
    state: str


def bills(store: Store, *, limit: int = 2000) -> list[BillRow]:
    """Sales of today, the newest first: of this till; for those who see the shop's reports of every
    till."""
    rights.require(store, Right.OWN_TODAY)
    shown = _SALE.state.in_(_SHOWN)
    columns = (*_SALE["receipt_no", "occurred_at", "gross", "net", "state"], _TILL)
    named = select(*columns, *_MEMBER["name", "phone_tail"]).join(tables.till, _BILLS_TILL)
    of_members = named.outerjoin(tables.member, _ITS_MEMBER)
    if rights.holds(store.actor, Right.REPORTS):
        mine = of_members.where(_SALE.business_date == store.clock.today(), *_BILL, shown)
    else:
        mine = of_members.where(*_here_today(store, tables.sale), *_BILL, shown)
    newest = mine.order_by(_SALE.id.desc()).limit(limit)
    with store.read() as session:
        return [_bill_row(row) for row in session.execute(newest)]


def _bill_row(row: Any) -> BillRow:
    name = row.name or ""
    tail = row.phone_tail or ""
    member = f"{name} {tail}".strip()
    return BillRow(
        receipt_no=row.receipt_no,
        at=row.occurred_at,
        till=row.till,
        gross=row.gross,
        net=row.net,
        member=member,
        state=row.state,
    )


_LAST = Hot(select(func.max(_SALE.id)))
_AFTER = _SALE.id > bindparam("after")
# returns and voids say nothing of what is usual
_PAID = (_SALE.net.is_not(None), _SALE.net > 0)
_NEWEST = select(_SALE.net).where(_AFTER, *_PAID).subquery()
_COUNT = Hot(select(func.count()).select_from(_NEWEST))
_NET = _NEWEST.c.net
_IN_ORDER = select(_NET).order_by(_NET)


def usual_most(store: Store) -> Money | None:
    """The amount that 95 of 100 recent bills stay below; None while there are fewer than 100."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        after = (_LAST.scalar(session) or 0) - RECENT
        count: int = _COUNT.scalar(session, after=after) or 0
        if count < ENOUGH:
            return None
        place = int(count * USUAL)
        above = _IN_ORDER.offset(place).limit(1)
        amount = session.execute(above, {"after": after}).scalar_one()
        return Money(amount)
