"""The till: scan box, bill strip, result panel, keys, the day beside it. Never a box in front of it."""

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services import wording
from storecrm.services.people.members import MemberView
from storecrm.services.till.today import Board
from storecrm.ui.kit import theme
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.widgets import FitLabel, button, card, field, label, row
from storecrm.ui.viewmodels.till import Result, Strip, TillViewModel, judge_digits
from storecrm.values import Channel, Refusal, RefusalCode, grouped

CHOICE_MS = 400
_BANDS = {"used": Qt.BrushStyle.BDiagPattern, "bad": Qt.BrushStyle.FDiagPattern, "unknown": Qt.BrushStyle.Dense6Pattern}


class Panel(QFrame):
    """The result: state is carried by the word, the icon, the band and the colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setProperty("look", "idle")
        self.icon, self.big, self.title = QLabel(), FitLabel(56, 22), FitLabel(30, 16)
        self.todo, self.todo_box = QLabel(), QFrame()
        self.todo_box.setObjectName("todo")
        self.todo.setWordWrap(True)
        self.todo.setTextFormat(Qt.TextFormat.PlainText)
        self.todo.setStyleSheet("font-size: 22px; font-weight: bold;")
        self.facts, self.choices = QGridLayout(), QGridLayout()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setObjectName("countdown")
        self.bar.setFixedHeight(5)
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._tick)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 22, 20, 14)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.icon)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.big)
        words.addWidget(self.title)
        head.addLayout(words, 1)
        column.addLayout(head)
        inside = QHBoxLayout(self.todo_box)
        inside.setContentsMargins(14, 8, 14, 8)
        inside.addWidget(self.todo)
        column.addWidget(self.todo_box)
        self.facts.setHorizontalSpacing(14)
        self.facts.setColumnStretch(1, 1)
        column.addLayout(self.facts)
        column.addStretch(1)
        column.addLayout(self.choices)
        column.addWidget(self.bar)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_result(self, result: Result) -> None:
        self.setProperty("look", result.look)
        role = "accent_text" if result.look == "idle" else "on_used" if result.look == "used" else "on_accent"
        self.icon.setPixmap(theme.pixmap(result.icon or "scan", role, 76))
        # the money to take off is the large line; without one the state is
        large, small = (result.big, result.title) if result.look == "ok" and result.big else (result.title, result.big)
        self.big.setText(large)
        self.title.setText(small)
        self.todo.setText(result.todo)
        self.todo_box.setVisible(bool(result.todo))
        self._fill_facts(result)
        self._fill_choices(result)
        self.setAccessibleName(result.title)
        self.setAccessibleDescription(f"{result.title}. {result.big} {result.todo}")
        for widget in (self, *self.findChildren(QWidget)):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.bar.setVisible(result.seconds > 0)
        self.bar.setRange(0, max(1, result.seconds * 10))
        self.bar.setValue(result.seconds * 10)
        self._timer.start() if result.seconds else self._timer.stop()
        self.update()

    def _fill_facts(self, result: Result) -> None:
        _empty(self.facts)
        for line, (name, value) in enumerate(result.facts[: 2 if result.choices else 4]):
            shown = QLabel(value)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setStyleSheet("font-size: 18px; font-weight: bold;")
            self.facts.addWidget(QLabel(name), line, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(shown, line, 1)

    def _fill_choices(self, result: Result) -> None:
        _empty(self.choices)
        for number, choice in enumerate(result.choices, 1):
            made = button(choice.text, choice.act, kind="choice", key=str(number))
            self.choices.addWidget(made, (number - 1) // 2, (number - 1) % 2)

    def _tick(self) -> None:
        self.bar.setValue(self.bar.value() - 1)
        if self.bar.value() <= 0:
            self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        pattern = _BANDS.get(str(self.property("look")))
        if pattern is not None:
            painter = QPainter(self)
            painter.fillRect(14, 2, self.width() - 28, 10, theme.brush(str(self.property("look")), pattern))
            painter.end()


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


class RegisterCard(QFrame):
    """The small card: phone, name, birthday, gender, consent unticked. Enter goes on, Ctrl+Enter keeps."""

    def __init__(self, page: "TillPage", words: Catalogue) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._page, self._words = page, words
        self.phone, self.name = field(words.t("Phone")), field(words.t("Name (may be empty)"))
        self.birthday = field(words.t("Birthday (may be empty)"), "05-17")
        self.gender = QComboBox()
        self.gender.setAccessibleName(words.t("Gender"))
        self.gender.addItems([words.t("not given"), words.t("female"), words.t("male")])
        self.ticks = {
            Channel.SMS: QCheckBox(words.t("SMS")),
            Channel.WECHAT: QCheckBox(words.t("WeChat")),
            Channel.EMAIL: QCheckBox(words.t("E-mail")),
        }
        self.verdict = label("", "error", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(18, 16, 18, 16)
        grid.addWidget(label(words.t("New member"), "h2"), 0, 0, 1, 2)
        for line, (title, box) in enumerate(
            (
                (m("Phone"), self.phone),
                (m("Name (may be empty)"), self.name),
                (m("Birthday (may be empty)"), self.birthday),
                (m("Gender"), self.gender),
            ),
            1,
        ):
            grid.addWidget(label(words.t(title)), line, 0)
            grid.addWidget(box, line, 1)
        grid.addWidget(label(words.t("Agrees to offers by")), 5, 0)
        holder = QWidget()
        holder.setLayout(row(*self.ticks.values(), None))
        grid.addWidget(holder, 5, 1)
        grid.addWidget(self.verdict, 6, 0, 1, 2)
        buttons = QWidget()
        buttons.setLayout(row(None, button(words.t("Cancel"), self.leave), button(words.t("Save"), self.save, kind="primary")))
        grid.addWidget(buttons, 7, 0, 1, 2)
        grid.setRowStretch(8, 1)
        self.phone.returnPressed.connect(self._after_phone)
        self.name.returnPressed.connect(self.save)
        self.birthday.returnPressed.connect(self.save)

    def open(self, phone: str) -> None:
        for box in (self.phone, self.name, self.birthday):
            box.clear()
        self.gender.setCurrentIndex(0)
        for tick in self.ticks.values():
            tick.setChecked(False)
        self.verdict.setText("")
        self.phone.setText(phone)
        self.phone.setFocus()

    def _after_phone(self) -> None:
        self.name.setFocus()

    def save(self) -> None:
        channels = tuple(channel for channel, tick in self.ticks.items() if tick.isChecked())
        gender = ("", "f", "m")[self.gender.currentIndex()]
        self._page.vm.consent_card(normal(self.phone.text()), self.name.text(), self.birthday.text(), gender, channels)

    def refuse(self, error: StoreError) -> None:
        self.verdict.setText(f"{wording.sentence(error, self._words)} {wording.cure(error, self._words)}")
        self.phone.setFocus()
        self.phone.selectAll()

    def leave(self) -> None:
        self._page.show_panel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        else:
            super().keyPressEvent(event)


class ApproveCard(QFrame):
    """A manager's word at the till: name, PIN, reason. Enter approves, Esc leaves."""

    def __init__(self, page: "TillPage", words: Catalogue) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._page, self._words = page, words
        self.title, self.verdict = label("", "h2"), label("", "error", wrap=True)
        self.name, self.pin, self.reason = QComboBox(), field(words.t("PIN")), field(words.t("Reason"))
        self.name.setAccessibleName(words.t("Manager"))
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(6)
        grid = QGridLayout(self)
        grid.setContentsMargins(18, 16, 18, 16)
        grid.addWidget(self.title, 0, 0, 1, 2)
        for line, (title, box) in enumerate(((m("Manager"), self.name), (m("PIN"), self.pin), (m("Reason"), self.reason)), 1):
            grid.addWidget(label(words.t(title)), line, 0)
            grid.addWidget(box, line, 1)
        grid.addWidget(self.verdict, 4, 0, 1, 2)
        buttons = QWidget()
        buttons.setLayout(row(None, button(words.t("Cancel"), page.show_panel), button(words.t("Approve"), self.approve, kind="primary")))
        grid.addWidget(buttons, 5, 0, 1, 2)
        grid.setRowStretch(6, 1)
        self.pin.returnPressed.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self.approve)

    def open(self, names: list[str], what: str) -> None:
        self.title.setText(f"{self._words.t('Manager approves')} · {what}")
        self.name.clear()
        self.name.addItems(names)
        for box in (self.pin, self.reason):
            box.clear()
        self.verdict.setText("")
        self.pin.setFocus()

    def approve(self) -> None:
        pin = self.pin.text()
        self.pin.clear()
        self._page.vm.approve(self.name.currentText(), pin, self.reason.text())

    def refuse(self, error: StoreError) -> None:
        self.verdict.setText(f"{wording.sentence(error, self._words)} {wording.cure(error, self._words)}".strip())
        self.pin.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._page.show_panel()
        else:
            super().keyPressEvent(event)


class TillPage(QWidget):
    """Scan and nothing else."""

    def __init__(self, vm: TillViewModel, words: Catalogue, sounds: Sounds) -> None:
        super().__init__()
        self.setObjectName("page")
        self.vm, self._words, self._sounds = vm, words, sounds
        self.scan, self.amount = ScanEdit(), ScanEdit()
        self.panel, self.register_card = Panel(), RegisterCard(self, words)
        self.approve_card = ApproveCard(self, words)
        self.strip, self.hint = QFrame(), label("", "small")
        self.strip_text = label("", wrap=False)
        self._choice = QTimer(self)
        self._choice.setSingleShot(True)
        self._choice.setInterval(CHOICE_MS)
        self._choice.timeout.connect(self._choose_typed)
        self._build()
        vm.shown.connect(self._show)
        vm.strip_changed.connect(self._show_strip)
        vm.board_changed.connect(self._show_board)
        vm.registered.connect(self._registered)
        vm.not_registered.connect(self.register_card.refuse)
        vm.approving.connect(self._ask_manager)
        vm.approved.connect(self.show_panel)
        vm.not_approved.connect(self.approve_card.refuse)
        self.panel.show_result(vm.result)
        self._show_strip(Strip())

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
        self.strip_text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        inside.addWidget(self.strip_text, 1)
        self.due = label("", "h2")
        inside.addWidget(self.due)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addLayout(row(self.scan, self.amount))
        left.addWidget(self.hint)
        self.hint.hide()
        left.addWidget(self.strip)
        left.addWidget(self.panel, 1)
        left.addWidget(self.register_card, 1)
        left.addWidget(self.approve_card, 1)
        self.register_card.hide()
        self.approve_card.hide()
        left.addLayout(self._keys())
        self.side = self._side()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 1)
        whole.addWidget(self.side)
        self.scan.returnPressed.connect(self._entered)
        self.scan.textEdited.connect(self._edited)
        self.amount.returnPressed.connect(self._amount_entered)
        self.scan.installEventFilter(self)
        self.amount.installEventFilter(self)

    def _keys(self) -> QGridLayout:
        w, grid = self._words, QGridLayout()
        grid.setSpacing(8)
        keys = (
            ("F2", w.t("Find member"), "user-search", self.focus_scan),
            ("F3", w.t("Amount"), "cash", self.focus_amount),
            ("F4", w.t("New member"), "user-plus", self.register),
            ("F10", w.t("Close bill"), "check", lambda: self.vm.close()),
            ("F8", w.t("Undo"), "arrow-back-up", self.vm.undo),
            ("F9", w.t("Missing amounts"), "list-details", self.show_waiting),
        )
        self.buttons = []
        for place, (key, text, icon, act) in enumerate(keys):
            made = button(text, act, kind="till", icon=icon, key=key)
            self.buttons.append(made)
            grid.addWidget(made, place // 3, place % 3)
        return grid

    def _side(self) -> QWidget:
        w = self._words
        counts, column = card()
        column.addWidget(label(w.t("This till today"), "small"))
        self.counts = [label("0", "h1") for _ in range(3)]
        line = QHBoxLayout()
        for number, name in zip(self.counts, (w.t("redeemed"), w.t("discount"), w.t("refused")), strict=True):
            cell = QVBoxLayout()
            cell.addWidget(number)
            cell.addWidget(label(name, "small"))
            line.addLayout(cell)
        column.addLayout(line)
        recent, self.recent = card(spacing=6)
        self.recent.addWidget(label(w.t("Recent scans"), "small"))
        self.recent_rows = QVBoxLayout()
        self.recent_rows.setSpacing(8)
        self.recent.addLayout(self.recent_rows)
        self.recent.addStretch(1)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(counts)
        column.addWidget(recent, 1)
        side.setFixedWidth(264)
        return side

    # --- acts ---

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
        self.panel.hide()
        self.approve_card.hide()
        self.register_card.show()
        self.register_card.open(typed if typed.isdigit() and len(typed) == 11 else "")

    @Slot(object)
    def _ask_manager(self, answer: tuple[list[str], str]) -> None:
        self.panel.hide()
        self.approve_card.show()
        self.approve_card.open(*answer)

    def show_panel(self) -> None:
        self.register_card.hide()
        self.approve_card.hide()
        self.panel.show()
        self.scan.setFocus()

    def show_waiting(self) -> None:
        """F9: the newest bill that waits for its amount."""
        waiting = self._board.waiting if self._board else ()
        w = self._words
        if not waiting:
            self.vm.shown.emit(
                Result("info", w.t("ALL AMOUNTS ARE IN"), "", w.t("No bill of today waits for its amount."), icon="list-details")
            )
            return
        first = waiting[0]
        self._waiting = first.receipt_no
        facts = tuple((w.time(bill.at), f"-{w.money(bill.discount)}  {grouped(bill.receipt_no)}") for bill in waiting[:4])
        self.vm.shown.emit(
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
        self._choice.stop()
        self._waiting = ""
        self.show_panel()
        self.scan.clear()
        self.vm.scanned(text)

    def _entered(self) -> None:
        self._choice.stop()
        self._waiting = ""
        text = normal(self.scan.text())
        self.scan.clear()
        self.hint.hide()
        self.vm.entered(text)

    def _edited(self, text: str) -> None:
        tidy = normal(text)
        if tidy.endswith("+") and (len(tidy) > 1 or self.vm.bill is not None or self.vm.amount is not None):
            self._entered_plus(tidy)
            return
        if len(tidy) == 1 and tidy.isdigit() and 1 <= int(tidy) <= len(self.vm.result.choices):
            self._choice.start()
        else:
            self._choice.stop()
        right = judge_digits(tidy)
        digits = tidy.replace(" ", "")
        self.hint.setVisible(len(digits) > 11 and digits.isdigit())
        if right is not None:
            self.hint.setText(
                self._words.t("{code}: Enter takes it", code=grouped(digits))
                if right
                else self._words.t("{code}: a digit is wrong, compare with the paper", code=grouped(digits))
            )
        elif len(digits) > 11:
            self.hint.setText(" ".join(digits[i : i + 4] for i in range(0, len(digits), 4)))

    def _entered_plus(self, text: str) -> None:
        self.scan.clear()
        self.vm.entered(text)

    def _choose_typed(self) -> None:
        typed = normal(self.scan.text())
        if typed.isdigit() and len(typed) == 1:
            self.scan.clear()
            self.vm.choose(int(typed))

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
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.scan.clear()
            self._waiting = ""
            self.scan.setFocus()
            self.vm.escape()
            return True
        return False

    # --- what is shown ---

    @Slot(object)
    def _show(self, result: Result) -> None:
        if self.register_card.isHidden():
            self.panel.show()
        self.panel.show_result(result)
        self._sounds.play(result.look)

    @Slot(object)
    def _show_strip(self, strip: Strip) -> None:
        w = self._words
        parts = [w.t("This bill")]
        parts.append(w.money(strip.amount) if strip.amount is not None else w.t("no amount yet") if strip.open else w.t("empty"))
        parts += [f"{name} -{w.money(amount)}" for name, amount in strip.coupons]
        if strip.member:
            parts.append(strip.member)
        text = "  ›  ".join(parts)
        self.strip_text.setText(text)
        self.strip_text.setToolTip(text)
        self.due.setText(w.t("Due {amount}", amount=w.money(strip.due)) if strip.due is not None else "")
        self.amount.setText("" if strip.amount is None else w.money(strip.amount).replace(w.symbol, "").replace(",", ""))

    @Slot(object)
    def _show_board(self, board: Board) -> None:
        w = self._words
        self._board = board
        for shown, text in zip(self.counts, (str(board.redeemed), w.money(board.discount, short=True), str(board.refused)), strict=True):
            shown.setText(text)
        _empty(self.recent_rows)
        for scan in board.recent[:9]:
            used = scan.reason is RefusalCode.ALREADY_REDEEMED
            look = "ok" if scan.reason is None else "used" if used else "bad"
            sign = label()
            sign.setPixmap(theme.pixmap({"ok": "circle-check", "used": "alert-triangle", "bad": "alert-octagon"}[look], f"{look}_text", 20))
            words = (
                w.money(scan.discount, short=True)
                if scan.discount is not None
                else wording.refusal_title(_refusal(scan.reason), w).capitalize()
            )
            if scan.taken_back:
                words = w.t("taken back")
            right = label(words, "small")
            right.setAlignment(Qt.AlignmentFlag.AlignRight)
            right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            right.setToolTip(words)
            line = row(sign, label(w.time(scan.at), "small"), label(f"…{scan.code_tail}", "small"), right)
            line.setContentsMargins(0, 0, 0, 0)
            line.setStretch(3, 1)
            holder = QWidget()
            holder.setLayout(line)
            self.recent_rows.addWidget(holder)

    @Slot(object)
    def _registered(self, _member: MemberView) -> None:
        self.show_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.setVisible(self.width() >= 860)
        low = self.height() < 600
        for place, made in enumerate(self.buttons):
            made.setVisible(not low or place in (1, 2, 4))


def _refusal(code: RefusalCode | None) -> Refusal:
    return Refusal(code or RefusalCode.NOT_FOUND)
