"""Who works here, for the owner."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.staff.accounts import StaffView
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.viewmodels.shop import ShopViewModel
from storecrm.values import Role
from storecrm.wording.errors import cure, sentence
from storecrm.wording.names import ROLES


class ShopPage(QWidget):
    """The list of staff with what is done to it."""

    def __init__(self, vm: ShopViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        self.banner = Banner()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.banner)
        column.addWidget(self._staff(), 1)
        vm.people.connect(self._show_people)
        vm.done.connect(self._done)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load()

    def _staff(self) -> QWidget:
        w = self._words
        frame, column = card()
        columns: list[Column[StaffView]] = [
            Column(w.t("Full name"), lambda p: p.name, 110),
            Column(w.t("Role"), lambda p: w.t(ROLES[p.role.value]), 80),
            Column(
                w.t("Own card"),
                lambda p: p.member or w.t("none") if p.card_said else w.t("not said yet"),
                160,
            ),
            Column(
                w.t("State"),
                lambda p: (
                    w.t("left")
                    if p.disabled
                    else w.t("works here")
                    if p.has_pin
                    else w.t("has no PIN")
                ),
                90,
            ),
        ]
        self.people: RowsModel[StaffView] = RowsModel(columns)
        self.list = table(self.people, columns, w.t("Staff"))
        self.name, self.pin, self.role = (
            field(w.t("Full name"), w.t("Full name")),
            field(w.t("PIN"), w.t("PIN")),
            QComboBox(),
        )
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(6)
        self.pin.setMaximumWidth(110)
        self.role.setAccessibleName(w.t("Role"))
        for role in Role:
            self.role.addItem(w.t(ROLES[role.value]), role)
        column.addWidget(label(w.t("Staff"), "h2"))
        column.addWidget(self.list, 1)
        column.addLayout(row(self.name, self.role, self.pin))
        column.addWidget(
            label(
                w.t("A cashier's PIN has 4 digits, a manager's or owner's 6."), "small", wrap=True
            )
        )
        self.add = button(w.t("Take on"), self._add, kind="primary", icon="user-plus")
        self.new_pin = button(w.t("New PIN for the chosen"), self._pin)
        self.leave = button(w.t("Has left"), self._disable)
        column.addLayout(row(self.new_pin, self.leave, None, self.add))
        self.card, self.own = (
            field(w.t("Own card"), w.t("phone or card")),
            button(w.t("Own card of the chosen"), self._own_card),
        )
        column.addLayout(row(self.card, self.own))
        about = w.t(
            "Own card: it earns; using or adjusting its points takes a second person. Empty: has none. Until you say so of a manager, "
            "that manager gives only few points by hand."
        )
        column.addWidget(label(about, "small", wrap=True))
        self.list.clicked.connect(
            lambda index: self.card.setText(self.people.record(index.row()).member)
        )
        self.codes = button(w.t("Emergency codes for the safe"), self._codes, icon="printer")
        column.addLayout(row(self.codes, None))
        return frame

    def _person(self) -> StaffView | None:
        index = self.list.currentIndex()
        if not index.isValid():
            self.banner.say(self._words.t("Choose a person in the list first."), bad=True)
            return None
        return self.people.record(index.row())

    def _add(self) -> None:
        self._vm.add(self.name.text(), Role(self.role.currentData()), self.pin.text())

    def _pin(self) -> None:
        if (who := self._person()) is not None:
            self._vm.set_pin(who.name, self.pin.text())

    def _own_card(self) -> None:
        if (who := self._person()) is not None:
            self._vm.set_card(who.name, self.card.text().strip() or None)

    def _disable(self) -> None:
        if (who := self._person()) is not None:
            self._vm.disable(who.name)

    def _codes(self) -> None:
        title = self._words.t("Emergency codes")
        name = str(Path.home() / f"{title}.pdf")
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Save as PDF"), name, "PDF (*.pdf)"
        )
        if file:
            self._vm.emergency_codes(10, Path(file))

    @Slot(object)
    def _show_people(self, people: list[StaffView]) -> None:
        self.people.show(people)

    @Slot(str)
    def _done(self, _what: str) -> None:
        self.banner.say(self._words.t("Kept."))
        for box in (self.name, self.pin, self.card):
            box.clear()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        said = sentence(error, self._words)
        self.banner.say(f"{said} {cure(error, self._words)}".strip(), bad=True)
