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
from storecrm.i18n import Catalogue
from storecrm.wording.names import ids_by_kind

TITLES = {key: setting.title for key, setting in SETTINGS.items()}
"""The id of the title of each setting, for refusals that name it."""

_NO_NAME = {Unit.NONE: "", Unit.MONEY: "", Unit.PERCENT: "%"}
_NAMED = [unit for unit in Unit if unit not in _NO_NAME]
UNITS = ids_by_kind("unit", _NAMED) | _NO_NAME
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
    if setting.unit is Unit.MONEY:
        return words.symbol.strip()
    return words.t(UNITS[setting.unit])


def choice(setting: Setting[Any], text: str, words: Catalogue) -> str:
    """One of its choices in words."""
    return words.t(setting.said(text))


def unread(kept: Mapping[str, str], words: Catalogue) -> list[str]:
    """A sentence for each setting whose text in the store cannot be read."""
    # the order of keys, whatever order the store has them in
    return [_unread(SETTINGS[key], kept[key], words) for key in sorted(kept)]


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
    if text.isdecimal():
        # a bare number of a unit that counts nothing is said as it is
        return _counted(setting.unit, int(text), words) or text
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
    length = _counted(unit, found.count, words)
    return f"{said}: {length}"


def allowed(setting: Setting[Any], words: Catalogue) -> str:
    """What it takes, as people read it beside its box; "" where the choices stand in a list."""
    if setting.choices(words.digits) or isinstance(setting, Expiry):
        return ""
    typed = setting.allowed(words.digits)
    return words.t("Allowed: {allowed}", allowed=typed)


def manual(words: Catalogue) -> str:
    """The table of the manual: every setting with its key, meaning, values, default and unit, by
    groups."""
    rows = list[str]()
    for one in Group:
        heading = f"**{group(one, words)}**"
        rows += ["", heading, "", *_HEAD]
        for setting in SETTINGS.values():
            if setting.group is one:
                rows.append(_line(setting, words))
    return "\n".join(rows)


_HEAD = ("| key | what it is | values | default |", "|---|---|---|---|")


def _line(setting: Setting[Any], words: Catalogue) -> str:
    """One row: the title, what it does, and each choice with its words."""
    choices = [_choice_line(setting, text, words) for text in setting.choices(words.digits)]
    # what has no choices is typed
    values = "; ".join(choices) or _typed_values(setting, words)
    what = f"{title(setting, words)}. {about(setting, words)}"
    usual = _short(setting.initial(words.digits))
    return f"| `{setting.key}` | {what} | {values} | `{usual}` |"


def _choice_line(setting: Setting[Any], text: str, words: Catalogue) -> str:
    return f"`{text}`: {choice(setting, text, words)}"


def _typed_values(setting: Setting[Any], words: Catalogue) -> str:
    allowed_text = setting.allowed(words.digits)
    unit_name = words.t(UNITS[setting.unit])
    return f"{allowed_text} {unit_name}".strip()


def _short(text: str) -> str:
    """The beginning of a long default."""
    if len(text) <= 40:
        return text
    first, _, _ = text.partition(",")
    return f"{first}, …"
