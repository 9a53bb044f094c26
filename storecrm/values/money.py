"""Exact amounts: money in minor units, points, shares in basis points, quantities in thousandths;
read, written, halved up, shared out."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NewType

from storecrm.values.countries import cldr

Money = NewType("Money", int)
"""An amount in minor units (分, cents)."""
Points = NewType("Points", int)
Percent = NewType("Percent", int)
"""A share in whole percent."""
BasisPoints = NewType("BasisPoints", int)
"""A share in hundredths of a percent: 1500 is 15 %."""
Quantity = NewType("Quantity", int)
"""Thousandths of a piece or kilogram."""
MAX_MONEY = Money(10**12)
"""No single amount may reach ten thousand million: keeps sums far inside 64 bits."""
MAX_POINTS = Points(10**9)
"""Points that one entry of the ledger holds at the most."""
WHOLE = 10_000
PIECE = Quantity(1000)
_MARKS = {"。": ".", "．": ".", "，": ",", "－": "-", "＋": "+"}
# as people type amounts on either keyboard
_FOLD = str.maketrans(_MARKS | dict.fromkeys("￥¥$元", ""))
_AMOUNT = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|-?\.\d+", re.ASCII)


def parse_money(text: str, *, digits: int = 2, negative: bool = False) -> Money:
    """An amount as a person types it ("12.5", "1,280", "￥３０") in minor units.

    Raises:
        ValueError: not a number, more decimals than the currency has, negative where it may not be,
            or absurdly large.
    """
    whole, dot, part = text.partition(".")
    # most amounts of a list need no closer look
    if (
        0 < len(whole) < 10
        and bool(part) == bool(dot)
        and len(part) <= digits
        and (whole + part).isdigit()
        and text.isascii()
    ):
        return Money(int(whole + part.ljust(digits, "0")))
    if len(text) > 30:
        raise ValueError(f"not an amount: {text[:40]!r}")
    # some signs fold into ones that are folded again
    wide = unicodedata.normalize("NFKC", text.translate(_FOLD))
    folded = wide.translate(_FOLD).strip().replace(" ", "")
    if not _AMOUNT.fullmatch(folded):
        raise ValueError(f"not an amount: {text[:40]!r}")
    try:
        # exact: a float would round what the currency cannot say
        minor = Decimal(folded.replace(",", "")).scaleb(digits)
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {text[:40]!r}") from error
    if minor != minor.to_integral_value():
        raise ValueError(f"too many decimals: {text[:40]!r}")
    if abs(minor) >= MAX_MONEY:
        raise ValueError(f"too large: {text[:40]!r}")
    if minor < 0 and not negative:
        raise ValueError(f"negative: {text[:40]!r}")
    return Money(int(minor))


@lru_cache(maxsize=512)
def currency_digits(currency: str) -> int:
    """Decimals of a currency by CLDR: 2 for CNY, 0 for JPY, 3 for KWD.

    Raises:
        ValueError: no such currency.
    Source: CLDR supplemental currencyData, as Babel carries it.
    """
    known = cldr("all_currencies")
    if currency not in known:
        raise ValueError(f"no currency: {currency[:10]!r}")
    # a currency that is not listed has two decimals
    fractions = cldr("currency_fractions")
    return int(fractions.get(currency, fractions["DEFAULT"])[0])


def currencies() -> tuple[str, ...]:
    """Every currency that is somewhere legal tender today, by its code."""
    in_use: set[str] = set()
    for periods in cldr("territory_currencies").values():
        in_use |= {code for code, _, ended, tender in periods if tender and ended is None}
    return tuple(sorted(in_use))


def money_text(amount: int, digits: int = 2) -> str:
    """Minor units as a plain decimal string for files and JSON: 1250 -> "12.50"."""
    if digits == 0:
        return str(amount)
    sign = "-" if amount < 0 else ""
    whole, minor = divmod(abs(amount), 10**digits)
    return f"{sign}{whole}.{minor:0{digits}d}"


def half_up(value: Decimal) -> int:
    """Rounded half-up to a whole number, the shop's one rounding rule."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split in proportion to `weights` by largest remainder, so that the parts add up
    exactly.

    Ties go to the earlier part. Weights are not negative; with none above zero every part is 0.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    remainders = [total * weight % whole for weight in weights]
    # sorting keeps the order of equal remainders, reversed or not
    order = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
    for place in order[:left]:
        parts[place] += 1
    return parts


def parse_percent(text: str) -> BasisPoints:
    """A percentage off, "15" or "12.5", as basis points.

    Raises:
        ValueError: not a number, or not above 0 and at most 100.
    """
    folded = unicodedata.normalize("NFKC", text).strip().rstrip("%")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", folded):
        raise ValueError(f"not a percentage: {text[:40]!r}")
    points = int(Decimal(folded) * 100)
    if not 0 < points <= WHOLE:
        raise ValueError(f"out of range: {text[:40]!r}")
    return BasisPoints(points)


def parse_zhe(text: str) -> BasisPoints:
    """A discount spoken in 折 ("8.5" or "85" = the customer pays 85 %) as basis points off.

    Raises:
        ValueError: not a number of 折 between 0.1 and 9.9 (or 10 to 99 without the point).
    """
    folded = unicodedata.normalize("NFKC", text).strip().rstrip("折")
    if not re.fullmatch(r"\d(\.\d{1,2})?|\d\d", folded):
        raise ValueError(f"not a 折: {text[:40]!r}")
    pays = Decimal(folded)
    # two digits without a point are percent
    if len(folded) > 1 and "." not in folded:
        pays /= 10
    off = WHOLE - int(pays * 1000)
    if not 0 < off < WHOLE:
        raise ValueError(f"out of range: {text[:40]!r}")
    return BasisPoints(off)


def zhe_text(off: int) -> str:
    """Basis points off as 折 digits: 1500 -> "8.5"."""
    return _short(Decimal(WHOLE - off) / 1000)


def percent_text(points: int) -> str:
    """Basis points as a short percentage without the sign: 1250 -> "12.5"."""
    return _short(Decimal(points) / 100)


def _short(number: Decimal) -> str:
    """A decimal without zeros behind its point."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
