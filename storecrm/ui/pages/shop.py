"""Who works here, for the owner."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.staff.accounts import StaffView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.shop import ShopViewModel
from storecrm.values import Role
from storecrm.wording.names import ROLES

_CODES = 10
"""How many emergency codes stand on a paper."""


class ShopPage(QWidget):
    """The list of staff with what is done to it."""

    def __init__(self, vm: ShopViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self.banner = Banner()
        columns = list(self._columns())
        self.people: RowsModel[StaffView] = RowsModel(columns)
        self.list = table(self.people, columns, words.t("Staff"))
        self._make_fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.banner)
        column.addWidget(self._staff(), 1)
        self.list.clicked.connect(self._show_card)
        vm.people.connect(self._show_people)
        vm.done.connect(self._done)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load()

    def _columns(self) -> Iterator[Column[StaffView]]:
        w = self._words
        yield Column(w.t("Full name"), lambda person: person.name, 110)
        yield Column(w.t("Role"), lambda person: w.t(ROLES[person.role.value]), 80)
        yield Column(w.t("Own card"), self._own, 160)
        yield Column(w.t("State"), self._state, 90)

    def _own(self, person: StaffView) -> str:
        """To have none is an answer too, and another one than not to have said."""
        if not person.card_said:
            return self._words.t("not said yet")
        return person.member or self._words.t("none")

    def _state(self, person: StaffView) -> str:
        w = self._words
        if person.disabled:
            return w.t("left")
        return w.t("works here") if person.has_pin else w.t("has no PIN")

    def _make_fields(self) -> None:
        w = self._words
        self.name = field(w.t("Full name"), w.t("Full name"))
        self.pin = field(w.t("PIN"), w.t("PIN"))
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        # the longest PIN that a role has
        self.pin.setMaxLength(6)
        self.pin.setMaximumWidth(110)
        self.role = QComboBox()
        self.role.setAccessibleName(w.t("Role"))
        for role in Role:
            self.role.addItem(w.t(ROLES[role.value]), role)
        self.card = field(w.t("Own card"), w.t("phone or card"))
        self.add = button(w.t("Take on"), self._add, kind="primary", icon="user-plus")
        self.new_pin = button(w.t("New PIN for the chosen"), self._pin)
        self.leave = button(w.t("Has left"), self._disable)
        self.own = button(w.t("Own card of the chosen"), self._own_card)
        self.codes = button(w.t("Emergency codes for the safe"), self._codes, icon="printer")

    def _staff(self) -> QFrame:
        w = self._words
        digits = w.t("A cashier's PIN has 4 digits, a manager's or owner's 6.")
        about = w.t(
            "Own card: it earns; using or adjusting its points takes a second person. Empty: has "
            "none. Until you say so of a manager, that manager gives only few points by hand."
        )
        frame, column = card()
        column.addWidget(label(w.t("Staff"), "h2"))
        column.addWidget(self.list, 1)
        column.addLayout(row(self.name, self.role, self.pin))
        column.addWidget(label(digits, "small", wrap=True))
        column.addLayout(row(self.new_pin, self.leave, None, self.add))
        column.addLayout(row(self.card, self.own))
        column.addWidget(label(about, "small", wrap=True))
        column.addLayout(row(self.codes, None))
        return frame

    @Slot(QModelIndex)
    def _show_card(self, index: QModelIndex) -> None:
        person = self.people.record(index.row())
        self.card.setText(person.member)

    def _person(self) -> StaffView | None:
        """The chosen person; one is asked for where none is."""
        index = self.list.currentIndex()
        if not index.isValid():
            self.banner.say(self._words.t("Choose a person in the list first."), bad=True)
            return None
        return self.people.record(index.row())

    def _add(self) -> None:
        role = Role(self.role.currentData())
        self._vm.add(self.name.text(), role, self.pin.text())

    def _pin(self) -> None:
        who = self._person()
        if who is not None:
            self._vm.set_pin(who.name, self.pin.text())

    def _own_card(self) -> None:
        who = self._person()
        if who is not None:
            # empty says that there is none
            card_no = self.card.text().strip() or None
            self._vm.set_card(who.name, card_no)

    def _disable(self) -> None:
        who = self._person()
        if who is not None:
            self._vm.disable(who.name)

    def _codes(self) -> None:
        w = self._words
        title = w.t("Emergency codes")
        name = f"{title}.pdf"
        file = file_dialogs.save_as(self, w.t("Save as PDF"), name, file_dialogs.PAPER)
        if file is not None:
            self._vm.emergency_codes(_CODES, file)

    @Slot(object)
    def _show_people(self, people: list[StaffView]) -> None:
        self.people.show(people)

    @Slot(str)
    def _done(self, _what: str) -> None:
        self.banner.say(self._words.t("Kept."))
        # nothing that was typed for one person stays for the next
        for box in (self.name, self.pin, self.card):
            box.clear()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.banner.say(told(error, self._words), bad=True)
