"""The first window on a machine: three ways to a store."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, card, field, label, scrolling
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.first_run import BeginningViewModel, NewShop
from storecrm.values import currencies, region_of_zone

CURRENCIES = ("CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY", "SGD", "AUD", "CAD")
"""What most shops pay with; every other currency follows."""
_ASIA = ("Shanghai", "Hong_Kong", "Taipei", "Singapore", "Tokyo")
_EUROPE = ("London", "Berlin")
_AMERICA = ("New_York", "Chicago", "Denver", "Los_Angeles")


def _zones() -> Iterator[str]:
    """The zones that are proposed; every other one can be typed."""
    yield from (f"Asia/{city}" for city in _ASIA)
    yield from (f"Europe/{city}" for city in _EUROPE)
    yield from (f"America/{city}" for city in _AMERICA)
    yield "Australia/Sydney"


ZONES = tuple(_zones())
_WIDEST, _HIGHEST = 1040, 600
"""Pixels within which all three ways are seen at a glance."""
OPEN = Action("shop.open", m("Open the shop"), "building-store", "Ctrl+S")


class BeginningPage(QWidget):
    """A new shop, the demo shop, or a backup."""

    def __init__(self, vm: BeginningViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle("storecrm")
        self.resize(1024, 728)
        self._vm = vm
        self._words = words
        # a backup that was refused, and may be taken all the same
        self._doubted = Path()
        self.errors = FieldErrors(self)
        self.wait = Progress(self)
        self._make_fields()
        self._make_places()
        self._lay_out()
        vm.refused.connect(self._refuse)
        vm.ready.connect(self._settle)
        self.shop.setFocus()

    def _make_fields(self) -> None:
        w = self._words
        self.shop = field(w.t("Name of the shop"))
        self.owner = field(w.t("Your name"))
        self.pin = field(w.t("PIN, 6 digits"))
        self.again = field(w.t("The same PIN again"))
        for box in (self.pin, self.again):
            box.setEchoMode(QLineEdit.EchoMode.Password)
            box.setMaxLength(6)
        self.code = field(w.t("Recovery code"), w.t("only for an encrypted store"))

    def _make_places(self) -> None:
        """Money, clock and phones of the shop; likely ones are chosen already."""
        w = self._words
        others = tuple(code for code in currencies() if code not in CURRENCIES)
        self.currency = _choice(w.t("Currency"), CURRENCIES + others)
        self.zone = _choice(w.t("Time zone"), ZONES)
        self.zone.setEditable(True)
        self.region = _choice(w.t("Country of phones"), ())
        for name, code in w.regions():
            self.region.addItem(name, code)
        self.zone.currentTextChanged.connect(self._follow_zone)
        # the first zone stands there without having been chosen
        self._follow_zone(self.zone.currentText())
        # most readers of English are there
        if not w.chinese:
            self.currency.setCurrentText("USD")
            self.zone.setCurrentText("America/New_York")

    def _lay_out(self) -> None:
        w = self._words
        question = w.t("There is no shop on this computer yet. How do you want to begin?")
        whole = QWidget()
        whole.setMaximumSize(_WIDEST, _HIGHEST)
        around = QHBoxLayout(self)
        around.setContentsMargins(24, 16, 24, 16)
        # the three ways stay together in the middle of a large screen
        around.addStretch(0)
        around.addWidget(whole, 1)
        around.addStretch(0)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(w.t("Welcome to storecrm"), "h1"))
        column.addWidget(label(question, wrap=True))
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self._new(), 3)
        line.addWidget(self._others(), 2)
        column.addLayout(line, 1)

    def _others(self) -> QScrollArea:
        """The two other ways to a store; on a low screen they scroll."""
        ways = QWidget()
        others = QVBoxLayout(ways)
        others.setContentsMargins(0, 0, 0, 0)
        others.setSpacing(16)
        others.addWidget(self._demo())
        others.addWidget(self._backup())
        others.addStretch(1)
        area = scrolling(ways)
        area.setProperty("plain", True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _new(self) -> QWidget:
        w = self._words
        frame, column = card(spacing=12)
        column.addWidget(label(w.t("Open my shop"), "h2"))
        body = QWidget()
        lines = QFormLayout(body)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(10)
        lines.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        lines.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        places = (self.currency, self.zone, self.region)
        for box in (self.shop, self.owner, self.pin, self.again, *places):
            lines.addRow(label(box.accessibleName()), box)
        about_pin = w.t(
            "You are the owner: the PIN opens reports, rules and exports. Staff get their own "
            "PINs later, in Settings."
        )
        lines.addRow(label(about_pin, "small", wrap=True))
        self.form = Form(
            self, body, words=w, save=self._open, leave=self._begin_again, save_as=OPEN
        )
        # there is nothing behind this page to go to
        self.form.leave_button.hide()
        self.start = self.form.save_button
        column.addWidget(self.form, 1)
        return frame

    def _begin_again(self) -> None:
        self.shop.setFocus()

    def _demo(self) -> QWidget:
        w = self._words
        frame, column = card()
        column.addWidget(label(w.t("Look around first"), "h2"))
        about = w.t(
            "A neighbourhood shop with a year of sales, members and coupons. It takes about 15 "
            "seconds."
        )
        column.addWidget(label(about, wrap=True))
        self.look = button(w.t("Open the demo shop"), self._look)
        column.addWidget(self.look, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _backup(self) -> QWidget:
        w = self._words
        frame, column = card()
        column.addWidget(label(w.t("Bring my shop here"), "h2"))
        about = w.t("From a backup file (.db) of another computer or of a USB stick.")
        column.addWidget(label(about, wrap=True))
        column.addWidget(self.code)
        self.choose = button(w.t("Choose the backup…"), self._choose)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignRight)
        # offered only once a copy was refused because its manifest is missing
        self.all_the_same = button(w.t("Take this one all the same"), self._bring_all_the_same)
        self.all_the_same.hide()
        column.addWidget(self.all_the_same, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _busy(self, busy: bool) -> None:
        if busy:
            self.wait.begin(self._words.t("One moment…"), None)
        else:
            self.wait.end()
        for widget in (self.start, self.look, self.choose):
            widget.setEnabled(not busy)
        if busy:
            say(self, "")
            self.errors.clear()

    def _open(self) -> None:
        self._busy(True)
        region = self.region.currentData() or ""
        pin = self.pin.text()
        again = self.again.text()
        new = NewShop(
            name=self.shop.text(),
            currency=self.currency.currentText(),
            timezone=self.zone.currentText(),
            region=region,
            owner=self.owner.text(),
            pin=pin,
            again=again,
        )
        self._vm.open_shop(new)

    @Slot(str)
    def _follow_zone(self, zone: str) -> None:
        """Phones are most likely from where the clock is."""
        # a zone that is only half typed has no country
        at = self.region.findData(region_of_zone(zone.strip()))
        if at >= 0:
            self.region.setCurrentIndex(at)

    def _look(self) -> None:
        self._busy(True)
        self._vm.look_around()

    def _choose(self) -> None:
        title = self._words.t("Choose the backup…")
        file = file_dialogs.open_file(self, title, "storecrm (*.db)")
        if file is not None:
            self.bring(file)

    def bring(self, file: Path) -> None:
        """Take this backup."""
        self._doubted = file
        self.all_the_same.hide()
        self._busy(True)
        self._vm.bring_back(file, self.code.text())

    def _bring_all_the_same(self) -> None:
        self.all_the_same.hide()
        self._busy(True)
        self._vm.bring_back(self._doubted, self.code.text(), force=True)

    def say(self, error: StoreError) -> None:
        """Why there is no shop to open, though one was here."""
        self._refuse(error)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self._busy(False)
        self.form.refused()
        said = told(error, self._words)
        wrong = self._field_of(error.code)
        if wrong is None:
            say(self, said, bad=True)
        else:
            self.errors.show(wrong, said)
        self.all_the_same.setVisible(error.code == "manifest_missing")

    def _field_of(self, code: str) -> QWidget | None:
        """Where a refusal is mended."""
        fields: dict[str, QWidget] = {
            "shop_name": self.shop,
            "staff_name": self.owner,
            "pin_length": self.pin,
            "pin_obvious": self.pin,
            "pin_differs": self.again,
            "currency": self.currency,
            "timezone": self.zone,
            "region": self.region,
            "region_missing": self.region,
        }
        return fields.get(code)

    @Slot(str)
    def _settle(self, _name: str) -> None:
        self._busy(False)


def _choice(name: str, values: tuple[str, ...]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    # the longest name of a country is wider than a small window
    fitting = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    made.setSizeAdjustPolicy(fitting)
    made.setMinimumContentsLength(8)
    made.addItems(list(values))
    return made
