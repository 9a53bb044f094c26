"""This machine's choices: language, look, sound, printer, scanner; for the owner beside them staff
and the rules of the shop."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm import __version__
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.settings import Settings
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.widgets import button, card, label, row, scrolling
from storecrm.ui.pages.paper_language import language_box
from storecrm.ui.pages.refusals import told
from storecrm.ui.pages.scan_timing import LEAST_GAP, MOST_GAP, ScannerTest

LOCKS = (3, 5, 10, 30)
"""After how many minutes without anybody a till may lock by itself."""
SLIPS = {"slip-80": "80 mm", "slip-58": "58 mm"}
_LICENCES = f"storecrm {__version__}  ·  MIT  ·  Noto Sans SC (OFL)  ·  Tabler Icons (MIT)"


class SettingsPage(QWidget):
    """Applies at once."""

    changed = Signal(object)  # Settings

    def __init__(
        self,
        settings: Settings,
        words: Catalogue,
        sounds: Sounds,
        shop: Any = None,
        rules: Any = None,
        till: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._settings = settings
        self._words = words
        self._sounds = sounds
        self._till = till
        self._shop = shop
        self._rules = rules
        self._make_boxes()
        here = QWidget()
        inner = QVBoxLayout(here)
        inner.setContentsMargins(0, 12, 0, 0)
        inner.addWidget(self._choices())
        inner.addWidget(self._scanner())
        inner.addLayout(self._icon_row())
        inner.addWidget(label(_LICENCES, "small"))
        inner.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(label(words.t("Settings"), "h1"))
        whole.addWidget(here if shop is None else self._tabs(here))
        self._join()

    def _make_boxes(self) -> None:
        w = self._words
        settings = self._settings
        looks = {"system": w.t("like the system"), "light": w.t("light"), "dark": w.t("dark")}
        locks: dict[Any, str] = {0: w.t("never")}
        for minutes in LOCKS:
            locks[minutes] = w.n("after 1 minute", "after {count} minutes", minutes)
        self.language = language_box(w.t("Language"), w)
        self.theme = _choice(w.t("Look"), looks, settings.theme)
        self.lock = _choice(w.t("The till locks by itself"), locks, settings.lock_minutes)
        self.sound = QCheckBox(w.t("Sounds at the till"))
        self.sound.setChecked(settings.sounds)
        # the printers of the machine are asked for when the page is opened
        self.printer = _choice(w.t("Slip printer"), {"": w.t("none")}, "")
        self.paper = _choice(w.t("Slip paper"), SLIPS, settings.slip_layout)
        self.gap = QSpinBox()
        self.gap.setRange(LEAST_GAP, MOST_GAP)
        self.gap.setSuffix(" ms")
        self.gap.setValue(settings.gap_ms)
        self.gap.setAccessibleName(w.t("Longest gap inside a scan"))

    def _choices(self) -> QFrame:
        w = self._words
        frame, column = card()
        form = QFormLayout()
        form.addRow(label(w.t("Language")), self.language)
        form.addRow(label(w.t("Look")), self.theme)
        form.addRow(label(w.t("The till locks by itself")), self.lock)
        form.addRow(self.sound)
        form.addRow(self._sound_samples())
        form.addRow(label(w.t("Slip printer")), self.printer)
        form.addRow(label(w.t("Slip paper")), self.paper)
        column.addLayout(form)
        return frame

    def _sound_samples(self) -> QWidget:
        """What each sound of the till means, to be heard before the first customer."""
        w = self._words
        play = self._sounds.play
        good = button(w.t("good"), partial(play, "ok"))
        used = button(w.t("used before"), partial(play, "used"))
        refused = button(w.t("refused"), partial(play, "bad"))
        holder = QWidget()
        holder.setLayout(row(good, used, refused, None))
        return holder

    def _scanner(self) -> QFrame:
        w = self._words
        frame, inside = card()
        told_how = w.t("Set the scanner to end with Enter. Scan here to see how fast it types.")
        self.test = ScannerTest(w)
        self.verdict = label("", wrap=True)
        self.test.measured.connect(self.verdict.setText)
        form = QFormLayout()
        form.addRow(label(w.t("Longest gap inside a scan")), self.gap)
        inside.addWidget(label(w.t("Scanner"), "h2"))
        inside.addWidget(label(told_how, "small", wrap=True))
        inside.addWidget(self.test)
        inside.addWidget(self.verdict)
        inside.addLayout(form)
        return frame

    def _icon_row(self) -> QHBoxLayout:
        self.icon = button(self._words.t("Make an icon that opens storecrm"), self._make_icon)
        self.icon_made = label("", "small", wrap=True)
        line = row(self.icon)
        line.addWidget(self.icon_made, 1)
        return line

    def _tabs(self, here: QWidget) -> QTabWidget:
        """For the owner: this computer, staff, the rules of the shop."""
        w = self._words
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName(w.t("Settings"))
        self.tabs.addTab(scrolling(here), w.t("This computer"))
        self.tabs.addTab(scrolling(self._shop), w.t("Staff"))
        self.tabs.addTab(self._rules, w.t("Rules of the shop"))
        self.tabs.currentChanged.connect(self._open_tab)
        return self.tabs

    def _join(self) -> None:
        for box in (self.language, self.theme, self.printer, self.paper, self.lock):
            box.currentIndexChanged.connect(self._emit)
        self.sound.toggled.connect(self._emit)
        self.gap.valueChanged.connect(self._emit)

    def open(self) -> None:
        """Load the printers of this machine, and what the owner sees."""
        from storecrm.ui.kit import printing

        chosen = self._settings.slip_printer
        # one that is chosen stays so while it is switched off
        kept = [chosen] if chosen else []
        names = dict.fromkeys(kept + printing.printers())
        self.printer.blockSignals(True)
        # the first entry, none, stays
        while self.printer.count() > 1:
            self.printer.removeItem(1)
        for name in names:
            self.printer.addItem(name, name)
        at = self.printer.findData(chosen)
        self.printer.setCurrentIndex(max(0, at))
        self.printer.blockSignals(False)
        self._open_tab()

    def _open_tab(self) -> None:
        """What the owner sees is looked at when it comes to the front."""
        if self._shop is None:
            return
        owned = {1: self._shop, 2: self._rules}
        page = owned.get(self.tabs.currentIndex())
        if page is not None:
            page.open()

    topics = frozenset((Topic.STAFF,))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """Who works here; the rules answer each change themselves."""
        if self._shop is not None and self._shop.isVisible():
            self._shop.open()

    def _make_icon(self) -> None:
        """For this till; the store is the one of the last time, as ever."""
        from storecrm.ui.kit import shortcut

        arguments = ["--till", self._till] if self._till else []
        try:
            made = shortcut.make(self._words, arguments)
        except StoreError as error:
            self.icon_made.setText(told(error, self._words))
            return
        places = "\n".join(str(one.parent) for one in made)
        self.icon_made.setText(self._words.t("Here it stands: {places}", places=places))

    def _emit(self, *_: object) -> None:
        seen = {"language": self.language.currentData(), "theme": self.theme.currentData()}
        till = {"sounds": self.sound.isChecked(), "lock_minutes": self.lock.currentData()}
        slips = {
            "slip_printer": self.printer.currentData(),
            "slip_layout": self.paper.currentData(),
        }
        gap_ms = self.gap.value()
        self._settings = self._settings.with_(**seen, **till, **slips, gap_ms=gap_ms)
        self.changed.emit(self._settings)


def _choice(name: str, titles: Mapping[Any, str], chosen: Any) -> QComboBox:
    """One of some answers; the first where none of them was chosen."""
    box = QComboBox()
    box.setAccessibleName(name)
    for code, title in titles.items():
        box.addItem(title, code)
    at = box.findData(chosen)
    box.setCurrentIndex(max(0, at))
    return box
