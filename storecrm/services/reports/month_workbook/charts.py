"""The cover's charts, native ones over the detail sheets, so that they follow what is corrected
there."""

from typing import Any

from storecrm.services.reports.month_figures import Figures
from storecrm.services.reports.workbook import ACCENT, LINE, Book

WIDTH = 660
ROWS = 19
"""Rows of the cover that both charts cover together."""
_LONGEST = 62
"""Days up to which each column may have a colour of its own."""
_REDEEMED, _OFFER, _NET = 3, 1, 12
"""Columns of the sheets: uses of a day, an offer's name, its sales with coupon."""
_SMALL = {"size": 8}
_TITLE = {"size": 11}
_HIDDEN = {"visible": False}


def charts(book: Book, sheet: Any, row: int, now: Figures) -> None:
    """Both charts, from `row` on."""
    under_rows = {"object_position": 2}
    sheet.insert_chart(row, 0, _days(book, now), under_rows)
    count = min(6, len(now.offers))
    if count:
        sheet.insert_chart(row + 10, 0, _offers(book, count), under_rows)


def _days(book: Book, now: Figures) -> Any:
    """Uses of coupons day by day."""
    words = book.words
    days, last = words.t("Days"), len(now.days)
    options: dict[str, Any] = {
        "categories": [days, 1, 0, last, 0],
        "values": [days, 1, _REDEEMED, last, _REDEEMED],
        "fill": {"color": ACCENT},
        "gap": 40,
    }
    if last <= _LONGEST:
        brown = {"fill": {"color": "#B45309"}}
        options["points"] = [brown if one.day.weekday() >= 5 else None for one in now.days]
    chart = book.raw.add_chart({"type": "column"})
    chart.add_series(options)
    title = words.t("Redeemed each day (weekends in brown)")
    chart.set_title({"name": title, "name_font": _TITLE})
    chart.set_legend({"none": True})
    dates = {"num_format": "m-d", "date_axis": True}
    chart.set_x_axis(dates | {"major_gridlines": _HIDDEN, "num_font": _SMALL})
    lines = {"visible": True, "line": {"color": LINE}}
    chart.set_y_axis({"major_gridlines": lines, "num_font": _SMALL})
    chart.set_size({"width": WIDTH, "height": 200})
    return chart


def _offers(book: Book, count: int) -> Any:
    """The strongest offers by their sales."""
    words = book.words
    offers = words.t("Campaigns")
    options = {
        "categories": [offers, 1, _OFFER, count, _OFFER],
        "values": [offers, 1, _NET, count, _NET],
        "fill": {"color": "#0E8F8A"},
        "gap": 30,
        "data_labels": {"value": True, "font": _SMALL},
    }
    chart = book.raw.add_chart({"type": "bar"})
    chart.add_series(options)
    chart.set_title({"name": words.t("Sales with coupon by offer"), "name_font": _TITLE})
    chart.set_legend({"none": True})
    # the first offer on top
    chart.set_y_axis({"reverse": True, "num_font": _SMALL})
    chart.set_x_axis({"visible": False, "major_gridlines": _HIDDEN})
    chart.set_size({"width": WIDTH, "height": 150})
    return chart
