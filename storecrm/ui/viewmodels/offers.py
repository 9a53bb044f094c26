"""Offers: the list, the editor's live sentence, issuing with progress, and papers with preview."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from storecrm.domain.offers import reading
from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import NotPossible, StoreError
from storecrm.i18n import Catalogue
from storecrm.services import files
from storecrm.services.coupons import batches, issue, paper_stock
from storecrm.services.coupons.batches import BatchView
from storecrm.services.offers import backtest, design
from storecrm.services.offers.backtest import Collision
from storecrm.services.printing import coupon_layouts, coupon_sheet
from storecrm.services.progress import Progress
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.values import PaperAct
from storecrm.wording.offers import rule_sentence

_TRIAL_DAYS = 30
"""An offer is tried on receipts of so many days, today's among them."""


def _filled(raw: dict[str, Any]) -> dict[str, Any]:
    """What somebody typed; a box that is empty says nothing."""
    return {key: value for key, value in raw.items() if value not in ("", None)}


class OffersViewModel(QObject):
    """Designs and issues; long work runs on the back-office lane and can be cancelled."""

    listed = Signal(object)  # list[OfferView]
    batches = Signal(object)  # list[BatchView]
    kept = Signal(object)  # OfferView
    issued = Signal(object)  # BatchView
    found = Signal(object)  # CouponView
    collided = Signal(object)  # list[Collision]
    tried = Signal(object)  # Trial
    refused = Signal(object)  # StoreError
    progressed = Signal(object)  # (done, total)
    previewed = Signal(object)  # Path, or None when nothing of the batch can still be used
    printed = Signal(object)  # (Path, pages, signs that the font does not have)
    stock = Signal(object)  # StockCard

    def __init__(
        self, store: Store, desk: Lane, office: Lane, bench: Lane, words: Catalogue
    ) -> None:
        super().__init__()
        self.store = store
        self.words = words
        self._desk = desk
        self._office = office
        self._bench = bench
        self.task: Task | None = None

    def load(self) -> None:
        self._on_bench(lambda: design.listed(self.store), self.listed)

    def load_batches(self, offer: str) -> None:
        def work() -> object:
            return batches.listed(self.store, offer=offer)

        self._on_bench(work, self.batches)

    def read_aloud(self, raw: dict[str, Any]) -> tuple[str, str, StoreError | None]:
        """The plain sentence in both languages while the offer is designed, or what is wrong with
        it."""
        try:
            rule = self._draft(raw)
        except StoreError as error:
            return "", "", error
        chinese = rule_sentence(rule, self._in("zh_CN"))
        english = rule_sentence(rule, self._in("en"))
        return chinese, english, None

    def look_beside(self, raw: dict[str, Any], code: str) -> None:
        """What else is live and cannot be had together with the offer as it is designed."""

        def work() -> list[Collision]:
            try:
                rule = self._draft(raw)
            # a rule that is not complete yet goes together with everything
            except StoreError:
                return []
            return backtest.collisions(self.store, rule=rule, besides=code)

        self._on_bench(work, self.collided)

    def try_out(self, raw: dict[str, Any]) -> None:
        """The offer as it is designed, on the receipts of the last 30 days."""
        last = self.store.clock.today()
        first = last - timedelta(days=_TRIAL_DAYS - 1)

        def work() -> object:
            rule = self._draft(raw)
            return backtest.try_rule(self.store, rule=rule, first=first, last=last)

        self._on_bench(work, self.tried)

    def _draft(self, raw: dict[str, Any]) -> OfferRule:
        # while it is designed an offer needs no code of its own
        filled = _filled(raw) | {"code": "X"}
        return reading.draft(filled, self.words.digits).rule

    def keep(self, raw: dict[str, Any]) -> None:
        filled = _filled(raw)

        def work() -> object:
            new = reading.draft(filled, self.words.digits)
            return design.create(self.store, new=new)

        self._on_desk(work, self.kept)

    def stop(self, code: str, *, running: bool) -> None:
        def work() -> object:
            return design.stop(self.store, code=code, running=running)

        self._on_desk(work, self.kept)

    def look_at_stock(self, batch: int) -> None:
        """The stock card of a batch."""

        def work() -> object:
            return paper_stock.card(self.store, batch=batch)

        self._on_bench(work, self.stock)

    def move_stock(
        self, batch: int, act: PaperAct, first: int, last: int, channel: str, person: str
    ) -> None:
        """Hand out, take back or void a range of serials."""

        def work() -> object:
            return paper_stock.move(
                self.store,
                batch=batch,
                act=act,
                first=first,
                last=last,
                channel=channel,
                person=person,
            )

        self._on_desk(work, self.stock)

    def issue(self, offer: str, count: int, to: list[str], *, activate: bool = False) -> None:
        def work(progress: Progress) -> BatchView:
            return issue.issue(
                self.store, offer=offer, count=count, to=to, activate=activate, progress=progress
            )

        self._run(work, self.issued)

    def void_batch(self, batch: int, reason: str) -> None:
        def work() -> object:
            return batches.void_batch(self.store, batch=batch, reason=reason)

        self._on_office(work, self.issued)

    def find(self, code: str) -> None:
        """One coupon by its code, as the customer brings it."""

        def work() -> object:
            return issue.show(self.store, code=code)

        self._on_bench(work, self.found)

    def void_one(self, code: str, reason: str) -> None:
        def work() -> object:
            return issue.void(self.store, code=code, reason=reason)

        self._on_desk(work, self.found)

    def reissue(self, code: str, layout: str, language: str, file: Path) -> None:
        """A named coupon again under a new code, straight to paper."""

        def work(progress: Progress) -> tuple[Path, int, str]:
            new = issue.reissue(self.store, code=code)
            sheet = issue.to_print(self.store, code=new.code)
            pages = coupon_sheet.write(
                self.store,
                coupons=sheet,
                file=file,
                layout=layout,
                words=self._in(language),
                first_cell=1,
                overwrite=True,
                progress=progress,
            )
            return file, pages, coupon_sheet.unprintable(sheet)

        self._run(work, self.printed)

    def preview(self, batch: int, layout: str, first_cell: int, language: str) -> None:
        """The first page as it will be printed, from the same code that prints."""

        def work() -> Path | None:
            try:
                coupons = issue.to_print(self.store, batch=batch)
            # a preview is looked at, not asked for
            except NotPossible:
                # every coupon of it is used: there is no paper to show, and nobody asked for one
                return None
            cells = coupon_layouts.LAYOUTS[layout].cells
            file = files.temporary("preview") / "preview.pdf"
            coupon_sheet.write(
                self.store,
                coupons=coupons[:cells],
                file=file,
                layout=layout,
                words=self._in(language),
                first_cell=first_cell,
            )
            return file

        self._on_bench(work, self.previewed)

    def print_to(
        self,
        batch: int,
        layout: str,
        first_cell: int,
        language: str,
        file: Path,
        *,
        copy: bool = False,
    ) -> None:
        """A batch to paper; one for whoever holds it a second time only as marked copies."""

        def work(progress: Progress) -> tuple[Path, int, str]:
            # asked before anything is written: the holder may be known already
            marked = batches.is_copy(self.store, batch=batch, copy=copy)
            sheet = issue.to_print(self.store, batch=batch)
            pages = coupon_sheet.write(
                self.store,
                coupons=sheet,
                file=file,
                layout=layout,
                words=self._in(language),
                first_cell=first_cell,
                overwrite=True,
                copy=marked,
                progress=progress,
            )
            # only what lies in the file counts as printed
            batches.mark_printed(self.store, batch=batch, count=len(sheet))
            return file, pages, coupon_sheet.unprintable(sheet)

        self._run(work, self.printed)

    def _run(self, work: Callable[[Progress], object], then: SignalInstance) -> None:
        """Long work, which shows how far it is and can be cancelled."""
        self.task = self._office.start(
            work, then=then, refused=self.refused, progressed=self.progressed
        )

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _in(self, language: str) -> Catalogue:
        return self.words.into(language)

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)

    def _on_desk(self, work: Callable[[], object], then: SignalInstance) -> None:
        """An act of the counter, in the order in which it was asked for."""
        self._desk.start(lambda _: work(), then=then, refused=self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)
