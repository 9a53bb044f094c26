"""How other systems write days, times, amounts and points, and how each is brought into the one
shape that the loaders read.

A column's own cells settle what a single cell leaves open: which of two figures is the month, which
sign stands before the cents.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

ORDERS = ("dmy", "mdy", "ymd")
ROUNDINGS = {"down": ROUND_FLOOR, "half_up": ROUND_HALF_UP}
BLANKS = frozenset(
    (
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        ".",
        "无",
        "無",
        "未知",
        "不详",
        "不詳",
        "暂无",
        "保密",
        "未填",
        "未填写",
        "未设置",
        "空",
    )
    + (
        "null",
        "(null)",
        "nil",
        "none",
        "n/a",
        "na",
        "nan",
        "<na>",
        "\\n",
        "undefined",
        "not set",
        "not specified",
    )
    + ("0000-00-00", "0000-00-00 00:00:00", "0000/00/00", "1900-01-00", "1900/1/0", "00:00:00")
)
"""What systems write into a cell that says nothing, in small letters."""
ERRORS = frozenset(
    (
        "#n/a",
        "#ref!",
        "#value!",
        "#div/0!",
        "#name?",
        "#null!",
        "#num!",
        "#spill!",
        "#calc!",
        "#field!",
        "#blocked!",
        "#getting_data",
    )
    + ("#formula?", "#nv", "#wert!", "#bezug!", "#zahl!", "#####")
)
"""What a spreadsheet shows instead of a value, in small letters."""
_NUMERIC = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d\d)", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})[/.](\d{1,2})\.?", re.ASCII)
_NO_YEAR = re.compile(r"0000[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_BEFORE = "上午|下午|中午|凌晨|早上|晚上|AM|PM|A\\.M\\.|P\\.M\\."
_TIME = re.compile(
    rf"(?P<day>.*?)[T,\s]*(?P<before>{_BEFORE})?\s*(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?:?"
    rf"\s*(?P<after>{_BEFORE})?\s*(?:Uhr|h)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d\d:?\d\d)?",
    re.IGNORECASE | re.ASCII,
)
_ZONE_NAME = re.compile(r"\s+\(?(?!(?:AM|PM|UTC|GMT)\b)[A-Z]{2,5}\)?$")
_NOON = 12
_AFTERNOON = ("下午", "中午", "晚上", "pm")
_HOURS = str.maketrans({"时": ":", "時": ":", "点": ":", "點": ":", "分": ":", "秒": ""})


@lru_cache(maxsize=16)
def order_of(region: str) -> str:
    """The order of day and month that is usual in a region, by CLDR; the day first where nothing is
    known."""
    # loaded here: only lists whose days are open ask for it
    from babel import Locale, UnknownLocaleError

    try:
        pattern = str(Locale.parse(f"und_{region}").date_formats["short"].pattern)
    except (UnknownLocaleError, ValueError):
        return "dmy"
    return "".join(sorted("dmy", key=pattern.lower().index))


# --- days
# ------------------------------------------------------------------------------------------------------------


class Days:
    """Reads the days of one column. `order` (one of ORDERS) when it is known; else `see` what the
    column says, and what is left open stays open but for the order that is `usual` in such a file.
    `born`: the years of birthdays, which are never ahead; `past`: two figures of a year are never
    ahead."""

    def __init__(
        self,
        today: date,
        order: str = "",
        *,
        usual: str = "",
        born: bool = False,
        past: bool = False,
    ) -> None:
        self.today, self.usual, self.born, self.past = today, usual, born, born or past
        self.said = order
        self.open: tuple[str, ...] = (order,) if order else ORDERS
        self.seen_open = False
        self.month_first = False
        """Days without a year put the month first, which says nothing of those with a year behind
        them."""

    def see(self, texts: Iterable[str]) -> None:
        """Learn from some cells: an order that makes no day of a cell that another order makes one
        of is out."""
        if self.said:
            return
        days = {split_time(text)[0] for text in texts}
        for day in days:
            possible = self._readings(day, ORDERS)
            if set(possible) == {"mdy"} and _SHORT.fullmatch(day):
                self.month_first = True
            elif possible:
                self.open = tuple(order for order in self.open if order in possible)
        self.seen_open = self.seen_open or any(
            len(set(self._readings(day, self.open or ORDERS).values())) > 1 for day in days
        )

    @property
    def _orders(self) -> tuple[str, ...]:
        """The orders that a cell is read by; where the column contradicts itself, each cell stands
        for itself."""
        return (self.usual,) if self.usual in self.open else self.open or ORDERS

    @property
    def settled(self) -> bool:
        """True once no cell can be read in two ways."""
        return len(self.open) == 1

    def day(self, text: str) -> str:
        """A day as "2026-10-28", a birthday without year as "10-28"; what is of no shape known here
        comes back as it is.

        Raises:
            ValueError: date_ambiguous, not_date.
        """
        tidy = unicodedata.normalize("NFKC", text).strip()
        if (nameless := _NO_YEAR.fullmatch(tidy)) and self.born:
            return f"{int(nameless[1]):02d}-{int(nameless[2]):02d}"
        if _NUMERIC.fullmatch(tidy) is None:
            return self._short(tidy, text) if self.born else text
        found = set(self._readings(tidy, self._orders).values())
        if len(found) == 1:
            return found.pop().isoformat()
        if found and len(re.split(r"\D+", tidy)[-1]) == 4 and not self.said:
            # who reads the cell says that it is either of two days
            return text
        raise ValueError("date_ambiguous" if found else "not_date")

    def _short(self, tidy: str, text: str) -> str:
        """A birthday without year, where it is settled that the day comes first."""
        short = _SHORT.fullmatch(tidy)
        if short is None or self.month_first or self._orders != ("dmy",):
            return text
        return f"{int(short[2]):02d}-{int(short[1]):02d}"

    def _readings(self, text: str, orders: Iterable[str]) -> dict[str, date]:
        """The day that a text is by each order that makes one of it."""
        found = _NUMERIC.fullmatch(text)
        if found is None:
            return self._short_readings(text) if self.born else {}
        first, second, third = found[1], found[3], found[4]
        said = {
            "dmy": (third, second, first),
            "mdy": (third, first, second),
            "ymd": (first, second, third),
        }
        days = {
            order: self._date(*said[order])
            for order in orders
            if order != "ymd" or len(third) == len(first) == 2
        }
        return {order: day for order, day in days.items() if day is not None}

    def _short_readings(self, text: str) -> dict[str, date]:
        short = _SHORT.fullmatch(text)
        if short is None:
            return {}
        days = {
            "dmy": self._date("2024", short[2], short[1]),
            "mdy": self._date("2024", short[1], short[2]),
        }
        # 05/06 says a month and a day unless the column says the reverse
        return (
            {order: day for order, day in days.items() if day is not None}
            if None in days.values()
            else {}
        )

    def _date(self, year: str, month: str, day: str) -> date | None:
        try:
            found = date(self._year(year), int(month), int(day))
        except ValueError:
            return None
        ahead = self.past and len(year) < 4 and found > self.today + timedelta(days=31)
        return None if ahead else found

    def _year(self, text: str) -> int:
        if len(text) == 4:
            return int(text)
        year = 2000 + int(text)
        latest = self.today.year if self.born else self.today.year + 30
        return year if year <= latest else year - 100


def split_time(text: str) -> tuple[str, str]:
    """The day of a text, and its time as "13:05:00" with an offset when it says one; "" for what is
    not there.

    Raises nothing: a time that is none stays part of the day, which then is of no shape.
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    found = _TIME.fullmatch(
        _ZONE_NAME.sub("", tidy.translate(_HOURS)) if ":" in tidy.translate(_HOURS) else tidy
    )
    if found is None:
        return tidy, ""
    hour = _hour(int(found["hour"]), (found["before"] or found["after"] or "").replace(".", ""))
    minute, second = int(found["minute"]), int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return tidy, ""
    return found[
        "day"
    ].strip(), f"{hour:02d}:{minute:02d}:{second:02d}{_offset(found['zone'] or '')}"


def _hour(hour: int, half: str) -> int:
    """The hour of the day; 99 for one that cannot be."""
    if not half:
        return hour
    later = half.casefold() in _AFTERNOON
    if hour > _NOON:
        return hour if later else 99
    if half == "中午" and hour in (10, 11):
        return hour
    if half == "晚上" and hour == _NOON:
        return 99
    return hour % _NOON + (_NOON if later else 0)


def _offset(zone: str) -> str:
    digits = re.sub(r"[^\d+-]", "", zone)
    if not zone:
        return ""
    return f"{digits[:3]}:{digits[3:]}" if digits else "+00:00"


def named_zone(text: str) -> bool:
    """True of a time with the letters of a zone behind it, which no program can be sure of (CST is
    three of them)."""
    return _ZONE_NAME.search(unicodedata.normalize("NFKC", text).strip()) is not None


# --- amounts
# ---------------------------------------------------------------------------------------------------------

_SIGNS = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "－": "-",
        "＋": "+",
        "’": "'",
        "，": ",",
        "。": ".",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
_UNITS = re.compile(
    r"元|圆|円|(?<![A-Za-z])(?:[A-Z]{3}|RMB|rmb|kr\.?|Rs\.?|zł|Kč|Ft|lei|[A-Z]{1,3}(?=[$£¥]))(?![A-Za-z])"
)
_DOT = re.compile(
    r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})*,\d{3}|[1-9]\d{0,2}(?:[ ']\d{3})+|\d+)(\.\d*)?|(\.\d+)",
    re.ASCII,
)
_COMMA = re.compile(
    r"(?:[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:[ ']\d{3})+|\d+)(,\d*)?|(,\d+)", re.ASCII
)
"""Thousands stand apart only behind a figure: 0,735 is no 735."""


class Amounts:
    """Reads amounts and other numbers. `decimal` ("." or ",") when it is known; else `see` what the
    cells say: a comma counts as the decimal sign when it must be one somewhere and a point never
    must."""

    def __init__(self, digits: int, decimal: str = "") -> None:
        self.digits, self.said = digits, decimal
        self.comma, self.point = False, False

    def see(self, texts: Iterable[str], digits: int | None = None) -> None:
        """Learn from some cells; `digits`: the decimals that they may have."""
        if self.said:
            return
        most = self.digits if digits is None else digits
        for text in texts:
            if "," in text or "." in text or "，" in text:
                bare = _bare(text)[1]
                by_point, by_comma = _fits(_DOT, bare, most), _fits(_COMMA, bare, most)
                self.comma = self.comma or (by_comma and not by_point and "," in bare)
                self.point = self.point or (by_point and not by_comma and "." in bare)

    @property
    def decimal(self) -> str:
        """The sign before the decimals, as said or found."""
        return self.said or ("," if self.comma and not self.point else ".")

    def number(self, text: str) -> str:
        """A number as "-1234.56"; what is none comes back as it is.

        Raises:
            ValueError: not_amount (a number by the other decimal sign alone).
        """
        minus, bare = _bare(text)
        shape = _COMMA if self.decimal == "," else _DOT
        if shape.fullmatch(bare) is None:
            if self.decimal == "," and re.search(r"\d", text):
                raise ValueError("not_amount")
            return text
        whole, _, part = (
            bare.replace(" ", "").replace("'", "").rpartition(self.decimal)
            if self.decimal in bare
            else (bare, "", "")
        )
        digits = re.sub(r"[,. ']", "", whole) or "0"
        return ("-" if minus else "") + digits + (f".{part}" if part else "")


def _bare(text: str) -> tuple[bool, str]:
    """Whether an amount is below nothing, and its figures with their signs between them."""
    tidy = _UNITS.sub("", unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS))
    tidy = "".join(sign for sign in tidy if unicodedata.category(sign) != "Sc").strip()
    minus = tidy.startswith("(") and tidy.endswith(")")
    tidy = tidy[1:-1].strip() if minus else tidy
    if tidy.startswith(("-", "+")):
        return tidy[0] == "-" or minus, tidy[1:].strip()
    return minus or tidy.endswith("-"), tidy.removesuffix("-").strip()


def _fits(shape: re.Pattern[str], bare: str, digits: int) -> bool:
    """True of a number of a shape with no more decimals than there can be."""
    found = shape.fullmatch(bare)
    return found is not None and len((found[1] or found[2] or ".")[1:]) <= digits


def whole_points(text: str, rounding: str) -> str:
    """Points as a whole number ("12.00" is one), rounded as it was said; a text that is no number
    comes back as it is.

    Raises:
        ValueError: points_decimals (a part of a point, and nobody said how it is rounded).
    """
    if not re.fullmatch(r"-?\d+\.\d+", text, re.ASCII):
        return text
    exact = Decimal(text)
    if exact != exact.to_integral_value() and not rounding:
        raise ValueError("points_decimals")
    return str(int(exact.to_integral_value(ROUNDINGS.get(rounding, ROUND_FLOOR))))
