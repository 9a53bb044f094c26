"""Columns shown or not, and back to how the page means them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu

from storecrm.i18n import Catalogue
from storecrm.ui.kit.tables.columns import Column


def fill(
    menu: QMenu,
    columns: Sequence[Column[Any]],
    hidden: frozenset[str],
    show: Callable[[str, bool], object],
) -> None:
    """A line with a tick for each column; the last one that is shown stays."""
    seen = [column.key for column in columns if column.key not in hidden]
    for column in columns:
        line = menu.addAction(column.title)
        line.setCheckable(True)
        line.setChecked(column.key in seen)
        line.setEnabled(seen != [column.key])
        line.toggled.connect(partial(show, column.key))


def fill_order(
    menu: QMenu, column: Column[Any], sort: Callable[[bool | None], object], words: Catalogue
) -> None:
    """Sort by one column, with words for who uses no mouse."""
    ways = ((words.t("Sort ascending"), False), (words.t("Sort descending"), True))
    for text, descending in ways:
        line = menu.addAction(text)
        line.setEnabled(column.sorts)
        line.triggered.connect(partial(_sort, sort, descending))
    line = menu.addAction(words.t("As it comes"))
    line.triggered.connect(partial(_sort, sort, None))


def _sort(sort: Callable[[bool | None], object], way: bool | None, _checked: bool) -> None:
    """Qt tells of every action whether it is ticked."""
    sort(way)
