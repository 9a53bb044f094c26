"""The goods on the bill, beside the till's panel."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout

from storecrm.i18n import Catalogue
from storecrm.services.till.receipts import BillView, LineView
from storecrm.ui.kit.tables.columns import Column, Kind
from storecrm.ui.kit.tables.model import TableModel
from storecrm.ui.kit.tables.view import TableView
from storecrm.ui.kit.widgets import label, row
from storecrm.values import PIECE


class BasketList(QFrame):
    """The lines as they were scanned. A click chooses the line that quantities are for; the scan
    box keeps the keys."""

    chosen = Signal(int)

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._words = w = words
        self.rows: TableModel[LineView] = TableModel(self._columns(), w, by_store=True)
        self.list = TableView(self.rows, w, self)
        self.list.setAccessibleName(w.t("Goods on this bill"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for place, column in enumerate(self.rows.columns[1:], 1):
            self.list.titles.resizeSection(place, column.width)
        self.list.clicked.connect(self._choose)
        self.count = label("", "small")
        self.total = label("", "h1")
        self.hint = label("", "small", wrap=True)
        self.hint.setText(w.t("3* makes the chosen line three, - takes it out, 3*code puts three."))
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 4, 2, 4)
        column.setSpacing(4)
        column.addWidget(self.list, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addLayout(row(self.count, None, self.total))
        foot.addWidget(self.hint)
        column.addLayout(foot)

    def _columns(self) -> tuple[Column[LineView], ...]:
        w = self._words
        # the order is that of the hands: nothing sorts it
        return (
            Column("article", w.t("Article"), self._name, 60, sorts=False),
            Column("quantity", w.t("Qty"), _quantity, width=50, kind=Kind.NUMBER, sorts=False),
            Column("paid", w.t("Paid"), self._paid, width=90, kind=Kind.MONEY, sorts=False),
        )

    def _name(self, line: LineView) -> str:
        return line.name or line.sku or self._words.t("Goods without a code")

    def _paid(self, line: LineView) -> str:
        return self._words.money(line.amount - line.share)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows.rows[index.row()].line_no)

    def tighten(self, low: bool) -> None:
        """Where there is little height the goods come before the hint, which stands on the F1 sheet
        too."""
        self.hint.setVisible(not low)

    def show_bill(self, bill: BillView) -> None:
        """The lines as they are now; the newest is in sight."""
        w = self._words
        self.rows.show(bill.lines)
        self.list.scrollToBottom()
        # what is weighed counts as one piece
        pieces = sum(
            line.quantity // PIECE if line.quantity % PIECE == 0 else 1 for line in bill.lines
        )
        self.count.setText(w.n("1 piece", "{count} pieces", pieces))
        self.total.setText(w.money(bill.net or 0))


def _quantity(line: LineView) -> str:
    return f"{line.quantity / PIECE:g}"
