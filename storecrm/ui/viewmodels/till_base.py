"""The till's state and how it speaks: the bill on the strip, the panel, the lane to the store."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Store
from storecrm.services.till import day_board, open_bill
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.till_customer import Customer
from storecrm.ui.viewmodels.till_results import ICON, Result, Strip, who
from storecrm.values import Money, SaleState
from storecrm.wording import labels
from storecrm.wording.errors import cure, sentence


@dataclass(frozen=True)
class _Answer:
    """What the store said to an act on one customer's bill, and who wants to hear it."""

    customer: Customer
    value: Any
    to: Callable[[Any], object]
    always: bool


class TillBase(QObject):
    """State and voice; what the person may do stands in the classes above."""

    shown = Signal(object)  # Result
    shown_again = Signal(object)  # the same Result with newer ways on, or at rest: nothing is heard
    strip_changed = Signal(object)  # Strip
    basket_changed = Signal(object)  # BillView or None
    board_changed = Signal(object)  # today.Board
    left = Signal()  # the customer is done: no card may stay open

    _refused = Signal(object)
    _answered = Signal(object)
    _quote_made = Signal(object)

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store, self._lane, self.words = store, lane, words
        self.sells_goods = False
        self.now = Customer()
        self._pending = ""
        self._retry: Callable[[], None] | None = None
        self._again: Callable[[], None] | None = None
        self._idle_ms = 180_000
        self.result = self.idle()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._answered.connect(self._on_answer)

    @property
    def goods(self) -> bool:
        """True while articles are on the bill: then it is paid here."""
        bill = self.now.bill
        return bill is not None and (
            bill.goods or len(bill.lines) > 1 or (self.sells_goods and bool(bill.lines))
        )

    def _ask(
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
                return _Answer(customer, error, refused or self._refused.emit, always)

        self._lane.start(lambda _: answered(), then=self._answered)

    def _of_bill(
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

        self._ask(work, then, refused, always=always, customer=customer)

    @Slot(object)
    def _on_answer(self, answer: _Answer) -> None:
        if answer.always or answer.customer is self.now:
            answer.to(answer.value)
        elif isinstance(answer.value, StoreError):
            # too late to choose a way on, but not to know it
            self._show(
                Result(
                    "bad",
                    sentence(answer.value, self.words),
                    "",
                    cure(answer.value, self.words),
                    icon="alert-octagon",
                )
            )

    def refresh(self) -> None:
        """The day's counts beside the panel."""
        self._do(lambda: day_board.board(self.store), self.board_changed)

    def idle(self) -> Result:
        """The panel at rest."""
        todo = (
            self.words.t("Scan goods, a coupon or a member card.")
            if self.sells_goods
            else self.words.t("Scan a coupon or a member card, or type the amount.")
        )
        return Result("idle", self.words.t("Ready"), "", todo, icon="scan")

    def stay(self) -> None:
        """Somebody is at work: a bill that lies there is not left alone."""
        if self._idle.isActive():
            self._idle.start(self._idle_ms)

    def quote(self) -> None:
        """What closing now would come to, with promotions, tier and points: said before anything is
        kept."""
        ending = self.now.ending
        if self.now.bill is not None:
            if self.now.points_used or self.now.no_points:
                self._of_bill(
                    lambda bill: open_bill.close(self.store, dry_run=True, bill=bill, **ending),
                    self._quote_made.emit,
                )
        elif self.now.amount is not None:
            amount, member = self.now.amount, self.now.member_no
            self._do(
                lambda: open_bill.record(
                    self.store, amount=amount, member=member, dry_run=True, **ending
                ),
                self._quote_made,
            )

    # --- voice ---

    def say(self, result: Result) -> None:
        """Show something that the page found out."""
        self._show(result)

    def _note(self, look: str, title: str, todo: str, *, big: str = "", icon: str = "") -> Result:
        return Result(look, self.words.t(title), big, todo, icon=icon or ICON[look])

    def _do(self, work: Callable[[], Any], then: Any) -> None:
        self._lane.start(lambda _: work(), then=then, refused=self._refused)

    def _show(self, result: Result) -> None:
        self.result, self._again = result, None
        if self.now.begun or self.now.member is not None or self._pending:
            self._idle.start(self._idle_ms)
        self.shown.emit(result)

    def _clear(self) -> None:
        self.now, self._pending, self._retry = Customer(), "", None
        self._idle.stop()
        self._strip()
        self.left.emit()

    def _strip(self) -> None:
        view = self.now.quoted or self.now.bill
        member = self.now.who
        amount = view.gross if view is not None and view.gross is not None else self.now.amount
        taken: tuple[tuple[str, Money], ...] = ()
        if view is not None:
            taken = tuple((c.offer_name, c.discount) for c in view.coupons)
            taken += tuple(
                (s.offer_name or self.words.t(labels.STEPS[s.step]), s.amount) for s in view.steps
            )
        due = view.net if view is not None and view.gross is not None else amount
        self.strip_changed.emit(
            Strip(
                amount,
                taken,
                due,
                who(member) if member else "",
                self.now.bill is not None or amount is not None,
            )
        )
        self.basket_changed.emit(self.now.bill if self.goods else None)
