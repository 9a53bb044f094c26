"""Birthdays by either calendar: how they are written down, and on which dates they fall.

A birthday is kept as it was said, "MM-DD" or "YYYY-MM-DD", with its calendar beside it. A lunar one
(农历) falls on another date each year: in the month of that number, never in a leap month (whoever
was born in one keeps the month before it), and its 30th on the 29th where the month has no 30th
day. 29 February counts as the 28th in other years.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from storecrm.errors import BadInput
from storecrm.values import Day, clean_text, read_day

SOLAR, LUNAR = "solar", "lunar"
WINDOW = 7
"""Days before and after a birthday that count as around it."""
_LUNAR_WORDS = ("lunar", "农历", "農曆", "阴历", "陰曆", "旧历", "舊曆")
_SOLAR_WORDS = ("solar", "gregorian", "公历", "公曆", "阳历", "陽曆", "新历", "新曆")
_CALENDARS = dict.fromkeys(_LUNAR_WORDS, LUNAR) | dict.fromkeys(_SOLAR_WORDS, SOLAR)
_SAID = re.compile(rf"({'|'.join(_LUNAR_WORDS)})[\s:：]*", re.IGNORECASE)
_SOLAR = re.compile(rf"({'|'.join(_SOLAR_WORDS)})[\s:：]*", re.IGNORECASE)
_PARTS = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?")
_PLAIN = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
YEARS = range(1900, 2101)
"""The lunar years whose months are known (those of the library borax)."""


def calendar_of(text: str) -> str:
    """The calendar that a word names, in either language and either script.

    Raises:
        ValueError: calendar_unknown.
    """
    try:
        return _CALENDARS[clean_text(text, 60).casefold()]
    except KeyError:
        raise ValueError("calendar_unknown") from None


def read(text: str, calendar: str = "") -> tuple[str, str]:
    """A birthday and its calendar, from any shape that `values.read_day` knows or without the year
    ("05-17"); lunar where it says so
    ("农历 5-17", "农历八月十五", "lunar 1990-05-17") or `calendar` does. "" for nothing.

    Raises:
        BadInput: birthday, birthday_ambiguous (03/04/1990).
    """
    # the shapes of most lists need no closer look
    if calendar != LUNAR and _PLAIN.fullmatch(text):
        return _solar(text, text), SOLAR
    tidy = unicodedata.normalize("NFKC", clean_text(text, 40))
    said = SOLAR if _SOLAR.match(tidy) else LUNAR if _SAID.match(tidy) else calendar or SOLAR
    tidy = _SAID.sub("", _SOLAR.sub("", tidy, count=1), count=1)
    if not tidy:
        return "", SOLAR
    return (_lunar(tidy, text) if said == LUNAR else _solar(tidy, text)), said


def _solar(tidy: str, text: str) -> str:
    short = _PARTS.fullmatch(tidy)
    try:
        if short and not short[1]:
            return date(2024, int(short[2]), int(short[3])).strftime("%m-%d")
        whole = read_day(tidy)
    except ValueError as error:
        code = "birthday_ambiguous" if str(error) == "date_ambiguous" else "birthday"
        raise BadInput(code, where=text[:20]) from None
    if not 1900 <= whole.year <= 2100:
        raise BadInput("birthday", where=text[:20])
    return whole.isoformat()


def _lunar(tidy: str, text: str) -> str:
    parts = _PARTS.fullmatch(tidy) or _PARTS.fullmatch(_figures(tidy))
    if parts is None:
        # 17/05/1990 and the like name a day of the lunar calendar as they would of the other
        return _lunar(_solar(tidy, text), text)
    year, month, day = parts[1], int(parts[2]), int(parts[3])
    if not (1 <= month <= 12 and 1 <= day <= 30) or (year and int(year) not in YEARS):
        raise BadInput("birthday", where=text[:20])
    if year and day > _months(int(year))[month][1]:
        raise BadInput("birthday", where=text[:20])
    return f"{year}-{month:02d}-{day:02d}" if year else f"{month:02d}-{day:02d}"


def _figures(text: str) -> str:
    """八月十五 as 8-15."""
    from borax.calendars.lunardate import LunarDate, TextUtils

    named = {f"{name}月": at for at, name in enumerate(TextUtils.MONTHS_CN) if at}
    months = named | {"十一月": 11, "十二月": 12, "一月": 1}
    # a month of thirty days has the name of each
    days = {LunarDate(2020, 2, day).cn_day: day for day in range(1, 31)}
    for name, month in months.items():
        if text.startswith(name) and (day := days.get(text.removeprefix(name).rstrip("日号"))):
            return f"{month}-{day}"
    return text


@lru_cache(maxsize=512)
def _months(year: int) -> dict[int, tuple[Day, int]]:
    """The first date and the days of each month of a lunar year, leap months left out; empty
    outside the calendar's years (YEARS)."""
    # loaded here: only shops whose members say a lunar birthday need it
    from borax.calendars.lunardate import LCalendars, LunarDate

    if year not in YEARS:
        return {}
    months = [(month, days) for month, days, leap in LCalendars.iter_year_month(year) if not leap]
    return {month: (LunarDate(year, month, 1).to_solar_date(), days) for month, days in months}


def solar_of(birthday: str) -> Day:
    """The date on which a lunar birthday with its year fell then."""
    return _falls(int(birthday[:4]), birthday[-5:])


def _falls(lunar_year: int, key: str) -> Day:
    first, days = _months(lunar_year)[int(key[:2])]
    return first + timedelta(days=min(int(key[3:]), days) - 1)


def born_on(birthday: str, calendar: str) -> str:
    """The date of birth by the common calendar, where the year is known; else "" ."""
    if len(birthday) != 10:
        return ""
    return solar_of(birthday).isoformat() if calendar == LUNAR else birthday


def falls_in(birthday: str, calendar: str, year: int) -> Iterator[Day]:
    """The dates of a year on which a birthday falls: a lunar one of the winter may fall on two of
    them, or none."""
    key = birthday[-5:]
    if len(key) < 5:
        return
    if calendar == LUNAR:
        known = (lunar_year for lunar_year in (year - 1, year) if lunar_year in YEARS)
        yield from (day for lunar_year in known if (day := _falls(lunar_year, key)).year == year)
        return
    try:
        yield date(year, int(key[:2]), int(key[3:]))
    except ValueError:
        yield date(year, 2, 28)


def around(window: str, birthday: str, calendar: str, today: Day) -> bool:
    """True in the window of a birthday: "month" is the month of the year in which it falls, "day"
    seven days before and after it."""
    if window == "month" and calendar == SOLAR:
        return len(birthday) >= 5 and today.month == int(birthday[-5:-3])
    days = [
        day
        for year in (today.year - 1, today.year, today.year + 1)
        for day in falls_in(birthday, calendar, year)
    ]
    if window == "month":
        return any((day.year, day.month) == (today.year, today.month) for day in days)
    return any(abs((day - today).days) <= WINDOW for day in days)


def next_on(birthday: str, calendar: str, today: Day) -> Day | None:
    """The next date on which it falls, today included; None without a birthday."""
    coming = (
        day
        for year in (today.year, today.year + 1, today.year + 2)
        for day in falls_in(birthday, calendar, year)
    )
    return min((day for day in coming if day >= today), default=None)


@lru_cache(maxsize=8)
def lunar_spans_of(year: int) -> tuple[tuple[str, str, int], ...]:
    """The lunar birthdays ("MM-DD", first and last of a stretch) that fall in each month of this
    year."""
    spans: list[tuple[str, str, int]] = []
    keys = [f"{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 31)]
    for month in range(1, 13):
        inside = [any(day.month == month for day in falls_in(key, LUNAR, year)) for key in keys]
        for fits, stretch in groupby(range(len(keys)), key=inside.__getitem__):
            places = list(stretch)
            if fits:
                spans.append((keys[places[0]], keys[places[-1]], month))
    return tuple(spans)


def lunar_day(today: Day) -> tuple[int, str]:
    """The lunar year of a date, and the last birthday ("MM-DD") of that year which is not after it;
    in a leap month that of the month's end."""
    for year in (today.year, today.year - 1):
        begun = [
            (month, today - first, days)
            for month, (first, days) in _months(year).items()
            if first <= today
        ]
        if begun:
            month, since, days = max(begun)
            day = since.days + 1
            return year, f"{month:02d}-{30 if day >= days else day:02d}"
    raise ValueError(today)
