"""Privacy: how long members are kept and whom that forgets, seen before it is done; addresses never
written to; who looked members up."""

from datetime import date
from typing import NamedTuple, TypeVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.erasure import Stale
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.pages import refusals
from storecrm.ui.viewmodels.privacy import Privacy, PrivacyViewModel
from storecrm.values import Channel
from storecrm.wording.names import CHANNELS

T = TypeVar("T")
MOST_MONTHS = 600
"""Fifty years: longer than any shop asks for."""
_NEVER = "*"
"""Instead of a number of months: nobody is forgotten by itself."""


class LookUps(NamedTuple):
    """How often a person looked members up."""

    person: str
    searches: int
    most_in_an_hour: int


class PrivacyTab(QWidget):
    """The list of those who would be forgotten, and the number to type before it is done."""

    def __init__(self, vm: PrivacyViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.errors = FieldErrors(self)
        self.months = NumberBox(
            words.t("Forget members who did nothing for"),
            words,
            unit=words.t("months"),
            least=1,
            most=MOST_MONTHS,
            no_limit=words.t("never"),
        )
        self.found = label("", "small", wrap=True)
        self.never = label("", "small", wrap=True)
        hint = words.t("type how many are forgotten")
        self.confirm = field(words.t("Type the number of members"), hint)
        self.confirm.setMaximumWidth(260)
        self._lay_out()
        vm.looked.connect(self._show)
        # another time forgets others
        vm.ruled.connect(lambda _: vm.look())
        vm.forgotten.connect(self._forgotten)
        vm.refused.connect(self._refuse)

    def _lay_out(self) -> None:
        w = self._words
        self.rows = self._stale_table()
        self.looks = self._look_up_table()
        forget = button(w.t("Forget them for ever"), self._forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(self._retention())
        column.addWidget(self.found)
        column.addWidget(self.rows, 2)
        column.addLayout(row(self.confirm, forget, None))
        column.addWidget(self.never)
        column.addWidget(label(w.t("Who looked members up"), "small"))
        column.addWidget(self.looks, 1)

    def _retention(self) -> QHBoxLayout:
        """After how long somebody is forgotten."""
        w = self._words
        before = w.t("Forget members who did nothing for")
        save = button(w.t("Save"), self._save)
        return row(label(before), self.months, save, None)

    def _stale_table(self) -> Table[Stale]:
        w = self._words
        columns: list[Column[Stale]] = [
            Column("name", w.t("Full name"), lambda row: row.name or "—", 140, personal=True),
            Column(
                "last",
                w.t("Last seen"),
                lambda row: w.day(row.last),
                width=120,
                kind=Kind.DAY,
                value=_last,
            ),
            Column(
                "points",
                w.t("Points"),
                self._points,
                width=90,
                kind=Kind.NUMBER,
                value=lambda row: row.points,
            ),
        ]
        none = Empty("circle-check", w.t("Nobody would be forgotten."))
        return self._table(columns, w.t("Members to forget"), "privacy_members", none)

    def _points(self, row: Stale) -> str:
        return self._words.number(row.points)

    def _look_up_table(self) -> Table[LookUps]:
        w = self._words
        searches = w.t("Searches in 30 days")
        columns: list[Column[LookUps]] = [
            Column("person", w.t("Person"), lambda row: row.person, 140),
            Column(
                "searches", searches, self._searches, width=160, kind=Kind.NUMBER, value=_searches
            ),
            Column(
                "most", w.t("Most in an hour"), self._most, width=140, kind=Kind.NUMBER, value=_most
            ),
        ]
        none = Empty("user-search", w.t("Nobody looked a member up."))
        return self._table(columns, w.t("Who looked members up"), "privacy_searches", none)

    def _searches(self, row: LookUps) -> str:
        return self._words.number(row.searches)

    def _most(self, row: LookUps) -> str:
        return self._words.number(row.most_in_an_hour)

    def _table(self, columns: list[Column[T]], name: str, kept_as: str, empty: Empty) -> Table[T]:
        none_fits = self._words.t("Nothing fits the filters.")
        return Table(
            columns, name, kept_as=kept_as, empty=empty, no_match=none_fits, words=self._words
        )

    def open(self) -> None:
        self._vm.look()

    def _save(self) -> None:
        months = self.months.value()
        problem = self.months.problem()
        # an empty box is no answer: never is said by its tick
        if months is None and not self.months.unlimited():
            problem = problem or self.months.entry.wrong()
        if problem:
            self.errors.show(self.months, problem)
            return
        self._vm.set_months(_NEVER if months is None else str(months))

    @Slot(object)
    def _show(self, now: Privacy) -> None:
        w = self._words
        self.months.set_value(None if now.months == _NEVER else int(now.months))
        self.rows.show(now.stale)
        self.found.setText(self._told(now))
        self.never.setText(w.t("Addresses never written to: {list}", list=self._suppressed(now)))
        self.looks.show([LookUps(*looks) for looks in now.looks])

    def _told(self, now: Privacy) -> str:
        """Whom the time that is set forgets."""
        w = self._words
        if now.months == _NEVER:
            return w.t("No time is set: nobody is forgotten by itself.")
        count = len(now.stale)
        return w.n("1 member would be forgotten.", "{count} members would be forgotten.", count)

    def _suppressed(self, now: Privacy) -> str:
        w = self._words
        counts = []
        # an address is known by its channel alone, never shown
        for name, count in now.never.items():
            channel = w.t(CHANNELS[Channel(name)])
            counts.append(f"{channel} {w.number(count)}")
        return w.listed(counts) or "0"

    def _forget(self) -> None:
        w = self._words
        # all of them, whatever is filtered
        count = self.rows.held
        typed = self.confirm.text().strip()
        # it cannot be taken back, so the number that is seen has to be typed
        if not count or typed != str(count):
            why = w.t("Type how many members are forgotten: this cannot be taken back.")
            self.errors.show(self.confirm, why)
            return
        # the number has to be typed again for the next time
        self.confirm.clear()
        self._vm.forget(count)

    @Slot(object)
    def _forgotten(self, count: int) -> None:
        said = self._words.n("1 member is forgotten.", "{count} members are forgotten.", count)
        say(self, said)
        self._vm.look()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        refusals.show(self, error, self._words)


def _last(row: Stale) -> date:
    return row.last


def _searches(row: LookUps) -> int:
    return row.searches


def _most(row: LookUps) -> int:
    return row.most_in_an_hour
