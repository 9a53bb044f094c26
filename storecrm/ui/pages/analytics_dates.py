"""A day and an earlier one to compare with, above what is known of members on both."""

from datetime import date, timedelta

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.dates import date_box, day_in
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
        self.day = date_box(vm.today, words.t("Up to"))
        self.since = date_box(earlier, words.t("Moves since"))
        # another day is another question, so it is asked at once
        for box in (self.day, self.since):
            box.dateChanged.connect(lambda _: self.open())

    def dates(self) -> QWidget:
        """The two days as a line."""
        w = self._words
        up_to = label(w.t("Up to"))
        since = label(w.t("Moves since"))
        return beside(up_to, self.day, since, self.since, None)

    @property
    def days(self) -> tuple[date, date]:
        return day_in(self.day), day_in(self.since)

    def open(self) -> None:
        raise AssertionError("each tab looks at its own")

    @Slot(object)
    def again(self, _: object) -> None:
        """Look again; a tab that nobody sees does so when it is opened."""
        if self.isVisible():
            self.open()
