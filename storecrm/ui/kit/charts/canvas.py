"""What every chart is drawn on: points, the colours of the theme, and the words where there is
nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from storecrm.ui.kit import theme
from storecrm.ui.kit.charts.points import Point, Title

Align = Qt.AlignmentFlag


class Canvas(QWidget):
    """Points drawn in the colours of the theme.

    Args:
        titles: the titles of the table that says the same, one for each text of a point.
    """

    TYPE = 12
    """The size of words in pixels."""

    def __init__(self, name: str, titles: Sequence[Title]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.empty = ""
        self.titles = tuple(titles)
        self.points: list[Point] = []

    def paint(self, painter: QPainter) -> None:
        """Paint the points; there is one at least."""
        raise NotImplementedError

    def outline(self, at: int) -> QPainterPath:
        """Where a point lies at the size of now."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """The chart without what the pointer or the keys do to it."""
        # slanted lines of the flow and of days would be stairs
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.face())
        if self.points:
            self.paint(painter)
        else:
            self._nothing(painter)

    def face(self) -> QFont:
        """The face of all words in the chart."""
        face = QFont(self.font())
        face.setPixelSize(self.TYPE)
        return face

    def advance(self, text: str) -> int:
        """How wide words are in the chart's face."""
        return QFontMetrics(self.face()).horizontalAdvance(text)

    def fitting(self, text: str, room: float) -> str:
        """Words cut with "…" where there is no room; the point is read whole."""
        # measured in the face that paints: the widget's own is larger
        metrics = QFontMetrics(self.face())
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))

    def colour(self, role: str, alpha: int = 255) -> QColor:
        found = theme.colour(role)
        # a colour of the theme is shared: this one is a copy
        found.setAlpha(alpha)
        return found

    def _nothing(self, painter: QPainter) -> None:
        """The words where there is nothing to draw."""
        painter.setPen(self.colour("muted"))
        centred = int(Align.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(self.rect(), centred, self.empty)


def write(painter: QPainter, box: QRectF, align: Align, text: str) -> None:
    """Words in a box, in the painter's pen."""
    painter.drawText(box, int(align), text)
