"""One table model for every list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from storecrm.ui.kit import theme

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: its title, how one record is read, the width, numbers to the right; `tint` gives
    the role of the text's colour, `edit` what happens when somebody types another text into a
    cell."""

    title: str
    text: Callable[[T], str]
    width: int = 120
    right: bool = False
    tint: Callable[[T], str] | None = None
    edit: Callable[[T, str], None] | None = None


class RowsModel(QAbstractTableModel, Generic[T]):
    """Shows a list of records; a longer list comes in stretches while somebody scrolls."""

    wanted = Signal(int)

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        super().__init__()
        self._columns = list(columns)
        self._rows = list[T]()
        self._total = 0

    def show(self, rows: Iterable[T], total: int | None = None) -> None:
        """Show `rows`; `total` when more can be fetched."""
        self.beginResetModel()
        self._rows = list(rows)
        self._total = total or len(self._rows)
        self.endResetModel()

    def add(self, rows: Sequence[T], total: int | None = None) -> None:
        """The next stretch; `total` when it is only now known how many there are."""
        self._total = self._total if total is None else total
        # an empty stretch would be an insertion of nothing, which Qt does not allow
        if not rows:
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
        self._rows += rows
        self.endInsertRows()

    def touch(self, row: int) -> None:
        """A record reads differently now."""
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))

    def replace(self, row: int, record: T) -> None:
        """Another state of the same record."""
        self._rows[row] = record
        self.touch(row)

    def record(self, row: int) -> T:
        return self._rows[row]

    def canFetchMore(self, _parent: Index) -> bool:
        return len(self._rows) < self._total

    def fetchMore(self, _parent: Index) -> None:
        self.wanted.emit(len(self._rows))

    def rowCount(self, _parent: Index = QModelIndex()) -> int:
        return len(self._rows)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:
        return len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.EditRole,
        ):
            return column.text(self._rows[index.row()])
        if role == Qt.ItemDataRole.ForegroundRole and column.tint is not None:
            return theme.ink(column.tint(self._rows[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole and column.right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = super().flags(index)
        return (
            base | Qt.ItemFlag.ItemIsEditable
            if index.isValid() and self._columns[index.column()].edit is not None
            else base
        )

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        edit = self._columns[index.column()].edit
        if edit is None or role != Qt.ItemDataRole.EditRole:
            return False
        record = self._rows[index.row()]
        # leaving a cell unchanged is no edit
        if str(value) != self._columns[index.column()].text(record):
            edit(record, str(value))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if self._columns[section].right
                    else Qt.AlignmentFlag.AlignLeft
                )
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def table(
    model: RowsModel[Any], columns: Sequence[Column[Any]], name: str, parent: QWidget | None = None
) -> QTableView:
    """A list in the house's look: rows of 36 px, whole rows selected, no grid."""
    view = QTableView(parent)
    view.setModel(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(36)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    for place, column in enumerate(columns):
        view.setColumnWidth(place, column.width)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    # no empty ground beside the last column
    header.setStretchLastSection(True)
    return view


def show_again(
    view: QTableView, model: RowsModel[T], rows: Sequence[T], same: Callable[[T], object]
) -> None:
    """Show `rows` as they are now: whoever is at work in the list keeps the chosen record, told by
    what `same` says of it, and the place that was scrolled to."""
    chosen = view.currentIndex()
    at = view.verticalScrollBar().value()
    known = same(model.record(chosen.row())) if chosen.isValid() else None
    model.show(rows)
    for number, record in enumerate(rows if chosen.isValid() else ()):
        if same(record) == known:
            view.selectRow(number)
    view.verticalScrollBar().setValue(at)
