"""Until when points live: the policies of a shop and the arithmetic of their dates.

PointsExpiry.parse("months:12").last_day(date(2026, 3, 5))  ->  2027-03-31
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from storecrm.values import (
    WHOLE,
    Day,
    Money,
    Points,
)

NEXT_YEAR_END, NEVER, DAYS, MONTHS, IDLE_MONTHS = (
    "next_year_end",
    "never",
    "days",
    "months",
    "idle_months",
)
UNCOUNTED = (NEXT_YEAR_END, NEVER)
COUNTED = (DAYS, MONTHS, IDLE_MONTHS)
"""Policies that need a number behind them: `days:30`."""
_COUNTED = re.compile(r"(days|months|idle_months):([1-9][0-9]{0,3})", re.ASCII)


@dataclass(frozen=True)
class PointsExpiry:
    """A policy with its count of days or months, 0 where it needs none."""

    policy: str
    count: int = 0

    @classmethod
    def parse(cls, text: str) -> "PointsExpiry":
        """Read `next_year_end`, `never`, `days:N`, `months:N` or `idle_months:N`.

        Raises:
            ValueError: it is none of them.
        """
        if text in UNCOUNTED:
            return cls(text)
        found = _COUNTED.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return cls(found[1], int(found[2]))

    @property
    def idle(self) -> bool:
        """True when points live as long as the member comes."""
        return self.policy == IDLE_MONTHS

    def last_day(self, day: Day) -> Day | None:
        """The last day on which points earned on `day` can be used; None when they never end."""
        if self.policy == NEVER:
            return None
        if self.policy == NEXT_YEAR_END:
            return date(day.year + 1, 12, 31)
        if self.policy == DAYS:
            return day + timedelta(days=self.count)
        if self.policy == IDLE_MONTHS:
            return _same_day(day, self.count)
        # of whole months: to the end of the one in which they run out
        return _first_of(day, self.count + 1) - timedelta(days=1)


def _first_of(day: Day, months: int) -> Day:
    """The first of the month that comes `months` after that of `day`."""
    # months since the year 0, which begin with 0
    this = day.year * 12 + day.month - 1
    year, month = divmod(this + months, 12)
    return date(year, month + 1, 1)


def _same_day(day: Day, months: int) -> Day:
    """`months` later, the last of that month where it is shorter."""
    first = _first_of(day, months)
    _, days = monthrange(first.year, first.month)
    return first.replace(day=min(day.day, days))


@dataclass(frozen=True)
class EarnRate:
    """`points` points for each full `per` minor units paid."""

    points: int
    per: Money

    def earn(self, net: Money, times: int = WHOLE) -> Points:
        """Points for `net` paid, `times` basis points of the plain rate, rounded down once; nothing
        for zero or less."""
        paid = max(0, int(net))
        earned = paid * self.points * times
        return Points(earned // (self.per * WHOLE))


@dataclass(frozen=True)
class Balance:
    """The buckets of a member's points today; `owed` is what a reversal took beyond what was
    left."""

    pending: Points
    active: Points
    spent: Points
    expired: Points
    owed: Points
