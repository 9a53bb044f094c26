"""The points account by hand: adjust with a reason, exchange for a coupon, and what ends soon."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.domain.points import Balance
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput, NotPossible
from storecrm.ledger import audit, point_balances, point_entries, points
from storecrm.ledger.point_entries import NewLot
from storecrm.models import database, tables
from storecrm.models.member import Member
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
from storecrm.values import CouponState, Day, EntryKind, MemberId, OfferId, Points

MOST = 10_000_000
"""Points of one act by hand."""


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
        shop = shop_settings.current(session)
        today = store.clock.today()
        points_account.require_gift(session, store, shop, [count])
        # held until the end: two managers would both find the day's limit free
        person = _locked(session, store, member)
        own_card.require(session, store, person, second)
        own_card.require_other_name(session, store, person, second)
        allowances.use(session, store, AllowanceKind.POINTS, abs(count))
        said = reason[:200]
        _give_or_take(session, store, shop, person, count, said)
        facts = {"member": person, "points": count, "reason": said}
        audit.log(session, store, "points_adjusted", **facts)
        return point_balances.balance(session, person, today)


def _give_or_take(
    session: Session, store: Store, shop: ShopRules, person: MemberId, count: int, reason: str
) -> None:
    """Points by hand: more of them in a lot of their own, fewer from those that expire first."""
    today = store.clock.today()
    if count > 0:
        lot = NewLot(
            member=person,
            kind=EntryKind.ADJUST,
            points=Points(count),
            day=today,
            expires_on=shop.expires_on(today),
            reason=reason,
        )
        point_entries.open_lot(session, store, lot)
        return
    points.burn(
        session,
        store,
        member=person,
        points=Points(-count),
        day=today,
        kind=EntryKind.ADJUST,
        reason=reason,
    )


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
        # the coupon first, so that the entry can name it
        coupon = automatic.issue_one(session, store, offer, person)
        # the entry names the coupon, so that voiding it unused finds what it cost
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
        this = tables.coupon.c.id == coupon
        [view] = issue.views(session, this)
        return view


def _require_use(session: Session, store: Store, code: str, person: MemberId) -> None:
    """Refuse to sell a coupon that the member could never use: used and still held ones count
    against the limit of each member."""
    offer = design.by_code(session, code)
    version = design.newest_version(session, offer.id)
    most = design.frozen(session, store, version).limit_per_member
    if most is None:
        return
    used = _used_of(session, offer.id, person)
    held = _held_of(session, store, offer.id, person)
    if used + held >= most:
        raise NotPossible("exchange_limit", where=code, most=most)


def _used_of(session: Session, offer: OfferId, person: MemberId) -> int:
    """Uses of an offer's coupons by a member that stand."""
    use = tables.redemption.c
    counted = select(func.count()).select_from(tables.redemption)
    theirs = counted.where(use.offer_id == offer, use.member_id == person)
    used = theirs.where(use.reversed_at.is_(None))
    return session.scalar(used) or 0


def _held_of(session: Session, store: Store, offer: OfferId, person: MemberId) -> int:
    """Coupons of an offer that a member could still use."""
    coupon = tables.coupon.c
    counted = select(func.count()).select_from(tables.coupon)
    held = counted.where(coupon.offer_id == offer, coupon.member_id == person)
    # one that a parked bill holds will be used
    unused = coupon.state.in_((CouponState.ISSUED, CouponState.RESERVED))
    in_time = store.clock.day().lasts(coupon.valid_to)
    return session.scalar(held.where(unused, in_time)) or 0


_LEFT = func.sum(tables.point_entry.c.points)
_OWNER = (tables.member.c.member_no, tables.member.c.name)
_ENDS = tables.point_lot.c.expires_on
_OF_ENTRY = tables.point_lot.c.id == tables.point_entry.c.lot_id
_OF_LOT = tables.member.c.id == tables.point_lot.c.member_id
_LIVE = tables.member.c.state == "live"
_BY_OWNER = select(*_OWNER, _LEFT.label("left"), _ENDS).group_by(tables.member.c.id, *_OWNER, _ENDS)
_OF_LIVE = _BY_OWNER.join(tables.point_lot, _OF_ENTRY).join(tables.member, _OF_LOT).where(_LIVE)
_LIVE_LOTS = _OF_LIVE.having(_LEFT > 0).order_by(_LEFT.desc())


def ending(store: Store, *, days: int = 31) -> list[ExpiringPoints]:
    """Points that end within `days`, the largest first."""
    rights.require(store, Right.FULL_PHONES)
    today = store.clock.today()
    until = today + timedelta(days=days)
    with store.read() as session:
        rows = session.execute(_LIVE_LOTS.where(_ENDS.between(today, until)))
        return [_ending(row) for row in rows]


def _ending(row: Any) -> ExpiringPoints:
    points_left = Points(int(row.left))
    return ExpiringPoints(row.member_no, row.name, points_left, row.expires_on)


def _locked(session: Session, store: Store, member: str) -> MemberId:
    require_clock(session, store)
    person = registry.resolve(session, store, member)
    database.lock_row(session, Member, person)
    return person
