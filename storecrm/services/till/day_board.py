"""The till's own day: counts, recent scans, bills that still wait for their amount, and what an
amount usually is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption, RefusedScan
from storecrm.models.sale import Sale
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Code, Day, Moment, Money, RefusalCode

_R: Any = Redemption.__table__
_S: Any = Sale.__table__
_F: Any = RefusedScan.__table__


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
    today, till = store.clock.today(), store.till
    with store.read() as session:
        mine = (_R.c.till_id == till, _R.c.business_date == today)
        count, total = session.execute(
            select(func.count(), func.sum(_R.c.discount)).where(*mine, _R.c.reversed_at.is_(None))
        ).one()
        rows = session.execute(
            select(_R.c.at, _R.c.discount, _R.c.reversed_at, Coupon.code)
            .join(Coupon, Coupon.id == _R.c.coupon_id)
            .where(*mine)
            .order_by(_R.c.id.desc())
            .limit(limit)
        )
        recent = [
            Recent(r.at, r.code[-4:], r.discount, None, r.reversed_at is not None) for r in rows
        ]
        here = (RefusedScan.till_id == till, RefusedScan.business_date == today)
        refused = session.scalar(select(func.count()).select_from(RefusedScan).where(*here)) or 0
        rows = session.execute(
            select(RefusedScan.at, RefusedScan.code_tail, RefusedScan.reasons)
            .where(*here)
            .order_by(RefusedScan.id.desc())
            .limit(limit)
        )
        recent += [
            Recent(r.at, r.code_tail, None, RefusalCode(r.reasons.split(",")[0]), False)
            for r in rows
        ]
        open_amount = (
            _S.c.till_id == till,
            _S.c.business_date == today,
            _S.c.state == "posted",
            _S.c.gross.is_(None),
        )
        bills = session.execute(
            select(_S.c.receipt_no, _S.c.occurred_at, _S.c.discount)
            .where(*open_amount)
            .order_by(_S.c.id.desc())
        )
        waiting = tuple(Waiting(r.receipt_no, r.occurred_at, r.discount) for r in bills)
    return Board(
        count,
        Money(int(total or 0)),
        refused,
        tuple(sorted(recent, key=lambda r: -r.at)[:limit]),
        waiting,
    )


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
    query = (
        select(_F, Till.name.label("till"), Staff.name.label("staff"), Offer.name.label("offer"))
        .outerjoin(Till, Till.id == _F.c.till_id)
        .outerjoin(Staff, Staff.id == _F.c.staff_id)
        .outerjoin(Offer, Offer.id == _F.c.offer_id)
    )
    if rights.holds(store.actor, Right.REPORTS):
        query = query.where(_F.c.business_date.between(first, last))
    else:
        query = query.where(_F.c.business_date == today, _F.c.till_id == store.till)
    with store.read() as session:
        return [
            RefusedRow(
                r.at,
                r.business_date,
                r.till or "",
                r.staff or "",
                r.code_tail,
                r.offer or "",
                tuple(RefusalCode(reason) for reason in r.reasons.split(",")),
            )
            for r in session.execute(query.order_by(_F.c.id.desc()).limit(limit))
        ]


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
    with store.read() as session:
        rows = session.execute(
            select(
                _S.c.receipt_no,
                _S.c.occurred_at,
                _S.c.gross,
                _S.c.net,
                _S.c.state,
                Member.name,
                Member.phone_tail,
            )
            .outerjoin(Member, Member.id == _S.c.member_id)
            .where(
                _S.c.till_id == store.till,
                _S.c.business_date == store.clock.today(),
                _S.c.state.in_(("posted", "voided")),
            )
            .where(_S.c.voids_id.is_(None), _S.c.returns_id.is_(None))
            .order_by(_S.c.id.desc())
            .limit(limit)
        )
        return [
            BillRow(
                r.receipt_no,
                r.occurred_at,
                r.gross,
                r.net,
                f"{r.name or ''} {r.phone_tail or ''}".strip(),
                r.state,
            )
            for r in rows
        ]


def usual_most(store: Store) -> Money | None:
    """The amount that 95 of 100 recent bills stay below; None while there are fewer than 100."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        last = session.scalar(select(func.max(_S.c.id))) or 0
        newest = (
            select(_S.c.net)
            .where(_S.c.id > last - 2000, _S.c.net.is_not(None), _S.c.net > 0)
            .subquery()
        )
        count = session.scalar(select(func.count()).select_from(newest)) or 0
        if count < 100:
            return None
        return Money(
            session.execute(
                select(newest.c.net).order_by(newest.c.net).offset(int(count * 0.95)).limit(1)
            ).scalar_one()
        )
