"""One running program: the store, its lanes, the frame. Built once, in order; closed in reverse."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from storecrm import compose
from storecrm.app import application
from storecrm.i18n import Catalogue, m, system_language
from storecrm.services import file_lock
from storecrm.services.backup.backups import Restored
from storecrm.settings import Settings
from storecrm.ui.kit import theme
from storecrm.ui.kit.gc_timer import Collector
from storecrm.ui.kit.pickers.wheel_guard import install_wheel_guard
from storecrm.ui.kit.scanner import WedgeFilter
from storecrm.ui.kit.tokens import is_dark
from storecrm.ui.lanes import Lanes
from storecrm.ui.main_window import MainWindow

_LACKING = {"&Look in:": m("Look in:"), "Files of &type:": m("Files of type:")}
"""What Qt's own dialog for files says in English in every language."""


class LackingWords(QTranslator):
    """The words that Qt's catalogue of a language lacks."""

    def __init__(self, parent: QObject, words: Catalogue) -> None:
        super().__init__(parent)
        self._words = {said: words.t(text) for said, text in _LACKING.items()}

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> Any:
        # None is no answer: the next translator is asked; "" would be a word without letters
        return self._words.get(source) if context == "QFileDialog" else None


def translate(app: QApplication, language: str) -> None:
    """Qt's own words (OK, Cancel, the print dialog) in the language too."""
    old = app.property("translator")
    if isinstance(old, QTranslator):
        app.removeTranslator(old)
    translator = QTranslator(app)
    if translator.load(
        QLocale(language),
        "qtbase",
        "_",
        QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
    ):
        app.installTranslator(translator)
    app.setProperty("translator", translator)
    lacking = app.property("lacking")
    if isinstance(lacking, QTranslator):
        app.removeTranslator(lacking)
    own = LackingWords(app, Catalogue(language))
    # asked before Qt's own, which answers in English
    app.installTranslator(own)
    app.setProperty("lacking", own)


class Program:
    """One running window: the store, its lanes, the frame; built anew when the language or the look
    changes."""

    def __init__(
        self, name: str, settings: Settings, till: str, keep: Callable[[Settings], None]
    ) -> None:
        self.name = name
        self.settings = settings
        self.till = till
        self._keep = keep
        self.app = application()
        self.lock = file_lock.hold(name, "window")
        try:
            self.store = compose.open_store(name, window=True)
        except BaseException:
            if self.lock is not None:
                self.lock.close()
            raise
        # before the lanes allocate anything
        self.collector = Collector()
        self.collector.start()
        self.lanes = Lanes()
        self.wedge = WedgeFilter(settings.gap_ms)
        self.app.installEventFilter(self.wedge)
        install_wheel_guard(self.app)
        self.window = self._frame()

    def _frame(self) -> MainWindow:
        language = self.settings.language or system_language()
        words = Catalogue(
            language, self.store.shop.currency, self.store.clock.zone, self.store.shop.digits
        )
        translate(self.app, language)
        theme.apply(
            self.app,
            dark=is_dark(self.settings.theme, self.app.styleHints().colorScheme()),
            chinese=words.chinese,
        )
        window = MainWindow(self.store, self.lanes, words, self.settings, self.till, self.wedge)
        window.settings_changed.connect(self._changed)
        window.reopen.connect(self._reopen)
        return window

    def _changed(self, settings: Settings) -> None:
        old = self.settings
        self.settings = settings
        # the next key counts by it already
        self.wedge.gap_ms = settings.gap_ms
        self._keep(settings)
        if (old.language or system_language(), old.theme) != (
            settings.language or system_language(),
            settings.theme,
        ):
            self._again()

    def _again(self) -> None:
        """A new frame in the new words or colours, the same person in it."""
        actor = self.window.session.store
        size = self.window.size()
        shown = self.window.isVisible()
        old = self.window
        # a scan must not reach the frame that goes
        self.wedge.scanned.disconnect()
        self.window = self._frame()
        self.window.resize(size)
        # whoever was signed in stays so
        if actor.actor is not None:
            self.window.session.preferences = old.session.preferences
            self.window.session.signed_in.emit(actor)
            self.window.go("settings")
        if shown:
            self.window.show()
            self.window.activateWindow()
        old.close()
        old.deleteLater()

    def _reopen(self, done: Restored) -> None:
        """After a restore: the lanes let go, the store is opened from its new file."""
        self.lanes.stop()
        compose.close_store(self.store)
        self.store = compose.open_store(self.name, window=True)
        self.lanes = Lanes()
        old = self.window
        self.wedge.scanned.disconnect()
        self.window = self._frame()
        self.window.say_restored(done)
        self.window.show()
        old.close()
        old.deleteLater()

    def close(self) -> None:
        """In reverse: no new scans, lanes finish, the store folds its log."""
        self.app.removeEventFilter(self.wedge)
        self.window.close()
        self.lanes.stop()
        self.app.processEvents()
        self.window.deleteLater()
        self.collector.stop()
        compose.close_store(self.store)
        if self.lock is not None:
            self.lock.close()
