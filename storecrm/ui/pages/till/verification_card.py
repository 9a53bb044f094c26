"""The card that asks whether it is the member."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.verification import Question
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.widgets import button, label
from storecrm.ui.pages.till.card import TillCard
from storecrm.ui.presenters.till import members
from storecrm.ui.viewmodels.till.view_model import TillViewModel


class ProofCard(TillCard):
    """Is it the member: a password, or surname and birthday."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.title.setText(words.t("Is it the member?"))
        self.ask = label("", wrap=True)
        self.ask.setStyleSheet("font-size: 20px; font-weight: bold;")
        self.grid.addWidget(self.ask, 0, 0, 1, 2)
        self.password = ScanEdit()
        self.password.setAccessibleName(words.t("Password of the member"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaxLength(6)
        self._named = self.add(words.t("Password of the member"), self.password)
        self.match = button(words.t("Surname and birthday are right"), self._said)
        self.enter = button(words.t("Check the password"), self._typed, kind="primary")
        self.end(self.match, self.enter)
        self.password.returnPressed.connect(self._typed)

    def open(self, asked: Question) -> None:
        self.ask.setText(members.question(asked, self._words))
        self.password.clear()
        self.say_wrong("")
        for widget in (self._named, self.password, self.enter):
            widget.setVisible(asked.password)
        self.match.setVisible(bool(asked.surname and asked.birthday))
        (self.password if asked.password else self.match).setFocus()

    def _typed(self) -> None:
        typed = normal(self.password.text())
        self.password.clear()
        self.vm.verification.confirm(typed)

    def _said(self) -> None:
        self.vm.verification.confirm("", said=True)

    def refuse(self, error: StoreError) -> None:
        super().refuse(error)
        self.box_at_fault().setFocus()

    def box_at_fault(self) -> QWidget:
        return self.match if self.password.isHidden() else self.password

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.match.hasFocus():
            self._said()
        else:
            super().keyPressEvent(event)
