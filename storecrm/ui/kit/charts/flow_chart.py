"""The flow from the names on the left to those on the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from storecrm.i18n import Catalogue
from storecrm.ui.kit.charts.canvas import Align, write
from storecrm.ui.kit.charts.chart import Chart
from storecrm.ui.kit.charts.points import Point, Title

_COLOURS = 7
"""Colours that charts have; further names begin anew."""
_GAP, _LEAST = 6.0, 18.0
"""Between two names, and the room that the words of a small one need."""


@dataclass(frozen=True)
class Flow:
    """How many went from one name to another."""

    start: str
    end: str
    count: int


@dataclass
class _Stack:
    """One name on one side: where it begins, how high it is, how many it counts; `used` of its
    height has its bands already."""

    top: float
    high: float
    count: int
    used: float = 0.0

    def take(self, count: int) -> tuple[float, float]:
        """Top and height of the next band."""
        top = self.top + self.used
        high = self.high * count / self.count
        self.used += high
        return top, high


class FlowChart(Chart):
    """From the names on the left to those on the right, each band as wide as how many went.

    Args:
        titles: of the names on the left, of those on the right, and of the counts.
    """

    def __init__(self, name: str, words: Catalogue, titles: tuple[Title, Title, Title]) -> None:
        super().__init__(name, words, titles)
        self._words = words
        self._flows: list[Flow] = []
        self._names: dict[str, str] = {}
        self._laid: tuple[QSize, list[QPainterPath]] | None = None
        self.setMinimumSize(300, 180)

    def show_flows(self, flows: Sequence[Flow], names: dict[str, str], sentence: str) -> None:
        """`names` are every name in the order in which they stand, with its words."""
        self._names = dict(names)
        self._laid = None
        order = list(names)
        known = [flow for flow in flows if flow.count > 0 and {flow.start, flow.end} <= set(names)]
        # bands of one name lie in the order of the names on the other side
        self._flows = sorted(
            known, key=lambda flow: (order.index(flow.start), order.index(flow.end))
        )
        self.show_points([self._point(flow) for flow in self._flows], sentence)

    def _point(self, flow: Flow) -> Point:
        before = self._names[flow.start]
        after = self._names[flow.end]
        count = self._words.number(flow.count)
        said = f"{before} → {after}: {count}"
        return Point((before, after, count), (before, after, flow.count), said)

    def paint(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for flow, path in zip(self._flows, self._bands(), strict=True):
            # who stayed is paler than who moved
            painter.setBrush(self._ink(flow.start, 70 if flow.start == flow.end else 120))
            painter.drawPath(path)
        # the words stand outside of the bands, on both sides alike
        wide = self._widest()
        x0, x1 = self._across()
        left = QRectF(0.0, 0, wide, _LEAST)
        right = QRectF(x1 + 10, 0, wide, _LEAST)
        self._paint_column(painter, self._column(start=True), x0 - 6, left, Align.AlignRight)
        self._paint_column(painter, self._column(start=False), x1, right, Align.AlignLeft)

    def outline(self, at: int) -> QPainterPath:
        return self._bands()[at]

    def _bands(self) -> list[QPainterPath]:
        """The bands in the order of the flows, at the size of now."""
        # asked for each move of the pointer
        if self._laid is None or self._laid[0] != self.size():
            self._laid = (self.size(), self._lay())
        return self._laid[1]

    def _lay(self) -> list[QPainterPath]:
        left = self._column(start=True)
        right = self._column(start=False)
        across = self._across()
        return [
            _band(across, left[flow.start].take(flow.count), right[flow.end].take(flow.count))
            for flow in self._flows
        ]

    def _widest(self) -> int:
        """Room for the longest name with the largest count that it could have."""
        total = self._total()
        return max(self.advance(self._title(name, total)) for name in self._names)

    def _across(self) -> tuple[float, float]:
        """Where the bands begin and end."""
        edge = self._widest() + 12.0
        return edge, self.width() - edge - 1.0

    def _total(self) -> int:
        return sum(flow.count for flow in self._flows)

    def _paint_column(
        self, painter: QPainter, column: dict[str, _Stack], x: float, words: QRectF, align: Align
    ) -> None:
        """The names of one side: a stroke at `x`, and the words in a box of that width."""
        for name, stack in column.items():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ink(name))
            painter.drawRect(QRectF(x, stack.top, 6, max(2.0, stack.high)))
            painter.setPen(self.colour("text"))
            words.moveTop(stack.top + stack.high / 2 - _LEAST / 2)
            write(painter, words, Align.AlignVCenter | align, self._title(name, stack.count))

    def _title(self, name: str, count: int) -> str:
        return f"{self._names[name]} {self._words.number(count)}"

    def _ink(self, name: str, alpha: int = 255) -> QColor:
        number = list(self._names).index(name) % _COLOURS + 1
        return self.colour(f"chart{number}", alpha)

    def _column(self, *, start: bool) -> dict[str, _Stack]:
        """Each name on one side; small ones keep room for their words."""
        # names keep their order, whatever order the flows come in
        counts = dict.fromkeys(self._names, 0)
        for flow in self._flows:
            counts[flow.start if start else flow.end] += flow.count
        # a name that nobody left or reached needs no room
        shown = {name: count for name, count in counts.items() if count}
        total = self._total()
        room = self.height() - 8 - _GAP * (len(shown) - 1)
        spare = max(0.0, room - _LEAST * len(shown))
        top = 4.0
        found = dict[str, _Stack]()
        for name, count in shown.items():
            high = _LEAST + spare * count / total
            found[name] = _Stack(top, high, count)
            top += high + _GAP
        return found


def _band(
    across: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> QPainterPath:
    """A band from one side to the other, each given by its top and its height."""
    x0, x1 = across
    y0, high0 = start
    y1, high1 = end
    middle = (x0 + x1) / 2
    path = QPainterPath(QPointF(x0, y0))
    path.cubicTo(QPointF(middle, y0), QPointF(middle, y1), QPointF(x1, y1))
    low0 = y0 + high0
    low1 = y1 + high1
    path.lineTo(QPointF(x1, low1))
    path.cubicTo(QPointF(middle, low1), QPointF(middle, low0), QPointF(x0, low0))
    path.closeSubpath()
    return path
