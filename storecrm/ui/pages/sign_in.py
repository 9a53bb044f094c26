"""Choose the name, type the PIN; a lock is the same page over hidden content."""

import math
from functools import partial
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.staff.accounts import StaffView
from storecrm.services.store import Store
from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, label, marked, row
from storecrm.ui.viewmodels.session import SessionViewModel
from storecrm.values import Kind, own_kind, scan_key
from storecrm.wording.errors import sentence
from storecrm.wording.names import ROLES

LOW = 640
"""Below this height names and keys stand beside each other."""
_KEY_WIDTH = 96
_BACK = "⌫"
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_SIGNS = (*"123456789", _BACK, "0")
"""The keys of the pad, three in a row."""


class SignInPage(QWidget):
    """Names as large buttons, a PIN pad, submitted at the person's length."""

    done = Signal(object)  # Store

    def __init__(self, vm: SessionViewModel, words: Catalogue, last: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._last = last
        self._people: list[StaffView] = []
        self._who: StaffView | None = None
        self._pin = ""
        self._refused: StoreError | None = None
        self._free_at = 0.0
        self._ticking = QTimer(self, interval=500)
        self._ticking.timeout.connect(self._say_wait)
        self._nobody = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.t("Sign in"))
        self.buttons: list[QPushButton] = []
        self.dots = label("", "h1")
        self.verdict = label("", "error", wrap=True)
        self.hint = label("", "small", wrap=True)
        self._lay_out()
        vm.people.connect(self._show_people)
        vm.refused.connect(self._refuse)
        vm.signed_in.connect(self._enter)

    def _lay_out(self) -> None:
        self._beside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._beside.addLayout(self._who_side(), 1)
        self._beside.addLayout(self._key_side())

    def _who_side(self) -> QVBoxLayout:
        """Whose PIN is typed, and how many signs of it stand there."""
        title = ElideLabel(self._vm.base.shop.name, "h1")
        place = ElideLabel(self._vm.till, "small")
        for text in (title, place, self.dots, self.verdict, self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # room for two lines: what is refused moves nothing
        self.verdict.setMinimumHeight(44)
        who = QVBoxLayout()
        who.addStretch(1)
        who.addWidget(title)
        who.addWidget(place)
        who.addSpacing(8)
        who.addWidget(self._name_area(), 8)
        for text in (self.dots, self.verdict, self.hint):
            who.addWidget(text)
        who.addStretch(1)
        return who

    def _name_area(self) -> QScrollArea:
        """Many names scroll; the keys never do."""
        inside = QWidget()
        self._names = QGridLayout(inside)
        self._names.setContentsMargins(0, 0, 0, 0)
        self.people = QScrollArea()
        self.people.setProperty("plain", True)
        self.people.setWidgetResizable(True)
        self.people.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.people.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.people.setWidget(inside)
        return self.people

    def _key_side(self) -> QVBoxLayout:
        pad = QGridLayout()
        pad.setSpacing(8)
        self.keys = [self._key(sign) for sign in _SIGNS]
        for at, made in enumerate(self.keys):
            pad.addWidget(made, at // 3, at % 3)
        side = QVBoxLayout()
        side.addStretch(1)
        side.addLayout(row(None, pad, None))
        side.addStretch(1)
        return side

    def _key(self, sign: str) -> QPushButton:
        made = button(sign, lambda: self._press(sign), kind="pin")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setFixedWidth(_KEY_WIDTH)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little height the keys stand beside the names, both a little smaller."""
        low = self.height() < LOW
        way = QBoxLayout.Direction
        self._beside.setDirection(way.LeftToRight if low else way.TopToBottom)
        edge = 10 if low else 20
        self._beside.setContentsMargins(edge, edge, edge, edge)
        for made in (*self.keys, *self.buttons):
            marked(made, "low", low)
        self._lay_names(low)

    def _lay_names(self, low: bool) -> None:
        """As many in a row as there is room for, in the middle of it."""
        names = self._names
        count = len(self.buttons)
        while names.takeAt(0):
            pass
        for column in range(names.columnCount()):
            names.setColumnStretch(column, 0)
        columns = self._columns(low)
        for at, made in enumerate(self.buttons):
            names.addWidget(made, at // columns, 1 + at % columns)
        # an empty column at either end keeps the names in the middle
        names.setColumnStretch(0, 1)
        names.setColumnStretch(columns + 1, 1)
        lines = -(-count // columns)
        tall = max((made.sizeHint().height() for made in self.buttons), default=0)
        # two lines are always in sight, the others scroll
        least = min(lines, 2) * tall + 8 if lines else 0
        most = lines * (tall + names.verticalSpacing()) + 2
        self.people.setMinimumHeight(least)
        self.people.setMaximumHeight(most)

    def _columns(self, low: bool) -> int:
        """How many names fit beside each other."""
        taken = 3 * _KEY_WIDTH + 70 if low else 40
        room = self.width() - taken
        widest = max((made.sizeHint().width() for made in self.buttons), default=110)
        widest += self._names.horizontalSpacing()
        return max(1, min(len(self.buttons), room // widest))

    def open(self, *, nobody: bool = False) -> None:
        """Show the page anew: nobody's digits stay. With `nobody` no name is chosen: the window
        locked by itself, and digits that come now may be an amount."""
        self._pin = ""
        self._nobody = nobody
        if not self._left():
            self._say_no_more()
        self._draw()
        self._vm.load()
        self.setFocus()

    @Slot(object)
    def _show_people(self, people: list[StaffView]) -> None:
        for old in self.buttons:
            old.setParent(None)
            old.deleteLater()
        self._people = people
        self.buttons = []
        for who in people:
            self.buttons.append(self._name_button(who))
        self._fit()
        self._choose(None if self._nobody else self._usual())

    def _name_button(self, who: StaffView) -> QPushButton:
        role = self._words.t(ROLES[who.role.value])
        made = button(f"{who.name}\n{role}", partial(self._choose, who), kind="person")
        made.setCheckable(True)
        # Tab goes from name to name; whoever has it is chosen, and digits are that one's PIN
        made.installEventFilter(self)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        by_key = isinstance(event, QFocusEvent) and event.reason() in _BY_KEY
        if by_key and event.type() == QEvent.Type.FocusIn:
            for made, person in zip(self.buttons, self._people, strict=True):
                if made is watched:
                    self._choose(person)
        return super().eventFilter(watched, event)

    def _usual(self) -> StaffView | None:
        """Whoever was here last; the first of the list where that one has gone."""
        if not self._people:
            return None
        last = [who for who in self._people if who.name == self._last]
        return last[0] if last else self._people[0]

    def _choose(self, who: StaffView | None) -> None:
        if who is not self._who:
            self._free_at = 0.0
            self._say_no_more()
        self._who = who
        # digits typed for one person are never another's
        self._pin = ""
        for made, person in zip(self.buttons, self._people, strict=True):
            made.setChecked(person is who)
        if self._vm.base.shop.demo:
            pins = "  ".join(f"{p.name} {p.pin}" for p in self._people if p.pin)
            self.hint.setText(self._words.t("Demo shop. PINs: {pins}", pins=pins))
        if not self._people:
            none = self._words.t("Nobody has a PIN yet: the owner sets the first one.")
            self.verdict.setText(none)
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        key = event.key()
        if text.isdigit() and text.isascii():
            self._press(text)
        elif key == Qt.Key.Key_Backspace:
            self._press(_BACK)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._people:
            self._step(1 if key == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        """The next name; the first or last one when none is chosen."""
        people = self._people
        at = people.index(self._who) + by if self._who in people else min(0, by)
        self._choose(people[at % len(people)])

    def scanned(self, text: str) -> None:
        """A scan is never a PIN. A badge chooses its person; anything else waits until somebody is
        there."""
        self._pin = ""
        w = self._words
        key = scan_key(text)
        whose = [who for who in self._people if who.badge == key]
        if whose:
            self._choose(whose[0])
            said = w.t("{name}: type the PIN.", name=whose[0].name)
        elif own_kind(key) is Kind.STAFF:
            said = w.t("This badge is nobody's here.")
        else:
            said = w.t("Nobody is signed in. Sign in, then scan again.")
        self.verdict.setText(said)
        self._draw()

    def _press(self, sign: str) -> None:
        if self._who is None:
            if self._people:
                self.verdict.setText(self._words.t("Choose your name first."))
            return
        self._pin = self._pin[:-1] if sign == _BACK else self._pin + sign
        self._draw()
        # no key to confirm: the length of a role's PIN is known
        if len(self._pin) >= self._who.pin_length:
            pin = self._pin
            self._pin = ""
            self._say_no_more()
            self.verdict.setText(self._words.t("One moment…"))
            self._vm.sign_in(self._who, pin)

    def _draw(self) -> None:
        length = self._who.pin_length if self._who else 4
        typed = "●" * len(self._pin)
        self.dots.setText(" ".join(typed.ljust(length, "○")))
        # the first digit answers what was said before
        if self._pin and not self._left():
            self._say_no_more()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self._count_down(error)
        self._draw()

    def _count_down(self, error: StoreError) -> None:
        """Say what was refused, and how long to wait, second by second."""
        wait = int(error.facts.get("seconds") or 0)
        self._refused = error
        self._free_at = monotonic() + wait
        self._say_wait()
        if self._left():
            self._ticking.start()

    def _left(self) -> int:
        """Whole seconds still to wait."""
        return max(0, math.ceil(self._free_at - monotonic()))

    @Slot()
    def _say_wait(self) -> None:
        w = self._words
        left = self._left()
        error = self._refused
        if error is None:
            self._ticking.stop()
            return
        said = sentence(error, w)
        if error.code == "pin_wait":
            said = w.t("Too many wrong PINs. Wait {seconds} s.", seconds=left)
        elif left:
            more = w.t("Wait {seconds} s.", seconds=left)
            said = f"{said} {more}"
        if error.facts.get("seconds") and not left:
            said = w.t("The wait is over: type the PIN.")
            self._ticking.stop()
        self.verdict.setText(said)

    def _say_no_more(self) -> None:
        """Another person is chosen, or a PIN is on its way."""
        self._refused = None
        self._ticking.stop()
        self.verdict.setText("")

    @Slot(object)
    def _enter(self, store: Store) -> None:
        say(self, "")
        self._free_at = 0.0
        self._say_no_more()
        self._draw()
        if store.actor:
            self._last = store.actor.name
        self.done.emit(store)
