"""Goods at the till: scanning, counting, paying, putting aside and taking up again."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.domain.tenders import Tender
from storecrm.services.till import basket, parked_bills
from storecrm.services.till.receipts import BillView
from storecrm.ui.presenters.till import basket as presenter
from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.bill_part import BillPart
from storecrm.ui.viewmodels.till.customer import Customer
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.values import Money, Points, Quantity, SaleState


class Basket(BillPart):
    """The articles on the same bill."""

    paying = Signal(object)  # BillView: what is due

    _waiting_found = Signal(object)
    _taken_up = Signal(object)

    def __init__(self, desk: Desk, screen: TillScreen, bill: Bill, parent: QObject) -> None:
        super().__init__(desk, screen, bill, parent)
        self.chosen = 0
        """The line that quantities are for; 0 is the newest."""
        self._asked: tuple[str, Quantity | None] = ("", None)
        self._waiting_found.connect(self._on_waiting)
        self._taken_up.connect(self._on_taken_up)

    # --- goods ---

    def put(self, code: str, quantity: Quantity | None = None, price: Money | None = None) -> None:
        """Put an article on the bill; an amount typed before is goods without a code beside it."""
        desk = self._desk
        now = self._desk.now
        self._asked = (code, quantity)
        desk.waiting.article = None
        # an amount that opened a bill is on it already
        before = now.amount if now.bill is None else None
        member = now.member_no
        now.amount = None
        desk.waiting.amount = before

        def act(bill: str) -> BillView:
            return basket.put(
                desk.store,
                code=code,
                quantity=quantity,
                price=price,
                member=member,
                before=before,
                bill=bill,
            )

        desk.of_bill(act, self._on_basket)

    def put_amount(self, amount: Money) -> None:
        """Goods without a code; or the price of the article that has none."""
        desk = self._desk
        waiting = self._desk.waiting
        if waiting.article is not None:
            code, quantity = waiting.article
            waiting.article = None
            self.put(code, quantity, amount)
            return
        member = desk.now.member_no
        desk.of_bill(
            lambda bill: basket.put_amount(desk.store, amount=amount, member=member, bill=bill),
            self._on_basket,
        )

    def not_put(self, *, price_missing: bool) -> None:
        """The amount typed before is there again; an article without price waits for it."""
        now = self._desk.now
        waiting = self._desk.waiting
        if now.bill is None and waiting.amount is not None:
            now.amount = waiting.amount
            waiting.amount = None
        waiting.article = self._asked if price_missing else None
        self._screen.show_strip()

    def change(self, quantity: Quantity) -> None:
        """Another quantity of the chosen line; 0 takes it out."""
        desk = self._desk
        now = self._desk.now
        if not desk.goods or now.bill is None:
            return
        # without a choice the newest line is meant
        line = self.chosen or len(now.bill.lines)
        desk.waiting.article = None
        desk.of_bill(
            lambda bill: basket.change(desk.store, line_no=line, quantity=quantity, bill=bill),
            self._on_basket,
        )

    def choose_line(self, line: int) -> None:
        """Quantities are for this line from now on."""
        self.chosen = line

    def _on_basket(self, bill: BillView) -> None:
        desk = self._desk
        now = self._desk.now
        w = self._desk.words
        # a bill without lines is no bill
        if bill.state is SaleState.DROPPED:
            self._screen.leave()
            self._screen.show(presenter.emptied(w))
            return
        before = now.bill
        self.chosen = 0
        desk.waiting.amount = None
        now.bill = bill
        now.amount = None
        # a price that was agreed on does not hold for other goods
        now.settled = False
        now.quoted, now.pieces = None, {}
        self._screen.show_strip()
        shown = presenter.changed(before, bill, w)
        if shown is not None:
            self._screen.show(shown)
        self._bill.quote()

    # --- paying ---

    def close(self) -> None:
        """Post what is open: the bill with its coupons, or the plain amount. Goods are paid
        first."""
        if self._desk.goods:
            self._bill.ask_sum(self._on_pay_asked)
        else:
            self._bill.close("key")

    def _on_pay_asked(self, due: BillView) -> None:
        """What is due now, with points and everything: the card of tenders asks for it."""
        if self._desk.now.bill is not None:
            self._desk.now.quoted = due
            self._screen.show_strip()
            self.paying.emit(due)

    def pay(self, ways: Sequence[Tender]) -> None:
        """Post the bill with what was paid."""
        self._bill.close("key", ways)

    # --- aside ---

    def aside(self) -> None:
        """F6: put the bill aside; with none on the strip, choose one that waits."""
        desk = self._desk
        if desk.now.bill is not None:
            desk.of_bill(
                lambda bill: parked_bills.suspend_open(desk.store, bill=bill), self._on_aside
            )
        else:
            desk.do(lambda: parked_bills.waiting(desk.store), self._waiting_found)

    def _on_aside(self, bill: BillView) -> None:
        self._screen.leave()
        self._screen.show(presenter.put_aside(bill, self._desk.words))

    @Slot(object)
    def _on_waiting(self, waiting: list[BillView]) -> None:
        self._screen.show(presenter.waiting(waiting, self._desk.words))

    def take_up(self, receipt: str) -> None:
        """A bill that waits is the till's bill again."""
        desk = self._desk
        desk.do(lambda: parked_bills.reopen(desk.store, receipt=receipt), self._taken_up)

    @Slot(object)
    def _on_taken_up(self, answer: tuple[BillView, Points]) -> None:
        bill, held = answer
        desk = self._desk
        self._screen.leave()
        now = desk.now = Customer(
            bill=bill, member=bill.member, points_used=held, receipt=str(bill.receipt_no)
        )
        # a till without goods goes on with the amount, as if it were typed now
        if not desk.goods:
            now.amount = bill.gross
            now.settled = bill.gross is not None
        self._screen.show_strip()
        self._screen.show(presenter.taken_up(bill, desk.words))
        self._bill.quote()
