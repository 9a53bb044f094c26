"""The points promotion that counts for a bill; nothing is taken off by it."""

from collections.abc import Sequence

from storecrm.domain.pricing.bill import AppliedOffer, Line
from storecrm.domain.pricing.conditions import eligible, failing_amount
from storecrm.domain.pricing.state import State, opened
from storecrm.values import Money, OfferKind


def earning_offer(lines: Sequence[Line], promotions: Sequence[AppliedOffer]) -> AppliedOffer | None:
    """The points promotion that counts on these lines, of which nothing was taken off."""
    return points_offer(opened(lines), promotions)


def points_offer(state: State, promotions: Sequence[AppliedOffer]) -> AppliedOffer | None:
    """The points promotion that counts: its minimum is measured like a coupon's, on what promotions
    left of the goods that count."""
    of_points = [p for p in promotions if p.rule.kind is OfferKind.POINTS_TIMES]
    # multipliers do not add up: one counts
    found = [p for p in of_points if not failing_amount(p.rule, _counting(state, p))]
    return min(found, key=_rank, default=None)


def _rank(offer: AppliedOffer) -> tuple[int, int, int]:
    """Higher priority, larger multiple, lower key."""
    return -offer.rule.priority, -offer.rule.value, offer.key


def _counting(state: State, offer: AppliedOffer) -> Money:
    """Money on the goods that count for an offer."""
    each = zip(state.measured, state.lines, strict=True)
    return Money(sum(value for value, line in each if eligible(offer.rule, line)))
