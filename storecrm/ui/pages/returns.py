"""Goods that come back: scan the receipt, type how many of each, read what it does, press
return."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.services.till.basket import Article
from storecrm.services.till.coupon_check import LineIn
from storecrm.services.till.exchanges import Exchanged
from storecrm.services.till.receipts import BillView, ReceiptChoice
from storecrm.services.till.returns import Returned, ReturnLine
from storecrm.ui.kit.widgets import Banner, Saying, button, card, field, label, row
from storecrm.ui.viewmodels.returns import ReturnsViewModel
from storecrm.values import PIECE, Quantity, TenderKind, grouped
from storecrm.wording import labels
from storecrm.wording.errors import cure, sentence
from storecrm.wording.returns import return_effects

WAYS = (TenderKind.CASH, TenderKind.WECHAT, TenderKind.ALIPAY, TenderKind.CARD, TenderKind.OTHER)


class ReturnsPage(QWidget):
    """Left the receipt's lines, right what the return does."""

    def __init__(self, vm: ReturnsViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        self.number, self.banner = (
            field(w.t("Receipt number"), w.t("Scan the receipt, or type its number")),
            Banner(),
        )
        self.title, self.grid = label("", "h2"), QGridLayout()
        self.boxes: dict[int, QLineEdit] = {}
        self._left: dict[int, Quantity] = {}
        self.cash, self.effects = label("", "h1"), label("", wrap=True)
        self.instead = field(
            w.t("Goods taken instead"), w.t("Scan them, or type the article number")
        )
        self.taken_text, self.meaning = Saying(), label("", "small")
        self.way = QComboBox()
        self.way.setAccessibleName(w.t("How the money goes over the counter"))
        for kind in WAYS:
            self.way.addItem(w.t(labels.TENDERS[kind]), kind)
        self.taken: list[Article] = []
        self.everything = button(w.t("Everything"), self._all)
        self.go = button(w.t("Return goods"), self._return, kind="primary", icon="arrow-back-up")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(250)
        self._soon.timeout.connect(self._preview)
        self._build()
        self.number.returnPressed.connect(lambda: self.look(self.number.text()))
        vm.opened.connect(self._show)
        vm.previewed.connect(self._show_preview)
        vm.returned.connect(self._done)
        vm.refused.connect(self._refuse)
        self.instead.returnPressed.connect(lambda: self.take(self.instead.text()))
        vm.article.connect(self._add_taken)
        vm.weighed.connect(self._show_weighed)
        vm.exchanged.connect(self._exchanged)
        self._clear()

    def _build(self) -> None:
        w, whole = self._words, QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(row(label(w.t("Return goods"), "h1"), None))
        whole.addLayout(
            row(
                self.number,
                button(w.t("Look up"), lambda: self.look(self.number.text()), icon="search"),
            )
        )
        whole.addWidget(self.banner)
        lines, column = card()
        column.addWidget(self.title)
        inside = QWidget()
        held = QVBoxLayout(inside)
        held.addLayout(self.grid)
        held.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column.addWidget(scroll, 1)
        column.addLayout(row(self.everything, None))
        column.addWidget(label(w.t("Goods taken instead"), "small"))
        column.addLayout(row(self.instead, button(w.t("None"), self._nothing_instead)))
        column.addWidget(self.taken_text)
        effect, side = card()
        side.addWidget(self.meaning)
        side.addWidget(self.cash)
        side.addWidget(self.way)
        side.addWidget(self.effects)
        side.addStretch(1)
        side.addWidget(self.go)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(lines, 3)
        both.addWidget(effect, 2)
        whole.addLayout(both, 1)
        self.grid.setColumnStretch(1, 1)
        self.grid.setHorizontalSpacing(16)

    topics = frozenset[Topic]()
    """A return is one person's work on one receipt: nothing is drawn anew under it."""

    def open(self) -> None:
        """Nothing is loaded before a receipt is named."""
        self.number.setFocus()

    def look(self, receipt: str) -> None:
        """Open this receipt."""
        if receipt.strip():
            self.number.setText(receipt.strip())
            self._vm.open(receipt)

    def _clear(self) -> None:
        while item := self.grid.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self.boxes, self._left = {}, {}
        self._nothing_instead()
        self.title.setText(self._words.t("Scan the receipt of the goods."))
        self.cash.setText("—")
        self.effects.setText("")
        self.way.setVisible(False)
        for widget in (self.go, self.everything):
            widget.setEnabled(False)

    @Slot(object)
    def _show(self, answer: tuple[BillView, Returned]) -> None:
        self._clear()
        w, (bill, left) = self._words, answer
        self.banner.say("")
        who = f" · {bill.member.title}" if bill.member else ""
        self.title.setText(
            f"{grouped(bill.receipt_no)} · {w.day(bill.business_date)} · {w.money(bill.net or 0)}{who}"
        )
        sold = {line.line_no: line for line in bill.lines}
        for place, text in enumerate(
            ("#", w.t("Article"), w.t("Sold"), w.t("Can come back"), w.t("Comes back"))
        ):
            self.grid.addWidget(label(text, "small"), 0, place)
        for place, line in enumerate(left.lines, 1):
            box = field(w.t("Line {number} comes back", number=line.line_no), "0")
            box.setMaximumWidth(90)
            box.textChanged.connect(lambda _: self._soon.start())
            texts = (
                str(line.line_no),
                line.name or line.sku or w.t("Goods"),
                _pieces(sold[line.line_no].quantity),
                _pieces(line.quantity),
            )
            for column, text in enumerate(texts):
                self.grid.addWidget(label(text), place, column)
            self.grid.addWidget(box, place, 4)
            self.boxes[line.line_no], self._left[line.line_no] = box, line.quantity
        self.everything.setEnabled(True)
        self.way.setVisible(left.way is not None)
        self.way.setCurrentIndex(max(0, self.way.findData(left.way)))
        if self.boxes:
            next(iter(self.boxes.values())).setFocus()

    def asked(self) -> list[ReturnLine]:
        """The quantities typed; what is no number counts as too many, so that the service says
        so."""
        found = []
        for line, box in self.boxes.items():
            text = box.text().strip()
            if text and text != "0":
                good = re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text)
                found.append(ReturnLine(line, Quantity(int(Decimal(text) * 1000) if good else -1)))
        return found

    def _all(self) -> None:
        for line, box in self.boxes.items():
            box.setText(_pieces(self._left[line]))

    def _preview(self) -> None:
        lines = self.asked()
        self.go.setEnabled(False)
        if lines and self.taken:
            self._vm.preview_exchange(lines, self._instead())
        elif lines:
            self._vm.preview(lines)
        else:
            self.cash.setText("—")
            self.effects.setText("")

    @Slot(object)
    def _show_preview(self, found: Returned) -> None:
        self.banner.say("")
        self.cash.setText(self._words.money(found.cash))
        self.effects.setText("\n".join(return_effects(found, self._words)))
        self.go.setEnabled(bool(self.boxes))

    def _return(self) -> None:
        self.go.setEnabled(False)
        if self.taken:
            self._vm.exchange(self.asked(), self._instead(), self.way.currentData())
        else:
            self._vm.take_back(self.asked(), self.way.currentData())

    # --- goods taken instead ---

    def take(self, code: str) -> None:
        """An article that goes with the customer instead."""
        if code.strip() and self.boxes:
            self.instead.clear()
            self._vm.find_article(code)

    def _instead(self) -> list[LineIn]:
        return [LineIn(found.sku, found.quantity or PIECE) for found in self.taken]

    @Slot(object)
    def _add_taken(self, found: Article) -> None:
        self.taken.append(found)
        self.taken_text.setText(self._words.listed(one.name or one.sku for one in self.taken))
        self.go.setText(self._words.t("Exchange goods"))
        self.way.setVisible(True)
        self._preview()

    def _nothing_instead(self) -> None:
        self.taken = []
        self.taken_text.setText("")
        self.go.setText(self._words.t("Return goods"))
        self.meaning.setText(self._words.t("The customer gets"))
        if self.boxes:
            self._preview()

    @Slot(object)
    def _show_weighed(self, found: Exchanged) -> None:
        w = self._words
        self.banner.say("")
        self.meaning.setText(
            w.t("The customer pays") if found.difference > 0 else w.t("The customer gets")
        )
        self.cash.setText(w.money(abs(found.difference)))
        effects = [w.t("For the goods that come back: {cash}.", cash=w.money(found.back.cash))]
        effects.append(w.t("For the others: {cash}.", cash=w.money(found.sale.net or 0)))
        self.effects.setText("\n".join(effects + return_effects(found.back, w)))
        self.go.setEnabled(bool(self.boxes))

    @Slot(object)
    def _exchanged(self, done: Exchanged) -> None:
        w = self._words
        self._clear()
        self.number.clear()
        amount = w.money(abs(done.difference))
        said = (
            w.t("Exchanged: take {amount}.", amount=amount)
            if done.difference > 0
            else w.t("Exchanged: give {amount} back.", amount=amount)
        )
        receipt = w.t("Receipt")
        self.banner.say(f"{said} {receipt} {grouped(done.sale.receipt_no)}")
        self.number.setFocus()

    @Slot(object)
    def _done(self, done: Returned) -> None:
        self._clear()
        self.number.clear()
        cash = self._words.money(done.cash)
        self.banner.say(
            self._words.t(
                "Returned: give the customer {cash}. Receipt {receipt}.",
                cash=cash,
                receipt=grouped(done.receipt_no),
            )
        )
        self.number.setFocus()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.go.setEnabled(False)
        if candidates := error.facts.get("candidates"):
            self._ask_which(candidates)
        self.banner.say(
            f"{sentence(error, self._words)} {cure(error, self._words)}".strip(), bad=True
        )

    def _ask_which(self, candidates: Sequence[ReceiptChoice]) -> None:
        """A number that begins anew every day: the days to choose from."""
        self._clear()
        self.title.setText(self._words.t("Which of them?"))
        w = self._words
        for place, one in enumerate(candidates):
            text = "  ·  ".join(
                (w.day(one.business_date), one.store, "—" if one.net is None else w.money(one.net))
            )
            choice = button(text, partial(self.look, one.receipt))
            self.grid.addWidget(choice, place, 0, 1, 5)
            if place == 0:
                choice.setFocus()


def _pieces(quantity: int) -> str:
    return f"{quantity / 1000:g}"
