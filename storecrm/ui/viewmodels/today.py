"""The day at this till: its bills, its refused scans, the shift."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance

from storecrm.i18n import Catalogue
from storecrm.services.printing import receipt_slip, shift_slip
from storecrm.services.store import Store
from storecrm.services.till import day_board, late_member, shifts
from storecrm.services.till.shifts import ShiftSheet
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Money


class TodayViewModel(QObject):
    """Everything is of this till and today; managers see refused scans of every till."""

    bills = Signal(object)  # list[BillRow]
    refusals = Signal(object)  # list[RefusedRow]
    sheet = Signal(object)  # Sheet
    attached = Signal(object)  # BillView
    closed = Signal(object)  # Sheet
    printed = Signal(object)  # Path
    refused = Signal(object)  # StoreError

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self._lane = lane
        self._words = words

    def load(self) -> None:
        self.load_lists()
        self._do(lambda: shifts.sheet(self.store), self.sheet)

    def load_lists(self) -> None:
        # one question each: a long list does not hold up the sheet
        self._do(lambda: day_board.bills(self.store), self.bills)
        self._do(lambda: day_board.refused(self.store), self.refusals)

    def attach(self, receipt: str, member: str) -> None:
        """A sale gets its member."""
        self._do(
            lambda: late_member.attach(self.store, receipt=receipt, member=member), self.attached
        )

    def hand_over(self, register: Money | None, counted: dict[str, int]) -> None:
        """The end of the shift."""
        self._do(
            lambda: shifts.hand_over(self.store, register_discount=register, counted=counted),
            self.closed,
        )

    def print_shift(self, sheet: ShiftSheet, file: Path) -> None:
        def work() -> Path:
            shift_slip.write(self.store, sheet=sheet, file=file, words=self._words, overwrite=True)
            return file

        self._do(work, self.printed)

    def print_slip(self, receipt: str, file: Path) -> None:
        def work() -> Path:
            receipt_slip.write(
                self.store, receipt=receipt, file=file, words=self._words, overwrite=True
            )
            return file

        self._do(work, self.printed)

    def _do(self, work: Callable[[], object], then: SignalInstance) -> None:
        """One act after the other."""
        self._lane.start(lambda _: work(), then=then, refused=self.refused)
