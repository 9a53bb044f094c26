"""New members and used coupons by the people who brought and handed them out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.reports.enrolment import Recruiter
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.period_box import PeriodBox
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import label
from storecrm.ui.viewmodels.analytics import KnownViewModel


class RecruitingTab(QWidget):
    """A line for each person, from one day to another."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        # since the first of the last month: a bonus is reckoned after its end
        last_month = vm.today.replace(day=1) - timedelta(days=1)
        self.period = PeriodBox(words, last_month.replace(day=1), vm.today, lambda: vm.today)
        self.errors = FieldErrors(self)
        self.people: Table[Recruiter] = Table(
            list(self._columns()),
            words.t("Referrals"),
            kept_as="known.recruiting",
            empty=Empty("user-plus", words.t("Nobody brought a member in this period.")),
            no_match=words.t("Nobody fits."),
            words=words,
            totals=self._totals,
        )
        told = words.t(
            "Effective: bought soon enough after registering. How soon, and the bonus, are rules "
            "of the shop."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.period)
        column.addWidget(self.people, 1)
        column.addWidget(label(told, "small", wrap=True))
        self.period.changed.connect(self._asked)
        vm.recruited.connect(self.people.show)

    def _columns(self) -> Iterator[Column[Recruiter]]:
        w = self._words
        yield Column("person", w.t("Person"), lambda person: person.name, 140)
        yield self._count("registered", w.t("New members"), lambda person: person.registered)
        yield self._count("effective", w.t("of them bought"), lambda person: person.effective)
        yield Column(
            key="bonus",
            title=w.t("Bonus"),
            text=lambda person: w.money(person.bonus),
            kind=Kind.MONEY,
            value=lambda person: person.bonus,
        )
        yield self._count("handed_out", w.t("Coupons handed out"), lambda person: person.handed_out)
        yield self._count("used", w.t("of them used"), lambda person: person.used)

    def _count(self, key: str, title: str, value: Callable[[Recruiter], int]) -> Column[Recruiter]:
        w = self._words
        return Column(
            key=key,
            title=title,
            text=lambda person: w.number(value(person)),
            width=130,
            kind=Kind.NUMBER,
            value=value,
        )

    def _totals(self, people: Sequence[Recruiter]) -> dict[str, str]:
        w = self._words
        return {
            "person": w.t("Total"),
            "registered": w.number(sum(person.registered for person in people)),
            "effective": w.number(sum(person.effective for person in people)),
            "bonus": w.money(sum(person.bonus for person in people)),
            "handed_out": w.number(sum(person.handed_out for person in people)),
            "used": w.number(sum(person.used for person in people)),
        }

    def _asked(self) -> None:
        """Somebody chose days: look, or say what is wrong with them."""
        self.errors.clear()
        # the list keeps what it showed as long as the days are none
        problem = self.period.problem()
        if problem:
            self.errors.show(self.period.last, problem)
        self.open()

    def open(self) -> None:
        days = self.period.days()
        if days is not None:
            self._vm.recruiters(*days)

    def field_of(self, _error: StoreError) -> QWidget | None:
        """No refusal is of a field here."""
        return None
