"""The flow from the names on the left to those on the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QToolTip

from storecrm.ui.kit.charts import Align, Chart, write

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
    """From the names on the left to those on the right, each band as wide as how many went."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._flows: list[Flow] = []
        self._names: dict[str, str] = {}
        self._bands: list[tuple[QPainterPath, str]] = []
        self.setMinimumSize(320, 260)

    def show_flows(self, flows: Sequence[Flow], names: dict[str, str], sentence: str) -> None:
        """`names` are every name in the order in which they stand, with its words."""
        self._flows = [flow for flow in flows if flow.count > 0]
        self._names = dict(names)
        self.tell(sentence)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin(12)
        self._bands = []
        if not self._flows:
            self.nothing(painter)
            return
        wide = self._widest(painter) + 12
        left = self._column(start=True)
        right = self._column(start=False)
        x0 = float(wide)
        x1 = self.width() - wide - 1.0
        self._paint_bands(painter, left, right, (x0, x1))
        self._paint_column(painter, left, x0 - 6, QRectF(0.0, 0, wide - 10, 18), Align.AlignRight)
        beside = QRectF(x1 + 10, 0, wide - 10, 18)
        self._paint_column(painter, right, x1, beside, Align.AlignLeft)
        painter.end()

    def _widest(self, painter: QPainter) -> int:
        """Room for the longest name with the largest count that it could have."""
        measure = QFontMetrics(painter.font()).horizontalAdvance
        total = self._total()
        return max(measure(self._title(name, total)) for name in self._names)

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
            words.moveTop(stack.top + stack.high / 2 - 9)
            write(painter, words, Align.AlignVCenter | align, self._title(name, stack.count))

    def _title(self, name: str, count: int) -> str:
        return f"{self._names.get(name, name)} {count:,}"

    def _ink(self, name: str, alpha: int = 255) -> QColor:
        order = list(self._names)
        if name not in order:
            return self.colour("chart5", alpha)
        number = order.index(name) % _COLOURS + 1
        return self.colour(f"chart{number}", alpha)

    def _column(self, *, start: bool) -> dict[str, _Stack]:
        """Each name on one side; small ones keep room for their words."""
        # names keep their order, whatever order the flows come in
        counts = dict.fromkeys(self._names, 0)
        for flow in self._flows:
            name = flow.start if start else flow.end
            if name in counts:
                counts[name] += flow.count
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

    def _paint_bands(
        self,
        painter: QPainter,
        left: dict[str, _Stack],
        right: dict[str, _Stack],
        across: tuple[float, float],
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for start, from_stack in left.items():
            for end, to_stack in right.items():
                count = self._count(start, end)
                if not count:
                    continue
                path = _band(across, from_stack.take(count), to_stack.take(count))
                # who stayed is paler than who moved
                painter.setBrush(self._ink(start, 70 if start == end else 120))
                painter.drawPath(path)
                self._bands.append((path, self._sentence(start, end, count)))

    def _count(self, start: str, end: str) -> int:
        return sum(flow.count for flow in self._flows if (flow.start, flow.end) == (start, end))

    def _sentence(self, start: str, end: str, count: int) -> str:
        before = self._names.get(start, start)
        after = self._names.get(end, end)
        return f"{before} → {after}: {count:,}"

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            said = self._said_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def _said_at(self, spot: QPointF) -> str:
        # the band painted last lies on top
        for path, text in reversed(self._bands):
            if path.contains(spot):
                return text
        return ""


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
