"""What each figure of the workbook means."""

from storecrm.i18n import m
from storecrm.services.reports.workbook import Book

DEFINITIONS = (
    (m("Issued"), m("Coupons whose day of issue lies in the period.")),
    (
        m("Redeemed"),
        m("Uses of coupons that were not taken back, whose business date lies in the period."),
    ),
    (m("Taken back"), m("Uses that were reversed, by the date of the reversal's bill.")),
    (
        m("Redemption rate"),
        m(
            "Coupons issued up to the last day that were used up to then / coupons issued up to the last day."
        ),
    ),
    (
        m("Member rate"),
        m("Members with a use up to the last day / members who got a coupon up to then."),
    ),
    (
        m("Matured rate"),
        m("Used / (issued - cancelled) of the coupons whose last day lies in the period."),
    ),
    (m("Discount"), m("Money taken off by the uses of the period.")),
    (
        m("Sales with coupon"),
        m(
            "Net of the sales with at least one use that was not taken back; a sale with two coupons counts once."
        ),
    ),
    (m("Average basket"), m("Sales with coupon / their number.")),
    (m("Cost ratio"), m("Discount / sales with coupon.")),
    (
        m("Shop's net sales"),
        m("From the day totals typed or imported; a dash until every day of the period has one."),
    ),
    (m("Recorded sales"), m("Net of the sales recorded here, voids taken off on their own day.")),
    (m("Points owed"), m("All points that can still be used, at their value when used.")),
    (
        m("Invoices"),
        m("A coupon is a trade discount: invoice what was paid after it (开票按折后实收)."),
    ),
)


def definitions(book: Book) -> None:
    """A row each figure."""
    t = book.words.t
    sheet = book.raw.add_worksheet(t("Definitions"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, t("Figure"), book.head)
    sheet.write_string(0, 1, t("Definition"), book.head)
    for number, (name, meaning) in enumerate(DEFINITIONS, 1):
        sheet.write_string(number, 0, t(name), book.styles["wrap"])
        sheet.write_string(number, 1, t(meaning), book.styles["wrap"])
    book.page(sheet, landscape=True)
