"""Days and moments: dates as people write them, instants in microseconds UTC, and a shop's day,
which ends in the night."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NewType
from zoneinfo import ZoneInfo

Moment = NewType("Moment", int)
"""Microseconds since 1970-01-01 UTC."""
Day = date
_HAN_MARKS = {"年": "-", "月": "-", "日": "", "号": ""}
_DAY_MARKS = str.maketrans(_HAN_MARKS | {"/": "-", ".": "-", "，": " ", ",": " "})
_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_USUAL_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_EXCEL = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers (its 1900 was a leap year by mistake, so day 1 is one too
late before March)."""


def read_day(text: str) -> Day:
    """A date as lists hold it: 1990-05-17, 1990/5/17, 1990.5.17, 1990年5月17日, 19900517,
    17/05/1990, 17 May 1990, May 17, 1990, 33010 (a spreadsheet's serial number), each with or
    without a time behind it, in full-width digits too.

    Raises:
        ValueError: "not_date"; "date_ambiguous" (03/04/1990 is either of two days).
    """
    tidy = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    if usual := _USUAL_DAY.fullmatch(tidy):
        try:
            return date(int(usual[1]), int(usual[3]), int(usual[4]))
        except ValueError:
            raise ValueError("not_date") from None
    # a time behind the day says nothing of it
    tidy = re.sub(r"[T ]\d{1,2}:\d\d.*$", "", tidy)
    # a serial number is read from 1910 to 2099: elsewhere it may be anything
    if re.fullmatch(r"\d{5}(\.\d+)?", tidy) and 3_654 < int(tidy[:5]) < 73_051:
        return _EXCEL + timedelta(days=int(tidy[:5]))
    # 20261126 is read as 2026-11-26
    if re.fullmatch(r"\d{8}", tidy):
        tidy = f"{tidy[:4]}-{tidy[4:6]}-{tidy[6:]}"
    parts = [part for part in re.split(r"[-\s]+", tidy.translate(_DAY_MARKS)) if part]
    try:
        if len(parts) != 3:
            raise ValueError(text)
        return _day_of_parts(parts)
    except ValueError as error:
        ambiguous = str(error) == "date_ambiguous"
        raise ValueError("date_ambiguous" if ambiguous else "not_date") from None


def _day_of_parts(parts: Sequence[str]) -> Day:
    for place, part in enumerate(parts):
        month = _MONTHS.get(part[:3].casefold())
        if month is not None:
            others = [*parts[:place], *parts[place + 1 :]]
            return _day_of_month(month, others)
    first, second, third = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return date(first, second, third)
    if len(parts[2]) != 4:
        raise ValueError(parts)
    # nobody knows which of the two is the month
    if first <= 12 and second <= 12 and first != second:
        raise ValueError("date_ambiguous")
    return date(third, second, first) if second <= 12 else date(third, first, second)


def _day_of_month(month: int, others: Sequence[str]) -> Day:
    """A date whose month is a name: the day stands before the year."""
    day, year = (re.sub(r"(st|nd|rd|th)$", "", part.casefold()) for part in others)
    return date(int(year), month, int(day))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY = 86_400_000_000
"""Microseconds, as moments count."""


def moment(at: datetime) -> Moment:
    """An aware datetime as microseconds UTC."""
    # in whole numbers: as a float it would lose microseconds
    delta = at - _EPOCH
    of_day = delta.seconds * 1_000_000 + delta.microseconds
    return Moment(delta.days * A_DAY + of_day)


def micros(span: timedelta) -> int:
    """A length of time as moments count."""
    return span // timedelta(microseconds=1)


def as_datetime(at: Moment, zone: ZoneInfo) -> datetime:
    """A stored instant on the store's wall clock."""
    instant = _EPOCH + timedelta(microseconds=at)
    return instant.astimezone(zone)


CLOSE_HOUR = 4
"""When a shop's day ends that says nothing else, o'clock of the next morning."""


def business_date(at: Moment, zone: ZoneInfo, close_hour: int) -> Day:
    """The shop's day: it ends at `close_hour` o'clock of the next morning."""
    local = as_datetime(at, zone)
    return (local - timedelta(hours=close_hour)).date()


@dataclass(frozen=True)
class StoreDay:
    """A moment as the two days in which it lies: the calendar's `date`, and the `business` day that
    has not closed yet. What has a first and a last day (a coupon, a promotion) holds from 00:00 of
    the first until the close of the business day that began on the last.

    Both may be columns or parameters of a statement, and so may the days asked about: the answer is
    then its condition.
    """

    date: Any
    business: Any

    def begun(self, first: Any) -> Any:
        """True from 00:00 of `first` on."""
        return first <= self.date

    def lasts(self, last: Any) -> Any:
        """True until the business day that began on `last` closes."""
        return last >= self.business


def opening_of(day: Day, zone: ZoneInfo, close_hour: int) -> Moment:
    """The instant at which the business day of `day` begins: `close_hour` o'clock as the clock on
    the wall says it, whatever hours that night left out or had twice."""
    return moment(datetime.combine(day, time(close_hour), zone))


def start_of(day: Day, zone: ZoneInfo) -> Moment:
    """Midnight of `day` on the store's clock."""
    return moment(datetime.combine(day, time(), zone))
