"""The card of a new member. Enter goes on, Ctrl+Enter keeps."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.duplicates import MergeCandidate
from storecrm.services.members.registry import NewMember
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.widgets import Saying, beside, button, field, row
from storecrm.ui.pages.till.card import TillCard
from storecrm.ui.viewmodels.till.view_model import TillViewModel
from storecrm.values import Channel, masked_phone


class RegisterCard(TillCard):
    """Phone, name, birthday, gender, consent unticked. Enter goes on, Ctrl+Enter keeps."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.title.setText(words.t("New member"))
        self.phone = field(words.t("Phone"))
        self.name = field(words.t("Name (may be empty)"))
        self.birthday = field(words.t("Birthday (may be empty)"), words.t("05-17, or lunar 5-17"))
        self.gender = QComboBox()
        self.gender.setAccessibleName(words.t("Gender"))
        self.gender.addItems([words.t("not given"), words.t("female"), words.t("male")])
        self.ticks = {
            Channel.SMS: QCheckBox(words.t("SMS")),
            Channel.WECHAT: QCheckBox(words.t("WeChat")),
            Channel.EMAIL: QCheckBox(words.t("E-mail")),
        }
        self.add(words.t("Phone"), self.phone)
        self.add(words.t("Name (may be empty)"), self.name)
        self.referrer = field(words.t("Brought by"), words.t("phone or card"))
        self.twins = Saying("small")
        self.add(words.t("Birthday, gender"), beside(self.birthday, self.gender))
        self.add(words.t("Brought by"), self.referrer)
        holder = QWidget()
        ticks = row(*self.ticks.values(), None)
        ticks.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(ticks)
        self.add(words.t("Agrees to offers by"), holder)
        self.end(button(words.t("Save"), self.save, kind="primary"))
        self.phone.returnPressed.connect(self.name.setFocus)
        # a phone and Enter twice register somebody
        self.name.returnPressed.connect(self.save)
        self.birthday.returnPressed.connect(self.save)
        self.referrer.returnPressed.connect(self.save)
        # both are needed to tell people apart
        for box in (self.name, self.birthday):
            box.editingFinished.connect(self._look)
        self.frame.insertWidget(2, self.twins)
        vm.members.twins.connect(self._twins)

    def _look(self) -> None:
        """A name and a birthday that are there already are said before anybody is there twice."""
        if self.isVisible() and self.name.text().strip() and self.birthday.text().strip():
            self.vm.members.look_for_twins(self.name.text(), self.birthday.text())

    @Slot(object)
    def _twins(self, found: list[MergeCandidate]) -> None:
        said = self._words.listed(f"{one.name} {masked_phone(one.phone)}" for one in found)
        self.twins.setText(
            self._words.t("Perhaps a member already: {list}", list=said) if said else ""
        )

    def open(self, phone: str) -> None:
        for box in (self.phone, self.name, self.birthday, self.referrer):
            box.clear()
        self.twins.setText("")
        self.gender.setCurrentIndex(0)
        for tick in self.ticks.values():
            tick.setChecked(False)
        self.say_wrong("")
        self.phone.setText(phone)
        self.phone.setFocus()

    def save(self) -> None:
        channels = tuple(channel for channel, tick in self.ticks.items() if tick.isChecked())
        gender = ("", "f", "m")[self.gender.currentIndex()]
        new = NewMember(
            phone=normal(self.phone.text()),
            name=self.name.text(),
            birthday=self.birthday.text(),
            gender=gender,
            consent=channels,
            referrer=normal(self.referrer.text()),
        )
        self.vm.members.register(new)

    def box_at_fault(self) -> QLineEdit:
        return self.phone

    def refuse(self, error: StoreError) -> None:
        super().refuse(error)
        self.phone.setFocus()
        self.phone.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.save()
        else:
            super().keyPressEvent(event)
