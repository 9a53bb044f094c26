"""How other systems write amounts, quantities and points, and how each becomes a plain number.

A column's own cells settle which sign stands before the cents.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

ROUNDINGS = {"down": ROUND_FLOOR, "half_up": ROUND_HALF_UP}
_LIKE_ASCII = "−-–-－-＋+’'，,。.\u00a0 \u202f "
# each sign before the one that it is read as
_SIGNS = str.maketrans(dict(zip(_LIKE_ASCII[::2], _LIKE_ASCII[1::2], strict=True)))
_CODES = r"[A-Z]{3}|RMB|rmb|kr\.?|Rs\.?|zł|Kč|Ft|lei|[A-Z]{1,3}(?=[$£¥])"
_UNITS = re.compile(rf"元|圆|円|(?<![A-Za-z])(?:{_CODES})(?![A-Za-z])")
_BY_SPACE = r"[1-9]\d{0,2}(?:[ ']\d{3})+"
# in India the thousands stand in pairs: 12,34,567
_BY_COMMA = r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})*,\d{3}"
_DOT = re.compile(rf"(?:{_BY_COMMA}|{_BY_SPACE}|\d+)(\.\d*)?|(\.\d+)", re.ASCII)
_COMMA = re.compile(rf"(?:[1-9]\d{{0,2}}(?:\.\d{{3}})+|{_BY_SPACE}|\d+)(,\d*)?|(,\d+)", re.ASCII)
"""Thousands stand apart only behind a figure: 0,735 is no 735."""
_POINTS_IN_PARTS = re.compile(r"-?\d+\.\d+", re.ASCII)


class Amounts:
    """Reads amounts and other numbers. `decimal` ("." or ",") when it is known; else `see` what the
    cells say: a comma counts as the decimal sign when it must be one somewhere and a point never
    must."""

    def __init__(self, digits: int, decimal: str = "") -> None:
        self.digits = digits
        self.said = decimal
        self.comma = False
        self.point = False

    def see(self, texts: Iterable[str], digits: int | None = None) -> None:
        """Learn from some cells; `digits`: the decimals that they may have."""
        if self.said:
            return
        most = self.digits if digits is None else digits
        for text in texts:
            if "," in text or "." in text or "，" in text:
                _, bare = _bare(text)
                by_point = _fits(_DOT, bare, most)
                by_comma = _fits(_COMMA, bare, most)
                # what only one of the two signs makes a number of speaks for that sign
                self.comma = self.comma or (by_comma and not by_point and "," in bare)
                self.point = self.point or (by_point and not by_comma and "." in bare)

    @property
    def decimal(self) -> str:
        """The sign before the decimals, as said or found."""
        found = "," if self.comma and not self.point else "."
        return self.said or found

    def number(self, text: str) -> str:
        """A number as "-1234.56"; what is none comes back as it is.

        Raises:
            ValueError: not_amount (a number by the other decimal sign alone).
        """
        decimal = self.decimal
        minus, bare = _bare(text)
        shape = _COMMA if decimal == "," else _DOT
        if shape.fullmatch(bare) is None:
            if decimal == "," and re.search(r"\d", text):
                raise ValueError("not_amount")
            return text
        whole, part = _parted(bare, decimal)
        digits = re.sub(r"[,. ']", "", whole) or "0"
        sign = "-" if minus else ""
        cents = f".{part}" if part else ""
        return sign + digits + cents


def _parted(bare: str, decimal: str) -> tuple[str, str]:
    """What stands before the decimal sign, and what behind it."""
    if decimal not in bare:
        return bare, ""
    tight = bare.replace(" ", "").replace("'", "")
    whole, _, part = tight.rpartition(decimal)
    return whole, part


def _bare(text: str) -> tuple[bool, str]:
    """Whether an amount is below nothing, and its figures with their signs between them."""
    narrow = unicodedata.normalize("NFKC", text.translate(_SIGNS))
    tidy = _UNITS.sub("", narrow.translate(_SIGNS))
    signs = [sign for sign in tidy if unicodedata.category(sign) != "Sc"]
    tidy = "".join(signs).strip()
    # bookkeepers write (12.00) for what is below nothing
    minus = tidy.startswith("(") and tidy.endswith(")")
    tidy = tidy[1:-1].strip() if minus else tidy
    if tidy.startswith(("-", "+")):
        return tidy[0] == "-" or minus, tidy[1:].strip()
    return minus or tidy.endswith("-"), tidy.removesuffix("-").strip()


def _fits(shape: re.Pattern[str], bare: str, digits: int) -> bool:
    """True of a number of a shape with no more decimals than there can be."""
    found = shape.fullmatch(bare)
    if found is None:
        return False
    part = found[1] or found[2] or "."
    return len(part) - 1 <= digits


def whole_points(text: str, rounding: str) -> str:
    """Points as a whole number ("12.00" is one), rounded as it was said; a text that is no number
    comes back as it is.

    Raises:
        ValueError: points_decimals (a part of a point, and nobody said how it is rounded).
    """
    if not _POINTS_IN_PARTS.fullmatch(text):
        return text
    exact = Decimal(text)
    if exact != exact.to_integral_value() and not rounding:
        raise ValueError("points_decimals")
    whole = exact.to_integral_value(ROUNDINGS.get(rounding, ROUND_FLOOR))
    return str(int(whole))
