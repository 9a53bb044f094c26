"""What no offer may say: what contradicts itself, counts for nothing, or could never be used."""

from datetime import timedelta

from storecrm.domain.offers import kinds
from storecrm.domain.offers.rule import OfferRule, is_line
from storecrm.errors import BadInput
from storecrm.values import OfferKind

LONGEST = 3660
"""No coupon is valid for more than ten years."""
_LEAST_BOUGHT = {OfferKind.BUY_GET: 1, OfferKind.NTH_ITEM: 2, OfferKind.STAMPS: 2}
_THRESHOLDS = (OfferKind.THRESHOLD_OFF, OfferKind.EVERY_THRESHOLD)
_OF_SOME_GOODS = (OfferKind.FIXED_PRICE, OfferKind.STAMPS)
_COUPONS_ONLY = {"uses_allowed": 1, "bearer": True}
"""What an automatic promotion says of coupons: nothing."""


def check(rule: OfferRule) -> None:
    """Refuse a rule that contradicts itself.

    Raises:
        BadInput: offer_no_value, threshold_missing, value_over_threshold, cap_without_percent,
            dates_reversed, validity_missing, buy_missing, reward_missing, reward_stamps,
            stamps_condition, supplier_half, gifts_missing, gift_circular, scope_missing,
            automatic_only, automatic_days, value_over_budget, offer_no_effect, offer_coupon_only,
            offer_automatic_only, alone_in_group, scope_empty, never_on.
    """
    _check_benefit(rule)
    _check_pieces(rule)
    _check_way_in(rule)
    if rule.kind is OfferKind.POINTS_TIMES and (rule.scoped or rule.min_quantity):
        raise BadInput("points_scope", where="products")
    # only a stamp lives for days of its own
    if rule.automatic and rule.valid_days is not None and rule.kind is not OfferKind.STAMPS:
        raise BadInput("automatic_days", where="valid_days")
    if bool(rule.supplier) != bool(rule.supplier_share):
        missing = "supplier_share" if rule.supplier else "supplier"
        raise BadInput("supplier_half", where=missing)
    _check_bounds(rule)
    _check_dates(rule)
    _check_effect(rule)
    _check_goods(rule)
    _check_days(rule)


def _check_benefit(rule: OfferRule) -> None:
    if rule.kind not in kinds.WITHOUT_VALUE and rule.value <= 0:
        raise BadInput("offer_no_value", where="value")
    if rule.kind in _THRESHOLDS and not rule.min_spend:
        raise BadInput("threshold_missing", where="min_spend")


def _check_pieces(rule: OfferRule) -> None:
    """What kinds of pieces need: how many, of what, and which gifts."""
    least = _LEAST_BOUGHT.get(rule.kind)
    if least is not None and (rule.buy or 0) < least:
        raise BadInput("buy_missing", where="buy", least=least)
    _check_stamps(rule)
    if rule.kind in _OF_SOME_GOODS and not rule.scoped:
        raise BadInput("scope_missing", where="products")
    if rule.kind in kinds.GIVING:
        _check_gifts(rule)


def _check_stamps(rule: OfferRule) -> None:
    stamps = rule.kind is OfferKind.STAMPS
    if stamps != bool(rule.reward):
        code = "reward_stamps" if rule.reward else "reward_missing"
        raise BadInput(code, where="reward")
    if not stamps:
        return
    # the coupon of a full card has conditions of its own
    for key in kinds.NOT_FOR_STAMPS:
        if getattr(rule, key):
            raise BadInput("stamps_condition", where=key)


def _check_gifts(rule: OfferRule) -> None:
    if not rule.gifts:
        raise BadInput("gifts_missing", where="gifts")
    if not rule.min_spend and not rule.buy:
        raise BadInput("threshold_missing", where="min_spend")
    # a gift that is the only thing to buy earns the next one
    if rule.products and set(rule.products) <= set(rule.gifts):
        raise BadInput("gift_circular", where="gifts")


def _check_way_in(rule: OfferRule) -> None:
    """Some kinds apply by themselves only, what another system decides never does."""
    only_coupon = rule.kind is OfferKind.EXTERNAL
    only_automatic = rule.kind in kinds.BY_ITSELF
    if (only_coupon and rule.automatic) or (only_automatic and not rule.automatic):
        raise BadInput("automatic_only", where="automatic")


def _check_bounds(rule: OfferRule) -> None:
    """Amounts against the budget, the threshold and the cap."""
    amount = rule.value if rule.kind in kinds.AMOUNTS else 0
    if rule.budget is not None and amount > rule.budget:
        facts = {"value": rule.value, "budget": rule.budget}
        raise BadInput("value_over_budget", where="budget", **facts)
    if rule.min_spend is not None and amount > rule.min_spend:
        facts = {"value": rule.value, "threshold": rule.min_spend}
        raise BadInput("value_over_threshold", where="value", **facts)
    if rule.cap is not None and rule.kind not in kinds.having("cap"):
        raise BadInput("cap_without_percent", where="cap")


def _check_dates(rule: OfferRule) -> None:
    first, last = rule.valid_from, rule.valid_to
    if first and last and first > last:
        raise BadInput("dates_reversed", where="valid_to", first=first, last=last)
    for key in ("valid_days", "valid_delay"):
        days = getattr(rule, key)
        if days is not None and days > LONGEST:
            raise BadInput("offer_value", where=key, value=str(days))
    if rule.valid_delay is not None and rule.valid_days is None:
        raise BadInput("delay_without_days", where="valid_delay")
    if rule.valid_days is None and last is None and not rule.automatic:
        raise BadInput("validity_missing", where="valid_to")


def _check_effect(rule: OfferRule) -> None:
    """Refuse what is said and counts for nothing: an offer does all that it says.

    Raises:
        BadInput: offer_no_effect (of this kind), offer_coupon_only, offer_automatic_only,
            alone_in_group.
    """
    if rule.kind is OfferKind.EXTERNAL:
        # another system decides; what is said here is for people
        return
    for name, having in kinds.COUNTS_FOR.items():
        if getattr(rule, name) and rule.kind not in having:
            raise BadInput("offer_no_effect", where=name)
    if rule.automatic:
        _check_automatic(rule)
    elif rule.priority:
        raise BadInput("offer_automatic_only", where="priority")
    elif rule.group and rule.stackable is False:
        raise BadInput("alone_in_group", where="group")


def _check_automatic(rule: OfferRule) -> None:
    for name, unset in _COUPONS_ONLY.items():
        if getattr(rule, name) != unset:
            raise BadInput("offer_coupon_only", where=name)
    if is_line(rule) or rule.kind in kinds.BY_ITSELF:
        # a promotion of goods goes beside those of the whole bill anyway, and only one of them is
        # taken for a line
        for name in ("stackable", "group", "skip_discounted"):
            if getattr(rule, name):
                raise BadInput("offer_no_effect", where=name)


def _check_goods(rule: OfferRule) -> None:
    """Refuse an offer all of whose goods are left out.

    Raises:
        BadInput: scope_empty.
    """
    if not (rule.products or rule.categories) or rule.brands:
        return
    products = set(rule.products).difference(rule.not_products)
    categories = set(rule.categories).difference(rule.not_categories)
    if not products and not categories:
        raise BadInput("scope_empty", where="not_products" if rule.products else "not_categories")


def _check_days(rule: OfferRule) -> None:
    """Refuse an offer none of whose days is one on which it holds.

    Raises:
        BadInput: never_on.
    """
    first, last = rule.valid_from, rule.valid_to
    if first is None or last is None or not (rule.weekdays or rule.month_days):
        return
    # every weekday and day of the month comes within two months
    length = min((last - first).days, 62)
    for number in range(length + 1):
        day = first + timedelta(days=number)
        if day.isoweekday() in rule.weekdays or day.day in rule.month_days:
            return
    raise BadInput("never_on", where="weekdays" if rule.weekdays else "month_days")
