"""The 5 x 5 heat map: how lately from left to right, how often from below."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from storecrm.ui.kit import theme
from storecrm.ui.kit.charts import Align, Chart, write

_SIDE = 5
_SCORES = range(1, _SIDE + 1)
_SIDEWAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0)}
_UPRIGHT = {Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_STEPS = _SIDEWAYS | _UPRIGHT
_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_WARM = 0.62
"""From this share on the page's own ground is the readable ink."""


@dataclass(frozen=True)
class HeatCell:
    """One cell of the heat map: column and row (1 to 5), how warm, and two lines of words."""

    x: int
    y: int
    value: float
    text: str
    more: str


class HeatMap(Chart):
    """A 5 x 5 map: how lately from left to right, how often from below; a cell is chosen by mouse
    or arrows."""

    chosen = Signal(int, int)

    def __init__(self, name: str, across: str, up: str) -> None:
        super().__init__(name)
        self._cells: dict[tuple[int, int], HeatCell] = {}
        self._across = across
        self._up = up
        self._at = (_SIDE, _SIDE)
        self.setMinimumSize(300, 260)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # the tool tip follows the cell
        self.setMouseTracking(True)

    def show_cells(self, cells: Sequence[HeatCell], sentence: str) -> None:
        self._cells = {(cell.x, cell.y): cell for cell in cells}
        self.tell(sentence)

    def sizeHint(self) -> QSize:
        return QSize(420, 340)

    def _area(self) -> QRectF:
        # room for the scores and the names of both axes
        return QRectF(34, 6, self.width() - 44, self.height() - 36)

    def _box(self, x: int, y: int) -> QRectF:
        area = self._area()
        wide = area.width() / _SIDE
        high = area.height() / _SIDE
        left = area.left() + (x - 1) * wide
        top = area.bottom() - y * high
        return QRectF(left, top, wide, high).adjusted(2, 2, -2, -2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self.begin(12)
        warmest = max((cell.value for cell in self._cells.values()), default=0) or 1
        for x in _SCORES:
            for y in _SCORES:
                self._paint_cell(painter, x, y, warmest)
        painter.setPen(self.colour("text2"))
        self._paint_scores(painter)
        self._paint_axes(painter)
        painter.end()

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
        below = QRectF(area.left(), area.bottom() + 16, area.width(), 16)
        write(painter, below, Align.AlignCenter, self._across)
        # the name of the other axis is read from below
        painter.translate(2, area.center().y())
        painter.rotate(-90)
        beside = QRectF(-area.height() / 2, 0, area.height(), 16)
        write(painter, beside, Align.AlignCenter, self._up)

    def _paint_cell(self, painter: QPainter, x: int, y: int, warmest: float) -> None:
        box = self._box(x, y)
        cell = self._cells.get((x, y))
        is_chosen = self.hasFocus() and self._at == (x, y)
        painter.setPen(QPen(self.colour("text"), 2) if is_chosen else Qt.PenStyle.NoPen)
        if cell is None:
            painter.setBrush(self.colour("sunken"))
            painter.drawRoundedRect(box, 6, 6)
            return
        # the root keeps cells apart where one is far warmer than all others
        share = (cell.value / warmest) ** 0.5
        painter.setBrush(self.colour("chart1", 30 + int(225 * share)))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(self.colour(_ink_on(share)))
        self._write_cell(painter, box, cell)

    def _write_cell(self, painter: QPainter, box: QRectF, cell: HeatCell) -> None:
        upper = QRectF(box)
        lower = QRectF(box)
        middle = box.center().y()
        upper.setBottom(middle)
        lower.setTop(middle)
        write(painter, upper, Align.AlignHCenter | Align.AlignBottom, cell.text)
        metrics = QFontMetrics(painter.font())
        room = int(box.width()) - 4
        more = metrics.elidedText(cell.more, Qt.TextElideMode.ElideRight, room)
        write(painter, lower, Align.AlignHCenter | Align.AlignTop, more)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for x in _SCORES:
            for y in _SCORES:
                if self._box(x, y).contains(event.position()):
                    self._at = (x, y)
                    self.chosen.emit(x, y)
                    self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            right, up = _STEPS[key]
            x, y = self._at
            self._at = (_within(x + right), _within(y + up))
            self.update()
        elif key in _CHOOSING:
            self.chosen.emit(*self._at)
        else:
            super().keyPressEvent(event)


def _within(score: int) -> int:
    return min(_SIDE, max(1, score))


def _ink_on(share: float) -> str:
    """The token of the ink that is readable on a cell so warm."""
    if share <= _WARM:
        return "text"
    return "bg" if theme.is_dark_now() else "on_accent"
