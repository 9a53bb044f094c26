"""The office: the month's report, imports, day totals, backups, the proof of the books."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from storecrm.i18n import Catalogue
from storecrm.services.backup import backups, trail_anchors
from storecrm.services.housekeeping import daily
from storecrm.services.integrity import verify
from storecrm.services.progress import Progress
from storecrm.services.reports import day_totals, month_figures, month_workbook
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.values import Money
from storecrm.wording.errors import cure, sentence

_TOTAL_DAYS = 30
"""Totals of so many days stand on the page, today's among them."""


class OfficeViewModel(QObject):
    """Long work of the office, each with progress, cancel and a last word."""

    figured = Signal(object)  # Figures
    reported = Signal(object)  # (Path, Figures)
    totalled = Signal(object)  # list[Total]
    backed_up = Signal(object)  # BackupView
    backups = Signal(object)  # list[BackupView]
    gaps = Signal(object)  # list[str]: what the trail lacks, in words
    verified = Signal(object)  # (checks, findings)
    refused = Signal(object)  # StoreError
    progressed = Signal(object)  # (done, total)

    def __init__(self, store: Store, office: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self.words = words
        self._office = office
        self._bench = bench
        self.task: Task | None = None

    @property
    def today(self) -> date:
        return self.store.clock.today()

    def last_month(self) -> tuple[date, date]:
        """The last whole month, the report's usual period."""
        this_month = self.store.clock.today().replace(day=1)
        last = this_month - timedelta(days=1)
        return last.replace(day=1), last

    def file_name(self, first: date, last: date, language: str) -> str:
        return month_workbook.file_name(self.store, first, last, self._in(language))

    def figures(self, first: date, last: date) -> None:
        def work() -> object:
            return month_figures.figures(self.store, first=first, last=last)

        self._on_bench(work, self.figured)

    def report(self, first: date, last: date, language: str, file: Path) -> None:
        def work(progress: Progress) -> object:
            figures = month_workbook.write(
                self.store,
                first=first,
                last=last,
                file=file,
                words=self._in(language),
                overwrite=True,
                progress=progress,
            )
            return file, figures

        # a report only reads: it must not hold up an import
        self.task = self._bench.start(
            work, then=self.reported, refused=self.refused, progressed=self.progressed
        )

    def load_totals(self) -> None:
        self._on_bench(self._last_totals, self.totalled)

    def keep_total(self, day: date, net: Money, receipts: int) -> None:
        def work() -> object:
            day_totals.set_total(self.store, day=day, net_sales=net, receipts=receipts)
            return self._last_totals()

        self._on_office(work, self.totalled)

    def load_gaps(self) -> None:
        """What was kept of the trail outside the store and does not stand in it."""
        self._on_bench(lambda: self._said(), self.gaps)

    def accept_gaps(self, reason: str) -> None:
        """The owner says that this store is the right one."""

        def work() -> list[str]:
            # written down with the owner's name
            trail_anchors.accept(self.store, reason=reason)
            return self._said()

        self._on_office(work, self.gaps)

    def _said(self) -> list[str]:
        """What the trail lacks, each with the way out."""
        return [self._gap_sentence(gap) for gap in trail_anchors.look(self.store)]

    def _gap_sentence(self, gap: trail_anchors.Gap) -> str:
        error = trail_anchors.trouble(gap, self.words.stamp(gap.at))
        return f"{sentence(error, self.words)} {cure(error, self.words)}"

    def _last_totals(self) -> object:
        today = self.store.clock.today()
        first = today - timedelta(days=_TOTAL_DAYS - 1)
        return day_totals.listed(self.store, first=first, last=today)

    def load_backups(self) -> None:
        self._on_bench(lambda: backups.listed(self.store), self.backups)

    def back_up(self) -> None:
        self._on_bench(lambda: backups.create(self.store), self.backed_up)

    def back_up_if_due(self) -> None:
        """Once a day, in the background (see daily)."""
        self._on_bench(lambda: daily.keep_house(self.store), self.backed_up)

    def restore(self, file: Path, done: Any, *, force: bool = False) -> None:
        """Put a backup in the store's place, with `force` one without its manifest too; the program
        opens anew after it."""

        def work() -> object:
            return backups.restore(self.store, path=file, force=force)

        self._on_office(work, done)

    def prove(self) -> None:
        self._on_bench(lambda: verify.verify(self.store), self.verified)

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _in(self, language: str) -> Catalogue:
        return self.words.into(language)

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)
