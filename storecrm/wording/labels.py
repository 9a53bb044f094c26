"""Words for typed facts: every refusal, error, points movement and audit action, in the reader's language.

What happened, what it means, what to do. Numbers and names in, system words out.
"""

from typing import Any

from storecrm.i18n import Catalogue, m
from storecrm.values import (
    CouponState,
    Day,
    EntryKind,
    OfferKind,
    OfferRule,
    TenderKind,
    percent_text,
    zhe_text,
)
from storecrm.wording.errors import cure as cure
from storecrm.wording.errors import problem as problem
from storecrm.wording.errors import sentence as sentence
from storecrm.wording.names import CHANNELS as CHANNELS
from storecrm.wording.names import LISTS as LISTS
from storecrm.wording.names import LISTS_OUT as LISTS_OUT
from storecrm.wording.names import OVERRIDES as OVERRIDES
from storecrm.wording.names import ROLES as ROLES
from storecrm.wording.refusals import near as near
from storecrm.wording.refusals import refusal as refusal
from storecrm.wording.refusals import refusal_title as refusal_title
from storecrm.wording.refusals import refusal_todo as refusal_todo

# what an error, a refusal or a problem of a cell says stands in resources/i18n/en.po: error.CODE and cure.CODE, refusal.CODE, problem.KIND


REFERRALS = {"waiting": m("not rewarded yet"), "rewarded": m("rewarded"), "capped": m("over the cap")}
"""What became of a referral."""


ENTRY: dict[EntryKind, str] = {
    EntryKind.OPENING: m("Opening balance"),
    EntryKind.EARN: m("Earned"),
    EntryKind.BURN: m("Used as payment"),
    EntryKind.EXCHANGE: m("Exchanged"),
    EntryKind.CLAW_BACK: m("Taken back with a return"),
    EntryKind.RESTORE: m("Given back with a return"),
    EntryKind.EXPIRE: m("Expired"),
    EntryKind.ADJUST: m("Adjusted"),
    EntryKind.REVERSE: m("Reversed"),
}

KINDS: dict[OfferKind, str] = {
    OfferKind.PERCENT_OFF: m("Percent off"),
    OfferKind.AMOUNT_OFF: m("Amount off"),
    OfferKind.THRESHOLD_OFF: m("Threshold off"),
    OfferKind.EVERY_THRESHOLD: m("Every threshold off"),
    OfferKind.FIXED_PRICE: m("Special price"),
    OfferKind.BUY_GET: m("Buy and get"),
    OfferKind.NTH_ITEM: m("N-th piece cheaper"),
    OfferKind.GIFT: m("Gift"),
    OfferKind.ADD_ON: m("Add-on at a price"),
    OfferKind.POINTS_TIMES: m("More points"),
    OfferKind.STAMPS: m("Stamp card"),
    OfferKind.EXTERNAL: m("Decided elsewhere"),
}

COUPON_STATES: dict[CouponState, str] = {
    CouponState.ISSUED: m("to use"),
    CouponState.RESERVED: m("on a suspended bill"),
    CouponState.REDEEMED: m("used"),
    CouponState.VOIDED: m("cancelled"),
}

LEFT_BEHIND: dict[str, str] = {
    "passwords": m("members' passwords: {count}; each sets a new one"),
    "lost_cards": m("cards reported lost: {count}; there they find nobody either"),
    "merges": m("merges that could still be parted: {count}; the two stay one there"),
    "kept_apart": m("pairs of whom somebody said that they are two people: {count}"),
    "tier_history": m("moves between tiers: {count}; the tier of today is in the list"),
    "stage_history": m("notes of members' stages: {count}"),
    "tag_rules": m("tags with a rule or an end of their own: {count}; the words on members are in the list"),
    "tag_ends": m("tags on members that end on a day: {count}; there they stay"),
    "opt_outs": m("addresses never written to: {count}; only their marks are kept here, so import the list they came from there too"),
    "erased_marks": m("marks of people who were erased: {count}; an old list could bring them again there"),
    "referral_sales": m("receipts that a referral was rewarded for: {count}; a return there takes no reward back"),
    "stamp_history": m("movements of stamps: {count}; what stands on the cards is in the list"),
    "points_history": m("movements of points: {count}; what is left of them is in the list, all of them in the list of movements"),
    "offer_history": m("earlier wordings of offers: {count}"),
    "coupon_holds": m("coupons held by an open bill: {count}; there nothing holds them"),
    "refused_scans": m("coupons that were refused: {count}; no figure of money counts them"),
    "reversed_uses": m("uses of coupons that were taken back: {count}"),
    "voided_receipts": m("voided receipts and what voided them: {count}; together they are nothing"),
    "open_bills": m("bills that are not closed yet: {count}"),
    "tenders": m("ways of payment of receipts: {count}"),
    "promotion_steps": m("what each promotion took off a receipt: {count}; what was paid is in the list"),
    "coupon_shares": m("what each coupon took off a line: {count}; what was paid is in the list"),
}
"""What people are told of what a list that goes out does not carry."""
TOTALS: dict[str, str] = {
    "points": m("Points in all"),
    "spent_to_date": m("Spent so far, in all"),
    "amount": m("Sales, in all"),
    "discount": m("Discount, in all"),
    "net_sales": m("Sales of the days, in all"),
}
RETURNS: dict[str, str] = {
    "part": m("part of the receipt came back"),
    "all": m("all of the receipt came back"),
    "no_receipt": m("came back without a receipt"),
}

_PROOFS = {
    "whole": m("every page proven"),
    "": m("nobody vouches for it"),
    "copied": m("copied and read back, not every page proven yet"),
}


def proof(found: str, words: Catalogue) -> str:
    """How far a copy was proven when it was made (see keeping.copies)."""
    return words.t(_PROOFS[found])


def unprintable(signs: str, words: Catalogue) -> str:
    """What stands on paper as squares, "" for nothing."""
    return words.t("These signs cannot be printed, a square stands for each: {signs}", signs=signs) if signs else ""


def birthday(said: str, calendar: str, words: Catalogue) -> str:
    """A birthday as it was said: one of the lunar calendar says so, and is read again in that form."""
    return words.t("lunar {day}", day=said) if said and calendar == "lunar" else said


def left_behind(code: str, count: int, words: Catalogue) -> str:
    """What a list that went out does not carry."""
    return words.t(LEFT_BEHIND[code], count=words.number(count))


def benefit(rule: OfferRule, words: Catalogue) -> str:
    """What the coupon gives in large type: ¥20, 8.5折, 15% off."""
    if rule.kind is OfferKind.PERCENT_OFF:
        return f"{zhe_text(rule.value)}折" if words.chinese else f"{percent_text(rule.value)}% off"
    if rule.kind is OfferKind.BUY_GET:
        return words.t("Buy {buy} get {get}", buy=rule.buy, get=rule.get or 1)
    if rule.kind in (OfferKind.NTH_ITEM, OfferKind.GIFT, OfferKind.ADD_ON, OfferKind.POINTS_TIMES, OfferKind.STAMPS):
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
        days = words.n("valid 1 day, the day of issue", "valid {count} days from the day of issue", rule.valid_days)
        if rule.valid_delay:
            later = words.n("1 day", "{count} days", rule.valid_days)
            days = words.n(
                "valid {days} from the day after the issue",
                "valid {days}, beginning {count} days after the issue",
                rule.valid_delay,
                days=later,
            )
        return days + (words.t(", at most until {day}", day=words.day(rule.valid_to)) if rule.valid_to else "")
    if rule.valid_from:
        return words.t("valid {first} to {last}", first=words.day(rule.valid_from), last=words.day(rule.valid_to))
    return words.t("valid until {last}", last=words.day(rule.valid_to))


def rule_sentence(rule: OfferRule, words: Catalogue, *, dates: tuple[Day, Day] | None = None) -> str:
    """The whole rule as one human sentence, as printed on the coupon and read while designing it."""
    amount = words.money(rule.value, short=True)
    if rule.kind in _PIECES:
        what = _pieces(rule, words, amount)
    elif rule.kind is OfferKind.PERCENT_OFF:
        what = words.t(
            "{percent}% off (the customer pays {pays}%)",
            percent=percent_text(rule.value),
            pays=percent_text(10_000 - rule.value),
            zhe=zhe_text(rule.value),
        )
        what += words.t(", at most {cap} off", cap=words.money(rule.cap, short=True)) if rule.cap else ""
    elif rule.kind is OfferKind.EXTERNAL:
        what = words.t("Discount decided by another system")
    else:
        what = words.t("{amount} off", amount=amount)
    if rule.min_spend:
        spend = words.money(rule.min_spend, short=True)
        every = rule.kind is OfferKind.EVERY_THRESHOLD
        what = (
            words.t("Every {threshold}: {what}", threshold=spend, what=what)
            if every
            else words.t("Spend {threshold}: {what}", threshold=spend, what=what)
        )
        what += words.n(", at most once", ", at most {count} times", rule.max_repeats) if every and rule.max_repeats else ""
    parts = [what]
    if rule.scoped:
        parts.append(
            words.t("on {goods}", goods=_goods((*rule.categories, *rule.brands, *rule.products), words))
            if _named(rule)
            else words.t("on all goods")
        )
        if rule.not_categories or rule.not_products:
            parts.append(words.t("except {goods}", goods=_goods((*rule.not_categories, *rule.not_products), words)))
    parts += _restrictions(rule, words)
    if dates:
        parts.append(words.t("valid {first} to {last}", first=words.day(dates[0]), last=words.day(dates[1])))
    elif not rule.automatic or rule.valid_to:
        parts.append(validity(rule, words))
    if rule.uses_allowed is None:
        parts.append(words.t("usable without limit"))
    elif rule.uses_allowed > 1:
        parts.append(words.t("usable {count} times", count=rule.uses_allowed))
    if rule.automatic:
        return words.t("; ").join([*parts, words.t("applies by itself")]) + words.t(".")
    if rule.limit_per_member:
        parts.append(words.n("once for each member", "{count} times for each member", rule.limit_per_member))
    parts += _beside(rule, words)
    if not rule.bearer:
        parts.append(words.t("for the named member only"))
    return words.t("; ").join(parts) + words.t(".")


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
        return what + (words.n(", at most once", ", at most {count} times", rule.max_repeats) if rule.max_repeats else "")
    if rule.kind is OfferKind.NTH_ITEM:
        percent, pays = percent_text(rule.value), percent_text(10_000 - rule.value)
        return words.t(
            "Every piece no. {n} {percent}% off (the cheapest)", n=rule.buy, percent=percent, pays=pays, zhe=zhe_text(rule.value)
        )
    if rule.kind is OfferKind.STAMPS:
        days = words.n(" (a stamp lives 1 day)", " (a stamp lives {count} days)", rule.valid_days) if rule.valid_days else ""
        return words.t("A stamp for each piece; {count} stamps are a coupon of {offer}", count=rule.buy, offer=rule.reward) + days
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
    return words.t(", ").join(names[:6]) + (words.t(" and {count} more", count=more) if more > 0 else "")


def _restrictions(rule: OfferRule, words: Catalogue) -> list[str]:
    """Who, when and where, each in a few words."""
    parts = []
    if rule.min_quantity:
        parts.append(words.n("from 1 piece", "from {count} pieces", rule.min_quantity))
    if rule.weekdays:
        names = ("周一 周二 周三 周四 周五 周六 周日" if words.chinese else "Mon Tue Wed Thu Fri Sat Sun").split()
        parts.append(words.t("on {days}", days=words.t(", ").join(names[d - 1] for d in rule.weekdays)))
    if rule.month_days:
        parts.append(words.t("on the {days} of the month", days=words.t(", ").join(str(d) for d in rule.month_days)))
    if rule.minutes:
        first, last = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in rule.minutes)
        parts.append(words.t("from {first} to {last}", first=first, last=last))
    if rule.tiers:
        parts.append(words.t("for tier {tiers}", tiers=words.t(", ").join(rule.tiers)))
    elif rule.members_only:
        parts.append(words.t("for members"))
    if rule.first_purchase:
        parts.append(words.t("for the first purchase"))
    if rule.birthday:
        parts.append(words.t("in the birthday month") if rule.birthday == "month" else words.t("7 days around the birthday"))
    if rule.stores:
        parts.append(words.t("in {stores}", stores=words.t(", ").join(rule.stores)))
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


STEPS = {
    "line": m("Promotion"),
    "tier": m("Tier price"),
    "order": m("Promotion"),
    "points": m("Points"),
    "rounding": m("Rounding"),
}
"""What each step of a price is called where it has no offer's name."""


TENDERS = {
    TenderKind.CASH: m("Cash"),
    TenderKind.WECHAT: m("WeChat Pay"),
    TenderKind.ALIPAY: m("Alipay"),
    TenderKind.CARD: m("Bank card"),
    TenderKind.EXCHANGE: m("Goods exchanged"),
    TenderKind.OTHER: m("Other"),
}


def tier_sentence(tier: str, next_tier: str, short: int | None, words: Catalogue) -> str:
    """ "gold", "silver; ¥200 more to reach gold"."""
    more = words.t("{amount} more to reach {tier}", amount=words.money(short, short=True), tier=next_tier) if short is not None else ""
    return words.t("; ").join(part for part in (tier, more) if part)


def return_effects(found: Any, words: Catalogue) -> list[str]:
    """Everything a return does besides the cash, a sentence each (found: services.till.returning.Returned)."""
    said = []
    if found.points_taken_back:
        said.append(words.n("1 point is taken back.", "{count} points are taken back.", found.points_taken_back))
    if found.points_given_back:
        said.append(words.n("1 point is given back.", "{count} points are given back.", found.points_given_back))
    if found.points_missing:
        ways = {
            "debt": m("{points} points are missing: the member owes them."),
            "cash": m("{points} points are missing: {cash} are kept for them."),
            "pending": m("{points} points are missing: they are let go."),
            "forgive": m("{points} points are missing: they are let go."),
        }
        said.append(words.t(ways[found.shortfall], points=words.number(found.points_missing), cash=words.money(found.cash_for_points)))
    if found.stamps_taken_back:
        said.append(words.n("1 stamp is taken back.", "{count} stamps are taken back.", found.stamps_taken_back))
    for gift in found.gifts_due:
        said.append(words.t("{name} stays and costs {charge} more without these goods.", name=gift.name, charge=words.money(gift.charge)))
    if found.coupons_back:
        said.append(words.n("1 coupon can be used again.", "{count} coupons can be used again.", len(found.coupons_back)))
    if found.coupons_kept:
        said.append(words.n("1 coupon stays used.", "{count} coupons stay used.", len(found.coupons_kept)))
    if found.coupons_void:
        said.append(
            words.n(
                "1 unused coupon is cancelled.",
                "{count} unused coupons are cancelled.",
                len(found.coupons_void),
            )
        )
    return said


_STUCK = {
    "writing": (
        m("Import {batch} ({file}) cannot be rolled back to its end: {why}."),
        m("Nobody sees what it brought. Check the books, then open the store again: it is tried anew each time."),
    ),
    "showing": (
        m("Import {batch} ({file}) is taken in, but not all of it can be shown: {why}."),
        m("What is missing is kept. Check the books, then open the store again: it is tried anew each time."),
    ),
}


def import_trouble(state: str, why: str, words: Catalogue, *, batch: int, file: str) -> tuple[str, str]:
    """Why an import is stuck and the way out; two blanks for one that is not."""
    if not why or state not in _STUCK:
        return "", ""
    said, cure = _STUCK[state]
    return words.t(said, batch=batch, file=file, why=why), words.t(cure)
