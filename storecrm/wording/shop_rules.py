"""The shop's settings as people read them: title, help, choices and values, all from their
declaration.

The sentences lie in the catalogues under the ids that a declaration gives (`rule.<key>`,
`rule.<key>.help`, `rule.<key>.<choice>`); here is only how they are put together.
"""

from collections.abc import Callable, Mapping
from typing import Any

from storecrm.domain import points
from storecrm.domain.setting_kinds import NO_LIMIT, NO_OFFER, Amount, Expiry, Group, Setting, Unit
from storecrm.domain.shop_rules import SETTINGS
from storecrm.i18n import Catalogue, m

TITLES = {key: setting.title for key, setting in SETTINGS.items()}
"""The id of the title of each setting, for refusals that name it."""

UNITS = {
    Unit.NONE: "",
    Unit.POINTS: m("points"),
    Unit.MONEY: "",
    Unit.PERCENT: "%",
    Unit.DAYS: m("days"),
    Unit.MONTHS: m("months"),
    Unit.MINUTES: m("minutes"),
    Unit.OCLOCK: m("o'clock"),
    Unit.TIMES: m("times"),
    Unit.COUPONS: m("coupons"),
    Unit.MEMBERS: m("members"),
    Unit.COPIES: m("copies"),
}
"""What stands behind a box in which a value is typed; money has the sign of its currency."""

_COUNTED: dict[Unit, Callable[[Catalogue, int], str]] = {
    Unit.POINTS: lambda w, n: w.n("1 point", "{count} points", n),
    Unit.PERCENT: lambda w, n: f"{w.number(n)}%",
    Unit.DAYS: lambda w, n: w.n("1 day", "{count} days", n),
    Unit.MONTHS: lambda w, n: w.n("1 month", "{count} months", n),
    Unit.MINUTES: lambda w, n: w.n("1 minute", "{count} minutes", n),
    Unit.OCLOCK: lambda _, n: f"{n:02d}:00",
    Unit.TIMES: lambda w, n: w.n("once", "{count} times", n),
    Unit.COUPONS: lambda w, n: w.n("1 coupon", "{count} coupons", n),
    Unit.MEMBERS: lambda w, n: w.n("1 member", "{count} members", n),
    Unit.COPIES: lambda w, n: w.n("1 copy", "{count} copies", n),
}


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
    return [
        words.t(
            "The rule “{rule}” holds “{text}”, which cannot be read: {usual} holds instead. Set it anew.",
            rule=title(SETTINGS[key], words),
            text=text[:40],
            usual=value(SETTINGS[key], SETTINGS[key].initial(words.digits), words),
        )
        for key, text in sorted(kept.items())
    ]


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
    if setting.unit in _COUNTED and text.isdecimal():
        return _COUNTED[setting.unit](words, int(text))
    if text.endswith("x"):
        return words.t("{times} × the member's own gap", times=text.removesuffix("x"))
    return text


def _expiry(setting: Expiry, text: str, words: Catalogue) -> str:
    found = setting.read(text, words.digits)
    said = words.t(setting.said(found.policy))
    if found.policy == points.DAYS:
        return f"{said}: {_COUNTED[Unit.DAYS](words, found.count)}"
    return f"{said}: {_COUNTED[Unit.MONTHS](words, found.count)}" if found.count else said


def allowed(setting: Setting[Any], words: Catalogue) -> str:
    """What it takes, as people read it beside its box; "" where the choices stand in a list."""
    if setting.choices(words.digits) or isinstance(setting, Expiry):
        return ""
    return words.t("Allowed: {allowed}", allowed=setting.allowed(words.digits))


def manual(words: Catalogue) -> str:
    """The table of the manual: every setting with its key, meaning, values, default and unit, by
    groups."""
    rows = []
    for one in Group:
        rows += [
            "",
            f"**{group(one, words)}**",
            "",
            "| key | what it is | values | default |",
            "|---|---|---|---|",
        ]
        rows += [_line(setting, words) for setting in SETTINGS.values() if setting.group is one]
    return "\n".join(rows)


def _line(setting: Setting[Any], words: Catalogue) -> str:
    """One row: the title, what it does, and each choice with its words."""
    choices = "; ".join(
        f"`{one}`: {choice(setting, one, words)}" for one in setting.choices(words.digits)
    )
    values = choices or f"{setting.allowed(words.digits)} {words.t(UNITS[setting.unit])}".strip()
    what = f"{title(setting, words)}. {about(setting, words)}"
    return f"| `{setting.key}` | {what} | {values} | `{_short(setting.initial(words.digits))}` |"


def _short(text: str) -> str:
    """The beginning of a long default."""
    return text if len(text) <= 40 else f"{text[: text.index(',')]}, …"
