"""Privacy: how long members are kept and whom that forgets, seen before it is done; addresses never
written to; who looked members up."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.erasure import Stale
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.privacy import Privacy, PrivacyViewModel
from storecrm.values import Channel
from storecrm.wording.errors import cure, sentence
from storecrm.wording.names import CHANNELS


class PrivacyTab(QWidget):
    """The list of those who would be forgotten, and the number to type before it is done."""

    def __init__(self, vm: PrivacyViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm, self._words = vm, words
        w = words
        self.banner = Banner()
        self.months = field(w.t("Months"), "*")
        self.months.setMaximumWidth(90)
        columns: list[Column[Stale]] = [
            Column(w.t("Full name"), lambda s: s.name or "—", 140),
            Column(w.t("Last seen"), lambda s: w.day(s.last), 120),
            Column(w.t("Points"), lambda s: w.number(s.points), 90, True),
        ]
        self.rows: RowsModel[Stale] = RowsModel(columns)
        searches: list[Column[tuple[str, int, int]]] = [
            Column(w.t("Person"), lambda x: x[0], 140),
            Column(w.t("Searches in 30 days"), lambda x: w.number(x[1]), 150, True),
            Column(w.t("Most in an hour"), lambda x: w.number(x[2]), 130, True),
        ]
        self.looks: RowsModel[tuple[str, int, int]] = RowsModel(searches)
        self.never, self.found = label("", "small", wrap=True), label("", "small", wrap=True)
        self.confirm = field(w.t("Type the number of members"), w.t("type how many are forgotten"))
        self.confirm.setMaximumWidth(260)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.banner)
        column.addLayout(
            row(
                label(w.t("Forget members who did nothing for")),
                self.months,
                label(w.t("months (* never)")),
                button(w.t("Save"), lambda: vm.set_months(self.months.text())),
                None,
            )
        )
        column.addWidget(self.found)
        column.addWidget(table(self.rows, columns, w.t("Members to forget")), 2)
        column.addLayout(row(self.confirm, button(w.t("Forget them for ever"), self._forget), None))
        column.addWidget(self.never)
        column.addWidget(label(w.t("Who looked members up"), "small"))
        column.addWidget(table(self.looks, searches, w.t("Who looked members up")), 1)
        vm.looked.connect(self._show)
        vm.ruled.connect(lambda _: vm.look())
        vm.forgotten.connect(self._forgotten)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.look()

    @Slot(object)
    def _show(self, now: Privacy) -> None:
        w = self._words
        self.months.setText(now.months)
        self.rows.show(now.stale)
        self.found.setText(
            w.t("No time is set: nobody is forgotten by itself.")
            if now.months == "*"
            else w.n(
                "1 member would be forgotten.",
                "{count} members would be forgotten.",
                len(now.stale),
            )
        )
        listed = [
            f"{w.t(CHANNELS[Channel(name)])} {w.number(count)}" for name, count in now.never.items()
        ]
        self.never.setText(w.t("Addresses never written to: {list}", list=w.listed(listed) or "0"))
        self.looks.show(now.looks)

    def _forget(self) -> None:
        count = self.rows.rowCount()
        if not count or self.confirm.text().strip() != str(count):
            self.banner.say(
                self._words.t("Type how many members are forgotten: this cannot be taken back."),
                bad=True,
            )
            return
        self.confirm.clear()
        self._vm.forget(count)

    @Slot(object)
    def _forgotten(self, count: int) -> None:
        self.banner.say(
            self._words.n("1 member is forgotten.", "{count} members are forgotten.", count)
        )
        self._vm.look()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.banner.say(f"{sentence(error, self._words)} {cure(error, self._words)}", bad=True)
