"""Lines of words that fit their room: smaller, or cut with "…" and whole in the tool tip."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class FitLabel(QLabel):
    """One line that shrinks its own type until it fits: text at the till is never cut."""

    def __init__(self, largest: int, least: int) -> None:
        super().__init__()
        self._largest = largest
        self._least = least
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_largest(largest)

    def set_largest(self, largest: int) -> None:
        """The size of the type where there is room enough."""
        self._largest = largest
        # the line of a Chinese face is higher than that of a Latin one
        self.setFixedHeight(int(largest * 1.5))

    def _face(self) -> QFont:
        face = QFont(self.font())
        face.setBold(True)
        for size in range(self._largest, min(self._least, self._largest) - 1, -1):
            face.setPixelSize(size)
            if QFontMetrics(face).horizontalAdvance(self.text()) <= self.width():
                break
        return face

    def painted(self) -> QRect:
        """Where the words really stand, which is what must not lie over others."""
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        return QFontMetrics(self._face()).boundingRect(self.rect(), flags, self.text())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        face = self._face()
        shown = QFontMetrics(face).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.setFont(face)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(
            self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown
        )
        painter.end()

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(10, self.height())


class ElideLabel(QLabel):
    """One line of words, cut with "…" where there is no room; whole in the tool tip."""

    def __init__(self, text: str = "", kind: str = "") -> None:
        super().__init__()
        if kind:
            self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(10, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class TailLabel(ElideLabel):
    """Small words at the end of a line."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "small")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
