"""Which lines count for a rule, and what it asks of member, day, place and amount.

Each function reads as a list of refusals: all that fail are told, each with what is missing.
"""

from storecrm.domain import birthdays
from storecrm.domain.offers.rule import OfferRule, of_pieces
from storecrm.domain.pricing.bill import Buyer, Line, PricingTime
from storecrm.values import Money, OfferKind, Refusal, RefusalCode

NEVER_GIVEN = ("rx", "otc_a")
"""Classes of medicine that are never a gift."""


def eligible(rule: OfferRule, line: Line) -> bool:
    """True when the line counts for the rule."""
    if line.no_promotion or (line.never_given and rule.kind is OfferKind.BUY_GET):
        return False
    if line.sku is None:
        return not (rule.automatic and rule.scoped)
    if line.sku in rule.not_products or line.category in rule.not_categories:
        return False
    if not (rule.products or rule.categories or rule.brands):
        return True
    return (
        line.sku in rule.products or line.category in rule.categories or line.brand in rule.brands
    )


def at_all(rule: OfferRule, buyer: Buyer | None, now: PricingTime) -> list[Refusal]:
    """What the rule asks of member, day and place, and is not given."""
    failing = []
    if rule.stores and now.store not in rule.stores:
        failing.append(Refusal(RefusalCode.STORE, offer=", ".join(rule.stores)))
    if rule.channels and now.channel not in rule.channels:
        failing.append(Refusal(RefusalCode.CHANNEL))
    if not _right_time(rule, now):
        failing.append(Refusal(RefusalCode.WEEKDAY_TIME))
    if buyer is not None:
        failing += _of_member(rule, buyer, now)
    elif rule.for_members:
        failing.append(Refusal(RefusalCode.MEMBER_REQUIRED))
    return failing


def _of_member(rule: OfferRule, buyer: Buyer, now: PricingTime) -> list[Refusal]:
    failing = []
    if rule.tiers and buyer.tier not in rule.tiers:
        failing.append(Refusal(RefusalCode.TIER, reason=", ".join(rule.tiers)))
    if rule.first_purchase and not buyer.first_purchase:
        failing.append(Refusal(RefusalCode.FIRST_PURCHASE))
    if rule.birthday and not birthdays.around(
        rule.birthday, buyer.birthday, buyer.calendar, now.day
    ):
        failing.append(Refusal(RefusalCode.BIRTHDAY_WINDOW))
    return failing


def _right_time(rule: OfferRule, now: PricingTime) -> bool:
    """Days of the week and of the month are two ways to name days: either will do."""
    if rule.weekdays or rule.month_days:
        on_weekday = now.day.isoweekday() in rule.weekdays
        if not on_weekday and now.day.day not in rule.month_days:
            return False
    if not rule.minutes:
        return True
    opens, closes = rule.minutes
    return opens <= now.minute <= closes


def failing_amount(
    rule: OfferRule, base: Money, any_line: bool = True, pieces: int = 0
) -> list[Refusal]:
    """Why `base` eligible money and `pieces` eligible pieces are not enough; empty when they
    are."""
    if rule.scoped and not any_line:
        return [Refusal(RefusalCode.NO_ELIGIBLE_ITEM)]
    failing = []
    if rule.min_spend and base < rule.min_spend:
        failing.append(Refusal(RefusalCode.MIN_SPEND, short=Money(rule.min_spend - base)))
    if rule.min_quantity and pieces < rule.min_quantity:
        failing.append(Refusal(RefusalCode.MIN_QUANTITY, pieces=rule.min_quantity - pieces))
    return failing


def by_itself(rule: OfferRule) -> bool:
    """True of promotions that judge each line by itself; a special price from so many pieces judges
    them together."""
    if rule.kind not in (OfferKind.PERCENT_OFF, OfferKind.FIXED_PRICE):
        return False
    return not rule.min_spend and not rule.min_quantity


def in_groups(rule: OfferRule) -> bool:
    """True where the price of a piece depends on other pieces, or on what they cost: when those
    come back it is not earned any more."""
    return of_pieces(rule) and not by_itself(rule)


def face_value(rule: OfferRule) -> Money:
    """What a coupon gives when no amount is known: its value, nothing for a percentage."""
    return Money(0) if rule.needs_amount else Money(rule.value)
