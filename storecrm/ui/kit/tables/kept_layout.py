"""The columns of a table as one person left them, from the window's keeping and back to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from storecrm.ui.kit.tables.column_layout import (
    ColumnLayout,
    KeptColumns,
    first_layout,
    read_layout,
)
from storecrm.ui.kit.tables.view import TableView

_REST_MS = 600
"""A column that is dragged changes with each pixel; what is kept is where it came to rest."""


class LayoutKeeper(QObject):
    """Puts the columns where they were, and keeps where they are put."""

    ordered = Signal(object)  # in which order this person reads the rows

    def __init__(self, view: TableView, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._header = view.titles
        self._name = name
        self._columns = view.titles.columns
        self._keeping: KeptColumns | None = None
        self._joined = False
        self._by_hand = True
        self._asked = frozenset[str]()
        self.layout = first_layout(self._columns)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._keep)
        self._header.sectionResized.connect(self._on_resized)
        self._header.sectionMoved.connect(self._on_moved)
        view.resized.connect(self._fit)
        self._apply()

    @property
    def hidden(self) -> frozenset[str]:
        return self.layout.hidden

    def join(self, window: QWidget) -> None:
        """What this person kept; asked for when the table is seen first."""
        if self._joined or not self._name:
            return
        self._joined = True
        self._keeping = getattr(window, "kept_columns", None)
        if self._keeping is None:
            return
        said = self._keeping.kept(self._name)
        if said is not None:
            self._take(said)

    def _take(self, said: Mapping[str, Any]) -> None:
        self.layout = read_layout(said, self._columns)
        self._apply()
        if self.layout.order:
            self.ordered.emit(self.layout.order)

    def _apply(self) -> None:
        """The columns as the layout says."""
        self._begin()
        at_of = {column.key: at for at, column in enumerate(self._columns)}
        for place, key in enumerate(self.layout.keys):
            section = at_of[key]
            self._header.moveSection(self._header.visualIndex(section), place)
            # Qt gives a hidden column no width
            self._header.setSectionHidden(section, False)
            self._header.resizeSection(section, self._width(section))
            self._header.setSectionHidden(section, key in self.layout.hidden)
        widths = self.layout.widths.items()
        self._view.want({at_of[key]: width for key, width in widths})
        self._end()
        self._fit()
        self._view.stretch()
        self._header.lay_boxes()

    def _begin(self) -> None:
        """Nobody's hand moves the columns now. Nor do they stretch: a width that is changed while
        Qt hides another column leaves that one's room behind."""
        self._by_hand = False
        self._view.is_fitting = True

    def _end(self) -> None:
        self._by_hand = True
        self._view.is_fitting = False

    def _width(self, section: int) -> int:
        column = self._columns[section]
        return self.layout.widths.get(column.key, column.width)

    @Slot()
    def _fit(self) -> None:
        """Where room is short spare columns give theirs, the last one first."""
        header, columns = self._header, self._columns
        seen = [header.logicalIndex(place) for place in range(header.count())]
        shown = [at for at in seen if columns[at].key not in self.layout.hidden]
        missing = sum(map(self._width, shown)) - self._view.viewport().width()
        left = set[int]()
        for section in reversed(shown):
            is_spare = columns[section].spare and columns[section].key not in self._asked
            if missing > 0 and is_spare:
                missing -= self._width(section)
                left.add(section)
        self._begin()
        for section in shown:
            if header.isSectionHidden(section) != (section in left):
                header.setSectionHidden(section, section in left)
        self._end()

    # --- changes ---

    def show_column(self, key: str, shown: bool) -> None:
        """Show a column, or do not."""
        others = self.layout.hidden - {key}
        self._change(replace(self.layout, hidden=others if shown else others | {key}))
        self._apply()

    def reset(self) -> None:
        """As the page means it; nothing is kept any more."""
        self.layout = first_layout(self._columns)
        self._apply()
        self._rest.stop()
        if self._keeping is not None:
            self._keeping.keep(self._name, None)

    def keep_in_sight(self, keys: Iterable[str]) -> None:
        """Columns by which the rows are sorted or filtered give no room away."""
        self._asked = frozenset(keys)
        self._fit()
        self._view.stretch()

    def note_order(self, order: tuple[tuple[str, bool], ...]) -> None:
        self._change(replace(self.layout, order=order))

    @Slot(int, int, int)
    def _on_resized(self, section: int, _before: int, width: int) -> None:
        # the column that takes what is left has no width of its own
        mine = self._by_hand and not self._view.is_fitting
        if not mine or not width or self._view.is_elastic(section):
            return
        key = self._columns[section].key
        self._change(replace(self.layout, widths={**self.layout.widths, key: width}))

    @Slot(int, int, int)
    def _on_moved(self, _section: int, _before: int, _place: int) -> None:
        if not self._by_hand:
            return
        header = self._header
        seen = [header.logicalIndex(place) for place in range(header.count())]
        keys = tuple(self._columns[section].key for section in seen)
        self._change(replace(self.layout, keys=keys))
        self._view.stretch()

    def _change(self, layout: ColumnLayout) -> None:
        self.layout = layout
        if self._keeping is not None:
            self._rest.start()

    def flush(self) -> None:
        """The table goes out of sight: nothing waits any longer."""
        if self._rest.isActive():
            self._keep()

    @Slot()
    def _keep(self) -> None:
        self._rest.stop()
        if self._keeping is not None:
            self._keeping.keep(self._name, self.layout.said())
