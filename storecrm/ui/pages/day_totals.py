"""What the other register took on a day, typed in: shares of all sales need it."""

from collections.abc import Iterator

from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.reports.day_totals import Total
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.office import OfficeViewModel


class TotalsTab(QWidget):
    """A line to type a day in, the days below."""

    def __init__(self, vm: OfficeViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.day = date_box(vm.store.clock.today(), words.t("Date"))
        self.net = field(words.t("Shop's net sales"), "8650.00")
        self.receipts = field(words.t("Shop's receipts"), "320")
        # every day that is known, so that a missing one is seen
        columns = list(self._columns())
        self.rows: RowsModel[Total] = RowsModel(columns)
        told = words.t(
            "What the other register took on a day. Until every day has its total, shares show a "
            "dash."
        )
        save = button(words.t("Save"), self.keep, kind="primary")
        column = QVBoxLayout(self)
        column.addWidget(label(told, "small", wrap=True))
        column.addLayout(row(self.day, self.net, self.receipts, save))
        column.addWidget(table(self.rows, columns, words.t("Day totals")), 1)
        self.receipts.returnPressed.connect(self.keep)
        vm.totalled.connect(self.rows.show)

    def _columns(self) -> Iterator[Column[Total]]:
        w = self._words
        yield Column(w.t("Date"), self._date, 160)
        yield Column(w.t("Shop's net sales"), lambda total: w.money(total.net_sales), 140, True)
        yield Column(w.t("Shop's receipts"), lambda total: w.number(total.receipts), 110, True)

    def _date(self, total: Total) -> str:
        w = self._words
        return f"{w.day(total.day)} {w.weekday(total.day)}"

    def keep(self) -> None:
        """Keep what was typed of a day."""
        net = self.net.text()
        receipts = self.receipts.text()
        self._vm.keep_total(day_in(self.day), net, receipts)
        # two days in a row rarely took the same
        self.net.clear()
        self.receipts.clear()
