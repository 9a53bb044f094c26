"""Charts: bars, a line over days, the 5 x 5 heat map, and the flow from stage to stage. Painted by
ourselves from the theme's tokens.

Every chart says in one sentence what it shows (its accessible description and tool tip), and its
numbers stand in a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from storecrm.ui.kit.tokens import tokens


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and the words at its end."""

    name: str
    value: float
    text: str


@dataclass(frozen=True)
class HeatCell:
    """One cell of the heat map: column and row (1 to 5), how warm, and two lines of words."""

    x: int
    y: int
    value: float
    text: str
    more: str


@dataclass(frozen=True)
class Flow:
    """How many went from one name to another."""

    start: str
    end: str
    count: int


class Chart(QWidget):
    """The ground of every chart: a name, a sentence, colours of the theme."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.empty = ""

    def tell(self, sentence: str) -> None:
        """What the chart shows, in one sentence."""
        self.setAccessibleDescription(sentence)
        self.update()

    def colour(self, role: str, alpha: int = 255) -> QColor:
        app = QApplication.instance()
        found = QColor(tokens(bool(app.property("dark")) if app else False)[role])
        found.setAlpha(alpha)
        return found

    def begin(self, size: int = 13) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = self.font()
        face.setPixelSize(size)
        painter.setFont(face)
        return painter

    def nothing(self, painter: QPainter) -> None:
        """The words where there is nothing to draw."""
        painter.setPen(self.colour("muted"))
        painter.drawText(
            self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.empty
        )


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
        self.tell("; ".join(f"{bar.name}: {bar.text}" for bar in self._bars) or self.empty)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin()
        if not self._bars:
            self.nothing(painter)
            return
        metrics = QFontMetrics(painter.font())
        left = min(
            self.width() // 3, max(metrics.horizontalAdvance(bar.name) for bar in self._bars) + 10
        )
        right = max(metrics.horizontalAdvance(bar.text) for bar in self._bars) + 12
        room, most = max(10, self.width() - left - right), max(bar.value for bar in self._bars) or 1
        for at, bar in enumerate(self._bars):
            top = at * self.LINE
            painter.setPen(self.colour("text"))
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, left - 8)
            painter.drawText(
                QRectF(0, top, left - 6, self.LINE),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
                name,
            )
            length = max(2.0, room * max(0.0, bar.value) / most)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour("chart1"))
            painter.drawRoundedRect(QRectF(left, top + 6, length, self.LINE - 12), 4, 4)
            painter.setPen(self.colour("text2"))
            painter.drawText(
                QRectF(left + length + 6, top, right, self.LINE),
                int(Qt.AlignmentFlag.AlignVCenter),
                bar.text,
            )
        painter.end()


class LineChart(Chart):
    """One value over days; the first, the last and the highest are named."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._points: list[tuple[date, float, str]] = []
        self.setMinimumHeight(110)

    def show_points(self, points: Sequence[tuple[date, float, str]]) -> None:
        """(day, value, its words), by day."""
        self._points = list(points)
        first, last = (self._points[0], self._points[-1]) if self._points else (None, None)
        self.tell(
            f"{first[0]}: {first[2]} → {last[0]}: {last[2]}" if first and last else self.empty
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin(12)
        if len(self._points) < 2:
            self.nothing(painter)
            return
        inside = QRectF(8, 22, self.width() - 16, self.height() - 48)
        days = max(1, (self._points[-1][0] - self._points[0][0]).days)
        most = max(value for _, value, _ in self._points) or 1.0
        spots = [
            QPointF(
                inside.left() + inside.width() * (day - self._points[0][0]).days / days,
                inside.bottom() - inside.height() * value / most,
            )
            for day, value, _ in self._points
        ]
        painter.setPen(QPen(self.colour("line"), 1))
        painter.drawLine(inside.bottomLeft(), inside.bottomRight())
        painter.setPen(QPen(self.colour("chart1"), 2))
        painter.drawPolyline(spots)
        painter.setBrush(self.colour("chart1"))
        for spot in spots if len(spots) <= 40 else (spots[0], spots[-1]):
            painter.drawEllipse(spot, 3, 3)
        painter.setPen(self.colour("text2"))
        for at, align in ((0, Qt.AlignmentFlag.AlignLeft), (-1, Qt.AlignmentFlag.AlignRight)):
            day, _, text = self._points[at]
            painter.drawText(
                QRectF(inside.left(), inside.bottom() + 4, inside.width(), 18),
                int(align),
                day.isoformat(),
            )
            top = max(2.0, spots[at].y() - 20)
            painter.drawText(QRectF(inside.left(), top, inside.width(), 18), int(align), text)
        painter.end()


class HeatMap(Chart):
    """A 5 x 5 map: how lately from left to right, how often from below; a cell is chosen by mouse
    or arrows."""

    chosen = Signal(int, int)

    def __init__(self, name: str, across: str, up: str) -> None:
        super().__init__(name)
        self._cells: dict[tuple[int, int], HeatCell] = {}
        self._across, self._up = across, up
        self._at = (5, 5)
        self.setMinimumSize(300, 260)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)

    def show_cells(self, cells: Sequence[HeatCell], sentence: str) -> None:
        self._cells = {(cell.x, cell.y): cell for cell in cells}
        self.tell(sentence)

    def sizeHint(self) -> QSize:
        return QSize(420, 340)

    def _area(self) -> QRectF:
        return QRectF(34, 6, self.width() - 44, self.height() - 36)

    def _box(self, x: int, y: int) -> QRectF:
        area = self._area()
        wide, high = area.width() / 5, area.height() / 5
        return QRectF(area.left() + (x - 1) * wide, area.bottom() - y * high, wide, high).adjusted(
            2, 2, -2, -2
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin(12)
        warmest = max((cell.value for cell in self._cells.values()), default=0) or 1
        for x in range(1, 6):
            for y in range(1, 6):
                self._paint_cell(painter, x, y, warmest)
        area = self._area()
        painter.setPen(self.colour("text2"))
        for step in range(1, 6):
            below = QRectF(
                self._box(step, 1).left(), area.bottom() + 2, self._box(step, 1).width(), 16
            )
            painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), str(step))
            side = QRectF(18, self._box(1, step).top(), 14, self._box(1, step).height())
            painter.drawText(side, int(Qt.AlignmentFlag.AlignCenter), str(step))
        painter.drawText(
            QRectF(area.left(), area.bottom() + 16, area.width(), 16),
            int(Qt.AlignmentFlag.AlignCenter),
            self._across,
        )
        painter.translate(2, area.center().y())
        painter.rotate(-90)
        painter.drawText(
            QRectF(-area.height() / 2, 0, area.height(), 16),
            int(Qt.AlignmentFlag.AlignCenter),
            self._up,
        )
        painter.end()

    def _paint_cell(self, painter: QPainter, x: int, y: int, warmest: float) -> None:
        box, cell = self._box(x, y), self._cells.get((x, y))
        share = (cell.value / warmest) ** 0.5 if cell else 0.0
        painter.setPen(
            QPen(self.colour("text"), 2)
            if self.hasFocus() and self._at == (x, y)
            else Qt.PenStyle.NoPen
        )
        painter.setBrush(
            self.colour("chart1", 30 + int(225 * share)) if cell else self.colour("sunken")
        )
        painter.drawRoundedRect(box, 6, 6)
        if cell is None:
            return
        app = QApplication.instance()
        dark = bool(app.property("dark")) if app else False
        # on a warm cell the page's own ground is the readable ink
        painter.setPen(
            self.colour("bg" if dark else "on_accent") if share > 0.62 else self.colour("text")
        )
        upper, lower = QRectF(box), QRectF(box)
        upper.setBottom(box.center().y())
        lower.setTop(box.center().y())
        painter.drawText(
            upper, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom), cell.text
        )
        metrics = QFontMetrics(painter.font())
        more = metrics.elidedText(cell.more, Qt.TextElideMode.ElideRight, int(box.width()) - 4)
        painter.drawText(
            lower, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), more
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for x in range(1, 6):
            for y in range(1, 6):
                if self._box(x, y).contains(event.position()):
                    self._at = (x, y)
                    self.chosen.emit(x, y)
                    self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }.get(Qt.Key(event.key()))
        if step is not None:
            self._at = (
                min(5, max(1, self._at[0] + step[0])),
                min(5, max(1, self._at[1] + step[1])),
            )
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self._at)
        else:
            super().keyPressEvent(event)


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
        self._flows, self._names = [flow for flow in flows if flow.count > 0], dict(names)
        self.tell(sentence)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin(12)
        self._bands = []
        if not self._flows:
            self.nothing(painter)
            return
        total = sum(flow.count for flow in self._flows)
        wide = (
            max(
                QFontMetrics(painter.font()).horizontalAdvance(self._title(name, total))
                for name in self._names
            )
            + 12
        )
        left, right = self._column(total, start=True), self._column(total, start=False)
        x0, x1 = float(wide), self.width() - wide - 1.0
        self._paint_bands(painter, dict(left), dict(right), total, x0, x1)
        for column, at, align in (
            (left, 0.0, Qt.AlignmentFlag.AlignRight),
            (right, x1 + 10, Qt.AlignmentFlag.AlignLeft),
        ):
            for name, (top, high, count) in column.items():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._ink(name))
                painter.drawRect(QRectF(x0 - 6 if at == 0.0 else x1, top, 6, max(2.0, high)))
                painter.setPen(self.colour("text"))
                box = QRectF(at, top + high / 2 - 9, wide - 10, 18)
                painter.drawText(
                    box, int(Qt.AlignmentFlag.AlignVCenter | align), self._title(name, count)
                )
        painter.end()

    def _title(self, name: str, count: int) -> str:
        return f"{self._names.get(name, name)} {count:,}"

    def _ink(self, name: str, alpha: int = 255) -> QColor:
        order = list(self._names)
        return self.colour(
            f"chart{order.index(name) % 7 + 1}" if name in order else "chart5", alpha
        )

    def _column(self, total: int, *, start: bool) -> dict[str, tuple[float, float, int]]:
        """Top, height and count of each name on one side; small ones keep room for their words."""
        counts = {
            name: sum(f.count for f in self._flows if (f.start if start else f.end) == name)
            for name in self._names
        }
        shown = {name: count for name, count in counts.items() if count}
        gap, least = 6.0, 18.0
        room = self.height() - 8 - gap * (len(shown) - 1)
        spare = max(0.0, room - least * len(shown))
        top, found = 4.0, {}
        for name, count in shown.items():
            high = least + spare * count / total
            found[name] = (top, high, count)
            top += high + gap
        return found

    def _paint_bands(
        self,
        painter: QPainter,
        left: dict[str, tuple[float, float, int]],
        right: dict[str, tuple[float, float, int]],
        total: int,
        x0: float,
        x1: float,
    ) -> None:
        from_top = {name: top for name, (top, _, _) in left.items()}
        to_top = {name: top for name, (top, _, _) in right.items()}
        for start in left:
            for end in right:
                count = sum(f.count for f in self._flows if f.start == start and f.end == end)
                if not count:
                    continue
                a, b = (
                    left[start][1] * count / left[start][2],
                    right[end][1] * count / right[end][2],
                )
                y0, y1, middle = from_top[start], to_top[end], (x0 + x1) / 2
                path = QPainterPath(QPointF(x0, y0))
                path.cubicTo(QPointF(middle, y0), QPointF(middle, y1), QPointF(x1, y1))
                path.lineTo(QPointF(x1, y1 + b))
                path.cubicTo(QPointF(middle, y1 + b), QPointF(middle, y0 + a), QPointF(x0, y0 + a))
                path.closeSubpath()
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._ink(start, 70 if start == end else 120))
                painter.drawPath(path)
                self._bands.append(
                    (
                        path,
                        f"{self._names.get(start, start)} → {self._names.get(end, end)}: {count:,}",
                    )
                )
                from_top[start] += a
                to_top[end] += b

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            said = next(
                (
                    text
                    for path, text in reversed(self._bands)
                    if path.contains(QPointF(event.pos()))
                ),
                "",
            )
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)
