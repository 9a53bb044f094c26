"""What promotions and coupons still give the goods that stay when others of the bill come back."""

from collections.abc import Sequence

from storecrm.domain.pricing.bill import GivenReduction, Line, Step
from storecrm.domain.pricing.conditions import in_groups
from storecrm.domain.pricing.coupons import coupon_share, percent_last
from storecrm.domain.pricing.line_promotions import take_line_promotions
from storecrm.domain.pricing.state import opened


def still_earned(lines: Sequence[Line], given: Sequence[GivenReduction]) -> list[int]:
    """What promotions and coupons of groups (`in_groups`) give each of the lines that stay of a
    sold bill.

    The steps are those of `price`; who and when was judged when it was sold. What else was given
    stays on its lines as it is, so that it is less that is left there for what follows.
    """
    state = opened(lines)
    earned = [0] * len(lines)
    promotions = [one for one in given if one.step is Step.LINE]
    take_line_promotions(state, [one.asked for one in promotions], [])
    # what each line keeps whatever comes back
    kept = _kept(promotions, len(lines))
    for step in state.steps:
        for n, share in enumerate(step.shares):
            earned[n] += max(0, share - kept[n])
    cheaper = [had or got for had, got in zip(kept, earned, strict=True)]
    state.marked = {n for n, yes in enumerate(cheaper) if yes}
    # coupons are measured on what every step before them left
    before_coupons = [one for one in given if one.step is not Step.COUPON]
    kept_until = _kept(before_coupons, len(lines))
    for n, line in enumerate(lines):
        gone = kept_until[n] + earned[n]
        state.left[n] = max(0, line.amount - gone)
    state.begin()
    coupons = [one for one in given if one.step is Step.COUPON]
    for one in sorted(coupons, key=lambda one: percent_last(one.asked)):
        shares = list(one.shares)
        if in_groups(one.asked.rule):
            shares = coupon_share(one.asked, state).shares
            for n, part in enumerate(shares):
                earned[n] += part
        for n, part in enumerate(shares):
            state.left[n] = max(0, state.left[n] - part)
    return earned


def _kept(given: Sequence[GivenReduction], lines: int) -> list[int]:
    """What promotions that do not depend on other goods gave each line."""
    plain = [one for one in given if not in_groups(one.asked.rule)]
    return [sum(one.shares[n] for one in plain) for n in range(lines)]
