"""Slips of closed bills: by the shop's rule, or asked for by a person."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from storecrm.domain.shop_rules import SlipPolicy
from storecrm.services import shop_settings
from storecrm.services.till.receipts import BillView
from storecrm.ui.viewmodels.till.desk import Desk


class Slips(QObject):
    """Written on the lane, printed by who hears `wanted`. Without a folder there are none."""

    wanted = Signal(object)  # Path of a PDF, or None when the rule wants none

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.folder: Path | None = None
        self.layout = "slip-80"

    def due(self, bill: BillView) -> None:
        """Print what the shop's rule says."""
        given = bool(bill.given)

        def work() -> Path | None:
            rule = shop_settings.of(self._desk.store).slip
            if rule is SlipPolicy.ALWAYS or (rule is SlipPolicy.COUPON and given):
                return self._write(str(bill.receipt_no))
            return None

        if self.folder is not None:
            self._desk.do(work, self.wanted)

    def print(self, receipt: str) -> None:
        """The slip of one receipt."""
        self._desk.do(lambda: self._write(receipt), self.wanted)

    def _write(self, receipt: str) -> Path:
        # loaded here: the till's window must not wait for papers
        from storecrm.services.printing import receipt_slip

        assert self.folder is not None
        file = self.folder / f"slip-{receipt}.pdf"
        desk = self._desk
        receipt_slip.write(
            desk.store, receipt=receipt, file=file, words=desk.words, layout=self.layout
        )
        return file
