"""How other systems write days, and how each becomes the one shape that the loaders read.

A column's own cells settle what a single cell leaves open: which of two figures is the month.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from storecrm.services.imports.time_formats import split_time

ORDERS = ("dmy", "mdy", "ymd")
_NUMERIC = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d\d)", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})[/.](\d{1,2})\.?", re.ASCII)
_NO_YEAR = re.compile(r"0000[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_LEAP_YEAR = "2024"
"""A birthday without year may be the 29th of February."""
_AHEAD = timedelta(days=31)
_YEARS_AHEAD = 30


@lru_cache(maxsize=16)
def order_of(region: str) -> str:
    """The order of day and month that is usual in a region, by CLDR; the day first where nothing is
    known."""
    # loaded here: only lists whose days are open ask for it
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(f"und_{region}")
        pattern = str(locale.date_formats["short"].pattern).lower()
    except (UnknownLocaleError, ValueError):
        return "dmy"
    return "".join(sorted("dmy", key=pattern.index))


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
        self.today = today
        self.usual = usual
        self.born = born
        self.past = born or past
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
        # asked only now, when all of them have settled what they can
        self.seen_open = self.seen_open or any(map(self._in_two_ways, days))

    def _in_two_ways(self, day: str) -> bool:
        readings = self._readings(day, self.open or ORDERS)
        return len(set(readings.values())) > 1

    @property
    def _orders(self) -> tuple[str, ...]:
        """The orders that a cell is read by; where the column contradicts itself, each cell stands
        for itself."""
        if self.usual in self.open:
            return (self.usual,)
        return self.open or ORDERS

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
        nameless = _NO_YEAR.fullmatch(tidy) if self.born else None
        if nameless:
            return _month_day(nameless[1], nameless[2])
        if _NUMERIC.fullmatch(tidy) is None:
            return self._short(tidy, text) if self.born else text
        readings = self._readings(tidy, self._orders)
        found = set(readings.values())
        if len(found) == 1:
            return found.pop().isoformat()
        last_figures = re.split(r"\D+", tidy)[-1]
        if found and len(last_figures) == 4 and not self.said:
            # who reads the cell says that it is either of two days
            return text
        raise ValueError("date_ambiguous" if found else "not_date")

    def _short(self, tidy: str, text: str) -> str:
        """A birthday without year, where it is settled that the day comes first."""
        short = _SHORT.fullmatch(tidy)
        if short is None or self.month_first or self._orders != ("dmy",):
            return text
        return _month_day(short[2], short[1])

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
        # the year stands in front only where neither end has four figures
        year_first = len(third) == len(first) == 2
        asked = [order for order in orders if order != "ymd" or year_first]
        return _made({order: self._date(*said[order]) for order in asked})

    def _short_readings(self, text: str) -> dict[str, date]:
        short = _SHORT.fullmatch(text)
        if short is None:
            return {}
        first, second = short.groups()
        days = {
            "dmy": self._date(_LEAP_YEAR, second, first),
            "mdy": self._date(_LEAP_YEAR, first, second),
        }
        # 05/06 says a month and a day unless the column says the reverse
        return _made(days) if None in days.values() else {}

    def _date(self, year: str, month: str, day: str) -> date | None:
        try:
            found = date(self._year(year), int(month), int(day))
        except ValueError:
            return None
        # nobody writes a year of four figures by mistake
        if self.past and len(year) < 4 and found > self.today + _AHEAD:
            return None
        return found

    def _year(self, text: str) -> int:
        if len(text) == 4:
            return int(text)
        year = 2000 + int(text)
        latest = self.today.year if self.born else self.today.year + _YEARS_AHEAD
        return year if year <= latest else year - 100


def _month_day(month: str, day: str) -> str:
    return f"{int(month):02d}-{int(day):02d}"


def _made(days: dict[str, date | None]) -> dict[str, date]:
    """The orders that make a day of a text."""
    return {order: day for order, day in days.items() if day is not None}
