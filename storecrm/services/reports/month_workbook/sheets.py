"""The detail sheets, a column each figure."""

from collections.abc import Sequence
from typing import Any

from storecrm.i18n import m
from storecrm.services.reports.exceptions import OverrideRow, PersonRow
from storecrm.services.reports.month_figures import Figures, OfferFigures, RedemptionRow
from storecrm.services.reports.promotion_figures import PromotionFigures
from storecrm.services.reports.workbook import Book, SheetColumns
from storecrm.values import Day
from storecrm.wording.names import OVERRIDES

Pairs = Sequence[tuple[str, Any, str]]
"""Named figures: name, figure, style."""
RATE_COLUMN = 8
"""Where offers tell their redemption rate, which gets bars."""


def as_number(text: str | None) -> float | None:
    """A rate as a cell holds it; None stays unknown."""
    return None if text is None else float(text)


def ratio(part: int, whole: int | None) -> float | None:
    """part / whole, None when there is no whole."""
    return part / whole if whole else None


def offers(book: Book, now: Figures) -> None:
    """A row each offer with coupons, the strongest first."""
    columns = SheetColumns(book.words)
    columns.add(m("Code"), lambda o: o.offer_code, 14)
    columns.add(m("Offer"), lambda o: o.offer_name, 22)
    columns.add(m("Campaign"), lambda o: o.campaign, 18)
    columns.count(m("Issued"), lambda o: o.issued, 10, total=True)
    columns.count(m("Issued to date"), lambda o: o.issued_to_date, total=True)
    columns.count(m("Redeemed"), lambda o: o.redemptions, 10, total=True)
    columns.count(m("Taken back"), lambda o: o.reversed, 10, total=True)
    columns.count(m("Members"), lambda o: o.members_redeeming, 10)
    columns.rate(m("Redemption rate"), lambda o: as_number(o.redemption_rate))
    columns.rate(m("Member rate"), lambda o: as_number(o.member_rate))
    columns.rate(m("Matured rate"), lambda o: as_number(o.matured_rate))
    columns.count(m("Sales (number)"), lambda o: o.sales_with_coupon)
    columns.money(m("Sales with coupon"), lambda o: o.sales_with_coupon_net, 14)
    columns.money(m("Discount"), lambda o: o.discount, 13, total=True)
    columns.money(m("Average basket"), lambda o: o.average_basket)
    columns.rate(m("Cost ratio"), cost_ratio, 10)
    rows = sorted(now.offers, key=lambda o: -o.sales_with_coupon_net)
    sheet = book.details(book.words.t("Campaigns"), columns.told, rows)
    if rows:
        bars = {"type": "data_bar", "bar_color": "#8A94FF"}
        sheet.conditional_format(1, RATE_COLUMN, len(rows), RATE_COLUMN, bars)


def cost_ratio(offer: OfferFigures) -> float | None:
    """What an offer gave away of its sales."""
    return ratio(offer.discount, offer.sales_with_coupon_net)


def promotions(book: Book, rows: Sequence[PromotionFigures]) -> None:
    """A row each offer that applies by itself."""
    columns = SheetColumns(book.words)
    columns.add(m("Code"), lambda o: o.offer_code, 14)
    columns.add(m("Offer"), lambda o: o.offer_name, 22)
    columns.add(m("Campaign"), lambda o: o.campaign, 18)
    columns.count(m("Sales (number)"), lambda o: o.sales)
    columns.count(m("Members"), lambda o: o.members, 10)
    columns.money(m("Sales with promotion"), lambda o: o.sales_net, 14)
    columns.money(m("Discount"), lambda o: o.discount, 13, total=True)
    # where more came back than was sold there is nothing to compare with
    columns.rate(m("Cost ratio"), lambda o: ratio(o.discount, max(0, o.sales_net)), 10)
    book.details(book.words.t("Promotions"), columns.told, rows)


def staff(book: Book, people: Sequence[PersonRow]) -> None:
    """Who did how much of what an owner looks at twice."""
    columns = SheetColumns(book.words)
    columns.add(m("Staff"), lambda p: p.staff, 14)
    columns.count(m("Bills"), lambda p: p.bills, 9, total=True)
    columns.count(m("Bills taken back"), lambda p: p.undone, total=True)
    columns.count(m("Returns"), lambda p: p.returns, 9, total=True)
    columns.count(m("Rules set aside"), lambda p: p.overrides, total=True)
    columns.count(m("Members added afterwards"), lambda p: p.attached, 13, total=True)
    columns.count(m("Points adjusted"), lambda p: p.adjusted, total=True)
    columns.count(m("Bills without amount"), lambda p: p.without_amount, 12, total=True)
    columns.count(m("Closed below their price"), lambda p: p.price_kept, 12, total=True)
    columns.count(m("Points on the own card"), lambda p: p.own_card, 12, total=True)
    book.details(book.words.t("Staff"), columns.told, people)


def overrides(book: Book, rows: Sequence[OverrideRow]) -> None:
    """Every rule that was set aside, with the reason."""
    t = book.words.t
    columns = SheetColumns(book.words)
    columns.add(m("Time"), lambda r: r.at, 17, style="stamp")
    columns.add(m("On whose word"), lambda r: t(OVERRIDES[r.how]), 16)
    columns.add(m("Staff"), lambda r: r.staff)
    columns.add(m("Approved by"), lambda r: r.approver)
    columns.add(m("Reason"), lambda r: r.reason, 26)
    columns.add(m("Offer"), lambda r: r.offer, 20)
    columns.add(m("Coupon"), lambda r: r.code, 20)
    columns.money(m("Discount"), lambda r: r.discount, total=True)
    columns.add(m("Taken back"), lambda r: t("yes") if r.taken_back else "", 10)
    book.details(t("Rules set aside"), columns.told, rows)


def days(book: Book, now: Figures) -> None:
    """A row each day."""
    # the whole shop's sum is told only when every day of it is known
    whole = now.shop_net is not None
    columns = SheetColumns(book.words)
    columns.add(m("Date"), lambda d: d.day, style="day")
    columns.add(m("Weekday"), lambda d: _weekday(book, d.day), 9)
    columns.count(m("Issued"), lambda d: d.issued, 10, total=True)
    columns.count(m("Redeemed"), lambda d: d.redemptions, 10, total=True)
    columns.count(m("Refused scans"), lambda d: d.refused, total=True)
    columns.money(m("Discount"), lambda d: d.discount, 13, total=True)
    columns.money(m("Sales with coupon"), lambda d: d.sales_with_coupon_net, 14, total=True)
    columns.money(m("Recorded sales"), lambda d: d.recorded_net, 14, total=True)
    columns.count(m("Recorded receipts"), lambda d: d.recorded_receipts, total=True)
    columns.money(m("Member sales"), lambda d: d.member_net, 14, total=True)
    columns.count(m("New members"), lambda d: d.new_members, total=True)
    columns.money(m("Shop's net sales"), lambda d: d.shop_net, 14, total=whole)
    columns.count(m("Shop's receipts"), lambda d: d.shop_receipts, total=whole)
    book.details(book.words.t("Days"), columns.told, now.days)


def _weekday(book: Book, day: Day) -> str:
    return book.words.weekday(day)


def members(book: Book, now: Figures) -> None:
    """Members, and their sales beside those of others."""
    f = now.members
    rows = [
        (m("Members at the end"), f.total, "int"),
        (m("New members"), f.new, "int"),
        (m("Members who bought"), f.buying, "int"),
        (m("Member receipts"), f.member_sales, "int"),
        (m("Member sales"), f.member_net, "money"),
        (m("Basket of members"), ratio(f.member_net, f.member_sales), "money"),
        (m("Basket of others"), ratio(f.other_net, f.other_sales), "money"),
        (m("Members' share of recorded sales"), ratio(f.member_net, now.recorded_net), "rate"),
        (m("Members' share of the shop's sales"), ratio(f.member_net, now.shop_net), "rate"),
    ]
    _pairs(book, book.words.t("Members"), rows)


def points(book: Book, now: Figures) -> None:
    """The points account."""
    p = now.points
    rows = [
        (m("Points at the start"), p.opening, "int"),
        (m("+ earned"), p.earned, "int"),
        (m("+ opening balances and adjustments"), p.granted, "int"),
        (m("- used"), -p.used, "int"),
        (m("- expired"), -p.expired, "int"),
        (m("± reversed"), p.reversed, "int"),
        (m("= points at the end"), p.closing, "int"),
        (m("Points owed"), p.liability, "money"),
        (m("Expiring in the next month"), p.expiring_next_month, "int"),
    ]
    _pairs(book, book.words.t("Points"), rows)


def _pairs(book: Book, title: str, rows: Pairs) -> None:
    """A sheet of named figures."""
    sheet = book.raw.add_worksheet(title)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 18)
    sheet.write_string(0, 0, book.words.t("Figure"), book.head)
    sheet.write_string(0, 1, book.words.t("Result"), book.head)
    for number, (name, value, style) in enumerate(rows, 1):
        sheet.write_string(number, 0, book.words.t(name), book.styles["text"])
        book.put(sheet, number, 1, value, style)
    book.page(sheet, landscape=True)


def redemptions(book: Book, rows: Sequence[RedemptionRow]) -> None:
    """A row each use of a coupon."""
    t = book.words.t
    columns = SheetColumns(book.words)
    columns.add(m("Time"), lambda r: r.at, 17, style="stamp")
    columns.add(m("Business date"), lambda r: r.day, style="day")
    columns.add(m("Coupon"), lambda r: r.code, 20)
    columns.add(m("Offer"), lambda r: r.offer_name, 22)
    columns.add(m("Member no."), lambda r: r.member_no, 19)
    columns.add(m("Receipt"), lambda r: r.receipt_no, 19)
    columns.money(m("Discount"), lambda r: r.discount)
    columns.money(m("Before"), lambda r: r.gross)
    columns.money(m("Paid"), lambda r: r.net)
    columns.add(m("Staff"), lambda r: r.staff)
    columns.add(m("Till"), lambda r: r.till)
    columns.add(m("Taken back"), lambda r: t("yes") if r.reversed else "", 10)
    book.details(t("Redemptions"), columns.told, rows)
