"""Members who bring members: both are rewarded with the friend's first purchase that is large
enough, once it is certain to stay.

The reward is points in lots of their own, written with the friend's sale and usable after the hold
(rule `referral_hold_days`): a void takes them back by itself, a return when less than the least
spend stays.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.ledger import audit, points
from storecrm.models.hot import Hot
from storecrm.models.member import Member, Referral
from storecrm.models.points import PointEntry
from storecrm.models.sale import Sale
from storecrm.services import rights
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, EntryKind, MemberId, Points, SaleId

REASON = "referral"
_R: Any = Referral.__table__
_E: Any = PointEntry.__table__
_S: Any = Sale.__table__
_M: Any = Member.__table__
_WAITING = Hot(
    select(_R.c.id, _R.c.referrer_id)
    .join(_M, _M.c.id == _R.c.referrer_id)
    .where(_R.c.friend_id == bindparam("friend"), _R.c.state == "waiting", _M.c.state == "live")
)


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
    theirs, own = shop.referral_points, shop.referral_friend_points
    if member is None or not (theirs or own) or net < shop.referral_min_spend:
        return
    found = _WAITING.first(session, friend=member)
    if found is None or found.referrer_id == member:
        return
    if _capped(session, shop, found.referrer_id, day):
        session.execute(update(_R).where(_R.c.id == found.id).values(state="capped"))
        return
    hold = shop.referral_hold
    for person, count in ((found.referrer_id, theirs), (member, own)):
        if count:
            points.add_lot(
                session,
                store,
                member=person,
                kind=EntryKind.ADJUST,
                points=Points(count),
                day=day,
                expires_on=shop.expires_on(day),
                active_from=day + hold if hold else None,
                sale=sale,
                reason=REASON,
            )
    session.execute(
        update(_R)
        .where(_R.c.id == found.id)
        .values(state="rewarded", rewarded_on=day, sale_id=sale)
    )
    audit.log(
        session, store, "referral_rewarded", friend=member, referrer=found.referrer_id, sale=sale
    )


def _capped(session: Session, shop: ShopRules, referrer: int, day: Day) -> bool:
    limit = shop.referral_per_month
    mine = (
        _R.c.referrer_id == referrer,
        _R.c.state == "rewarded",
        _R.c.rewarded_on >= day.replace(day=1),
    )
    return (
        limit is not None
        and int(session.scalar(select(func.count()).select_from(_R).where(*mine)) or 0) >= limit
    )


def sale_gone(session: Session, sale: SaleId) -> None:
    """The sale was voided, and its points with it: the friend's next purchase counts."""
    session.execute(
        update(_R)
        .where(_R.c.sale_id == sale)
        .values(state="waiting", rewarded_on=None, sale_id=None)
    )


def after_return(
    session: Session, store: Store, shop: ShopRules, sale: SaleId, back: SaleId
) -> None:
    """Goods came back: when less than the least spend stays, the reward goes too."""
    rewarded = session.scalar(select(_R.c.id).where(_R.c.sale_id == sale))
    if rewarded is None:
        return
    kept = session.scalar(
        select(func.sum(_S.c.net)).where((_S.c.id == sale) | (_S.c.returns_id == sale))
    )
    if int(kept or 0) >= shop.referral_min_spend:
        return
    later = _E.alias()
    rows = session.execute(
        select(_E).where(
            _E.c.sale_id == sale,
            _E.c.reason == REASON,
            ~select(later.c.id).where(later.c.reverses_id == _E.c.id).exists(),
        )
    ).all()
    points.take_up(session, store, {row.lot_id for row in rows})
    for row in rows:
        more = {
            "lot": row.lot_id,
            "member": row.member_id,
            "points": -row.points,
            "sale": back,
            "reverses": row.id,
        }
        points.move(
            session, store, kind=EntryKind.REVERSE, day=store.clock.today(), reason=REASON, **more
        )
    sale_gone(session, sale)


def tree(store: Store, *, member: str) -> ReferralTree:
    """Who brought a member, and whom the member brought.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        above = _M.alias()
        query = select(above.c.member_no, above.c.name).join(_M, _M.c.referred_by == above.c.id)
        by = session.execute(query.where(_M.c.id == person, above.c.state == "live")).first()
        rows = session.execute(
            select(_M.c.member_no, _M.c.name, _R.c.registered_on, _R.c.state, _R.c.rewarded_on)
            .join(_M, _M.c.id == _R.c.friend_id)
            .where(_R.c.referrer_id == person, _R.c.friend_id != person)
            .order_by(_R.c.id)
        )
        friends = tuple(
            Recruit(r.member_no, r.name, r.registered_on, r.state, r.rewarded_on) for r in rows
        )
        return ReferralTree(by.member_no if by else "", by.name if by else "", friends)
