"""A chart as a picture, for the clipboard or a file: its name above, no pointer and no cursor."""

from PySide6.QtCore import QMargins, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from storecrm.ui.kit import theme
from storecrm.ui.kit.charts.canvas import Canvas

_SHARP = 2
"""Pixels of the picture for each of the screen: it is seen on paper, too."""
_EDGE = 16
_HEAD = 40
"""The room of the name."""


def picture(chart: Canvas) -> QImage:
    """The chart as it is drawn now, twice as sharp as on the screen."""
    edges = QMargins(_EDGE, _EDGE + _HEAD, _EDGE, _EDGE)
    # as large as it is seen now: whoever wants more makes the window larger
    size = chart.size().grownBy(edges)
    image = QImage(size * _SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARP)
    image.fill(theme.colour("surface"))
    painter = QPainter(image)
    face = chart.font()
    face.setPixelSize(18)
    face.setBold(True)
    painter.setFont(face)
    painter.setPen(theme.colour("text"))
    head = QRectF(_EDGE, _EDGE, chart.width(), _HEAD - 12)
    painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter), chart.accessibleName())
    # the chart paints from its own corner, below the name
    painter.translate(_EDGE, _EDGE + _HEAD)
    chart.draw(painter)
    painter.end()
    return image
