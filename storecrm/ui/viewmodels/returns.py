"""Goods that come back: the receipt's open lines, the preview while quantities are typed, the
return."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from storecrm.errors import NotFound, PriceChanged
from storecrm.services.store import Store, new_request
from storecrm.services.till import basket, exchanges, receipts, returned_goods, returns
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Money, TenderKind


class ReturnsViewModel(QObject):
    """One receipt at a time."""

    opened = Signal(object)  # (BillView, Returned of everything that is left)
    previewed = Signal(object)  # Returned
    returned = Signal(object)  # Returned
    article = Signal(object)  # basket.Article
    weighed = Signal(object)  # Exchanged, as a preview
    exchanged = Signal(object)  # Exchanged
    refused = Signal(object)  # StoreError

    def __init__(self, store: Store, desk: Lane) -> None:
        super().__init__()
        self.store = store
        self._desk = desk
        self.receipt = ""
        # the same number for every press on one receipt
        self._request = new_request()
        self._told: dict[tuple[Any, ...], Money] = {}
        """The sum that was said last of these lines, coming and going."""

    def open(self, receipt: str) -> None:
        """Look at a receipt with what can still come back of it."""
        self.receipt = receipt.strip()
        # another receipt, another act: what was pressed before is over
        self._request = new_request()
        self._told = {}

        def work() -> object:
            bill = receipts.show(self.store, receipt=self.receipt)
            return bill, returns.preview(self.store, receipt=self.receipt)

        self._on_desk(work, self.opened)

    def find_article(self, code: str) -> None:
        """An article that is taken instead, by its barcode or number."""

        def work() -> basket.Article:
            found = basket.article(self.store, code=code)
            # the till would make goods without a code of it; here it must be known
            if found is None:
                raise NotFound("product", where=code[:40])
            return found

        self._on_desk(work, self.article)

    def preview_exchange(self, lines: list[ReturnLine], taken: list[LineIn]) -> None:
        """What the goods that come back and the others come to together."""
        receipt = self.receipt

        def work() -> exchanges.Exchanged:
            weighed = exchanges.preview(self.store, receipt=receipt, lines=lines, taken=taken)
            self._told[_key(lines, taken)] = weighed.difference
            return weighed

        self._on_desk(work, self.weighed)

    def exchange(self, lines: list[ReturnLine], taken: list[LineIn], way: TenderKind) -> None:
        """Both in one act; the difference goes over the counter this way."""
        receipt = self.receipt
        request = self._request

        def work(expect: Money | None) -> exchanges.Exchanged:
            return exchanges.exchange(
                self.store,
                receipt=receipt,
                lines=lines,
                taken=taken,
                request_no=request,
                way=way,
                expect=expect,
            )

        self._as_told(_key(lines, taken), work, self.exchanged)

    def preview(self, lines: list[ReturnLine]) -> None:
        receipt = self.receipt

        def work() -> returned_goods.Returned:
            seen = returns.preview(self.store, receipt=receipt, lines=lines)
            self._told[_key(lines)] = seen.cash
            return seen

        self._on_desk(work, self.previewed)

    def take_back(self, lines: list[ReturnLine], way: TenderKind) -> None:
        """The return itself; pressed twice it is done once."""
        receipt = self.receipt
        request = self._request

        def work(expect: Money | None) -> returned_goods.Returned:
            return returns.return_goods(
                self.store, receipt=receipt, lines=lines, request_no=request, way=way, expect=expect
            )

        self._as_told(_key(lines), work, self.returned)

    def _as_told(self, key: tuple[Any, ...], act: Callable[[Money | None], Any], then: Any) -> None:
        """Do it at the sum that was said; another one is said first, and taken when the person does
        it once more."""

        def work() -> Any:
            try:
                return act(self._told.get(key))
            except PriceChanged as changed:
                # whoever presses once more has heard the new sum
                self._told[key] = changed.now
                raise

        self._on_desk(work, then)

    def _on_desk(self, work: Callable[[], object], then: SignalInstance) -> None:
        """An act of the counter, in the order in which it was asked for."""
        self._desk.start(lambda _: work(), then=then, refused=self.refused)


def _key(lines: Sequence[ReturnLine], taken: Sequence[LineIn] = ()) -> tuple[Any, ...]:
    return tuple(lines), tuple(taken)
