"""Charts that are read by pointer, by keys and by ear.

A chart of a kind gives its points (`show_points`), paints them (`paint`) and says where each lies
(`outline`); the rest is the same for all. Its accessible description is one sentence of the whole,
and before it the point that the arrow keys stand at.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)

from storecrm.i18n import Catalogue
from storecrm.ui.kit.charts.canvas import Canvas
from storecrm.ui.kit.charts.menu import ChartMenu
from storecrm.ui.kit.charts.points import Point, Title
from storecrm.ui.kit.charts.reading import Reading

_Key = Qt.Key
_CHOOSING = (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space)
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
NOWHERE = -1
"""Neither the pointer nor the keys are at a point."""


class Chart(Canvas):
    """A canvas whose points are read; `chosen` tells the place of one that was clicked or confirmed
    by Enter."""

    chosen = Signal(int)
    STEPS = {_Key.Key_Right: 1, _Key.Key_Down: 1, _Key.Key_Left: -1, _Key.Key_Up: -1}
    """How far a key goes among the points."""

    def __init__(self, name: str, words: Catalogue, titles: Sequence[Title]) -> None:
        super().__init__(name, titles)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # values are read without a click
        self.setMouseTracking(True)
        self._sentence = ""
        self._at = 0
        self._under = NOWHERE
        self._by_keys = False
        self._reading: Reading | None = None
        self._menu = ChartMenu(self, words)

    def found(self, spot: QPointF) -> int:
        """The point at a spot, NOWHERE if there is none."""
        # what is painted last lies on top
        for at in reversed(range(len(self.points))):
            if self.outline(at).contains(spot):
                return at
        return NOWHERE

    def step(self, at: int, key: Qt.Key) -> int:
        """Where an arrow key leads to from a point."""
        return at + self.STEPS[key]

    def show_points(self, points: Sequence[Point], sentence: str) -> None:
        """Other points, and what the chart shows in one sentence."""
        self.points = list(points)
        self._sentence = sentence
        self._at = min(self._at, max(0, len(points) - 1))
        self._under = NOWHERE
        self._menu.refresh()
        self._read()

    @property
    def current(self) -> int:
        """The point that is read: under the pointer, or where the keys stand."""
        if self._under != NOWHERE or not self.points:
            return self._under
        return self._at if self.hasFocus() else NOWHERE

    def go_to(self, at: int) -> None:
        """The keys stand at another point."""
        self._at = min(max(0, at), len(self.points) - 1)
        self._under = NOWHERE
        self._read()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.draw(painter)
        if self.current != NOWHERE:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.colour("text"), 2))
            painter.drawPath(self.outline(self.current))
        elif self.hasFocus():
            self._frame(painter)
        painter.end()

    def _frame(self, painter: QPainter) -> None:
        """Where the cursor is, while there is no point that it could stand at."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _read(self) -> None:
        """Say the current point beside it and to a screen reader."""
        at = self.current
        said = self.points[at].said if at != NOWHERE else ""
        whole = self._sentence or self.empty
        self.setAccessibleDescription(f"{said}\n{whole}" if said else whole)
        self.update()
        # a cursor that only came to stand here says nothing over the page
        if said and (self._by_keys or self._under != NOWHERE):
            self._beside(at, said)
        elif self._reading is not None:
            self._reading.hide()

    def _beside(self, at: int, said: str) -> None:
        if self._reading is None:
            self._reading = Reading(self)
            # it lies in the window, which may outlive the chart
            self.destroyed.connect(self._reading.deleteLater)
        self._reading.read(said, self.outline(at).boundingRect().toAlignedRect())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.found(event.position()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._point_at(NOWHERE)

    def _point_at(self, at: int) -> None:
        if at != self._under:
            self._under = at
            self._by_keys = False
            self._read()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.found(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at != NOWHERE:
            self.go_to(at)
            self.chosen.emit(at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu.open(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        to = self._to(event.key())
        if to is not None:
            self._by_keys = True
            self.go_to(to)
        elif self.points and event.key() in _CHOOSING:
            self.chosen.emit(self._at)
        elif not self._menu.take(event):
            super().keyPressEvent(event)

    def _to(self, key: int) -> int | None:
        """Where a key leads to; None where it is no key of a way."""
        if not self.points:
            return None
        if key in self.STEPS:
            return self.step(self._at, _Key(key))
        ends = {_Key.Key_Home: 0, _Key.Key_End: len(self.points) - 1}
        return ends[_Key(key)] if key in ends else None

    def event(self, event: QEvent) -> bool:
        is_early = event.type() == QEvent.Type.ShortcutOverride
        # a letter is a key of the chart only after the filter of scans let it through
        if is_early and isinstance(event, QKeyEvent) and self._menu.is_letter(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._menu.refresh()
        # a click says itself where it points
        self._by_keys = event.reason() in _BY_KEYS
        if self._by_keys:
            self._under = NOWHERE
        self._read()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        self._menu.refresh()
        self._by_keys = False
        self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        self._under = NOWHERE
        if self._reading is not None:
            self._reading.hide()
        self._menu.put_away()
        super().hideEvent(event)
