"""What an offer says, as one sentence."""

from storecrm.domain.offers.rule import OfferRule
from storecrm.i18n import Catalogue
from storecrm.values import (
    Day,
    OfferKind,
    percent_text,
    zhe_text,
)
from storecrm.wording.errors import cure as cure
from storecrm.wording.errors import problem as problem
from storecrm.wording.errors import sentence as sentence
from storecrm.wording.labels import KINDS
from storecrm.wording.refusals import refusal as refusal


def benefit(rule: OfferRule, words: Catalogue) -> str:
    """What the coupon gives in large type: ¥20, 8.5折, 15% off."""
    if rule.kind is OfferKind.PERCENT_OFF:
        return f"{zhe_text(rule.value)}折" if words.chinese else f"{percent_text(rule.value)}% off"
    if rule.kind is OfferKind.BUY_GET:
        return words.t("Buy {buy} get {get}", buy=rule.buy, get=rule.get or 1)
    if rule.kind in (
        OfferKind.NTH_ITEM,
        OfferKind.GIFT,
        OfferKind.ADD_ON,
        OfferKind.POINTS_TIMES,
        OfferKind.STAMPS,
    ):
        return words.t(KINDS[rule.kind])
    if rule.kind is OfferKind.EXTERNAL:
        return words.t("Special offer")
    return words.money(rule.value, short=True)


def condition(rule: OfferRule, words: Catalogue) -> str:
    """Under what condition, in a few words."""
    if rule.min_spend:
        return words.t("from {amount}", amount=words.money(rule.min_spend, short=True))
    return words.t("No minimum spend")


def validity(rule: OfferRule, words: Catalogue) -> str:
    """When it can be used."""
    if rule.valid_days:
        days = words.n(
            "valid 1 day, the day of issue",
            "valid {count} days from the day of issue",
            rule.valid_days,
        )
        if rule.valid_delay:
            later = words.n("1 day", "{count} days", rule.valid_days)
            days = words.n(
                "valid {days} from the day after the issue",
                "valid {days}, beginning {count} days after the issue",
                rule.valid_delay,
                days=later,
            )
        return days + (
            words.t(", at most until {day}", day=words.day(rule.valid_to)) if rule.valid_to else ""
        )
    if rule.valid_from:
        return words.t(
            "valid {first} to {last}",
            first=words.day(rule.valid_from),
            last=words.day(rule.valid_to),
        )
    return words.t("valid until {last}", last=words.day(rule.valid_to))


def rule_sentence(
    rule: OfferRule, words: Catalogue, *, dates: tuple[Day, Day] | None = None
) -> str:
    """The whole rule as one human sentence, as printed on the coupon and read while designing
    it."""
    parts = [_what(rule, words), *_goods_of(rule, words)]
    parts += _restrictions(rule, words)
    if dates:
        parts.append(
            words.t("valid {first} to {last}", first=words.day(dates[0]), last=words.day(dates[1]))
        )
    elif not rule.automatic or rule.valid_to:
        parts.append(validity(rule, words))
    if rule.uses_allowed is None:
        parts.append(words.t("usable without limit"))
    elif rule.uses_allowed > 1:
        parts.append(words.t("usable {count} times", count=rule.uses_allowed))
    if rule.automatic:
        return words.t("; ").join([*parts, words.t("applies by itself")]) + words.t(".")
    if rule.limit_per_member:
        parts.append(
            words.n("once for each member", "{count} times for each member", rule.limit_per_member)
        )
    parts += _beside(rule, words)
    if not rule.bearer:
        parts.append(words.t("for the named member only"))
    return words.t("; ").join(parts) + words.t(".")


def _what(rule: OfferRule, words: Catalogue) -> str:
    """What is given, and what has to be spent for it."""
    what = _benefit(rule, words)
    if not rule.min_spend:
        return what
    spend = words.money(rule.min_spend, short=True)
    if rule.kind is not OfferKind.EVERY_THRESHOLD:
        return words.t("Spend {threshold}: {what}", threshold=spend, what=what)
    every = words.t("Every {threshold}: {what}", threshold=spend, what=what)
    if rule.max_repeats:
        every += words.n(", at most once", ", at most {count} times", rule.max_repeats)
    return every


def _benefit(rule: OfferRule, words: Catalogue) -> str:
    amount = words.money(rule.value, short=True)
    if rule.kind in _PIECES:
        return _pieces(rule, words, amount)
    if rule.kind is OfferKind.EXTERNAL:
        return words.t("Discount decided by another system")
    if rule.kind is not OfferKind.PERCENT_OFF:
        return words.t("{amount} off", amount=amount)
    percent = words.t(
        "{percent}% off (the customer pays {pays}%)",
        percent=percent_text(rule.value),
        pays=percent_text(10_000 - rule.value),
        zhe=zhe_text(rule.value),
    )
    if rule.cap:
        percent += words.t(", at most {cap} off", cap=words.money(rule.cap, short=True))
    return percent


def _goods_of(rule: OfferRule, words: Catalogue) -> list[str]:
    """On which goods, and except which."""
    if not rule.scoped:
        return []
    parts = [words.t("on all goods")]
    if _named(rule):
        named = (*rule.categories, *rule.brands, *rule.products)
        parts = [words.t("on {goods}", goods=_goods(named, words))]
    without = (*rule.not_categories, *rule.not_products)
    if without:
        parts.append(words.t("except {goods}", goods=_goods(without, words)))
    return parts


_PIECES = (
    OfferKind.FIXED_PRICE,
    OfferKind.BUY_GET,
    OfferKind.NTH_ITEM,
    OfferKind.GIFT,
    OfferKind.ADD_ON,
    OfferKind.POINTS_TIMES,
    OfferKind.STAMPS,
)


def _pieces(rule: OfferRule, words: Catalogue, amount: str) -> str:
    """What offers of pieces and points give."""
    gifts, count = _goods(rule.gifts, words), rule.get or 1
    if rule.kind is OfferKind.FIXED_PRICE:
        return words.t("{amount} a piece", amount=amount)
    if rule.kind is OfferKind.BUY_GET:
        what = words.t("Buy {buy}, get {get} free (the cheapest)", buy=rule.buy, get=count)
        return what + (
            words.n(", at most once", ", at most {count} times", rule.max_repeats)
            if rule.max_repeats
            else ""
        )
    if rule.kind is OfferKind.NTH_ITEM:
        percent, pays = percent_text(rule.value), percent_text(10_000 - rule.value)
        return words.t(
            "Every piece no. {n} {percent}% off (the cheapest)",
            n=rule.buy,
            percent=percent,
            pays=pays,
            zhe=zhe_text(rule.value),
        )
    if rule.kind is OfferKind.STAMPS:
        days = (
            words.n(" (a stamp lives 1 day)", " (a stamp lives {count} days)", rule.valid_days)
            if rule.valid_days
            else ""
        )
        return (
            words.t(
                "A stamp for each piece; {count} stamps are a coupon of {offer}",
                count=rule.buy,
                offer=rule.reward,
            )
            + days
        )
    if rule.kind is OfferKind.POINTS_TIMES:
        return words.t("{times} times the points", times=percent_text(rule.value // 100))
    bought = words.t("Buy {buy}: ", buy=rule.buy) if rule.buy else ""
    if rule.kind is OfferKind.GIFT:
        return bought + words.n("a gift: {goods}", "{count} gifts of: {goods}", count, goods=gifts)
    return bought + words.t("{goods} for {amount} each", goods=gifts, amount=amount)


def _named(rule: OfferRule) -> bool:
    return bool(rule.categories or rule.brands or rule.products)


def _goods(names: tuple[str, ...], words: Catalogue) -> str:
    more = len(names) - 6
    return words.t(", ").join(names[:6]) + (
        words.t(" and {count} more", count=more) if more > 0 else ""
    )


def _restrictions(rule: OfferRule, words: Catalogue) -> list[str]:
    """Who, when and where, each in a few words."""
    parts = []
    if rule.min_quantity:
        parts.append(words.n("from 1 piece", "from {count} pieces", rule.min_quantity))
    if rule.weekdays:
        days = words.listed(words.weekday_name(number) for number in rule.weekdays)
        parts.append(words.t("on {days}", days=days))
    if rule.month_days:
        parts.append(
            words.t(
                "on the {days} of the month",
                days=words.listed(rule.month_days),
            )
        )
    if rule.minutes:
        first, last = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in rule.minutes)
        parts.append(words.t("from {first} to {last}", first=first, last=last))
    if rule.tiers:
        parts.append(words.t("for tier {tiers}", tiers=words.listed(rule.tiers)))
    elif rule.members_only:
        parts.append(words.t("for members"))
    if rule.first_purchase:
        parts.append(words.t("for the first purchase"))
    if rule.birthday:
        parts.append(
            words.t("in the birthday month")
            if rule.birthday == "month"
            else words.t("7 days around the birthday")
        )
    if rule.stores:
        parts.append(words.t("in {stores}", stores=words.listed(rule.stores)))
    if rule.skip_discounted:
        parts.append(words.t("not on goods at a special price"))
    return parts


def _beside(rule: OfferRule, words: Catalogue) -> list[str]:
    """What a coupon goes together with, where it says so itself."""
    parts = []
    if rule.stackable:
        parts.append(words.t("together with other coupons that say so"))
    elif rule.stackable is False:
        parts.append(words.t("not together with another coupon"))
    if rule.group and rule.stackable is not False:
        parts.append(words.t("one of “{group}” on a bill", group=rule.group))
    return parts


def tier_sentence(tier: str, next_tier: str, short: int | None, words: Catalogue) -> str:
    """ "gold", "silver; ¥200 more to reach gold"."""
    more = (
        words.t(
            "{amount} more to reach {tier}", amount=words.money(short, short=True), tier=next_tier
        )
        if short is not None
        else ""
    )
    return words.t("; ").join(part for part in (tier, more) if part)
