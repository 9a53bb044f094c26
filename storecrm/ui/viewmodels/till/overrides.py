"""Somebody's word that sets a rule aside: the cashier's own, a manager's, a code from the safe."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from storecrm.errors import StoreError
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.staff import accounts
from storecrm.services.till import overrides, scan
from storecrm.services.till.overrides import Approval
from storecrm.services.till.receipts import BillView
from storecrm.ui.presenters.till.screen import AskManager
from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.bill_part import BillPart
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.ui.viewmodels.till.verification import Verification


@dataclass(frozen=True)
class ApproveAsk:
    """Who may approve, and what is refused; `own` asks for the reason alone, and a code from the
    safe does for one coupon (`safe`)."""

    names: tuple[str, ...]
    what: str
    own: bool = False
    safe: bool = True


class Overrides(BillPart):
    """The small card asks; both people are written down."""

    asking = Signal(object)  # ApproveAsk
    approved = Signal()
    not_approved = Signal(object)  # StoreError

    def __init__(
        self,
        desk: Desk,
        screen: TillScreen,
        bill: Bill,
        verification: Verification,
        parent: QObject,
    ) -> None:
        super().__init__(desk, screen, bill, parent)
        self._verification = verification
        self._asked = AskManager("", "")

    def ask_own(self, code: str, what: str) -> None:
        """The reason alone is asked for."""
        self._asked = AskManager(code, what)
        self.asking.emit(ApproveAsk((), what, own=True))

    def ask_manager(self, asked: AskManager) -> None:
        """A manager comes to the till: the small card asks for name, PIN and reason. Who stands at
        the till is no second person for the own card."""
        self._asked = asked
        desk = self._desk

        def names() -> ApproveAsk:
            people = [
                person
                for person in accounts.listed(desk.store)
                if not person.disabled
                and person.has_pin
                and rights.may(person.role, Right.VOID_LATER)
                and not (asked.own_card and person.id == desk.store.staff)
            ]
            safe = not asked.lifts and not asked.own_card
            return ApproveAsk(tuple(person.name for person in people), asked.what, safe=safe)

        desk.do(names, self.asking)

    def approve(self, name: str, pin: str, reason: str) -> None:
        """Check the manager's PIN, then do what it was asked for: let codes be tried again, stand
        in for an own card, or take the coupon with the rule set aside."""
        desk = self._desk

        def word() -> Approval:
            return overrides.approve(desk.store, name=name, pin=pin, reason=reason)

        # each asks for another act, and none for a coupon that waits
        if self._asked.lifts:
            desk.ask(
                lambda: scan.lift_throttle(desk.store, name=name, pin=pin, reason=reason),
                self._on_lifted,
                self.not_approved.emit,
            )
        elif self._asked.own_card:
            desk.ask(word, self._on_second, self.not_approved.emit)
        else:
            self._approve_by(word)

    def approve_alone(self, reason: str) -> None:
        """The cashier's own small allowance."""
        desk = self._desk
        self._approve_by(lambda: overrides.allow(desk.store, reason=reason))

    def approve_by_code(self, code: str, reason: str) -> None:
        """A code from the list in the safe."""
        desk = self._desk
        self._approve_by(lambda: overrides.emergency(desk.store, code=code, reason=reason))

    def _approve_by(self, word: Callable[[], Approval]) -> None:
        take = partial(self._take_on_word, self._asked.code)
        self._desk.ask(word, take, self.not_approved.emit)

    def _on_lifted(self, _: None) -> None:
        self.approved.emit()
        self._bill.take(self._asked.code)

    def _on_second(self, word: Approval) -> None:
        """A second person stands in for this customer's card: what waited for that goes on."""
        now = self._desk.now
        self.approved.emit()
        now.proof = replace(now.proof, second=overrides.second(word))
        self._verification.go_on()

    def _take_on_word(self, code: str, word: Approval) -> None:
        proof = self._desk.now.proof
        # a word given before for the own card stays
        proof = replace(proof, second=overrides.second(word) or proof.second)
        not_taken = partial(self._not_taken, code, word)
        self._bill.take_on_word(code, word, proof, self._on_approved, not_taken)

    def _not_taken(self, code: str, word: Approval, error: StoreError) -> None:
        """The proof that is missing is asked for on the panel; the word that was given stands
        meanwhile."""
        retry = partial(self._take_on_word, code, word)
        asked = self._verification.wanted(error.code, retry)
        # no proof is missing: the word itself was refused
        if asked is None:
            self.not_approved.emit(error)
            return
        self.approved.emit()
        self._screen.show(asked)

    def _on_approved(self, bill: BillView) -> None:
        self.approved.emit()
        self._bill.on_taken(bill)
