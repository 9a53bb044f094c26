"""The month's report: the figures at a glance, what each offer brought, and the workbook."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.reports.month_figures import Figures, OfferFigures
from storecrm.services.store import Topic
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, label, row
from storecrm.ui.pages.paper_language import language_box
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.office import OfficeViewModel


def _tiles() -> Iterator[str]:
    """The figures at a glance, in the order in which they stand."""
    yield m("Sales with coupon")
    yield m("Redeemed")
    yield m("Matured rate")
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
        self._saved: Path | None = None
        first, last = vm.last_month()
        self.first = date_box(first, words.t("From"))
        self.last = date_box(last, words.t("To"))
        self.language = language_box(words.t("Language of the workbook"), words)
        self.banner = Banner()
        self.busy = Busy(vm.cancel, words)
        self.tiles = {name: label("—", "kpi") for name in _tiles()}
        columns = list(self._columns())
        self.rows: RowsModel[OfferFigures] = RowsModel(columns)
        offers = table(self.rows, columns, words.t("Offers"))
        self.empty = EmptyState(offers, "ticket")
        self.open_file = button(words.t("Open the file"), self._open_saved)
        self.open_file.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addLayout(self._head())
        column.addWidget(self.busy)
        column.addLayout(row(self.banner, self.open_file))
        column.addLayout(self._tile_grid())
        column.addWidget(offers, 1)
        self._join()

    def _head(self) -> QHBoxLayout:
        w = self._words
        title = label(w.t("Promotion report"), "h1")
        save = button(w.t("Excel report"), self._save, kind="primary", icon="file-spreadsheet")
        head = row(title, None, self.first, label("–"), self.last)
        head.addWidget(self.language)
        head.addWidget(save)
        return head

    def _tile_grid(self) -> QGridLayout:
        tiles = QGridLayout()
        for place, (name, number) in enumerate(self.tiles.items()):
            frame, inside = card(spacing=2)
            inside.addWidget(label(self._words.t(name), "small"))
            inside.addWidget(number)
            tiles.addWidget(frame, place // 3, place % 3)
        return tiles

    def _columns(self) -> Iterator[Column[OfferFigures]]:
        w = self._words
        with_coupon = w.t("Sales with coupon")
        yield Column(w.t("Offer"), lambda offer: offer.offer_name, 190)
        yield Column(w.t("Issued"), lambda offer: w.number(offer.issued), 70, True)
        yield Column(w.t("Redeemed"), lambda offer: w.number(offer.redemptions), 100, True)
        yield Column(w.t("Redemption rate"), self._redemption_rate, 150, True)
        yield Column(with_coupon, lambda offer: w.money(offer.sales_with_coupon_net), 160, True)
        yield Column(w.t("Discount"), lambda offer: w.money(offer.discount), 110, True)
        yield Column(w.t("Cost ratio"), self._cost_ratio, 90, True)

    def _redemption_rate(self, offer: OfferFigures) -> str:
        rate = offer.redemption_rate
        return self._words.percent(float(rate) if rate else None)

    def _cost_ratio(self, offer: OfferFigures) -> str:
        """What an offer cost of what was sold by it; a dash where nothing was."""
        net = offer.sales_with_coupon_net
        return self._words.percent(offer.discount / net if net else None)

    def _join(self) -> None:
        vm = self._vm
        # the figures follow the days at once
        for box in (self.first, self.last):
            box.dateChanged.connect(lambda _: self.open())
        vm.figured.connect(self._show)
        vm.reported.connect(self._reported)
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        first = day_in(self.first)
        last = day_in(self.last)
        self._vm.figures(first, last)

    topics = frozenset((Topic.SALES, Topic.COUPONS, Topic.OFFERS, Topic.MEMBERS, Topic.TOTALS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        self.open()

    def _save(self) -> None:
        first = day_in(self.first)
        last = day_in(self.last)
        language = self.language.currentData()
        title = self._words.t("Excel report")
        name = self._vm.file_name(first, last, language)
        file = file_dialogs.save_as(self, title, name, file_dialogs.WORKBOOK)
        if file is not None:
            self._vm.report(first, last, language, file)

    @Slot(object)
    def _show(self, now: Figures) -> None:
        w = self._words
        for number, text in zip(self.tiles.values(), self._figures(now), strict=True):
            number.setText(text)
        # what sold most stands first
        best = sorted(now.offers, key=lambda offer: -offer.sales_with_coupon_net)
        self.rows.show(best)
        none = w.t("No coupon was issued or used in this period.")
        self.empty.say("" if best else none, w.t("Design an offer"), self._design)
        self.banner.say("")

    def _figures(self, now: Figures) -> Iterator[str]:
        """The figures of the tiles, in their order."""
        w = self._words
        totals = now.totals
        # a rate of nothing is a dash, not 0 %
        matured = float(totals.matured_rate) if totals.matured_rate else None
        yield w.money(totals.sales_with_coupon_net)
        yield w.number(totals.redemptions)
        yield w.percent(matured)
        yield w.money(totals.discount)
        yield w.number(now.members.new)
        yield w.money(now.points.liability)

    def _design(self) -> None:
        self.place_wanted.emit("offers")

    @Slot(object)
    def _reported(self, answer: tuple[Path, Figures]) -> None:
        file, figures = answer
        self._saved = file
        self.open_file.show()
        # showing the figures takes the news away, so it is said after them
        self._show(figures)
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    def _open_saved(self) -> None:
        address = QUrl.fromLocalFile(str(self._saved))
        QDesktopServices.openUrl(address)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        self.banner.say(told(error, self._words), bad=True)
