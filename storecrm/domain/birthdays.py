"""Birthdays by either calendar: how they are written down, and on which dates they fall.

A birthday is kept as it was said, "MM-DD" or "YYYY-MM-DD", with its calendar beside it. A lunar one
(农历) falls on another date each year: in the month of that number, never in a leap month (whoever
was born in one keeps the month before it), and its 30th on the 29th where the month has no 30th
day. 29 February counts as the 28th in other years.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from storecrm.errors import BadInput
from storecrm.values import Day, clean_text, read_day

SOLAR = "solar"
LUNAR = "lunar"
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
    said = _calendar_said(tidy) or calendar or SOLAR
    for word in (_SOLAR, _SAID):
        tidy = word.sub("", tidy, count=1)
    if not tidy:
        return "", SOLAR
    birthday = _lunar(tidy, text) if said == LUNAR else _solar(tidy, text)
    return birthday, said


def _calendar_said(tidy: str) -> str:
    """The calendar that a text names before the date, "" where it names none."""
    if _SOLAR.match(tidy):
        return SOLAR
    return LUNAR if _SAID.match(tidy) else ""


def _solar(tidy: str, text: str) -> str:
    short = _PARTS.fullmatch(tidy)
    try:
        if short and not short[1]:
            # in a leap year, so that 29 February is one
            day = date(2024, int(short[2]), int(short[3]))
            return day.strftime("%m-%d")
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
    year = parts[1]
    month, day = int(parts[2]), int(parts[3])
    if not _is_lunar(year, month, day):
        raise BadInput("birthday", where=text[:20])
    key = f"{month:02d}-{day:02d}"
    return f"{year}-{key}" if year else key


def _is_lunar(year: str | None, month: int, day: int) -> bool:
    """True of a day that the lunar calendar has, in that year where one is said."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return False
    if not year:
        return True
    if int(year) not in YEARS:
        return False
    _, days = _months(int(year))[month]
    return day <= days


def _figures(text: str) -> str:
    """八月十五 as 8-15."""
    from borax.calendars.lunardate import LunarDate, TextUtils

    named = {f"{name}月": number for number, name in enumerate(TextUtils.MONTHS_CN) if number}
    months = named | {"十一月": 11, "十二月": 12, "一月": 1}
    # a month of thirty days has the name of each
    days = {LunarDate(2020, 2, day).cn_day: day for day in range(1, 31)}
    for name, month in months.items():
        if not text.startswith(name):
            continue
        day = days.get(text.removeprefix(name).rstrip("日号"))
        if day:
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
    found: dict[int, tuple[Day, int]] = {}
    for month, days, leap in LCalendars.iter_year_month(year):
        if not leap:
            first = LunarDate(year, month, 1).to_solar_date()
            found[month] = first, days
    return found


def solar_of(birthday: str) -> Day:
    """The date on which a lunar birthday with its year fell then."""
    return _falls(int(birthday[:4]), birthday[-5:])


def _falls(lunar_year: int, key: str) -> Day:
    first, days = _months(lunar_year)[int(key[:2])]
    # the 30th of a short month is its 29th
    day = min(int(key[3:]), days)
    return first + timedelta(days=day - 1)


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
        yield from _lunar_days_in(year, key)
        return
    try:
        yield date(year, int(key[:2]), int(key[3:]))
    except ValueError:
        yield date(year, 2, 28)


def _lunar_days_in(year: int, key: str) -> Iterator[Day]:
    for lunar_year in (year - 1, year):
        if lunar_year not in YEARS:
            continue
        day = _falls(lunar_year, key)
        if day.year == year:
            yield day


def _days_in(birthday: str, calendar: str, years: Iterable[int]) -> list[Day]:
    days: list[Day] = []
    for year in years:
        days += falls_in(birthday, calendar, year)
    return days


def around(window: str, birthday: str, calendar: str, today: Day) -> bool:
    """True in the window of a birthday: "month" is the month of the year in which it falls, "day"
    seven days before and after it."""
    if window == "month" and calendar == SOLAR:
        month = birthday[-5:-3]
        return len(birthday) >= 5 and today.month == int(month)
    # the days around New Year are of two years
    days = _days_in(birthday, calendar, range(today.year - 1, today.year + 2))
    if window == "month":
        this_month = today.year, today.month
        return any((day.year, day.month) == this_month for day in days)
    return any(abs((day - today).days) <= WINDOW for day in days)


def next_on(birthday: str, calendar: str, today: Day) -> Day | None:
    """The next date on which it falls, today included; None without a birthday."""
    # a lunar year may pass a whole year by
    days = _days_in(birthday, calendar, range(today.year, today.year + 3))
    return min((day for day in days if day >= today), default=None)


@lru_cache(maxsize=8)
def lunar_spans_of(year: int) -> tuple[tuple[str, str, int], ...]:
    """The lunar birthdays ("MM-DD", first and last of a stretch) that fall in each month of this
    year."""
    spans: list[tuple[str, str, int]] = []
    keys: list[str] = []
    for month in range(1, 13):
        keys += [f"{month:02d}-{day:02d}" for day in range(1, 31)]
    months = {key: {day.month for day in falls_in(key, LUNAR, year)} for key in keys}
    for month in range(1, 13):
        # keys follow each other as their days do
        fits = {key: month in months[key] for key in keys}
        for inside, stretch in groupby(keys, key=fits.__getitem__):
            if inside:
                places = list(stretch)
                spans.append((places[0], places[-1], month))
    return tuple(spans)


def lunar_day(today: Day) -> tuple[int, str]:
    """The lunar year of a date, and the last birthday ("MM-DD") of that year which is not after it;
    in a leap month that of the month's end."""
    for year in (today.year, today.year - 1):
        months = _months(year)
        begun = [month for month, (first, _) in months.items() if first <= today]
        if begun:
            month = max(begun)
            first, days = months[month]
            day = (today - first).days + 1
            # whoever is born on the 30th has the last day of a short month too
            shown = 30 if day >= days else day
            return year, f"{month:02d}-{shown:02d}"
    raise ValueError(today)
