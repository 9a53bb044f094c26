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
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm import __version__
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.settings import Settings
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.stacks import FrontTabs
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import Saying, beside, button, card, label, row, scrolling
from storecrm.ui.pages.paper_language import language_box
from storecrm.ui.pages.refusals import told
from storecrm.ui.pages.scan_timing import LEAST_GAP, MOST_GAP, ScannerTest

LOCKS = (3, 5, 10, 30)
"""After how many minutes without anybody a till may lock by itself."""
WIDEST = 420
"""Pixels of a choice at the most: its words stand near its title on a wide screen too."""
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
        self.theme = _choice(w.t("Theme"), looks, settings.theme)
        self.lock = _choice(w.t("The till locks by itself"), locks, settings.lock_minutes)
        self.sound = QCheckBox(w.t("Sounds at the till"))
        self.sound.setChecked(settings.sounds)
        # the printers of the machine are asked for when the page is opened
        self.printer = _choice(w.t("Slip printer"), {"": w.t("none")}, "")
        self.paper = _choice(w.t("Slip paper"), SLIPS, settings.slip_layout)
        name = w.t("Max. gap between characters")
        self.gap = NumberBox(name, w, unit="ms", least=LEAST_GAP, most=MOST_GAP)
        self.gap.set_value(settings.gap_ms)
        for box in (self.language, self.theme, self.lock, self.printer, self.paper):
            box.setMaximumWidth(WIDEST)

    def _choices(self) -> QFrame:
        w = self._words
        frame, column = card()
        form = QFormLayout()
        form.addRow(label(w.t("Language")), self.language)
        form.addRow(label(w.t("Theme")), self.theme)
        form.addRow(label(w.t("The till locks by itself")), self.lock)
        form.addRow(self.sound)
        form.addRow(label(w.t("Play")), self._sound_samples())
        form.addRow(label(w.t("Slip printer")), self.printer)
        form.addRow(label(w.t("Slip paper")), self.paper)
        column.addLayout(form)
        return frame

    def _sound_samples(self) -> QWidget:
        """What each sound of the till means, to be heard before the first customer."""
        w = self._words
        play = self._sounds.play
        good = button(w.t("Success"), partial(play, "ok"))
        used = button(w.t("Used"), partial(play, "used"))
        refused = button(w.t("Refused"), partial(play, "bad"))
        return beside(good, used, refused, None)

    def _scanner(self) -> QFrame:
        w = self._words
        frame, inside = card()
        told_how = w.t("Set the scanner to end with Enter. Scan here to see how fast it types.")
        self.test = ScannerTest(w)
        self.verdict = Saying()
        self.test.measured.connect(self.verdict.setText)
        form = QFormLayout()
        form.addRow(label(self.gap.accessibleName()), self.gap)
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
        self.tabs = FrontTabs(w.t("Settings"))
        self.tabs.addTab(scrolling(here), w.t("This computer"))
        self.tabs.addTab(scrolling(self._shop), w.t("Staff"))
        self.tabs.addTab(self._rules, w.t("Rules of the shop"))
        self.tabs.currentChanged.connect(self._open_tab)
        return self.tabs

    def _join(self) -> None:
        for box in (self.language, self.theme, self.printer, self.paper, self.lock):
            box.currentIndexChanged.connect(self._emit)
        self.sound.toggled.connect(self._emit)
        self.gap.changed.connect(self._emit)

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
        """What stands there now holds from now on."""
        before = self._settings
        seen = {"language": self.language.currentData(), "theme": self.theme.currentData()}
        till = {"sounds": self.sound.isChecked(), "lock_minutes": self.lock.currentData()}
        slips = {
            "slip_printer": self.printer.currentData(),
            "slip_layout": self.paper.currentData(),
        }
        # what cannot be read leaves the gap as it is
        gap_ms = self.gap.value() or before.gap_ms
        self._apply(before.with_(**seen, **till, **slips, gap_ms=gap_ms))
        # another language or theme makes the window anew, and is undone where it was chosen
        made_anew = (before.language, before.theme) != (
            self._settings.language,
            self._settings.theme,
        )
        if before != self._settings and not made_anew:
            say(self, self._words.t("Saved."), undo=partial(self._put_back, before))

    def _apply(self, settings: Settings) -> None:
        self._settings = settings
        self.changed.emit(settings)

    def _put_back(self, settings: Settings) -> None:
        """As it was before the last change."""
        kept = {
            self.lock: settings.lock_minutes,
            self.printer: settings.slip_printer,
            self.paper: settings.slip_layout,
        }
        for box in (*kept, self.sound):
            box.blockSignals(True)
        for box, value in kept.items():
            box.setCurrentIndex(max(0, box.findData(value)))
        self.sound.setChecked(settings.sounds)
        self.gap.set_value(settings.gap_ms)
        for box in (*kept, self.sound):
            box.blockSignals(False)
        self._apply(settings)


def _choice(name: str, titles: Mapping[Any, str], chosen: Any) -> QComboBox:
    """One of some answers; the first where none of them was chosen."""
    box = QComboBox()
    box.setAccessibleName(name)
    for code, title in titles.items():
        box.addItem(title, code)
    at = box.findData(chosen)
    box.setCurrentIndex(max(0, at))
    return box
