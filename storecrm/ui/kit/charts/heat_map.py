"""The 5 x 5 heat map: how lately from left to right, how often from below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.charts.canvas import Align, write
from storecrm.ui.kit.charts.chart import Chart
from storecrm.ui.kit.charts.points import Point, Title
from storecrm.ui.kit.charts.shades import shade
from storecrm.ui.kit.tables import Kind

_Key = Qt.Key
SIDE = 5
_SCORES = range(1, SIDE + 1)


@dataclass(frozen=True)
class HeatCell:
    """One cell of the heat map: column and row (1 to 5), how many are in it and what they come to
    (in minor units), both in words, and the sentence that is read there."""

    x: int
    y: int
    count: int
    amount: int
    text: str
    more: str
    said: str


class Axes(NamedTuple):
    """What lies from left to right, and what from below."""

    across: str
    up: str


class HeatMap(Chart):
    """A 5 x 5 map; every cell can be read and chosen, an empty one too.

    Args:
        titles: of the count and of the amount.
    """

    STEPS = {_Key.Key_Right: 1, _Key.Key_Up: 1, _Key.Key_Left: -1, _Key.Key_Down: -1}

    def __init__(
        self, name: str, words: Catalogue, axes: Axes, titles: tuple[Title, Title]
    ) -> None:
        scores = (Title("R", Kind.NUMBER), Title("F", Kind.NUMBER))
        super().__init__(name, words, scores + titles)
        self.cells: list[HeatCell] = []
        self._axes = axes
        self.setMinimumSize(260, 180)

    def show_cells(self, cells: Sequence[HeatCell], sentence: str) -> None:
        """All 25 cells."""
        self.cells = sorted(cells, key=lambda cell: (cell.x, cell.y))
        is_first = not self.points
        self.show_points([_point(cell) for cell in self.cells], sentence)
        # the best customers are looked at first
        if is_first:
            self.go_to(len(self.cells) - 1)

    def step(self, at: int, key: Qt.Key) -> int:
        # cells lie column by column, each column from below
        x, y = divmod(at, SIDE)
        if key in (_Key.Key_Left, _Key.Key_Right):
            x = _within(x + self.STEPS[key])
        else:
            y = _within(y + self.STEPS[key])
        return x * SIDE + y

    def sizeHint(self) -> QSize:
        return QSize(420, 340)

    def outline(self, at: int) -> QPainterPath:
        path = QPainterPath()
        path.addRoundedRect(self._box(self.cells[at].x, self.cells[at].y), 6, 6)
        return path

    def paint(self, painter: QPainter) -> None:
        warmest = max(cell.count for cell in self.cells) or 1
        for cell in self.cells:
            self._paint_cell(painter, cell, cell.count / warmest)
        painter.setPen(self.colour("text2"))
        self._paint_scores(painter)
        self._paint_axes(painter)

    def _area(self) -> QRectF:
        # room for the scores and the names of both axes
        return QRectF(34, 6, self.width() - 44, self.height() - 40)

    def _box(self, x: int, y: int) -> QRectF:
        area = self._area()
        wide = area.width() / SIDE
        high = area.height() / SIDE
        left = area.left() + (x - 1) * wide
        top = area.bottom() - y * high
        return QRectF(left, top, wide, high).adjusted(2, 2, -2, -2)

    def _paint_scores(self, painter: QPainter) -> None:
        bottom = self._area().bottom()
        for score in _SCORES:
            column = self._box(score, 1)
            line = self._box(1, score)
            below = QRectF(column.left(), bottom + 2, column.width(), 16)
            write(painter, below, Align.AlignCenter, str(score))
            side = QRectF(18, line.top(), 14, line.height())
            write(painter, side, Align.AlignCenter, str(score))

    def _paint_axes(self, painter: QPainter) -> None:
        area = self._area()
        below = QRectF(area.left(), area.bottom() + 18, area.width(), 16)
        write(painter, below, Align.AlignCenter, self._axes.across)
        # the name of the other axis is read from below
        painter.save()
        painter.translate(2, area.center().y())
        painter.rotate(-90)
        beside = QRectF(-area.height() / 2, 0, area.height(), 16)
        write(painter, beside, Align.AlignCenter, self._axes.up)
        painter.restore()

    def _paint_cell(self, painter: QPainter, cell: HeatCell, share: float) -> None:
        box = self._box(cell.x, cell.y)
        painter.setPen(Qt.PenStyle.NoPen)
        if not cell.count:
            painter.setBrush(self.colour("sunken"))
            painter.drawRoundedRect(box, 6, 6)
            return
        # the root keeps cells apart where one is far warmer than all others
        ground, ink = shade("chart1", share**0.5, dark=theme.is_dark_now())
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(self.colour(ink))
        self._write_cell(painter, box, cell)

    def _write_cell(self, painter: QPainter, box: QRectF, cell: HeatCell) -> None:
        upper = QRectF(box)
        lower = QRectF(box)
        middle = box.center().y()
        upper.setBottom(middle)
        lower.setTop(middle)
        write(painter, upper, Align.AlignHCenter | Align.AlignBottom, cell.text)
        more = self.fitting(cell.more, box.width() - 4)
        write(painter, lower, Align.AlignHCenter | Align.AlignTop, more)


def _within(place: int) -> int:
    return min(SIDE - 1, max(0, place))


def _point(cell: HeatCell) -> Point:
    texts = (str(cell.x), str(cell.y), cell.text, cell.more)
    return Point(texts, (cell.x, cell.y, cell.count, cell.amount), cell.said)
