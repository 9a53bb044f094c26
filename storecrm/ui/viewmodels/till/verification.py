"""The member's proof: what needs it waits, and goes on when it is there."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from storecrm.services.members import verification
from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.ui.presenters.till import refusals
from storecrm.ui.presenters.till.screen import Screen
from storecrm.ui.viewmodels.till.desk import Desk


class Verification(QObject):
    """The card or the whole phone is asked for on the panel; above the limit the small card asks;
    for one's own card a second person is."""

    asking = Signal(object)  # Question
    proved = Signal()
    not_proved = Signal(object)  # StoreError

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def wanted(self, code: str, retry: Callable[[], None]) -> Screen | None:
        """What the panel asks after the error `code`; `retry` waits for it. None when a proof is
        not what is missing."""
        desk = self._desk
        member = self._desk.now.who
        if code not in refusals.PROOF or (code == "proof_second" and member is None):
            return None
        desk.waiting.retry = retry
        if code == "proof_second" and member is not None:
            number = member.member_no
            desk.ask(lambda: verification.question(desk.store, member=number), self.asking.emit)
        return refusals.proof_wanted(code, desk.words)

    def confirm(self, password: str, *, said: bool = False) -> None:
        """The member's password, or that surname and birthday are right."""
        desk = self._desk
        member = self._desk.now.who
        how = self._desk.now.proof.how
        if member is None:
            self.proved.emit()
            return
        number = member.member_no
        if how is ProofLevel.VOUCHED:
            how = ProofLevel.CARD
        desk.ask(
            lambda: verification.confirm(
                desk.store, member=number, how=how, password=password, said=said
            ),
            self._on_proved,
            self.not_proved.emit,
        )

    def _on_proved(self, proof: Proof) -> None:
        now = self._desk.now
        self.proved.emit()
        now.proof = replace(proof, second=now.proof.second)
        if proof.how is not ProofLevel.TAIL:
            self.go_on()

    def go_on(self) -> None:
        """What waited for somebody's proof is done now."""
        waiting = self._desk.waiting
        retry, waiting.retry = waiting.retry, None
        if retry is not None:
            retry()
