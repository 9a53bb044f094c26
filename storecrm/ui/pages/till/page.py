"""The till: scan box, bill strip, result panel, keys, the day or the basket beside it. Never a box
in front of it."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.domain import scan_entry
from storecrm.i18n import Catalogue
from storecrm.services.members.verification import Question
from storecrm.services.members.views import MemberView
from storecrm.services.store import Topic
from storecrm.services.till.day_board import Board
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.actions import act
from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.widgets import label, marked, row
from storecrm.ui.pages.till import keys
from storecrm.ui.pages.till.card import TillCard
from storecrm.ui.pages.till.keys import KeyGrid, WayKeys
from storecrm.ui.pages.till.override_card import ApproveCard
from storecrm.ui.pages.till.panel import Panel
from storecrm.ui.pages.till.pay_card import PayCard
from storecrm.ui.pages.till.points_card import MoreCard
from storecrm.ui.pages.till.registration_card import RegisterCard
from storecrm.ui.pages.till.side_column import SideColumn
from storecrm.ui.pages.till.verification_card import ProofCard
from storecrm.ui.presenters.till import bills
from storecrm.ui.presenters.till.screen import Screen
from storecrm.ui.presenters.till.strip import Strip, bare_amount, line, typed_code
from storecrm.ui.viewmodels.till.overrides import ApproveAsk
from storecrm.ui.viewmodels.till.points import MoreAsk
from storecrm.ui.viewmodels.till.view_model import TillViewModel
from storecrm.values import Money

NARROW, LOW = 860, 600
"""Below this width the day beside the panel goes, below this height everything draws together: a
till of 1024 x 768 at 150 % has both."""


class TillPage(QWidget):
    """Scan and nothing else."""

    def __init__(self, vm: TillViewModel, words: Catalogue, sounds: Sounds) -> None:
        super().__init__()
        self.setObjectName("page")
        self.vm = vm
        self._words = words
        self._sounds = sounds
        self.scan = ScanEdit()
        self.amount = ScanEdit()
        self.panel = Panel()
        self.register_card = RegisterCard(vm, words, self.show_panel)
        self.approve_card = ApproveCard(vm, words, self.show_panel)
        self.proof_card = ProofCard(vm, words, self.show_panel)
        self.more_card = MoreCard(vm, words, self.show_panel)
        self.pay_card = PayCard(vm, words, self.show_panel)
        self.cards: tuple[TillCard, ...] = (
            self.register_card,
            self.approve_card,
            self.proof_card,
            self.more_card,
            self.pay_card,
        )
        self.side = SideColumn(words)
        self.strip = QFrame()
        self.strip_text = ElideLabel()
        self._bill_line = ""
        self._build()
        self._join()
        self.panel.show_result(vm.result)
        self._show_strip(Strip())

    def _join(self) -> None:
        vm = self.vm
        vm.screen.shown.connect(self._show)
        vm.screen.shown_again.connect(self._show_again)
        vm.screen.strip_changed.connect(self._show_strip)
        vm.screen.basket_changed.connect(self._show_basket)
        vm.screen.left.connect(self._leave_cards)
        vm.board_changed.connect(self._show_board)
        vm.members.registered.connect(self._registered)
        vm.members.not_registered.connect(self.register_card.refuse)
        vm.overrides.asking.connect(self._ask_manager)
        vm.overrides.approved.connect(self.show_panel)
        vm.overrides.not_approved.connect(self.approve_card.refuse)
        vm.verification.asking.connect(self._ask_proof)
        vm.verification.proved.connect(self.show_panel)
        vm.verification.not_proved.connect(self.proof_card.refuse)
        vm.points.asking.connect(self._ask_more)
        vm.basket.paying.connect(self._ask_pay)
        self.panel.ended.connect(vm.rest)
        self.panel.chosen.connect(vm.choose)
        self.side.line_chosen.connect(vm.basket.choose_line)
        self.side.keypad.put_away.connect(self._pad_away)
        self.scan.returnPressed.connect(self._entered)
        self.scan.textEdited.connect(self._edited)
        self.amount.returnPressed.connect(self._amount_entered)
        for box in (self.scan, self.amount, self.pay_card.box):
            box.installEventFilter(self)
        for box in (self.scan, self.amount):
            box.textChanged.connect(self._mark_empty)
        self._mark_empty()

    def _build(self) -> None:
        w = self._words
        self.scan.setObjectName("scan")
        self.scan.setPlaceholderText(w.t("Scan a coupon, or type a phone"))
        self.scan.setAccessibleName(w.t("Scan box"))
        self.amount.setObjectName("amount")
        self.amount.setAccessibleName(w.t("Amount before coupons"))
        self.amount.setPlaceholderText(w.t("Amount") + " F3")
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.amount.setMaximumWidth(190)
        self.strip.setObjectName("strip")
        inside = QHBoxLayout(self.strip)
        inside.setContentsMargins(12, 6, 12, 6)
        inside.addWidget(self.strip_text, 1)
        self.due = label("", "h2")
        inside.addWidget(self.due)
        left = QVBoxLayout()
        left.addLayout(row(self.scan, self.amount))
        left.addWidget(self.strip)
        left.addWidget(self.panel, 1)
        for shown in self.cards:
            left.addWidget(shown, 1)
            shown.hide()
        self._make_keys()
        left.addLayout(self.keys)
        self._left = left
        whole = self._whole = QHBoxLayout(self)
        whole.addLayout(left, 1)
        whole.addWidget(self.side)

    def _make_keys(self) -> None:
        vm = self.vm
        acts = {
            keys.FIND: self.focus_scan,
            keys.AMOUNT: self.focus_amount,
            keys.REGISTER: self.register,
            keys.ASIDE: vm.aside,
            keys.CLOSE: vm.close,
            keys.UNDO: vm.undo,
            keys.WAITING: self.show_waiting,
            keys.POINTS: vm.ask_more,
            keys.PRINT: vm.print_last,
        }
        self.acts = {
            declared.key: act(self, declared, do, words=self._words)
            for declared, do in acts.items()
        }
        self.keys = KeyGrid(self.acts[declared.key] for declared in keys.ALL_KEYS)
        self._ways = WayKeys(self, vm.choose_numbered, self._words)

    def _name_ways(self) -> None:
        self._ways.show(self.vm.result if self.panel.isVisibleTo(self) else None)

    # --- acts ---

    def focus_scan(self) -> None:
        self.show_panel()

    def focus_amount(self) -> None:
        # an amount that was waited for is not this one
        self._waiting = ""
        self.show_panel()
        self.amount.setFocus()
        self.amount.selectAll()

    def register(self) -> None:
        """F4: the small card over the panel."""
        # a phone that nobody was found by is the new member's
        typed = normal(self.scan.text())
        self.scan.clear()
        self._show_card(self.register_card)
        self.register_card.open(scan_entry.phone_in(typed))

    @Slot(object)
    def _ask_manager(self, ask: ApproveAsk) -> None:
        self._show_card(self.approve_card)
        self.approve_card.open(ask)

    @Slot(object)
    def _ask_proof(self, asked: Question) -> None:
        self._show_card(self.proof_card)
        self.proof_card.open(asked)

    @Slot(object)
    def _ask_more(self, ask: MoreAsk) -> None:
        self._show_card(self.more_card)
        self.more_card.open(ask)

    @Slot(object)
    def _ask_pay(self, bill: BillView) -> None:
        self._show_card(self.pay_card)
        self.pay_card.open(bill)

    def _show_card(self, shown: TillCard) -> None:
        self.panel.hide()
        # one card at a time
        for other in self.cards:
            other.setVisible(other is shown)
        self._fit_side()
        self._name_ways()

    @Slot()
    def _leave_cards(self) -> None:
        """A card is of one customer: it goes with the bill. Registering somebody needs no bill."""
        if any(not shown.isHidden() for shown in self.cards if shown is not self.register_card):
            self.show_panel()

    def show_panel(self) -> None:
        for shown in self.cards:
            shown.hide()
        self.panel.show()
        self._fit_side()
        self._name_ways()
        self.scan.setFocus()

    def show_waiting(self) -> None:
        """F9: the newest bill that waits for its amount."""
        waiting = self._board.waiting if self._board else ()
        self.vm.say(bills.missing_amounts(waiting, self._words))
        if not waiting:
            return
        self._waiting = waiting[0].receipt_no
        self.amount.setFocus()

    _waiting = ""
    _board: Board | None = None
    topics = frozenset((Topic.SALES, Topic.COUPONS, Topic.RULES))
    typed = keys.IN_THE_SCAN_BOX
    """What the sheet of keys says of the scan box."""

    def look_again(self, changed: frozenset[Topic]) -> None:
        """The day's counts follow what is done here; the till follows what the owner sets."""
        # another till mode, another slip rule
        if Topic.RULES in changed:
            self.vm.look_at_shop()
        # settings alone move no count
        if changed != {Topic.RULES}:
            self.vm.refresh()

    def scanned(self, text: str) -> None:
        """A scan from anywhere in the program."""
        self._waiting = ""
        self.show_panel()
        self.scan.clear()
        self._say_code("")
        self.vm.scanned(text)

    def _entered(self) -> None:
        self._waiting = ""
        text = normal(self.scan.text())
        self.scan.clear()
        self._say_code("")
        self.vm.entered(text)

    def _edited(self, text: str) -> None:
        tidy = normal(text)
        # some codes are whole without Enter
        if scan_entry.ends_itself(tidy, begun=self.vm.now.begun):
            self.scan.clear()
            self.vm.entered(tidy)
            return
        self._say_code(tidy.replace(" ", ""))

    def _say_code(self, digits: str) -> None:
        """A code that is being typed stands in the strip by fours, with what its check digit says:
        nothing on the page moves for it."""
        said = typed_code(digits, self._words)
        self.strip_text.setText(said or self._bill_line)

    def _amount_entered(self) -> None:
        text = normal(self.amount.text())
        self.scan.setFocus()
        if self._waiting:
            receipt, self._waiting = self._waiting, ""
            self.vm.entry.fill_amount(receipt, text)
            self.amount.clear()
        elif text:
            self.vm.entry.set_amount_text(text)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            # Esc in the card of tenders leaves it: the bill stays
            if watched is self.pay_card.box:
                self.show_panel()
                return True
            self.scan.clear()
            self._say_code("")
            self._waiting = ""
            self.scan.setFocus()
            self.vm.escape()
            return True
        touched = event.type() == QEvent.Type.MouseButtonPress
        for box in (self.amount, self.pay_card.box):
            if touched and watched is box:
                self.side.type_into(box)
        return False

    @Slot()
    def _pad_away(self) -> None:
        self.side.put_pad_away(goods=self.vm.goods)
        self._fit_side()

    # --- what is shown ---

    @Slot(object)
    def _show(self, result: Screen) -> None:
        if all(shown.isHidden() for shown in self.cards):
            self.panel.show()
        self._show_again(result)
        self._sounds.play(result.look)

    @Slot(object)
    def _show_again(self, result: Screen) -> None:
        self.panel.show_result(result)
        self._name_ways()

    @Slot(object)
    def _show_basket(self, bill: BillView | None) -> None:
        self.side.show_bill(bill)
        self._fit_side()

    def _fit_side(self) -> None:
        """The basket and the keypad are always there when they are needed, the day where there is
        room."""
        narrow = self.width() < NARROW
        low = self.height() < LOW
        self.side.fit(self, narrow=narrow, low=low)
        self._tighten(low)
        carded = any(not shown.isHidden() for shown in self.cards)
        if low and carded:
            # a card needs the room, and its own keys
            self.keys.lay(())
        elif narrow and self.side.is_needed:
            self.keys.lay(keys.LEAST_KEYS)
        else:
            self.keys.lay(keys.FEW_KEYS if low else keys.ALL_KEYS)

    def _tighten(self, low: bool) -> None:
        """Smaller margins, boxes and keys where there is little height."""
        edge, gap = (8, 6) if low else (16, 10)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(edge)
        self._left.setSpacing(gap)
        for widget in (self.scan, self.amount, *self.keys.buttons.values()):
            marked(widget, "low", low)
        for shown in self.cards:
            shown.tighten(low)

    def _mark_empty(self) -> None:
        """What stands in an empty box is read whole."""
        for box in (self.scan, self.amount):
            marked(box, "empty", not box.text())

    @Slot(object)
    def _show_strip(self, strip: Strip) -> None:
        w = self._words
        self.scan.setPlaceholderText(
            w.t("Scan goods, a coupon or a card")
            if self.vm.sells_goods
            else w.t("Scan a coupon, or type a phone")
        )
        self._bill_line = line(strip, w)
        self._say_code(normal(self.scan.text()).replace(" ", ""))
        self.due.setText(
            w.t("Due {amount}", amount=w.money(strip.due)) if strip.due is not None else ""
        )
        # with goods the sum follows from the lines
        typed = strip.amount is not None and not self.vm.goods
        self.amount.setText(bare_amount(strip.amount or Money(0), w) if typed else "")

    @Slot(object)
    def _show_board(self, board: Board) -> None:
        self._board = board
        self.side.day.show_board(board)

    @Slot(object)
    def _registered(self, _member: MemberView) -> None:
        self.show_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()
