"""A part of a page that scrolls where it has not even the least room that it needs."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

_WANTS = 160
"""What it asks for in height; what is free it gets besides."""
_ROUNDING = 4
"""Qt shares out what there is in whole pixels: a part may get one less than its least."""


class ScrollPart(QScrollArea):
    """It asks for little, so that the page round it does not scroll as well, with the buttons of
    both out of sight; and it gives what is in it the room there is, down to its least. Qt's own
    way gives a page with words that wrap the height that it would like, and scrolls that."""

    def sizeHint(self) -> QSize:
        inside = self.widget()
        wanted = super().sizeHint() if inside is None else inside.sizeHint()
        return QSize(wanted.width(), min(wanted.height(), _WANTS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        answer = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return answer

    def fit(self) -> None:
        """Lay out what is in it anew."""
        inside = self.widget()
        if inside is None:
            return
        room = self.maximumViewportSize()
        least = inside.minimumSizeHint().expandedTo(inside.minimumSize())
        high, wide = room.height(), room.width()
        # a bar takes room itself
        if least.width() > wide:
            high -= self.horizontalScrollBar().sizeHint().height()
        if least_height(inside, max(wide, least.width())) > high:
            wide -= self.verticalScrollBar().sizeHint().width()
        wide = max(wide, least.width())
        needed = least_height(inside, wide)
        inside.resize(wide, high if needed <= high else needed + _ROUNDING)


def least_height(inside: QWidget, width: int) -> int:
    """What `inside` needs at this width, with each line of words that wrap."""
    layout = inside.layout()
    least = max(inside.minimumSizeHint().height(), inside.minimumHeight())
    if layout is None or not layout.hasHeightForWidth():
        return least
    return max(inside.minimumHeight(), layout.totalMinimumHeightForWidth(width))
