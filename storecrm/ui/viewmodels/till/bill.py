"""The bill of the customer who stands at the till: coupons, the amount, and its end."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.domain.tenders import Tender
from storecrm.errors import PriceChanged, StoreError
from storecrm.services.members.verification import Proof
from storecrm.services.store import new_request
from storecrm.services.till import coupon_check, open_bill, receipts, voids
from storecrm.services.till.coupon_terms import CouponVerdict
from storecrm.services.till.overrides import Approval
from storecrm.services.till.receipts import BillView
from storecrm.ui.presenters.till import bills
from storecrm.ui.viewmodels.till.customer import Customer
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.ui.viewmodels.till.slips import Slips
from storecrm.values import Money


class Bill(QObject):
    """Coupons are taken and handed back, an amount is set, the bill is posted or undone."""

    taken = Signal()  # a coupon stands on the bill

    _undone = Signal(object)
    _filled = Signal(object)
    _found_open = Signal(object)
    _quoted = Signal(object)

    def __init__(self, desk: Desk, screen: TillScreen, slips: Slips, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._screen = screen
        self._slips = slips
        self.asked = ""
        """The coupon that was asked for last."""
        self.last = ""
        """The receipt that F8 takes back, once."""
        self.closed_last = ""
        self._undone.connect(self._on_undone)
        self._filled.connect(self._on_filled)
        self._found_open.connect(self._on_found_open)
        self._quoted.connect(self.on_quote)
        screen.pause.timeout.connect(self._pause_over)

    # --- coupons ---

    def take(self, code: str) -> None:
        """Take the coupon; what waited before does not any more."""
        waiting = self._desk.waiting
        self.asked = code
        waiting.coupon = ""
        waiting.retry = None
        waiting.article = None
        self._take(code, self._desk.now.proof, None, self.on_taken, None)

    def take_on_word(
        self,
        code: str,
        word: Approval,
        proof: Proof,
        then: Callable[[BillView], object],
        refused: Callable[[StoreError], object],
    ) -> None:
        """Take the coupon with a rule set aside."""
        self._take(code, proof, word, then, refused)

    def _take(
        self,
        code: str,
        proof: Proof,
        word: Approval | None,
        then: Callable[[BillView], object],
        refused: Callable[[StoreError], object] | None,
    ) -> None:
        desk = self._desk
        amount, member = desk.now.typed, desk.now.member_no
        # one number for the act, however often the lane sends it
        request = new_request()

        def act(bill: str) -> BillView:
            return open_bill.take(
                desk.store,
                code=code,
                amount=amount,
                member=member,
                request_no=request,
                approval=word,
                proof=proof,
                bill=bill,
            )

        desk.of_bill(act, then, refused)

    def swap(self, code: str) -> None:
        """Hand the bill's coupons back and take this one for the same amount and member."""
        desk = self._desk
        request = new_request()
        self.asked = code
        proof = desk.now.proof
        desk.of_bill(
            lambda bill: open_bill.swap(
                desk.store, code=code, request_no=request, proof=proof, bill=bill
            ),
            self.on_taken,
        )

    def on_taken(self, bill: BillView) -> None:
        """The coupon stands on the bill."""
        desk, now = self._desk, self._desk.now
        now.bill = bill
        now.quoted = None
        # what the member's coupons came to was counted without this one
        now.coupons = ()
        now.settled = bill.gross is not None and not desk.goods
        self.taken.emit()
        self._screen.show_strip()
        self._screen.show(bills.redeemed(bill, desk.words, goods=desk.goods))
        if bill.gross is None and now.amount is not None:
            # the amount was typed while the coupon was on its way
            self.begin(now.amount)
        else:
            self.quote()

    # --- the amount ---

    def begin(self, amount: Money) -> None:
        """The amount of this bill; a new one when there is none."""
        desk, now = self._desk, self._desk.now
        if now.bill is not None:
            desk.of_bill(
                lambda bill: open_bill.set_amount(desk.store, amount=amount, bill=bill),
                self._on_priced,
            )
            return
        now.amount = amount
        now.request = new_request()
        now.quoted = None
        self._screen.show_strip()
        # the coupon that was scanned first needed to know the amount
        if desk.waiting.coupon:
            self.take(desk.waiting.coupon)
            return
        self._screen.show(self._screen.offering(bills.amount_typed(amount, desk.words)))
        self.quote()
        self._look_at_coupons(amount)

    def _look_at_coupons(self, amount: Money) -> None:
        """What the member's coupons come to for this amount."""
        desk = self._desk
        number = self._desk.now.member_no
        if number is not None:
            desk.ask(
                lambda: coupon_check.usable(desk.store, member=number, amount=amount),
                self._on_usable,
            )

    def _on_usable(self, found: list[CouponVerdict]) -> None:
        self._desk.now.coupons = tuple(found)
        # a refusal that stands there meanwhile must not be lost
        if self._screen.result.icon in ("cash", "discount", "scan"):
            self._screen.show_again(replace(self._screen.result, choices=()))

    def _on_priced(self, bill: BillView) -> None:
        now = self._desk.now
        now.bill = bill
        # the store's own sum from now on
        now.amount = bill.gross
        now.quoted = None
        now.settled = not bill.handed_back
        self._screen.show_strip()
        self._screen.show(bills.priced(bill, self._desk.words))

    def fill_amount(self, receipt: str, amount: Money) -> None:
        """The amount of a bill that closed without one."""
        desk = self._desk
        desk.do(
            lambda: open_bill.fill_amount(desk.store, receipt=receipt, amount=amount), self._filled
        )

    @Slot(object)
    def _on_filled(self, bill: BillView) -> None:
        """A bill of before got its amount; the one on the strip stays."""
        self._screen.show(bills.amount_kept(bill, self._desk.words))

    def join(self, member: str) -> None:
        """Price the bill for this member: the tier's price and promotions for members count from
        now on."""
        desk = self._desk
        desk.of_bill(
            lambda bill: open_bill.join(desk.store, member=member, bill=bill), self._on_joined
        )

    def _on_joined(self, bill: BillView) -> None:
        self._desk.now.bill = bill
        self._desk.now.quoted = None
        self._screen.show_strip()
        self.quote()

    # --- what closing would come to ---

    def quote(self) -> None:
        """What closing now would come to, with promotions, tier and points: said before anything is
        kept."""
        desk, now = self._desk, self._desk.now
        if now.bill is not None:
            # the bill itself has its price already; only its end is unknown
            if now.points_used or now.no_points:
                self.ask_sum(self.on_quote)
        elif now.amount is not None:
            amount = now.amount
            member = now.member_no
            closing = now.closing
            desk.do(
                lambda: open_bill.record(
                    desk.store, amount=amount, member=member, closing=closing, dry_run=True
                ),
                self._quoted,
            )

    def ask_sum(self, then: Callable[[BillView], object]) -> None:
        """What this bill, or the amount alone, comes to with everything that was asked for."""
        desk = self._desk
        now = self._desk.now
        closing = self._desk.now.closing
        amount = now.amount
        member = now.member_no

        def work(bill: str) -> BillView:
            if bill:
                return open_bill.close(desk.store, closing=closing, dry_run=True, bill=bill)
            return open_bill.record(
                desk.store, amount=amount, member=member, closing=closing, dry_run=True
            )

        desk.of_bill(work, then)

    @Slot(object)
    def on_quote(self, quote: BillView) -> None:
        """Shown unless the bill or the amount is another one meanwhile."""
        now = self._desk.now
        w = self._desk.words
        shown = self._screen.result
        if now.bill is None:
            same = now.amount == quote.gross
        else:
            same = now.bill.receipt_no == quote.receipt_no
        # an answer that was on its way belongs to what was there before
        if not same:
            return
        now.quoted = quote
        self._screen.show_strip()
        if self._desk.goods:
            return
        facts = bills.quote_facts(quote, w)
        if quote.steps:
            self._screen.show(self._screen.offering(bills.promotion(quote, w)))
        # only a panel that shows the amount says what is missing; others stay
        elif facts and shown.icon == "cash":
            self._screen.show(replace(shown, facts=facts))

    # --- the end of a bill ---

    def close(self, by: str, ways: Sequence[Tender] = ()) -> None:
        """Post what is open. The strip is free for the next customer at once; the store does things
        in the order they were asked."""
        begun = self._desk.now
        # nothing was begun: the key clears the panel
        if not begun.begun:
            self._screen.leave()
            self._screen.show_idle()
            return
        self._post(begun, by, ways)
        self._screen.leave()

    def close_then(self, then: Callable[[], None]) -> None:
        """The last customer is done: post that bill, then begin with the next."""
        if self._desk.now.begun:
            self.close("next")
        then()

    def _post(self, begun: Customer, by: str, ways: Sequence[Tender] = ()) -> None:
        """Post this customer's bill at the sum that was shown."""
        desk = self._desk
        number = begun.member_no
        closing = replace(begun.closing, by=by, paid=ways, expect=begun.shown)

        def act(bill: str) -> BillView:
            # a coupon that was on its way when the key was pressed has opened the bill meanwhile
            if bill:
                return open_bill.close(desk.store, closing=closing, bill=bill)
            return open_bill.record(
                desk.store,
                amount=begun.amount,
                member=number,
                request_no=begun.request,
                closing=closing,
            )

        not_closed = partial(self._not_closed, begun)
        desk.of_bill(act, self._on_closed, not_closed, always=True, customer=begun)

    def _not_closed(self, begun: Customer, error: StoreError) -> None:
        """The store could not close it: the customer is still here, unless another one has begun.
        Then nobody is left to ask for another sum, and the bill closes by itself."""
        desk = self._desk
        # nobody can be asked: the bill closes at the price that was shown
        if desk.now.begun and isinstance(error, PriceChanged):
            self._post(begun, "next")
            return
        if not desk.now.begun:
            desk.now = begun
            self._screen.show_strip()
        desk.refused.emit(error)

    def _on_closed(self, bill: BillView) -> None:
        self.last = self.closed_last = str(bill.receipt_no)
        self._slips.due(bill)
        # the next customer's screen stands there already
        if bill.closed_by != "next":
            prints = self._slips.folder is not None
            self._screen.show(bills.closed(bill, self._desk.words, prints=prints))

    def print_last(self) -> None:
        """Ctrl+P: the slip of the bill that was closed last."""
        if self.closed_last and self._slips.folder is not None:
            self._slips.print(self.closed_last)
        else:
            self._screen.show(bills.no_receipt_yet(self._desk.words))

    @Slot()
    def _pause_over(self) -> None:
        if self._desk.goods:
            # goods that were not paid are never sold by a pause
            self._screen.start_pause()
        elif self._desk.now.begun:
            self.close("idle")
        else:
            self._screen.leave()
            self._screen.show_idle()

    # --- taking back, and going on with one that lay open ---

    def undo(self) -> None:
        """F8: the bill on the strip; without one the bill closed last, once."""
        desk, now = self._desk, self._desk.now
        desk.waiting.article = None
        if now.bill is not None:
            self.last = ""
            self._void(str(now.bill.receipt_no))
        # nothing was kept of it yet: it is only cleared
        elif now.amount is not None or now.member is not None:
            self._screen.leave()
            self._screen.show_idle()
        elif self.last:
            receipt, self.last = self.last, ""
            self._void(receipt)
        else:
            self._screen.show(bills.nothing_to_take_back(desk.words))

    def _void(self, receipt: str) -> None:
        desk = self._desk
        desk.do(lambda: voids.undo(desk.store, receipt=receipt), self._undone)

    @Slot(object)
    def _on_undone(self, bill: BillView) -> None:
        self._screen.leave()
        self._screen.show(bills.taken_back(bill, self._desk.words))

    def find_open(self) -> None:
        """The bill that a power cut or another customer left open."""
        desk = self._desk
        desk.do(lambda: receipts.current(desk.store), self._found_open)

    def show_open(self) -> None:
        """Another customer's bill stayed open: it comes first."""
        self._screen.leave()
        self.find_open()

    @Slot(object)
    def _on_found_open(self, bill: BillView | None) -> None:
        if bill is None:
            self._screen.show_idle()
            return
        now = self._desk.now
        now.bill = bill
        now.amount = bill.gross
        now.receipt = str(bill.receipt_no)
        now.settled = bill.gross is not None and not self._desk.goods
        self._screen.show_strip()
        self._screen.show(bills.found_open(bill, self._desk.words))
