"""Who may use an offer, when and where, each in a few words."""

from storecrm.domain.offers.rule import OfferRule
from storecrm.i18n import Catalogue


def restrictions(rule: OfferRule, words: Catalogue) -> list[str]:
    """What the sentence of an offer says after the goods."""
    parts = []
    if rule.min_quantity:
        parts.append(words.n("from 1 piece", "from {count} pieces", rule.min_quantity))
    parts += _at_what_times(rule, words)
    parts += _for_whom(rule, words)
    if rule.stores:
        stores = words.listed(rule.stores)
        parts.append(words.t("in {stores}", stores=stores))
    if rule.skip_discounted:
        parts.append(words.t("not on goods at a special price"))
    return parts


def _at_what_times(rule: OfferRule, words: Catalogue) -> list[str]:
    parts = []
    if rule.weekdays:
        names = map(words.weekday_name, rule.weekdays)
        parts.append(words.t("on {days}", days=words.listed(names)))
    if rule.month_days:
        month_days = words.listed(rule.month_days)
        parts.append(words.t("on the {days} of the month", days=month_days))
    if rule.minutes:
        first, last = map(_oclock, rule.minutes)
        parts.append(words.t("from {first} to {last}", first=first, last=last))
    return parts


def _oclock(minute: int) -> str:
    """A minute of the day, as a clock shows it."""
    hour, past = divmod(minute, 60)
    return f"{hour:02d}:{past:02d}"


def _for_whom(rule: OfferRule, words: Catalogue) -> list[str]:
    parts = []
    # a tier is one of members anyhow
    if rule.tiers:
        tiers = words.listed(rule.tiers)
        parts.append(words.t("for tier {tiers}", tiers=tiers))
    elif rule.members_only:
        parts.append(words.t("for members"))
    if rule.first_purchase:
        parts.append(words.t("for the first purchase"))
    if rule.birthday == "month":
        parts.append(words.t("in the birthday month"))
    elif rule.birthday:
        parts.append(words.t("7 days around the birthday"))
    return parts
