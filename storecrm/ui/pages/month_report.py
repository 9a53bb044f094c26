"""The month's report: the figures at a glance, what each offer brought, and the workbook."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import Cancelled, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.reports.month_figures import Figures, OfferFigures
from storecrm.services.store import Topic
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.period_box import PeriodBox
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import label, row
from storecrm.ui.pages.month_tiles import TileGrid
from storecrm.ui.pages.paper_language import language_box
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.office import OfficeViewModel
from storecrm.wording.figures import meaning

_LOW = 480
"""Below so many the figures are smaller: the list needs the room."""
_SAVE = Action("report.save", m("Excel report"), "file-spreadsheet", "Ctrl+S")


def _tiles() -> Iterator[str]:
    """The figures at a glance, in the order in which they stand."""
    yield m("Sales with coupon")
    yield m("Redeemed")
    yield m("Redeemed of expired")
    yield m("Discount")
    yield m("New members")
    yield m("Points owed")


class ReportPage(QWidget):
    """The month at a glance, and as a workbook in two clicks."""

    place_wanted = Signal(str)

    def __init__(self, vm: OfficeViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        first, last = vm.last_month()
        self.period = PeriodBox(words, first, last, lambda: vm.today)
        self.language = language_box(words.t("Language of the workbook"), words)
        self.saving = act(self, _SAVE, self._save, words=words)
        self.tiles = TileGrid(list(_tiles()), words)
        self.offers: Table[OfferFigures] = Table(
            list(self._columns()),
            words.t("Offers"),
            kept_as="report.offers",
            empty=self._empty(),
            no_match=words.t("No offer fits."),
            words=words,
            totals=self._totals,
            # what sold most stands first
            order=(("sales_with_coupon", True),),
        )
        self._now: Figures | None = None
        self.progress = Progress(self)
        self.errors = FieldErrors(self)
        self._lay_out()
        self._join()

    def _lay_out(self) -> None:
        w = self._words
        title = label(w.t("Promotion report"), "h1")
        save = button_of(self.saving, "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addLayout(row(title, None, self.language, save))
        column.addWidget(self.period)
        column.addWidget(self.tiles)
        column.addWidget(self.offers, 1)

    def _empty(self) -> Empty:
        w = self._words
        none = w.t("No coupon was issued or used in this period.")
        return Empty("ticket", none, w.t("Design an offer"), self._design)

    def _columns(self) -> Iterator[Column[OfferFigures]]:
        w = self._words
        count = partial(Column[OfferFigures], kind=Kind.NUMBER)
        percent = partial(Column[OfferFigures], kind=Kind.PERCENT)
        money = partial(Column[OfferFigures], kind=Kind.MONEY)
        yield Column("offer", w.t("Offer"), lambda offer: offer.offer_name, 190)
        yield count(
            key="issued",
            title=w.t("Issued"),
            text=lambda offer: w.number(offer.issued),
            width=80,
            value=lambda offer: offer.issued,
        )
        yield count(
            key="redeemed",
            title=w.t("Redeemed"),
            text=lambda offer: w.number(offer.redemptions),
            width=100,
            value=lambda offer: offer.redemptions,
        )
        yield percent(
            key="redemption_rate",
            title=w.t("Redemption rate"),
            text=lambda offer: w.percent(_rate(offer)),
            width=150,
            value=_rate,
            # beside it stands another rate, on a tile
            tip=meaning("Redemption rate", w),
        )
        yield money(
            key="sales_with_coupon",
            title=w.t("Sales with coupon"),
            text=lambda offer: w.money(offer.sales_with_coupon_net),
            width=170,
            value=lambda offer: offer.sales_with_coupon_net,
        )
        yield money(
            key="discount",
            title=w.t("Discount"),
            text=lambda offer: w.money(offer.discount),
            width=120,
            value=lambda offer: offer.discount,
        )
        yield percent(
            key="cost_ratio",
            title=w.t("Cost ratio"),
            text=lambda offer: w.percent(_cost_ratio(offer)),
            width=100,
            value=_cost_ratio,
        )

    def _totals(self, shown: Sequence[OfferFigures]) -> dict[str, str]:
        """The sums of what is shown; a sale with two coupons would count twice, so its money is
        said of all offers only."""
        w = self._words
        sums = {
            "offer": w.t("Total"),
            "issued": w.number(sum(offer.issued for offer in shown)),
            "redeemed": w.number(sum(offer.redemptions for offer in shown)),
            "discount": w.money(sum(offer.discount for offer in shown)),
        }
        if self._now is not None and len(shown) == len(self._now.offers):
            totals = self._now.totals
            sums["redemption_rate"] = w.percent(_rate(totals))
            sums["sales_with_coupon"] = w.money(totals.sales_with_coupon_net)
            sums["cost_ratio"] = w.percent(_cost_ratio(totals))
        return sums

    def _join(self) -> None:
        vm = self._vm
        # the figures follow the days at once
        self.period.changed.connect(self.open)
        vm.figured.connect(self._show)
        vm.reported.connect(self._reported)
        vm.progressed.connect(self._progressed)
        vm.refused.connect(self._refuse)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.set_low(self.height() < _LOW)

    def open(self) -> None:
        days = self._days()
        if days is not None:
            self._vm.figures(*days)

    def _days(self) -> tuple[date, date] | None:
        """The days of the period; what is wrong with them is said at the last."""
        self.errors.clear()
        days = self.period.days()
        if days is None:
            self.errors.show(self.period.last, self.period.problem())
        return days

    topics = frozenset((Topic.SALES, Topic.COUPONS, Topic.OFFERS, Topic.MEMBERS, Topic.TOTALS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        # whoever is typing a day is not disturbed
        days = self.period.days()
        if days is not None:
            self._vm.figures(*days)

    def _save(self) -> None:
        days = self._days()
        if days is None:
            return
        w = self._words
        language = self.language.currentData()
        name = self._vm.file_name(*days, language)
        file = file_dialogs.save_as(self, w.t("Excel report"), name, file_dialogs.WORKBOOK)
        if file is not None:
            self._vm.report(*days, language, file)
            self.progress.begin(w.t("Writing the workbook…"), self._vm.task)

    @Slot(object)
    def _show(self, now: Figures) -> None:
        self._now = now
        self.tiles.say(list(self._figures(now)))
        # filtered and sorted as it was: the period is another one, the question is not
        self.offers.show(now.offers)

    def _figures(self, now: Figures) -> Iterator[str]:
        """The figures of the tiles, in their order."""
        w = self._words
        totals = now.totals
        # a rate of nothing is a dash, not 0 %
        matured = float(totals.matured_rate) if totals.matured_rate is not None else None
        yield w.money(totals.sales_with_coupon_net)
        yield w.number(totals.redemptions)
        yield w.percent(matured)
        yield w.money(totals.discount)
        yield w.number(now.members.new)
        yield w.money(now.points.liability)

    def _design(self) -> None:
        self.place_wanted.emit("offers")

    @Slot(object)
    def _progressed(self, far: tuple[int, int]) -> None:
        self.progress.step(*far)

    @Slot(object)
    def _reported(self, answer: tuple[Path, Figures]) -> None:
        file, figures = answer
        # the workbook and the page say the same figures
        self.progress.end()
        self._show(figures)
        w = self._words
        opening = (w.t("Open the file"), partial(_open, file))
        say(self, w.t("Saved: {file}", file=str(file)), then=opening)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.progress.end()
        # who stopped it knows
        if not isinstance(error, Cancelled):
            say(self, told(error, self._words), bad=True)


def _rate(offer: OfferFigures) -> float | None:
    """Used of those issued, up to the last day."""
    rate = offer.redemption_rate
    return float(rate) if rate is not None else None


def _cost_ratio(offer: OfferFigures) -> float | None:
    """What an offer cost of what was sold by it; nothing where nothing was."""
    net = offer.sales_with_coupon_net
    return offer.discount / net if net else None


def _open(file: Path) -> None:
    address = QUrl.fromLocalFile(str(file))
    QDesktopServices.openUrl(address)
