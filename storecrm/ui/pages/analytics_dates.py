"""A day and an earlier one to compare with, above what is known of members on both."""

from datetime import date, timedelta

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.date_box import DateBox, back
from storecrm.ui.kit.widgets import beside, label
from storecrm.ui.viewmodels.analytics import KnownViewModel

BACK = 90
"""Days before today that moves are shown from, until somebody chooses others."""


class DatedTab(QWidget):
    """A tab that looks again whenever one of its two days is another."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        earlier = vm.today - timedelta(days=BACK)
        usual = back(words, vm.today)
        self.day = DateBox(words.t("As of"), words, vm.today, usual, today=lambda: vm.today)
        self.since = DateBox(
            words.t("Compared with"), words, earlier, usual, today=lambda: vm.today
        )
        self.errors = FieldErrors(self)
        # another day is another question, so it is asked at once
        for box in (self.day, self.since):
            box.changed.connect(lambda _: self._asked())

    def dates(self) -> QWidget:
        """The two days as a line."""
        w = self._words
        up_to = label(w.t("As of"))
        since = label(w.t("Compared with"))
        return beside(up_to, self.day, since, self.since, None)

    def _asked(self) -> None:
        """Somebody chose a day: look, or say what is wrong with it."""
        self.errors.clear()
        for box in (self.day, self.since):
            if box.day() is None:
                self.errors.show(box, box.problem() or self._words.t("A day is needed."))
        self.open()

    def open(self) -> None:
        """Look at the days that stand there."""
        day = self.day.day()
        since = self.since.day()
        # whoever is typing a day is not disturbed
        if day is not None and since is not None:
            self.look(day, since)

    def look(self, day: date, since: date) -> None:
        raise NotImplementedError("each tab looks at its own")

    def field_of(self, _error: StoreError) -> QWidget | None:
        """The field that a refusal is of; None where it is of none."""
        return None

    @Slot(object)
    def again(self, _: object) -> None:
        """Look again; a tab that nobody sees does so when it is opened."""
        if self.isVisible():
            self.open()
