"""What every chart is: painted by ourselves from the theme's tokens.

Every chart says in one sentence what it shows (its accessible description and tool tip), and its
numbers stand in a table beside it.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from storecrm.ui.kit import theme

Align = Qt.AlignmentFlag


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
        found = theme.colour(role)
        # a colour of the theme is shared: this one is a copy
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
        centred = int(Align.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(self.rect(), centred, self.empty)


def write(painter: QPainter, box: QRectF, align: Align, text: str) -> None:
    """Words in a box, in the painter's pen."""
    painter.drawText(box, int(align), text)
