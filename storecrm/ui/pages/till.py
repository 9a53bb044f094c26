"""The till: scan box, bill strip, result panel, keys, the day or the basket beside it. Never a box
in front of it."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from storecrm.domain import scan_entry
from storecrm.i18n import Catalogue
from storecrm.services.members.registry import MemberView
from storecrm.services.members.verification import Question
from storecrm.services.till.day_board import Board
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.widgets import ElideLabel, button, label, marked, row
from storecrm.ui.pages.till_cards import (
    ApproveCard,
    MoreCard,
    PayCard,
    ProofCard,
    RegisterCard,
    TillCard,
)
from storecrm.ui.pages.till_panel import Panel
from storecrm.ui.pages.till_side import BasketList, DayBoard, Keypad
from storecrm.ui.viewmodels.till import TillViewModel
from storecrm.ui.viewmodels.till_results import ApproveAsk, MoreAsk, Result, Strip
from storecrm.values import grouped

SIDE, SIDE_WIDE, SIDE_NARROW = 264, 340, 220
NARROW, LOW = 860, 600
"""Below this width the day beside the panel goes, below this height everything draws together: a
till of 1024 x 768 at 150 % has both."""


class TillPage(QWidget):
    """Scan and nothing else."""

    def __init__(self, vm: TillViewModel, words: Catalogue, sounds: Sounds) -> None:
        super().__init__()
        self.setObjectName("page")
        self.vm, self._words, self._sounds = vm, words, sounds
        self.scan, self.amount = ScanEdit(), ScanEdit()
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
        self.day, self.basket, self.keypad = DayBoard(words), BasketList(words), Keypad(words)
        self.strip, self.strip_text = QFrame(), ElideLabel()
        self._bill_line = ""
        self._build()
        self._join()
        self.panel.show_result(vm.result)
        self._show_strip(Strip())

    def _join(self) -> None:
        vm = self.vm
        vm.shown.connect(self._show)
        vm.shown_again.connect(self.panel.show_result)
        self.panel.ended.connect(vm.rest)
        vm.strip_changed.connect(self._show_strip)
        vm.basket_changed.connect(self._show_basket)
        vm.board_changed.connect(self._show_board)
        vm.left.connect(self._leave_cards)
        vm.registered.connect(self._registered)
        vm.not_registered.connect(self.register_card.refuse)
        vm.approving.connect(self._ask_manager)
        vm.approved.connect(self.show_panel)
        vm.not_approved.connect(self.approve_card.refuse)
        vm.asking_proof.connect(self._ask_proof)
        vm.proved.connect(self.show_panel)
        vm.not_proved.connect(self.proof_card.refuse)
        vm.asking_more.connect(self._ask_more)
        vm.paying.connect(self._ask_pay)
        self.basket.chosen.connect(vm.choose_line)
        self.keypad.typed.connect(self._pad)
        self.keypad.done.connect(self._pad_done)
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
        left.addLayout(self._grid)
        self._left = left
        self.side = QStackedWidget()
        for part in (self.day, self.basket, self.keypad):
            self.side.addWidget(part)
        self.side.setFixedWidth(SIDE)
        whole = self._whole = QHBoxLayout(self)
        whole.addLayout(left, 1)
        whole.addWidget(self.side)

    def _make_keys(self) -> None:
        w, self._grid = self._words, QGridLayout()
        self._grid.setSpacing(8)
        keys = (
            ("F2", w.t("Find"), self.focus_scan),
            ("F3", w.t("Amount"), self.focus_amount),
            ("F4", w.t("New member"), self.register),
            ("F6", w.t("Put aside"), self.vm.aside),
            ("F10", w.t("Close bill"), self.vm.close),
            ("F8", w.t("Undo"), self.vm.undo),
            ("F9", w.t("No amount"), self.show_waiting),
            ("F7", w.t("Points"), self.vm.ask_more),
        )
        self.buttons = [button(text, act, kind="till", key=key) for key, text, act in keys]
        self._laid: tuple[int, ...] = ()

    def _lay_keys(self, places: tuple[int, ...]) -> None:
        """These keys, four in a row, without holes; the others are on the F1 sheet."""
        if places == self._laid:
            return
        self._laid = places
        while self._grid.takeAt(0):
            pass
        for at, made in enumerate(self.buttons):
            if at in places:
                self._grid.addWidget(made, places.index(at) // 4, places.index(at) % 4)
            made.setVisible(at in places)

    # --- acts ---

    def choose(self, number: int) -> bool:
        """A way on by its number, while the panel that shows it is in sight."""
        return not self.panel.isHidden() and self.vm.choose_numbered(number)

    def focus_scan(self) -> None:
        self.show_panel()

    def focus_amount(self) -> None:
        self._waiting = ""
        self.show_panel()
        self.amount.setFocus()
        self.amount.selectAll()

    def register(self) -> None:
        """F4: the small card over the panel."""
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
        for other in self.cards:
            other.setVisible(other is shown)
        self._fit_side()

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
        self.scan.setFocus()

    def show_waiting(self) -> None:
        """F9: the newest bill that waits for its amount."""
        waiting = self._board.waiting if self._board else ()
        w = self._words
        if not waiting:
            self.vm.say(
                Result(
                    "info",
                    w.t("ALL AMOUNTS ARE IN"),
                    "",
                    w.t("No bill of today waits for its amount."),
                    icon="list-details",
                )
            )
            return
        first = waiting[0]
        self._waiting = first.receipt_no
        facts = tuple(
            (w.time(bill.at), f"-{w.money(bill.discount)}  {grouped(bill.receipt_no)}")
            for bill in waiting[:4]
        )
        self.vm.say(
            Result(
                "info",
                w.t("AMOUNT MISSING"),
                w.time(first.at),
                w.t("Type the amount of this bill into the amount box."),
                facts,
                icon="list-details",
            )
        )
        self.amount.setFocus()

    _waiting = ""
    _board: Board | None = None

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
        if scan_entry.ends_itself(tidy, begun=self.vm.now.begun):
            self._entered_plus(tidy)
            return
        self._say_code(tidy.replace(" ", ""))

    def _say_code(self, digits: str) -> None:
        """A code that is being typed stands in the strip by fours, with what its check digit says:
        nothing on the page moves for it."""
        right = scan_entry.check_digit_right(digits)
        if right is not None:
            takes = self._words.t("{code}: Enter takes it", code=grouped(digits))
            wrong = self._words.t(
                "{code}: a digit is wrong, compare with the paper", code=grouped(digits)
            )
            said = takes if right else wrong
        elif len(digits) > 11 and digits.isdigit():
            said = " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
        else:
            said = ""
        self.strip_text.setText(said or self._bill_line)

    def _entered_plus(self, text: str) -> None:
        self.scan.clear()
        self.vm.entered(text)

    def _amount_entered(self) -> None:
        text = normal(self.amount.text())
        self.scan.setFocus()
        if self._waiting:
            receipt, self._waiting = self._waiting, ""
            self.vm.fill_amount(receipt, text)
            self.amount.clear()
        elif text:
            self.vm.set_amount_text(text)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            if watched is self.pay_card.box:
                self.show_panel()
                return True
            self.scan.clear()
            self._say_code("")
            self._waiting = ""
            self.scan.setFocus()
            self.vm.escape()
            return True
        if event.type() == QEvent.Type.MouseButtonPress and watched in (
            self.amount,
            self.pay_card.box,
        ):
            self._pad_for = self.amount if watched is self.amount else self.pay_card.box
            self._pad_fresh = True
            self.side.setCurrentWidget(self.keypad)
            self.side.show()
        return False

    _pad_for: ScanEdit | None = None
    _pad_fresh = True

    @Slot(str)
    def _pad(self, sign: str) -> None:
        """A key under a finger; the first one begins anew. "" puts the keypad away."""
        box = self._pad_for
        if box is None or not sign:
            self._pad_away()
        elif sign == "\b":
            box.setText(box.text()[:-1])
        else:
            box.setText(sign if self._pad_fresh else box.text() + sign)
        self._pad_fresh = False

    @Slot()
    def _pad_done(self) -> None:
        box = self._pad_for
        self._pad_away()
        if box is not None:
            box.returnPressed.emit()

    def _pad_away(self) -> None:
        self._pad_for = None
        self.side.setCurrentWidget(self.basket if self.vm.goods else self.day)
        self._fit_side()

    # --- what is shown ---

    @Slot(object)
    def _show(self, result: Result) -> None:
        if all(shown.isHidden() for shown in self.cards):
            self.panel.show()
        self.panel.show_result(result)
        self._sounds.play(result.look)

    @Slot(object)
    def _show_basket(self, bill: BillView | None) -> None:
        if self._pad_for is None:
            self.side.setCurrentWidget(self.day if bill is None else self.basket)
        self._fit_side()
        if bill is not None:
            self.basket.show_bill(bill)

    def _fit_side(self) -> None:
        """The basket and the keypad are always there when they are needed, the day where there is
        room."""
        needed = self.side.currentWidget() is not self.day
        narrow, low = self.width() < NARROW, self.height() < LOW
        self.side.setFixedWidth(
            SIDE_NARROW if narrow else SIDE_WIDE if needed and self.width() >= 1100 else SIDE
        )
        self.side.setVisible(needed or not narrow)
        self._tighten(low)
        carded = any(not shown.isHidden() for shown in self.cards)
        if low and carded:
            # a card needs the room, and its own keys
            self._lay_keys(())
        elif narrow and needed:
            self._lay_keys((4, 5))
        else:
            self._lay_keys((1, 2, 4, 5) if low else tuple(range(len(self.buttons))))

    def _tighten(self, low: bool) -> None:
        """Smaller margins, boxes and keys where there is little height."""
        edge, gap = (8, 6) if low else (16, 10)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(edge)
        self._left.setSpacing(gap)
        for widget in (self.scan, self.amount, *self.buttons):
            marked(widget, "low", low)
        for shown in self.cards:
            shown.tighten(low)
        self.keypad.tighten(low)
        self.basket.tighten(low)

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
        parts = [w.t("This bill")]
        parts.append(
            w.money(strip.amount)
            if strip.amount is not None
            else w.t("no amount yet")
            if strip.open
            else w.t("empty")
        )
        parts += [f"{name} -{w.money(amount)}" for name, amount in strip.coupons]
        if strip.member:
            parts.append(strip.member)
        self._bill_line = "  ›  ".join(parts)
        self._say_code(normal(self.scan.text()).replace(" ", ""))
        self.due.setText(
            w.t("Due {amount}", amount=w.money(strip.due)) if strip.due is not None else ""
        )
        typed = strip.amount is not None and not self.vm.goods
        self.amount.setText(
            w.money(strip.amount or 0).replace(w.symbol, "").replace(",", "") if typed else ""
        )

    @Slot(object)
    def _show_board(self, board: Board) -> None:
        self._board = board
        self.day.show_board(board)

    def slips_to(self, folder: Path, layout: str) -> None:
        """Where slips are written before they are printed, and how wide their paper is."""
        self.vm.slip_folder, self.vm.slip_layout = folder, layout

    @Slot(object)
    def _registered(self, _member: MemberView) -> None:
        self.show_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()
