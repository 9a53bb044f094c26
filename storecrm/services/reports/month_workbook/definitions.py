"""What each figure of the workbook means."""

from collections.abc import Iterator

from storecrm.i18n import m
from storecrm.services.reports.workbook import Book


def _meanings() -> Iterator[tuple[str, str]]:
    """Each figure with what it means, in the order of docs/semantics.md."""
    yield m("Issued"), m("Coupons whose day of issue lies in the period.")
    yield (
        m("Redeemed"),
        m("Uses of coupons that were not taken back, whose business date lies in the period."),
    )
    yield m("Taken back"), m("Uses that were reversed, by the date of the reversal's bill.")
    # rates are of people and coupons up to a day: those of a month alone are used later
    yield (
        m("Redemption rate"),
        m(
            "Coupons issued up to the last day that were used up to then"
            " / coupons issued up to the last day."
        ),
    )
    yield (
        m("Member rate"),
        m("Members with a use up to the last day / members who got a coupon up to then."),
    )
    yield (
        m("Matured rate"),
        m("Used / (issued - cancelled) of the coupons whose last day lies in the period."),
    )
    yield m("Discount"), m("Money taken off by the uses of the period.")
    yield (
        m("Sales with coupon"),
        m(
            "Net of the sales with at least one use that was not taken back;"
            " a sale with two coupons counts once."
        ),
    )
    yield m("Average basket"), m("Sales with coupon / their number.")
    yield m("Cost ratio"), m("Discount / sales with coupon.")
    yield (
        m("Shop's net sales"),
        m("From the day totals typed or imported; a dash until every day of the period has one."),
    )
    yield (
        m("Recorded sales"),
        m("Net of the sales recorded here, voids taken off on their own day."),
    )
    yield m("Points owed"), m("All points that can still be used, at their value when used.")
    # what the tax office asks: the price after the coupon is the price
    yield (
        m("Invoices"),
        m("A coupon is a trade discount: invoice what was paid after it (开票按折后实收)."),
    )


def definitions(book: Book) -> None:
    """A row each figure."""
    t = book.words.t
    sheet = book.raw.add_worksheet(t("Definitions"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, t("Figure"), book.head)
    sheet.write_string(0, 1, t("Definition"), book.head)
    wrapped = book.styles["wrap"]
    for number, (name, meaning) in enumerate(_meanings(), 1):
        sheet.write_string(number, 0, t(name), wrapped)
        sheet.write_string(number, 1, t(meaning), wrapped)
    book.page(sheet, landscape=True)
