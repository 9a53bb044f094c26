"""The window's composition root: builds every object once, in order, and closes in reverse. Also paints the tour's pictures."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from storecrm import compose, log
from storecrm import settings as choices
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, system_language
from storecrm.models import database
from storecrm.services import wording
from storecrm.services.keeping import file_lock
from storecrm.settings import Settings
from storecrm.ui.kit import theme
from storecrm.ui.kit.scanner import WedgeFilter
from storecrm.ui.main_window import Lanes, MainWindow
from storecrm.ui.tour import states


def application() -> QApplication:
    """The one QApplication."""
    return QApplication.instance() or QApplication(sys.argv[:1])  # type: ignore[return-value]


def translate(app: QApplication, language: str) -> None:
    """Qt's own words (OK, Cancel, the print dialog) in the language too."""
    old = app.property("translator")
    if isinstance(old, QTranslator):
        app.removeTranslator(old)
    translator = QTranslator(app)
    if translator.load(QLocale(language), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    app.setProperty("translator", translator)


class Program:
    """One running window: the store, its lanes, the frame; built anew when the language or the look changes."""

    def __init__(self, name: str, settings: Settings, till: str, keep: Callable[[Settings], None]) -> None:
        self.name, self.settings, self.till, self._keep = name, settings, till, keep
        self.app = application()
        self.lock = file_lock.hold(name, "window")
        self.store = compose.open_store(name)
        self.lanes = Lanes()
        self.wedge = WedgeFilter(settings.gap_ms)
        self.app.installEventFilter(self.wedge)
        self.window = self._frame()

    def _frame(self) -> MainWindow:
        language = self.settings.language or system_language()
        words = Catalogue(language, self.store.shop.currency, self.store.clock.zone)
        translate(self.app, language)
        theme.apply(self.app, dark=theme.is_dark(self.settings.theme), chinese=words.chinese)
        window = MainWindow(self.store, self.lanes, words, self.settings, self.till, self.wedge)
        window.settings_changed.connect(self._changed)
        window.reopen.connect(self._reopen)
        return window

    def _changed(self, settings: Settings) -> None:
        old, self.settings = self.settings, settings
        self.wedge.gap_ms = settings.gap_ms
        self._keep(settings)
        if (old.language or system_language(), old.theme) != (settings.language or system_language(), settings.theme):
            self._again()

    def _again(self) -> None:
        """A new frame in the new words or colours, the same person in it."""
        actor, size, shown = self.window.session.store, self.window.size(), self.window.isVisible()
        old = self.window
        self.wedge.scanned.disconnect()
        self.window = self._frame()
        self.window.resize(size)
        if actor.actor is not None:
            self.window.session.signed_in.emit(actor)
            self.window.go("settings")
        if shown:
            self.window.show()
            self.window.activateWindow()
        old.close()
        old.deleteLater()

    def _reopen(self) -> None:
        """After a restore: the lanes let go, the store is opened from its new file."""
        self.lanes.stop()
        compose.close_store(self.store)
        self.store, self.lanes = compose.open_store(self.name), Lanes()
        old = self.window
        self.wedge.scanned.disconnect()
        self.window = self._frame()
        self.window.show()
        old.close()
        old.deleteLater()

    def close(self) -> None:
        """In reverse: no new scans, lanes finish, the store folds its log."""
        self.app.removeEventFilter(self.wedge)
        self.window.close()
        self.lanes.stop()
        self.app.processEvents()
        compose.close_store(self.store)
        if self.lock is not None:
            self.lock.close()


def run(*, store: str, language: str, till: str) -> int:
    """Open the window on `store`; returns the exit status. Without a store, or with one that cannot be opened, it says so."""
    log.start()
    app = application()
    settings = choices.load()
    if language:
        settings = settings.with_(language=language)
    try:
        program = Program(store, settings, till, _save)
    except StoreError as error:
        return _sorry(app, error, settings)
    program.window.show()
    status = app.exec()
    program.close()
    return status


def _save(settings: Settings) -> None:
    try:
        choices.save(settings)
    except OSError:
        log.start().warning("settings cannot be written")


def _sorry(app: QApplication, error: StoreError, settings: Settings) -> int:
    words = Catalogue(settings.language or system_language())
    text = f"{wording.sentence(error, words)}\n{wording.cure(error, words)}"
    print(text, file=sys.stderr)
    theme.apply(app, dark=False, chinese=words.chinese)
    page = QWidget()
    page.setWindowTitle("storecrm")
    column = QVBoxLayout(page)
    column.setContentsMargins(40, 40, 40, 40)
    column.addWidget(QLabel(text))
    page.show()
    if app.platformName() != "offscreen":
        app.exec()
    return error.exit_status


# --- the pictures of the tour ------------------------------------------------------------------------------------------


def paint_tour(store_file: Path, folder: Path) -> list[Path]:
    """Every page and till state in both languages, and the till in the dark, painted without a screen."""
    if "DISPLAY" not in os.environ and sys.platform.startswith("linux") or os.environ.get("STORECRM_HEADLESS"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as copies:
        for language, look in (("zh_CN", "light"), ("en", "light"), ("zh_CN", "dark"), ("en", "dark")):
            copy = Path(copies) / f"{language}-{look}.db"
            engine = database.open_engine(str(store_file))
            database.copy_into(engine, copy)
            engine.dispose()
            made += _Painter(copy, language, look, folder).paint()
    return made


class _Painter:
    """Walks through the program once and takes a picture at every step."""

    def __init__(self, store: Path, language: str, look: str, folder: Path) -> None:
        self.program = Program(str(store), Settings(language=language, theme=look, sounds=False), "1 号收银台", lambda _: None)
        self.language, self.look, self.folder = language, look, folder
        self.made: list[Path] = []

    def paint(self) -> list[Path]:
        try:
            window = self.program.window
            window.show()
            for name, size in states(window, self.settle):
                window.resize(*size)
                self.settle()
                file = self.folder / f"{name}-{self.language}-{self.look}.png"
                window.grab().save(str(file))
                self.made.append(file)
        finally:
            self.program.close()
        return self.made

    def settle(self) -> None:
        """Until the lanes are idle and everything is painted."""
        app, lanes = self.program.app, self.program.lanes
        for _ in range(3):
            app.processEvents()
            while any(lane.busy for lane in lanes.all()):
                app.processEvents()
        app.processEvents()
