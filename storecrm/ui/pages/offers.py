"""Offers on one page: the list, the editor with its sentence always in sight, issuing, and papers
with a live preview."""

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

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
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.wording.errors import cure, sentence


class OffersPage(QWidget):
    """Left the offers, right what the chosen one says, its batches, its paper."""

    def __init__(self, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        columns: list[Column[OfferView]] = [
            Column(w.t("Code"), lambda o: o.code, 100),
            Column(w.t("Name"), lambda o: o.name, 118),
            Column(w.t("Issued"), lambda o: w.number(o.issued), 62, True),
        ]
        self.rows: RowsModel[OfferView] = RowsModel(columns)
        self.list, self.banner = table(self.rows, columns, w.t("Offers")), Banner()
        self.empty = EmptyState(self.list, "ticket")
        self._offer: OfferView | None = None
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(w.t("About the offer"))
        self.tabs.tabBar().setAccessibleName(w.t("About the offer"))
        self.editor, self.batches = (
            Editor(self.banner, self.new, vm, words),
            Batches(self.banner, vm, words),
        )
        self.tabs.addTab(self.editor, w.t("What it says"))
        self.stock = Stock(self.banner, vm, words)
        self.tabs.addTab(self.batches, w.t("Issue and print"))
        self.tabs.addTab(self.stock, w.t("Paper stock"))
        left = QVBoxLayout()
        left.addLayout(
            row(
                label(w.t("Offers"), "h1"),
                None,
                button(w.t("New"), self.new, kind="primary", icon="plus"),
            )
        )
        left.addWidget(self.list, 1)
        self.list.setMinimumWidth(300)
        right = QVBoxLayout()
        right.addWidget(self.banner)
        right.addWidget(self.tabs, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 2)
        whole.addLayout(right, 4)
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        self.batches.show_offer(None)
        vm.listed.connect(self._show_list)
        vm.kept.connect(self._kept)
        vm.refused.connect(self.refuse)

    def open(self) -> None:
        self._vm.load()

    topics = frozenset((Topic.OFFERS, Topic.COUPONS))

    def look_again(self, changed: frozenset[Topic]) -> None:
        """The lists; what somebody types into the form stays."""
        self._vm.load()
        if Topic.COUPONS in changed:
            self.batches.look_again()

    def new(self) -> None:
        self._offer = None
        self.banner.say("")
        self.tabs.setCurrentIndex(0)
        self.editor.show_offer(None)
        self.batches.show_offer(None)

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self.show_offer(self.rows.record(index.row()))

    def show_offer(self, offer: OfferView) -> None:
        self._offer = offer
        self.editor.show_offer(offer)
        self.batches.show_offer(offer)
        self.banner.say("")

    @Slot(object)
    def _show_list(self, found: list[OfferView]) -> None:
        show_again(self.list, self.rows, found, lambda offer: offer.code)
        self.empty.say(
            ""
            if found
            else self._words.t("No offer yet. Say on the right what it gives, and keep it.")
        )
        if self._offer is None and found:
            self.list.selectRow(0)
            self.show_offer(found[0])

    @Slot(object)
    def _kept(self, offer: OfferView) -> None:
        self.show_offer(offer)
        self.banner.say(self._words.t("Offer {code} is kept.", code=offer.code))

    @Slot(object)
    def refuse(self, error: StoreError) -> None:
        self.banner.say(f"{sentence(error, self._words)} {cure(error, self._words)}", bad=True)
