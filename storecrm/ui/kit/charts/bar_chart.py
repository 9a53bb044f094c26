"""Bars lying on their side, the names before them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy

from storecrm.i18n import Catalogue
from storecrm.ui.kit.charts.canvas import Align, write
from storecrm.ui.kit.charts.chart import Chart
from storecrm.ui.kit.charts.points import Point, Title


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and the words at its end."""

    name: str
    value: float
    text: str


class BarChart(Chart):
    """Bars lying on their side, the names before them.

    Args:
        titles: of the names and of the values.
    """

    LINE = 26
    TYPE = 13

    def __init__(self, name: str, words: Catalogue, titles: tuple[Title, Title]) -> None:
        super().__init__(name, words, titles)
        self._bars: list[Bar] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.LINE)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        self._bars = list(bars)
        self.setFixedHeight(self.LINE * max(1, len(self._bars)))
        points = [_point(bar) for bar in self._bars]
        self.show_points(points, "; ".join(point.said for point in points))

    def paint(self, painter: QPainter) -> None:
        for at, bar in enumerate(self._bars):
            self._paint_bar(painter, bar, at)

    def outline(self, at: int) -> QPainterPath:
        """The whole line, name and words with it: a short bar is hard to point at."""
        path = QPainterPath()
        # inside of the line, so that frames of neighbours do not touch
        line = QRectF(0, at * self.LINE, self.width(), self.LINE)
        path.addRoundedRect(line.adjusted(1, 1, -1, -1), 6, 6)
        return path

    def _paint_bar(self, painter: QPainter, bar: Bar, at: int) -> None:
        top = at * self.LINE
        left = self._names()
        right = max(self.advance(each.text) for each in self._bars) + 12
        painter.setPen(self.colour("text"))
        before = QRectF(4, top, left - 10, self.LINE)
        name = self.fitting(bar.name, before.width())
        write(painter, before, Align.AlignVCenter | Align.AlignRight, name)
        length = self._length(bar, max(10, self.width() - left - right))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("chart1"))
        painter.drawRoundedRect(QRectF(left, top + 6, length, self.LINE - 12), 4, 4)
        # behind the bar, not at the edge: the eye goes on from its end
        painter.setPen(self.colour("text2"))
        behind = QRectF(left + length + 6, top, right, self.LINE)
        write(painter, behind, Align.AlignVCenter, bar.text)

    def _names(self) -> int:
        """The room of the names; a long one gives way to the bars."""
        longest = max(self.advance(bar.name) for bar in self._bars)
        return min(self.width() // 3, longest + 14)

    def _length(self, bar: Bar, room: int) -> float:
        longest = max(1.0, *(each.value for each in self._bars))
        # more came back than was bought, or nothing: a stroke, for its line would look forgotten
        return max(2.0, room * max(0.0, bar.value) / longest)


def _point(bar: Bar) -> Point:
    said = f"{bar.name}: {bar.text}"
    return Point((bar.name, bar.text), (bar.name, bar.value), said)
