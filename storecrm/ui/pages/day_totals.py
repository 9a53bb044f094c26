"""What the other register took on a day, typed in: shares of all sales need it."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.reports.day_totals import Total
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.date_box import DateBox, back
from storecrm.ui.kit.pickers.money_box import MoneyBox
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import label, row
from storecrm.ui.viewmodels.office import OfficeViewModel

_KEEP = Action("totals.keep", m("Save the day's total"), "check", "Ctrl+S", short=m("Save"))


class TotalsTab(QWidget):
    """A line to type a day in, the days below."""

    def __init__(self, vm: OfficeViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = w = words
        today = vm.store.clock.today
        self.day = DateBox(w.t("Date"), w, today(), back(w, today()), today=today)
        self.net = MoneyBox(w.t("Shop's net sales"), w)
        self.net.setPlaceholderText(w.t("Shop's net sales"))
        self.receipts = NumberBox(w.t("Shop's receipts"), w, unit=w.t("receipts"), least=0)
        self.wrong = FieldErrors(self)
        self.keeping = act(self, _KEEP, self.keep, words=w)
        nothing = Empty("list-details", w.t("No day has its total yet."))
        # every day that is known, so that a missing one is seen
        self.rows: Table[Total] = Table(
            list(self._columns()),
            w.t("Day totals"),
            kept_as="day_totals",
            empty=nothing,
            no_match=w.t("No day fits."),
            words=w,
            totals=self._sums,
            same=lambda total: total.day,
        )
        self._lay_out()
        self.day.returnPressed.connect(self.keep)
        self.net.returnPressed.connect(self.keep)
        self.receipts.entry.returnPressed.connect(self.keep)
        vm.totalled.connect(self._show)

    def _lay_out(self) -> None:
        told = self._words.t(
            "What the other register took on a day. Until every day has its total, shares show a "
            "dash."
        )
        advice = label(told, "small", wrap=True)
        save = button_of(self.keeping, "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(advice)
        column.addLayout(row(self.day, self.net, self.receipts, save, None))
        column.addWidget(self.rows, 1)
        Sacrifice(self, (advice,))

    def _columns(self) -> Iterator[Column[Total]]:
        w = self._words
        yield Column(
            "day", w.t("Date"), self._date, width=160, kind=Kind.DAY, value=lambda total: total.day
        )
        yield Column(
            "net",
            w.t("Shop's net sales"),
            lambda total: w.money(total.net_sales),
            width=140,
            kind=Kind.MONEY,
            value=lambda total: total.net_sales,
        )
        yield Column(
            "receipts",
            w.t("Shop's receipts"),
            lambda total: w.number(total.receipts),
            width=110,
            kind=Kind.NUMBER,
            value=lambda total: total.receipts,
        )

    def _date(self, total: Total) -> str:
        w = self._words
        return f"{w.day(total.day)} {w.weekday(total.day)}"

    def _sums(self, totals: Sequence[Total]) -> dict[str, str]:
        w = self._words
        net = sum(total.net_sales for total in totals)
        receipts = sum(total.receipts for total in totals)
        return {"net": w.money(net), "receipts": w.number(receipts)}

    @Slot(object)
    def _show(self, totals: list[Total]) -> None:
        self.rows.show(totals)

    def keep(self) -> None:
        """Keep what was typed of a day."""
        day, net, receipts = self.day.day(), self.net.amount(), self.receipts.value()
        self.wrong.clear()
        for box, value in ((self.day, day), (self.net, net), (self.receipts, receipts)):
            if value is None:
                self.wrong.show(box, box.problem() or self._words.t("Something must stand here."))
        if day is None or net is None or receipts is None:
            return
        self._vm.keep_total(day, net, receipts)
        # two days in a row rarely took the same
        self.net.set_amount(None)
        self.receipts.set_value(None)
        self.net.setFocus()
