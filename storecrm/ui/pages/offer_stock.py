"""Printed coupons as stock: hand a range of serials out, take it back, void it; what became of each
way of handing out."""

import re
from collections.abc import Iterator

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.coupons.batches import BatchView
from storecrm.services.coupons.paper_stock import Handed, StockCard
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import PaperAct

_SERIALS = re.compile(r"\s*(\d{1,7})\s*(?:[-–~]\s*(\d{1,7}))?\s*")
"""One serial, or the first and the last of a range."""


class Stock(QWidget):
    """The stock card of one batch."""

    def __init__(self, banner: Banner, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._banner = banner
        self._vm = vm
        self._words = words
        batches = list(self._batch_columns())
        ways = list(self._way_columns())
        self.rows: RowsModel[BatchView] = RowsModel(batches)
        self.list = table(self.rows, batches, words.t("Batches"))
        self.ways: RowsModel[Handed] = RowsModel(ways)
        way_list = table(self.ways, ways, words.t("Ways of handing out"))
        self.about = label("", wrap=True)
        self.serials = field(words.t("Serials"), "1-500")
        self.channel = field(words.t("Way"), words.t("street, partner, counter"))
        self.person = field(words.t("Person"), words.t("Person"))
        self._make_acts()
        column = QVBoxLayout(self)
        column.addWidget(self.list, 2)
        column.addWidget(self.about)
        column.addWidget(way_list, 2)
        column.addLayout(row(self.serials, self.channel, self.person))
        column.addLayout(row(*self.acts.values(), None))
        vm.batches.connect(self._show_batches)
        vm.stock.connect(self._show_card)
        self.list.clicked.connect(lambda _: self._look())

    def _batch_columns(self) -> Iterator[Column[BatchView]]:
        w = self._words
        yield Column(w.t("Batch"), lambda batch: str(batch.id), 70)
        yield Column(w.t("Issued on"), lambda batch: w.day(batch.issued_on), 110)
        number = w.number
        yield Column(w.t("Coupons"), lambda batch: number(batch.count), 90, True)
        yield Column(w.t("Printed"), lambda batch: number(batch.printed), 90, True)

    def _way_columns(self) -> Iterator[Column[Handed]]:
        w = self._words
        yield Column(w.t("Way"), lambda way: way.channel, 130)
        yield Column(w.t("Person"), lambda way: way.person or "—", 110)
        number = w.number
        yield Column(w.t("Out"), lambda way: number(way.out), 80, True)
        yield Column(w.t("Came back"), lambda way: number(way.returned), 90, True)
        yield Column(w.t("Void"), lambda way: number(way.voided), 80, True)
        yield Column(w.t("Used"), lambda way: number(way.redeemed), 80, True)

    def _make_acts(self) -> None:
        w = self._words
        hand_out = button(w.t("Hand out"), self._hand_out, kind="primary")
        take_back = button(w.t("Take back"), self._take_back)
        void = button(w.t("Void for good"), self._void)
        self.acts = {
            PaperAct.HANDED_OUT: hand_out,
            PaperAct.RETURNED: take_back,
            PaperAct.VOIDED: void,
        }

    def _hand_out(self) -> None:
        self._move(PaperAct.HANDED_OUT)

    def _take_back(self) -> None:
        self._move(PaperAct.RETURNED)

    def _void(self) -> None:
        self._move(PaperAct.VOIDED)

    def _chosen(self) -> BatchView | None:
        index = self.list.currentIndex()
        # an emptied list keeps its index for a while
        if not index.isValid() or not self.rows.rowCount():
            return None
        return self.rows.record(index.row())

    def _look(self) -> None:
        batch = self._chosen()
        if batch is not None:
            self._vm.look_at_stock(batch.id)

    def _move(self, act: PaperAct) -> None:
        batch = self._chosen()
        typed = _SERIALS.fullmatch(self.serials.text())
        if batch is None or typed is None:
            why = self._words.t("Choose a batch and type its serials, like 1-500.")
            self._banner.say(why, bad=True)
            return
        # a single serial is a range of one
        first = int(typed[1])
        last = int(typed[2] or first)
        channel = self.channel.text()
        person = self.person.text()
        self._vm.move_stock(batch.id, act, first, last, channel, person)

    @Slot(object)
    def _show_batches(self, found: list[BatchView]) -> None:
        # coupons of members by name are no stock
        bearer = [batch for batch in found if batch.bearer]
        here = self.list.currentIndex().row()
        self.rows.show(bearer)
        # the ways are those of a batch, and none is chosen yet
        self.ways.show([])
        none = self._words.t("Nothing of this offer was issued to whoever holds it.")
        self.about.setText("" if bearer else none)
        if bearer:
            place = here if 0 <= here < len(bearer) else 0
            self.list.setCurrentIndex(self.rows.index(place, 0))
            self._look()

    @Slot(object)
    def _show_card(self, card: StockCard) -> None:
        self.about.setText("  ·  ".join(self._parts(card)))
        self.ways.show(card.ways)

    def _parts(self, card: StockCard) -> Iterator[str]:
        """Where the coupons of the batch are."""
        w = self._words
        number = w.number
        yield w.t("printed {count}", count=number(card.printed))
        yield w.t("in stock {count}", count=number(card.in_stock))
        yield w.t("out {count}", count=number(card.out))
        yield w.t("came back {count}", count=number(card.returned))
        yield w.t("void {count}", count=number(card.voided))
        yield w.t("used {count}", count=number(card.redeemed))
        if card.activate:
            yield w.t("works only once it is handed out")
