"""Printed coupons as stock: hand a range of serials out, take it back, void it; what became of each
way of handing out."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.coupons.batches import BatchView
from storecrm.services.coupons.paper_stock import Handed, StockCard
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, field, label, row, scrolling
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import PaperAct

_SERIALS = re.compile(r"\s*(\d{1,7})\s*(?:[-–~]\s*(\d{1,7}))?\s*")
"""One serial, or the first and the last of a range."""


T = TypeVar("T")
_LEAST = 140
"""Fewer pixels and no row of a list is seen."""
_AT_SERIALS = ("serials", "serials_in", "serials_out", "serials_used")


def _counted(
    key: str, title: str, write: Callable[[int], str], count: Callable[[T], int]
) -> Column[T]:
    """A column of pieces of paper."""
    return Column(
        key, title, lambda one: write(count(one)), width=90, kind=Kind.NUMBER, value=count
    )


class Stock(QWidget):
    """The stock card of one batch."""

    def __init__(self, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._moved: tuple[int, int, int] | None = None
        w = words
        none = w.t("Nothing of this offer was issued to whoever holds it.")
        self.list: Table[BatchView] = Table(
            list(self._batch_columns()),
            w.t("Batches"),
            kept_as="stock_batches",
            empty=Empty("ticket", none),
            no_match=w.t("No batch fits."),
            words=w,
            same=lambda batch: batch.id,
        )
        self.ways: Table[Handed] = Table(
            list(self._way_columns()),
            w.t("Ways of handing out"),
            kept_as="stock_ways",
            empty=Empty("ticket", w.t("Nothing of this batch was handed out yet.")),
            no_match=w.t("No way fits."),
            words=w,
            same=lambda way: (way.channel, way.person),
        )
        self.about = label("", wrap=True)
        self.serials = field(w.t("Serials"), "1-500")
        self.channel = field(w.t("Way"), w.t("street, partner, counter"))
        self.person = field(w.t("Person"), w.t("Person"))
        self.errors = FieldErrors(self)
        self._make_acts()
        self._lay_out()
        vm.batches.connect(self._show_batches)
        vm.stock.connect(self._show_card)
        self.list.chosen.connect(self._look)

    def _lay_out(self) -> None:
        w = self._words
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(label(w.t("Serials")), self.serials)
        form.addRow(label(w.t("Way")), self.channel)
        form.addRow(label(w.t("Person")), self.person)
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 8, 8, 0)
        for table in (self.list, self.ways):
            table.setMinimumHeight(_LEAST)
        lines.addWidget(self.list, 2)
        lines.addWidget(self.about)
        lines.addWidget(self.ways, 2)
        lines.addLayout(form)
        area = scrolling(inside)
        area.setProperty("plain", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        hand_out, take_back, void = self.acts.values()
        # what cannot be taken back stands apart
        column.addLayout(row(hand_out, take_back, None, void))

    def _batch_columns(self) -> Iterator[Column[BatchView]]:
        w = self._words
        yield Column("id", w.t("Batch"), lambda one: str(one.id), 70, value=lambda one: one.id)
        yield Column(
            "issued_on",
            w.t("Issued on"),
            lambda batch: w.day(batch.issued_on),
            width=110,
            kind=Kind.DAY,
            value=lambda batch: batch.issued_on,
        )
        yield _counted("count", w.t("Coupons"), w.number, lambda batch: batch.count)
        yield _counted("printed", w.t("Printed"), w.number, lambda batch: batch.printed)

    def _way_columns(self) -> Iterator[Column[Handed]]:
        w = self._words
        yield Column("channel", w.t("Way"), lambda way: way.channel, 130)
        yield Column("person", w.t("Person"), lambda way: way.person or "—", 110)
        yield _counted("out", w.t("Out"), w.number, lambda way: way.out)
        yield _counted("returned", w.t("Came back"), w.number, lambda way: way.returned)
        yield _counted("void", w.t("Void"), w.number, lambda way: way.voided)
        yield _counted("used", w.t("Used"), w.number, lambda way: way.redeemed)

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

    @Slot()
    def _look(self) -> None:
        batch = self.list.current()
        if batch is not None:
            self._vm.look_at_stock(batch.id)

    def _move(self, act: PaperAct) -> None:
        batch = self.list.current()
        typed = _SERIALS.fullmatch(self.serials.text())
        if batch is None or typed is None:
            why = self._words.t("Choose a batch and type its serials, like 1-500.")
            self.errors.show(self.serials, why)
            return
        self.errors.clear()
        # a single serial is a range of one
        first = int(typed[1])
        last = int(typed[2] or first)
        self._moved = (batch.id, first, last) if act is PaperAct.HANDED_OUT else None
        channel = self.channel.text()
        person = self.person.text()
        self._vm.move_stock(batch.id, act, first, last, channel, person)

    def _take_back_again(self, moved: tuple[int, int, int]) -> None:
        """What was handed out by mistake comes back the same way."""
        batch, first, last = moved
        channel = self.channel.text()
        person = self.person.text()
        self._vm.move_stock(batch, PaperAct.RETURNED, first, last, channel, person)

    def refuse(self, error: StoreError) -> bool:
        """Say at its field why nothing was moved; False where it is about none of them."""
        self._moved = None
        box: QLineEdit | None = None
        if error.code in _AT_SERIALS:
            box = self.serials
        elif error.code == "channel_missing":
            box = self.channel
        if box is not None:
            self.errors.show(box, told(error, self._words))
        return box is not None

    @Slot(object)
    def _show_batches(self, found: list[BatchView]) -> None:
        # coupons of members by name are no stock
        bearer = [batch for batch in found if batch.bearer]
        self.list.show(bearer)
        if not bearer:
            self.ways.show([])
            self.about.setText("")
        elif self.list.current() is None:
            self.list.select(lambda batch: batch.id == bearer[0].id)
        else:
            self._look()

    @Slot(object)
    def _show_card(self, card: StockCard) -> None:
        self.about.setText("  ·  ".join(self._parts(card)))
        self.ways.show(card.ways)
        moved, self._moved = self._moved, None
        if moved is not None:
            _, first, last = moved
            said = self._words.t(
                "Serials {first} to {last} are handed out.", first=first, last=last
            )
            say(self, said, undo=lambda: self._take_back_again(moved))

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
