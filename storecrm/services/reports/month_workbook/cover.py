"""The first sheet: what the month came to, told in one page."""

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Any

from storecrm.i18n import Catalogue, m
from storecrm.services.reports.month_figures import Figures, OfferFigures
from storecrm.services.reports.month_workbook import charts
from storecrm.services.reports.month_workbook.contents import Contents
from storecrm.services.reports.month_workbook.sheets import (
    as_number,
    cost_ratio,
    ratio,
    strongest_first,
)
from storecrm.services.reports.workbook import Book
from storecrm.services.store import Store
from storecrm.values import Money
from storecrm.wording.refusals import refusal_name

WIDTHS = (23, 15, 15, 11, 15, 11)
_PAST = (m("Period before"), m("Change"), m("A year ago"), m("Change"))
TITLES = (m("Figure"), m("This period"), *_PAST)
_USES = (m("Issued"), m("Redeemed"), m("Redeemed of expired"))
BEST_TITLES = (m("Campaign"), *_USES, m("Sales with coupon"), m("Cost ratio"))
SIGNERS = (m("Made by"), m("Checked by"), m("Owner"))
MOST_REMINDERS = 5


class Cover:
    """The sheet as it is written from its top to its foot; `_row` is the next free row."""

    def __init__(self, book: Book, store: Store, contents: Contents) -> None:
        self._book = book
        self._words = book.words
        self._store = store
        self._contents = contents
        self._now = contents.now
        self._sheet = book.raw.add_worksheet(self._words.t("Overview"))
        self._row = 0

    def write(self) -> None:
        """The whole sheet."""
        self._head()
        self._lines(_sentences(self._now, self._words))
        self._row += 1
        self._eight_figures()
        self._row += 1
        self._given_away()
        self._row += 1
        self._best_offers()
        self._row += 1
        # charts float above the cells: their rows are left free
        charts.charts(self._book, self._sheet, self._row, self._now)
        self._row += charts.ROWS
        reminders = _reminders(self._now, self._words)
        first_ones = islice(reminders, MOST_REMINDERS)
        self._lines(f"• {line}" for line in first_ones)
        self._row += 1
        self._places_to_sign()
        self._book.page(self._sheet, landscape=False)
        last_column = len(WIDTHS) - 1
        self._sheet.print_area(0, 0, self._row, last_column)

    def _text(self, column: int, text: str, style: Any) -> None:
        self._sheet.write_string(self._row, column, text, style)

    def _name(self, title: str, styles: Any) -> None:
        """What a row tells, in its first column."""
        self._text(0, self._words.t(title), styles["text"])

    def _lines(self, lines: Iterable[str]) -> None:
        plain = self._book.style()
        for line in lines:
            self._text(0, line, plain)
            self._row += 1

    def _titles(self, titles: Iterable[str]) -> None:
        for place, title in enumerate(titles):
            self._text(place, self._words.t(title), self._book.head)

    def _put(self, column: int, value: Any, style: str, *, bold: bool = False) -> None:
        self._book.put(self._sheet, self._row, column, value, style, bold=bold)

    def _head(self) -> None:
        """Whose report it is, of when, and who made it."""
        self._sheet.hide_gridlines(2)
        for place, width in enumerate(WIDTHS):
            self._sheet.set_column(place, place, width)
        self._sheet.set_row(0, 30)
        name = self._words.t("Promotion report")
        large = self._book.style(bold=True, font_size=18)
        self._text(0, f"{self._store.shop.name} {name}", large)
        self._row += 1
        grey = self._book.style(font_color="#5F6B78")
        self._text(0, self._made(), grey)
        self._row += 1

    def _made(self) -> str:
        actor = self._store.actor
        moment = self._words.stamp(self._now.cut_off)
        return self._words.t(
            "{first} to {last}; made {at} by {who}; figures as of then",
            first=self._now.first,
            last=self._now.last,
            at=moment,
            who=actor.name if actor else "",
        )

    def _eight_figures(self) -> None:
        """The eight that an owner asks for, beside the periods before."""
        self._titles(TITLES)
        before = _known(self._contents.before)
        year = _known(self._contents.year)
        # what is unknown then shows a dash, and no change
        for title, (value, style) in _eight(self._now).items():
            self._row += 1
            self._name(title, self._book.styles)
            self._put(1, value, style)
            for column, past in ((2, before), (4, year)):
                old, _ = past.get(title, (None, style))
                self._put(column, old, style)
                self._put(column + 1, _change(value, old, style), "rate")
        self._row += 1

    def _given_away(self) -> None:
        """Everything that was taken off, and what it is of all sales."""
        self._titles((m("Given away"), m("Amount")))
        parts = _off(self._now)
        for title, value in parts.items():
            self._row += 1
            self._name(title, self._book.styles)
            self._put(1, value, "money")
        self._row += 1
        self._name(m("Share of sales given away"), self._book.totals)
        off = sum(parts.values())
        # of what the goods would have cost, unknown until the whole shop's sales are
        net = self._now.shop_net
        share = ratio(off, net + off) if net else None
        self._put(1, share, "rate", bold=True)
        self._row += 1

    def _best_offers(self) -> None:
        """The five strongest offers, and all together."""
        self._titles(BEST_TITLES)
        best = strongest_first(self._now)
        for offer in best[:5]:
            self._row += 1
            self._offer(offer, offer.offer_name)
        self._row += 1
        self._offer(self._now.totals, self._words.t("Total"), bold=True)
        self._row += 1

    def _offer(self, offer: OfferFigures, name: str, *, bold: bool = False) -> None:
        styles = self._book.totals if bold else self._book.styles
        matured = as_number(offer.matured_rate)
        self._text(0, name, styles["text"])
        self._put(1, offer.issued, "int", bold=bold)
        self._put(2, offer.redemptions, "int", bold=bold)
        self._put(3, matured, "rate", bold=bold)
        self._put(4, offer.sales_with_coupon_net, "money", bold=bold)
        self._put(5, cost_ratio(offer), "rate", bold=bold)

    def _places_to_sign(self) -> None:
        places = [f"{self._words.t(who)}：__________" for who in SIGNERS]
        line = "　　　　　　".join(places)
        self._text(0, line, self._book.style())


def _off(now: Figures) -> dict[str, Money]:
    """What was taken off, by its kind."""
    return {
        m("Coupons"): now.totals.discount,
        m("Promotions"): now.promotions,
        m("Tier prices"): now.tier_prices,
        m("Points used"): now.points_paid,
    }


def _eight(figures: Figures) -> dict[str, tuple[Any, str]]:
    """The eight figures by their titles, each with its style."""
    totals = figures.totals
    matured = as_number(totals.matured_rate)
    sales = {
        m("Shop's net sales"): (figures.shop_net, "money"),
        m("Sales with coupon"): (totals.sales_with_coupon_net, "money"),
    }
    coupons = {
        m("Redeemed"): (totals.redemptions, "int"),
        m("Redeemed of expired"): (matured, "rate"),
        m("Discount"): (totals.discount, "money"),
        m("Cost ratio"): (cost_ratio(totals), "rate"),
    }
    members = {
        m("New members"): (figures.members.new, "int"),
        m("Points owed"): (figures.points.liability, "money"),
    }
    return {**sales, **coupons, **members}


def _known(past: Figures) -> dict[str, tuple[Any, str]]:
    """The eight of a past period; one in which nothing was recorded is unknown, not zero."""
    # a shop that did not use the program yet may have imported its takings
    recorded = past.recorded_receipts or past.totals.redemptions or past.shop_net
    return _eight(past) if recorded else {}


def _change(value: Any, old: Any, style: str) -> float | None:
    """By how much a figure changed: rates by their difference, others in parts of the old one."""
    if value is None or old is None:
        return None
    difference = value - old
    if style == "rate":
        return float(difference)
    return float(difference / old) if old else None


def _sentences(now: Figures, words: Catalogue) -> Iterator[str]:
    """What a hurried owner reads: the best offer, the dearest, and one to do something about."""
    # what was given back in full brought nothing, and cost nothing
    used = [offer for offer in now.offers if offer.sales_with_coupon_net]
    if not used:
        yield words.t("No coupon was used in this period.")
        return
    best = max(used, key=attrgetter("sales_with_coupon_net"))
    yield words.t(
        "Best: {offer} brought {net} in {count} sales.",
        offer=best.offer_name,
        net=words.money(best.sales_with_coupon_net),
        count=best.sales_with_coupon,
    )
    dearest = max(used, key=_cost)
    if dearest is not best:
        yield words.t(
            "Dearest: {offer} gave away {share} of its sales.",
            offer=dearest.offer_name,
            share=words.percent(_cost(dearest)),
        )
    idle = next(filter(_was_never_used, now.offers), None)
    if idle is not None:
        yield words.t(
            "To do: {offer} is out {count} times and was never used.",
            offer=idle.offer_name,
            count=idle.issued_to_date,
        )


def _cost(offer: OfferFigures) -> float:
    return offer.discount / offer.sales_with_coupon_net


def _was_never_used(offer: OfferFigures) -> bool:
    return bool(offer.issued_to_date and not offer.redeemed_to_date)


def _reminders(now: Figures, words: Catalogue) -> Iterator[str]:
    if now.points.expiring_next_month:
        count = words.number(now.points.expiring_next_month)
        yield words.t("{count} points expire in the next month.", count=count)
    if now.totals.without_amount:
        yield words.t(
            "{count} bills with a coupon have no amount yet; they count in no sales figure.",
            count=now.totals.without_amount,
        )
    if now.shop_net is None:
        yield words.t("Day totals are missing; shares of the whole shop show a dash.")
    # the two most frequent reasons: they stand first
    for reason, scans in islice(now.refused_by_reason.items(), 2):
        name = refusal_name(reason, words)
        yield words.t("{count} scans were refused: {reason}.", count=scans, reason=name)
