"""The frame: rail, top bar, pages by role, keys, lock. Pages are built when they are first
opened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLayout,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StorageTrouble
from storecrm.i18n import Catalogue, m
from storecrm.services import files
from storecrm.services.backup.backups import Restored
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.settings import Settings
from storecrm.ui.kit import theme
from storecrm.ui.kit.adopting import adopt
from storecrm.ui.kit.idle import IdleWatch
from storecrm.ui.kit.key_sheet import KeySheet
from storecrm.ui.kit.scanner import WedgeFilter
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.kit.tasks import Lane, StoreSignals
from storecrm.ui.kit.widgets import ElideLabel, button, label, scrolling
from storecrm.ui.pages.settings import SettingsPage
from storecrm.ui.pages.sign_in import SignInPage
from storecrm.ui.pages.till.page import TillPage
from storecrm.ui.viewmodels.session import SessionViewModel
from storecrm.ui.viewmodels.till.view_model import TillViewModel
from storecrm.values import Kind, Role, own_kind, scan_key
from storecrm.wording.errors import cure, sentence
from storecrm.wording.names import ROLES

PLACES: tuple[tuple[str, str, str, Right], ...] = (
    ("till", m("Till"), "cash-register", Right.SELL),
    ("members", m("Members"), "users", Right.FIND),
    ("today", m("Today"), "list-details", Right.OWN_TODAY),
    ("returns", m("Returns"), "arrow-back-up", Right.RETURN),
    ("offers", m("Offers"), "ticket", Right.OFFERS),
    ("known", m("Insight"), "chart-dots", Right.REPORTS),
    ("report", m("Report"), "layout-dashboard", Right.REPORTS),
    ("data", m("Data"), "database-export", Right.IMPORT),
    ("settings", m("Settings"), "settings", Right.SELL),
    ("trail", m("Audit trail"), "history", Right.AUDIT),
)
"""The pages by the numbers of their keys; the tenth is Alt+0."""
HOME = {Role.CASHIER: "till", Role.MANAGER: "offers", Role.OWNER: "report"}
ELEVATED_S = 180
"""How long a manager's or owner's rights stay at a till at which nobody does anything."""
OFFICE_S = 600
"""After how long the pages behind the till are locked."""


AGAIN_MS = 150
"""How long changes are gathered before the page in front looks at them, once for all."""


_NAMED = 680
"""From which height of the window on the ten pages' buttons have room for their names."""
_RAIL = ((740, (64, 6, 12)), (_NAMED, (64, 2, 6)), (0, (44, 2, 4)))
"""From which height of the window on a page's button is how high, how far from the next, and how
far from the edge: all ten are seen."""


class Lanes:
    """The lanes: the till's writes, the office's long writes, reading, and what the house does by
    itself once a day."""

    def __init__(self) -> None:
        self.desk = Lane("desk")
        self.office = Lane("office")
        self.bench = Lane("bench")
        self.house = Lane("house")

    def all(self) -> tuple[Lane, ...]:
        return (self.desk, self.office, self.bench, self.house)

    def stop(self) -> None:
        for lane in self.all():
            lane.stop()


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
        self.pages: dict[str, Any] = {}
        self._held: dict[str, QWidget] = {}
        self._unseen: dict[str, frozenset[Topic]] = {}
        self.till_vm: TillViewModel | None = None
        self.sign_in = SignInPage(self.session, words, settings.last_staff)
        self.whole = QStackedWidget()
        self.stack = QStackedWidget()
        self._frame = self._build()
        self.whole.addWidget(self.sign_in)
        self.whole.addWidget(self._frame)
        self.setCentralWidget(self.whole)
        # no page in sight or out of it makes the window larger than its screen
        frame = self.layout()
        assert frame is not None
        frame.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(680, 480)
        self.resize(1024, 728)
        self._actions()
        self.watch = IdleWatch()
        self.watch.setParent(self)
        self.watch.idle.connect(self._nobody_for)
        wedge.acted.connect(self._somebody)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(1500)
        self._soon.timeout.connect(self._daily)
        self.looking = QTimer(self)
        self.looking.setSingleShot(True)
        self.looking.setInterval(AGAIN_MS)
        self.looking.timeout.connect(self.look_again)
        self._signals = StoreSignals(store)
        self._signals.setParent(self)
        self._signals.changed.connect(self._note)
        self.sign_in.done.connect(self._enter)
        wedge.scanned.connect(self._scanned)
        for lane in lanes.all():
            lane.crashed.connect(self._crashed)
            lane.ended.connect(self._ended)
        self.lock()

    def _build(self) -> QWidget:
        w, frame = self._words, QWidget()
        self._rail = QFrame()
        self._rail.setObjectName("rail")
        self._rail.setFixedWidth(88)
        self._rail_column = QVBoxLayout(self._rail)
        self._rail_column.setContentsMargins(6, 12, 6, 12)
        self._group = QButtonGroup(self)
        self.rail_buttons: dict[str, QToolButton] = {}
        for name, title, icon, _ in sorted(PLACES, key=lambda place: place[0] == "settings"):
            if name == "settings":
                self._rail_column.addStretch(1)
            self._rail_column.addWidget(self._rail_button(name, w.t(title), icon))
        bar = QFrame()
        bar.setObjectName("topbar")
        self._bar = bar
        line = self._bar_line = QHBoxLayout(bar)
        line.setContentsMargins(20, 6, 16, 6)
        line.setSpacing(12)
        self.shop = ElideLabel(self._base.shop.store, "h2")
        self.shop.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.place = label(self._till_name, "small")
        self.user = label("", "small")
        line.addWidget(self.shop)
        line.addWidget(self.place)
        line.addStretch(1)
        self.demo = label(w.t("Demo shop"), "demo")
        self.demo.setVisible(self._base.shop.demo)
        self.pill = label("● " + w.t("Scanner ready"), "pill")
        for widget in (self.demo, self.pill, self.user):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(button(w.t("Keys"), self.show_keys, icon="keyboard", key="F1"))
        line.addWidget(button(w.t("Lock"), lambda: self.lock(), icon="lock", key="F12"))
        self.news = label("", "warning", wrap=True)
        self.news.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(bar)
        right.addWidget(self.news)
        right.addWidget(self.stack, 1)
        whole = QHBoxLayout(frame)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._rail)
        whole.addLayout(right, 1)
        self.overlay = KeySheet(frame, w)
        return frame

    def _rail_button(self, name: str, title: str, icon: str) -> QToolButton:
        made = QToolButton()
        made.setText(title)
        made.setAccessibleName(title)
        made.setIcon(theme.icon(icon, "rail_text", 26))
        made.setIconSize(QSize(26, 26))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setCheckable(True)
        made.setFixedSize(76, 62)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda _checked=False: self.go(name))
        self._group.addButton(made)
        self.rail_buttons[name] = made
        return made

    def _actions(self) -> None:
        w = self._words
        self.keys: list[QAction] = []
        acts: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("F1", w.t("Show the keys"), self.show_keys),
            ("F2", w.t("Find a member"), lambda: self._at_till("focus_scan")),
            ("F3", w.t("Amount of the bill"), lambda: self._at_till("focus_amount")),
            ("F4", w.t("New member"), lambda: self._at_till("register")),
            ("F5", w.t("Look again"), self._refresh),
            ("F6", w.t("Put the bill aside, or take one up"), lambda: self._till_do("aside")),
            ("F7", w.t("Points, and what earns none"), lambda: self._till_do("ask_more")),
            ("F8", w.t("Undo the last bill"), lambda: self._till_do("undo")),
            ("F9", w.t("Bills without amount"), lambda: self._at_till("show_waiting")),
            ("F10", w.t("Close the bill"), lambda: self._till_do("close")),
            ("F11", w.t("Full screen"), self._full_screen),
            ("F12", w.t("Lock, change person"), self.lock),
            ("Ctrl+P", w.t("Print the slip of the last bill"), lambda: self._till_do("print_last")),
        )
        for key, text, act in acts:
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            # a key held down acts once
            action.setAutoRepeat(False)
            action.triggered.connect(lambda _checked=False, act=act: act())
            self.addAction(action)
            self.keys.append(action)
        for number, (name, title, _, _) in enumerate(PLACES, 1):
            action = QAction(w.t(title), self)
            action.setShortcut(QKeySequence(f"Alt+{number % 10}"))
            action.triggered.connect(lambda _checked=False, at=(number, name): self._by_number(*at))
            self.addAction(action)
            self.keys.append(action)

    def _by_number(self, number: int, name: str) -> None:
        """Alt and a number: a way on that stands on the till's panel, else the page."""
        if not self._signed_in():
            return
        if self._here == "till" and self.pages["till"].choose(number):
            return
        if self.rail_buttons[name].isEnabled():
            self.go(name)

    # --- who and where ---

    def lock(self, *, nobody: bool = False) -> None:
        """Hide everything; the next person signs in, the same one comes back to the same place.
        With `nobody` it locked by itself."""
        self.session.sign_out()
        self.overlay.hide()
        self.whole.setCurrentWidget(self.sign_in)
        self.setWindowTitle(f"storecrm · {self._base.shop.name}")
        self.sign_in.open(nobody=nobody)

    @Slot(object)
    def _enter(self, store: Store) -> None:
        actor = store.actor
        assert actor is not None
        if self.till_vm is None or self.till_vm.store.actor != actor:
            self._change_hands(store)
        self.setWindowTitle(f"storecrm · {self._base.shop.name} · {actor.name}")
        self._say_who(self._words.t(ROLES[actor.role.value]))
        self._settings = self._settings.with_(last_staff=actor.name)
        self.settings_changed.emit(self._settings)
        self._open_places()
        self.whole.setCurrentWidget(self._frame)
        self.go(self._here or HOME[actor.role])
        self.watch.start()
        if "till" not in self.pages:
            QTimer.singleShot(0, self, lambda: self._page("till"))
        self._soon.start()

    _here = ""

    def _say_who(self, rights: str, why: str = "") -> None:
        actor = self.session.store.actor
        self.user.setText(f"{actor.name if actor else ''} · {rights}")
        self.user.setToolTip(why)

    def _open_places(self) -> None:
        """The rail leads where the person may go."""
        for name, _, _, right in PLACES:
            self.rail_buttons[name].setVisible(self.session.may(right))
            self.rail_buttons[name].setEnabled(self.session.may(right))

    def _change_hands(self, store: Store) -> None:
        """Another person, or the same one with other rights: then the till keeps what stands on
        it."""
        vm = self.till_vm
        actor = store.actor
        if (
            vm is not None
            and vm.store.actor is not None
            and actor is not None
            and vm.store.actor.staff == actor.staff
        ):
            self._drop_pages(but="till")
            vm.store = store
        else:
            self._drop_pages()

    def _drop_pages(self, but: str = "") -> None:
        for name in [name for name in self.pages if name != but]:
            del self.pages[name]
            self._unseen.pop(name, None)
            held = self._held.pop(name)
            self.stack.removeWidget(held)
            held.deleteLater()
        self._here = but
        if "till" not in self.pages:
            self.till_vm = None

    def go(self, name: str) -> None:
        """Show a page, built at its first visit."""
        if self.session.store.actor is None:
            return
        self._here = name
        page = self._page(name)
        self.rail_buttons[name].setChecked(True)
        self.stack.setCurrentWidget(self._held[name])
        if name == "till":
            page.show_panel()
            self._catch_up(name)
        else:
            # it looks at everything: another program may have written too
            self._unseen.pop(name, None)
            page.open()

    # --- news of the store ---

    @Slot(object)
    def _note(self, changed: frozenset[Topic]) -> None:
        """Keep for each page what changed of what it shows; the one in front looks at it soon."""
        for name, page in self.pages.items():
            shown = changed & page.topics
            if shown:
                self._unseen[name] = self._unseen.get(name, frozenset()) | shown
        if self._here in self._unseen and not self.looking.isActive():
            self.looking.start()

    @Slot()
    def look_again(self) -> None:
        """The page in front looks at what changed, once for all of it; the others do when they
        are shown."""
        self.looking.stop()
        if not self._signed_in() or self._here not in self._unseen:
            return
        if self.lanes.bench.busy or self.lanes.desk.busy:
            # it would wait behind the one or hold up the other, a scan: more may be gathered
            self.looking.start()
            return
        self._catch_up(self._here)

    def _catch_up(self, name: str) -> None:
        changed = self._unseen.pop(name, None)
        if changed:
            self.pages[name].look_again(changed)

    def _page(self, name: str) -> Any:
        if name not in self.pages:
            page = self._make(name)
            adopt(page)
            self.pages[name] = page
            self._held[name] = page if name == "till" else scrolling(page)
            self.stack.addWidget(self._held[name])
        return self.pages[name]

    def _make(self, name: str) -> Any:
        # office pages are loaded when they are first opened: the till's window must not wait for
        # papers and sheets
        store = self.session.store
        lanes = self.lanes
        w = self._words
        if name == "till":
            self.till_vm = TillViewModel(store, lanes.desk, lanes.bench, w)
            page = _holding(TillPage(self.till_vm, w, self.sounds), self.till_vm)
            self.till_vm.slips_to(files.temporary("slip"), self._settings.slip_layout)
            self.till_vm.slip_wanted.connect(self._print_slip)
            self.till_vm.start()
            return page
        if name == "members":
            from storecrm.ui.pages.members import MembersPage
            from storecrm.ui.viewmodels.members import MembersViewModel

            people = MembersViewModel(store, lanes.bench, lanes.office, w)
            found = _holding(MembersPage(people, w), people)
            found.place_wanted.connect(self.go)
            return found
        if name == "today":
            from storecrm.ui.pages.today import TodayPage
            from storecrm.ui.viewmodels.today import TodayViewModel

            day = TodayViewModel(store, lanes.desk, w)
            return _holding(TodayPage(day, w), day)
        if name == "returns":
            from storecrm.ui.pages.returns import ReturnsPage
            from storecrm.ui.viewmodels.returns import ReturnsViewModel

            back = ReturnsViewModel(store, lanes.desk)
            return _holding(ReturnsPage(back, w), back)
        if name == "offers":
            from storecrm.ui.pages.offers import OffersPage
            from storecrm.ui.viewmodels.offers import OffersViewModel

            designs = OffersViewModel(store, lanes.desk, lanes.office, lanes.bench, w)
            return _holding(OffersPage(designs, w), designs)
        if name == "known":
            from storecrm.ui.pages.analytics import KnownPage
            from storecrm.ui.viewmodels.analytics import KnownViewModel

            together = KnownViewModel(store, lanes.bench, lanes.office, w)
            return _holding(KnownPage(together, w), together)
        if name in ("report", "data"):
            from storecrm.ui.pages.month_report import ReportPage
            from storecrm.ui.viewmodels.office import OfficeViewModel

            office = OfficeViewModel(store, lanes.office, lanes.bench, w)
            if name == "report":
                report = _holding(ReportPage(office, w), office)
                report.place_wanted.connect(self.go)
                return report
            data = self._data_page(office)
            data.restored.connect(self._restored)
            return data
        if name == "trail":
            from storecrm.ui.pages.trail import TrailPage
            from storecrm.ui.viewmodels.trail import TrailViewModel

            past = TrailViewModel(store, lanes.bench)
            return _holding(TrailPage(past, w), past)
        shop = rules = None
        if self.session.may(Right.STAFF):
            from storecrm.ui.pages.shop import ShopPage
            from storecrm.ui.pages.shop_settings import ShopSettingsPage
            from storecrm.ui.viewmodels.shop import ShopViewModel
            from storecrm.ui.viewmodels.shop_settings import ShopSettingsViewModel

            own = ShopViewModel(store, lanes.desk, w)
            ruling = ShopSettingsViewModel(store, lanes.desk, w)
            shop = _holding(ShopPage(own, w), own)
            rules = _holding(ShopSettingsPage(ruling, w), ruling)
        settings = SettingsPage(self._settings, w, self.sounds, shop, rules, self._till_name)
        settings.changed.connect(self._change_settings)
        return settings

    def _data_page(self, office: Any) -> Any:
        """The shop's data, each tab with a view-model of its own."""
        from storecrm.ui.pages.data import DataPage
        from storecrm.ui.pages.duplicates import DuplicatesPage
        from storecrm.ui.pages.import_wizard import ImportWizard
        from storecrm.ui.pages.moving_in import MovingInPage
        from storecrm.ui.pages.privacy import PrivacyTab
        from storecrm.ui.viewmodels.duplicates import DuplicatesViewModel
        from storecrm.ui.viewmodels.import_wizard import ImportViewModel
        from storecrm.ui.viewmodels.moving_in import MovingInViewModel
        from storecrm.ui.viewmodels.privacy import PrivacyViewModel

        store = self.session.store
        lanes = self.lanes
        w = self._words
        bring = ImportViewModel(store, lanes.office, lanes.bench, w)
        moving = MovingInViewModel(store, lanes.office, lanes.bench, w)
        twins = DuplicatesViewModel(store, lanes.office, lanes.bench, w)
        private = (
            PrivacyViewModel(store, lanes.office, lanes.bench)
            if self.session.may(Right.ERASE)
            else None
        )
        tab = _holding(PrivacyTab(private, w), private) if private is not None else None
        return _holding(
            DataPage(
                office,
                w,
                _holding(ImportWizard(bring, w), bring),
                _holding(MovingInPage(moving, w), moving),
                _holding(DuplicatesPage(twins, w), twins),
                tab,
            ),
            office,
        )

    @Slot(object)
    def _print_slip(self, file: Path | None) -> None:
        """A slip goes to the slip printer without a question; without one the bar says where to
        choose it."""
        if file is None:
            return
        from storecrm.ui.kit import printing

        if not printing.slip(file, self._settings.slip_printer):
            self.news.setText(
                self._words.t(
                    "No slip printer answers. Choose it under Settings; the slip is kept with the receipt."
                )
            )
            self.news.show()
        printing.forget(file)

    @Slot(object)
    def _restored(self, done: Restored) -> None:
        self.reopen.emit(done)

    def say_restored(self, done: Restored) -> None:
        """Tell whoever signs in what was put back, and what could not be believed on the way."""
        said = []
        if done.saved is not None:
            said.append(
                self._words.t(
                    "The backup is in place; what was there before is kept in {file}. Sign in anew.",
                    file=str(done.saved),
                )
            )
        if done.set_aside is not None:
            aside = str(done.set_aside)
            said.append(
                self._words.t(
                    "A list of erased members could not be believed and was set aside: {file}.",
                    file=aside,
                )
            )
            self.news.setText(said[-1])
            self.news.show()
        self.sign_in.told.say("\n".join(said), bad=done.set_aside is not None)

    @Slot(object)
    def _change_settings(self, settings: Settings) -> None:
        self._settings = settings
        self.sounds.enabled = settings.sounds
        if self.till_vm is not None:
            self.till_vm.slips.layout = settings.slip_layout
        self.settings_changed.emit(settings)

    # --- keys and scans ---

    def _signed_in(self) -> bool:
        return self.whole.currentWidget() is self._frame

    def _at_till(self, act: str) -> None:
        if self._signed_in():
            self.go("till")
            getattr(self.pages["till"], act)()

    def _till_do(self, act: str) -> None:
        if self._signed_in() and self.till_vm is not None:
            self.go("till")
            getattr(self.till_vm, act)()

    def _refresh(self) -> None:
        if self._signed_in() and self._here:
            self.go(self._here)
            if self.till_vm is not None:
                self.till_vm.refresh()

    def _full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def show_keys(self) -> None:
        """The keys, printed from the actions themselves."""
        if not self._signed_in():
            return
        if self.overlay.isHidden():
            self.overlay.show_keys(
                [
                    (action.shortcut().toString(), action.text())
                    for action in self.keys
                    if action.isEnabled()
                ]
            )
        else:
            self.overlay.put_away()

    @Slot(str)
    def _scanned(self, text: str) -> None:
        if QApplication.activeModalWidget() is not None:
            return
        if not self._signed_in():
            self.sign_in.scanned(text)
            return
        self.overlay.hide()
        if own_kind(scan_key(text)) is Kind.RECEIPT and self.session.may(Right.RETURN):
            self.go("returns")
            self.pages["returns"].look(text)
            return
        if self._here == "returns" and own_kind(scan_key(text)) is None:
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
        limit = self._settings.lock_minutes * 60 if self._here == "till" else OFFICE_S
        if limit and seconds >= limit:
            self.lock(nobody=True)
        elif self._here == "till" and seconds >= ELEVATED_S and self.session.step_down():
            self._stepped_down()

    def _stepped_down(self) -> None:
        """The bill, the cursor and what was typed stay; only the pages and rights of an elevated
        person are gone."""
        assert self.till_vm is not None
        self._change_hands(self.session.store)
        self._say_who(
            self._words.t("cashier's rights"),
            self._words.t(
                "Nobody was here for a while. Your own rights come back with F12 and your PIN."
            ),
        )
        self._open_places()

    def _daily(self) -> None:
        if self.session.store.actor is not None:
            from storecrm.ui.viewmodels.office import OfficeViewModel

            # whoever searches a member meanwhile does not wait for it
            vm = OfficeViewModel(
                self.session.store, self.lanes.office, self.lanes.house, self._words
            )
            vm.setParent(self)
            vm.refused.connect(self._backup_failed)
            vm.gaps.connect(self._lacks)
            if self.session.may(Right.RESTORE):
                vm.load_gaps()
            vm.back_up_if_due()

    @Slot(object)
    def _lacks(self, said: list[str]) -> None:
        """The owner sees at once that the file is not the one that was closed here."""
        if said:
            self.news.setText("\n".join(said))
            self.news.show()

    @Slot(object)
    def _backup_failed(self, error: Any) -> None:
        self.news.setText(f"{sentence(error, self._words)} {cure(error, self._words)}")
        self.news.show()

    @Slot(object)
    def _ended(self, error: StorageTrouble) -> None:
        """On every page, until the program is closed: nothing more is written."""
        self.news.setText(f"{sentence(error, self._words)} {cure(error, self._words)}")
        self.news.show()

    @Slot(object)
    def _crashed(self, error: Exception) -> None:
        self.news.setText(
            self._words.t(
                "Something went wrong in the program ({name}). It is written in the log; what was saved stays saved.",
                name=type(error).__name__,
            )
        )
        self.news.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < 960
        low = self.height() < 600
        tall, between, around = next(fit for least, fit in _RAIL if self.height() >= least)
        self._bar.setFixedHeight(46 if low else 56)
        self._bar_line.setContentsMargins(12 if low else 20, 4, 12 if low else 16, 4)
        self._rail.setFixedWidth(64 if narrow else 88)
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if narrow or self.height() < _NAMED
            else Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        )
        for made in self.rail_buttons.values():
            made.setToolButtonStyle(style)
            made.setFixedSize(52 if narrow else 76, tall)
        self._rail_column.setContentsMargins(6, around, 6, around)
        self._rail_column.setSpacing(between)
        for widget in (self.place, self.pill):
            widget.setVisible(not narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.watch.stop()
        self._soon.stop()
        self.looking.stop()
        self._signals.close()
        super().closeEvent(event)


def _holding(page: Any, vm: QObject) -> Any:
    """The page with its view-model as child: both end in the window's thread, whoever holds the
    last reference."""
    vm.setParent(page)
    return page
