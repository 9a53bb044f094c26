"""What stands right of the till's panel: the day, the goods on the bill, or a keypad."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.till.receipts import BillView
from storecrm.ui.pages.till.side import DayBoard, Keypad

if TYPE_CHECKING:
    from storecrm.ui.pages.till.basket_list import BasketList

SIDE, SIDE_WIDE, SIDE_NARROW = 264, 340, 240
"""How wide it is in pixels: with counts, with goods where there is room, where there is little."""
_ROOMY = 1100


class SideColumn(QStackedWidget):
    """One of three parts at a time: fingers first, then goods, then the day."""

    line_chosen = Signal(int)  # the number of a line of the bill

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self.day = DayBoard(words)
        self.keypad = Keypad(words)
        for part in (self.day, self.keypad):
            self.addWidget(part)
        self.setFixedWidth(SIDE)

    @cached_property
    def basket(self) -> "BasketList":
        """The goods on the bill; made with the first of them, for tables take long to load."""
        from storecrm.ui.pages.till.basket_list import BasketList

        made = BasketList(self._words)
        made.chosen.connect(self.line_chosen)
        self.addWidget(made)
        return made

    @property
    def is_needed(self) -> bool:
        """Goods and fingers are; counts are there where there is room."""
        return self.currentWidget() is not self.day

    def show_bill(self, bill: BillView | None) -> None:
        """The goods of the bill, the day without any; a keypad in use stays."""
        if bill is not None:
            self.basket.show_bill(bill)
        if self.keypad.box is None:
            self.setCurrentWidget(self.day if bill is None else self.basket)

    def type_into(self, box: QLineEdit) -> None:
        """A finger touched the box: the keypad types there."""
        self.keypad.type_into(box)
        self.setCurrentWidget(self.keypad)
        self.show()

    def put_pad_away(self, *, goods: bool) -> None:
        """Back to the goods, or to the day."""
        self.keypad.box = None
        self.setCurrentWidget(self.basket if goods else self.day)

    def fit(self, page: QWidget, *, narrow: bool, low: bool) -> None:
        """As much of it as the page has room for."""
        roomy = self.is_needed and page.width() >= _ROOMY
        usual = SIDE_WIDE if roomy else SIDE
        self.setFixedWidth(SIDE_NARROW if narrow else usual)
        self.setVisible(self.is_needed or not narrow)
        self.keypad.tighten(low)
        if "basket" in self.__dict__:
            self.basket.tighten(low)
