"""The records of a table for Qt."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.tables.columns import Column
from storecrm.ui.kit.tables.matching import matcher
from storecrm.ui.kit.tables.ordering import collator, in_order
from storecrm.ui.kit.tables.query import Query

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex

_WORDED = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.EditRole)


class TableModel(QAbstractTableModel, Generic[T]):
    """Holds what came and shows what fits, in order; a paged list comes in stretches while somebody
    scrolls, sorted and filtered already."""

    wanted = Signal(int)

    def __init__(self, columns: Sequence[Column[T]], words: Catalogue, *, by_store: bool) -> None:
        super().__init__()
        self.columns = list(columns)
        self.query = Query()
        self._by_store = by_store
        self._digits = words.digits
        self._by_key = {column.key: column for column in columns}
        self._collator = collator(words.language)
        self._came = list[T]()
        self.rows = list[T]()
        self.total = 0
        self._asked_from = -1

    # --- records ---

    def show(self, rows: Iterable[T], total: int | None = None) -> None:
        """Show `rows` instead of what was there; `total` when more can be fetched."""
        came = list(rows)
        # worked out before anything is changed: a fault leaves what was shown
        fitting = self._fitting(came, self.query)
        self.beginResetModel()
        self._came, self.rows = came, fitting
        self.total = len(came) if total is None else total
        self._asked_from = -1
        self.endResetModel()

    def add(self, rows: Sequence[T], total: int | None = None) -> None:
        """The next stretch; `total` when it is only now known how many there are."""
        self._asked_from = -1
        self._came += rows
        self.total = max(len(self._came), self.total if total is None else total)
        # an empty stretch would be an insertion of nothing, which Qt does not allow
        if not rows:
            return
        # among rows that are sorted here the new ones stand anywhere
        if not self._by_store and (self.query.order or self.query.filters):
            self.ask(self.query)
            return
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
        self.rows += rows
        self.endInsertRows()

    @property
    def held(self) -> int:
        """How many came, whatever is filtered."""
        return len(self._came)

    def ask(self, query: Query) -> None:
        """Another order or other filters."""
        fitting = self._fitting(self._came, query)
        self.beginResetModel()
        self.query, self.rows = query, fitting
        self.endResetModel()

    def replace(self, fits: Callable[[T], bool], record: T) -> None:
        """Another state of the record that `fits`; it keeps its place."""
        for rows in (self._came, self.rows):
            for at, known in enumerate(rows):
                if fits(known):
                    rows[at] = record
        self.touch()

    def touch(self) -> None:
        """Records read differently now."""
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _fitting(self, came: list[T], query: Query) -> list[T]:
        """What came, filtered and sorted; the store did both already where it holds the rows."""
        if self._by_store:
            return list(came)
        fitting = came
        for key, typed in query.filters.items():
            fits = matcher(self._by_key[key], typed, self._digits)
            fitting = [record for record in fitting if fits(record)]
        return in_order(fitting, self._by_key, query.order, self._collator)

    # --- for Qt ---

    def canFetchMore(self, _parent: Index) -> bool:
        return len(self._came) < self.total and self._asked_from != len(self._came)

    def fetchMore(self, _parent: Index) -> None:
        # asked once: until it comes the view asks at each turn of the wheel
        if self.canFetchMore(_parent):
            self._asked_from = len(self._came)
            self.wanted.emit(len(self._came))

    def rowCount(self, _parent: Index = QModelIndex()) -> int:
        return len(self.rows)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:
        return len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role in _WORDED:
            return column.text(self.rows[index.row()])
        if role == Qt.ItemDataRole.ForegroundRole and column.tint is not None:
            tint = column.tint(self.rows[index.row()])
            return theme.ink(tint) if tint else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = super().flags(index)
        edits = index.isValid() and self.columns[index.column()].edits(self.rows[index.row()])
        return base | Qt.ItemFlag.ItemIsEditable if edits else base

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        column = self.columns[index.column()]
        if column.edit is None or role != Qt.ItemDataRole.EditRole:
            return False
        record = self.rows[index.row()]
        # leaving a cell unchanged is no edit
        if str(value) != column.text(record):
            column.edit(record, str(value))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            column = self.columns[section]
            # a narrow title is cut: the tip begins with it
            return f"{column.title}\n{column.tip}".strip()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self.columns[section])
        return None


def _side(column: Column[Any]) -> int:
    """Cell and title stand on the same side."""
    side = Qt.AlignmentFlag.AlignRight if column.kind.right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
