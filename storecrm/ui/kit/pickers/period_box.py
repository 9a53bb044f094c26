"""From one day to another, with the periods that are usual.

box = PeriodBox(words, first, last, today)
box.days()       ->  (first, last), None while one of them is missing or they stand the wrong way
"""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.pickers.date_box import DateBox, back
from storecrm.ui.kit.widgets import ChoiceBox, label, row

_CHOSEN = ""
"""The name of days that somebody chose."""
Days = tuple[date, date]


def periods(today: date) -> dict[str, Days]:
    """The usual periods up to a day, by their names."""
    this_month = today.replace(day=1)
    before = this_month - timedelta(days=1)
    return {
        "today": (today, today),
        "week": (today - timedelta(days=6), today),
        "this_month": (this_month, today),
        "last_month": (before.replace(day=1), before),
        "year": (today.replace(month=1, day=1), today),
    }


class PeriodBox(QWidget):
    """Two days, both included, and a choice of usual ones before them."""

    changed = Signal()

    def __init__(
        self, words: Catalogue, first: date, last: date, today: Callable[[], date]
    ) -> None:
        super().__init__()
        self._words = words
        self._today = today
        titles = {
            _CHOSEN: words.t("Chosen days"),
            "today": words.t("Today"),
            "week": words.t("Last 7 days"),
            "this_month": words.t("This month"),
            "last_month": words.t("Last month"),
            "year": words.t("This year"),
        }
        self.usual = ChoiceBox(words.t("Period"), titles)
        usual_days = back(words, today())
        self.first = DateBox(words.t("From"), words, first, usual_days, today=today)
        self.last = DateBox(words.t("To"), words, last, usual_days, today=today)
        line = row(self.usual, self.first, label("–"), self.last, None)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.setFocusProxy(self.usual)
        self._name()
        self.usual.activated.connect(self._take)
        for box in (self.first, self.last):
            box.changed.connect(self._typed)

    def days(self) -> Days | None:
        """The first and the last day."""
        first = self.first.day()
        last = self.last.day()
        if first is None or last is None or first > last:
            return None
        return first, last

    def problem(self) -> str:
        """What is wrong with the days, "" where nothing is."""
        # what cannot be read is said before what is missing
        unread = self.first.problem() or self.last.problem()
        if unread or self.days() is not None:
            return unread
        if self.first.day() is None or self.last.day() is None:
            return self._words.t("Both days are needed.")
        return self._words.t("The last day lies before the first.")

    @Slot(int)
    def _take(self, _at: int) -> None:
        """A usual period was chosen."""
        days = periods(self._today()).get(self.usual.text())
        # "chosen days" leaves the days that stand there
        if days is not None:
            first, last = days
            self.first.set_day(first)
            self.last.set_day(last)
            self.changed.emit()

    @Slot(object)
    def _typed(self, _day: date | None) -> None:
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        """Say which of the usual periods it is, if it is one."""
        days = self.days()
        found = [name for name, usual in periods(self._today()).items() if usual == days]
        # on the first of a month that month so far is today, too
        self.usual.setText(found[0] if found else _CHOSEN)
