"""Sums that must be equal, counted in two ways."""

from storecrm.i18n import m
from storecrm.services.reports.month_figures import Figures
from storecrm.services.reports.workbook import Book

_OF_OFFERS = {
    "redemptions_offers": m("Redeemed: sum of the offers = the ledger"),
    "discount_offers": m("Discount: sum of the offers = the ledger"),
}
_OF_DAYS = {
    "redemptions_days": m("Redeemed: sum of the days = the ledger"),
    "discount_days": m("Discount: sum of the days = the ledger"),
    "issued_days": m("Issued: sum of the days = the total"),
    "sales_with_coupon_days": m("Sales with coupon: sum of the days = the total"),
}
_TIES = _OF_OFFERS | _OF_DAYS
_MONEY = ("discount", "sales")
"""How the names of those begin that are money."""


def tie_out(book: Book, now: Figures) -> None:
    """A row each pair; a difference is red."""
    t = book.words.t
    sheet = book.raw.add_worksheet(t("Tie-out"))
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 3, 18)
    titles = (m("Check"), m("Report"), m("Ledger"), m("Difference"))
    for place, title in enumerate(titles):
        sheet.write_string(0, place, t(title), book.head)
    for number, (name, ours, theirs) in enumerate(now.tie_out, 1):
        is_money = name.startswith(_MONEY)
        style = "money" if is_money else "int"
        sheet.write_string(number, 0, t(_TIES[name]), book.styles["text"])
        book.put(sheet, number, 1, ours, style)
        book.put(sheet, number, 2, theirs, style)
        # the formula carries its value, for readers that do not compute
        formula = f"=B{number + 1}-C{number + 1}"
        unit = book.unit if is_money else 1
        difference = (ours - theirs) / unit
        sheet.write_formula(number, 3, formula, book.styles[style], difference)
    # where nothing is wrong nothing is seen
    red = book.style(bg_color="#FCE4E2", font_color="#A8150F")
    differs = {"type": "cell", "criteria": "!=", "value": 0, "format": red}
    last = len(now.tie_out)
    sheet.conditional_format(1, 3, last, 3, differs)
    book.page(sheet, landscape=True)
