"""Widgets beside each other that go on in the next line where the width ends."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lines of widgets, as words stand in a paragraph; those of one line are centred on it."""

    def __init__(self, parent: QWidget, gap: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
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
        lines = self._lines(width)
        return sum(map(_height, lines)) + self._gap * max(0, len(lines) - 1)

    def setGeometry(self, place: QRect) -> None:
        super().setGeometry(place)
        top = place.y()
        for line in self._lines(place.width()):
            left = place.x()
            high = _height(line)
            for item in line:
                size = item.sizeHint()
                width = min(size.width(), place.width())
                lower = (high - size.height()) // 2
                item.setGeometry(QRect(left, top + lower, width, size.height()))
                left += width + self._gap
            top += high + self._gap

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = self._shown()
        gaps = self._gap * max(0, len(shown) - 1)
        return QSize(sum(item.sizeHint().width() for item in shown) + gaps, _height(shown))

    def minimumSize(self) -> QSize:
        least = QSize()
        for item in self._shown():
            least = least.expandedTo(item.minimumSize())
        return least

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """What stands in each line."""
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._shown():
            wide = item.sizeHint().width()
            # one wider than the line has it for itself
            if not lines or left + wide > width:
                lines.append([])
                left = 0
            lines[-1].append(item)
            left += wide + self._gap
        return lines


def _height(line: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in line), default=0)


def in_lines(*widgets: QWidget) -> QWidget:
    """Widgets beside each other, as many in a line as there is room for."""
    made = QWidget()
    lines = FlowLayout(made, gap=8)
    for widget in widgets:
        lines.addWidget(widget)
    return made
