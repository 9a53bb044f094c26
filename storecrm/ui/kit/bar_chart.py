"""Bars lying on their side, the names before them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from storecrm.ui.kit.charts import Align, Chart, write


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and the words at its end."""

    name: str
    value: float
    text: str


class BarChart(Chart):
    """Bars lying on their side, the names before them."""

    LINE = 26

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._bars: list[Bar] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.LINE)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        self._bars = list(bars)
        self.setFixedHeight(self.LINE * max(1, len(self._bars)))
        said = "; ".join(f"{bar.name}: {bar.text}" for bar in self._bars)
        self.tell(said or self.empty)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin()
        # without bars there is a sentence
        if not self._bars:
            self.nothing(painter)
            return
        measure = QFontMetrics(painter.font()).horizontalAdvance
        longest_name = max(measure(bar.name) for bar in self._bars)
        # a long name gives way to the bars
        left = min(self.width() // 3, longest_name + 10)
        right = max(measure(bar.text) for bar in self._bars) + 12
        for at, bar in enumerate(self._bars):
            self._paint_bar(painter, bar, at * self.LINE, left, right)
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: Bar, top: int, left: int, right: int) -> None:
        painter.setPen(self.colour("text"))
        metrics = QFontMetrics(painter.font())
        name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, left - 8)
        before = QRectF(0, top, left - 6, self.LINE)
        write(painter, before, Align.AlignVCenter | Align.AlignRight, name)
        length = self._length(bar, max(10, self.width() - left - right))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("chart1"))
        painter.drawRoundedRect(QRectF(left, top + 6, length, self.LINE - 12), 4, 4)
        painter.setPen(self.colour("text2"))
        behind = QRectF(left + length + 6, top, right, self.LINE)
        write(painter, behind, Align.AlignVCenter, bar.text)

    def _length(self, bar: Bar, room: int) -> float:
        longest = max(each.value for each in self._bars) or 1
        # nothing is drawn as a stroke: its line would look forgotten
        return max(2.0, room * max(0.0, bar.value) / longest)
