"""Who works here, for the owner."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.rights import Right
from storecrm.services.staff.accounts import StaffView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.tables import Column, Empty, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import card, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.shop import ShopViewModel
from storecrm.values import Role
from storecrm.wording.names import ROLES

_CODES = 10
"""How many emergency codes stand on a paper."""
_LEAST = 190
"""The list is never lower: its titles and four people."""
_WIDEST = 420
"""Pixels of a name or a card, at the most."""
_LONGEST_PIN = 6
NEW = Action("staff.new", m("Add a person"), icon="user-plus", shortcut="Ctrl+N", right=Right.STAFF)
ADD = Action("staff.add", m("Add this person"), "check", right=Right.STAFF, short=m("Add"))
PIN = Action("staff.pin", m("Set a new PIN"), "lock", right=Right.STAFF)
CARD = Action("staff.card", m("Set the own card"), "ticket", right=Right.STAFF)
LEAVE = Action("staff.leave", m("Deactivate"), "x", right=Right.STAFF)
CODES = Action("staff.codes", m("Emergency codes for the safe"), "printer", right=Right.STAFF)


class ShopPage(QWidget):
    """The list of staff, what is done to the chosen person, and a line for a new one."""

    def __init__(self, vm: ShopViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._person: StaffView | None = None
        self.errors = FieldErrors(self)
        self._make_acts()
        self._make_list()
        self._make_fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self._staff(), 1)
        column.addWidget(self._chosen_person())
        column.addWidget(self._new_person())
        self._join()
        self._show_person(None)

    def open(self) -> None:
        self._vm.load()

    # --- what is seen ---

    def _make_acts(self) -> None:
        w = self._words
        self.new_act = act(self, NEW, self._begin_new, words=w)
        self.pin_act = act(self, PIN, self._pin, words=w, enabled=self._is_chosen)
        self.card_act = act(self, CARD, self._own_card, words=w, enabled=self._is_chosen)
        self.leave_act = act(self, LEAVE, self._disable, words=w, enabled=self._may_leave)
        self.codes_act = act(self, CODES, self._codes, words=w)

    def _make_list(self) -> None:
        w = self._words
        add = self.new_act.text()
        nobody = Empty("users", w.t("Nobody works here yet."), add, self._begin_new)
        self.people: Table[StaffView] = Table(
            list(self._columns()),
            w.t("Staff"),
            kept_as="staff",
            empty=nobody,
            no_match=w.t("Nobody fits."),
            words=w,
            actions=(self.pin_act, self.card_act, self.leave_act),
            same=lambda person: person.name,
        )
        self.people.setMinimumHeight(_LEAST)

    def _columns(self) -> Iterator[Column[StaffView]]:
        w = self._words
        yield Column("name", w.t("Full name"), lambda person: person.name, 150, personal=True)
        yield Column("role", w.t("Role"), lambda person: w.t(ROLES[person.role.value]), 100)
        yield Column("card", w.t("Own card"), self._own, 180)
        yield Column("state", w.t("State"), self._state, 110)

    def _own(self, person: StaffView) -> str:
        """To have none is an answer too, and another one than not to have said."""
        if not person.card_said:
            return self._words.t("not said yet")
        return person.member or self._words.t("none")

    def _state(self, person: StaffView) -> str:
        w = self._words
        if person.disabled:
            return w.t("deactivated")
        return w.t("active") if person.has_pin else w.t("has no PIN")

    def _make_fields(self) -> None:
        w = self._words
        self.name = field(w.t("Full name"), w.t("Full name"))
        self.pin = _pin_field(w.t("PIN"))
        self.role = QComboBox()
        self.role.setAccessibleName(w.t("Role"))
        for role in Role:
            self.role.addItem(w.t(ROLES[role.value]), role)
        self.other_pin = _pin_field(w.t("New PIN"))
        self.card = field(w.t("Own card"), w.t("phone or card"))
        # on a wide screen too the button stands near what was typed
        for box in (self.name, self.card):
            box.setMaximumWidth(_WIDEST)

    def _staff(self) -> QFrame:
        frame, column = card()
        column.addLayout(row(label(self._words.t("Staff"), "h2"), None, button_of(self.codes_act)))
        column.addWidget(self.people, 1)
        return frame

    def _chosen_person(self) -> QFrame:
        w = self._words
        about = w.t(
            "Own card: it earns; using or adjusting its points takes a second person. Empty: has "
            "none. Until you say so of a manager, that manager gives only few points by hand."
        )
        self.whose = label("", "h2")
        self.new_pin, self.own = button_of(self.pin_act), button_of(self.card_act)
        self.leave = button_of(self.leave_act)
        frame, column = card()
        column.addLayout(row(self.whose, None, self.leave))
        column.addLayout(row(self.other_pin, self.new_pin, None))
        column.addLayout(row(self.card, self.own, None))
        column.addWidget(label(about, "small", wrap=True))
        return frame

    def _new_person(self) -> QFrame:
        w = self._words
        digits = w.t("A cashier's PIN has 4 digits, a manager's or owner's 6.")
        self.add = button_of(act(self, ADD, self._add, words=w), "primary")
        frame, column = card()
        column.addWidget(label(self.new_act.text(), "h2"))
        column.addLayout(row(self.name, self.role, self.pin, self.add, None))
        column.addWidget(label(digits, "small", wrap=True))
        return frame

    def _join(self) -> None:
        vm = self._vm
        self.people.chosen.connect(self._show_person)
        self.people.opened.connect(self._enter)
        for box, do in (
            (self.name, self._add),
            (self.pin, self._add),
            (self.other_pin, self._pin),
            (self.card, self._own_card),
        ):
            box.returnPressed.connect(do)
        vm.people.connect(self._show_people)
        vm.done.connect(self._done)
        vm.refused.connect(self._refuse)

    # --- the chosen person ---

    def _is_chosen(self) -> bool:
        return self._person is not None

    def _may_leave(self) -> bool:
        return self._person is not None and not self._person.disabled

    @Slot(object)
    def _show_person(self, person: StaffView | None) -> None:
        self._person = person
        chosen = person is not None
        none = self._words.t("Choose a person in the list first.")
        self.whose.setText(none if person is None else person.name)
        self.card.setText("" if person is None else person.member)
        for box in (self.other_pin, self.card):
            box.setEnabled(chosen)
        # nothing that was typed for one person stays for the next
        self.other_pin.clear()
        refresh(self)

    @Slot(object)
    def _enter(self, _person: StaffView) -> None:
        self.other_pin.setFocus()

    @Slot()
    def _pin(self) -> None:
        who = self._person
        if who is not None:
            self._at = {"pin": self.other_pin}
            self._vm.set_pin(who.name, self.other_pin.text())

    @Slot()
    def _own_card(self) -> None:
        who = self._person
        if who is not None:
            # empty says that there is none
            card_no = self.card.text().strip() or None
            self._at = {"": self.card}
            self._vm.set_card(who.name, card_no)

    def _disable(self) -> None:
        who = self._person
        if who is not None:
            self._at = {}
            self._vm.disable(who.name)

    # --- a new one ---

    def _begin_new(self) -> None:
        self.name.setFocus()

    @Slot()
    def _add(self) -> None:
        role = Role(self.role.currentData())
        self._at = {"pin": self.pin, "staff": self.name}
        self._vm.add(self.name.text(), role, self.pin.text())

    def _codes(self) -> None:
        w = self._words
        title = w.t("Emergency codes")
        name = f"{title}.pdf"
        file = file_dialogs.save_as(self, w.t("Save as PDF"), name, file_dialogs.PAPER)
        if file is not None:
            self._at = {}
            self._vm.emergency_codes(_CODES, file)

    # --- answers ---

    _at: Mapping[str, QLineEdit] = {}
    """The fields of what is under way, by how the codes of their refusals begin."""

    @Slot(object)
    def _show_people(self, people: list[StaffView]) -> None:
        self.people.show(people)
        now = self.people.current()
        # what was typed and refused stays, unless something is new of the chosen one
        if now != self._person:
            self._show_person(now)

    @Slot(str)
    def _done(self, what: str) -> None:
        say(self, self._words.t("Kept."))
        if what == "person":
            self.name.clear()
            self.pin.clear()
        if what == "pin":
            self.other_pin.clear()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        said = told(error, self._words)
        fields = [box for begins, box in self._at.items() if error.code.startswith(begins)]
        if fields:
            self.errors.show(fields[0], said)
        else:
            say(self, said, bad=True)


def _pin_field(name: str) -> QLineEdit:
    box = field(name, name)
    box.setEchoMode(QLineEdit.EchoMode.Password)
    box.setMaxLength(_LONGEST_PIN)
    box.setMaximumWidth(130)
    return box
