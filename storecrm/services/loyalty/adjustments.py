"""The points account by hand: adjust with a reason, exchange for a coupon, and what ends soon."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.domain.points import Balance
from storecrm.errors import BadInput, NotPossible
from storecrm.ledger import audit, points
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.redemption import Redemption
from storecrm.services import allowances, rights, shop_settings
from storecrm.services.allowances import AllowanceKind
from storecrm.services.coupons import automatic, issue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.staff.own_card import SecondPerson
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.values import CouponState, Day, EntryKind, MemberId, Points

_E: Any = PointEntry.__table__
_LOT: Any = PointLot.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_M: Any = Member.__table__
MOST = 10_000_000


@dataclass(frozen=True)
class ExpiringPoints:
    """Points of one member that end on one day."""

    member_no: str
    name: str
    points: Points
    expires_on: Day


@repeatable
def adjust(
    store: Store, *, member: str, count: int, reason: str, second: SecondPerson | None = None
) -> Balance:
    """Add or take points by hand. Above the rule `adjust_limit` the owner has to do it; nobody
    adjusts without a reason, and the balance never falls below zero by hand. On the own card it
    takes a `second` person, the owner too.

    Raises:
        NotFound: member.
        BadInput: adjust_count, reason_missing.
        NotAllowed: adjust_limit, adjust_limit_day, card_unsaid, clock_suspect, own_card, own_name.
        NotPossible: points_short.
    """
    rights.require(store, Right.ADJUST)
    if count == 0 or abs(count) > MOST:
        raise BadInput("adjust_count", where=str(count))
    if not reason.strip():
        raise BadInput("reason_missing")
    with store.write(Topic.POINTS) as session:
        require_clock(session, store)
        shop, today = shop_settings.current(session), store.clock.today()
        points_account.require_gift(session, store, shop, [count])
        person = _locked(session, store, member)
        own_card.require(session, store, person, second)
        own_card.require_other_name(session, store, person, second)
        allowances.use(session, store, AllowanceKind.POINTS, abs(count))
        if count > 0:
            points.add_lot(
                session,
                store,
                member=person,
                kind=EntryKind.ADJUST,
                points=Points(count),
                day=today,
                expires_on=shop.expires_on(today),
                reason=reason[:200],
            )
        else:
            points.burn(
                session,
                store,
                member=person,
                points=Points(-count),
                day=today,
                kind=EntryKind.ADJUST,
                reason=reason[:200],
            )
        audit.log(
            session, store, "points_adjusted", member=person, points=count, reason=reason[:200]
        )
        return points.balance(session, person, today)


@repeatable
def exchange(
    store: Store, *, member: str, offer: str, cost: int, second: SecondPerson | None = None
) -> CouponView:
    """Points for a coupon that is the member's own; voiding it unused gives the points back to
    their lots.

    Raises:
        NotFound: member, offer.
        BadInput: adjust_count.
        NotPossible: points_short, offer_stopped, offer_external, exchange_limit.
        NotAllowed: own_card (without a `second` person).
    """
    rights.require(store, Right.ISSUE_ONE)
    if not 0 < cost <= MOST:
        raise BadInput("adjust_count", where=str(cost))
    with store.write(Topic.POINTS, Topic.COUPONS) as session:
        person = _locked(session, store, member)
        own_card.require(session, store, person, second)
        _require_use(session, store, offer, person)
        coupon = automatic.issue_one(session, store, offer, person)
        points.burn(
            session,
            store,
            member=person,
            points=Points(cost),
            day=store.clock.today(),
            kind=EntryKind.EXCHANGE,
            coupon=coupon,
        )
        audit.log(session, store, "points_exchanged", member=person, points=cost, coupon=coupon)
        return issue.views(session, _C.c.id == coupon)[0]


def _require_use(session: Session, store: Store, code: str, person: MemberId) -> None:
    """Refuse to sell a coupon that the member could never use: used and still held ones count
    against the limit of each member."""
    offer = design.by_code(session, code)
    most = design.frozen(session, store, design.newest_version(session, offer.id)).limit_per_member
    if most is None:
        return
    used = (
        select(func.count())
        .select_from(_R)
        .where(_R.c.offer_id == offer.id, _R.c.member_id == person, _R.c.reversed_at.is_(None))
    )
    usable = (
        _C.c.state.in_((CouponState.ISSUED, CouponState.RESERVED)),
        store.clock.day().lasts(_C.c.valid_to),
    )
    held = (
        select(func.count())
        .select_from(_C)
        .where(_C.c.offer_id == offer.id, _C.c.member_id == person, *usable)
    )
    if (session.scalar(used) or 0) + (session.scalar(held) or 0) >= most:
        raise NotPossible("exchange_limit", where=code, most=most)


def ending(store: Store, *, days: int = 31) -> list[ExpiringPoints]:
    """Points that end within `days`, the largest first."""
    rights.require(store, Right.FULL_PHONES)
    today = store.clock.today()
    left = func.sum(_E.c.points)
    query = (
        select(_M.c.member_no, _M.c.name, left.label("left"), _LOT.c.expires_on)
        .join(_LOT, _LOT.c.id == _E.c.lot_id)
        .join(_M, _M.c.id == _LOT.c.member_id)
        .where(_LOT.c.expires_on.between(today, today + timedelta(days=days)), _M.c.state == "live")
        .group_by(_M.c.id, _M.c.member_no, _M.c.name, _LOT.c.expires_on)
        .having(left > 0)
        .order_by(left.desc())
    )
    with store.read() as session:
        return [
            ExpiringPoints(r.member_no, r.name, Points(int(r.left)), r.expires_on)
            for r in session.execute(query)
        ]


def _locked(session: Session, store: Store, member: str) -> MemberId:
    require_clock(session, store)
    person = registry.resolve(session, store, member)
    database.lock_row(session, Member, person)
    return person
