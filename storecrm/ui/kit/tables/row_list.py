"""Rows under their titles, sums and the count as one widget: what is shown, chosen, asked.

The parts are placed by hand, not by a layout: rows are never cut in half at the bottom, and where
room is short the line of the count goes first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Generic, TypeVar, Unpack

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.tables.columns import Column
from storecrm.ui.kit.tables.extras import Empty, Extras
from storecrm.ui.kit.tables.foot import HEIGHT as FOOT
from storecrm.ui.kit.tables.foot import TableFoot
from storecrm.ui.kit.tables.header import TITLE
from storecrm.ui.kit.tables.kept_layout import LayoutKeeper
from storecrm.ui.kit.tables.model import TableModel
from storecrm.ui.kit.tables.query import Query
from storecrm.ui.kit.tables.totals_row import HEIGHT as TOTALS
from storecrm.ui.kit.tables.totals_row import TotalsRow
from storecrm.ui.kit.tables.view import ROW, TableView

T = TypeVar("T")

LOW = 200
"""Below so many pixels the line of the count gives its room to rows."""


class RowList(QWidget, Generic[T]):
    """Records, in an order, filtered, one of them chosen."""

    chosen = Signal(object)  # the record that is the current one now, None for none
    opened = Signal(object)  # a record: Enter or a double click
    asked = Signal(object)  # Query: another order, other filters; only with by_store
    wanted = Signal(int)  # the stretch from here on; only with by_store

    def __init__(
        self,
        columns: Sequence[Column[T]],
        name: str,
        *,
        kept_as: str,
        empty: Empty,
        no_match: str,
        words: Catalogue,
        **extras: Unpack[Extras[T]],
    ) -> None:
        super().__init__()
        self.name = name
        self._words = words
        self._empty = empty
        self._no_match = no_match
        self._extras = extras
        self._by_store = extras.get("by_store", False)
        self._came = False
        self._quiet = False
        self._told: T | None = None
        self._to_top = False
        self._first_wanted = False
        self._held_back: list[Callable[[], object]] = []
        self.model = TableModel(columns, words, by_store=self._by_store)
        self.view = TableView(self.model, words, self)
        self.view.setAccessibleName(name)
        self.header = self.view.titles
        self.setFocusProxy(self.view)
        self.totals = TotalsRow(self.view, self.model.columns, words)
        self.foot = TableFoot(words, self)
        self.nothing = EmptyState(self.view, empty.icon)
        self.kept = LayoutKeeper(self.view, kept_as, self)
        self._join()
        self._start(Query(order=extras.get("order", ())))

    def _start(self, query: Query) -> None:
        self.model.query = query
        self.header.mark(query)
        self.foot.hide()

    def _join(self) -> None:
        view = self.view
        chosen = view.selectionModel()
        chosen.currentRowChanged.connect(self._look)
        chosen.selectionChanged.connect(self._look)
        view.clicked_again.connect(self._say_again)
        view.activated.connect(self._on_activated)
        # not in the midst of a move of the cursor, which may close the cell
        view.cell_closed.connect(self._catch_up, Qt.ConnectionType.QueuedConnection)
        view.left_up.connect(self.open_filters)
        view.horizontalScrollBar().rangeChanged.connect(self._place)
        self.model.wanted.connect(self.wanted)
        header = self.header
        header.sort_wanted.connect(self._sort)
        header.filtered.connect(self._filter)
        header.left.connect(self._to_rows)
        header.geometriesChanged.connect(self._place)
        self.kept.ordered.connect(self._order)

    # --- records ---

    def show(
        self,
        rows: Iterable[T] | None = None,
        total: int | None = None,
        totals: Mapping[str, str] | None = None,
    ) -> None:
        """Show `rows`; `total` when more can be fetched, `totals` where the store counted them.
        Whoever is at work keeps the chosen record and the place. Without rows: QWidget.show."""
        if rows is None:
            super().show()
            return
        # newer rows take the place of those that wait
        self._held_back.clear()
        self._when_still(partial(self._show, list(rows), total, totals))

    def _show(self, rows: Sequence[T], total: int | None, totals: Mapping[str, str] | None) -> None:
        self._came = True
        bar = self.view.verticalScrollBar()
        at = 0 if self._to_top else bar.value()
        self._to_top = False
        self._keeping_current(lambda: self.model.show(rows, total))
        bar.setValue(at)
        if self._first_wanted:
            self._first_wanted = False
            self._choose_first()
        self._tell(totals)

    def add(self, rows: Sequence[T], total: int | None = None) -> None:
        """The next stretch."""
        self._when_still(partial(self._add, rows, total))

    def _add(self, rows: Sequence[T], total: int | None) -> None:
        self._keeping_current(lambda: self.model.add(rows, total))
        self._tell(None)

    def _when_still(self, change: Callable[[], object]) -> None:
        """Rows that come while somebody writes in a cell would take the cell away: they wait."""
        if self._held_back or self.view.is_written_in:
            self._held_back.append(change)
        else:
            change()

    @Slot()
    def _catch_up(self) -> None:
        """What came while somebody wrote in a cell."""
        # the next cell may have been opened by Tab
        if self.view.is_written_in:
            return
        waiting, self._held_back = self._held_back, []
        for change in waiting:
            change()

    def replace(self, fits: Callable[[T], bool], record: T) -> None:
        """Another state of the record that `fits`."""
        self.model.replace(fits, record)

    def record(self, row: int) -> T:
        return self.model.rows[row]

    @property
    def records(self) -> list[T]:
        """What is shown, in its order."""
        return list(self.model.rows)

    @property
    def held(self) -> int:
        """How many there are, whatever is filtered."""
        return self.model.held

    def current(self) -> T | None:
        """The chosen record; the cursor alone chooses none."""
        row = self.view.currentIndex().row()
        return self.model.rows[row] if self._is_chosen(row) else None

    def _is_chosen(self, row: int) -> bool:
        return row >= 0 and self.view.selectionModel().isRowSelected(row)

    def chosen_records(self) -> list[T]:
        """All chosen ones, in the order in which they stand."""
        picked = self.view.selectionModel().selectedRows()
        return [self.model.rows[row] for row in sorted(index.row() for index in picked)]

    def select(self, fits: Callable[[T], bool]) -> bool:
        """Choose the first record that `fits`; False when none does, or its rows wait still."""
        if self._held_back:
            self._held_back.append(partial(self.select, fits))
            return False
        for row, record in enumerate(self.model.rows):
            if fits(record):
                self.view.selectRow(row)
                return True
        return False

    def clear_choice(self) -> None:
        """Nobody is chosen."""
        self.view.clearSelection()
        self.view.setCurrentIndex(QModelIndex())

    @property
    def at_top(self) -> bool:
        """Whether nobody has scrolled down to read."""
        return self.view.verticalScrollBar().value() == 0

    def _keeping_current(self, change: Callable[[], object]) -> None:
        """The chosen record stays chosen where it is still there."""
        same = self._extras.get("same") or _itself
        before = self.current()
        was = same(before) if before is not None else None
        self._quiet = True
        change()
        found = before is not None and self.select(lambda record: same(record) == was)
        self._quiet = False
        if found:
            self._told = self.current()
        self._look()

    # --- order and filters ---

    @property
    def query(self) -> Query:
        return self.model.query

    def ask(self, query: Query) -> None:
        """Another order or other filters."""
        if query == self.model.query:
            return
        self.view.take_typed()
        self.header.mark(query)
        self.header.set_filters(query.filters)
        self.kept.keep_in_sight([*dict(query.order), *query.filters])
        self._to_top = True
        self._first_wanted = False
        if self._by_store:
            self.model.query = query
            self.asked.emit(query)
            return
        self._keeping_current(lambda: self.model.ask(query))
        self._to_top = False
        self._tell(None)

    @Slot(str, bool)
    def _sort(self, key: str, besides: bool) -> None:
        self.ask(self.query.sorted_by(key, besides=besides))
        self.kept.note_order(self.query.order)

    @Slot(object)
    def _order(self, order: tuple[tuple[str, bool], ...]) -> None:
        """As this person left it."""
        self.ask(replace(self.query, order=order))

    @Slot(object)
    def _filter(self, typed: Mapping[str, str]) -> None:
        query = self.query
        for key, text in typed.items():
            query = query.filtered_by(key, text)
        self.ask(query)

    def open_filters(self, key: str = "") -> None:
        """The filter row, the cursor in it."""
        self.header.open_filters(key)
        self._place()

    def clear_filters(self) -> None:
        """Every row is shown again, the cursor is among them."""
        self.ask(replace(self.query, filters={}))
        self.header.close_filters()

    @Slot(bool)
    def _to_rows(self, to_first: bool) -> None:
        """The cursor goes to the rows; with `to_first` to the first one where none is chosen."""
        self.view.setFocus()
        # the rows that stand here still are not those that were asked for
        is_on_the_way = self._by_store and self._to_top
        self._first_wanted = to_first and is_on_the_way
        if to_first and not is_on_the_way:
            self._choose_first()

    def _choose_first(self) -> None:
        if not self.view.selectionModel().hasSelection() and self.model.rows:
            self.view.selectRow(0)

    # --- what is said ---

    def say_empty(self, empty: Empty) -> None:
        """Why there are no rows now."""
        self._empty = empty
        self._tell_empty()

    def _tell(self, totals: Mapping[str, str] | None) -> None:
        """Sums, count and empty state of what is shown now."""
        summed = self._extras.get("totals")
        if totals is None and summed is not None and self.model.rows:
            totals = summed(self.model.rows)
        self.totals.say(totals or {})
        came = len(self.model.rows)
        held = self.model.held
        total = self.model.total if self._by_store else came
        if self._extras.get("open_end") and came < total:
            self.foot.say_more(came)
        else:
            self.foot.say_count(came, total, held)
        self._tell_empty()
        self._place()

    def _tell_empty(self) -> None:
        if not self._came or self.model.rows:
            self.nothing.say("")
        elif self.query.filters:
            self.nothing.say(self._no_match, self._words.t("Clear the filters"), self.clear_filters)
        else:
            self.nothing.say(self._empty.text, self._empty.act, self._empty.do)

    # --- choice ---

    @Slot()
    def _look(self) -> None:
        """Tell of another choice. Tab into the list moves the cursor alone, which chooses none."""
        now = self.current()
        # cursor and selection come one after the other: between them nothing is said
        on_the_way = now is None and self.view.selectionModel().hasSelection()
        if self._quiet or on_the_way or now is self._told:
            return
        self._told = now
        self.chosen.emit(now)

    @Slot(int)
    def _say_again(self, row: int) -> None:
        if 0 <= row < len(self.model.rows):
            self.chosen.emit(self.model.rows[row])

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.rows[index.row()])

    # --- place ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @Slot()
    def _place(self) -> None:
        """Rows, sums and count, one below the other."""
        wide, high = self.width(), self.height()
        has_foot = high >= LOW
        self.foot.setVisible(has_foot)
        below = (FOOT if has_foot else 0) + (TOTALS if not self.totals.isHidden() else 0)
        rows_high = self._whole_rows(high - below)
        self.view.setGeometry(0, 0, wide, rows_high)
        if not self.totals.isHidden():
            self.totals.setGeometry(0, rows_high, wide, TOTALS)
        self.foot.setGeometry(0, rows_high + below - FOOT, wide, FOOT)

    def _whole_rows(self, high: int) -> int:
        """As many rows as fit as a whole; fewer rows leave the ground below them."""
        view = self.view
        bar = view.horizontalScrollBar()
        around = 2 * view.frameWidth() + self.header.sizeHint().height()
        around += bar.sizeHint().height() if bar.maximum() > 0 else 0
        inside = high - around
        if inside < ROW or len(self.model.rows) * ROW <= inside:
            return max(high, 0)
        return around + inside - inside % ROW

    def minimumSizeHint(self) -> QSize:
        return QSize(160, TITLE + 2 * ROW + 4)

    def sizeHint(self) -> QSize:
        return QSize(420, TITLE + 6 * ROW + FOOT)


def _itself(record: Any) -> object:
    return record
