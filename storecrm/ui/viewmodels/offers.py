"""Offers: the list, the editor's live sentence, issuing with progress, and papers with preview."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

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
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.values import PaperAct
from storecrm.wording.offers import rule_sentence


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
        self.store, self._desk, self._office, self._bench, self.words = (
            store,
            desk,
            office,
            bench,
            words,
        )
        self.task: Task | None = None

    def load(self) -> None:
        self._bench.start(
            lambda _: design.listed(self.store), then=self.listed, refused=self.refused
        )

    def load_batches(self, offer: str) -> None:
        self._bench.start(
            lambda _: batches.listed(self.store, offer=offer),
            then=self.batches,
            refused=self.refused,
        )

    def read_aloud(self, raw: dict[str, Any]) -> tuple[str, str, StoreError | None]:
        """The plain sentence in both languages while the offer is designed, or what is wrong with
        it."""
        try:
            rule = self._draft(raw)
        except StoreError as error:
            return "", "", error
        both = [rule_sentence(rule, self.words.into(language)) for language in ("zh_CN", "en")]
        return both[0], both[1], None

    def look_beside(self, raw: dict[str, Any], code: str) -> None:
        """What else is live and cannot be had together with the offer as it is designed."""

        def work() -> list[Collision]:
            try:
                rule = self._draft(raw)
            except StoreError:
                return []
            return backtest.collisions(self.store, rule=rule, besides=code)

        self._bench.start(lambda _: work(), then=self.collided, refused=self.refused)

    def try_out(self, raw: dict[str, Any]) -> None:
        """The offer as it is designed, on the receipts of the last 30 days."""
        last = self.store.clock.today()
        work = lambda _: backtest.try_rule(  # noqa: E731
            self.store, rule=self._draft(raw), first=last - timedelta(days=29), last=last
        )
        self._bench.start(work, then=self.tried, refused=self.refused)

    def _draft(self, raw: dict[str, Any]) -> OfferRule:
        return reading.draft(
            {"code": "X", **{k: v for k, v in raw.items() if k != "code" and v not in ("", None)}},
            self.words.digits,
        ).rule

    def keep(self, raw: dict[str, Any]) -> None:
        filled = {key: value for key, value in raw.items() if value not in ("", None)}
        self._desk.start(
            lambda _: design.create(self.store, new=reading.draft(filled, self.words.digits)),
            then=self.kept,
            refused=self.refused,
        )

    def stop(self, code: str, *, running: bool) -> None:
        self._desk.start(
            lambda _: design.stop(self.store, code=code, running=running),
            then=self.kept,
            refused=self.refused,
        )

    def look_at_stock(self, batch: int) -> None:
        """The stock card of a batch."""
        self._bench.start(
            lambda _: paper_stock.card(self.store, batch=batch),
            then=self.stock,
            refused=self.refused,
        )

    def move_stock(
        self, batch: int, act: PaperAct, first: int, last: int, channel: str, person: str
    ) -> None:
        """Hand out, take back or void a range of serials."""
        work = lambda _: paper_stock.move(  # noqa: E731
            self.store, batch=batch, act=act, first=first, last=last, channel=channel, person=person
        )
        self._desk.start(work, then=self.stock, refused=self.refused)

    def issue(self, offer: str, count: int, to: list[str], *, activate: bool = False) -> None:
        def work(progress: Any) -> BatchView:
            return issue.issue(
                self.store, offer=offer, count=count, to=to, activate=activate, progress=progress
            )

        self.task = self._office.start(
            work, then=self.issued, refused=self.refused, progressed=self.progressed
        )

    def void_batch(self, batch: int, reason: str) -> None:
        self._office.start(
            lambda _: batches.void_batch(self.store, batch=batch, reason=reason),
            then=self.issued,
            refused=self.refused,
        )

    def find(self, code: str) -> None:
        """One coupon by its code, as the customer brings it."""
        self._bench.start(
            lambda _: issue.show(self.store, code=code), then=self.found, refused=self.refused
        )

    def void_one(self, code: str, reason: str) -> None:
        self._desk.start(
            lambda _: issue.void(self.store, code=code, reason=reason),
            then=self.found,
            refused=self.refused,
        )

    def reissue(self, code: str, layout: str, language: str, file: Path) -> None:
        """A named coupon again under a new code, straight to paper."""

        def work(progress: Any) -> tuple[Path, int, str]:
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

        self.task = self._office.start(
            work, then=self.printed, refused=self.refused, progressed=self.progressed
        )

    def preview(self, batch: int, layout: str, first_cell: int, language: str) -> None:
        """The first page as it will be printed, from the same code that prints."""

        def work() -> Path | None:
            try:
                sample = issue.to_print(self.store, batch=batch)[
                    : coupon_layouts.LAYOUTS[layout].cells
                ]
            except NotPossible:
                # every coupon of it is used: there is no paper to show, and nobody asked for one
                return None
            file = files.temporary("preview") / "preview.pdf"
            coupon_sheet.write(
                self.store,
                coupons=sample,
                file=file,
                layout=layout,
                words=self._in(language),
                first_cell=first_cell,
            )
            return file

        self._bench.start(lambda _: work(), then=self.previewed, refused=self.refused)

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

        def work(progress: Any) -> tuple[Path, int, str]:
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
            batches.mark_printed(self.store, batch=batch, count=len(sheet))
            return file, pages, coupon_sheet.unprintable(sheet)

        self.task = self._office.start(
            work, then=self.printed, refused=self.refused, progressed=self.progressed
        )

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _in(self, language: str) -> Catalogue:
        return self.words.into(language)
