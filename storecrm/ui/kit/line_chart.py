"""One value over days."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen

from storecrm.ui.kit.charts import Align, Chart, write

_MOST_DOTS = 40
"""Of more days only the first and the last are marked."""


class LineChart(Chart):
    """One value over days; the first, the last and the highest are named."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._points: list[tuple[date, float, str]] = []
        self.setMinimumHeight(110)

    def show_points(self, points: Sequence[tuple[date, float, str]]) -> None:
        """(day, value, its words), by day."""
        self._points = list(points)
        if not self._points:
            self.tell(self.empty)
            return
        began, _, first = self._points[0]
        ended, _, last = self._points[-1]
        self.tell(f"{began}: {first} → {ended}: {last}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin(12)
        # one day alone is no line
        if len(self._points) < 2:
            self.nothing(painter)
            return
        inside = QRectF(8, 22, self.width() - 16, self.height() - 48)
        spots = self._spots(inside)
        painter.setPen(QPen(self.colour("line"), 1))
        painter.drawLine(inside.bottomLeft(), inside.bottomRight())
        painter.setPen(QPen(self.colour("chart1"), 2))
        painter.drawPolyline(spots)
        painter.setBrush(self.colour("chart1"))
        dots = spots if len(spots) <= _MOST_DOTS else [spots[0], spots[-1]]
        for spot in dots:
            painter.drawEllipse(spot, 3, 3)
        painter.setPen(self.colour("text2"))
        self._name_end(painter, inside, 0, spots[0].y(), Align.AlignLeft)
        self._name_end(painter, inside, -1, spots[-1].y(), Align.AlignRight)
        painter.end()

    def _spots(self, inside: QRectF) -> list[QPointF]:
        began = self._points[0][0]
        ended = self._points[-1][0]
        days = max(1, (ended - began).days)
        highest = max(value for _, value, _ in self._points) or 1.0
        wide = inside.width() / days
        high = inside.height() / highest
        return [
            QPointF(inside.left() + wide * (day - began).days, inside.bottom() - high * value)
            for day, value, _ in self._points
        ]

    def _name_end(
        self, painter: QPainter, inside: QRectF, at: int, height: float, align: Align
    ) -> None:
        """The day below one end of the line, and its value above."""
        day, _, text = self._points[at]
        below = QRectF(inside.left(), inside.bottom() + 4, inside.width(), 18)
        write(painter, below, align, day.isoformat())
        # a value at the top must not leave the chart
        above = QRectF(inside.left(), max(2.0, height - 20), inside.width(), 18)
        write(painter, above, align, text)
