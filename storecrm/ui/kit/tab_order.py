"""Tab goes as one reads: line by line, from the left to the right."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QScrollArea,
    QWidget,
)

_LEAVES = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
"""One stop each, whatever they are made of."""


def chain(*roots: QWidget) -> None:
    """Let Tab visit what stands in the widgets, one widget after the other."""
    stops = [stop for root in roots for stop in stops_in(root)]
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)


def stops_in(root: QWidget) -> Iterator[QWidget]:
    """What Tab can stop at under a widget, in the order in which its layouts show it."""
    if root.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield root
    if isinstance(root, _LEAVES):
        return
    inside = root.widget() if isinstance(root, QScrollArea) else None
    if inside is not None:
        yield from stops_in(inside)
        return
    layout = root.layout()
    if layout is not None:
        yield from _in_layout(layout)
        return
    # a frame with parts and no layout: as they were made
    for child in root.children():
        if isinstance(child, QWidget) and not child.isWindow():
            yield from stops_in(child)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for item in _items(layout):
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from stops_in(widget)
        elif inner is not None:
            yield from _in_layout(inner)


def _items(layout: QLayout) -> list[QLayoutItem]:
    """The items of a layout as they stand on the screen, whenever they were put in."""
    items = [layout.itemAt(at) for at in range(layout.count())]
    if isinstance(layout, QFormLayout):
        return _by_place(items, [_form_place(layout, at) for at in range(len(items))])
    if isinstance(layout, QGridLayout):
        return _by_place(items, [_grid_place(layout, at) for at in range(len(items))])
    return [item for item in items if item is not None]


def _by_place(items: list[QLayoutItem | None], places: list[tuple[int, int]]) -> list[QLayoutItem]:
    order = sorted(range(len(items)), key=places.__getitem__)
    sorted_items = [items[at] for at in order]
    return [item for item in sorted_items if item is not None]


def _form_place(layout: QFormLayout, at: int) -> tuple[int, int]:
    """Row and column; a label stands before its field."""
    place: Any = layout.getItemPosition(at)
    row, role = place
    return row, 0 if role == QFormLayout.ItemRole.LabelRole else 1


def _grid_place(layout: QGridLayout, at: int) -> tuple[int, int]:
    place: Any = layout.getItemPosition(at)
    row, column, *_ = place
    return row, column
