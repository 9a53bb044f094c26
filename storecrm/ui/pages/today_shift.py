"""The shift: what the till counted since it began, and handing it over by what is counted by
hand."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.printing import shift_slip
from storecrm.services.till.shifts import ShiftSheet
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.money_box import MoneyBox
from storecrm.ui.kit.pickers.number_box import CountEdit
from storecrm.ui.kit.widgets import card, label, scrolling
from storecrm.ui.viewmodels.today import TodayViewModel

HAND_OVER = Action("today.hand_over", m("Hand over"), "check", "Ctrl+Return; Ctrl+Enter")
SHEET = Action("today.sheet", m("Sheet as PDF"), "printer", "Ctrl+P")
_MOST = 999_999


class ShiftTab(QWidget):
    """The sheet left, what is counted and the hand-over right."""

    def __init__(self, vm: TodayViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._sheet: ShiftSheet | None = None
        self.boxes: dict[str, CountEdit] = {}
        self._wrong = FieldErrors(self)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 12, 0, 0)
        both.setSpacing(16)
        both.addWidget(self._figures_card(), 5)
        both.addWidget(self._count_card(), 3)
        vm.sheet.connect(self._show_sheet)

    def _figures_card(self) -> QFrame:
        frame, inside = card()
        self.figures = QGridLayout()
        self.figures.setColumnStretch(0, 1)
        holder = QWidget()
        column = QVBoxLayout(holder)
        # numbers apart from the bar that scrolls
        column.setContentsMargins(0, 0, 10, 0)
        column.addLayout(self.figures)
        column.addStretch(1)
        area = scrolling(holder)
        area.setProperty("plain", True)
        # a long sheet is read by the arrow keys
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(self._words.t("Shift sheet"))
        inside.addWidget(area)
        return frame

    def _count_card(self) -> QFrame:
        w = self._words
        frame, side = card()
        given_away = w.t("What the other register says was given away (may be empty):")
        self.register = MoneyBox(w.t("The register says"), w)
        self.register.returnPressed.connect(self._to_counts)
        self.counts = QGridLayout()
        self.counts.setColumnStretch(0, 1)
        self.close_shift = button_of(act(self, HAND_OVER, self.hand_over, words=w), "primary")
        self.paper = button_of(act(self, SHEET, self._save_sheet, words=w))
        side.addWidget(label(w.t("Hand the till over"), "h2"))
        side.addWidget(label(given_away, "small", wrap=True))
        side.addWidget(self.register)
        counted = w.t("Paper coupons counted, by offer:")
        self.counted = label(counted, "small", wrap=True)
        side.addWidget(self.counted)
        side.addLayout(self.counts)
        side.addStretch(1)
        # under each other: the figures need the width
        side.addWidget(self.close_shift)
        side.addWidget(self.paper)
        return frame

    @Slot(object)
    def _show_sheet(self, sheet: ShiftSheet) -> None:
        self._sheet = sheet
        self._fill(sheet)
        _empty(self.counts)
        self.boxes = {}
        self.counted.setVisible(bool(sheet.coupons))
        # a box for each offer whose paper coupons were taken
        for line, coupon in enumerate(sheet.coupons):
            named = self._words.t("Counted of {offer}", offer=coupon.name)
            box = CountEdit(named, self._words, 0, _MOST)
            box.setPlaceholderText("")
            box.setMaximumWidth(90)
            box.returnPressed.connect(self.focusNextChild)
            self.counts.addWidget(label(f"{coupon.name} × {coupon.count}"), line, 0)
            self.counts.addWidget(box, line, 1)
            self.boxes[coupon.offer_code] = box

    def _fill(self, sheet: ShiftSheet) -> None:
        w = self._words
        _empty(self.figures)
        head = [(sheet.staff, sheet.till), (w.t("Since"), w.stamp(sheet.since))]
        # the blank lines of the slip are left out
        figures = [pair for pair in shift_slip.figures(sheet, w) if pair[0]]
        for line, (title, value) in enumerate(head + figures):
            amount = label(value)
            amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            self.figures.addWidget(label(title, wrap=True), line, 0)
            self.figures.addWidget(amount, line, 1)

    def hand_over(self) -> None:
        """End the shift by what was counted."""
        self._wrong.clear()
        wrong = [box for box in (self.register, *self.boxes.values()) if box.problem()]
        for box in wrong:
            self._wrong.show(box, box.problem())
        if not wrong:
            counts = {code: box.current() for code, box in self.boxes.items()}
            # nothing typed is not counted, which is not none
            pieces = {code: int(count) for code, count in counts.items() if count is not None}
            self._vm.hand_over(self.register.amount(), pieces)

    def _to_counts(self) -> None:
        """Enter goes on to what is counted by hand."""
        for box in self.boxes.values():
            box.setFocus()
            return
        self.close_shift.setFocus()

    def _save_sheet(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        name = f"{sheet.staff}-{sheet.business_date}.pdf"
        title = self._words.t("Save as PDF")
        file = file_dialogs.save_as(self, title, name, file_dialogs.PAPER)
        if file is not None:
            self._vm.print_shift(sheet, file)

    def show_closed(self, sheet: ShiftSheet) -> str:
        """The sheet of the shift that ended stays to be printed; the next one counts from now. Said
        is how the counts differ."""
        w = self._words
        self._sheet = sheet
        self._fill(sheet)
        self.register.clear()
        for box in self.boxes.values():
            box.clear()
        parts = [w.t("Handed over.")]
        if sheet.difference:
            amount = w.money(sheet.difference)
            parts.append(w.t("The register differs by {amount}.", amount=amount))
        if sheet.paper_difference:
            pieces = f"{sheet.paper_difference:+d}"
            parts.append(w.t("The paper differs by {count}.", count=pieces))
        return " ".join(parts)


def _empty(grid: QGridLayout) -> None:
    while item := grid.takeAt(0):
        widget = item.widget()
        if widget is not None:
            # deleted later only: until then it must not be seen
            widget.hide()
            widget.deleteLater()
