"""New members and used coupons by the people who brought and handed them out."""

from collections.abc import Iterator
from datetime import timedelta

from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.reports.enrolment import Recruiter
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import label, row
from storecrm.ui.viewmodels.analytics import KnownViewModel


class RecruitingTab(QWidget):
    """A line for each person, from one day to another."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        # since the first of the last month: a bonus is reckoned after its end
        last_month = vm.today.replace(day=1) - timedelta(days=1)
        self.first = date_box(last_month.replace(day=1), words.t("From"))
        self.last = date_box(vm.today, words.t("To"))
        columns = list(self._columns())
        self.rows: RowsModel[Recruiter] = RowsModel(columns)
        people = table(self.rows, columns, words.t("Who brings members"))
        since = label(words.t("From"))
        until = label(words.t("To"))
        told = words.t(
            "Effective: bought soon enough after registering. How soon, and the bonus, are rules "
            "of the shop."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(row(since, self.first, until, self.last, None))
        column.addWidget(people, 1)
        column.addWidget(label(told, "small", wrap=True))
        for box in (self.first, self.last):
            box.dateChanged.connect(lambda _: self.open())
        vm.recruited.connect(self.rows.show)

    def _columns(self) -> Iterator[Column[Recruiter]]:
        w = self._words
        yield Column(w.t("Person"), lambda person: person.name, 140)
        yield Column(w.t("New members"), lambda person: w.number(person.registered), 110, True)
        yield Column(w.t("of them bought"), lambda person: w.number(person.effective), 110, True)
        yield Column(w.t("Bonus"), lambda person: w.money(person.bonus), 100, True)
        yield Column(
            w.t("Coupons handed out"), lambda person: w.number(person.handed_out), 140, True
        )
        yield Column(w.t("of them used"), lambda person: w.number(person.used), 110, True)

    def open(self) -> None:
        first = day_in(self.first)
        last = day_in(self.last)
        self._vm.recruiters(first, last)
