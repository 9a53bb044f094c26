"""What the store refuses: how it is said, and what goes on from there."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.errors import CouponRefused, NotFound, PriceChanged, StoreError
from storecrm.services.till import clock_check
from storecrm.services.till.receipts import BillView
from storecrm.ui.presenters.till import refusals
from storecrm.ui.presenters.till.refusals import AtTheTill
from storecrm.ui.viewmodels.till.basket import Basket
from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.bill_part import BillPart
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.points import BillPoints
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.ui.viewmodels.till.slips import Slips
from storecrm.ui.viewmodels.till.verification import Verification
from storecrm.values import Day, RefusalCode


class Refusals(BillPart):
    """Hears every error that no card of its own asked for."""

    _day_confirmed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        screen: TillScreen,
        bill: Bill,
        basket: Basket,
        verification: Verification,
        points: BillPoints,
        slips: Slips,
        parent: QObject,
    ) -> None:
        super().__init__(desk, screen, bill, parent)
        self._basket = basket
        self._verification = verification
        self._points = points
        self._slips = slips
        self._misreads = 0
        desk.refused.connect(self._on_refused)
        bill.taken.connect(self._on_taken)
        self._day_confirmed.connect(self._on_day_confirmed)

    @Slot()
    def _on_taken(self) -> None:
        self._misreads = 0

    @Slot(object)
    def _on_refused(self, error: StoreError) -> None:
        desk = self._desk
        no_price = error.code == "price_missing"
        if isinstance(error, NotFound) and error.code == "open_bill":
            self._screen.leave()
        if no_price or desk.waiting.amount is not None:
            self._basket.not_put(price_missing=no_price)
        if isinstance(error, CouponRefused):
            self._coupon_refused(error)
            return
        if error.code in refusals.PROOF:
            self._ask_proof(error.code)
            return
        if error.code.startswith("points_"):
            desk.now.points_used = 0
            desk.now.quoted = None
            self._screen.show_strip()
        if isinstance(error, PriceChanged):
            self._price_changed(error)
        self._screen.show(refusals.error_screen(error, desk.store.clock.today(), desk.words))
        if isinstance(error, PriceChanged):
            # Enter takes the new sum
            self._screen.again = self._basket.close

    def _coupon_refused(self, error: CouponRefused) -> None:
        desk = self._desk
        first = error.refusals[0]
        if first.code in refusals.WAITS_FOR:
            desk.waiting.coupon = error.coupon
        if first.code is RefusalCode.CHECKSUM:
            self._misreads += 1
        at = AtTheTill(
            goods=desk.goods,
            sells_goods=desk.sells_goods,
            prints=self._slips.folder is not None,
            misreads=self._misreads,
            now=desk.store.clock.now(),
        )
        self._screen.show(refusals.coupon_refused(error, at, desk.words))

    def _price_changed(self, error: PriceChanged) -> None:
        """The bill is worked out anew, with the points that still can be used."""
        self._desk.now.points_used = int(error.points)
        self._bill.ask_sum(self._on_new_sum)

    def _on_new_sum(self, quote: BillView) -> None:
        """The strip says the new sum; what the panel asks stays."""
        self._desk.now.quoted = quote
        self._screen.show_strip()

    def _ask_proof(self, code: str) -> None:
        """Points or a named coupon wait until the member is proved."""
        now = self._desk.now
        kept = self._desk.waiting.retry
        again: Callable[[], None] = partial(self._bill.take, self._bill.asked)
        if now.points_used:
            pieces = dict(now.pieces)
            again = partial(
                self._points.apply, now.points_used, now.no_points, now.no_points_for, pieces
            )
            now.points_used, now.quoted = 0, None
        elif kept is not None:
            again = kept
        asked = self._verification.wanted(code, again)
        self._screen.show_strip()
        if asked is not None:
            self._screen.show(asked)

    # --- the clock ---

    def confirm_day(self, day: Day) -> None:
        """The person says that the clock is right."""
        desk = self._desk
        desk.do(lambda: clock_check.confirm_day(desk.store, day=day), self._day_confirmed)

    def clock_is_wrong(self) -> None:
        """The person says that it is not."""
        self._screen.show(refusals.clock_is_wrong(self._desk.words))

    @Slot(object)
    def _on_day_confirmed(self, _: object) -> None:
        self._screen.show(refusals.day_confirmed(self._desk.words))
