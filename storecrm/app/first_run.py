"""From the first window to the running program: open the store, or begin where there is none
yet."""

import sys

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from storecrm import compose, log
from storecrm import settings as choices
from storecrm.app.program import Program, translate
from storecrm.errors import NotFound, StoreError
from storecrm.i18n import Catalogue, system_language
from storecrm.settings import Settings
from storecrm.ui.kit import theme
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.kit.tokens import is_dark
from storecrm.ui.pages.first_run import BeginningPage
from storecrm.ui.viewmodels.first_run import BeginningViewModel
from storecrm.wording.errors import cure, sentence


def begin(app: QApplication, first: QWidget, store: str, settings: Settings, till: str) -> int:
    """Open `store` in place of the `first` window and run until it closes; returns the exit
    status."""
    start = Beginning(app, first, settings, till)
    start.open(store)
    status = start.status if start.shown is None else app.exec()
    start.close()
    return start.status or status


class Beginning(QObject):
    """Holds the one window that is shown: the program, the three ways to begin, or the reason why
    nothing opens."""

    finished = Signal()

    def __init__(self, app: QApplication, first: QWidget, settings: Settings, till: str) -> None:
        super().__init__()
        self.app = app
        self.settings = settings
        self.till = till
        self.status = 0
        self.shown: QWidget | None = first
        self.program: Program | None = None
        self.lane: Lane | None = None
        self.ways: BeginningViewModel | None = None
        self.words = Catalogue(settings.language or system_language())

    @Slot(str)
    def open(self, name: str) -> None:
        """Run the program on the store called `name`."""
        try:
            program = Program(name, self.settings, self.till, self._keep)
        # no store of that name: the three ways to begin
        except NotFound:
            self._show(self._ways(name))
        except StoreError as error:
            if error.code == "damaged":
                # the way out is a backup, so the page that takes one is shown
                page = self._ways(name)
                page.say(error)
                self._show(page)
            else:
                self._sorry(error)
        else:
            self.program = program
            self._keep(program.settings.with_(last_store=name, last_shop=program.store.shop.name))
            program.settings = self.settings
            if self.ways is not None and self.ways.restored is not None:
                program.window.say_restored(self.ways.restored)
            self._show(program.window)

    def _ways(self, name: str) -> BeginningPage:
        translate(self.app, self.words.language)
        dark = is_dark(self.settings.theme, self.app.styleHints().colorScheme())
        theme.apply(self.app, dark=dark, chinese=self.words.chinese)
        self.lane = Lane("beginning")
        vm = BeginningViewModel(
            self.lane, name, self.words, compose.create_store, compose.close_store
        )
        self.ways = vm
        page = BeginningPage(vm, self.words)
        vm.setParent(page)
        vm.ready.connect(self.open)
        return page

    def _show(self, window: QWidget) -> None:
        old = self.shown
        self.shown = window
        # the next window stands where this one stood
        if old is not None and old.size() == window.size():
            window.move(old.pos())
        window.show()
        if old is not None:
            old.close()
            old.deleteLater()

    def _sorry(self, error: StoreError) -> None:
        self.status = error.exit_status
        text = f"{sentence(error, self.words)}\n{cure(error, self.words)}"
        print(text, file=sys.stderr)
        theme.apply(self.app, dark=False, chinese=self.words.chinese)
        page = QWidget()
        page.setWindowTitle("storecrm")
        column = QVBoxLayout(page)
        column.setContentsMargins(40, 40, 40, 40)
        column.addWidget(QLabel(text))
        self._show(page)
        # nobody would see it, and nobody could close it
        if self.app.platformName() == "offscreen":
            self.shown = None

    def _keep(self, settings: Settings) -> None:
        self.settings = settings
        try:
            choices.save(settings)
        # choices are worth less than the shop's day
        except OSError:
            log.start().warning("settings cannot be written")

    def close(self) -> None:
        """In reverse."""
        if self.lane is not None:
            self.lane.stop()
        if self.program is not None:
            self.program.close()
