"""The frame: rail, top bar, pages by role, keys, lock. Pages are built when they are first
opened."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from storecrm.i18n import Catalogue
from storecrm.services import files
from storecrm.services.backup.backups import Restored
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.settings import Settings
from storecrm.ui.frame import Frame, size_freely
from storecrm.ui.kit.actions import act, open_for
from storecrm.ui.kit.drafts import drafts_of
from storecrm.ui.kit.idle import IdleWatch
from storecrm.ui.kit.key_sheet import KeySheet
from storecrm.ui.kit.scanner import WedgeFilter
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.store_signals import StoreSignals
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.veil import close_popups, make_room
from storecrm.ui.lanes import Lanes
from storecrm.ui.opened_pages import OpenedPages
from storecrm.ui.page_building import PageBuilding
from storecrm.ui.pages.sign_in import SignInPage
from storecrm.ui.presenters.restored import distrusted, put_back
from storecrm.ui.slip_printer import SlipPrinter
from storecrm.ui.table_exports import TableExports
from storecrm.ui.top_bar import TopBar
from storecrm.ui.viewmodels.kept_columns import KeptColumns
from storecrm.ui.viewmodels.session import SessionViewModel
from storecrm.ui.viewmodels.table_files import TableFiles
from storecrm.ui.viewmodels.till.view_model import TillViewModel
from storecrm.ui.window_keys import FULL_SCREEN, LOCK, PALETTE, SHEET, KeyActs, key_actions
from storecrm.values import Kind, Role, own_kind, scan_key
from storecrm.wording.names import ROLES

HOME = {Role.CASHIER: "till", Role.MANAGER: "offers", Role.OWNER: "report"}
ELEVATED_S = 180
"""How long a manager's or owner's rights stay at a till at which nobody does anything."""
OFFICE_S = 600
"""After how long the pages behind the till are locked."""
AGAIN_MS = 150
"""How long changes are gathered before the page in front looks at them, once for all."""


class MainWindow(QMainWindow):
    """One window of one store at one till."""

    settings_changed = Signal(object)  # Settings
    reopen = Signal(object)  # Restored

    def __init__(
        self,
        store: Store,
        lanes: Lanes,
        words: Catalogue,
        settings: Settings,
        till: str,
        wedge: WedgeFilter,
    ) -> None:
        super().__init__()
        self._base = store
        self.lanes = lanes
        self._words = words
        self._settings = settings
        self._till_name = till
        self.sounds = Sounds(settings.sounds)
        self.session = SessionViewModel(store, lanes.desk, till)
        # tables find both at their window
        self.kept_columns = KeptColumns(self.session, lanes.house, self)
        self.table_files = TableFiles(self.session, lanes.bench, words, self)
        TableExports(self.table_files, self._in_front, words, self)
        self._building = PageBuilding(self.session, lanes, words)
        self.till_vm: TillViewModel | None = None
        self.sign_in = SignInPage(self.session, words, settings.last_staff)
        self.whole = QStackedWidget()
        self._frame = self._build()
        self._opened = OpenedPages(self.stack, self._make)
        self.pages = self._opened.pages
        self.whole.addWidget(self.sign_in)
        self.whole.addWidget(self._frame)
        self.setCentralWidget(self.whole)
        size_freely(self)
        self._make_keys()
        self.watch = IdleWatch()
        self.watch.setParent(self)
        self.watch.idle.connect(self._nobody_for)
        wedge.acted.connect(self._somebody)
        self._soon = self._once(1500, self._daily)
        self.looking = self._once(AGAIN_MS, self.look_again)
        self._signals = StoreSignals(store)
        self._signals.setParent(self)
        self._signals.changed.connect(self._note)
        self._slips = SlipPrinter(settings.slip_printer, self.news, self)
        self.sign_in.done.connect(self._enter)
        wedge.scanned.connect(self._scanned)
        for lane in lanes.all():
            lane.crashed.connect(self.news.tell_crash)
            # on every page, until the program is closed: nothing more is written
            lane.ended.connect(self.news.tell_error)
        self.lock()

    def _once(self, after_ms: int, act: Callable[[], object]) -> QTimer:
        """A timer that does something once, so long after it was started last."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(act)
        return timer

    def _build(self) -> Frame:
        bar = TopBar(self._base, self._till_name, self._words)
        frame = Frame(bar, self._words)
        frame.rail.chosen.connect(self._choose_page)
        self.rail_buttons = frame.rail.buttons
        self.user = frame.bar.user
        self.news = frame.news
        self.stack = frame.stack
        return frame

    def _make_keys(self) -> None:
        acts = KeyActs(
            at_till=self._at_till,
            show_keys=self.show_keys,
            open_palette=self._frame.show_palette,
            look_again=self._refresh,
            lock=self.lock,
        )
        # the sign-in may fill the screen, too
        act(self, FULL_SCREEN, self._full_screen, words=self._words)
        self.acts = key_actions(self._frame, acts, self._words)
        self._frame.bar.put_acts(*(self.acts[one.key] for one in (PALETTE, SHEET, LOCK)))

    # --- who and where ---

    def lock(self, *, nobody: bool = False) -> None:
        """Hide everything; the next person signs in, the same one comes back to the same place.
        With `nobody` it locked by itself."""
        close_popups()
        make_room(self, "lock")
        # a page that goes out of sight still keeps its columns for whoever is signed in
        self.whole.setCurrentWidget(self.sign_in)
        self.session.sign_out()
        self.setWindowTitle(f"storecrm · {self._base.shop.name}")
        self.sign_in.open(nobody=nobody)

    @Slot(object)
    def _enter(self, store: Store) -> None:
        actor = store.actor
        assert actor is not None
        # what somebody typed and did not save is offered to that person alone
        drafts_of(self).person = str(actor.staff)
        if self.till_vm is None or self.till_vm.store.actor != actor:
            self._change_hands(store)
        self.setWindowTitle(f"storecrm · {self._base.shop.name} · {actor.name}")
        self._say_who(self._words.t(ROLES[actor.role.value]))
        self._settings = self._settings.with_(last_staff=actor.name)
        self.settings_changed.emit(self._settings)
        self._open_acts()
        self.whole.setCurrentWidget(self._frame)
        self.go(self._here or HOME[actor.role])
        # from now on it counts how long nobody does anything
        self.watch.start()
        if "till" not in self.pages:
            QTimer.singleShot(0, self, lambda: self._opened.page("till"))
        self._soon.start()

    _here = ""

    def _open_acts(self) -> None:
        """Pages and keys as the person of now may use them."""
        self._frame.rail.open_for(self.session.may)
        open_for(self.acts.values(), self.session.may)

    def _say_who(self, rights: str, why: str = "") -> None:
        actor = self.session.store.actor
        self._frame.bar.say_who(actor.name if actor else "", rights, why)

    def _change_hands(self, store: Store) -> None:
        """Another person, or the same one with other rights: then the till keeps what stands on
        it."""
        vm, actor = self.till_vm, store.actor
        before = vm.store.actor if vm is not None else None
        is_same = before is not None and actor is not None and before.staff == actor.staff
        if vm is None or not is_same:
            self._drop_pages()
            return
        self._drop_pages(but="till")
        vm.store = store

    def _drop_pages(self, but: str = "") -> None:
        self._opened.drop(but)
        self._here = but
        if "till" not in self.pages:
            self.till_vm = None

    def go(self, name: str) -> None:
        """Show a page, built at its first visit."""
        if self.session.store.actor is None:
            return
        self._here = name
        page = self._opened.show(name)
        self.rail_buttons[name].setChecked(True)
        # it has a view-model that outlives its page's look
        if name == "till":
            page.show_panel()
            self._opened.catch_up(name)
        else:
            # it looks at everything: another program may have written too
            self._opened.seen(name)
            page.open()
            self._take_cursor(page)

    def _in_front(self) -> QWidget:
        """The page that is seen; the window itself where none is."""
        page: QWidget = self.pages.get(self._here, self)
        return page

    @Slot(str)
    def _choose_page(self, name: str) -> None:
        """By the rail or its key. Whoever is at the till already keeps the card that is open."""
        if name == self._here == "till":
            self.rail_buttons[name].setChecked(True)
        else:
            self.go(name)

    def _take_cursor(self, page: QWidget) -> None:
        """The cursor goes along to the page: it may not stay on the rail, nor on a page behind."""
        cursor = QApplication.focusWidget()
        if cursor is None or not page.isAncestorOf(cursor):
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- news of the store ---

    @Slot(object)
    def _note(self, changed: frozenset[Topic]) -> None:
        """Keep for each page what changed of what it shows; the one in front looks at it soon."""
        self._opened.note(changed)
        if self._here in self._opened.unseen and not self.looking.isActive():
            self.looking.start()

    @Slot()
    def look_again(self) -> None:
        """The page in front looks at what changed, once for all of it; the others do when they
        are shown."""
        self.looking.stop()
        if not self._signed_in() or self._here not in self._opened.unseen:
            return
        if self.lanes.bench.busy or self.lanes.desk.busy:
            # it would wait behind the one or hold up the other, a scan: more may be gathered
            self.looking.start()
            return
        self._opened.catch_up(self._here)

    def _make(self, name: str) -> Any:
        if name == "till":
            return self._till_page()
        if name == "settings":
            page = self._building.settings(self._settings, self.sounds, self._till_name)
            page.changed.connect(self._change_settings)
            return page
        built = self._building.build(name)
        if name in ("members", "report"):
            built.place_wanted.connect(self.go)
        elif name == "data":
            built.restored.connect(self.reopen)
        return built

    def _till_page(self) -> Any:
        page = self._building.till(self.sounds)
        self.till_vm = vm = page.vm
        vm.slips_to(files.temporary("slip"), self._settings.slip_layout)
        vm.slip_wanted.connect(self._slips.print)
        vm.start()
        return page

    def say_restored(self, done: Restored) -> None:
        """Tell whoever signs in what was put back, and what could not be believed on the way."""
        saved, aside = put_back(done, self._words), distrusted(done, self._words)
        if aside:
            # nobody reads it on the way in alone: it stays over the pages
            self.news.tell_news(aside)
        said = [each for each in (saved, aside) if each]
        say(self.sign_in, "\n".join(said), bad=bool(aside))

    @Slot(object)
    def _change_settings(self, settings: Settings) -> None:
        self._settings = settings
        self.sounds.enabled = settings.sounds
        self._slips.name = settings.slip_printer
        if self.till_vm is not None:
            self.till_vm.slips.layout = settings.slip_layout
        self.settings_changed.emit(settings)

    # --- keys and scans ---

    def _signed_in(self) -> bool:
        return self.whole.currentWidget() is self._frame

    def _at_till(self, act: str) -> None:
        self.go("till")
        self.pages["till"].acts[act].trigger()

    def _refresh(self) -> None:
        if self._here:
            self.go(self._here)
            if self.till_vm is not None:
                self.till_vm.refresh()

    def _full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    @property
    def overlay(self) -> KeySheet:
        """The sheet of keys."""
        return self._frame.overlay

    def show_keys(self) -> None:
        """The keys that work on the page in front."""
        self._frame.show_keys(getattr(self.pages.get(self._here), "typed", ()))

    @Slot(str)
    def _scanned(self, text: str) -> None:
        if QApplication.activeModalWidget() is not None:
            return
        if not self._signed_in():
            self.sign_in.scanned(text)
            return
        make_room(self, "scan")
        self._frame.bar.say_scanned(self._words.time(self._base.clock.now()))
        kind = own_kind(scan_key(text))
        if kind is Kind.RECEIPT and self.session.may(Right.RETURN):
            self.go("returns")
            self.pages["returns"].look(text)
            return
        # goods that are taken instead are scanned there
        if self._here == "returns" and kind is None:
            self.pages["returns"].take(text)
            return
        self.go("till")
        self.pages["till"].scanned(text)

    # --- now and then ---

    @Slot()
    def _somebody(self) -> None:
        """A key, a mouse, a finger, a scan."""
        self.watch.acted()
        if self.till_vm is not None:
            self.till_vm.stay()

    @Slot(int)
    def _nobody_for(self, seconds: int) -> None:
        """An unattended till goes on with a cashier's rights; the pages behind it are locked, and
        the till where this machine says so."""
        if not self._signed_in():
            return
        at_till = self._here == "till"
        # 0 minutes: this till is never locked by itself
        limit = self._settings.lock_minutes * 60 if at_till else OFFICE_S
        if limit and seconds >= limit:
            self.lock(nobody=True)
        elif at_till and seconds >= ELEVATED_S and self.session.step_down():
            self._stepped_down()

    def _stepped_down(self) -> None:
        """The bill, the cursor and what was typed stay; only the pages and rights of an elevated
        person are gone."""
        assert self.till_vm is not None
        self._change_hands(self.session.store)
        w = self._words
        why = w.t("Nobody was here for a while. Your own rights come back with F12 and your PIN.")
        self._say_who(w.t("cashier's rights"), why)
        self._open_acts()

    def _daily(self) -> None:
        if self.session.store.actor is not None:
            self._building.do_daily(self.news, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._frame.fit(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.watch.stop()
        self._soon.stop()
        self.looking.stop()
        self._signals.close()
        super().closeEvent(event)
