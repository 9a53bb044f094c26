"""The card of points: to use, what earns none, stamps to count."""

from collections.abc import Callable

from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QWidget,
)

from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.scanner import ScanEdit, normal
from storecrm.ui.kit.widgets import Saying, beside, button, label
from storecrm.ui.pages.till.card import TillCard
from storecrm.ui.presenters.till.strip import bare_amount
from storecrm.ui.viewmodels.till.points import MoreAsk
from storecrm.ui.viewmodels.till.view_model import TillViewModel

PRESETS = (m("Tobacco"), m("Top-up"), m("Gift card"), m("Infant formula, stage 1"))
"""What a shop sells that earns no points."""


class MoreCard(TillCard):
    """Points to use, what earns none, stamps to count."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__(vm, words, leave)
        self.title.setText(words.t("Points of this bill"))
        self.have = Saying("small")
        self.grid.addWidget(self.have, 0, 0, 1, 2)
        self.points = ScanEdit()
        self.without = ScanEdit()
        self.points.setAccessibleName(words.t("Use points"))
        self.without.setAccessibleName(words.t("Amount that earns no points"))
        self.all = button(words.t("All of them"), self._take_all)
        line = beside(self.points, self.all)
        self._line = line
        self._use = self.add(words.t("Use points"), line)
        self.add(words.t("Amount that earns no points"), self.without)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(words.t("What it is"))
        # without a reason nothing is written beside the amount
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
        self.without.setText(bare_amount(ask.no_points, w) if ask.no_points else "")
        self.kinds.setCurrentIndex(0)
        self.say_wrong("")
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

    def box_at_fault(self) -> QLineEdit:
        return self.points if self._ask.member else self.without

    def _take_all(self) -> None:
        self.points.setText(str(self._ask.most))
        self.points.setFocus()

    def apply(self) -> None:
        counted = {code: normal(box.text()) for code, box in self.pieces.items()}
        # a box that is hidden says nothing
        used = normal(self.points.text()) if self._ask.member else ""
        wrong = self.vm.set_more(
            used, normal(self.without.text()), self.kinds.currentData(), counted, self._ask.customer
        )
        if wrong:
            self.say_wrong(wrong)
        else:
            self.leave()
