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
from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.sale import Sale, SaleStep
from storecrm.models.tier import Tier, TierChange
from storecrm.services.members import tier_qualification
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

_SALE: Any = Sale.__table__
_STEP: Any = SaleStep.__table__
_M: Any = Member.__table__
_T: Any = Tier.__table__
_MOVE: Any = TierChange.__table__
_HOLDS = or_(
    _M.c.tier_until.is_(None), _M.c.tier_until >= bindparam("today", type_=_M.c.tier_until.type)
)
"""A tier that was given by hand holds until its last day; from then on what the spend says."""
_BUYER = Hot(
    select(
        case((_HOLDS, _M.c.tier), else_="").label("tier"),
        _M.c.tier_until,
        _M.c.opening_spent,
        _M.c.birthday,
        _M.c.birthday_type,
        func.coalesce(_T.c.off, 0).label("off"),
        func.coalesce(_T.c.points_times, WHOLE).label("times"),
        select(func.count())
        .select_from(_SALE)
        .where(
            _SALE.c.member_id == _M.c.id,
            _SALE.c.state == SaleState.POSTED,
            _SALE.c.id != bindparam("sale"),
            _SALE.c.voids_id.is_(None),
            _SALE.c.returns_id.is_(None),
            ~offer_limits.ALL_BACK,
        )
        .limit(1)
        .scalar_subquery()
        .label("visits"),
    )
    .outerjoin(_T, and_(_T.c.name == _M.c.tier, _HOLDS))
    .where(_M.c.id == bindparam("member"))
)
_MEMBERS_USES = Hot(
    select(func.count())
    .select_from(_SALE)
    .where(
        select(_STEP.c.id)
        .where(_STEP.c.sale_id == _SALE.c.id, _STEP.c.offer_id == bindparam("offer"))
        .exists(),
        offer_limits.LIVE_SALE,
        _SALE.c.returns_id.is_(None),
        ~offer_limits.ALL_BACK,
        _SALE.c.member_id == bindparam("member"),
        _SALE.c.id != bindparam("sale"),
    )
)


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
        return replace(done, times=done.times * self.tier_times // WHOLE)

    def named(self, key: int) -> LivePromotion:
        """The promotion behind a step's key."""
        return next(one for one in self.live if one.offer == key)


def of(
    session: Session, store: Store, shop: ShopRules, member: MemberId | None, sale: int = 0
) -> PricingContext:
    """What holds for this member at this till now; `sale` itself does not count against limits and
    budgets."""
    found = running(session, store)
    row = (
        _BUYER.first(session, member=member, sale=sale, today=store.clock.today())
        if member is not None
        else None
    )
    tier = _tier(session, store, member, row)
    buyer = (
        pricing.Buyer(tier.name, tier.off, row.birthday, not row.visits, row.birthday_type)
        if row is not None
        else None
    )
    local = as_datetime(store.clock.now(), store.clock.zone)
    now = pricing.PricingTime(store.clock.today(), local.hour * 60 + local.minute, store.shop.store)
    asked = [one for live in found if (one := _asked(session, live, member, sale)) is not None]
    return PricingContext(
        found,
        tuple(asked),
        buyer,
        now,
        shop.rounding,
        shop.tier_or_promotion is TierPrice.LOWER,
        shop.points_cap,
        tier.times,
    )


@dataclass(frozen=True)
class _Tier:
    name: str = ""
    off: int = 0
    times: int = WHOLE


def _tier(session: Session, store: Store, member: MemberId | None, row: Any) -> _Tier:
    if member is None or row is None:
        return _Tier()
    if not tier_qualification.ended(row.tier_until, store.clock.today()):
        return _Tier(row.tier, row.off, row.times)
    on = tier_qualification.ladder(session, store)
    place = tier_qualification.place(session, on, member, row.opening_spent)
    return (
        _Tier(on.named(place), on.steps[place].off, on.steps[place].points_times)
        if place >= 0
        else _Tier()
    )


def tier_times(
    session: Session, store: Store, asked: Collection[tuple[MemberId, Day]]
) -> dict[tuple[MemberId, Day], int]:
    """What the tier that a member had on a day multiplies points by, in basis points: by the last
    move up to that day; without any, by the tier there is when the member never moved. One that had
    ended gives what the spend says now."""
    on = tier_qualification.ladder(session, store)
    if all(step.points_times == WHOLE for step in on.steps):
        return dict.fromkeys(asked, WHOLE)
    people = {member for member, _ in asked}
    facts = select(_M.c.id, _M.c.tier, _M.c.tier_until, _M.c.opening_spent).where(
        database.among(session, _M.c.id, people)
    )
    rows = {row.id: row for row in session.execute(facts)}
    moves: dict[MemberId, list[Any]] = {}
    for move in session.execute(
        select(_MOVE).where(database.among(session, _MOVE.c.member_id, people)).order_by(_MOVE.c.id)
    ):
        moves.setdefault(move.member_id, []).append(move)
    found = dict[tuple[MemberId, Day], int]()
    for member, day in asked:
        place = _place_on(session, on, rows[member], moves.get(member, []), day)
        found[member, day] = on.steps[place].points_times if place >= 0 else WHOLE
    return found


def _place_on(
    session: Session, on: tier_qualification.Ladder, row: Any, moves: Sequence[Any], day: Day
) -> int:
    """The place on the ladder that a member had on a day."""
    before = [move for move in moves if move.business_date <= day]
    if moves and not before:
        return -1
    tier, until = (before[-1].tier, before[-1].until) if before else (row.tier, row.tier_until)
    if tier_qualification.ended(until, day):
        return tier_qualification.place(session, on, row.id, row.opening_spent)
    return on.rank(tier)


def _asked(
    session: Session, live: LivePromotion, member: MemberId | None, sale: int
) -> pricing.AppliedOffer | None:
    """The promotion with what its budget still holds; None when a limit is reached."""
    if live.rule.kind is OfferKind.STAMPS or used_up(session, live.offer, live.rule, member, sale):
        return None
    left = budget_left(session, live.offer, live.rule, sale)
    if left is not None and left < least_given(live.rule):
        return None
    return pricing.AppliedOffer(live.offer, live.rule, left)


def least_given(rule: OfferRule) -> int:
    """The least that the offer gives when it gives something: with less left of its budget it is
    over, and nobody is told of it."""
    return rule.value if rule.kind in (OfferKind.THRESHOLD_OFF, OfferKind.EVERY_THRESHOLD) else 1


def used_up(
    session: Session, offer: OfferId, rule: OfferRule, member: MemberId | None, sale: int
) -> bool:
    """True when a promotion was used as often as it may be, in all or by this member; `sale` itself
    does not count."""
    if rule.budget is not None or rule.limit_total is not None:
        database.lock_row(session, Offer, offer)
    if (
        rule.limit_total is not None
        and offer_limits.used(session, offer, sale).uses >= rule.limit_total
    ):
        return True
    if rule.limit_per_member is None or member is None:
        return False
    database.lock_row(session, Member, member)
    uses: int = _MEMBERS_USES.scalar(session, offer=offer, member=member, sale=sale)
    return uses >= rule.limit_per_member


def budget_left(session: Session, offer: OfferId, rule: OfferRule, sale: int = 0) -> Money | None:
    """What the offer may still give besides this bill, None without a budget."""
    if rule.budget is None:
        return None
    return Money(max(0, rule.budget - offer_limits.used(session, offer, sale).given))
