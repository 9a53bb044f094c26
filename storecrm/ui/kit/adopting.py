"""What a page made and did not put anywhere (a button that this person has no right to) ends with
the page."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import QWidget


def adopt(page: QWidget) -> None:
    """Give every widget without a parent that hangs on the page or on a part of it to the page.
    Such a widget would never end: what its click calls holds the page, and Python does not see
    through Qt to find that cycle."""
    while found := [
        part for part in _parts(page) if part.parentWidget() is None and part is not page
    ]:
        for part in found:
            part.setParent(page)
            part.hide()


def _parts(page: QWidget) -> Iterator[QWidget]:
    for widget in (page, *page.findChildren(QWidget)):
        for value in list(vars(widget).values()):
            yield from _widgets(value)


def _widgets(value: Any) -> Iterator[QWidget]:
    if isinstance(value, QWidget):
        yield value
    elif isinstance(value, dict):
        yield from (one for one in value.values() if isinstance(one, QWidget))
    elif isinstance(value, (list, tuple)):
        yield from (one for one in value if isinstance(one, QWidget))
