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
_PADDED = re.compile(r"(?<![\d.])\d(?!\d)")


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
        if (
            not minor.is_finite()
            or len(text) < 16
            or abs(minor) >= MAX_MONEY
            or abs(minor - half_up(minor)) > Decimal("0.0001")
        ):
            raise ValueError("not_amount")
        return Money(half_up(minor))

    def _quantity(self, text: str) -> Quantity:
        try:
            exact = Decimal(text) * 1000
        except InvalidOperation:
            raise ValueError("not_quantity") from None
        if not exact.is_finite() or abs(exact) > 10**10 or exact != exact.to_integral_value():
            raise ValueError("not_quantity")
        return Quantity(int(exact))

    def _day_of(self, text: str) -> Day:
        found = read_day(text)
        if not 1900 <= found.year <= 2200:
            raise ValueError("not_date")
        return found

    def _at(self, text: str) -> tuple[Moment, Day | None]:
        """An instant, and the business date when only a date was given."""
        tidy = (
            unicodedata.normalize("NFKC", text)
            .strip()
            .replace("/", "-")
            .replace("年", "-")
            .replace("月", "-")
            .replace("日", "")
        )
        if ":" not in tidy and "T" not in tidy:
            day = self.day_of(text)
            return moment(datetime(day.year, day.month, day.day, 12, tzinfo=self.zone)), day
        try:
            found = datetime.fromisoformat(
                _PADDED.sub(lambda part: part[0].zfill(2), tidy) if not _ISO.match(tidy) else tidy
            )
        except ValueError:
            raise ValueError("not_time") from None
        if not 1900 <= found.year <= 2200:
            raise ValueError("not_time")
        if found.tzinfo is None:
            found = found.replace(tzinfo=self.naive)
            # a zone without summer time has every local time
            if self.naive.utcoffset(None) is None and found.astimezone(UTC).astimezone(
                self.naive
            ).replace(tzinfo=None) != found.replace(tzinfo=None):
                raise ValueError("no_such_time")
        return moment(found), None
