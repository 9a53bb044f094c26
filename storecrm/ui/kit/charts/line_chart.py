"""One value over days."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from storecrm.i18n import Catalogue
from storecrm.ui.kit.charts.canvas import Align, write
from storecrm.ui.kit.charts.chart import NOWHERE, Chart
from storecrm.ui.kit.charts.points import Point, Title

_MOST_DOTS = 40
"""Of more days only the first and the last are marked."""
_DOT = 3.0
_LABEL = 90
"""The room of one label, in pixels: the highest is named where no end is named so near."""


class DayValue(NamedTuple):
    """The value of a day, and its words."""

    day: date
    value: float
    text: str


class LineChart(Chart):
    """One value over days; the first, the last and the highest are named.

    Args:
        titles: of the days and of the values.
    """

    def __init__(self, name: str, words: Catalogue, titles: tuple[Title, Title]) -> None:
        super().__init__(name, words, titles)
        self._days: list[DayValue] = []
        self.setMinimumHeight(110)

    def show_days(self, days: Sequence[DayValue]) -> None:
        """The values, by day."""
        self._days = list(days)
        points = [_point(one) for one in days]
        whole = f"{points[0].said} → {points[-1].said}" if points else ""
        self.show_points(points, whole)

    def outline(self, at: int) -> QPainterPath:
        path = QPainterPath()
        path.addEllipse(self._spots()[at], 2 * _DOT, 2 * _DOT)
        return path

    def found(self, spot: QPointF) -> int:
        """The day above or below the pointer: nobody has to hit a dot."""
        if not self._days:
            return NOWHERE
        away = [abs(one.x() - spot.x()) for one in self._spots()]
        return away.index(min(away))

    def paint(self, painter: QPainter) -> None:
        inside = self._inside()
        spots = self._spots()
        # the ground is nothing at all: a line that begins at its lowest value lies
        painter.setPen(QPen(self.colour("line"), 1))
        painter.drawLine(inside.bottomLeft(), inside.bottomRight())
        painter.setPen(QPen(self.colour("chart1"), 2))
        painter.drawPolyline(spots)
        painter.setBrush(self.colour("chart1"))
        dots = spots if len(spots) <= _MOST_DOTS else [spots[0], spots[-1]]
        for spot in dots:
            painter.drawEllipse(spot, _DOT, _DOT)
        painter.setPen(self.colour("text2"))
        self._name_end(painter, 0, spots[0], Align.AlignLeft)
        if len(spots) > 1:
            self._name_end(painter, -1, spots[-1], Align.AlignRight)
        self._name_highest(painter, spots)

    def _inside(self) -> QRectF:
        # room for a value above and the days below
        return QRectF(8, 24, self.width() - 16, self.height() - 50)

    def _spots(self) -> list[QPointF]:
        inside = self._inside()
        began = self._days[0].day
        # by the calendar, for some days are missing; one day alone has no span
        days = max(1, (self._days[-1].day - began).days)
        highest = max(one.value for one in self._days) or 1.0
        wide = inside.width() / days
        high = inside.height() / highest
        return [
            QPointF(
                inside.left() + wide * (one.day - began).days, inside.bottom() - high * one.value
            )
            for one in self._days
        ]

    def _name_end(self, painter: QPainter, at: int, spot: QPointF, align: Align) -> None:
        """The day below one end of the line, and its value above."""
        inside = self._inside()
        below = QRectF(inside.left(), inside.bottom() + 4, inside.width(), 18)
        write(painter, below, align, self._days[at].day.isoformat())
        above = QRectF(inside.left(), _above(spot), inside.width(), 18)
        write(painter, above, align, self._days[at].text)

    def _name_highest(self, painter: QPainter, spots: list[QPointF]) -> None:
        at = min(range(len(spots)), key=lambda number: spots[number].y())
        spot = spots[at]
        inside = self._inside()
        # its words must not run into those of an end
        if min(spot.x() - inside.left(), inside.right() - spot.x()) > _LABEL:
            above = QRectF(spot.x() - _LABEL / 2, _above(spot), _LABEL, 18)
            write(painter, above, Align.AlignHCenter, self._days[at].text)


def _above(spot: QPointF) -> float:
    """Where words above a spot begin; they must not leave the chart."""
    return max(2.0, spot.y() - 22)


def _point(one: DayValue) -> Point:
    day = one.day.isoformat()
    return Point((day, one.text), (one.day, one.value), f"{day}: {one.text}")
