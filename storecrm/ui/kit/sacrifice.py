"""The order of sacrifice: where room is short the parts that a page can do without go, one after
another, and come back when there is room again.

    Sacrifice(self, (self.advice, self.title))     # the advice first, then the title
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

_NEWS = (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show)


class Sacrifice(QObject):
    """Watches a widget with a layout.

    Args:
        whole: what must have its room; where it lies in a scroll area, the room is what that shows.
        parts: parts of its layout that are always shown otherwise; the first goes first.
        along: the side that is short.
    """

    def __init__(
        self,
        whole: QWidget,
        parts: Sequence[QWidget],
        along: Qt.Orientation = Qt.Orientation.Vertical,
    ) -> None:
        super().__init__(whole)
        self._whole = whole
        self._parts = tuple(parts)
        self._is_high = along is Qt.Orientation.Vertical
        self._around: QWidget | None = None
        whole.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _NEWS:
            self._watch_around()
            self.fit()
        return False

    def _watch_around(self) -> None:
        """A scroll area gives its page more than it shows: the shown part is the room."""
        around = self._whole.parentWidget()
        if around is None or not isinstance(around.parentWidget(), QAbstractScrollArea):
            around = None
        if around is not self._around and around is not None:
            around.installEventFilter(self)
        self._around = around

    def fit(self) -> None:
        """Hide as many parts as must go."""
        room = self._length(self._around or self._whole)
        # nothing is shown and hidden again to measure it: that would ask for a new layout for ever
        needed = self._needed() + sum(self._taken(p) for p in self._parts if p.isHidden())
        for part in self._parts:
            goes = needed > room
            if goes:
                needed -= self._taken(part)
            if part.isHidden() is not goes:
                part.setHidden(goes)

    def _length(self, widget: QWidget) -> int:
        return widget.height() if self._is_high else widget.width()

    def _needed(self) -> int:
        layout = self._whole.layout()
        assert layout is not None
        if not self._is_high:
            return layout.totalMinimumSize().width()
        if layout.hasHeightForWidth():
            return layout.totalMinimumHeightForWidth(self._whole.width())
        return layout.totalMinimumSize().height()

    def _taken(self, part: QWidget) -> int:
        """What a part takes of the room, the gap beside it included."""
        layout = self._whole.layout()
        assert layout is not None
        part.ensurePolished()
        gap, least = max(0, layout.spacing()), part.minimumSizeHint()
        if not self._is_high:
            return least.width() + gap
        # words that wrap are as high as their width makes them
        margins = layout.contentsMargins()
        inside = self._whole.width() - margins.left() - margins.right()
        return max(least.height(), part.heightForWidth(inside)) + gap
