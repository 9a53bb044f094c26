"""Whether a cell fits what was typed above it.

王          the words contain it, in whatever case
138 0013    the digits of a phone or code, however they are grouped
>100        numbers, amounts and days beyond it; also < >= <= =
100..200    from the first to the second, both included
>30%        percentages, with the sign or without
=王         the whole cell, as it is read
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from storecrm.ui.kit.tables.columns import Column, Kind
from storecrm.values.ranges import (
    Range,
    day_span,
    exact_text,
    number_span,
    percent_span,
    typed_range,
)

T = TypeVar("T")

_NOT_DIGITS = re.compile(r"[\s\-+*.,·]")
_MEASURED = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.DAY, Kind.MOMENT)


def folded(text: str) -> str:
    """Full-width signs as plain ones, in small letters."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def matcher(column: Column[T], typed: str, digits: int) -> Callable[[T], bool]:
    """What says of a record whether it fits `typed`; money is counted with `digits` decimals."""
    wanted = folded(typed)
    exact = exact_text(wanted)
    compared = _compared(column, wanted, digits)
    if exact is not None:
        return _equal(column, exact, compared)
    return compared or _containing(column, wanted)


def _compared(column: Column[T], wanted: str, digits: int) -> Callable[[T], bool] | None:
    """By what a record is worth; None where no comparison was typed."""
    if column.kind in _MEASURED:
        within = _range(wanted, column.kind, digits)
        if within is not None:
            return lambda record: within.holds(_plain(column.worth(record), column.kind))
    return None


def _equal(
    column: Column[T], exact: str, compared: Callable[[T], bool] | None
) -> Callable[[T], bool]:
    """The whole cell as it reads; of a measured column also what is worth the same."""
    bare = _read(column, exact)
    return lambda record: (
        _read(column, column.text(record)) == bare or (compared is not None and compared(record))
    )


def _read(column: Column[Any], text: str) -> str:
    """A cell without what nobody types: groups, doubled spaces, case."""
    if column.kind.grouped:
        return _NOT_DIGITS.sub("", folded(text))
    return " ".join(folded(text).split())


def _containing(column: Column[T], wanted: str) -> Callable[[T], bool]:
    """Part of what the cell reads."""
    if column.kind.grouped:
        bare = _NOT_DIGITS.sub("", wanted)
        return lambda record: bare in _NOT_DIGITS.sub("", folded(column.text(record)))
    if column.kind.right:
        # 1,280 is found by 1280 too
        plain = wanted.replace(",", "")
        if column.kind is Kind.PERCENT:
            # 30% is shown as 30.0%
            plain = plain.removesuffix("%")
        return lambda record: plain in folded(column.text(record)).replace(",", "")
    return lambda record: wanted in folded(column.text(record))


def _range(wanted: str, kind: Kind, digits: int) -> Range | None:
    """A comparison that was typed, None where it is none."""
    if kind in (Kind.DAY, Kind.MOMENT):
        return typed_range(wanted, day_span)
    if kind is Kind.PERCENT:
        return typed_range(wanted, percent_span)
    decimals = digits if kind is Kind.MONEY else 0
    return typed_range(wanted, lambda text: number_span(text, decimals))


def _plain(worth: Any, kind: Kind) -> Any:
    """A moment by its day, for days are what people type; a fraction as it is written."""
    if kind is Kind.PERCENT and isinstance(worth, float):
        # the float 0.3 is less than 30 %
        return Decimal(str(worth))
    return worth.date() if isinstance(worth, datetime) else worth
