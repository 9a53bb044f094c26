"""Widgets beside each other that go on in the next line where the width ends."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_GAP = 4


class FlowLayout(QLayout):
    """Lines of widgets, as words stand in a paragraph."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, at: int) -> QLayoutItem | None:
        return self._items[at] if 0 <= at < len(self._items) else None

    def takeAt(self, at: int) -> QLayoutItem | None:
        return self._items.pop(at) if 0 <= at < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, place: QRect) -> None:
        super().setGeometry(place)
        self._lay(place, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        least = QSize()
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def _lay(self, place: QRect, *, move: bool) -> int:
        """The height that is needed; the widgets are moved only when asked."""
        corner = place.topLeft()
        line = 0
        for item in self._items:
            size = item.sizeHint()
            # one wider than the line has it for itself
            if corner.x() > place.x() and corner.x() + size.width() > place.right() + 1:
                corner = QPoint(place.x(), corner.y() + line + _GAP)
                line = 0
            if move:
                width = min(size.width(), place.width())
                item.setGeometry(QRect(corner, QSize(width, size.height())))
            corner.setX(corner.x() + size.width() + _GAP)
            line = max(line, size.height())
        return corner.y() + line - place.y()
