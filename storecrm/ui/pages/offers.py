"""Offers on one page: the list, the editor with its sentence always in sight, issuing, and papers
with a live preview."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from storecrm.domain.offers.reading import OfferView
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.rows import Column, RowsModel, show_again, table
from storecrm.ui.kit.widgets import Banner, button, label, row
from storecrm.ui.pages.offer_batches import Batches
from storecrm.ui.pages.offer_editor import Editor
from storecrm.ui.pages.offer_stock import Stock
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.offers import OffersViewModel


class OffersPage(QWidget):
    """Left the offers, right what the chosen one says, its batches, its paper."""

    def __init__(self, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._offer: OfferView | None = None
        columns = list(self._columns())
        self.rows: RowsModel[OfferView] = RowsModel(columns)
        self.list = table(self.rows, columns, words.t("Offers"))
        # the codes are what people look for
        self.list.setMinimumWidth(300)
        self.empty = EmptyState(self.list, "ticket")
        self.banner = Banner()
        self.editor = Editor(self.banner, self.new, vm, words)
        self.batches = Batches(self.banner, vm, words)
        self.stock = Stock(self.banner, vm, words)
        self._add_tabs()
        self._lay_out()
        # nothing is issued of an offer that is not kept yet
        self.batches.show_offer(None)
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        vm.listed.connect(self._show_list)
        vm.kept.connect(self._kept)
        vm.refused.connect(self.refuse)

    def _columns(self) -> Iterator[Column[OfferView]]:
        w = self._words
        yield Column(w.t("Code"), lambda offer: offer.code, 100)
        yield Column(w.t("Name"), lambda offer: offer.name, 118)
        yield Column(w.t("Issued"), lambda offer: w.number(offer.issued), 62, True)

    def _add_tabs(self) -> None:
        w = self._words
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(w.t("About the offer"))
        self.tabs.tabBar().setAccessibleName(w.t("About the offer"))
        self.tabs.addTab(self.editor, w.t("What it says"))
        self.tabs.addTab(self.batches, w.t("Issue and print"))
        self.tabs.addTab(self.stock, w.t("Paper stock"))

    def _lay_out(self) -> None:
        w = self._words
        title = label(w.t("Offers"), "h1")
        new = button(w.t("New"), self.new, kind="primary", icon="plus")
        left = QVBoxLayout()
        left.addLayout(row(title, None, new))
        left.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.addWidget(self.banner)
        right.addWidget(self.tabs, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 2)
        whole.addLayout(right, 4)

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
        self.banner.say("")
        self.tabs.setCurrentIndex(0)
        self.editor.show_offer(None)
        self.batches.show_offer(None)

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self.show_offer(self.rows.record(index.row()))

    def show_offer(self, offer: OfferView) -> None:
        """Show what an offer says, and its batches."""
        self._offer = offer
        self.editor.show_offer(offer)
        self.batches.show_offer(offer)
        self.banner.say("")

    @Slot(object)
    def _show_list(self, found: list[OfferView]) -> None:
        show_again(self.list, self.rows, found, lambda offer: offer.code)
        hint = self._words.t("No offer yet. Say on the right what it gives, and keep it.")
        self.empty.say("" if found else hint)
        # only where nobody chose one, or types a new one
        if self._offer is None and found:
            self.list.selectRow(0)
            self.show_offer(found[0])

    @Slot(object)
    def _kept(self, offer: OfferView) -> None:
        self.show_offer(offer)
        self.banner.say(self._words.t("Offer {code} is kept.", code=offer.code))

    @Slot(object)
    def refuse(self, error: StoreError) -> None:
        self.banner.say(told(error, self._words), bad=True)
