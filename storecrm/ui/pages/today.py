"""Today: the till's bills (a member can be added, a slip printed again), refused scans with their
reasons, the shift handed over."""

import re
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.printing import shift_slip
from storecrm.services.store import Topic
from storecrm.services.till.day_board import BillRow, RefusedRow
from storecrm.services.till.receipts import BillView
from storecrm.services.till.shifts import ShiftSheet
from storecrm.ui.kit.rows import Column, RowsModel, show_again, table
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.viewmodels.today import TodayViewModel
from storecrm.values import Money, Refusal, grouped, parse_money
from storecrm.wording.errors import cure, sentence
from storecrm.wording.refusals import refusal_title


class TodayPage(QWidget):
    """Three tabs for one day."""

    def __init__(self, vm: TodayViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words, self._sheet = vm, words, None
        self.banner, self.tabs = Banner(), QTabWidget()
        w, whole = words, QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(label(w.t("Today"), "h1"))
        whole.addWidget(self.banner)
        self.tabs.setDocumentMode(True)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName(w.t("Today"))
        self.tabs.addTab(self._bills(), w.t("Receipts"))
        self.tabs.addTab(self._refusals(), w.t("Refused scans"))
        self.tabs.addTab(self._shift(), w.t("Shift sheet"))
        whole.addWidget(self.tabs, 1)
        vm.bills.connect(self._show_bills)
        vm.refusals.connect(self._show_refusals)
        vm.sheet.connect(self._show_sheet)
        vm.attached.connect(self._attached)
        vm.closed.connect(self._closed)
        vm.printed.connect(self._printed)
        vm.refused.connect(self._refuse)

    _sheet: ShiftSheet | None

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
        w, page = self._words, QWidget()
        columns: list[Column[BillRow]] = [
            Column(w.t("Time"), lambda b: w.time(b.at), 70),
            Column(w.t("Receipt"), lambda b: grouped(b.receipt_no), 190),
            Column(
                w.t("Before"), lambda b: "—" if b.gross is None else w.money(b.gross), 100, True
            ),
            Column(w.t("To pay"), lambda b: "—" if b.net is None else w.money(b.net), 100, True),
            Column(w.t("Member"), lambda b: b.member or "—", 150),
            Column(w.t("State"), lambda b: w.t("taken back") if b.state == "voided" else "", 90),
        ]
        self.bill_rows: RowsModel[BillRow] = RowsModel(columns)
        self.bill_list = table(self.bill_rows, columns, w.t("Bills of this till today"))
        self.member = field(
            w.t("Member number, card or whole phone"), w.t("Member number, card or whole phone")
        )
        self.attach = button(w.t("Add the member"), self._attach, kind="primary", icon="user-plus")
        self.slip = button(w.t("Slip as PDF"), self._save_slip, icon="printer")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.bill_list, 1)
        said = w.t(
            "A customer who forgot the card: choose the bill, then the member. Once a day for each member; later a manager does it."
        )
        column.addWidget(label(said, "small", wrap=True))
        column.addLayout(row(self.member, self.attach, self.slip))
        self.member.returnPressed.connect(self._attach)
        return page

    def _bill(self) -> BillRow | None:
        index = self.bill_list.currentIndex()
        if not index.isValid() or not self.bill_rows.rowCount():
            self.banner.say(self._words.t("Choose a bill in the list first."), bad=True)
            return None
        return self.bill_rows.record(index.row())

    def _attach(self) -> None:
        bill, who = self._bill(), normal(self.member.text())
        if bill is not None and who:
            self._vm.attach(str(bill.receipt_no), who)

    def _save_slip(self) -> None:
        bill = self._bill()
        if bill is not None:
            name = str(Path.home() / f"{bill.receipt_no}.pdf")
            file, _ = QFileDialog.getSaveFileName(
                self, self._words.t("Save as PDF"), name, "PDF (*.pdf)"
            )
            if file:
                self._vm.print_slip(str(bill.receipt_no), Path(file))

    @Slot(object)
    def _show_bills(self, found: list[BillRow]) -> None:
        show_again(self.bill_list, self.bill_rows, found, lambda bill: bill.receipt_no)

    @Slot(object)
    def _attached(self, bill: BillView) -> None:
        w, name = self._words, bill.member.title if bill.member else ""
        self.member.clear()
        self.banner.say(
            w.t(
                "{name} has this bill now and {points} points.",
                name=name,
                points=w.number(bill.points_earned),
            )
        )

    # --- refused scans ---

    def _refusals(self) -> QWidget:
        w = self._words
        columns: list[Column[RefusedRow]] = [
            Column(w.t("Time"), lambda r: w.time(r.at), 70),
            Column(w.t("Till"), lambda r: r.till, 110),
            Column(w.t("Staff"), lambda r: r.staff, 90),
            Column(w.t("Code"), lambda r: f"…{r.code_tail}", 70),
            Column(w.t("Offer"), lambda r: r.offer or "—", 150),
            Column(
                w.t("Why"),
                lambda r: w.t("; ").join(refusal_title(Refusal(code), w) for code in r.reasons),
                260,
            ),
        ]
        self.refused_rows: RowsModel[RefusedRow] = RowsModel(columns)
        return table(self.refused_rows, columns, w.t("Refused scans"))

    @Slot(object)
    def _show_refusals(self, found: list[RefusedRow]) -> None:
        self.refused_rows.show(found)

    # --- the shift ---

    def _shift(self) -> QWidget:
        w, page = self._words, QWidget()
        left, inside = card()
        self.figures = QGridLayout()
        self.figures.setColumnStretch(0, 1)
        holder, column = QWidget(), QVBoxLayout()
        column.addLayout(self.figures)
        column.addStretch(1)
        holder.setLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        inside.addWidget(scroll)
        right, side = card()
        side.addWidget(label(w.t("Hand the till over"), "h2"))
        side.addWidget(
            label(
                w.t("What the other register says was given away (may be empty):"),
                "small",
                wrap=True,
            )
        )
        self.register = field(w.t("The register says"), "0.00")
        side.addWidget(self.register)
        side.addWidget(label(w.t("Paper coupons counted, by offer:"), "small", wrap=True))
        self.counts = QGridLayout()
        side.addLayout(self.counts)
        self.boxes: dict[str, QLineEdit] = {}
        side.addStretch(1)
        self.close_shift = button(w.t("Hand over"), self._hand_over, kind="primary")
        self.paper = button(w.t("Sheet as PDF"), self._save_sheet, icon="printer")
        side.addLayout(row(self.paper, None, self.close_shift))
        both = QHBoxLayout(page)
        both.setContentsMargins(0, 12, 0, 0)
        both.setSpacing(16)
        both.addWidget(left, 3)
        both.addWidget(right, 2)
        return page

    @Slot(object)
    def _show_sheet(self, sheet: ShiftSheet) -> None:
        self._sheet, w = sheet, self._words
        self._fill(sheet)
        _empty(self.counts)
        self.boxes = {}
        for line, coupon in enumerate(sheet.coupons):
            box = field(w.t("Counted of {offer}", offer=coupon.name), "")
            box.setMaximumWidth(80)
            self.counts.addWidget(label(f"{coupon.name} × {coupon.count}"), line, 0)
            self.counts.addWidget(box, line, 1)
            self.boxes[coupon.offer_code] = box

    def _fill(self, sheet: ShiftSheet) -> None:
        w = self._words
        _empty(self.figures)
        head = [(sheet.staff, sheet.till), (w.t("Since"), w.stamp(sheet.since))]
        for line, (title, value) in enumerate(
            [*head, *(pair for pair in shift_slip.figures(sheet, w) if pair[0])]
        ):
            self.figures.addWidget(label(title), line, 0)
            self.figures.addWidget(label(value), line, 1)

    def _hand_over(self) -> None:
        w, typed = self._words, normal(self.register.text())
        try:
            said: Money | None = parse_money(typed, digits=w.digits) if typed else None
        except ValueError:
            self.banner.say(w.t("Type it like 128 or 128.50."), bad=True)
            return
        counted = {code: normal(box.text()) for code, box in self.boxes.items()}
        if not all(re.fullmatch(r"\d{0,6}", text) for text in counted.values()):
            self.banner.say(w.t("Count in whole pieces."), bad=True)
            return
        self._vm.hand_over(said, {code: int(text) for code, text in counted.items() if text})

    def _save_sheet(self) -> None:
        if self._sheet is not None:
            name = str(Path.home() / f"{self._sheet.staff}-{self._sheet.business_date}.pdf")
            file, _ = QFileDialog.getSaveFileName(
                self, self._words.t("Save as PDF"), name, "PDF (*.pdf)"
            )
            if file:
                self._vm.print_shift(self._sheet, Path(file))

    @Slot(object)
    def _closed(self, sheet: ShiftSheet) -> None:
        """The sheet of the shift that ended stays to be printed; the next one counts from now."""
        w = self._words
        self._sheet = sheet
        self._fill(sheet)
        self.register.clear()
        for box in self.boxes.values():
            box.clear()
        parts = [w.t("Handed over.")]
        if sheet.difference:
            parts.append(w.t("The register differs by {amount}.", amount=w.money(sheet.difference)))
        if sheet.paper_difference:
            parts.append(w.t("The paper differs by {count}.", count=f"{sheet.paper_difference:+d}"))
        self.banner.say(" ".join(parts))

    @Slot(object)
    def _printed(self, file: Path) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.banner.say(
            f"{sentence(error, self._words)} {cure(error, self._words)}".strip(), bad=True
        )


def _empty(grid: QGridLayout) -> None:
    while item := grid.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
