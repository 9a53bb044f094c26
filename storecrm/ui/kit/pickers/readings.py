"""What people type into a box, read: days, times of the day, counts and amounts.

>>> typed_day("+7", date(2026, 11, 26))
datetime.date(2026, 12, 3)
>>> typed_minutes("下午3点半")
930
>>> typed_count("1.5万")
15000
>>> typed_amount("￥1,280.50", digits=2)
128050
"""

import re
import unicodedata
from datetime import date, timedelta

from storecrm.values import MAX_MONEY, Money, money_text, parse_money, read_day

DAY_MINUTES = 24 * 60
"""Minutes of a day; the end of the day is the minute of this number."""
_AWAY = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
_IN_ENGLISH = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NAMED_DAYS = _AWAY | _IN_ENGLISH
"""Days away from today."""
_DAYS_AWAY = re.compile(r"[+-]\d{1,4}", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?", re.ASCII)
_FOUR_DIGITS = re.compile(r"(\d\d)(\d\d)", re.ASCII)
_MORNING = ("上午", "早上", "凌晨", "am", "a")
_AFTERNOON = ("下午", "中午", "pm", "p")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.点时h](\d{1,2}|半|一刻|三刻)?分?)?", re.ASCII)
_RUN_ON = re.compile(r"(\d{1,2})(\d\d)", re.ASCII)
_SPOKEN = {"半": 30, "一刻": 15, "三刻": 45}
_TIMES = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000}
"""What a sign behind a number multiplies it by."""
_FINER = 4
"""Decimals of 万: 1.2345万 is a whole number."""


def _folded(text: str) -> str:
    """Without spaces, in plain digits and signs, whatever keyboard it was typed on."""
    wide = unicodedata.normalize("NFKC", text.replace("。", "."))
    return re.sub(r"\s+", "", wide).casefold()


def typed_day(text: str, today: date) -> date:
    """A day as lists hold it (`values.read_day`), and as people say it from `today`: +7, 今天,
    11-30, 1130.

    Raises:
        ValueError: not_date, date_ambiguous.
    """
    folded = _folded(text)
    if folded in _NAMED_DAYS:
        return today + timedelta(days=_NAMED_DAYS[folded])
    if _DAYS_AWAY.fullmatch(folded):
        return _away(today, int(folded))
    # a month and a day are of this year
    short = _MONTH_DAY.fullmatch(folded) or _FOUR_DIGITS.fullmatch(folded)
    if short is None:
        return read_day(text)
    try:
        return date(today.year, int(short[1]), int(short[2]))
    except ValueError:
        raise ValueError("not_date") from None


def _away(today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        raise ValueError("not_date") from None


def typed_minutes(text: str) -> int:
    """A time of the day in minutes since midnight, 0 to 1440: 9, 930, 9:30, 9点半, 下午3点, 3pm.

    Raises:
        ValueError: not_time.
    """
    folded = _folded(text)
    half, folded = _half_of_day(folded)
    shape = _CLOCK.fullmatch(folded) or _RUN_ON.fullmatch(folded)
    if shape is None:
        raise ValueError("not_time")
    hours = int(shape[1])
    said = shape[2] or "0"
    minutes = _SPOKEN[said] if said in _SPOKEN else int(said)
    # 12 am is midnight, 12 pm noon
    if half is not None and hours <= 12:
        hours = hours % 12 + half
    whole = hours * 60 + minutes
    if minutes > 59 or whole > DAY_MINUTES:
        raise ValueError("not_time")
    return whole


def _half_of_day(folded: str) -> tuple[int | None, str]:
    """By how many hours a half of the day begins, and what is left of the text; None where none is
    said."""
    for half, signs in ((0, _MORNING), (12, _AFTERNOON)):
        for sign in signs:
            if folded.startswith(sign) and not sign.isascii():
                return half, folded.removeprefix(sign)
            if folded.endswith(sign):
                return half, folded.removesuffix(sign)
    return None, folded


def minutes_text(minutes: int) -> str:
    """As every language writes it: 09:30."""
    hours, rest = divmod(minutes, 60)
    return f"{hours:02d}:{rest:02d}"


def typed_count(text: str) -> int:
    """A whole number, not below zero: 1,280, １２, 1.5万.

    Raises:
        ValueError: not_number.
    """
    try:
        # a count is an amount of a currency without decimals
        return int(typed_amount(text, digits=0))
    except ValueError:
        raise ValueError("not_number") from None


def typed_amount(text: str, *, digits: int) -> Money:
    """An amount as `values.parse_money` reads it, with 万 and 千 behind it too.

    Raises:
        ValueError: no amount, finer than the currency, negative, too large.
    """
    folded = _folded(text).rstrip("元块")
    times = _TIMES.get(folded[-1:], 1)
    if times == 1:
        return parse_money(folded, digits=digits)
    finest = parse_money(folded[:-1], digits=digits + _FINER)
    exact, rest = divmod(finest * times, 10**_FINER)
    if rest:
        raise ValueError(f"too many decimals: {text[:40]!r}")
    if exact >= MAX_MONEY:
        raise ValueError(f"too large: {text[:40]!r}")
    return Money(exact)


def grouped(amount: Money, digits: int) -> str:
    """An amount as it stands in its box: 1,280.50, its sign of the currency beside it."""
    whole, dot, part = money_text(abs(amount), digits).partition(".")
    sign = "-" if amount < 0 else ""
    return f"{sign}{int(whole):,}{dot}{part}"
