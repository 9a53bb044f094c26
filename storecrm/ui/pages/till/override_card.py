"""The card of somebody's word: a manager's PIN, a code from the safe, or the own one."""

from collections.abc import Callable

from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.widgets import button, field
from storecrm.ui.pages.till.card import TillCard
from storecrm.ui.viewmodels.till.overrides import ApproveAsk
from storecrm.ui.viewmodels.till.view_model import TillViewModel


class ApproveCard(TillCard):
    """A rule is set aside: a manager with PIN, a code from the safe, or the person's own word;
    always with a reason."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.name = QComboBox()
        self.pin = field(words.t("PIN"))
        self.reason = field(words.t("Reason"))
        self.name.setAccessibleName(words.t("Manager"))
        self._own = False
        self._by = self.add(words.t("Manager"), self.name)
        self._secret = self.add(words.t("PIN"), self.pin)
        self.add(words.t("Reason"), self.reason)
        self.end(button(words.t("Approve"), self.approve, kind="primary"))
        self.name.currentIndexChanged.connect(self._chosen)
        self.pin.returnPressed.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self.approve)

    def open(self, ask: ApproveAsk) -> None:
        w = self._words
        self._own = ask.own
        self.title.setText(
            f"{w.t('On my own word') if ask.own else w.t('Manager approves')} · {ask.what}"
        )
        self.name.clear()
        for name in ask.names:
            self.name.addItem(name, name)
        if ask.safe:
            self.name.addItem(w.t("A code from the safe"), "")
        for widget in (self._by, self.name, self._secret, self.pin):
            widget.setVisible(not ask.own)
        for box in (self.pin, self.reason):
            box.clear()
        self.say_wrong("")
        (self.reason if ask.own else self.pin).setFocus()

    def _chosen(self, _: int) -> None:
        person = bool(self.name.currentData())
        self._secret.setText(self._words.t("PIN") if person else self._words.t("Code"))
        self.pin.setEchoMode(QLineEdit.EchoMode.Password if person else QLineEdit.EchoMode.Normal)
        self.pin.setMaxLength(6 if person else 20)

    def approve(self) -> None:
        secret = self.pin.text()
        self.pin.clear()
        if self._own:
            self.vm.overrides.approve_alone(self.reason.text())
        elif self.name.currentData():
            self.vm.overrides.approve(self.name.currentData(), secret, self.reason.text())
        else:
            self.vm.overrides.approve_by_code(normal(secret), self.reason.text())

    def refuse(self, error: StoreError) -> None:
        super().refuse(error)
        self.box_at_fault().setFocus()

    def box_at_fault(self) -> QLineEdit:
        return self.reason if self._own else self.pin
