"""The small cards over the till's panel: register, approve, prove, points and more, pay. Enter goes
on, Esc leaves, no box."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.tenders import Tender
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.members.duplicates import MergeCandidate
from storecrm.services.members.verification import Question
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.widgets import ElideLabel, Saying, beside, button, field, label, marked, row
from storecrm.ui.viewmodels.till import TillViewModel
from storecrm.ui.viewmodels.till_goods import left_to_pay
from storecrm.ui.viewmodels.till_results import ApproveAsk, MoreAsk
from storecrm.ui.viewmodels.till_trust import TillTrust
from storecrm.values import Channel, Money, TenderKind, masked_phone, parse_money
from storecrm.wording.errors import cure, sentence


class TillCard(QFrame):
    """A card with a title, rows, a verdict and two buttons; `leave` brings the panel back."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.vm, self._words, self.leave = vm, words, leave
        self.title, self.verdict = ElideLabel("", "h2"), Saying("error")
        inside = QWidget()
        self.grid = QGridLayout(inside)
        self.grid.setContentsMargins(0, 0, 6, 0)
        self.grid.setColumnStretch(0, 2)
        self.grid.setColumnStretch(1, 5)
        # the rows scroll where there is no room for them; title, verdict and buttons are always in
        # sight
        self.rows = QScrollArea()
        self.rows.setWidgetResizable(True)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setProperty("plain", True)
        self.rows.setWidget(inside)
        self.frame = QVBoxLayout(self)
        self.frame.addWidget(self.title)
        self.frame.addWidget(self.rows, 1)

    def tighten(self, low: bool) -> None:
        """Smaller margins where there is little height."""
        edge, gap = (10, 5) if low else (18, 10)
        self.frame.setContentsMargins(
            edge, edge // 2 if low else edge, edge, edge // 2 if low else edge
        )
        self.frame.setSpacing(gap)
        self.grid.setVerticalSpacing(gap)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            # the field with the cursor is in sight
            self.rows.ensureWidgetVisible(watched, 0, 8)
        return super().eventFilter(watched, event)

    def add(self, title: str, box: QWidget) -> QLabel:
        """One more row; returns its label."""
        line, named = self.grid.rowCount(), label(title, wrap=True)
        self.grid.addWidget(named, line, 0)
        self.grid.addWidget(box, line, 1)
        for part in (box, *box.findChildren(QWidget)):
            part.installEventFilter(self)
        return named

    def end(self, *buttons: QWidget) -> None:
        """Verdict and buttons below the rows."""
        self.grid.setRowStretch(self.grid.rowCount(), 1)
        self.frame.addWidget(self.verdict)
        self.frame.addLayout(row(None, button(self._words.t("Cancel"), self.leave), *buttons))

    def refuse(self, error: StoreError) -> None:
        """Say why not; the card stays."""
        self.verdict.setText(f"{sentence(error, self._words)} {cure(error, self._words)}".strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


class RegisterCard(TillCard):
    """Phone, name, birthday, gender, consent unticked. Enter goes on, Ctrl+Enter keeps."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.title.setText(words.t("New member"))
        self.phone, self.name = field(words.t("Phone")), field(words.t("Name (may be empty)"))
        self.birthday = field(words.t("Birthday (may be empty)"), words.t("05-17, or lunar 5-17"))
        self.gender = QComboBox()
        self.gender.setAccessibleName(words.t("Gender"))
        self.gender.addItems([words.t("not given"), words.t("female"), words.t("male")])
        self.ticks = {
            Channel.SMS: QCheckBox(words.t("SMS")),
            Channel.WECHAT: QCheckBox(words.t("WeChat")),
            Channel.EMAIL: QCheckBox(words.t("E-mail")),
        }
        self.add(words.t("Phone"), self.phone)
        self.add(words.t("Name (may be empty)"), self.name)
        self.referrer = field(words.t("Brought by"), words.t("phone or card"))
        self.twins = Saying("small")
        self.add(words.t("Birthday, gender"), beside(self.birthday, self.gender))
        self.add(words.t("Brought by"), self.referrer)
        holder = QWidget()
        ticks = row(*self.ticks.values(), None)
        ticks.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(ticks)
        self.add(words.t("Agrees to offers by"), holder)
        self.end(button(words.t("Save"), self.save, kind="primary"))
        self.phone.returnPressed.connect(self.name.setFocus)
        self.name.returnPressed.connect(self.save)
        self.birthday.returnPressed.connect(self.save)
        self.referrer.returnPressed.connect(self.save)
        for box in (self.name, self.birthday):
            box.editingFinished.connect(self._look)
        self.frame.insertWidget(2, self.twins)
        vm.twins.connect(self._twins)

    def _look(self) -> None:
        """A name and a birthday that are there already are said before anybody is there twice."""
        if self.isVisible() and self.name.text().strip() and self.birthday.text().strip():
            self.vm.look_for_twins(self.name.text(), self.birthday.text())

    @Slot(object)
    def _twins(self, found: list[MergeCandidate]) -> None:
        said = ", ".join(f"{one.name} {masked_phone(one.phone)}" for one in found)
        self.twins.setText(
            self._words.t("Perhaps a member already: {list}", list=said) if said else ""
        )

    def open(self, phone: str) -> None:
        for box in (self.phone, self.name, self.birthday, self.referrer):
            box.clear()
        self.twins.setText("")
        self.gender.setCurrentIndex(0)
        for tick in self.ticks.values():
            tick.setChecked(False)
        self.verdict.setText("")
        self.phone.setText(phone)
        self.phone.setFocus()

    def save(self) -> None:
        channels = tuple(channel for channel, tick in self.ticks.items() if tick.isChecked())
        gender = ("", "f", "m")[self.gender.currentIndex()]
        self.vm.consent_card(
            normal(self.phone.text()),
            self.name.text(),
            self.birthday.text(),
            gender,
            channels,
            normal(self.referrer.text()),
        )

    def refuse(self, error: StoreError) -> None:
        super().refuse(error)
        self.phone.setFocus()
        self.phone.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.save()
        else:
            super().keyPressEvent(event)


class ApproveCard(TillCard):
    """A rule is set aside: a manager with PIN, a code from the safe, or the person's own word;
    always with a reason."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.name, self.pin, self.reason = (
            QComboBox(),
            field(words.t("PIN")),
            field(words.t("Reason")),
        )
        self.name.setAccessibleName(words.t("Manager"))
        self._own = False
        self._by = self.add(words.t("Manager"), self.name)
        self._secret = self.add(words.t("PIN"), self.pin)
        self.add(words.t("Reason"), self.reason)
        self.end(button(words.t("Approve"), self.approve, kind="primary"))
        self.name.currentIndexChanged.connect(self._chosen)
        self.pin.returnPressed.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self.approve)

    def open(self, ask: ApproveAsk) -> None:
        w, self._own = self._words, ask.own
        self.title.setText(
            f"{w.t('On my own word') if ask.own else w.t('Manager approves')} · {ask.what}"
        )
        self.name.clear()
        for name in ask.names:
            self.name.addItem(name, name)
        if ask.safe:
            self.name.addItem(w.t("A code from the safe"), "")
        for widget in (self._by, self.name, self._secret, self.pin):
            widget.setVisible(not ask.own)
        for box in (self.pin, self.reason):
            box.clear()
        self.verdict.setText("")
        (self.reason if ask.own else self.pin).setFocus()

    def _chosen(self, _: int) -> None:
        person = bool(self.name.currentData())
        self._secret.setText(self._words.t("PIN") if person else self._words.t("Code"))
        self.pin.setEchoMode(QLineEdit.EchoMode.Password if person else QLineEdit.EchoMode.Normal)
        self.pin.setMaxLength(6 if person else 20)

    def approve(self) -> None:
        secret = self.pin.text()
        self.pin.clear()
        if self._own:
            self.vm.approve_alone(self.reason.text())
        elif self.name.currentData():
            self.vm.approve(self.name.currentData(), secret, self.reason.text())
        else:
            self.vm.approve_by_code(normal(secret), self.reason.text())

    def refuse(self, error: StoreError) -> None:
        super().refuse(error)
        (self.reason if self._own else self.pin).setFocus()


class ProofCard(TillCard):
    """Is it the member: a password, or surname and birthday."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.title.setText(words.t("Is it the member?"))
        self.ask = label("", wrap=True)
        self.ask.setStyleSheet("font-size: 20px; font-weight: bold;")
        self.grid.addWidget(self.ask, 0, 0, 1, 2)
        self.password = ScanEdit()
        self.password.setAccessibleName(words.t("Password of the member"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaxLength(6)
        self._named = self.add(words.t("Password of the member"), self.password)
        self.match = button(words.t("Surname and birthday are right"), self._said)
        self.enter = button(words.t("Check the password"), self._typed, kind="primary")
        self.end(self.match, self.enter)
        self.password.returnPressed.connect(self._typed)

    def open(self, asked: Question) -> None:
        self.ask.setText(TillTrust.question_words(asked, self._words))
        self.password.clear()
        self.verdict.setText("")
        for widget in (self._named, self.password, self.enter):
            widget.setVisible(asked.password)
        self.match.setVisible(bool(asked.surname and asked.birthday))
        (self.password if asked.password else self.match).setFocus()

    def _typed(self) -> None:
        typed = normal(self.password.text())
        self.password.clear()
        self.vm.confirm(typed)

    def _said(self) -> None:
        self.vm.confirm("", said=True)

    def refuse(self, error: StoreError) -> None:
        super().refuse(error)
        self.password.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.match.hasFocus():
            self._said()
        else:
            super().keyPressEvent(event)


PRESETS = (m("Tobacco"), m("Top-up"), m("Gift card"), m("Infant formula, stage 1"))
"""What a shop sells that earns no points."""


class MoreCard(TillCard):
    """Points to use, what earns none, stamps to count."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.title.setText(words.t("Points of this bill"))
        self.have = Saying("small")
        self.grid.addWidget(self.have, 0, 0, 1, 2)
        self.points, self.without = ScanEdit(), ScanEdit()
        self.points.setAccessibleName(words.t("Use points"))
        self.without.setAccessibleName(words.t("Amount that earns no points"))
        self.all = button(words.t("All of them"), self._take_all)
        line = beside(self.points, self.all)
        self._line = line
        self._use = self.add(words.t("Use points"), line)
        self.add(words.t("Amount that earns no points"), self.without)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(words.t("What it is"))
        self.kinds.addItem("—", "")
        for preset in PRESETS:
            self.kinds.addItem(words.t(preset), preset)
        self.add(words.t("What it is"), self.kinds)
        self.stamps = QGridLayout()
        self.stamps.setContentsMargins(0, 0, 0, 0)
        holder = QWidget()
        holder.setLayout(self.stamps)
        self.grid.addWidget(holder, self.grid.rowCount(), 0, 1, 2)
        self.pieces: dict[str, QLineEdit] = {}
        self._ask: MoreAsk
        self.end(button(words.t("Apply"), self.apply, kind="primary"))
        for box in (self.points, self.without):
            box.returnPressed.connect(self.apply)

    def open(self, ask: MoreAsk) -> None:
        w = self._words
        self.have.setText(
            w.t(
                "{active} points. At most {most} of them now, worth {worth}, in steps of {step}.",
                active=w.number(ask.active),
                most=w.number(ask.most),
                worth=w.money(ask.worth),
                step=ask.step,
            )
            if ask.member
            else w.t("Points need a member. An amount that earns nothing can be typed for later.")
        )
        for widget in (self._use, self._line):
            widget.setVisible(ask.member)
        # never more than was asked for: Enter on this card must not burn points by itself
        self.points.setText(str(ask.points_used) if ask.member and ask.points_used else "")
        self.points.setPlaceholderText(str(ask.most) if ask.member else "")
        self.all.setVisible(ask.member and ask.most > 0)
        self.all.setText(w.t("All {most}", most=w.number(ask.most)))
        self._ask = ask
        self.without.setText(
            ""
            if not ask.no_points
            else w.money(ask.no_points).replace(w.symbol, "").replace(",", "")
        )
        self.kinds.setCurrentIndex(0)
        self.verdict.setText("")
        self._fill(ask)
        box = self.points if ask.member else self.without
        box.setFocus()
        box.selectAll()

    def _fill(self, ask: MoreAsk) -> None:
        while item := self.stamps.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self.pieces = {}
        for line, card in enumerate(ask.cards):
            box = ScanEdit()
            box.setAccessibleName(self._words.t("Pieces for {offer}", offer=card.name))
            box.setMaximumWidth(90)
            box.returnPressed.connect(self.apply)
            shown = self._words.t("Pieces for {offer}", offer=card.name)
            self.stamps.addWidget(label(f"{shown}  ({card.stamps}/{card.needed})"), line, 0)
            self.stamps.addWidget(box, line, 1)
            self.pieces[card.offer_code] = box

    def _take_all(self) -> None:
        self.points.setText(str(self._ask.most))
        self.points.setFocus()

    def apply(self) -> None:
        counted = {code: normal(box.text()) for code, box in self.pieces.items()}
        used = normal(self.points.text()) if self._ask.member else ""
        wrong = self.vm.set_more(
            used, normal(self.without.text()), self.kinds.currentData(), counted, self._ask.customer
        )
        if wrong:
            self.verdict.setText(wrong)
        else:
            self.leave()


class PayCard(TillCard):
    """How the goods are paid. The amount stands there: Enter is cash, a letter another way; a
    smaller amount is a part."""

    WAYS = (
        (TenderKind.CASH, "Enter", m("Cash")),
        (TenderKind.WECHAT, "W", m("WeChat Pay")),
        (TenderKind.ALIPAY, "Z", m("Alipay")),
        (TenderKind.CARD, "K", m("Bank card")),
        (TenderKind.OTHER, "Q", m("Other")),
    )

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.ways: list[Tender] = []
        self._due = Money(0)
        self.due = label("", "kpi")
        self.grid.addWidget(self.due, 0, 0, 1, 2)
        self.so_far = Saying()
        self.grid.addWidget(self.so_far, 1, 0, 1, 2)
        self.box = _PayEdit(self)
        self.box.setObjectName("amount")
        self.box.setAccessibleName(words.t("Amount the customer gives"))
        self.add(words.t("Amount the customer gives"), self.box)
        self._choices = QGridLayout()
        self._choices.setSpacing(6)
        self._buttons = [
            button(words.t(title), partial(self.give, kind), kind="till", key=key)
            for kind, key, title in self.WAYS
        ]
        self._buttons.append(button(words.t("Cancel"), self.leave, kind="till", key="Esc"))
        self._arrange(3)
        self.grid.setRowStretch(self.grid.rowCount(), 1)
        self.frame.addWidget(self.verdict)
        self.frame.addLayout(self._choices)
        self.box.returnPressed.connect(partial(self.give, TenderKind.CASH))

    def tighten(self, low: bool) -> None:
        super().tighten(low)
        for widget in (self.box, *self._buttons):
            marked(widget, "low", low)

    def _arrange(self, columns: int) -> None:
        for place, made in enumerate(self._buttons):
            self._choices.addWidget(made, place // columns, place % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(3 if self.width() >= 440 else 2)

    def open(self, bill: BillView) -> None:
        w = self._words
        self.ways, self._due = [], bill.net or Money(0)
        self.title.setText(w.t("To pay"))
        self.due.setText(w.money(self._due))
        self.verdict.setText("")
        self._ask()

    def _ask(self) -> None:
        w, left = self._words, left_to_pay(self._due, self.ways)
        named = {kind: title for kind, _, title in self.WAYS}
        paid = [f"{w.t(named[way.kind])} {w.money(way.amount)}" for way in self.ways]
        self.so_far.setText(
            w.t("Paid: {paid}. Still to pay: {left}.", paid=", ".join(paid), left=w.money(left))
            if paid
            else ""
        )
        self.box.setText(w.money(left).replace(w.symbol, "").replace(",", ""))
        self.box.setFocus()
        self.box.selectAll()

    def give(self, kind: TenderKind) -> None:
        """Take the typed amount this way; when nothing is left the bill is closed."""
        w, left = self._words, left_to_pay(self._due, self.ways)
        try:
            amount = (
                parse_money(normal(self.box.text()), digits=w.digits) if self._due else Money(0)
            )
        except ValueError:
            self.verdict.setText(w.t("Type it like 128 or 128.50."))
            return
        if kind is not TenderKind.CASH and amount > left:
            self.verdict.setText(w.t("Only cash gives change: type the exact amount."))
            return
        if self._due and not amount:
            self.verdict.setText(w.t("An amount is more than zero."))
            return
        before = sum(way.amount for way in self.ways if way.kind is kind)
        self.ways = [way for way in self.ways if way.kind is not kind]
        if amount:
            self.ways.append(Tender(kind, Money(before + amount)))
        self.verdict.setText("")
        if sum(way.amount for way in self.ways) < self._due:
            self._ask()
            return
        self.leave()
        self.vm.pay(self.ways)


class _PayEdit(ScanEdit):
    """Digits are the amount, letters a way of paying."""

    holds_keys = True

    def __init__(self, card: PayCard) -> None:
        super().__init__()
        self._card = card

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = normal(event.text()).upper()
        for kind, key, _ in PayCard.WAYS:
            if letter and letter == key:
                self._card.give(kind)
                return
        super().keyPressEvent(event)
