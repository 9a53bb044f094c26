"""The steps of pricing in their order."""

from collections.abc import Sequence

from storecrm.domain.offers.rule import is_line
from storecrm.domain.pricing.bill import (
    AppliedOffer,
    Buyer,
    Line,
    NearPromotion,
    Priced,
    PricingTime,
    Step,
)
from storecrm.domain.pricing.bill_promotions import take_bill_promotions, take_tier
from storecrm.domain.pricing.conditions import at_all, eligible, in_groups
from storecrm.domain.pricing.coupons import take_coupons
from storecrm.domain.pricing.earning import points_offer
from storecrm.domain.pricing.line_promotions import take_line_promotions
from storecrm.domain.pricing.state import State, opened
from storecrm.values import WHOLE, Money, OfferKind, share_out


def price(
    lines: Sequence[Line],
    coupons: Sequence[AppliedOffer] = (),
    *,
    promotions: Sequence[AppliedOffer] = (),
    buyer: Buyer | None = None,
    now: PricingTime | None = None,
    points: Money = Money(0),
    points_cap_percent: int = 100,
    round_to: int = 1,
    tier_or_promotion: bool = False,
) -> Priced:
    """Price a basket. `points` is money that the member wants to pay with points, taken as far as
    the cap allows; `round_to` the coin that amounts are rounded down to (10 for 角);
    `tier_or_promotion`: on each line the lower of tier price and promotion.

    Raises:
        ValueError: a coupon of kind external, which never applies at the till.
    """
    here = now or PricingTime()
    # each step is measured on what the one before it left
    state = opened(lines)
    live = [p for p in promotions if not at_all(p.rule, buyer, here)]
    near = _take_promotions(state, live, buyer, either=tier_or_promotion)

    # points promotions and coupons are measured on what the promotions left
    state.begin()
    earning = points_offer(state, live)
    refused = take_coupons(state, coupons, buyer, here)

    # points and rounding are no discount: they pay
    gross = sum(line.amount for line in lines)
    discount = gross - sum(state.left)
    paid = _pay_with_points(state, points, points_cap_percent)
    rounding = _round_down(state, round_to)
    by_coupons = tuple(step for step in state.steps if step.step is Step.COUPON)
    by_themselves = tuple(step for step in state.steps if step.step is not Step.COUPON)
    times, multiplied_by = WHOLE, 0
    if earning is not None:
        times, multiplied_by = earning.rule.value, earning.key
    return Priced(
        gross=Money(gross),
        discount=Money(discount),
        taken=by_coupons,
        refused=refused,
        applied=by_themselves,
        points_paid=paid,
        rounding=rounding,
        near=tuple(near),
        times=times,
        multiplied_by=multiplied_by,
        beside=_beside(state, live),
    )


def _take_promotions(
    state: State, live: Sequence[AppliedOffer], buyer: Buyer | None, *, either: bool
) -> list[NearPromotion]:
    """Promotions of goods, the tier's price, promotions of the whole bill; returns those that
    little was missing for."""
    near: list[NearPromotion] = []
    of_goods = [p for p in live if is_line(p.rule)]
    take_line_promotions(state, of_goods, near)
    if buyer is not None and buyer.tier_off:
        take_tier(state, buyer.tier_off, either=either)
    of_bill = [p for p in live if _of_bill(p)]
    take_bill_promotions(state, of_bill, near)
    return near


def _of_bill(promotion: AppliedOffer) -> bool:
    """True of a promotion of the whole bill that takes something off."""
    return not is_line(promotion.rule) and promotion.rule.kind is not OfferKind.POINTS_TIMES


def _pay_with_points(state: State, wanted: Money, cap_percent: int) -> Money:
    left = sum(state.left)
    if wanted <= 0:
        return Money(0)
    paid = min(wanted, left * cap_percent // 100)
    if paid:
        shares = share_out(paid, state.payable)
        state.take(0, Step.POINTS, shares, left)
    return Money(paid)


def _round_down(state: State, coin: int) -> Money:
    """Take what the smallest coin in use cannot pay."""
    rest = sum(state.left)
    if coin <= 1 or rest <= 0:
        return Money(0)
    rounding = rest % coin
    if rounding:
        shares = share_out(rounding, state.payable)
        state.take(0, Step.ROUNDING, shares, rest)
    return Money(rounding)


def _beside(state: State, promotions: Sequence[AppliedOffer]) -> tuple[int, ...]:
    """Promotions of goods that count for a line that a group made cheaper, and took nothing on this
    bill."""
    groups = {p.key for p in promotions if in_groups(p.rule)}
    steps = [step for step in state.steps if step.step is Step.LINE]
    used = {step.key for step in steps}
    of_groups = [step for step in steps if step.key in groups]
    cheaper: set[int] = set()
    for step in of_groups:
        cheaper |= {n for n, share in enumerate(step.shares) if share}
    lines = [state.lines[n] for n in sorted(cheaper)]
    idle = [p for p in promotions if is_line(p.rule) and p.key not in used]
    return tuple(p.key for p in idle if any(eligible(p.rule, line) for line in lines))
