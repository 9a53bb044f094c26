"""Today: the till's bills (a member can be added, a slip printed again), refused scans with their
reasons, the shift handed over."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.services.till.day_board import BillRow, RefusedRow
from storecrm.services.till.receipts import BillView
from storecrm.services.till.shifts import ShiftSheet
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.rows import Column, RowsModel, show_again, table
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.pages.today_shift import ShiftTab
from storecrm.ui.viewmodels.today import TodayViewModel
from storecrm.values import Refusal, grouped
from storecrm.wording.refusals import refusal_title


class TodayPage(QWidget):
    """Three tabs for one day."""

    def __init__(self, vm: TodayViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self.banner = Banner()
        self.tabs = QTabWidget()
        self.shift = ShiftTab(vm, words)
        self.tabs.setDocumentMode(True)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName(words.t("Today"))
        self.tabs.addTab(self._bills(), words.t("Receipts"))
        self.tabs.addTab(self._refusals(), words.t("Refused scans"))
        self.tabs.addTab(self.shift, words.t("Shift sheet"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(label(words.t("Today"), "h1"))
        whole.addWidget(self.banner)
        whole.addWidget(self.tabs, 1)
        self._join()

    def _join(self) -> None:
        vm = self._vm
        self.shift.refused.connect(self._warn)
        vm.bills.connect(self._show_bills)
        vm.refusals.connect(self._show_refusals)
        vm.attached.connect(self._attached)
        vm.closed.connect(self._closed)
        vm.printed.connect(self._printed)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        """The day as it is now."""
        self.banner.say("")
        self._vm.load()

    topics = frozenset((Topic.SALES, Topic.COUPONS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The lists; the sheet that somebody counts by, or prints, stays as it is."""
        self._vm.load_lists()

    # --- bills ---

    def _bills(self) -> QWidget:
        w = self._words
        page = QWidget()
        columns = list(self._bill_columns())
        self.bill_rows: RowsModel[BillRow] = RowsModel(columns)
        self.bill_list = table(self.bill_rows, columns, w.t("Bills of this till today"))
        who = w.t("Member number, card or whole phone")
        self.member = field(who, who)
        self.attach = button(w.t("Add the member"), self._attach, kind="primary", icon="user-plus")
        self.slip = button(w.t("Slip as PDF"), self._save_slip, icon="printer")
        said = w.t(
            "A customer who forgot the card: choose the bill, then the member. Once a day for "
            "each member; later a manager does it."
        )
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.bill_list, 1)
        column.addWidget(label(said, "small", wrap=True))
        column.addLayout(row(self.member, self.attach, self.slip))
        # a scanned card ends with Enter
        self.member.returnPressed.connect(self._attach)
        return page

    def _bill_columns(self) -> Iterator[Column[BillRow]]:
        w = self._words
        yield Column(w.t("Time"), lambda bill: w.time(bill.at), 70)
        yield Column(w.t("Receipt"), lambda bill: grouped(bill.receipt_no), 190)
        yield Column(w.t("Before"), lambda bill: self._amount(bill.gross), 100, True)
        yield Column(w.t("To pay"), lambda bill: self._amount(bill.net), 100, True)
        yield Column(w.t("Member"), lambda bill: bill.member or "—", 150)
        yield Column(w.t("State"), self._state, 90)

    def _amount(self, amount: int | None) -> str:
        """A dash where the amount is not known, which is not nothing."""
        return "—" if amount is None else self._words.money(amount)

    def _state(self, bill: BillRow) -> str:
        return self._words.t("taken back") if bill.state == "voided" else ""

    def chosen_bill(self) -> BillRow | None:
        """The chosen bill; it is asked for where none is."""
        index = self.bill_list.currentIndex()
        if not index.isValid() or not self.bill_rows.rowCount():
            self._warn(self._words.t("Choose a bill in the list first."))
            return None
        return self.bill_rows.record(index.row())

    def _attach(self) -> None:
        bill = self.chosen_bill()
        who = normal(self.member.text())
        if bill is not None and who:
            self._vm.attach(str(bill.receipt_no), who)

    def _save_slip(self) -> None:
        bill = self.chosen_bill()
        if bill is None:
            return
        receipt_no = str(bill.receipt_no)
        title = self._words.t("Save as PDF")
        file = file_dialogs.save_as(self, title, f"{receipt_no}.pdf", file_dialogs.PAPER)
        if file is not None:
            self._vm.print_slip(receipt_no, file)

    @Slot(object)
    def _show_bills(self, found: list[BillRow]) -> None:
        show_again(self.bill_list, self.bill_rows, found, lambda bill: bill.receipt_no)

    @Slot(object)
    def _attached(self, bill: BillView) -> None:
        w = self._words
        self.member.clear()
        name = bill.member.title if bill.member else ""
        points = w.number(bill.points_earned)
        said = w.t("{name} has this bill now and {points} points.", name=name, points=points)
        self.banner.say(said)

    # --- refused scans ---

    def _refusals(self) -> QWidget:
        columns = list(self._refusal_columns())
        self.refused_rows: RowsModel[RefusedRow] = RowsModel(columns)
        return table(self.refused_rows, columns, self._words.t("Refused scans"))

    def _refusal_columns(self) -> Iterator[Column[RefusedRow]]:
        w = self._words
        yield Column(w.t("Time"), lambda refused: w.time(refused.at), 70)
        yield Column(w.t("Till"), lambda refused: refused.till, 110)
        yield Column(w.t("Staff"), lambda refused: refused.staff, 90)
        # only the tail: a whole code could be used
        yield Column(w.t("Code"), lambda refused: f"…{refused.code_tail}", 70)
        yield Column(w.t("Offer"), lambda refused: refused.offer or "—", 150)
        yield Column(w.t("Why"), self._why, 260)

    def _why(self, refused: RefusedRow) -> str:
        titles = [refusal_title(Refusal(code), self._words) for code in refused.reasons]
        return self._words.t("; ").join(titles)

    @Slot(object)
    def _show_refusals(self, found: list[RefusedRow]) -> None:
        self.refused_rows.show(found)

    # --- answers ---

    @Slot(object)
    def _closed(self, sheet: ShiftSheet) -> None:
        self.banner.say(self.shift.show_closed(sheet))

    @Slot(object)
    def _printed(self, file: Path) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    @Slot(str)
    def _warn(self, text: str) -> None:
        self.banner.say(text, bad=True)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self._warn(told(error, self._words))
