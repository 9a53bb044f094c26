"""What an offer says, as one sentence."""

from storecrm.domain.offers.rule import OfferRule
from storecrm.i18n import Catalogue
from storecrm.values import Day, OfferKind, percent_text, zhe_text
from storecrm.wording.labels import KINDS
from storecrm.wording.restrictions import restrictions

_OF_PIECES = (OfferKind.FIXED_PRICE, OfferKind.BUY_GET, OfferKind.NTH_ITEM)
_OF_OTHER_GOODS = (OfferKind.GIFT, OfferKind.ADD_ON)
_COUNTED = (OfferKind.POINTS_TIMES, OfferKind.STAMPS)
_PIECES = (*_OF_PIECES, *_OF_OTHER_GOODS, *_COUNTED)
_BY_NAME = (OfferKind.NTH_ITEM, *_OF_OTHER_GOODS, *_COUNTED)
"""Kinds whose benefit has no figure that alone would say it."""
_NAMED_GOODS = 6
"""Goods that a sentence names one by one."""


def benefit(rule: OfferRule, words: Catalogue) -> str:
    """What the coupon gives in large type: ¥20, 8.5折, 15% off."""
    if rule.kind is OfferKind.PERCENT_OFF:
        return f"{zhe_text(rule.value)}折" if words.chinese else f"{percent_text(rule.value)}% off"
    if rule.kind is OfferKind.BUY_GET:
        return words.t("Buy {buy} get {get}", buy=rule.buy, get=rule.get or 1)
    if rule.kind in _BY_NAME:
        return words.t(KINDS[rule.kind])
    if rule.kind is OfferKind.EXTERNAL:
        return words.t("Special offer")
    return words.money(rule.value, short=True)


def condition(rule: OfferRule, words: Catalogue) -> str:
    """Under what condition, in a few words."""
    if not rule.min_spend:
        return words.t("No minimum spend")
    spend = words.money(rule.min_spend, short=True)
    return words.t("from {amount}", amount=spend)


def validity(rule: OfferRule, words: Catalogue) -> str:
    """When it can be used."""
    last = words.day(rule.valid_to)
    if rule.valid_days:
        days = _valid_days(rule, rule.valid_days, words)
        # the days from issue may end before they are over
        return days + words.t(", at most until {day}", day=last) if rule.valid_to else days
    if rule.valid_from:
        return _first_to_last(rule.valid_from, rule.valid_to, words)
    return words.t("valid until {last}", last=last)


def _valid_days(rule: OfferRule, count: int, words: Catalogue) -> str:
    """So many days, from the day of issue or some days later."""
    if not rule.valid_delay:
        return words.n(
            "valid 1 day, the day of issue", "valid {count} days from the day of issue", count
        )
    days = words.n("1 day", "{count} days", count)
    return words.n(
        "valid {days} from the day after the issue",
        "valid {days}, beginning {count} days after the issue",
        rule.valid_delay,
        days=days,
    )


def _first_to_last(first: Day | None, last: Day | None, words: Catalogue) -> str:
    return words.t("valid {first} to {last}", first=words.day(first), last=words.day(last))


def rule_sentence(
    rule: OfferRule, words: Catalogue, *, dates: tuple[Day, Day] | None = None
) -> str:
    """The whole rule as one human sentence, as printed on the coupon and read while designing
    it."""
    parts = [_what(rule, words)]
    parts += _goods_of(rule, words)
    parts += restrictions(rule, words)
    parts += _when_and_how_often(rule, words, dates)
    if rule.automatic:
        parts.append(words.t("applies by itself"))
    else:
        parts += _to_whom(rule, words)
    between = words.t("; ")
    return between.join(parts) + words.t(".")


def _when_and_how_often(
    rule: OfferRule, words: Catalogue, dates: tuple[Day, Day] | None
) -> list[str]:
    parts = []
    if dates:
        # a coupon that is printed knows its own days
        parts.append(_first_to_last(*dates, words))
    elif not rule.automatic or rule.valid_to:
        parts.append(validity(rule, words))
    if rule.uses_allowed is None:
        parts.append(words.t("usable without limit"))
    elif rule.uses_allowed > 1:
        parts.append(words.t("usable {count} times", count=rule.uses_allowed))
    return parts


def _to_whom(rule: OfferRule, words: Catalogue) -> list[str]:
    """What only coupons say: how many a member gets, and what they go together with."""
    parts = []
    if limit := rule.limit_per_member:
        parts.append(words.n("once for each member", "{count} times for each member", limit))
    parts += _beside(rule, words)
    if not rule.bearer:
        parts.append(words.t("for the named member only"))
    return parts


def _what(rule: OfferRule, words: Catalogue) -> str:
    """What is given, and what has to be spent for it."""
    what = _benefit(rule, words)
    if not rule.min_spend:
        return what
    spend = words.money(rule.min_spend, short=True)
    if rule.kind is not OfferKind.EVERY_THRESHOLD:
        return words.t("Spend {threshold}: {what}", threshold=spend, what=what)
    # only then it says how often
    every = words.t("Every {threshold}: {what}", threshold=spend, what=what)
    return every + _at_most(rule, words)


def _at_most(rule: OfferRule, words: Catalogue) -> str:
    if not rule.max_repeats:
        return ""
    return words.n(", at most once", ", at most {count} times", rule.max_repeats)


def _benefit(rule: OfferRule, words: Catalogue) -> str:
    amount = words.money(rule.value, short=True)
    if rule.kind in _PIECES:
        return _pieces(rule, words, amount)
    if rule.kind is OfferKind.EXTERNAL:
        return words.t("Discount decided by another system")
    if rule.kind is not OfferKind.PERCENT_OFF:
        return words.t("{amount} off", amount=amount)
    percent = _percent_off(rule, words)
    if rule.cap:
        most = words.money(rule.cap, short=True)
        percent += words.t(", at most {cap} off", cap=most)
    return percent


def _shares(rule: OfferRule) -> dict[str, str]:
    """One language says what is taken off, the other what is left to pay."""
    off = percent_text(rule.value)
    pays = percent_text(10_000 - rule.value)
    return {"percent": off, "pays": pays, "zhe": zhe_text(rule.value)}


def _percent_off(rule: OfferRule, words: Catalogue) -> str:
    return words.t("{percent}% off (the customer pays {pays}%)", **_shares(rule))


def _pieces(rule: OfferRule, words: Catalogue, amount: str) -> str:
    """What offers of pieces and points give."""
    if rule.kind is OfferKind.FIXED_PRICE:
        return words.t("{amount} a piece", amount=amount)
    if rule.kind is OfferKind.BUY_GET:
        count = rule.get or 1
        free = words.t("Buy {buy}, get {get} free (the cheapest)", buy=rule.buy, get=count)
        return free + _at_most(rule, words)
    if rule.kind is OfferKind.NTH_ITEM:
        shares = _shares(rule)
        return words.t("Every piece no. {n} {percent}% off (the cheapest)", n=rule.buy, **shares)
    if rule.kind is OfferKind.STAMPS:
        return _stamps(rule, words)
    if rule.kind is OfferKind.POINTS_TIMES:
        # 10,000 basis points are once the usual points
        times = percent_text(rule.value // 100)
        return words.t("{times} times the points", times=times)
    return _other_goods(rule, words, amount)


def _stamps(rule: OfferRule, words: Catalogue) -> str:
    card = words.t(
        "A stamp for each piece; {count} stamps are a coupon of {offer}",
        count=rule.buy,
        offer=rule.reward,
    )
    # without days a stamp stays until the card is full
    if days := rule.valid_days:
        card += words.n(" (a stamp lives 1 day)", " (a stamp lives {count} days)", days)
    return card


def _other_goods(rule: OfferRule, words: Catalogue, amount: str) -> str:
    """Goods that come with what was bought, for nothing or for a price of their own."""
    goods = _goods(rule.gifts, words)
    bought = words.t("Buy {buy}: ", buy=rule.buy) if rule.buy else ""
    if rule.kind is not OfferKind.GIFT:
        return bought + words.t("{goods} for {amount} each", goods=goods, amount=amount)
    count = rule.get or 1
    gifts = words.n("a gift: {goods}", "{count} gifts of: {goods}", count, goods=goods)
    return bought + gifts


def _goods_of(rule: OfferRule, words: Catalogue) -> list[str]:
    """On which goods, and except which."""
    if not rule.scoped:
        return []
    parts = []
    # an offer that only excepts goods holds for all others
    named = (*rule.categories, *rule.brands, *rule.products)
    if named:
        parts.append(words.t("on {goods}", goods=_goods(named, words)))
    else:
        parts.append(words.t("on all goods"))
    without = (*rule.not_categories, *rule.not_products)
    if without:
        parts.append(words.t("except {goods}", goods=_goods(without, words)))
    return parts


def _goods(names: tuple[str, ...], words: Catalogue) -> str:
    between = words.t(", ")
    named = between.join(names[:_NAMED_GOODS])
    more = len(names) - _NAMED_GOODS
    return named + words.t(" and {count} more", count=more) if more > 0 else named


def _beside(rule: OfferRule, words: Catalogue) -> list[str]:
    """What a coupon goes together with, where it says so itself."""
    parts = []
    if rule.stackable:
        parts.append(words.t("together with other coupons that say so"))
    elif rule.stackable is False:
        parts.append(words.t("not together with another coupon"))
    # a group says nothing more of a coupon that stands alone anyhow
    if rule.group and rule.stackable is not False:
        parts.append(words.t("one of “{group}” on a bill", group=rule.group))
    return parts


def tier_sentence(tier: str, next_tier: str, short: int | None, words: Catalogue) -> str:
    """ "gold", "silver; ¥200 more to reach gold"."""
    if short is None:
        return tier
    missing = words.money(short, short=True)
    more = words.t("{amount} more to reach {tier}", amount=missing, tier=next_tier)
    # who has no tier yet has none to name
    said = [part for part in (tier, more) if part]
    return words.t("; ").join(said)
