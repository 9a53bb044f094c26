"""How cells of a file are read: days, times, amounts, quantities."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from storecrm.values import (
    MAX_MONEY,
    Day,
    Moment,
    Money,
    Quantity,
    half_up,
    moment,
    parse_money,
    read_day,
)

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_ONE_FIGURE = re.compile(r"(?<![\d.])\d(?!\d)")
_DAY_SIGNS = str.maketrans({"/": "-", "年": "-", "月": "-", "日": None})
_FLOAT_SIGNS = 16
"""A number that a computer could not hold exactly has so many signs at the least."""
_FLOAT_ERROR = Decimal("0.0001")
_MOST = 10**10
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_NOON = 12


class Cells:
    """Reads cells with the shop's digits and zone; every reader raises ValueError with a stable
    word."""

    def __init__(self, zone: ZoneInfo, naive: ZoneInfo, digits: int) -> None:
        self.zone, self.naive, self.digits = zone, naive, digits
        self.day_of = lru_cache(maxsize=4096)(self._day_of)
        self.money = lru_cache(maxsize=65_536)(self._money)
        self.quantity = lru_cache(maxsize=4096)(self._quantity)
        # the lines of one receipt share their time
        self.at = lru_cache(maxsize=4096)(self._at)

    def _money(self, text: str) -> Money:
        try:
            return parse_money(text, digits=self.digits, negative=True)
        except ValueError:
            pass
        # spreadsheets hand over 1.1500000000000001 for 1.15
        try:
            minor = Decimal(text).scaleb(self.digits)
        except InvalidOperation:
            raise ValueError("not_amount") from None
        if not minor.is_finite() or len(text) < _FLOAT_SIGNS or abs(minor) >= MAX_MONEY:
            raise ValueError("not_amount")
        rounded = half_up(minor)
        if abs(minor - rounded) > _FLOAT_ERROR:
            raise ValueError("not_amount")
        return Money(rounded)

    def _quantity(self, text: str) -> Quantity:
        try:
            exact = Decimal(text) * 1000
        except InvalidOperation:
            raise ValueError("not_quantity") from None
        if not exact.is_finite() or abs(exact) > _MOST:
            raise ValueError("not_quantity")
        # a thousandth is the least part of anything that is sold
        if exact != exact.to_integral_value():
            raise ValueError("not_quantity")
        return Quantity(int(exact))

    def _day_of(self, text: str) -> Day:
        found = read_day(text)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise ValueError("not_date")
        return found

    def _at(self, text: str) -> tuple[Moment, Day | None]:
        """An instant, and the business date when only a date was given."""
        tidy = unicodedata.normalize("NFKC", text).strip().translate(_DAY_SIGNS)
        if ":" not in tidy and "T" not in tidy:
            day = self.day_of(text)
            noon = datetime(day.year, day.month, day.day, _NOON, tzinfo=self.zone)
            return moment(noon), day
        try:
            # 2026-1-5 9:30 is padded with zeros
            iso = tidy if _ISO.match(tidy) else _ONE_FIGURE.sub(r"0\g<0>", tidy)
            found = datetime.fromisoformat(iso)
        except ValueError:
            raise ValueError("not_time") from None
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise ValueError("not_time")
        if found.tzinfo is None:
            found = self._in_zone(found)
        return moment(found), None

    def _in_zone(self, local: datetime) -> datetime:
        """A local time of the zone; one that the begin of summer time leaves out is none."""
        found = local.replace(tzinfo=self.naive)
        # a zone without summer time has every local time
        if self.naive.utcoffset(None) is None:
            back = found.astimezone(UTC).astimezone(self.naive)
            if back.replace(tzinfo=None) != local:
                raise ValueError("no_such_time")
        return found
