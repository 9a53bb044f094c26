"""Today: the bills (a member can be added, a slip printed again), refused scans with their reasons,
the shift handed over."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.store import Topic
from storecrm.services.till.day_board import BillRow, RefusedRow
from storecrm.services.till.receipts import BillView
from storecrm.services.till.shifts import ShiftSheet
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.stacks import FrontTabs
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import field, label, row
from storecrm.ui.pages import refusals
from storecrm.ui.pages.today_shift import ShiftTab
from storecrm.ui.viewmodels.today import TodayViewModel
from storecrm.values import Refusal, SaleState, grouped
from storecrm.wording.refusals import refusal_title

ATTACH = Action("today.attach", m("Add the member"), "user-plus")
SLIP = Action("today.slip", m("Slip as PDF"), "printer", "Ctrl+P")


class TodayPage(QWidget):
    """Three tabs for one day."""

    def __init__(self, vm: TodayViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self.tabs = FrontTabs(words.t("Today"))
        self.shift = ShiftTab(vm, words)
        self.tabs.addTab(self._bills(), words.t("Bills of today"))
        self.tabs.addTab(self._refusals(), words.t("Refused scans"))
        self.tabs.addTab(self.shift, words.t("Shift sheet"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        title = label(words.t("Today"), "h1")
        whole.addWidget(title)
        whole.addWidget(self.tabs, 1)
        # the rail says the name, too; what is done stands below the list
        Sacrifice(self, (title, self._advice))
        self.setFocusProxy(self.bill_list)
        self._join()

    def _join(self) -> None:
        vm = self._vm
        vm.bills.connect(self._show_bills)
        vm.refusals.connect(self.refused_list.show)
        vm.attached.connect(self._attached)
        vm.closed.connect(self._closed)
        vm.printed.connect(self._printed)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        """The day as it is now."""
        self._vm.load()

    topics = frozenset((Topic.SALES, Topic.COUPONS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The lists; the sheet that somebody counts by, or prints, stays as it is."""
        self._vm.load_lists()

    # --- bills ---

    def _bills(self) -> QWidget:
        w = self._words
        page = QWidget()
        who = w.t("Member number, card or whole phone")
        self.member = field(who, who)
        self._is_chosen = False
        chosen = self._is_bill_chosen
        attach = act(page, ATTACH, self._attach, words=w, enabled=chosen)
        slip = act(page, SLIP, self._save_slip, words=w, enabled=chosen)
        self.attach, self.slip = button_of(attach, "primary"), button_of(slip)
        said = w.t(
            "A customer who forgot the card: choose the bill, then the member. Once a day for "
            "each member; later a manager does it."
        )
        self.bill_list = Table(
            list(self._bill_columns()),
            w.t("Bills of today"),
            kept_as="today_bills",
            empty=Empty("cash-register", w.t("No bill yet today.")),
            no_match=w.t("No bill of today fits."),
            words=w,
            actions=(slip,),
            totals=self._sums,
            same=lambda bill: bill.receipt_no,
        )
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.bill_list, 1)
        self._advice = label(said, "small", wrap=True)
        column.addWidget(self._advice)
        column.addLayout(row(self.member, self.attach, self.slip))
        self.bill_list.chosen.connect(self._choose)
        # a scanned card ends with Enter
        self.member.returnPressed.connect(self._attach)
        return page

    def _is_bill_chosen(self) -> bool:
        return self._is_chosen

    @Slot(object)
    def _choose(self, bill: BillRow | None) -> None:
        self._is_chosen = bill is not None
        refresh(self)

    def _bill_columns(self) -> Iterator[Column[BillRow]]:
        w = self._words
        yield Column(
            "at",
            w.t("Time"),
            lambda bill: w.time(bill.at),
            width=80,
            kind=Kind.MOMENT,
            value=lambda bill: w.local(bill.at),
        )
        yield Column(
            "receipt",
            w.t("Receipt"),
            lambda bill: grouped(bill.receipt_no),
            width=190,
            kind=Kind.CODE,
        )
        yield Column(
            "net",
            w.t("Paid"),
            lambda bill: self._amount(bill.net),
            width=110,
            kind=Kind.MONEY,
            value=lambda bill: bill.net,
        )
        yield Column("member", w.t("Member"), lambda bill: bill.member, 150, personal=True)
        yield Column("state", w.t("State"), self._state, 100, tint=self._state_tint)
        yield Column(
            "gross",
            w.t("Before"),
            lambda bill: self._amount(bill.gross),
            width=110,
            kind=Kind.MONEY,
            value=lambda bill: bill.gross,
            shown=False,
        )
        yield Column("till", w.t("Till"), lambda bill: bill.till, 120)

    def _amount(self, amount: int | None) -> str:
        """A dash where the amount is not known, which is not nothing."""
        return "—" if amount is None else self._words.money(amount)

    def _state(self, bill: BillRow) -> str:
        w = self._words
        if bill.state == SaleState.VOIDED.value:
            return w.t("taken back")
        return w.t("No amount") if bill.gross is None else w.t("Closed")

    def _state_tint(self, bill: BillRow) -> str:
        if bill.state == SaleState.VOIDED.value:
            return "muted"
        return "used_text" if bill.gross is None else ""

    def _sums(self, shown: Sequence[BillRow]) -> dict[str, str]:
        """What stands, without what was taken back."""
        w = self._words
        stands = [bill for bill in shown if bill.state != SaleState.VOIDED.value]
        return {
            "receipt": w.n("1 bill", "{count} bills", len(stands)),
            "gross": w.money(sum(bill.gross or 0 for bill in stands)),
            "net": w.money(sum(bill.net or 0 for bill in stands)),
        }

    def chosen_bill(self) -> BillRow | None:
        """The chosen bill; it is asked for where none is."""
        bill = self.bill_list.current()
        if bill is None:
            say(self, self._words.t("Choose a bill in the list first."), bad=True)
        return bill

    def _attach(self) -> None:
        bill = self.chosen_bill()
        who = normal(self.member.text())
        if bill is not None and who:
            self._vm.attach(str(bill.receipt_no), who)
        elif bill is not None:
            self.member.setFocus()

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
        self.bill_list.show(found)

    @Slot(object)
    def _attached(self, bill: BillView) -> None:
        w = self._words
        self.member.clear()
        name = bill.member.title if bill.member else ""
        points = w.number(bill.points_earned)
        say(self, w.t("{name} has this bill now and {points} points.", name=name, points=points))

    # --- refused scans ---

    def _refusals(self) -> QWidget:
        w = self._words
        page = QWidget()
        self.refused_list = Table(
            list(self._refusal_columns()),
            w.t("Refused scans"),
            kept_as="today_refused",
            empty=Empty("circle-check", w.t("No scan was refused today.")),
            no_match=w.t("No refused scan fits."),
            words=w,
        )
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.refused_list)
        return page

    def _refusal_columns(self) -> Iterator[Column[RefusedRow]]:
        w = self._words
        yield Column(
            "at",
            w.t("Time"),
            lambda refused: w.time(refused.at),
            width=80,
            kind=Kind.MOMENT,
            value=lambda refused: w.local(refused.at),
        )
        yield Column("why", w.t("Why"), self._why, 260)
        yield Column("offer", w.t("Offer"), lambda refused: refused.offer or "—", 170)
        # only the tail: a whole code could be used
        yield Column(
            "code", w.t("Code"), lambda refused: f"…{refused.code_tail}", width=80, kind=Kind.CODE
        )
        yield Column("staff", w.t("Staff"), lambda refused: refused.staff, 100)
        yield Column("till", w.t("Till"), lambda refused: refused.till, 120)

    def _why(self, refused: RefusedRow) -> str:
        titles = [refusal_title(Refusal(code), self._words) for code in refused.reasons]
        return self._words.t("; ").join(titles)

    # --- answers ---

    @Slot(object)
    def _closed(self, sheet: ShiftSheet) -> None:
        say(self, self.shift.show_closed(sheet))

    @Slot(object)
    def _printed(self, file: Path) -> None:
        say(self, self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        refusals.show(self, error, self._words)
