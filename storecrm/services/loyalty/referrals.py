"""Members who bring members: both are rewarded with the friend's first purchase that is large
enough, once it is certain to stay.

The reward is points in lots of their own, written with the friend's sale and usable after the hold
(rule `referral_hold_days`): a void takes them back by itself, a return when less than the least
spend stays.
"""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.ledger import audit, point_entries, points
from storecrm.ledger.point_entries import NewLot, opposite
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, EntryKind, MemberId, Points, SaleId

REASON = "referral"

_referral = tables.referral.c.id
_referrer = tables.referral.c.referrer_id
_friend = tables.referral.c.friend_id
_state = tables.referral.c.state
_rewarded_on = tables.referral.c.rewarded_on
_member = tables.member.c.id

_REFERRERS = select(_referral, _referrer).join(tables.member, _member == _referrer)
_FOR_FRIEND = _REFERRERS.where(_friend == bindparam("friend"), _state == "waiting")
_WAITING = Hot(_FOR_FRIEND.where(tables.member.c.state == "live"))


@dataclass(frozen=True)
class Recruit:
    """One member of a referral tree: whom the member brought, since when, and whether it was
    rewarded (waiting, rewarded, capped)."""

    member_no: str
    name: str
    registered_on: Day
    state: str
    rewarded_on: Day | None


@dataclass(frozen=True)
class ReferralTree:
    """Who brought a member ("" for nobody), and whom the member brought."""

    referrer_no: str
    referrer_name: str
    friends: tuple[Recruit, ...]


def after_sale(
    session: Session,
    store: Store,
    shop: ShopRules,
    member: MemberId | None,
    sale: SaleId,
    net: int,
    day: Day,
) -> None:
    """Reward a friend's first qualifying purchase."""
    rewarded = shop.referral_points or shop.referral_friend_points
    if member is None or not rewarded or net < shop.referral_min_spend:
        return
    found = _WAITING.first(session, friend=member)
    # nobody brings oneself, by way of a merge either
    if found is None or found.referrer_id == member:
        return
    this = update(tables.referral).where(_referral == found.id)
    if _capped(session, shop, found.referrer_id, day):
        session.execute(this.values(state="capped"))
        return
    # the referrer first, then the friend
    _reward(session, store, shop, found.referrer_id, shop.referral_points, sale, day)
    _reward(session, store, shop, member, shop.referral_friend_points, sale, day)
    session.execute(this.values(state="rewarded", rewarded_on=day, sale_id=sale))
    facts = {"friend": member, "referrer": found.referrer_id, "sale": sale}
    audit.log(session, store, "referral_rewarded", **facts)


def _reward(
    session: Session,
    store: Store,
    shop: ShopRules,
    member: MemberId,
    count: int,
    sale: SaleId,
    day: Day,
) -> None:
    """Points in a lot of their own, usable after the hold."""
    if not count:
        return
    hold = shop.referral_hold
    lot = NewLot(
        member=member,
        kind=EntryKind.ADJUST,
        points=Points(count),
        day=day,
        expires_on=shop.expires_on(day),
        active_from=day + hold if hold else None,
        sale=sale,
        reason=REASON,
    )
    point_entries.open_lot(session, store, lot)


def _capped(session: Session, shop: ShopRules, referrer: int, day: Day) -> bool:
    """True when the referrer was rewarded this month as often as may be."""
    limit = shop.referral_per_month
    if limit is None:
        return False
    mine = select(func.count()).select_from(tables.referral).where(_referrer == referrer)
    this_month = _rewarded_on >= day.replace(day=1)
    rewarded = session.scalar(mine.where(_state == "rewarded", this_month))
    return int(rewarded or 0) >= limit


def sale_gone(session: Session, sale: SaleId) -> None:
    """The sale was voided, and its points with it: the friend's next purchase counts."""
    of_sale = update(tables.referral).where(tables.referral.c.sale_id == sale)
    session.execute(of_sale.values(state="waiting", rewarded_on=None, sale_id=None))


def after_return(
    session: Session, store: Store, shop: ShopRules, sale: SaleId, back: SaleId
) -> None:
    """Goods came back: when less than the least spend stays, the reward goes too."""
    rewarded = session.scalar(select(_referral).where(tables.referral.c.sale_id == sale))
    if rewarded is None or _kept_of(session, sale) >= shop.referral_min_spend:
        return
    entry = tables.point_entry.c
    is_reward = and_(entry.sale_id == sale, entry.reason == REASON)
    rewards = select(tables.point_entry).where(is_reward, points.STANDING)
    rows = session.execute(rewards).all()
    points.take_up(session, store, {row.lot_id for row in rows})
    today = store.clock.today()
    for row in rows:
        reversal = opposite(row, kind=EntryKind.REVERSE, day=today, sale=back, reason=REASON)
        point_entries.write(session, store, reversal)
    sale_gone(session, sale)


def _kept_of(session: Session, sale: SaleId) -> int:
    """Net of a sale, less what came back."""
    row = tables.sale.c
    with_returns = or_(row.id == sale, row.returns_id == sale)
    kept = select(func.sum(row.net)).where(with_returns)
    return int(session.scalar(kept) or 0)


def tree(store: Store, *, member: str) -> ReferralTree:
    """Who brought a member, and whom the member brought.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        number, name = _brought_by(session, person)
        friends = _brought(session, person)
        return ReferralTree(number, name, friends)


def _brought_by(session: Session, person: MemberId) -> tuple[str, str]:
    """(member number, name) of who brought a member, "" for nobody."""
    referrer = tables.member.alias("referrer")
    brought = tables.member.c.referred_by == referrer.c.id
    names = select(referrer.c.member_no, referrer.c.name)
    joined = names.join(tables.member, brought)
    # who was erased is nobody any more
    alive = referrer.c.state == "live"
    found = session.execute(joined.where(_member == person, alive)).first()
    return (found.member_no, found.name) if found else ("", "")


def _brought(session: Session, person: MemberId) -> tuple[Recruit, ...]:
    """Whom a member brought, the first one first."""
    of_friend = (tables.member.c.member_no, tables.member.c.name)
    of_referral = (tables.referral.c.registered_on, _state, _rewarded_on)
    query = select(*of_friend, *of_referral).join(tables.member, _member == _friend)
    friends = query.where(_referrer == person, _friend != person).order_by(_referral)
    return tuple(Recruit(**row._mapping) for row in session.execute(friends))
