"""The detail sheets, a column each figure."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from storecrm.i18n import m
from storecrm.services.reports import supplier_sheet
from storecrm.services.reports.exceptions import OverrideRow, PersonRow
from storecrm.services.reports.month_figures import Figures, OfferFigures, RedemptionRow
from storecrm.services.reports.month_workbook.contents import Contents
from storecrm.services.reports.promotion_figures import PromotionFigures
from storecrm.services.reports.supplier_claims import Claim
from storecrm.services.reports.workbook import Book, Reader, SheetColumns
from storecrm.wording.names import OVERRIDES

RATE_COLUMN = 8
"""Where offers tell their redemption rate, which gets bars."""


def as_number(text: str | None) -> float | None:
    """A rate as a cell holds it; None stays unknown."""
    return None if text is None else float(text)


def ratio(part: int, whole: int | None) -> float | None:
    """part / whole, None when there is no whole."""
    return part / whole if whole else None


def details(book: Book, contents: Contents) -> None:
    """What stands behind the figures, a sheet each, in the workbook's order."""
    members(book, contents.now)
    points(book, contents.now)
    promotions(book, contents.promotions)
    staff(book, contents.people)
    overrides(book, contents.overrides)
    suppliers(book, contents.claims)
    redemptions(book, contents.redemptions)


def offers(book: Book, now: Figures) -> None:
    """A row each offer with coupons, the strongest first."""
    columns = _of_offers(book)
    columns.count_sum(m("Issued"), "issued", 10)
    columns.count_sum(m("Issued to date"), "issued_to_date")
    columns.count_sum(m("Redeemed"), "redemptions", 10)
    columns.count_sum(m("Taken back"), "reversed", 10)
    columns.count(m("Members"), "members_redeeming", 10)
    # members and rates do not add up: somebody may use coupons of two offers
    columns.rate(m("Redemption rate"), _rate("redemption_rate"))
    columns.rate(m("Member rate"), _rate("member_rate"))
    columns.rate(m("Redeemed of expired"), _rate("matured_rate"))
    columns.count(m("Sales (number)"), "sales_with_coupon")
    columns.money(m("Sales with coupon"), "sales_with_coupon_net", 14)
    columns.money_sum(m("Discount"), "discount", 13)
    columns.money(m("Average basket"), "average_basket")
    columns.rate(m("Cost ratio"), cost_ratio, 10)
    rows = strongest_first(now)
    title = book.words.t("Campaigns")
    sheet = book.details(title, columns.told, rows)
    # a rule over no cell at all would make the file unreadable
    if rows:
        bars = {"type": "data_bar", "bar_color": "#8A94FF"}
        sheet.conditional_format(1, RATE_COLUMN, len(rows), RATE_COLUMN, bars)


def _of_offers(book: Book) -> SheetColumns:
    """The columns by which a row says which offer it is."""
    columns = SheetColumns(book.words)
    columns.add(m("Code"), "offer_code", 14)
    columns.add(m("Offer"), "offer_name", 22)
    columns.add(m("Campaign"), "campaign", 18)
    return columns


def _rate(field: str) -> Reader:
    """How a rate is read that stands there with its decimals as text."""
    read = attrgetter(field)
    return lambda row: as_number(read(row))


def strongest_first(now: Figures) -> list[OfferFigures]:
    """Offers by what they sold: the charts show the first rows of their sheet."""
    return sorted(now.offers, key=lambda offer: -offer.sales_with_coupon_net)


def cost_ratio(offer: OfferFigures) -> float | None:
    """What an offer gave away of its sales."""
    return ratio(offer.discount, offer.sales_with_coupon_net)


def promotions(book: Book, rows: Sequence[PromotionFigures]) -> None:
    """A row each offer that applies by itself."""
    columns = _of_offers(book)
    columns.count(m("Sales (number)"), "sales")
    columns.count(m("Members"), "members", 10)
    columns.money(m("Sales with promotion"), "sales_net", 14)
    columns.money_sum(m("Discount"), "discount", 13)
    columns.rate(m("Cost ratio"), _cost_of_promotion, 10)
    book.details(book.words.t("Promotions"), columns.told, rows)


def _cost_of_promotion(offer: PromotionFigures) -> float | None:
    # where more came back than was sold there is nothing to compare with
    sold = max(0, offer.sales_net)
    return ratio(offer.discount, sold)


def suppliers(book: Book, claims: Sequence[Claim]) -> None:
    """Every discount that a supplier pays a share of."""
    title = book.words.t("Suppliers")
    book.details(title, supplier_sheet.columns(book), claims)


def staff(book: Book, people: Sequence[PersonRow]) -> None:
    """Who did how much of what an owner looks at twice."""
    # each of these is nothing wrong; who has many more than the others is asked
    columns = SheetColumns(book.words)
    columns.add(m("Staff"), "staff", 14)
    columns.count_sum(m("Bills"), "bills", 9)
    columns.count_sum(m("Bills taken back"), "undone")
    columns.count_sum(m("Returns"), "returns", 9)
    columns.count_sum(m("Rules set aside"), "overrides")
    columns.count_sum(m("Members added afterwards"), "attached", 13)
    columns.count_sum(m("Points adjusted"), "adjusted")
    columns.count_sum(m("Bills without amount"), "without_amount", 12)
    columns.count_sum(m("Closed below their price"), "price_kept", 12)
    columns.count_sum(m("Points on the own card"), "own_card", 12)
    book.details(book.words.t("Staff"), columns.told, people)


def overrides(book: Book, rows: Sequence[OverrideRow]) -> None:
    """Every rule that was set aside, with the reason."""
    t = book.words.t
    yes = t("yes")
    columns = SheetColumns(book.words)
    columns.add(m("Time"), "at", 17, style="stamp")
    columns.add(m("On whose word"), lambda row: t(OVERRIDES[row.how]), 16)
    columns.add(m("Staff"), "staff")
    columns.add(m("Approved by"), "approver")
    columns.add(m("Reason"), "reason", 26)
    columns.add(m("Offer"), "offer", 20)
    columns.add(m("Coupon"), "code", 20)
    columns.money_sum(m("Discount"), "discount")
    columns.add(m("Taken back"), lambda row: yes if row.taken_back else "", 10)
    book.details(t("Rules set aside"), columns.told, rows)


def days(book: Book, now: Figures) -> None:
    """A row each day."""
    # the whole shop's sum is told only when every day of it is known
    whole = now.shop_net is not None
    columns = SheetColumns(book.words)
    columns.add(m("Date"), "day", style="day")
    columns.add(m("Weekday"), lambda row: book.words.weekday(row.day), 9)
    columns.count_sum(m("Issued"), "issued", 10)
    columns.count_sum(m("Redeemed"), "redemptions", 10)
    columns.count_sum(m("Refused scans"), "refused")
    columns.money_sum(m("Discount"), "discount", 13)
    columns.money_sum(m("Sales with coupon"), "sales_with_coupon_net", 14)
    columns.money_sum(m("Recorded sales"), "recorded_net", 14)
    columns.count_sum(m("Recorded receipts"), "recorded_receipts")
    columns.money_sum(m("Member sales"), "member_net", 14)
    columns.count_sum(m("New members"), "new_members")
    columns.money(m("Shop's net sales"), "shop_net", 14, total=whole)
    columns.count(m("Shop's receipts"), "shop_receipts", total=whole)
    book.details(book.words.t("Days"), columns.told, now.days)


def members(book: Book, now: Figures) -> None:
    """Members, and their sales beside those of others."""
    of_month = now.members
    own, others = of_month.member_net, of_month.other_net
    pairs = _Pairs(book, m("Members"))
    pairs.count(m("Members at the end"), of_month.total)
    pairs.count(m("New members"), of_month.new)
    pairs.count(m("Members who bought"), of_month.buying)
    pairs.count(m("Member receipts"), of_month.member_sales)
    pairs.add(m("Member sales"), own, "money")
    pairs.add(m("Basket of members"), ratio(own, of_month.member_sales), "money")
    pairs.add(m("Basket of others"), ratio(others, of_month.other_sales), "money")
    pairs.add(m("Members' share of recorded sales"), ratio(own, now.recorded_net), "rate")
    pairs.add(m("Members' share of the shop's sales"), ratio(own, now.shop_net), "rate")
    pairs.close()


def points(book: Book, now: Figures) -> None:
    """The points account."""
    account = now.points
    pairs = _Pairs(book, m("Points"))
    pairs.count(m("Points at the start"), account.opening)
    pairs.count(m("+ earned"), account.earned)
    pairs.count(m("+ opening balances and adjustments"), account.granted)
    pairs.count(m("- used"), -account.used)
    pairs.count(m("- expired"), -account.expired)
    # this one bears its own sign: a return takes back what was earned and gives back what was used
    pairs.count(m("± reversed"), account.reversed)
    pairs.count(m("= points at the end"), account.closing)
    pairs.add(m("Points owed"), account.liability, "money")
    pairs.count(m("Expiring in the next month"), account.expiring_next_month)
    pairs.close()


class _Pairs:
    """A sheet of named figures, told one below another."""

    def __init__(self, book: Book, title: str) -> None:
        self._book = book
        self._sheet = book.raw.add_worksheet(book.words.t(title))
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 1, 18)
        self._row = 0
        self._text(0, m("Figure"), book.head)
        self._text(1, m("Result"), book.head)

    def add(self, name: str, value: Any, style: str) -> None:
        """One more figure."""
        self._row += 1
        self._text(0, name, self._book.styles["text"])
        self._book.put(self._sheet, self._row, 1, value, style)

    def count(self, name: str, value: int) -> None:
        """A whole number."""
        self.add(name, value, "int")

    def close(self) -> None:
        self._book.page(self._sheet, landscape=True)

    def _text(self, column: int, title: str, style: Any) -> None:
        text = self._book.words.t(title)
        self._sheet.write_string(self._row, column, text, style)


def redemptions(book: Book, rows: Sequence[RedemptionRow]) -> None:
    """A row each use of a coupon."""
    t = book.words.t
    yes = t("yes")
    columns = SheetColumns(book.words)
    columns.add(m("Time"), "at", 17, style="stamp")
    columns.add(m("Business date"), "day", style="day")
    columns.add(m("Coupon"), "code", 20)
    columns.add(m("Offer"), "offer_name", 22)
    columns.add(m("Member no."), "member_no", 19)
    columns.add(m("Receipt"), "receipt_no", 19)
    columns.money(m("Discount"), "discount")
    columns.money(m("Before"), "gross")
    columns.money(m("Paid"), "net")
    columns.add(m("Staff"), "staff")
    columns.add(m("Till"), "till")
    columns.add(m("Taken back"), lambda row: yes if row.reversed else "", 10)
    book.details(t("Redemptions"), columns.told, rows)
