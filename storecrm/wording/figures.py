"""What each figure of the month means: the workbook says it, and the tool tips of the page."""

from collections.abc import Iterator

from storecrm.i18n import Catalogue, m


def meanings() -> Iterator[tuple[str, str]]:
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
        m("Redeemed of expired"),
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


def meaning(figure: str, words: Catalogue) -> str:
    """What a figure means, by its title; "" of one that needs no words."""
    return words.t(dict(meanings()).get(figure, ""))
