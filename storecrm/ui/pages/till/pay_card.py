"""The card of tenders: how goods are paid."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
)

from storecrm.domain.tenders import Tender, left_to_pay
from storecrm.i18n import Catalogue, m
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.widgets import Saying, button, label, marked
from storecrm.ui.pages.till.card import TillCard
from storecrm.ui.presenters.till.strip import bare_amount
from storecrm.ui.viewmodels.till.view_model import TillViewModel
from storecrm.values import Money, TenderKind, parse_money


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
        self.add(words.t("Customer gives"), self.box)
        self._choices = QGridLayout()
        self._choices.setSpacing(6)
        self._buttons = [
            button(words.t(title), partial(self.give, kind), kind="till", key=key)
            for kind, key, title in self.WAYS
        ]
        self._buttons.append(button(words.t("Cancel"), self.leave, kind="till", key="Esc"))
        self._arrange(3)
        self.grid.setRowStretch(self.grid.rowCount(), 1)
        self.frame.addLayout(self._choices)
        self.box.returnPressed.connect(partial(self.give, TenderKind.CASH))

    def box_at_fault(self) -> "_PayEdit":
        return self.box

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
        self.ways = []
        self._due = bill.net or Money(0)
        self.title.setText(w.t("To pay"))
        self.due.setText(w.money(self._due))
        self.say_wrong("")
        self._ask()

    def _ask(self) -> None:
        w = self._words
        left = left_to_pay(self._due, self.ways)
        named = {kind: title for kind, _, title in self.WAYS}
        paid = [f"{w.t(named[way.kind])} {w.money(way.amount)}" for way in self.ways]
        self.so_far.setText(
            w.t("Paid: {paid}. Still to pay: {left}.", paid=w.listed(paid), left=w.money(left))
            if paid
            else ""
        )
        self.box.setText(bare_amount(left, w))
        self.box.setFocus()
        self.box.selectAll()

    def give(self, kind: TenderKind) -> None:
        """Take the typed amount this way; when nothing is left the bill is closed."""
        w = self._words
        left = left_to_pay(self._due, self.ways)
        try:
            amount = (
                parse_money(normal(self.box.text()), digits=w.digits) if self._due else Money(0)
            )
        except ValueError:
            self.say_wrong(w.t("Type it like 128 or 128.50."))
            return
        # change out of a card would be cash for nothing
        if kind is not TenderKind.CASH and amount > left:
            self.say_wrong(w.t("Only cash gives change: type the exact amount."))
            return
        # a bill of nothing is closed by Enter alone
        if self._due and not amount:
            self.say_wrong(w.t("An amount is more than zero."))
            return
        # the same way twice is one tender
        before = sum(way.amount for way in self.ways if way.kind is kind)
        self.ways = [way for way in self.ways if way.kind is not kind]
        if amount:
            self.ways.append(Tender(kind, Money(before + amount)))
        self.say_wrong("")
        if sum(way.amount for way in self.ways) < self._due:
            self._ask()
            return
        self.leave()
        self.vm.basket.pay(self.ways)


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
