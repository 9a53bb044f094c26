"""The bill of the customer who stands at the till: coupons on it, and its end."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal

from storecrm.domain.tenders import Tender
from storecrm.errors import PriceChanged, StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Store, new_request
from storecrm.services.till import open_bill
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.till_base import TillBase
from storecrm.ui.viewmodels.till_customer import Customer
from storecrm.ui.viewmodels.till_results import Choice, Result, offer_line
from storecrm.values import Quantity


class TillBill(TillBase):
    """Coupons are taken and handed back, the bill is posted; what the store answers is shown
    above."""

    _taken = Signal(object)
    _closed = Signal(object)

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__(store, lane, words)
        self._asked_coupon = ""
        self._unpriced: tuple[str, Quantity | None] | None = None

    def rest(self) -> None:
        """A success was there long enough: the panel is ready for the next scan and says what was
        done last."""
        done, w = self.result, self.words
        if not done.seconds:
            return
        last = "  ".join(
            part for part in (w.time(self.store.clock.now()), done.title, done.big) if part
        )
        self.result = self.offering(replace(self.idle(), facts=((w.t("Last"), last),)))
        self.shown_again.emit(self.result)

    def offering(self, result: Result) -> Result:
        """The result with the member's coupons as ways on, as long as none was used."""
        bill, w = self.now.bill, self.words
        if result.choices or bill is not None and bill.coupons:
            return result
        usable = [c for c in self.now.coupons if c.discount is not None or self.now.amount is None][
            :3
        ]
        return replace(
            result,
            choices=tuple(
                Choice(offer_line(c, w), partial(self._take, str(c.code))) for c in usable
            ),
        )

    def _take(self, text: str) -> None:
        self._pending, self._retry, self._unpriced = "", None, None
        amount = self.now.typed
        member, request = self.now.member_no, new_request()
        proof, self._asked_coupon = self.now.proof, text

        def act(bill: str) -> BillView:
            return open_bill.take(
                self.store,
                code=text,
                amount=amount,
                member=member,
                request_no=request,
                proof=proof,
                bill=bill,
            )

        self._of_bill(act, self._taken.emit)

    def _swap(self, code: str) -> None:
        """Hand the bill's coupons back and take this one for the same amount and member."""
        request, proof, self._asked_coupon = new_request(), self.now.proof, code
        self._of_bill(
            lambda bill: open_bill.swap(
                self.store, code=code, request_no=request, proof=proof, bill=bill
            ),
            self._taken.emit,
        )

    def _close(self, by: str, ways: Sequence[Tender] = ()) -> None:
        begun = self.now
        if not begun.begun:
            self._clear()
            self._show(self.idle())
            return
        self._post(begun, by, ways)
        self._clear()

    def _post(self, begun: Customer, by: str, ways: Sequence[Tender] = ()) -> None:
        """Post this customer's bill at the sum that was shown."""
        ending, number, expect = begun.ending, begun.member_no, begun.shown

        def act(bill: str) -> BillView:
            # a coupon that was on its way when the key was pressed has opened the bill meanwhile
            if bill:
                return open_bill.close(
                    self.store, by=by, paid=ways, bill=bill, expect=expect, **ending
                )
            return open_bill.record(
                self.store,
                amount=begun.amount,
                member=number,
                request_no=begun.request,
                closed_by=by,
                paid=ways,
                expect=expect,
                **ending,
            )

        self._of_bill(
            act,
            self._closed.emit,
            lambda error: self._not_closed(begun, error),
            always=True,
            customer=begun,
        )

    def _close_then(self, then: Callable[[], None]) -> None:
        """The last customer is done: post that bill, then begin with the next."""
        if self.now.begun:
            self._close("next")
        then()

    def _not_closed(self, begun: Customer, error: StoreError) -> None:
        """The store could not close it: the customer is still here, unless another one has begun.
        Then nobody is left to ask for another sum, and the bill closes by itself."""
        if self.now.begun and isinstance(error, PriceChanged):
            self._post(begun, "next")
            return
        if not self.now.begun:
            self.now = begun
            self._strip()
        self._refused.emit(error)
