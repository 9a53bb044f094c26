"""Whether a cell fits what was typed above it.

王          the words contain it, in whatever case
138 0013    the digits of a phone or code, however they are grouped
>100        numbers, amounts and days beyond it; also < >= <= =
100..200    from the first to the second, both included
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from storecrm.ui.kit.tables.columns import Column, Kind
from storecrm.values.ranges import Range, day_span, number_span, typed_range

T = TypeVar("T")

_NOT_DIGITS = re.compile(r"[\s\-+*.,·]")
_MEASURED = (Kind.NUMBER, Kind.MONEY, Kind.DAY, Kind.MOMENT)


def folded(text: str) -> str:
    """Full-width signs as plain ones, in small letters."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def matcher(column: Column[T], typed: str, digits: int) -> Callable[[T], bool]:
    """What says of a record whether it fits `typed`; money is counted with `digits` decimals."""
    wanted = folded(typed)
    if column.kind in _MEASURED:
        within = _range(wanted, column.kind, digits)
        if within is not None:
            return lambda record: within.holds(_plain(column.worth(record)))
    if column.kind.grouped:
        bare = _NOT_DIGITS.sub("", wanted)
        return lambda record: bare in _NOT_DIGITS.sub("", folded(column.text(record)))
    if column.kind.right:
        # 1,280 is found by 1280 too
        plain = wanted.replace(",", "")
        return lambda record: plain in folded(column.text(record)).replace(",", "")
    return lambda record: wanted in folded(column.text(record))


def _range(wanted: str, kind: Kind, digits: int) -> Range | None:
    """A comparison that was typed, None where it is none."""
    if kind in (Kind.DAY, Kind.MOMENT):
        return typed_range(wanted, day_span)
    decimals = digits if kind is Kind.MONEY else 0
    return typed_range(wanted, lambda text: number_span(text, decimals))


def _plain(worth: Any) -> Any:
    """A moment by its day, for days are what people type."""
    return worth.date() if isinstance(worth, datetime) else worth
