"""From when to when a coupon holds: two dates, both included."""

from datetime import timedelta

from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import NotPossible
from storecrm.values import Day


def of_coupon(rule: OfferRule, issued: Day) -> tuple[Day, Day]:
    """First and last day of a coupon issued on `issued`; with valid_days the day of issue (or, with
    a delay, the day so many days later) is day 1, never past the offer's end.

    Raises:
        NotPossible: offer_over (its last day has passed).
    """
    issued += timedelta(days=rule.valid_delay or 0)
    first = rule.valid_from or issued
    if rule.valid_from and rule.valid_days:
        first = max(rule.valid_from, issued)
    last = rule.valid_to or issued
    if rule.valid_days:
        counted = first + timedelta(days=rule.valid_days - 1)
        last = min(counted, rule.valid_to) if rule.valid_to else counted
    if last < issued or last < first:
        raise NotPossible("offer_over", last=last)
    return first, last
