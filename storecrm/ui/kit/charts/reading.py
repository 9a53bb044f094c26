"""The value beside the pointer, or beside the point that the arrow keys chose.

It lies over the page, takes no clicks and moves nothing; Qt's own tool tip would come late and go
after some seconds.
"""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

_AWAY = 10
"""Between the point and its words, in pixels."""


class Reading(QLabel):
    """One sentence that lies over the window."""

    def __init__(self, chart: QWidget) -> None:
        super().__init__(chart.window())
        self.setProperty("kind", "reading")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._chart = chart
        self._window = chart.window()

    def read(self, text: str, beside: QRect) -> None:
        """Say `text` above the place, or below it where there is no room above."""
        self.setText(text)
        self.adjustSize()
        window = self._window
        spot = self._chart.mapTo(window, QPoint(beside.center().x(), beside.top()))
        left = min(spot.x() - self.width() // 2, window.width() - self.width() - 4)
        top = spot.y() - self.height() - _AWAY
        # below the point where it would leave the window
        if top < 4:
            top = spot.y() + beside.height() + _AWAY
        self.move(max(4, left), top)
        self.show()
        self.raise_()
