"""The customer who stands at the till, and the lane to the store: an answer is heard only while the
customer it is for is still here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Store
from storecrm.services.till import day_board
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.till.customer import Customer, Waiting
from storecrm.values import SaleState


@dataclass(frozen=True)
class _Answer:
    """What the store said to an act on one customer's bill, and who wants to hear it."""

    customer: Customer
    value: Any
    to: Callable[[Any], object]
    always: bool


class Desk(QObject):
    """What every part of the till shares."""

    refused = Signal(object)  # StoreError
    too_late = Signal(object)  # StoreError of a customer who is gone
    board_changed = Signal(object)  # day_board.Board

    _answered = Signal(object)

    def __init__(
        self, store: Store, lane: Lane, bench: Lane, words: Catalogue, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.words = words
        self._lane = lane
        self._bench = bench
        self.sells_goods = False
        self.now = Customer()
        self.waiting = Waiting()
        self._answered.connect(self._on_answer)

    @property
    def goods(self) -> bool:
        """True while articles are on the bill: then it is paid here."""
        bill = self.now.bill
        if bill is None:
            return False
        return bill.goods or len(bill.lines) > 1 or (self.sells_goods and bool(bill.lines))

    def leave(self) -> None:
        """The customer is done; the next one begins empty."""
        self.now = Customer()
        self.waiting = Waiting()

    def do(
        self,
        work: Callable[[], Any],
        then: SignalInstance,
        refused: SignalInstance | None = None,
    ) -> None:
        """Do something that is nobody's bill; whoever stands here hears the answer."""
        ear = self.refused if refused is None else refused
        self._lane.start(lambda _: work(), then=then, refused=ear)

    def ask(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], object],
        refused: Callable[[StoreError], object] | None = None,
        *,
        always: bool = False,
        customer: Customer | None = None,
    ) -> None:
        """Do something for this customer (or for `customer`); the answer is heard only while the
        customer is still here (`always`: whoever is)."""
        customer = customer or self.now

        def answered() -> _Answer:
            try:
                return _Answer(customer, work(), then, always)
            except StoreError as error:
                return _Answer(customer, error, refused or self.refused.emit, always)

        self._lane.start(lambda _: answered(), then=self._answered)

    def of_bill(
        self,
        act: Callable[[str], BillView],
        then: Callable[[BillView], object],
        refused: Callable[[StoreError], object] | None = None,
        *,
        always: bool = False,
        customer: Customer | None = None,
    ) -> None:
        """Do something to this customer's bill and no other: the store is told which one is meant,
        as it is known when the act is done."""
        customer = customer or self.now

        def work() -> BillView:
            view = act(customer.receipt)
            if view.state is SaleState.OPEN:
                customer.receipt = str(view.receipt_no)
            return view

        self.ask(work, then, refused, always=always, customer=customer)

    @Slot(object)
    def _on_answer(self, answer: _Answer) -> None:
        if answer.always or answer.customer is self.now:
            answer.to(answer.value)
        elif isinstance(answer.value, StoreError):
            # too late to choose a way on, but not to know it
            self.too_late.emit(answer.value)

    def refresh(self) -> None:
        """The day's counts beside the panel; no scan waits for them."""
        self._bench.start(
            lambda _: day_board.board(self.store), then=self.board_changed, refused=self.refused
        )
