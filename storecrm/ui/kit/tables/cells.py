"""How a cell is painted: one padding, the ground of its row, words cut with "…" where they end."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from storecrm.ui.kit import theme
from storecrm.ui.kit.tables.model import TableModel

PADDING = 10
"""Pixels left and right of the words, in cells, titles and totals alike."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class CellPainter(QStyledItemDelegate):
    """Paints straight from the records: a page of cells would else ask Qt's roles thousands of
    times."""

    def __init__(self, model: TableModel[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.hovered = -1
        self._dark: bool | None = None
        self._inks: dict[str, QColor] = {}

    def ink(self, role: str) -> QColor:
        """A token's colour; looked up once a theme."""
        dark = theme.is_dark_now()
        if dark is not self._dark:
            self._dark = dark
            self._inks.clear()
        if role not in self._inks:
            self._inks[role] = theme.colour(role)
        return self._inks[role]

    def ground(self, row: int, selected: bool) -> QColor:
        """What the row stands on."""
        if selected:
            return self.ink("accent_soft")
        if row == self.hovered:
            return self.ink("surface2")
        return self.ink("sunken" if row % 2 else "surface")

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row, column = index.row(), self._model.columns[index.column()]
        record = self._model.rows[row]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect
        painter.fillRect(rect, self.ground(row, selected))
        tint = column.tint(record) if column.tint is not None else ""
        painter.setPen(self.ink(tint or "text"))
        inside = rect.adjusted(PADDING, 0, -PADDING, 0)
        metrics = painter.fontMetrics()
        text = column.text(record).replace("\n", " ")
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        side = Qt.AlignmentFlag.AlignRight if column.kind.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, int(side | _MIDDLE), shown)
