"""What a bill is priced under: the promotions that are live, what is left of their budgets, the
member's tier, the shop's rounding."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import LivePromotion, OfferRule
from storecrm.domain.shop_rules import ShopRules, TierPrice
from storecrm.ledger import offer_limits
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.services.members import tier_qualification
from storecrm.services.members.tier_qualification import Ladder
from storecrm.services.offers.live_promotions import running
from storecrm.services.store import Store
from storecrm.values import (
    WHOLE,
    Day,
    MemberId,
    Money,
    OfferId,
    OfferKind,
    SaleState,
    as_datetime,
)

_MEMBER = tables.member.c
_SALE = tables.sale.c
_STEP = tables.sale_step.c
_TIER = tables.tier.c
_UNTIL = _MEMBER.tier_until
_TODAY = bindparam("today", type_=_UNTIL.type)
_HOLDS = or_(_UNTIL.is_(None), _UNTIL >= _TODAY)
"""A tier that was given by hand holds until its last day; from then on what the spend says."""
_ITS_TIER = and_(_TIER.name == _MEMBER.tier, _HOLDS)
_HELD = case((_HOLDS, _MEMBER.tier), else_="").label("tier")
_OFF = func.coalesce(_TIER.off, 0).label("off")
_TIMES = func.coalesce(_TIER.points_times, WHOLE).label("times")
_OF_MEMBER = _MEMBER["tier_until", "opening_spent", "birthday", "birthday_type"]
_THE_MEMBER = _MEMBER.id == bindparam("member")
# the bill that is priced does not count itself
_OTHERS = _SALE.id != bindparam("sale")
# what came back as a whole, or was a return itself, is no visit
_KEPT = ~offer_limits.ALL_BACK
_NO_RETURN = _SALE.returns_id.is_(None)
_NO_MIRROR = _SALE.voids_id.is_(None)
_POSTED = _SALE.state == SaleState.POSTED
_OF_BUYER = _SALE.member_id == _MEMBER.id
_VISIT = and_(_OF_BUYER, _POSTED, _OTHERS, _NO_MIRROR, _NO_RETURN, _KEPT)
_SALES = select(func.count()).select_from(tables.sale)
_VISITS = _SALES.where(_VISIT).limit(1).scalar_subquery().label("visits")
_MEMBERS = select(*_OF_MEMBER, _HELD, _OFF, _TIMES, _VISITS)
_BUYER = Hot(_MEMBERS.outerjoin(tables.tier, _ITS_TIER).where(_THE_MEMBER))

_STEP_OF_SALE = _STEP.sale_id == _SALE.id
_BY_OFFER = _STEP.offer_id == bindparam("offer")
_USED = select(_STEP.id).where(_STEP_OF_SALE, _BY_OFFER).exists()
_BY_MEMBER = _SALE.member_id == bindparam("member")
_USES = _SALES.where(_USED, offer_limits.LIVE_SALE, _NO_RETURN, _KEPT)
_MEMBERS_USES = Hot(_USES.where(_BY_MEMBER, _OTHERS))


@dataclass(frozen=True)
class PricingContext:
    """Everything besides lines, coupons and points that a price depends on."""

    live: tuple[LivePromotion, ...]
    promotions: tuple[pricing.AppliedOffer, ...]
    buyer: pricing.Buyer | None
    now: pricing.PricingTime
    round_to: int
    either: bool
    points_cap: int
    tier_times: int

    def price(
        self,
        lines: Sequence[pricing.Line],
        coupons: Sequence[pricing.AppliedOffer],
        points: Money = Money(0),
    ) -> pricing.Priced:
        """Price these lines with these coupons here and now."""
        done = pricing.price(
            lines,
            coupons,
            promotions=self.promotions,
            buyer=self.buyer,
            now=self.now,
            points=points,
            points_cap_percent=self.points_cap,
            round_to=self.round_to,
            tier_or_promotion=self.either,
        )
        times = done.times * self.tier_times // WHOLE
        return replace(done, times=times)

    def named(self, key: int) -> LivePromotion:
        """The promotion behind a step's key."""
        return next(one for one in self.live if one.offer == key)


def of(
    session: Session, store: Store, shop: ShopRules, member: MemberId | None, sale: int = 0
) -> PricingContext:
    """What holds for this member at this till now; `sale` itself does not count against limits and
    budgets."""
    found = running(session, store)
    today = store.clock.today()
    row = None
    if member is not None:
        row = _BUYER.first(session, member=member, sale=sale, today=today)
    tier = _tier(session, store, member, row)
    local = as_datetime(store.clock.now(), store.clock.zone)
    minute = local.hour * 60 + local.minute
    now = pricing.PricingTime(today, minute, store.shop.store)
    asked = [_asked(session, live, member, sale) for live in found]
    promotions = tuple(one for one in asked if one is not None)
    buyer = None if row is None else _buyer(row, tier)
    # of a tier's price and a promotion the lower one, or both one after the other
    either = shop.tier_or_promotion is TierPrice.LOWER
    return PricingContext(
        live=found,
        promotions=promotions,
        buyer=buyer,
        now=now,
        round_to=shop.rounding,
        either=either,
        points_cap=shop.points_cap,
        tier_times=tier.times,
    )


@dataclass(frozen=True)
class _Tier:
    name: str = ""
    off: int = 0
    times: int = WHOLE


def _buyer(row: Any, tier: _Tier) -> pricing.Buyer:
    return pricing.Buyer(
        tier=tier.name,
        tier_off=tier.off,
        birthday=row.birthday,
        first_purchase=not row.visits,
        calendar=row.birthday_type,
    )


def _tier(session: Session, store: Store, member: MemberId | None, row: Any) -> _Tier:
    if member is None or row is None:
        return _Tier()
    if not tier_qualification.ended(row.tier_until, store.clock.today()):
        return _Tier(row.tier, row.off, row.times)
    ladder = tier_qualification.ladder(session, store)
    place = tier_qualification.place(session, ladder, member, row.opening_spent)
    if place < 0:
        return _Tier()
    step = ladder.steps[place]
    return _Tier(ladder.named(place), step.off, step.points_times)


def tier_times(
    session: Session, store: Store, asked: Collection[tuple[MemberId, Day]]
) -> dict[tuple[MemberId, Day], int]:
    """What the tier that a member had on a day multiplies points by, in basis points: by the last
    move up to that day; without any, by the tier there is when the member never moved. One that had
    ended gives what the spend says now."""
    ladder = tier_qualification.ladder(session, store)
    if all(step.points_times == WHOLE for step in ladder.steps):
        return dict.fromkeys(asked, WHOLE)
    people = {member for member, _ in asked}
    rows = _tiers(session, people)
    moves = _moves(session, people)
    found: dict[tuple[MemberId, Day], int] = {}
    for member, day in asked:
        moved = moves.get(member, [])
        place = _place_on(session, ladder, rows[member], moved, day)
        # below the ladder nothing is multiplied
        times = ladder.steps[place].points_times if place >= 0 else WHOLE
        found[member, day] = times
    return found


def _tiers(session: Session, people: Collection[MemberId]) -> dict[MemberId, Any]:
    theirs = database.among(session, _MEMBER.id, people)
    columns = _MEMBER["id", "tier", "tier_until", "opening_spent"]
    rows = session.execute(select(*columns).where(theirs))
    return {row.id: row for row in rows}


def _moves(session: Session, people: Collection[MemberId]) -> dict[MemberId, list[Any]]:
    """The moves on the ladder of each member, the first one first."""
    theirs = database.among(session, tables.tier_change.c.member_id, people)
    in_order = select(tables.tier_change).where(theirs).order_by(tables.tier_change.c.id)
    moves: dict[MemberId, list[Any]] = {}
    for move in session.execute(in_order):
        moves.setdefault(move.member_id, []).append(move)
    return moves


def _place_on(session: Session, ladder: Ladder, row: Any, moves: Sequence[Any], day: Day) -> int:
    """The place on the ladder that a member had on a day."""
    before = [move for move in moves if move.business_date <= day]
    # before the first move the member was on no step
    if moves and not before:
        return -1
    tier = row.tier
    until = row.tier_until
    if before:
        last = before[-1]
        tier = last.tier
        until = last.until
    if tier_qualification.ended(until, day):
        return tier_qualification.place(session, ladder, row.id, row.opening_spent)
    return ladder.rank(tier)


def _asked(
    session: Session, live: LivePromotion, member: MemberId | None, sale: int
) -> pricing.AppliedOffer | None:
    """The promotion with what its budget still holds; None when a limit is reached."""
    # a stamp card takes nothing off
    if live.rule.kind is OfferKind.STAMPS:
        return None
    if used_up(session, live.offer, live.rule, member, sale):
        return None
    left = budget_left(session, live.offer, live.rule, sale)
    if left is not None and left < least_given(live.rule):
        return None
    return pricing.AppliedOffer(live.offer, live.rule, left)


def least_given(rule: OfferRule) -> int:
    """The least that the offer gives when it gives something: with less left of its budget it is
    over, and nobody is told of it."""
    fixed = rule.kind in (OfferKind.THRESHOLD_OFF, OfferKind.EVERY_THRESHOLD)
    return rule.value if fixed else 1


def used_up(
    session: Session, offer: OfferId, rule: OfferRule, member: MemberId | None, sale: int
) -> bool:
    """True when a promotion was used as often as it may be, in all or by this member; `sale` itself
    does not count."""
    # what is counted is held, so that two tills do not both take the last of it
    if rule.budget is not None or rule.limit_total is not None:
        database.lock_row(session, Offer, offer)
    if rule.limit_total is not None:
        uses = offer_limits.used(session, offer, sale).uses
        if uses >= rule.limit_total:
            return True
    if rule.limit_per_member is None or member is None:
        return False
    database.lock_row(session, Member, member)
    mine: int = _MEMBERS_USES.scalar(session, offer=offer, member=member, sale=sale)
    return mine >= rule.limit_per_member


def budget_left(session: Session, offer: OfferId, rule: OfferRule, sale: int = 0) -> Money | None:
    """What the offer may still give besides this bill, None without a budget."""
    if rule.budget is None:
        return None
    given = offer_limits.used(session, offer, sale).given
    return Money(max(0, rule.budget - given))
