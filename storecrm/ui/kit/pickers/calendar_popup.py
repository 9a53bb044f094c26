"""The calendar under a box for a day, with days to choose at once beside it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.widgets import button

_GAP = 2
_WEEKEND = (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)


class Preset(NamedTuple):
    """A day that can be chosen by its words."""

    text: str
    day: date


class CalendarPopup(QFrame):
    """A month of days; arrow keys move, Enter takes the day, Esc leaves everything as it was."""

    picked = Signal(object)  # date

    def __init__(
        self, parent: QWidget, words: Catalogue, day: date, presets: Sequence[Preset]
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", True)
        self.setAccessibleName(words.t("Calendar"))
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 8, 8, 8)
        self.calendar = _month(words, day)
        line.addWidget(self.calendar)
        self.presets = [self._preset(preset) for preset in presets]
        if self.presets:
            beside = QVBoxLayout()
            beside.setSpacing(4)
            for made in self.presets:
                beside.addWidget(made)
            beside.addStretch(1)
            line.addLayout(beside)
        self.calendar.activated.connect(self._take)
        self.calendar.clicked.connect(self._take)

    def _preset(self, preset: Preset) -> QWidget:
        made = button(preset.text, partial(self._give, preset.day), kind="link")
        made.setToolTip(preset.day.isoformat())
        return made

    def open_under(self, box: QWidget) -> None:
        """Be seen under the box, or over it where the screen ends."""
        self.adjustSize()
        corner = box.mapToGlobal(QPoint(0, box.height() + _GAP))
        screen = QGuiApplication.screenAt(corner) or box.screen()
        room = screen.availableGeometry()
        below = corner.y() + self.height() <= room.bottom()
        top = corner.y() if below else corner.y() - box.height() - self.height() - 2 * _GAP
        left = max(room.left(), min(corner.x(), room.right() - self.width()))
        self.move(left, max(room.top(), top))
        self.show()
        self.calendar.setFocus()

    @Slot(QDate)
    def _take(self, day: QDate) -> None:
        self._give(date(day.year(), day.month(), day.day()))

    def _give(self, day: date) -> None:
        self.picked.emit(day)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)


def _month(words: Catalogue, day: date) -> QCalendarWidget:
    made = QCalendarWidget()
    made.setAccessibleName(words.t("Calendar"))
    made.setLocale(QLocale(words.language))
    made.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    made.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    made.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
    made.setSelectedDate(QDate(day.year, day.month, day.day))
    # Qt writes weekends in a red that is for errors here
    plain = QTextCharFormat()
    plain.setForeground(theme.ink("text"))
    for weekday in _WEEKEND:
        made.setWeekdayTextFormat(weekday, plain)
    heads = QTextCharFormat()
    heads.setFontWeight(QFont.Weight.Bold)
    made.setHeaderTextFormat(heads)
    _draw_arrows(made)
    return made


def _draw_arrows(calendar: QCalendarWidget) -> None:
    """The house's own arrows for the months, where Qt has ones of 1995."""
    icons = {"qt_calendar_prevmonth": "chevron-left", "qt_calendar_nextmonth": "chevron-right"}
    for name, icon in icons.items():
        arrow = calendar.findChild(QToolButton, name)
        if isinstance(arrow, QToolButton):
            arrow.setIcon(theme.icon(icon, "text2", 18))
