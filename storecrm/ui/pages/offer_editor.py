"""What an offer says: only the fields of its kind, the sentence in both languages, what it collides
with, what it would have cost."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.offers import reading
from storecrm.domain.offers.reading import OfferView
from storecrm.domain.offers.rule import PERCENTAGES
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.offers.backtest import Trial
from storecrm.ui.kit.actions import Action, act, button_of, menu_of, refresh
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button
from storecrm.ui.pages.offer_answers import OfferAnswers
from storecrm.ui.pages.offer_fields import (
    RARE_NAMES,
    TITLES,
)
from storecrm.ui.pages.offer_form import OfferForm
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.lookups import Lookups
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import OfferKind, OfferState

TRY = Action("offers.try", m("Try on the last 30 days"), "history")
COPY = Action("offers.copy", m("Make a copy"))
STOP = Action("offers.stop", m("Stop"))
_REST_MS = 300
"""Who types has stopped for so long before it is looked which offers it collides with."""
_NARROW = 560
"""Fewer pixels, and what is not done every day is found in a menu."""
_LOW = 420
"""A page of fewer pixels gives its fields more of them."""


class Editor(QWidget):
    """What the offer says; the sentence in both languages follows every key."""

    def __init__(
        self,
        anew: Callable[[], None],
        leave: Callable[[], None],
        vm: OffersViewModel,
        lookups: Lookups,
        words: Catalogue,
    ) -> None:
        super().__init__()
        self._anew = anew
        self._vm = vm
        self._words = words
        self._offer: OfferView | None = None
        self._make_acts()
        self.errors = FieldErrors(self)
        self.body = OfferForm(lookups, words)
        self.boxes = self.body.boxes
        self.form = Form(
            self,
            self.body,
            words=words,
            save=self._save,
            leave=leave,
            draft="offer",
            others=[self.trial, self.copy, self.stop, self.further],
        )
        self.save = self.form.save_button
        self.answers = OfferAnswers(words)
        column = QVBoxLayout(self)
        column.addWidget(self.answers)
        column.addWidget(self.form, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._join()
        self.show_offer(None)

    def _make_acts(self) -> None:
        """What is done with the offer."""
        w = self._words
        self.trial_act = act(self, TRY, self._try, words=w)
        self.copy_act = act(self, COPY, self._copy, words=w, enabled=self._is_kept)
        self.stop_act = act(self, STOP, self._stop, words=w, enabled=self._is_kept)
        self.trial = button_of(self.trial_act)
        self.copy = button_of(self.copy_act)
        self.stop = button_of(self.stop_act)
        further = menu_of(self, (self.trial_act, self.copy_act, self.stop_act))
        self.further = button(w.t("More"), further)
        self.further.hide()

    def _is_kept(self) -> bool:
        return self._offer is not None

    def _join(self) -> None:
        self._soon.timeout.connect(self._look_beside)
        self._vm.collided.connect(self.answers.show_beside)
        self._vm.tried.connect(self._show_trial)
        self.body.changed.connect(self._read)

    def show_offer(self, offer: OfferView | None) -> None:
        """Fill the fields; an offer with coupons out is frozen, a new one starts with the shop's
        usual."""
        self._offer = offer
        self.errors.clear()
        keys = reading.as_keys(offer, self._words.digits) if offer else None
        with self.form.filling(of=offer.code if offer else ""):
            self.body.fill(keys)
        frozen = offer is not None and offer.issued > 0
        self.body.freeze(frozen)
        self.form.save_act.setEnabled(not frozen)
        refresh(self)
        running = offer is None or offer.state is OfferState.RUNNING
        self.stop_act.setText(self._words.t("Stop") if running else self._words.t("Let it run"))
        self._read()
        if frozen:
            self.answers.show_frozen()

    def _look_beside(self) -> None:
        code = self._offer.code if self._offer else ""
        self._vm.look_beside(self.body.raw(), code)

    def _try(self) -> None:
        self._vm.try_out(self.body.raw())

    @Slot(object)
    def _show_trial(self, found: Trial) -> None:
        w = self._words
        # without receipts there is no share
        share = found.qualified / found.receipts if found.receipts else None
        text = w.n(
            "In the last 30 days 1 receipt ({share}) would have qualified; cost {cost}, "
            "{near} just missed it.",
            "In the last 30 days {count} receipts ({share}) would have qualified; cost {cost}, "
            "{near} just missed it.",
            found.qualified,
            share=w.percent(share),
            cost=w.money(found.cost),
            near=w.number(found.near),
        )
        say(self, text)

    @Slot()
    def _read(self) -> None:
        """Follow what is typed: the fields, the hint, the sentences, what is wrong with it."""
        self.body.arrange()
        # collisions ask the store, so they wait until the typing rests
        self._soon.start()
        self.boxes["value"].setPlaceholderText(self._value_hint())
        chinese, english, error = self._vm.read_aloud(self.body.raw())
        self.answers.show_sentence(chinese, english, error)

    def _value_hint(self) -> str:
        """An example of the value in the kind's own unit."""
        w = self._words
        kind = self.body.chosen_kind()
        if kind in PERCENTAGES and w.chinese:
            return w.t("8.5 means the customer pays 85%")
        if kind in PERCENTAGES:
            return w.t("15 means 15% off")
        return "2" if kind is OfferKind.POINTS_TIMES else "20"

    def _save(self) -> None:
        self.errors.clear()
        self._vm.keep(self.body.raw())

    def refuse(self, error: StoreError) -> bool:
        """Say it at its field; False where it is about none of them."""
        self.form.refused()
        box = self.boxes.get(error.where)
        if box is None:
            return False
        if error.where in RARE_NAMES:
            self.body.more.setChecked(True)
        whole = self.body.fields.whole[error.where]
        # the kind has no such field
        if whole.isHidden():
            return False
        self.errors.show(whole, told(error, self._words, TITLES))
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.answers.fit(low=self.height() < _LOW)
        narrow = self.width() < _NARROW
        self.further.setVisible(narrow)
        for part in (self.trial, self.copy, self.stop):
            part.setVisible(not narrow)

    def _copy(self) -> None:
        """The same under another code: what was issued keeps its rule."""
        copied = self.body.begin_copy()
        # the page forgets the offer that was chosen, and empties the fields
        self._anew()
        self.body.put_copy(copied)
        self._read()
        self.boxes["code"].setFocus()

    def _stop(self) -> None:
        if self._offer is not None:
            running = self._offer.state is OfferState.STOPPED
            self._vm.stop(self._offer.code, running=running)
