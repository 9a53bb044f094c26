"""What stands in the cells of lists that go out."""

import itertools
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from storecrm.values import Moment, as_datetime, money_text

Cells = tuple[Any, ...]
Rows = Iterator[Cells]
FOR_EVER = "*"
"""What a list says of points that never end, and of coupons that may be used any number of
times."""
CELL = 30_000
"""Signs that a cell of a workbook holds with certainty."""
_APART = frozenset(';，；"')
"""Signs that part a cell, beside the comma."""


def money(digits: int, amount: int | None) -> Decimal | str:
    """An amount of so many decimals, blank where there is none."""
    return "" if amount is None else Decimal(money_text(amount, digits))


def yes(answer: object) -> str:
    """An answer as lists are read by."""
    return "yes" if answer else "no"


def local(at: Moment, zone: ZoneInfo) -> str:
    """A time as it was in the shop, with its distance from UTC."""
    return as_datetime(at, zone).isoformat(timespec="seconds")


def together(parts: list[str]) -> str:
    """Several values as one cell; where a comma stands in one, each stands in quotes."""
    plain = ",".join(parts)
    # the commas are those between the parts
    parted = plain.count(",") == max(0, len(parts) - 1)
    if parted and _APART.isdisjoint(plain):
        return plain
    quoted = (part.replace('"', '""') for part in parts)
    return ",".join(f'"{part}"' for part in quoted)


def shortened(values: Iterable[Any]) -> str:
    """As many of the values as a cell holds."""
    parts = [str(value) for value in values]
    lengths = itertools.accumulate(len(part) + 1 for part in parts)
    fitting = itertools.takewhile(_fits, lengths)
    count = sum(1 for _ in fitting)
    return ",".join(parts[:count])


def _fits(length: int) -> bool:
    return length <= CELL
