"""What coupons take from a bill, percent before fixed amount, or why they do not apply."""

from collections.abc import Sequence
from dataclasses import replace

from storecrm.domain.offers.rule import of_pieces
from storecrm.domain.pricing.bill import AppliedOffer, Buyer, PricingTime, Step
from storecrm.domain.pricing.bill_promotions import Share, share_of
from storecrm.domain.pricing.conditions import at_all, eligible
from storecrm.domain.pricing.pieces import shares_of
from storecrm.domain.pricing.state import State
from storecrm.values import Money, OfferKind, Refusal, RefusalCode


def percent_last(offer: AppliedOffer) -> bool:
    """The key that sorts coupons: those of percent first."""
    return offer.rule.kind is not OfferKind.PERCENT_OFF


def take_coupons(
    state: State, coupons: Sequence[AppliedOffer], buyer: Buyer | None, now: PricingTime
) -> dict[int, list[Refusal]]:
    """Take what the coupons give; answers those that do not apply, with why."""
    refused: dict[int, list[Refusal]] = {}
    spent: dict[int, int] = {}
    for asked in sorted(coupons, key=percent_last):
        used = spent.get(asked.purse, 0) if asked.purse else 0
        coupon = _after(asked, used)
        # whose a coupon is was asked when it was scanned
        at_scan = RefusalCode.MEMBER_REQUIRED
        failing = [r for r in at_all(coupon.rule, buyer, now) if r.code is not at_scan]
        found = coupon_share(coupon, state)
        failing += found.failing
        if not failing and sum(found.shares) <= 0:
            failing = [Refusal(RefusalCode.NO_EFFECT)]
        if failing:
            refused[coupon.key] = failing
            continue
        state.take(coupon.key, Step.COUPON, found.shares, found.base)
        spent[asked.purse] = used + sum(found.shares)
    return refused


def _after(asked: AppliedOffer, used: int) -> AppliedOffer:
    """A coupon with what others of its purse left of the budget."""
    if asked.left is None or not used:
        return asked
    return replace(asked, left=Money(asked.left - used))


def coupon_share(coupon: AppliedOffer, state: State) -> Share:
    """What a coupon takes from each line, the eligible money, and why it does not apply."""
    rule = coupon.rule
    if not of_pieces(rule):
        return share_of(coupon, state)
    skipped = state.marked if rule.skip_discounted else set[int]()
    free = [n for n in range(len(state.lines)) if n not in skipped]
    shares, why = shares_of(rule, state, free, None)
    counting = [n for n in free if eligible(rule, state.lines[n])]
    base = sum(state.left[n] for n in counting)
    failing = []
    if why is not None:
        failing.append(why)
    elif base <= 0:
        failing.append(Refusal(RefusalCode.NO_ELIGIBLE_ITEM))
    if coupon.left is not None and sum(shares) > coupon.left:
        failing.append(Refusal(RefusalCode.BUDGET))
    return Share(shares, base, 1, failing)
