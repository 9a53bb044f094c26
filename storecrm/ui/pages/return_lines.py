"""The lines of a receipt: what was sold, what can still come back, and how many of each do."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.till.receipt_numbers import ReceiptChoice
from storecrm.services.till.receipts import BillView
from storecrm.services.till.returned_goods import Returned, ReturnLine
from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.widgets import button, field, label
from storecrm.values import Quantity

_NAME, _COUNTS = 1, (2, 3)
"""The columns of the article's name and of the pieces."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_NO_NUMBER = Quantity(-1)
"""What is no number counts as too many, so that the service says so."""


class ReturnLines(QWidget):
    """A box for each line of the receipt; or the receipts to choose from."""

    typed = Signal()
    chosen = Signal(str)  # a receipt among several of one number

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self.boxes: dict[int, QLineEdit] = {}
        self._left: dict[int, Quantity] = {}
        self.grid = QGridLayout()
        # names of articles take the room that is left
        self.grid.setColumnStretch(_NAME, 1)
        self.grid.setHorizontalSpacing(16)
        column = QVBoxLayout(self)
        column.addLayout(self.grid)
        column.addStretch(1)

    def clear(self) -> None:
        """No receipt is open."""
        while item := self.grid.takeAt(0):
            widget = item.widget()
            if widget is not None:
                # deleted later only: until then it would count as a line
                widget.setParent(None)
                widget.deleteLater()
        self.boxes = {}
        self._left = {}

    def show_bill(self, bill: BillView, left: Returned) -> None:
        """The lines of a bill that can come back, the first of them to be typed in."""
        w = self._words
        sold = {line.line_no: line for line in bill.lines}
        titles = (w.t("Article"), w.t("Sold"), w.t("Can come back"), w.t("Comes back"))
        self._show_texts(0, ("#", *titles), "small")
        for place, line in enumerate(left.lines, 1):
            name = line.name or line.sku or w.t("Goods")
            pieces = (_pieces(sold[line.line_no].quantity), _pieces(line.quantity))
            self._show_texts(place, (str(line.line_no), name, *pieces))
            box = self._box(line.line_no)
            self.grid.addWidget(box, place, 4)
            self.boxes[line.line_no] = box
            self._left[line.line_no] = line.quantity

    def begin(self) -> None:
        """The cursor into the first line: typing can begin at once."""
        for first in list(self.boxes.values())[:1]:
            first.setFocus()

    def _show_texts(self, place: int, texts: Sequence[str], kind: str = "") -> None:
        for column, text in enumerate(texts):
            # the name gives way: how many were sold and come back must be read whole
            if column == _NAME:
                self.grid.addWidget(ElideLabel(text, kind), place, column)
                continue
            number = label(text, kind, wrap=place == 0)
            number.setAlignment(_RIGHT if column in _COUNTS else _LEFT)
            self.grid.addWidget(number, place, column)

    def _box(self, line_no: int) -> QLineEdit:
        name = self._words.t("Line {number} comes back", number=line_no)
        box = field(name, "0")
        box.setMaximumWidth(90)
        box.textChanged.connect(lambda _: self.typed.emit())
        return box

    def ask_which(self, candidates: Sequence[ReceiptChoice]) -> None:
        """A number that begins anew every day: the days to choose from."""
        # the newest stands first and has the focus: mostly it is that one
        for place, one in enumerate(candidates):
            choice = button(self._said(one), partial(self.chosen.emit, one.receipt))
            self.grid.addWidget(choice, place, 0, 1, 5)
            if place == 0:
                choice.setFocus()

    def _said(self, one: ReceiptChoice) -> str:
        w = self._words
        amount = "—" if one.net is None else w.money(one.net)
        return "  ·  ".join((w.day(one.business_date), one.store, amount))

    def asked(self) -> list[ReturnLine]:
        """The quantities typed."""
        found = []
        for line_no, box in self.boxes.items():
            text = box.text().strip()
            if text and text != "0":
                found.append(ReturnLine(line_no, _quantity(text)))
        return found

    def take_all(self) -> None:
        """All that can still come back does."""
        for line_no, box in self.boxes.items():
            box.setText(_pieces(self._left[line_no]))


def _quantity(text: str) -> Quantity:
    """Pieces or a weight as thousandths."""
    if not _NUMBER.fullmatch(text):
        return _NO_NUMBER
    thousandths = Decimal(text) * 1000
    return Quantity(int(thousandths))


def _pieces(quantity: int) -> str:
    return f"{quantity / 1000:g}"
