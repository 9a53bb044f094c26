"""The shop's settings as people read them: title, help, choices and values, all from their
declaration.

The sentences lie in the catalogues under the ids that a declaration gives (`rule.<key>`,
`rule.<key>.help`, `rule.<key>.<choice>`); here is only how they are put together.
"""

from collections.abc import Mapping
from typing import Any

from storecrm.domain import points
from storecrm.domain.setting_kinds import NO_LIMIT, NO_OFFER, Amount, Expiry, Group, Setting, Unit
from storecrm.domain.shop_rules import SETTINGS
from storecrm.i18n import Catalogue, m

TITLES = {key: setting.title for key, setting in SETTINGS.items()}
"""The id of the title of each setting, for refusals that name it."""

_OF_TIME = {
    Unit.DAYS: m("days"),
    Unit.MONTHS: m("months"),
    Unit.MINUTES: m("minutes"),
    Unit.OCLOCK: m("o'clock"),
}
_OF_THINGS = {
    Unit.POINTS: m("points"),
    Unit.COUPONS: m("coupons"),
    Unit.MEMBERS: m("members"),
    Unit.COPIES: m("copies"),
    Unit.TIMES: m("times"),
}
_NO_NAME = {Unit.NONE: "", Unit.MONEY: "", Unit.PERCENT: "%"}
UNITS = _OF_TIME | _OF_THINGS | _NO_NAME
"""What stands behind a box in which a value is typed; money has the sign of its currency."""


def _counted_time(unit: Unit, count: int, w: Catalogue) -> str | None:
    if unit is Unit.DAYS:
        return w.n("1 day", "{count} days", count)
    if unit is Unit.MONTHS:
        return w.n("1 month", "{count} months", count)
    if unit is Unit.MINUTES:
        return w.n("1 minute", "{count} minutes", count)
    return f"{count:02d}:00" if unit is Unit.OCLOCK else None


def _counted_things(unit: Unit, count: int, w: Catalogue) -> str | None:
    if unit is Unit.POINTS:
        return w.n("1 point", "{count} points", count)
    if unit is Unit.COUPONS:
        return w.n("1 coupon", "{count} coupons", count)
    if unit is Unit.MEMBERS:
        return w.n("1 member", "{count} members", count)
    if unit is Unit.COPIES:
        return w.n("1 copy", "{count} copies", count)
    return w.n("once", "{count} times", count) if unit is Unit.TIMES else None


def _counted(unit: Unit, count: int, words: Catalogue) -> str | None:
    """So many of a unit, as people say it; None where it counts nothing."""
    if unit is Unit.PERCENT:
        return f"{words.number(count)}%"
    return _counted_time(unit, count, words) or _counted_things(unit, count, words)


def title(setting: Setting[Any], words: Catalogue) -> str:
    """What it is called."""
    return words.t(setting.title)


def about(setting: Setting[Any], words: Catalogue) -> str:
    """A sentence on what it does."""
    return words.t(setting.help)


def group(one: Group, words: Catalogue) -> str:
    """The heading under which it stands."""
    return words.t(f"rules.{one}")


def unit(setting: Setting[Any], words: Catalogue) -> str:
    """What its value counts, to stand behind a box."""
    return words.symbol.strip() if setting.unit is Unit.MONEY else words.t(UNITS[setting.unit])


def choice(setting: Setting[Any], text: str, words: Catalogue) -> str:
    """One of its choices in words."""
    return words.t(setting.said(text))


def unread(kept: Mapping[str, str], words: Catalogue) -> list[str]:
    """A sentence for each setting whose text in the store cannot be read."""
    return [_unread(SETTINGS[key], text, words) for key, text in sorted(kept.items())]


def _unread(setting: Setting[Any], text: str, words: Catalogue) -> str:
    usual = value(setting, setting.initial(words.digits), words)
    return words.t(
        "The rule “{rule}” holds “{text}”, which cannot be read: {usual} holds instead. "
        "Set it anew.",
        rule=title(setting, words),
        text=text[:40],
        usual=usual,
    )


def value(setting: Setting[Any], text: str, words: Catalogue) -> str:
    """A value as people say it: 3 days, ¥50, no limit."""
    if text == NO_LIMIT:
        return words.t("no limit")
    if text == NO_OFFER:
        return words.t("none")
    if text in setting.choices(words.digits):
        return choice(setting, text, words)
    if isinstance(setting, Expiry):
        return _expiry(setting, text, words)
    if isinstance(setting, Amount):
        return words.money(setting.read(text, words.digits))
    counted = _counted(setting.unit, int(text), words) if text.isdecimal() else None
    if counted is not None:
        return counted
    if text.endswith("x"):
        return words.t("{times} × the member's own gap", times=text.removesuffix("x"))
    return text


def _expiry(setting: Expiry, text: str, words: Catalogue) -> str:
    found = setting.read(text, words.digits)
    said = words.t(setting.said(found.policy))
    # points that end with a year have no length
    if found.policy != points.DAYS and not found.count:
        return said
    unit = Unit.DAYS if found.policy == points.DAYS else Unit.MONTHS
    return f"{said}: {_counted(unit, found.count, words)}"


def allowed(setting: Setting[Any], words: Catalogue) -> str:
    """What it takes, as people read it beside its box; "" where the choices stand in a list."""
    if setting.choices(words.digits) or isinstance(setting, Expiry):
        return ""
    return words.t("Allowed: {allowed}", allowed=setting.allowed(words.digits))


def manual(words: Catalogue) -> str:
    """The table of the manual: every setting with its key, meaning, values, default and unit, by
    groups."""
    rows = list[str]()
    for one in Group:
        heading = f"**{group(one, words)}**"
        rows += ["", heading, "", *_HEAD]
        settings = [setting for setting in SETTINGS.values() if setting.group is one]
        rows += [_line(setting, words) for setting in settings]
    return "\n".join(rows)


_HEAD = ("| key | what it is | values | default |", "|---|---|---|---|")


def _line(setting: Setting[Any], words: Catalogue) -> str:
    """One row: the title, what it does, and each choice with its words."""
    choices = [f"`{one}`: {choice(setting, one, words)}" for one in setting.choices(words.digits)]
    values = "; ".join(choices) or _typed_values(setting, words)
    what = f"{title(setting, words)}. {about(setting, words)}"
    usual = _short(setting.initial(words.digits))
    return f"| `{setting.key}` | {what} | {values} | `{usual}` |"


def _typed_values(setting: Setting[Any], words: Catalogue) -> str:
    unit_name = words.t(UNITS[setting.unit])
    return f"{setting.allowed(words.digits)} {unit_name}".strip()


def _short(text: str) -> str:
    """The beginning of a long default."""
    return text if len(text) <= 40 else f"{text[: text.index(',')]}, …"
