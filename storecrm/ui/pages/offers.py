"""Offers on one page: the list, the editor with its sentence always in sight, issuing, and papers
with a live preview."""

from collections.abc import Iterator

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from storecrm.domain.offers.reading import OfferView
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.store import Topic
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.stacks import FrontTabs
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import label, row
from storecrm.ui.pages import refusals
from storecrm.ui.pages.offer_batches import Batches
from storecrm.ui.pages.offer_editor import Editor
from storecrm.ui.pages.offer_fields import TITLES
from storecrm.ui.pages.offer_stock import Stock
from storecrm.ui.viewmodels.lookups import Lookups
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import OfferState
from storecrm.wording import labels

_NARROW = 356
_NARROW_LIST = 190
NEW = Action("offers.new", m("New"), "plus", "Ctrl+N")


class OffersPage(QWidget):
    """Left the offers, right what the chosen one says, its batches, its paper."""

    def __init__(self, vm: OffersViewModel, lookups: Lookups, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._offer: OfferView | None = None
        self.editor = Editor(self.new, self._to_list, vm, lookups, words)
        self.batches = Batches(vm, words)
        self.stock = Stock(vm, words)
        self.new_act = act(self, NEW, self.new, words=words)
        self.list = self._make_list()
        self._add_tabs()
        self._lay_out()
        # nothing is issued of an offer that is not kept yet
        self.batches.show_offer(None)
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._type_on)
        vm.listed.connect(self._show_list)
        vm.kept.connect(self._kept)
        vm.refused.connect(self.refuse)

    def _make_list(self) -> Table[OfferView]:
        w = self._words
        hint = w.t("No offer yet. Say on the right what it gives, and keep it.")
        made: Table[OfferView] = Table(
            list(self._columns()),
            w.t("Offers"),
            kept_as="offers",
            empty=Empty("ticket", hint, w.t("New"), self.new),
            no_match=w.t("No offer fits."),
            words=w,
            actions=[self.new_act, self.editor.copy_act, self.editor.stop_act],
            same=lambda offer: offer.code,
        )
        made.setMinimumWidth(_NARROW_LIST)
        return made

    def _columns(self) -> Iterator[Column[OfferView]]:
        w = self._words
        # the codes are what people look for: they are never cut
        yield Column("code", w.t("Code"), lambda offer: offer.code, width=106, kind=Kind.CODE)
        yield Column("name", w.t("Name"), lambda offer: offer.name, 92, stretch=True)
        yield Column(
            "issued",
            w.t("Issued"),
            lambda offer: w.number(offer.issued),
            width=64,
            kind=Kind.NUMBER,
            value=lambda offer: offer.issued,
        )
        # the rest is found in the menu of columns
        kind = labels.KINDS
        yield Column("kind", w.t("Kind"), lambda one: w.t(kind[one.rule.kind]), shown=False)
        yield Column("campaign", w.t("Campaign"), lambda offer: offer.campaign, shown=False)
        yield Column("state", w.t("State"), self._state, width=90, shown=False)

    def _state(self, offer: OfferView) -> str:
        w = self._words
        return w.t("running") if offer.state is OfferState.RUNNING else w.t("stopped")

    def _add_tabs(self) -> None:
        w = self._words
        self.tabs = FrontTabs(w.t("About the offer"))
        self.tabs.addTab(self.editor, w.t("What it says"))
        self.tabs.addTab(self.batches, w.t("Issue and print"))
        self.tabs.addTab(self.stock, w.t("Paper stock"))

    def _lay_out(self) -> None:
        title = label(self._words.t("Offers"), "h1")
        new = button_of(self.new_act, "primary")
        left = QVBoxLayout()
        left.addLayout(row(title, None, new))
        left.addWidget(self.list, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 2)
        whole.addWidget(self.tabs, 4)
        # never so narrow that a page scrolls sideways
        self.tabs.setMinimumWidth(_NARROW)

    def open(self) -> None:
        self._vm.load()

    topics = frozenset((Topic.OFFERS, Topic.COUPONS))

    def look_again(self, changed: frozenset[Topic]) -> None:
        """The lists; what somebody types into the form stays."""
        self._vm.load()
        if Topic.COUPONS in changed:
            self.batches.look_again()

    def new(self) -> None:
        """An empty form."""
        self._offer = None
        say(self, "")
        self.tabs.setCurrentIndex(0)
        self.list.clear_choice()
        self.editor.show_offer(None)
        self.batches.show_offer(None)
        self.editor.form.begin_typing()

    def _to_list(self) -> None:
        """Away from the form: the cursor is among the offers."""
        self.list.setFocus()

    @Slot(object)
    def _choose(self, offer: OfferView | None) -> None:
        if offer is not None and offer != self._offer:
            self.show_offer(offer)

    @Slot(object)
    def _type_on(self, _offer: OfferView) -> None:
        self.tabs.setCurrentIndex(0)
        self.editor.form.begin_typing()

    def show_offer(self, offer: OfferView) -> None:
        """Show what an offer says, and its batches."""
        self._offer = offer
        self.editor.show_offer(offer)
        self.batches.show_offer(offer)

    @Slot(object)
    def _show_list(self, found: list[OfferView]) -> None:
        self.list.show(found)
        typing = self.editor.isAncestorOf(self.focusWidget() or self)
        if self._offer is not None:
            code = self._offer.code
            # one that was kept just now is in the list from here on
            if self.list.current() is None:
                self.list.select(lambda offer: offer.code == code)
        # only where nobody types a new one
        elif found and not typing and not self.editor.form.typed():
            self.list.select(lambda offer: offer.code == found[0].code)

    @Slot(object)
    def _kept(self, offer: OfferView) -> None:
        before = self._offer
        self.editor.form.saved()
        self.show_offer(offer)
        self.list.select(lambda one: one.code == offer.code)
        # stopping and resuming answer by the same signal
        same = before is not None and before.code == offer.code
        if same and before is not None and before.state is not offer.state:
            self._say_state(offer)
        else:
            say(self, self._words.t("Offer {code} is kept.", code=offer.code))

    def _say_state(self, offer: OfferView) -> None:
        w, code = self._words, offer.code
        running = offer.state is OfferState.RUNNING
        done = w.t("Offer {code} runs again.") if running else w.t("Offer {code} is stopped.")
        say(
            self,
            done.format(code=code),
            undo=lambda: self._vm.stop(code, running=not running),
        )

    @Slot(object)
    def refuse(self, error: StoreError) -> None:
        """At its field where it has one in the tab that is in sight, else over the page."""
        shown = self.tabs.currentWidget()
        if isinstance(shown, Editor | Batches | Stock) and shown.refuse(error):
            return
        refusals.show(self, error, self._words, TITLES)
