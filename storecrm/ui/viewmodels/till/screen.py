"""What the till shows: the panel, the strip, and the pause after which it rests."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from storecrm.errors import StoreError
from storecrm.ui.presenters.till import members, refusals, screen, strip
from storecrm.ui.presenters.till.screen import Screen
from storecrm.ui.viewmodels.till.desk import Desk


class TillScreen(QObject):
    """The till's voice: the screen of now is `result`."""

    shown = Signal(object)  # Screen
    shown_again = Signal(object)  # the same Screen with newer ways on, or at rest: nothing is heard
    strip_changed = Signal(object)  # Strip
    basket_changed = Signal(object)  # BillView or None
    left = Signal()  # the customer is done: no card may stay open

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.result = self.idle()
        self.again: Callable[[], None] | None = None
        """What Enter on the empty box does once more, until something else is shown."""
        self.pause_ms = 180_000
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)
        desk.too_late.connect(self._say_late)

    def idle(self) -> Screen:
        """The panel at rest."""
        return screen.idle(self._desk.words, sells_goods=self._desk.sells_goods)

    def show(self, result: Screen) -> None:
        """Show it, and hear it."""
        desk = self._desk
        self.result = result
        self.again = None
        if desk.now.begun or desk.now.member is not None or desk.waiting.coupon:
            self.start_pause()
        self.shown.emit(result)

    def show_again(self, result: Screen) -> None:
        """The same with newer ways on, or at rest; nothing is heard twice."""
        self.result = self.offering(result)
        self.shown_again.emit(self.result)

    def offering(self, result: Screen) -> Screen:
        """The screen with the member's coupons as ways on, as long as none was used."""
        now = self._desk.now
        if now.bill is not None and now.bill.coupons:
            return result
        known = now.amount is not None
        return members.with_coupons(result, now.coupons, self._desk.words, amount_known=known)

    def show_idle(self) -> None:
        """Nobody is here: the panel at rest."""
        self.show(self.idle())

    @Slot()
    def rest(self) -> None:
        """A success was there long enough: the panel is ready for the next scan and says what was
        done last."""
        if self.result.seconds:
            w = self._desk.words
            goods = self._desk.sells_goods
            at = w.time(self._desk.store.clock.now())
            self.show_again(screen.rested(self.result, at, w, sells_goods=goods))

    @Slot(object)
    def _say_late(self, error: StoreError) -> None:
        self.show(refusals.plain(error, self._desk.words))

    def show_strip(self) -> None:
        """The bill of now, as closing it would come to if that is known."""
        desk = self._desk
        now = self._desk.now
        view = now.quoted or now.bill
        self.strip_changed.emit(strip.strip(view, now.amount, now.who, desk.words))
        self.basket_changed.emit(now.bill if desk.goods else None)

    def leave(self) -> None:
        """The customer is done: the strip is free for the next one."""
        self._desk.leave()
        self.pause.stop()
        self.show_strip()
        self.left.emit()

    # --- the pause ---

    def start_pause(self) -> None:
        """From now on the till waits for the next act."""
        self.pause.start(self.pause_ms)

    def stay(self) -> None:
        """Somebody is at work: a bill that lies there is not left alone."""
        if self.pause.isActive():
            self.start_pause()
