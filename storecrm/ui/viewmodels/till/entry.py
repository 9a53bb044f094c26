"""The scan box: what was typed or scanned goes to the part that it is for."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.domain import scan_entry
from storecrm.domain.scan_entry import (
    Amount,
    Articles,
    Code,
    Command,
    LineQuantity,
    MemberQuery,
    Way,
)
from storecrm.services.coupons.code_lookup import CodeTarget
from storecrm.services.till import basket, scan
from storecrm.ui.presenters.till import bills, refusals
from storecrm.ui.viewmodels.till.basket import Basket
from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.bill_part import BillPart
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.members import Members
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.values import Kind, Money, own_kind, parse_money, scan_key

SUSPICIOUS = 5
"""An amount above this many times the usual most is asked once more."""


class ScanBox(BillPart):
    """Enter, a scan, an amount, Esc."""

    chosen = Signal(int)  # the number of a way on

    _resolved = Signal(object)

    def __init__(
        self,
        desk: Desk,
        screen: TillScreen,
        bill: Bill,
        basket: Basket,
        members: Members,
        parent: QObject,
    ) -> None:
        super().__init__(desk, screen, bill, parent)
        self._basket = basket
        self._members = members
        self.usual_most: Money | None = None
        self._asked_twice: Money | None = None
        self._resolved.connect(self._on_resolved)

    def entered(self, text: str) -> None:
        """Enter in the scan box."""
        entry = scan_entry.parse(
            text,
            ways=self._screen.result.numbers,
            sells_goods=self._desk.sells_goods,
            goods_on_bill=self._desk.goods,
        )
        match entry:
            case Command.CONFIRM:
                self._enter_on_empty()
            case Command.CLOSE:
                self._basket.close()
            case Way(number):
                self.chosen.emit(number)
            case Articles(code, quantity):
                self._basket.put(code, quantity)
            case LineQuantity(quantity):
                self._basket.change(quantity)
            case Amount(typed):
                self._typed_amount(typed)
            case Code(typed):
                self.scanned(typed)
            case MemberQuery():
                self._members.find(entry)

    def _enter_on_empty(self) -> None:
        screen = self._screen
        waiting = self._desk.waiting
        if waiting.coupon:
            waiting.coupon = ""
            screen.show(screen.offering(screen.idle()))
        elif screen.again is not None:
            screen.again()
        elif self._desk.now.begun:
            screen.show(screen.offering(bills.still_open(self._desk.words)))

    def escape(self) -> None:
        """Esc: the panel back to rest; the bill stays, what waited for a proof or a price does
        not."""
        waiting = self._desk.waiting
        now = self._desk.now
        screen = self._screen
        waiting.coupon = ""
        waiting.retry = None
        waiting.article = None
        if now.bill is None and now.amount is None:
            screen.leave()
        screen.show(screen.offering(screen.idle()))

    # --- codes ---

    def scanned(self, text: str) -> None:
        """A scan, or a typed code."""
        desk = self._desk
        desk.waiting.coupon = ""

        def work() -> tuple[str, Any]:
            if desk.sells_goods and basket.article(desk.store, code=text) is not None:
                return text, CodeTarget(Kind.PRODUCT, 0, text)
            return text, scan.identify(desk.store, text=text)

        if own_kind(scan_key(text)) is Kind.COUPON:
            self._bill.take(text)
        else:
            desk.do(work, self._resolved)

    @Slot(object)
    def _on_resolved(self, answer: tuple[str, Any]) -> None:
        text, hit = answer
        if hit.kind is Kind.COUPON:
            self._bill.take(text)
        elif hit.kind is Kind.MEMBER:
            self._members.find_by_card(hit.key)
        elif hit.kind is not Kind.PRODUCT:
            self._screen.show(refusals.not_a_coupon(self._desk.words))
        elif self._desk.sells_goods:
            self._basket.put(text)
        else:
            self._screen.show(refusals.an_article(self._desk.words))

    # --- amounts ---

    def set_amount_text(self, text: str) -> None:
        """F3: always the amount of this bill."""
        self._typed_amount(text, anew=False)

    def fill_amount(self, receipt: str, text: str) -> None:
        """F9: the amount of a bill that closed without one."""
        amount = self._parsed(text)
        if amount is not None:
            self._bill.fill_amount(receipt, amount)

    def _parsed(self, text: str) -> Money | None:
        w = self._desk.words
        try:
            amount = parse_money(text, digits=w.digits)
        except ValueError:
            self._screen.show(bills.not_an_amount(w))
            return None
        if amount == 0:
            self._screen.show(bills.no_amount_of_zero(w))
            return None
        return amount

    def _typed_amount(self, text: str, *, anew: bool = True) -> None:
        amount = self._parsed(text)
        desk = self._desk
        if amount is None:
            return
        if self._far_above_usual(amount):
            self._asked_twice = amount
            self._screen.show(bills.far_above_usual(amount, desk.words))
            return
        self._asked_twice = None
        if desk.goods or desk.waiting.article is not None:
            self._basket.put_amount(amount)
        elif anew and desk.now.settled:
            # the last customer is done: post that bill, and this amount begins the next
            self._bill.close_then(lambda: self._bill.begin(amount))
        else:
            self._bill.begin(amount)

    def _far_above_usual(self, amount: Money) -> bool:
        """True the first time; typed once more it is meant so."""
        most = self.usual_most
        return most is not None and amount > SUSPICIOUS * most and self._asked_twice != amount
