"""Privacy: how long members are kept and whom that forgets, seen before it is done; addresses never
written to; who looked members up."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.erasure import Stale
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.privacy import Privacy, PrivacyViewModel
from storecrm.values import Channel
from storecrm.wording.names import CHANNELS

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
        self.banner = Banner()
        self.months = field(words.t("Months"), _NEVER)
        self.months.setMaximumWidth(90)
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
        stale = list(self._stale_columns())
        look_ups = list(self._look_up_columns())
        self.rows: RowsModel[Stale] = RowsModel(stale)
        self.looks: RowsModel[LookUps] = RowsModel(look_ups)
        to_forget = table(self.rows, stale, w.t("Members to forget"))
        looked_up = table(self.looks, look_ups, w.t("Who looked members up"))
        forget = button(w.t("Forget them for ever"), self._forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.banner)
        column.addLayout(self._retention())
        column.addWidget(self.found)
        column.addWidget(to_forget, 2)
        column.addLayout(row(self.confirm, forget, None))
        column.addWidget(self.never)
        column.addWidget(label(w.t("Who looked members up"), "small"))
        column.addWidget(looked_up, 1)

    def _retention(self) -> QHBoxLayout:
        """After how long somebody is forgotten."""
        w = self._words
        before = w.t("Forget members who did nothing for")
        behind = w.t("months (* never)")
        save = button(w.t("Save"), self._save)
        return row(label(before), self.months, label(behind), save, None)

    def _stale_columns(self) -> Iterator[Column[Stale]]:
        w = self._words
        yield Column(w.t("Full name"), lambda stale: stale.name or "—", 140)
        yield Column(w.t("Last seen"), lambda stale: w.day(stale.last), 120)
        yield Column(w.t("Points"), lambda stale: w.number(stale.points), 90, True)

    def _look_up_columns(self) -> Iterator[Column[LookUps]]:
        w = self._words
        most = w.t("Most in an hour")
        yield Column(w.t("Person"), lambda looks: looks.person, 140)
        yield Column(w.t("Searches in 30 days"), lambda looks: w.number(looks.searches), 150, True)
        yield Column(most, lambda looks: w.number(looks.most_in_an_hour), 130, True)

    def open(self) -> None:
        self._vm.look()

    def _save(self) -> None:
        self._vm.set_months(self.months.text())

    @Slot(object)
    def _show(self, now: Privacy) -> None:
        w = self._words
        self.months.setText(now.months)
        self.rows.show(now.stale)
        self.found.setText(self._told(now))
        self.never.setText(w.t("Addresses never written to: {list}", list=self._suppressed(now)))
        self.looks.show(LookUps(*looks) for looks in now.looks)

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
        count = self.rows.rowCount()
        typed = self.confirm.text().strip()
        # it cannot be taken back, so the number that is seen has to be typed
        if not count or typed != str(count):
            why = w.t("Type how many members are forgotten: this cannot be taken back.")
            self.banner.say(why, bad=True)
            return
        # the number has to be typed again for the next time
        self.confirm.clear()
        self._vm.forget(count)

    @Slot(object)
    def _forgotten(self, count: int) -> None:
        said = self._words.n("1 member is forgotten.", "{count} members are forgotten.", count)
        self.banner.say(said)
        self._vm.look()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.banner.say(told(error, self._words), bad=True)
