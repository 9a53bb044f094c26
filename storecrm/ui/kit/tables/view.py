"""The rows: hover, one frame around the current row, the first column of words takes the room that
is left."""

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.tables.cells import CellPainter
from storecrm.ui.kit.tables.columns import Kind
from storecrm.ui.kit.tables.fitting import fitted
from storecrm.ui.kit.tables.header import TableHeader
from storecrm.ui.kit.tables.model import TableModel

ROW = 36
"""The height of a row: a finger finds it."""
_LEAST_WORDS = 72
"""A column of words is never narrower."""
_FRAME = 2
_EDITING = (Qt.Key.Key_F2, Qt.Key.Key_Space)
_MOVE_ALONE = QItemSelectionModel.SelectionFlag.NoUpdate


class TableView(QTableView):
    """A list in the house's look: whole rows, no grid."""

    clicked_again = Signal(int)  # the row that was the current one before
    resized = Signal()
    cell_closed = Signal()  # nobody writes in a cell any more
    left_up = Signal()  # the cursor goes up from the first row

    def __init__(self, model: TableModel[Any], words: Catalogue, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self._pressed_on = -1
        self._is_taking = False
        self._wanted: dict[int, int] = {}
        self.is_fitting = False
        self.setModel(model)
        self.setProperty("kit", "table")
        self.painter_of_cells = CellPainter(model, self)
        self.setItemDelegate(self.painter_of_cells)
        self.titles = TableHeader(model.columns, words, self)
        self.setHorizontalHeader(self.titles)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        lines = self.verticalHeader()
        lines.hide()
        # of one height: none of 200,000 rows is ever measured
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(ROW)
        self.titles.sectionResized.connect(self._on_resized)
        self.clicked.connect(self._on_clicked)

    # --- widths ---

    @Slot(int, int, int)
    def _on_resized(self, section: int, _before: int, width: int) -> None:
        # none: it is on its way to be hidden, and must not get a width again
        if not width:
            return
        # what the table gave it is not what somebody wants
        if not self.is_fitting:
            self._wanted[section] = width
        self.stretch()

    def want(self, widths: dict[int, int]) -> None:
        """By section the widths that a person gave; the others are as wide as declared."""
        self._wanted = widths

    @Slot()
    def stretch(self) -> None:
        """The first shown column of words takes what the others leave; where room is short columns
        of words give way before anything scrolls sideways."""
        shown = self._shown()
        if not shown or self.is_fitting:
            return
        elastic = self._elastic()
        wanted = [self._wants(section, elastic) for section in shown]
        least = [self._least(section, width) for section, width in zip(shown, wanted, strict=True)]
        widths = fitted(wanted, least, shown.index(elastic), self.viewport().width())
        # its own news must not call it again
        self.is_fitting = True
        for section, width in zip(shown, widths, strict=True):
            if width != self.titles.sectionSize(section):
                self.titles.resizeSection(section, width)
        self.is_fitting = False

    def _wants(self, section: int, elastic: int) -> int:
        """Its width when there is room; no title is cut."""
        declared = self._rows.columns[section].width
        # the column that takes what is left has no width of its own
        own = declared if section == elastic else self._wanted.get(section, declared)
        return max(own, self.titles.title_width(section))

    def _least(self, section: int, wanted: int) -> int:
        """A figure that is cut is read wrong; words are cut with "…" and stand in the tool tip."""
        if self._rows.columns[section].kind is not Kind.TEXT:
            return wanted
        return min(wanted, max(_LEAST_WORDS, self.titles.title_width(section)))

    def _shown(self) -> list[int]:
        """The sections that are shown, from left to right."""
        seen = [self.titles.logicalIndex(place) for place in range(self.titles.count())]
        return [section for section in seen if not self.titles.isSectionHidden(section)]

    def _elastic(self) -> int:
        """The column that stretches, -1 while none is shown."""
        shown = self._shown()
        columns = self._rows.columns
        meant = [at for at in shown if columns[at].stretch]
        worded = [at for at in shown if columns[at].kind is Kind.TEXT]
        return next(iter([*meant, *worded, *shown]), -1)

    def is_elastic(self, section: int) -> bool:
        return section == self._elastic()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
        self.stretch()

    # --- hands ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_on = self.currentIndex().row()
        super().mousePressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        # a choice opens at the first click, as it does anywhere else
        if self._rows.columns[index.column()].choices is not None:
            self.edit(index)
        # another row has said so already, by becoming the current one
        if self.currentIndex().row() == self._pressed_on:
            self.clicked_again.emit(self._pressed_on)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.painter_of_cells.hovered:
            self.painter_of_cells.hovered = row
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at_top = self.currentIndex().row() <= 0
        if event.key() == Qt.Key.Key_Up and at_top and self.titles.filters_shown:
            self.left_up.emit()
            return
        # the row under the cursor is chosen before the next one
        if event.key() == Qt.Key.Key_Down and not self.selectionModel().hasSelection():
            self.selectRow(max(0, self.currentIndex().row()))
            return
        if event.key() in _EDITING and self._edit_row():
            return
        super().keyPressEvent(event)

    def _edit_row(self) -> bool:
        """Change what can be changed in the current row, whatever column the cursor is in; False
        where nothing can."""
        row = self.currentIndex().row()
        if row < 0 or self.state() == QAbstractItemView.State.EditingState:
            return False
        record = self._rows.rows[row]
        for section, column in enumerate(self._rows.columns):
            if column.edits(record) and not self.titles.isSectionHidden(section):
                index = self._rows.index(row, section)
                self.selectionModel().setCurrentIndex(index, _MOVE_ALONE)
                self.edit(index)
                return True
        return False

    @property
    def is_written_in(self) -> bool:
        """Whether somebody is at work in a cell; not while what was typed is being taken."""
        return self.state() == QAbstractItemView.State.EditingState and not self._is_taking

    def take_typed(self) -> None:
        """What is typed into a cell counts before anything else happens to its row."""
        editor = self.indexWidget(self.currentIndex()) if self.is_written_in else None
        if editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def commitData(self, editor: QWidget) -> None:
        self._is_taking = True
        super().commitData(editor)
        self._is_taking = False

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.cell_closed.emit()

    # --- looks ---

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self._paint_ground(painter)
        if self.hasFocus():
            self._paint_frame(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        """Rows reach to the edge, behind the last column too."""
        left, wide = self.titles.length(), self.viewport().width()
        if left >= wide or not self._rows.rows:
            return
        chosen = self.selectionModel()
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        for row in range(first, (last if last >= 0 else len(self._rows.rows) - 1) + 1):
            top = self.rowViewportPosition(row)
            is_chosen = chosen.isRowSelected(row)
            ground = self.painter_of_cells.ground(row, is_chosen)
            painter.fillRect(left, top, wide - left, ROW, ground)

    def _paint_frame(self, painter: QPainter) -> None:
        """One frame around the whole current row, where keys act."""
        row = self.currentIndex().row()
        if row < 0:
            return
        pen = QPen(theme.colour("accent"), _FRAME)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        wide = self.viewport().width()
        frame = QRect(1, self.rowViewportPosition(row) + 1, wide - _FRAME, ROW - _FRAME)
        painter.drawRect(frame)
