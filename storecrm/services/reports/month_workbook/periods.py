"""The report's period: what its file is called, and what it is compared with."""

import re
from datetime import timedelta

from storecrm.i18n import Catalogue
from storecrm.services.store import Store
from storecrm.values import Day

A_DAY = timedelta(days=1)
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""Signs that a file's name cannot hold somewhere."""


def file_name(store: Store, first: Day, last: Day, words: Catalogue) -> str:
    """The report's usual name: shop, 促销月报, month or period."""
    same_month = (first.year, first.month) == (last.year, last.month)
    one_month = same_month and _are_whole_months(first, last)
    period = f"{first:%Y-%m}" if one_month else f"{first}_{last}"
    shop = _FORBIDDEN.sub("_", store.shop.name)[:60]
    name = words.t("Promotion report").replace(" ", "-")
    return f"{shop}_{name}_{period}.xlsx"


def before(first: Day, last: Day) -> tuple[Day, Day]:
    """The same length before: as many months for whole months, else as many days."""
    end = first - A_DAY
    if not _are_whole_months(first, last):
        return first - (last - first + A_DAY), end
    start = first
    # from the first of a month back over the last day before it, as often as there are months
    for _ in range((last.year - first.year) * 12 + last.month - first.month + 1):
        start = (start - A_DAY).replace(day=1)
    return start, end


def a_year_ago(first: Day, last: Day) -> tuple[Day, Day]:
    """The same dates a year ago; the 28th for a 29th of February."""
    return _year_before(first), _year_before(last)


def _are_whole_months(first: Day, last: Day) -> bool:
    return first.day == 1 and (last + A_DAY).day == 1


def _year_before(day: Day) -> Day:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
