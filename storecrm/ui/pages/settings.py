"""This machine's choices: language, look, sound, and a box that shows how the scanner types."""

from functools import partial
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
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
from storecrm.ui.kit.scanner import ScanEdit
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.widgets import button, card, label, row, scrolling
from storecrm.wording.errors import cure, sentence

LOCKS = (3, 5, 10, 30)
"""After how many minutes without anybody a till may lock by itself."""


class ScannerTest(ScanEdit):
    """Shows each key with its gap, and what ended the scan."""

    measured = Signal(str)
    measures = True

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words, self._clock = words, QElapsedTimer()
        self._gaps: list[int] = []
        self.setAccessibleName(words.t("Scanner test box"))
        self.setPlaceholderText(words.t("Scan any barcode here"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            name = "Tab" if event.key() == Qt.Key.Key_Tab else "Enter"
            longest = max(self._gaps, default=0)
            self.measured.emit(
                self._words.t(
                    "{count} signs, longest gap {gap} ms, ends with {end}. A good limit: {limit} ms.",
                    count=len(self.text()),
                    gap=longest,
                    end=name,
                    limit=min(120, max(30, 3 * longest)),
                )
            )
            self._gaps.clear()
            self.clear()
            return
        if self._clock.isValid() and self.text():
            self._gaps.append(int(self._clock.elapsed()))
        self._clock.start()
        super().keyPressEvent(event)


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
        self._settings, self._shop, self._rules = settings, shop, rules
        self._words, self._till = words, till
        w = words
        self.language, self.theme, self.sound, self.gap = (
            QComboBox(),
            QComboBox(),
            QCheckBox(w.t("Sounds at the till")),
            QSpinBox(),
        )
        for code, title in (("zh_CN", "中文"), ("en", "English")):
            self.language.addItem(title, code)
        self.language.setCurrentIndex(0 if w.chinese else 1)
        self.language.setAccessibleName(w.t("Language"))
        for code, title in (
            ("system", w.t("like the system")),
            ("light", w.t("light")),
            ("dark", w.t("dark")),
        ):
            self.theme.addItem(title, code)
        self.theme.setCurrentIndex(max(0, self.theme.findData(settings.theme)))
        self.theme.setAccessibleName(w.t("Look"))
        self.sound.setChecked(settings.sounds)
        self.gap.setRange(20, 120)
        self.gap.setSuffix(" ms")
        self.gap.setValue(settings.gap_ms)
        self.gap.setAccessibleName(w.t("Longest gap inside a scan"))
        frame, column = card()
        form = QFormLayout()
        form.addRow(label(w.t("Language")), self.language)
        form.addRow(label(w.t("Look")), self.theme)
        self.lock = QComboBox()
        self.lock.setAccessibleName(w.t("The till locks by itself"))
        self.lock.addItem(w.t("never"), 0)
        for minutes in LOCKS:
            self.lock.addItem(w.n("after 1 minute", "after {count} minutes", minutes), minutes)
        self.lock.setCurrentIndex(max(0, self.lock.findData(settings.lock_minutes)))
        form.addRow(label(w.t("The till locks by itself")), self.lock)
        form.addRow(self.sound)
        play = [
            button(name, partial(sounds.play, look))
            for look, name in (
                ("ok", w.t("good")),
                ("used", w.t("used before")),
                ("bad", w.t("refused")),
            )
        ]
        holder = QWidget()
        holder.setLayout(row(*play, None))
        form.addRow(holder)
        column.addLayout(form)
        self.printer, self.paper = QComboBox(), QComboBox()
        self.printer.setAccessibleName(w.t("Slip printer"))
        self.printer.addItem(w.t("none"), "")
        self.paper.setAccessibleName(w.t("Slip paper"))
        for name in ("slip-80", "slip-58"):
            self.paper.addItem(name.removeprefix("slip-") + " mm", name)
        self.paper.setCurrentIndex(max(0, self.paper.findData(settings.slip_layout)))
        form.addRow(label(w.t("Slip printer")), self.printer)
        form.addRow(label(w.t("Slip paper")), self.paper)
        scanner, inside = card()
        self.test, self.verdict = ScannerTest(words), label("", wrap=True)
        self.test.measured.connect(self.verdict.setText)
        inside.addWidget(label(w.t("Scanner"), "h2"))
        inside.addWidget(
            label(
                w.t("Set the scanner to end with Enter. Scan here to see how fast it types."),
                "small",
                wrap=True,
            )
        )
        inside.addWidget(self.test)
        inside.addWidget(self.verdict)
        form = QFormLayout()
        form.addRow(label(w.t("Longest gap inside a scan")), self.gap)
        inside.addLayout(form)
        here, inner = QWidget(), QVBoxLayout()
        here.setLayout(inner)
        inner.setContentsMargins(0, 12, 0, 0)
        inner.addWidget(frame)
        inner.addWidget(scanner)
        inner.addLayout(self._icon_row())
        inner.addWidget(
            label(
                f"storecrm {__version__}  ·  MIT  ·  Noto Sans SC (OFL)  ·  Tabler Icons (MIT)",
                "small",
            )
        )
        inner.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(label(w.t("Settings"), "h1"))
        if shop is None:
            whole.addWidget(here)
        else:
            self.tabs = QTabWidget()
            self.tabs.setDocumentMode(True)
            for named in (self.tabs, self.tabs.tabBar()):
                named.setAccessibleName(w.t("Settings"))
            self.tabs.addTab(scrolling(here), w.t("This computer"))
            self.tabs.addTab(scrolling(shop), w.t("Staff"))
            self.tabs.addTab(rules, w.t("Rules of the shop"))
            self.tabs.currentChanged.connect(self._open_tab)
            whole.addWidget(self.tabs)
        for box in (self.language, self.theme, self.printer, self.paper, self.lock):
            box.currentIndexChanged.connect(self._emit)
        self.sound.toggled.connect(self._emit)
        self.gap.valueChanged.connect(self._emit)

    def open(self) -> None:
        """Load the printers of this machine, and what the owner sees."""
        from storecrm.ui.kit import printing

        names = dict.fromkeys(
            [name for name in (self._settings.slip_printer,) if name] + printing.printers()
        )
        self.printer.blockSignals(True)
        while self.printer.count() > 1:
            self.printer.removeItem(1)
        for name in names:
            self.printer.addItem(name, name)
        self.printer.setCurrentIndex(max(0, self.printer.findData(self._settings.slip_printer)))
        self.printer.blockSignals(False)
        self._open_tab()

    def _open_tab(self) -> None:
        """What the owner sees is looked at when it comes to the front."""
        if self._shop is not None and self.tabs.currentIndex() > 0:
            (self._shop, self._rules)[self.tabs.currentIndex() - 1].open()

    topics = frozenset((Topic.STAFF,))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """Who works here; the rules answer each change themselves."""
        if self._shop is not None and self._shop.isVisible():
            self._shop.open()

    def _icon_row(self) -> QHBoxLayout:
        self.icon = button(self._words.t("Make an icon that opens storecrm"), self._make_icon)
        self.icon_made = label("", "small", wrap=True)
        line = row(self.icon)
        line.addWidget(self.icon_made, 1)
        return line

    def _make_icon(self) -> None:
        """For this till; the store is the one of the last time, as ever."""
        from storecrm.ui.kit import shortcut

        try:
            made = shortcut.make(self._words, ["--till", self._till] if self._till else [])
        except StoreError as error:
            self.icon_made.setText(f"{sentence(error, self._words)} {cure(error, self._words)}")
            return
        self.icon_made.setText(
            self._words.t(
                "Here it stands: {places}", places="\n".join(str(one.parent) for one in made)
            )
        )

    def _emit(self, *_: object) -> None:
        changes = {
            "language": self.language.currentData(),
            "theme": self.theme.currentData(),
            "sounds": self.sound.isChecked(),
            "gap_ms": self.gap.value(),
            "slip_printer": self.printer.currentData(),
            "slip_layout": self.paper.currentData(),
            "lock_minutes": self.lock.currentData(),
        }
        self._settings = self._settings.with_(**changes)
        self.changed.emit(self._settings)
