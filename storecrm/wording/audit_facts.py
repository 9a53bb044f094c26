"""The facts of the trail as people write them: sums, days, members, and codes by their names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.values import grouped, percent_text
from storecrm.wording import names


@dataclass(frozen=True)
class Person:
    """A member as the trail names one; of an erased one nothing but that there was one. A record
    that was merged is said by the member `into` whom it went."""

    number: str
    name: str = ""
    erased: bool = False
    into: "Person | None" = None


_SUMS_OF_A_BILL = {"net", "amount", "discount", "cash", "difference", "given", "no_points"}
MONEY = frozenset({*_SUMS_OF_A_BILL, "shown", "price", "worth", "threshold", "most"})
CODES = frozenset({"sale", "back"})
_ENDS = ("dropped", "emptied", "repriced", "returned", "suspended", "swapped", "undo")
REASONS = {name: f"audit.reason.{name}" for name in _ENDS}
"""Reasons that the program itself writes."""
_OFFER_GONE = ("offer", "offer_automatic", "offer_external", "offer_over", "offer_stopped")
_NOT_GIVEN = (*_OFFER_GONE, "total_limit", "validity_missing")
WHY = {name: f"audit.why.{name}" for name in _NOT_GIVEN}
"""Why a coupon was not given."""


def shown_fact(action: str, name: str, value: Any, words: Catalogue) -> str:
    """One fact as people write it."""
    if value is None:
        return "—"
    if isinstance(value, Person):
        return _person(value, words)
    if name in MONEY:
        return words.money(int(value))
    if name in CODES:
        return grouped(str(value))
    if name == "gaps":
        gaps = [words.t("audit.gap", **gap) for gap in value]
        return words.t("; ").join(gaps)
    if (action, name) == ("points_adjusted", "points"):
        return f"{int(value):+,}"
    if isinstance(value, list | tuple):
        one_of = _ONE_OF.get(name, "")
        each = [shown_fact(action, one_of, one, words) for one in value]
        return words.listed(each)
    worded = _LISTS.get(action) if name == "kind" else _WORDED.get(name)
    if worded is not None:
        return worded(value, words)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    counts = is_number and name not in _PLAIN
    return words.number(value) if counts else str(value)


_ONE_OF = {"consent": "channel"}
"""What each of several values is."""
_PLAIN = frozenset({"batch", "group", "first", "last"})
"""Numbers that name something and count nothing."""


def _person(person: Person, words: Catalogue) -> str:
    if person.erased:
        return words.t("audit.erased")
    if person.into is not None:
        return words.t("audit.merged", member=_person(person.into, words))
    number = grouped(person.number)
    # a member may have no name
    return f"{person.name} {number}".strip()


Worded = Callable[[Any, Catalogue], str]


def _named(table: Mapping[Any, str]) -> Worded:
    """Worded by a table; what it does not know stays as it is."""

    def worded(value: Any, words: Catalogue) -> str:
        return words.t(table[value]) if value in table else str(value)

    return worded


def _by_value(table: Mapping[Any, str]) -> Worded:
    """The trail holds a kind's value, the table the kind."""
    by_value = {kind.value: said for kind, said in table.items()}
    return _named(by_value)


def _percent(value: Any, _: Catalogue) -> str:
    return percent_text(value)


def _times(value: Any, _: Catalogue) -> str:
    # 10,000 basis points are once the usual points
    return percent_text(value // 100)


def _day(value: Any, words: Catalogue) -> str:
    return words.day(date.fromisoformat(value))


_KINDS: dict[str, Mapping[Any, str]] = {
    "channel": names.CHANNELS,
    "purpose": names.PURPOSES,
    "override": names.OVERRIDES,
}
_CODES = {"role": names.ROLES, "reason": REASONS, "why": WHY}
_FIGURES = {"off": _percent, "points_times": _times, "day": _day}
_WORDED: dict[str, Worded] = {name: _by_value(table) for name, table in _KINDS.items()}
_WORDED |= {name: _named(table) for name, table in _CODES.items()}
_WORDED |= _FIGURES
_LISTS = {"exported": _named(names.LISTS_OUT), "imported": _named(names.LISTS)}
"""What the kind of an action's list is called."""
"""How facts are worded that are codes."""
