"""The office: the month's report, imports, day totals, backups, the proof of the books."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services.backup import backups, trail_anchors
from storecrm.services.housekeeping import daily
from storecrm.services.integrity import verify
from storecrm.services.reports import day_totals, month_figures, month_workbook
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.values import parse_money
from storecrm.wording.errors import cure, sentence


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
        self.store, self._office, self._bench, self.words = store, office, bench, words
        self.task: Task | None = None

    def last_month(self) -> tuple[date, date]:
        """The last whole month, the report's usual period."""
        last = self.store.clock.today().replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last

    def file_name(self, first: date, last: date, language: str) -> str:
        return month_workbook.file_name(self.store, first, last, self._in(language))

    def figures(self, first: date, last: date) -> None:
        self._bench.start(
            lambda _: month_figures.figures(self.store, first=first, last=last),
            then=self.figured,
            refused=self.refused,
        )

    def report(self, first: date, last: date, language: str, file: Path) -> None:
        def work(progress: Any) -> Any:
            words = self._in(language)
            return file, month_workbook.write(
                self.store,
                first=first,
                last=last,
                file=file,
                words=words,
                overwrite=True,
                progress=progress,
            )

        self.task = self._bench.start(
            work, then=self.reported, refused=self.refused, progressed=self.progressed
        )

    def load_totals(self) -> None:
        today = self.store.clock.today()
        self._bench.start(
            lambda _: day_totals.listed(self.store, first=today - timedelta(days=29), last=today),
            then=self.totalled,
            refused=self.refused,
        )

    def keep_total(self, day: date, net: str, receipts: str) -> None:
        def work() -> Any:
            try:
                amount = parse_money(net, digits=self.words.digits)
            except ValueError:
                raise BadInput("amount", where=net[:40]) from None
            if not receipts.strip().isdigit():
                raise BadInput("receipts", where=receipts[:40])
            day_totals.set_total(self.store, day=day, net_sales=amount, receipts=int(receipts))
            today = self.store.clock.today()
            return day_totals.listed(self.store, first=today - timedelta(days=29), last=today)

        self._office.start(lambda _: work(), then=self.totalled, refused=self.refused)

    def load_gaps(self) -> None:
        """What was kept of the trail outside the store and does not stand in it."""
        self._bench.start(lambda _: self._said(), then=self.gaps, refused=self.refused)

    def accept_gaps(self, reason: str) -> None:
        """The owner says that this store is the right one."""

        def work() -> list[str]:
            trail_anchors.accept(self.store, reason=reason)
            return self._said()

        self._office.start(lambda _: work(), then=self.gaps, refused=self.refused)

    def _said(self) -> list[str]:
        found = [
            trail_anchors.trouble(gap, self.words.stamp(gap.at))
            for gap in trail_anchors.look(self.store)
        ]
        return [f"{sentence(error, self.words)} {cure(error, self.words)}" for error in found]

    def load_backups(self) -> None:
        self._bench.start(
            lambda _: backups.listed(self.store), then=self.backups, refused=self.refused
        )

    def back_up(self) -> None:
        self._bench.start(
            lambda _: backups.create(self.store), then=self.backed_up, refused=self.refused
        )

    def back_up_if_due(self) -> None:
        """Once a day, in the background (see daily)."""
        self._bench.start(
            lambda _: daily.keep_house(self.store), then=self.backed_up, refused=self.refused
        )

    def restore(self, file: Path, done: Any, *, force: bool = False) -> None:
        """Put a backup in the store's place, with `force` one without its manifest too; the program
        opens anew after it."""
        self._office.start(
            lambda _: backups.restore(self.store, path=file, force=force),
            then=done,
            refused=self.refused,
        )

    def prove(self) -> None:
        self._bench.start(
            lambda _: verify.verify(self.store), then=self.verified, refused=self.refused
        )

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _in(self, language: str) -> Catalogue:
        return self.words.into(language)
