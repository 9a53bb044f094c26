"""Titles, arrows and the filter row.

A click sorts by a column, once more the other way, once more not at all; with Shift the columns
that sort already keep their place. The boxes of the filter row lie in the header under their
titles and move with the columns.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.tables.cells import PADDING
from storecrm.ui.kit.tables.columns import Column
from storecrm.ui.kit.tables.query import Query

TITLE = 36
"""The height of the titles."""
FILTERS = 38
"""The height of the filter row under them."""
ARROW = 14
_REST_MS = 200
"""Who types has stopped for so long before the rows are filtered."""


class TableHeader(QHeaderView):
    """The titles of a table's columns."""

    sort_wanted = Signal(str, bool)  # the column's key, and whether the others keep their place
    filtered = Signal(object)  # what is typed, by key
    left = Signal(bool)  # the cursor goes back to the rows; True: to the first that fits

    def __init__(self, columns: Sequence[Column[Any]], words: Catalogue, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.columns = list(columns)
        self._words = words
        self._query = Query()
        self._with_shift = False
        self.boxes: dict[str, QLineEdit] = {}
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_REST_MS)
        self._typing.timeout.connect(self._say_filters)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(48)
        self.setMouseTracking(True)
        self.sectionClicked.connect(self._on_clicked)
        for changed in (self.sectionResized, self.sectionMoved):
            changed.connect(self.lay_boxes)

    def title_width(self, section: int) -> int:
        """What the title needs, with the arrow that may stand beside it."""
        metrics = QFontMetrics(title_face(self.font()))
        return metrics.horizontalAdvance(self.columns[section].title) + 2 * PADDING + ARROW

    # --- order ---

    def mark(self, query: Query) -> None:
        """Show the arrows of `query`."""
        self._query = query
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)

    @Slot(int)
    def _on_clicked(self, section: int) -> None:
        column = self.columns[section]
        if column.sorts:
            self.sort_wanted.emit(column.key, self._with_shift)

    # --- filters ---

    @property
    def filters_shown(self) -> bool:
        return bool(self.boxes) and not self._first_box().isHidden()

    def open_filters(self, key: str = "") -> None:
        """Show the row, the cursor in the box of `key`, else in the first one."""
        if not self.boxes:
            self._make_boxes()
        # nothing of this list can be asked for so
        if not self.boxes:
            return
        for box in self.boxes.values():
            box.show()
        self._make_room()
        box = self.boxes.get(key) or self._first_box()
        box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        box.selectAll()

    def close_filters(self) -> None:
        """Every row is shown again, the cursor is among them."""
        for box in self.boxes.values():
            box.clear()
            box.hide()
        self._make_room()
        self._say_filters()
        self.left.emit(False)

    def set_filters(self, filters: Mapping[str, str]) -> None:
        """What is asked for already, when the page itself asked."""
        for key, box in self.boxes.items():
            wanted = filters.get(key, "")
            # a box is not written into under the hands of whoever types, nor loses its blanks
            if not box.hasFocus() and box.text().strip() != wanted:
                box.setText(wanted)

    def _make_boxes(self) -> None:
        for column in self.columns:
            if not column.filters:
                continue
            box = QLineEdit(self)
            box.setProperty("kind", "filter")
            box.setAccessibleName(self._words.t("Filter: {column}", column=column.title))
            box.setPlaceholderText(self._words.t("Filter"))
            box.setClearButtonEnabled(True)
            box.textEdited.connect(self._on_edited)
            box.textChanged.connect(self._on_text)
            box.installEventFilter(self)
            self.boxes[column.key] = box

    def _first_box(self) -> QLineEdit:
        """The box that stands first, wherever its column was moved to."""
        for place in range(self.count()):
            section = self.logicalIndex(place)
            box = self.boxes.get(self.columns[section].key)
            if box is not None and not self.isSectionHidden(section):
                return box
        return next(iter(self.boxes.values()))

    @Slot()
    def _on_edited(self) -> None:
        self._typing.start()

    @Slot(str)
    def _on_text(self, text: str) -> None:
        # the clear button empties a box without a key
        if not text:
            self._typing.start()

    @Slot()
    def _say_filters(self) -> None:
        self._typing.stop()
        self.filtered.emit({key: box.text() for key, box in self.boxes.items()})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_filters()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                self._say_filters()
                self.left.emit(True)
                return True
        return super().eventFilter(watched, event)

    def _make_room(self) -> None:
        """The rows begin under the filter row."""
        self.lay_boxes()
        self.updateGeometry()
        self.geometriesChanged.emit()

    @Slot()
    def lay_boxes(self) -> None:
        """Each box under its title."""
        before: QWidget | None = None
        for place in range(self.count() if self.boxes else 0):
            section = self.logicalIndex(place)
            box = self.boxes.get(self.columns[section].key)
            if box is None:
                continue
            left = self.sectionViewportPosition(section)
            width = self.sectionSize(section)
            # of no width, so that Tab finds it no more than the eye does
            box.setEnabled(not self.isSectionHidden(section))
            box.setGeometry(left + 3, TITLE, max(0, width - 6), FILTERS - 5)
            if before is not None:
                QWidget.setTabOrder(before, box)
            before = box

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_boxes()

    # --- looks ---

    def sizeHint(self) -> QSize:
        height = TITLE + (FILTERS if self.filters_shown else 0)
        return QSize(super().sizeHint().width(), height)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        column = self.columns[section]
        inside = QRect(rect.left() + PADDING, rect.top(), rect.width() - 2 * PADDING, TITLE - 2)
        self._paint_title(painter, inside, column)
        # a thin edge that is taken to change the width
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.right(), rect.top() + 10, rect.right(), rect.top() + TITLE - 12)
        painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, theme.colour("line"))
        painter.restore()

    def _paint_title(self, painter: QPainter, inside: QRect, column: Column[Any]) -> None:
        painter.setFont(title_face(self.font()))
        steps = [key for key, _ in self._query.order]
        room = inside.width()
        if column.key in steps:
            number = str(steps.index(column.key) + 1) if len(steps) > 1 else ""
            room -= ARROW + painter.fontMetrics().horizontalAdvance(number)
            self._paint_arrow(painter, inside, column, number)
        words = painter.fontMetrics().elidedText(
            column.title, Qt.TextElideMode.ElideRight, max(0, room)
        )
        painter.setPen(theme.colour("text2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        if column.kind.right:
            ends = QRect(inside.right() - room + 1, inside.top(), room, inside.height())
            painter.drawText(ends, int(Qt.AlignmentFlag.AlignRight | middle), words)
        else:
            painter.drawText(inside, int(Qt.AlignmentFlag.AlignLeft | middle), words)

    def _paint_arrow(
        self, painter: QPainter, inside: QRect, column: Column[Any], number: str
    ) -> None:
        """▲ or ▼ behind the title, before that of an amount; with several columns its number."""
        descending = dict(self._query.order)[column.key]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_text"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = painter.fontMetrics().horizontalAdvance(column.title)
        wide = ARROW + painter.fontMetrics().horizontalAdvance(number)
        left = min(inside.left() + width + 5, inside.right() - wide + 5)
        if column.kind.right:
            left = max(inside.left(), inside.right() - width - wide)
        middle = inside.center().y() + 1
        tip, base = (middle + 3, middle - 2) if descending else (middle - 3, middle + 2)
        corners = [QPoint(left, base), QPoint(left + 8, base), QPoint(left + 4, tip)]
        painter.drawPolygon(corners)
        painter.setPen(theme.colour("accent_text"))
        painter.drawText(left + 9, inside.center().y() + 5, number)


def title_face(face: QFont) -> QFont:
    """The type of titles and totals."""
    made = QFont(face)
    made.setPixelSize(13)
    made.setBold(True)
    return made
