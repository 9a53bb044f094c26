"""What a basket costs: a pure function from lines, member, offers, coupons, points and the clock to
shares per line and a trace.

The order is fixed (and stored with the sale as steps): line promotions, one a line, the best for
the customer · the tier's price · order promotions · coupons, percent before fixed amount · points
used as payment · rounding. Ties: higher priority, larger saving, lower key. Thresholds are
inclusive, measured on eligible lines after the steps before. A discount is computed once, rounded
half-up, capped at what is left, and shared out by largest remainder, so that the parts add up
exactly. No line goes below zero.

    priced = price(lines, coupons, promotions=live, buyer=buyer, now=now)
    priced.net, priced.steps, priced.refused

bill: what goes in and what comes out
conditions: which lines count, and what a rule asks of member, day, place and amount
state: the bill while it is being priced
pieces: what a promotion of pieces takes from each line
line_promotions: one promotion a line, the best for the customer
bill_promotions: the tier's price, and promotions of the whole bill
coupons: what coupons take, or why they do not
earning: the points promotion that counts
remaining: what is still earned by the goods that stay of a sold bill
calculation: the steps in their order
"""

from storecrm.domain.pricing.bill import (
    AppliedOffer,
    AppliedStep,
    Buyer,
    GivenReduction,
    Line,
    NearPromotion,
    Priced,
    PricingTime,
    Step,
)
from storecrm.domain.pricing.calculation import price
from storecrm.domain.pricing.conditions import (
    at_all,
    eligible,
    face_value,
    failing_amount,
    in_groups,
)
from storecrm.domain.pricing.earning import earning_offer
from storecrm.domain.pricing.remaining import still_earned

__all__ = [
    "AppliedOffer",
    "AppliedStep",
    "Buyer",
    "GivenReduction",
    "Line",
    "NearPromotion",
    "Priced",
    "PricingTime",
    "Step",
    "at_all",
    "earning_offer",
    "eligible",
    "face_value",
    "failing_amount",
    "in_groups",
    "price",
    "still_earned",
]
