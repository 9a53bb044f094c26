"""Whether a cell fits what was typed above it.

王          the words contain it, in whatever case
138 0013    the digits of a phone or code, however they are grouped
>100        numbers, amounts and days beyond it; also < >= <= =
100..200    from the first to the second, both included
"""

import operator
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from storecrm.ui.kit.tables.columns import Column, Kind

T = TypeVar("T")

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
}
_SIGN = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
_NOT_DIGITS = re.compile(r"[\s\-+*.,·]")
_MEASURED = (Kind.NUMBER, Kind.MONEY, Kind.DAY, Kind.MOMENT)


def folded(text: str) -> str:
    """Full-width signs as plain ones, in small letters."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def matcher(column: Column[T], typed: str, digits: int) -> Callable[[T], bool]:
    """What says of a record whether it fits `typed`; money is counted with `digits` decimals."""
    wanted = folded(typed)
    if column.kind in _MEASURED:
        within = _bounds(wanted, column.kind, digits)
        if within is not None:
            return lambda record: within(_plain(column.worth(record)))
    if column.kind.grouped:
        bare = _NOT_DIGITS.sub("", wanted)
        return lambda record: bare in _NOT_DIGITS.sub("", folded(column.text(record)))
    if column.kind.right:
        # 1,280 is found by 1280 too
        plain = wanted.replace(",", "")
        return lambda record: plain in folded(column.text(record)).replace(",", "")
    return lambda record: wanted in folded(column.text(record))


def _bounds(wanted: str, kind: Kind, digits: int) -> Callable[[Any], bool] | None:
    """A comparison that was typed, None where it is none."""
    low_text, dots, high_text = wanted.partition("..")
    if dots:
        low = _read(low_text, kind, digits)
        high = _read(high_text, kind, digits)
        if low is None or high is None:
            return None
        return lambda worth: worth is not None and low <= worth <= high
    said = _SIGN.fullmatch(wanted)
    bound = _read(said[2], kind, digits) if said else None
    if said is None or bound is None:
        return None
    compare = _COMPARED[said[1]]
    return lambda worth: worth is not None and compare(worth, bound)


def _read(text: str, kind: Kind, digits: int) -> Any:
    """A bound as the column counts, None when it cannot be read."""
    plain = text.strip().replace(",", "").lstrip("¥￥$€")
    try:
        if kind in (Kind.DAY, Kind.MOMENT):
            return date.fromisoformat(plain)
        return float(plain) * 10**digits if kind is Kind.MONEY else float(plain)
    except ValueError:
        return None


def _plain(worth: Any) -> Any:
    """A moment by its day, for days are what people type."""
    return worth.date() if isinstance(worth, datetime) else worth
