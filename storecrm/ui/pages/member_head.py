"""Who it is, above the tabs of a member: name, facts, the figures that matter first."""

from collections.abc import Callable, Iterator

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.domain import birthdays
from storecrm.i18n import Catalogue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.store import Store
from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.widgets import button, label
from storecrm.ui.viewmodels.members import Opened
from storecrm.values import CouponState, grouped, spaced_phone

_FIGURES_FROM = 620
"""Narrower than this the figures give way to the name: each stands in a tab, too."""


class MemberHead(QFrame):
    """One card: nobody, somebody new, or a member with three figures and the card to print."""

    def __init__(self, store: Store, words: Catalogue, print_card: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._store = store
        self._words = words
        self.title = ElideLabel("", "h1")
        self.facts = label("", "small", wrap=True)
        self.figures = QWidget()
        self.print_card = button(words.t("Print card"), print_card, icon="printer")
        who = QVBoxLayout()
        who.setSpacing(2)
        who.addWidget(self.title)
        who.addWidget(self.facts)
        self._lay_out_figures()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(14, 8, 14, 8)
        whole.setSpacing(16)
        whole.addLayout(who, 1)
        whole.addWidget(self.figures)
        whole.addWidget(self.print_card)
        self.show_nobody()

    def _lay_out_figures(self) -> None:
        w = self._words
        figures = QHBoxLayout(self.figures)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(16)
        self.kpis = []
        for name in (w.t("Points to use"), w.t("Expired"), w.t("Coupons to use")):
            cell = QVBoxLayout()
            cell.setSpacing(0)
            number = label("", "kpi")
            self.kpis.append(number)
            cell.addWidget(number)
            cell.addWidget(label(name, "small"))
            figures.addLayout(cell)

    def show_nobody(self, said: str = "") -> None:
        """Nobody is chosen; `said` is what became of the last one."""
        self._show(self._words.t("Choose a member"), said)

    def show_new(self) -> None:
        """Somebody who is not there yet: no figures, no card to print."""
        self._show(self._words.t("New member"), self._words.t("Type the phone, then save."))

    def _show(self, title: str, facts: str) -> None:
        self.title.setText(title)
        self.facts.setText(facts)
        self._is_member = False
        self._fit(self.width())

    def show_member(self, opened: Opened) -> None:
        who = opened.member
        self.title.setText(f"{who.title}  {who.tier}".strip())
        self.facts.setText("   ".join(filter(None, self._facts(opened))))
        usable = sum(map(self._usable, opened.coupons))
        # what the customer asks for first
        figures = (opened.balance.active, opened.balance.expired, usable)
        for number, value in zip(self.kpis, figures, strict=True):
            number.setText(self._words.number(value))
        self._is_member = True
        self._fit(self.width())

    _is_member = False

    def _fit(self, width: int) -> None:
        self.print_card.setVisible(self._is_member)
        self.figures.setVisible(self._is_member and width >= _FIGURES_FROM)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _facts(self, opened: Opened) -> Iterator[str]:
        """Phones, number, since when, tags, the next birthday, stamps."""
        w = self._words
        who = opened.member
        yield spaced_phone(who.phone)
        yield from map(spaced_phone, who.phones)
        yield grouped(who.member_no)
        yield w.t("member since {day}", day=w.day(who.registered_on))
        yield from who.tags
        today = self._store.clock.date()
        birthday = birthdays.next_on(who.birthday, who.birthday_type, today)
        if birthday is not None:
            yield w.t("next birthday {day}", day=w.day(birthday))
        for one in opened.cards:
            yield f"{one.name} {one.stamps}/{one.needed}"

    def _usable(self, coupon: CouponView) -> bool:
        """True for a coupon that can be used today."""
        day = self._store.clock.day()
        dated = day.begun(coupon.valid_from) and day.lasts(coupon.valid_to)
        return coupon.state == CouponState.ISSUED and dated
