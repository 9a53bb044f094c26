"""What every part of the till that works on the open bill is made of."""

from PySide6.QtCore import QObject

from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.screen import TillScreen


class BillPart(QObject):
    """Works on the bill of the desk and shows its answers on the till's screen."""

    def __init__(self, desk: Desk, screen: TillScreen, bill: Bill, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._screen = screen
        self._bill = bill
