"""Ranges as people type them above a column: >100, <=2026-11-30, 100..200, 2026-11.

typed_range("100..200", number_span).holds(150)  ->  True
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any

_SIGNED = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_MONEY_SIGNS = "¥￥$€£"
_MOST = 2**63 - 1
"""What a store can hold at most."""

Span = tuple[Any, Any]
"""The first and the last of what a text means: of 2026-11 its first and its last day."""


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, None where it is open; without the ends themselves where they are
    `beyond`."""

    low: Any = None
    high: Any = None
    beyond: bool = False

    def holds(self, worth: Any) -> bool:
        """Whether a value lies in it; what nobody knows lies in none."""
        if worth is None:
            return False
        if self.beyond:
            above = self.low is None or worth > self.low
            return above and (self.high is None or worth < self.high)
        above = self.low is None or worth >= self.low
        return above and (self.high is None or worth <= self.high)


def typed_range(text: str, read: Callable[[str], Span | None]) -> Range | None:
    """The range that was typed with a sign or two dots; None of anything else. `read` gives the
    span of one bound."""
    first, dots, last = text.partition("..")
    if dots:
        low, high = read(first.strip()), read(last.strip())
        return Range(low[0], high[1]) if low is not None and high is not None else None
    signed = _SIGNED.fullmatch(text.strip())
    span = read(signed[2].strip()) if signed else None
    if signed is None or span is None:
        return None
    return {
        ">": Range(low=span[1], beyond=True),
        "<": Range(high=span[0], beyond=True),
        ">=": Range(low=span[0]),
        "<=": Range(high=span[1]),
        "=": Range(*span),
    }[signed[1]]


def number_span(text: str, digits: int = 0) -> Span | None:
    """A number, counted in its smallest unit of `digits` decimals."""
    plain = text.replace(",", "").lstrip(_MONEY_SIGNS).strip()
    try:
        number = Decimal(plain).scaleb(digits)
    except DecimalException:
        return None
    is_held = number.is_finite() and abs(number) <= _MOST
    return (number, number) if is_held else None


def percent_span(text: str) -> Span | None:
    """A percentage, with its sign or without, as the fraction that it is."""
    return number_span(text.strip().removesuffix("%"), -2)


def exact_text(typed: str) -> str | None:
    """What stands behind an equals sign: the whole of a cell; None where there is none."""
    text = typed.strip()
    return text[1:].strip() or None if text.startswith("=") else None


def day_span(text: str) -> Span | None:
    """A day, a month (2026-11) or a year."""
    said = _DAY.fullmatch(text.replace("/", "-"))
    if said is None:
        return None
    year, month, day = (int(part) if part else 0 for part in said.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        last_month = month or 12
        last = date(year, last_month, monthrange(year, last_month)[1])
        return date(year, month or 1, 1), last
    except ValueError:
        return None
