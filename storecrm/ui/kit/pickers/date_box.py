"""A box for a day, with a calendar and days to choose at once.

box = DateBox(words.t("Valid until"), words, day, ahead(words, today))
box.day()        ->  date | None
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.pickers.calendar_popup import CalendarPopup, Preset
from storecrm.ui.kit.pickers.readings import typed_day
from storecrm.ui.kit.pickers.typed_box import TypedBox

_ICON_ROOM = 28
_MONTH = 31
"""Days from any first of a month that lead into the next one."""


class DateBox(TypedBox):
    """A day typed as people type it (11-30, +7, 明天, 2026/12/1), written 2026-12-01. Arrow keys
    move by days, page keys by months, Alt+Down opens the calendar.

    Args:
        presets: days that stand beside the calendar; those that are usual are `ahead` and `back`.
        today: the shop's day; the calendar's of now when left out.
    """

    room = _ICON_ROOM

    def __init__(
        self,
        name: str,
        words: Catalogue,
        day: date | None = None,
        presets: Iterable[Preset] = (),
        *,
        today: Callable[[], date] | None = None,
    ) -> None:
        super().__init__(name, words)
        self._presets = tuple(presets)
        self._today = today or self._calendar_day
        self.setPlaceholderText(self.written(self._today()))
        # no text: it is no act of the page
        self._opener = QAction(theme.icon("calendar", "text2", 18), "", self)
        self._opener.setToolTip(words.t("Calendar (Alt+Down)"))
        self._opener.triggered.connect(self.open_calendar)
        self.addAction(self._opener, QLineEdit.ActionPosition.TrailingPosition)
        self.set_day(day)

    def _calendar_day(self) -> date:
        return datetime.now(self.words.zone or UTC).date()

    def day(self) -> date | None:
        """The day; None of an empty box and of what cannot be read."""
        value = self.current()
        return value if isinstance(value, date) else None

    def set_day(self, day: date | None) -> None:
        """Put a day in; it is nobody's change."""
        self.set_current(day)

    def read(self, text: str) -> date:
        return typed_day(text, self._today())

    def written(self, value: date) -> str:
        return value.isoformat()

    def stepped(self, value: date | None, by: int, *, far: bool) -> date:
        if value is None:
            return self._today()
        return month_away(value, by) if far else value + timedelta(days=by)

    def wrong(self) -> str:
        return self.words.t("Not a date. Type it as {day}.", day=self.written(self._today()))

    @Slot()
    def open_calendar(self) -> None:
        """The calendar under the box, at its day."""
        if self.isReadOnly():
            return
        popup = CalendarPopup(self, self.words, self.day() or self._today(), self._presets)
        popup.picked.connect(self._pick)
        popup.open_under(self)

    @Slot(object)
    def _pick(self, day: date) -> None:
        self.put(day)
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and alt:
            self.open_calendar()
            return
        super().keyPressEvent(event)


def month_away(day: date, by: int) -> date:
    """The same day of the next month or the one before, its last where it is shorter."""
    first = day.replace(day=1)
    other = first + timedelta(days=_MONTH) if by > 0 else first - timedelta(days=1)
    return min(_last_of(other), other.replace(day=1) + timedelta(days=day.day - 1))


def _last_of(day: date) -> date:
    """The last day of its month."""
    in_next = day.replace(day=1) + timedelta(days=_MONTH)
    return in_next.replace(day=1) - timedelta(days=1)


def ahead(words: Catalogue, today: date) -> tuple[Preset, ...]:
    """Days to come, for what begins or ends."""
    next_month = _last_of(today) + timedelta(days=1)
    return (
        Preset(words.t("Today"), today),
        Preset(words.t("Tomorrow"), today + timedelta(days=1)),
        Preset(words.t("In 7 days"), today + timedelta(days=7)),
        Preset(words.t("In 30 days"), today + timedelta(days=30)),
        Preset(words.t("End of this month"), _last_of(today)),
        Preset(words.t("End of next month"), _last_of(next_month)),
        Preset(words.t("End of the year"), today.replace(month=12, day=31)),
    )


def back(words: Catalogue, today: date) -> tuple[Preset, ...]:
    """Days gone by, for what is looked at."""
    last_month = today.replace(day=1) - timedelta(days=1)
    return (
        Preset(words.t("Today"), today),
        Preset(words.t("Yesterday"), today - timedelta(days=1)),
        Preset(words.t("7 days ago"), today - timedelta(days=7)),
        Preset(words.t("30 days ago"), today - timedelta(days=30)),
        Preset(words.t("First of this month"), today.replace(day=1)),
        Preset(words.t("First of last month"), last_month.replace(day=1)),
        Preset(words.t("First of the year"), today.replace(month=1, day=1)),
    )
