"""Printed coupons as stock: hand a range of serials out, take it back, void it; what became of each
way of handing out."""

import re

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.coupons.batches import BatchView
from storecrm.services.coupons.paper_stock import Handed, StockCard
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import PaperAct


class Stock(QWidget):
    """The stock card of one batch."""

    def __init__(self, banner: Banner, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._banner, self._vm, self._words = banner, vm, words
        w = words
        batches: list[Column[BatchView]] = [
            Column(w.t("Batch"), lambda b: str(b.id), 70),
            Column(w.t("Issued on"), lambda b: w.day(b.issued_on), 110),
            Column(w.t("Coupons"), lambda b: w.number(b.count), 90, True),
            Column(w.t("Printed"), lambda b: w.number(b.printed), 90, True),
        ]
        self.rows: RowsModel[BatchView] = RowsModel(batches)
        self.list = table(self.rows, batches, w.t("Batches"))
        ways: list[Column[Handed]] = [
            Column(w.t("Way"), lambda h: h.channel, 130),
            Column(w.t("Person"), lambda h: h.person or "—", 110),
            Column(w.t("Out"), lambda h: w.number(h.out), 80, True),
            Column(w.t("Came back"), lambda h: w.number(h.returned), 90, True),
            Column(w.t("Void"), lambda h: w.number(h.voided), 80, True),
            Column(w.t("Used"), lambda h: w.number(h.redeemed), 80, True),
        ]
        self.ways: RowsModel[Handed] = RowsModel(ways)
        self.serials = field(w.t("Serials"), "1-500")
        self.channel, self.person = (
            field(w.t("Way"), w.t("street, partner, counter")),
            field(w.t("Person"), w.t("Person")),
        )
        self.about = label("", wrap=True)
        column = QVBoxLayout(self)
        column.addWidget(self.list, 2)
        column.addWidget(self.about)
        column.addWidget(table(self.ways, ways, w.t("Ways of handing out")), 2)
        column.addLayout(row(self.serials, self.channel, self.person))
        self.acts = {
            PaperAct.HANDED_OUT: button(
                w.t("Hand out"), lambda: self._move(PaperAct.HANDED_OUT), kind="primary"
            ),
            PaperAct.RETURNED: button(w.t("Take back"), lambda: self._move(PaperAct.RETURNED)),
            PaperAct.VOIDED: button(w.t("Void for good"), lambda: self._move(PaperAct.VOIDED)),
        }
        column.addLayout(row(*self.acts.values(), None))
        vm.batches.connect(self._show_batches)
        vm.stock.connect(self._show_card)
        self.list.clicked.connect(lambda _: self._look())

    def _chosen(self) -> BatchView | None:
        index = self.list.currentIndex()
        return self.rows.record(index.row()) if index.isValid() and self.rows.rowCount() else None

    def _look(self) -> None:
        batch = self._chosen()
        if batch is not None:
            self._vm.look_at_stock(batch.id)

    def _move(self, act: PaperAct) -> None:
        batch, typed = (
            self._chosen(),
            re.fullmatch(r"\s*(\d{1,7})\s*(?:[-–~]\s*(\d{1,7}))?\s*", self.serials.text()),
        )
        if batch is None or typed is None:
            self._banner.say(
                self._words.t("Choose a batch and type its serials, like 1-500."), bad=True
            )
            return
        first = int(typed[1])
        self._vm.move_stock(
            batch.id, act, first, int(typed[2] or first), self.channel.text(), self.person.text()
        )

    @Slot(object)
    def _show_batches(self, found: list[BatchView]) -> None:
        bearer = [batch for batch in found if batch.bearer]
        here = self.list.currentIndex().row()
        self.rows.show(bearer)
        self.ways.show([])
        self.about.setText(
            "" if bearer else self._words.t("Nothing of this offer was issued to whoever holds it.")
        )
        if bearer:
            place = here if 0 <= here < len(bearer) else 0
            self.list.setCurrentIndex(self.rows.index(place, 0))
            self._look()

    @Slot(object)
    def _show_card(self, card: StockCard) -> None:
        w = self._words
        parts = [
            w.t("printed {count}", count=w.number(card.printed)),
            w.t("in stock {count}", count=w.number(card.in_stock)),
            w.t("out {count}", count=w.number(card.out)),
            w.t("came back {count}", count=w.number(card.returned)),
            w.t("void {count}", count=w.number(card.voided)),
            w.t("used {count}", count=w.number(card.redeemed)),
        ]
        if card.activate:
            parts.append(w.t("works only once it is handed out"))
        self.about.setText("  ·  ".join(parts))
        self.ways.show(card.ways)
