"""The till as its pages see it: the parts put together, and what each of them does and says. No
widgets."""

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.domain.shop_rules import ShopRules, TillMode
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.store import Store
from storecrm.services.till import day_board
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.presenters.till.screen import (
    Act,
    AskManager,
    ChooseMember,
    ConfirmDay,
    Do,
    NextCustomer,
    OwnWord,
    PrintSlip,
    Screen,
    Swap,
    Take,
    TakeUp,
)
from storecrm.ui.viewmodels.till.basket import Basket
from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.customer import Customer
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.entry import ScanBox
from storecrm.ui.viewmodels.till.members import Members
from storecrm.ui.viewmodels.till.overrides import Overrides
from storecrm.ui.viewmodels.till.points import BillPoints
from storecrm.ui.viewmodels.till.refusals import Refusals
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.ui.viewmodels.till.slips import Slips
from storecrm.ui.viewmodels.till.verification import Verification
from storecrm.values import Money


class TillViewModel(QObject):
    """The one thing that pages hold. Its parts are its children and know nothing of it."""

    _usual = Signal(object)

    def __init__(self, store: Store, lane: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self._desk = desk = Desk(store, lane, bench, words, self)
        self.screen = screen = TillScreen(desk, self)
        self.slips = slips = Slips(desk, self)
        self.bill = bill = Bill(desk, screen, slips, self)
        self.basket = basket = Basket(desk, screen, bill, self)
        self.verification = proof = Verification(desk, self)
        self.overrides = Overrides(desk, screen, bill, proof, self)
        self.points = points = BillPoints(desk, screen, bill, self)
        self.members = members = Members(desk, screen, bill, proof, self)
        self.refusals = Refusals(desk, screen, bill, basket, proof, points, slips, self)
        self.entry = ScanBox(desk, screen, bill, basket, members, self)
        self.entry.chosen.connect(self.choose)
        self._usual.connect(self._on_usual)
        self._join()

    def _join(self) -> None:
        """What pages do and hear most, each with the part that it belongs to."""
        self.say = self.screen.show
        self.rest = self.screen.rest
        self.stay = self.screen.stay
        self.board_changed = self._desk.board_changed
        self.refresh = self._desk.refresh
        self.slip_wanted = self.slips.wanted
        self.entered = self.entry.entered
        self.scanned = self.entry.scanned
        self.escape = self.entry.escape
        self.undo = self.bill.undo
        self.print_last = self.bill.print_last
        self.close = self.basket.close
        self.aside = self.basket.aside
        self.ask_more = self.points.ask_more
        self.set_more = self.points.set_more
        self.approve_by_code = self.overrides.approve_by_code

    # --- state ---

    @property
    def store(self) -> Store:
        return self._desk.store

    @store.setter
    def store(self, store: Store) -> None:
        """The same person with other rights: what stands on the till stays."""
        self._desk.store = store

    @property
    def now(self) -> Customer:
        """The customer who stands there."""
        return self._desk.now

    @property
    def result(self) -> Screen:
        """What the panel shows."""
        return self.screen.result

    @property
    def goods(self) -> bool:
        """True while articles are on the bill."""
        return self._desk.goods

    @property
    def sells_goods(self) -> bool:
        """True for a till that is the register."""
        return self._desk.sells_goods

    def slips_to(self, folder: Path, layout: str) -> None:
        """Where slips are written before they are printed, and how wide their paper is."""
        self.slips.folder = folder
        self.slips.layout = layout

    # --- beginning ---

    def start(self) -> None:
        """After signing in: the bill a power cut left open, the day's counts."""
        self.bill.find_open()
        self.look_at_shop()
        self.refresh()

    def look_at_shop(self) -> None:
        """What an amount usually is, and what the owner set."""
        desk = self._desk
        desk.do(
            lambda: (day_board.usual_most(desk.store), shop_settings.of(desk.store)), self._usual
        )

    @Slot(object)
    def _on_usual(self, answer: tuple[Money | None, ShopRules]) -> None:
        self.entry.usual_most, shop = answer
        self.screen.pause_ms = shop.idle_close // timedelta(milliseconds=1)
        self._desk.sells_goods = shop.till_mode is TillMode.REGISTER
        if self.result.look == "idle":
            self.screen.show_idle()
        self.screen.show_strip()

    # --- ways on ---

    def choose_numbered(self, number: int) -> bool:
        """A way on by its number, as it stands on the panel; what has a key of its own is not
        numbered."""
        return number in self.result.numbers and self.choose(number)

    @Slot(int)
    def choose(self, number: int) -> bool:
        """The way on at this place; False when there is none."""
        if not 1 <= number <= len(self.result.choices):
            return False
        self.go(self.result.choices[number - 1].act)
        return True

    def go(self, act: Act) -> None:
        """Do what a way on says."""
        match act:
            case Do():
                self._go_plainly(act)
            case Take(code):
                self.bill.take(code)
            case Swap(code):
                self.bill.swap(code)
            case NextCustomer(code):
                self.bill.close_then(lambda: self.bill.take(code))
            case OwnWord(code, what):
                self.overrides.ask_own(code, what)
            case AskManager():
                self.overrides.ask_manager(act)
            case ConfirmDay(day):
                self.refusals.confirm_day(day)
            case PrintSlip(receipt):
                self.slips.print(receipt)
            case TakeUp(receipt):
                self.basket.take_up(receipt)
            case ChooseMember(found):
                self.members.arrive(found)

    def _go_plainly(self, act: Do) -> None:
        match act:
            case Do.CLOSE:
                self.basket.close()
            case Do.UNDO:
                self.bill.undo()
            case Do.SHOW_OPEN:
                self.bill.show_open()
            case Do.CLOCK_IS_WRONG:
                self.refusals.clock_is_wrong()
            case Do.PRINT_LAST:
                self.bill.print_last()
