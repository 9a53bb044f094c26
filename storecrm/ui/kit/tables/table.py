"""A table with everything that hands can do: `Ctrl+F` filters, `Ctrl+C` copies, `Ctrl+E` exports,
Enter opens, the menu key shows the rest."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar, Unpack

from PySide6.QtCore import QModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QHideEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu

from storecrm.i18n import Catalogue, m
from storecrm.services.rights import Right
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act
from storecrm.ui.kit.tables import column_menu
from storecrm.ui.kit.tables.columns import Column
from storecrm.ui.kit.tables.copying import as_text
from storecrm.ui.kit.tables.export import Shown, TableFiles
from storecrm.ui.kit.tables.extras import Empty, Extras
from storecrm.ui.kit.tables.row_list import RowList
from storecrm.ui.kit.toast import say

T = TypeVar("T")

FILTER = Action("table.filter", m("Filter the rows"), "filter", "Ctrl+F")
COPY = Action("table.copy", m("Copy the chosen rows"), "copy", "Ctrl+C")
EXPORT = Action(
    "table.export",
    m("Export what is shown"),
    icon="download",
    shortcut="Ctrl+E",
    right=Right.EXPORT,
)


class Table(RowList[T]):
    """A list of records. Its window may have `kept_columns` and `table_files`; without them nothing
    is kept and nothing exported."""

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
        super().__init__(
            columns,
            name,
            kept_as=kept_as,
            empty=empty,
            no_match=no_match,
            words=words,
            **extras,
        )
        self._menu = QMenu(self)
        self._make_actions()
        self._make_buttons()
        for place, asked in ((self.view, self._show_menu), (self.header, self._show_column_menu)):
            place.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            place.customContextMenuRequested.connect(asked)

    def _make_actions(self) -> None:
        w = self._words
        self.filtering = act(self, FILTER, self.open_filters, words=w)
        self.copying = act(self, COPY, self.copy, words=w)
        # other words of the page are copied by the same key
        self.copying.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        # a list that only its page can narrow
        can_filter = any(column.filters for column in self.model.columns)
        self.filtering.setVisible(can_filter)
        self.filtering.setEnabled(can_filter)
        self.exporting = act(self, EXPORT, self.export, words=w)

    def _make_buttons(self) -> None:
        w = self._words
        foot = self.foot
        foot.name_buttons(self.filtering.toolTip(), w.t("Columns"), self.exporting.toolTip())
        foot.filters.setVisible(self.filtering.isVisible())
        foot.filters.clicked.connect(self._toggle_filters)
        foot.column_menu.aboutToShow.connect(self._fill_columns)
        for text, ending in ((w.t("Excel workbook"), "xlsx"), (w.t("CSV text"), "csv")):
            line = foot.file_menu.addAction(text)
            line.setData(ending)
        foot.file_menu.triggered.connect(self._export_as)

    @Slot()
    def _toggle_filters(self) -> None:
        if self.header.filters_shown:
            self.clear_filters()
        else:
            self.open_filters()

    # --- the whole list ---

    def copy(self) -> None:
        """The chosen rows with their titles, as every spreadsheet takes them. Many rows are an
        export: without its right they say nobody's name."""
        records, shown = self.chosen_records(), self.shown_columns()
        if not records:
            return
        columns = shown if len(records) == 1 else self._leaving(shown)
        QGuiApplication.clipboard().setText(as_text(columns, records) if columns else "")
        left_out = [column.title for column in shown if column not in columns]
        if left_out:
            w = self._words
            without = w.listed(left_out)
            say(self, w.t("Without {columns}: only the owner exports them.", columns=without))

    def _leaving(self, columns: Sequence[Column[T]]) -> list[Column[T]]:
        """Those of `columns` that may leave the house."""
        files: TableFiles | None = getattr(self.window(), "table_files", None)
        persons_too = files is not None and files.may_export_persons()
        return [column for column in columns if persons_too or not column.personal]

    def shown_columns(self) -> list[Column[T]]:
        """The columns in the order in which they are seen."""
        header = self.header
        seen = [header.logicalIndex(place) for place in range(header.count())]
        return [self.model.columns[at] for at in seen if not header.isSectionHidden(at)]

    def shown(self) -> Shown:
        """What somebody sees now, for a file."""
        return Shown(
            title=self.name,
            columns=tuple(self.shown_columns()),
            records=tuple(self.model.rows),
            total=self.model.total,
            query=self.query,
        )

    @Slot(QAction)
    def _export_as(self, line: QAction) -> None:
        self.export(line.data())

    def export(self, ending: str = "xlsx") -> None:
        """Ask for a file and write what is shown."""
        files = self._files()
        if files is None:
            return
        kinds = file_dialogs.WORKBOOK if ending == "xlsx" else file_dialogs.TEXT
        file = file_dialogs.save_as(self, self.exporting.text(), f"{self.name}.{ending}", kinds)
        if file is None:
            return
        shown, every_row = self.shown(), self._extras.get("every_row")
        if every_row is not None:
            shown = replace(shown, records=every_row(self.query))
        files.write(shown, file)

    def _files(self) -> TableFiles | None:
        """Who writes files in this window; None where nobody may, or not all rows are at hand."""
        files: TableFiles | None = getattr(self.window(), "table_files", None)
        at_hand = not self._by_store or "every_row" in self._extras
        return files if files is not None and at_hand and files.may_export() else None

    # --- menus ---

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        """What can be done with a row, from the page's own actions."""
        menu = self._menu
        menu.clear()
        index = self.view.indexAt(at)
        actions = [action for action in self._extras.get("actions", ()) if action.isVisible()]
        if self.current() is not None:
            menu.addActions(actions)
            menu.addSeparator()
            menu.addAction(self.copying)
        if index.isValid():
            self._offer_filter(menu, index)
        menu.addAction(self.filtering)
        if self._files() is not None:
            menu.addAction(self.exporting)
        menu.popup(self.view.viewport().mapToGlobal(self._menu_place(at)))

    def _menu_place(self, at: QPoint) -> QPoint:
        """Where the mouse is; for the menu key below the current row."""
        row = self.view.visualRect(self.view.currentIndex())
        if row.isValid() and not row.adjusted(-10_000, 0, 10_000, 0).contains(at):
            return QPoint(24, row.bottom())
        return at

    def _offer_filter(self, menu: QMenu, index: QModelIndex) -> None:
        """Only rows that say the same in this column."""
        column = self.model.columns[index.column()]
        text = column.text(self.model.rows[index.row()])
        if not column.filters or not text or text == "—":
            return
        only = self._words.t("Only “{text}”", text=text[:40])
        menu.addAction(only, partial(self._filter_by, column.key, text))

    def _filter_by(self, key: str, text: str) -> None:
        # 5 alone would find 15 too
        exact = f"={text}"
        self.open_filters(key)
        self.header.boxes[key].setText(exact)
        self.ask(self.query.filtered_by(key, exact))
        self._to_rows(True)

    @Slot(QPoint)
    def _show_column_menu(self, at: QPoint) -> None:
        """Of one title: its order, then all columns."""
        self._menu.clear()
        column = self.model.columns[self.header.logicalIndexAt(at)]
        sort = partial(self._sort_by, column.key)
        column_menu.fill_order(self._menu, column, sort, self._words)
        self._menu.addSeparator()
        self._fill(self._menu)
        self._menu.popup(self.header.mapToGlobal(at))

    def _sort_by(self, key: str, way: bool | None) -> None:
        order = () if way is None else ((key, way),)
        self.ask(replace(self.query, order=order))
        self.kept.note_order(order)

    @Slot()
    def _fill_columns(self) -> None:
        self.foot.column_menu.clear()
        self._fill(self.foot.column_menu)

    def _fill(self, menu: QMenu) -> None:
        """All columns, and the way back."""
        column_menu.fill(menu, self.model.columns, self.kept.hidden, self.kept.show_column)
        menu.addSeparator()
        menu.addAction(self._words.t("As at first"), self._as_at_first)

    def _as_at_first(self) -> None:
        """Columns and order as the page means them."""
        self.kept.reset()
        self.ask(replace(self.query, order=self._extras.get("order", ())))

    # --- the window ---

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.kept.join(self.window())
        files = self._files()
        self.foot.files.setVisible(files is not None)
        self.exporting.setVisible(files is not None)
        self.exporting.setEnabled(files is not None)
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.kept.flush()
