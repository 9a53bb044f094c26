"""The first window on a machine: three ways to a store."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.widgets import Banner, button, card, field, label
from storecrm.ui.viewmodels.first_run import BeginningViewModel, NewShop
from storecrm.values import currencies, region_of_zone
from storecrm.wording.errors import cure, sentence

CURRENCIES = ("CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY", "SGD", "AUD", "CAD")
"""What most shops pay with; every other currency follows."""
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "Australia/Sydney",
)  # fmt: skip


class BeginningPage(QWidget):
    """A new shop, the demo shop, or a backup."""

    def __init__(self, vm: BeginningViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle("storecrm")
        self.resize(1024, 728)
        self._vm, self._words, self._doubted = vm, words, Path()
        self.banner, self.wait = Banner(), QProgressBar()
        self.wait.setRange(0, 0)
        self.wait.setTextVisible(False)
        self.wait.hide()
        self.shop, self.owner = field(words.t("Name of the shop")), field(words.t("Your name"))
        self.pin, self.again = field(words.t("PIN, 6 digits")), field(words.t("The same PIN again"))
        for box in (self.pin, self.again):
            box.setEchoMode(QLineEdit.EchoMode.Password)
            box.setMaxLength(6)
        others = tuple(code for code in currencies() if code not in CURRENCIES)
        self.currency, self.zone = (
            _choice(words.t("Currency"), CURRENCIES + others),
            _choice(words.t("Time zone"), ZONES),
        )
        self.zone.setEditable(True)
        self.region = _choice(words.t("Country of phones"), ())
        for name, code in words.regions():
            self.region.addItem(name, code)
        self.zone.currentTextChanged.connect(self._follow_zone)
        self._follow_zone(self.zone.currentText())
        if not words.chinese:
            self.currency.setCurrentText("USD")
            self.zone.setCurrentText("America/New_York")
        self.code = field(words.t("Recovery code"), words.t("only for an encrypted store"))
        self._build()
        vm.refused.connect(self._refuse)
        vm.ready.connect(self._settle)
        self.shop.setFocus()

    def _build(self) -> None:
        w, column = self._words, QVBoxLayout(self)
        column.setContentsMargins(40, 32, 40, 32)
        column.setSpacing(16)
        column.addWidget(label(w.t("Welcome to storecrm"), "h1"))
        column.addWidget(
            label(
                w.t("There is no shop on this computer yet. How do you want to begin?"), wrap=True
            )
        )
        column.addWidget(self.banner)
        column.addWidget(self.wait)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self._new(), 3)
        others = QVBoxLayout()
        others.setSpacing(16)
        others.addWidget(self._demo())
        others.addWidget(self._backup())
        others.addStretch(1)
        line.addLayout(others, 2)
        column.addLayout(line)
        column.addStretch(1)

    def _new(self) -> QWidget:
        w = self._words
        frame, column = card(spacing=12)
        column.addWidget(label(w.t("Open my shop"), "h2"))
        form = QFormLayout()
        form.setSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for box in (
            self.shop,
            self.owner,
            self.pin,
            self.again,
            self.currency,
            self.zone,
            self.region,
        ):
            form.addRow(label(box.accessibleName()), box)
        column.addLayout(form)
        column.addWidget(
            label(
                w.t(
                    "You are the owner: the PIN opens reports, rules and exports. Staff get their own PINs later, in Settings."
                ),
                "small",
                wrap=True,
            )
        )
        self.start = button(w.t("Open the shop"), self._open, kind="primary")
        column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _demo(self) -> QWidget:
        w = self._words
        frame, column = card()
        column.addWidget(label(w.t("Look around first"), "h2"))
        column.addWidget(
            label(
                w.t(
                    "A neighbourhood shop with a year of sales, members and coupons. It takes about 15 seconds."
                ),
                wrap=True,
            )
        )
        self.look = button(w.t("Open the demo shop"), self._look)
        column.addWidget(self.look, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _backup(self) -> QWidget:
        w = self._words
        frame, column = card()
        column.addWidget(label(w.t("Bring my shop here"), "h2"))
        column.addWidget(
            label(w.t("From a backup file (.db) of another computer or of a USB stick."), wrap=True)
        )
        column.addWidget(self.code)
        self.choose = button(w.t("Choose the backup…"), self._choose)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignRight)
        # offered only once a copy was refused because its manifest is missing
        self.all_the_same = button(w.t("Take this one all the same"), self._bring_all_the_same)
        self.all_the_same.hide()
        column.addWidget(self.all_the_same, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _busy(self, busy: bool) -> None:
        self.wait.setVisible(busy)
        for widget in (self.start, self.look, self.choose):
            widget.setEnabled(not busy)
        if busy:
            self.banner.say("")

    def _open(self) -> None:
        self._busy(True)
        new = NewShop(
            name=self.shop.text(),
            currency=self.currency.currentText(),
            timezone=self.zone.currentText(),
            region=self.region.currentData() or "",
            owner=self.owner.text(),
            pin=self.pin.text(),
            again=self.again.text(),
        )
        self._vm.open_shop(new)

    @Slot(str)
    def _follow_zone(self, zone: str) -> None:
        """Phones are most likely from where the clock is."""
        at = self.region.findData(region_of_zone(zone.strip()))
        if at >= 0:
            self.region.setCurrentIndex(at)

    def _look(self) -> None:
        self._busy(True)
        self._vm.look_around()

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self._words.t("Choose the backup…"), "", "storecrm (*.db)"
        )
        if name:
            self.bring(Path(name))

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
        self.banner.say(
            f"{sentence(error, self._words)} {cure(error, self._words)}".strip(), bad=True
        )
        self.all_the_same.setVisible(error.code == "manifest_missing")

    @Slot(str)
    def _settle(self, _name: str) -> None:
        self._busy(False)


def _choice(name: str, values: tuple[str, ...]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.addItems(list(values))
    return made
