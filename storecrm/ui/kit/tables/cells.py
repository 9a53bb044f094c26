"""How a cell is painted: one padding, the ground of its row, words cut with "…" where they end."""

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from storecrm.ui.kit import theme
from storecrm.ui.kit.tables.model import TableModel

PADDING = 10
"""Pixels left and right of the words, in cells, titles and totals alike."""
_ARROW = 14
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
        if column.choices is not None and column.edits(record):
            inside.setRight(self._paint_arrow(painter, inside))
        metrics = painter.fontMetrics()
        text = column.text(record).replace("\n", " ")
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        side = Qt.AlignmentFlag.AlignRight if column.kind.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, int(side | _MIDDLE), shown)

    def _paint_arrow(self, painter: QPainter, inside: QRect) -> int:
        """The sign of a choice, at the right; where the words end then."""
        left = inside.right() - _ARROW
        top = inside.center().y() - _ARROW // 2
        painter.drawPixmap(left, top, theme.pixmap("chevron-down", "text2", _ARROW))
        return left - 4

    # --- choosing in a cell ---

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        column, record = self._model.columns[index.column()], self._model.rows[index.row()]
        if column.choices is None:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.setAccessibleName(column.title)
        for answer, words in column.choices(record).items():
            box.addItem(words, answer)
        box.setCurrentIndex(box.findText(column.text(record)))
        box.activated.connect(self._choose)
        # it is laid out first, the list opens under it
        QTimer.singleShot(0, box, box.showPopup)
        return box

    @Slot()
    def _choose(self) -> None:
        """One press takes an answer: nothing is left open."""
        box = self.sender()
        if isinstance(box, QWidget):
            # it loses the focus when it goes, which would take the answer once more
            box.removeEventFilter(self)
            box.blockSignals(True)
            self.commitData.emit(box)
            self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        # a choice shows what stands there since it was made
        if not isinstance(editor, QComboBox):
            super().setEditorData(editor, index)

    def setModelData(
        self,
        editor: QWidget,
        model: QAbstractItemModel,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        if not isinstance(editor, QComboBox):
            super().setModelData(editor, model, index)
        elif editor.currentText() != index.data():
            model.setData(index, editor.currentData())
