"""Choose the name, type the PIN; a lock is the same page over hidden content."""

import math
from functools import partial
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
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
from storecrm.ui.kit.widgets import Banner, ElideLabel, button, label, marked, row
from storecrm.ui.viewmodels.session import SessionViewModel
from storecrm.values import Kind, own_kind, scan_key
from storecrm.wording.errors import sentence
from storecrm.wording.names import ROLES

LOW = 640
"""Below this height names and keys stand beside each other."""


class SignInPage(QWidget):
    """Names as large buttons, a PIN pad, submitted at the person's length."""

    done = Signal(object)  # Store

    def __init__(self, vm: SessionViewModel, words: Catalogue, last: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words, self._last = vm, words, last
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
        self.dots, self.verdict = label("", "h1"), label("", "error", wrap=True)
        self.hint, self.told = label("", "small", wrap=True), Banner()
        self._build()
        vm.people.connect(self._show_people)
        vm.refused.connect(self._refuse)
        vm.signed_in.connect(self._enter)

    def _build(self) -> None:
        title, place = ElideLabel(self._vm.base.shop.name, "h1"), ElideLabel(self._vm.till, "small")
        for widget in (title, place, self.dots, self.verdict, self.hint):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verdict.setMinimumHeight(44)
        # many names scroll; the keys never do
        inside = QWidget()
        self._names = QGridLayout(inside)
        self._names.setContentsMargins(0, 0, 0, 0)
        self.people = QScrollArea()
        self.people.setProperty("plain", True)
        self.people.setWidgetResizable(True)
        self.people.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.people.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.people.setWidget(inside)
        who = QVBoxLayout()
        who.addWidget(self.told)
        who.addStretch(1)
        for widget in (title, place):
            who.addWidget(widget)
        who.addSpacing(8)
        who.addWidget(self.people, 8)
        for widget in (self.dots, self.verdict, self.hint):
            who.addWidget(widget)
        who.addStretch(1)
        pad = QGridLayout()
        pad.setSpacing(8)
        signs = [*"123456789", "⌫", "0"]
        self.keys = [self._key(sign) for sign in signs]
        for at, made in enumerate(self.keys):
            pad.addWidget(made, at // 3, at % 3)
        self._beside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._beside.addLayout(who, 1)
        keys = QVBoxLayout()
        keys.addStretch(1)
        keys.addLayout(row(None, pad, None))
        keys.addStretch(1)
        self._beside.addLayout(keys)

    def _key(self, sign: str) -> QPushButton:
        made = button(sign, lambda: self._press(sign), kind="pin")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setFixedWidth(96)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little height the keys stand beside the names, both a little smaller."""
        low = self.height() < LOW
        self._beside.setDirection(
            QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom
        )
        edge = 10 if low else 20
        self._beside.setContentsMargins(edge, edge, edge, edge)
        for made in (*self.keys, *self.buttons):
            marked(made, "low", low)
        self._lay_names(low)

    def _lay_names(self, low: bool) -> None:
        """As many in a row as there is room for, in the middle of it."""
        while self._names.takeAt(0):
            pass
        for column in range(self._names.columnCount()):
            self._names.setColumnStretch(column, 0)
        room = self.width() - (3 * 96 + 70 if low else 40)
        widest = (
            max((made.sizeHint().width() for made in self.buttons), default=110)
            + self._names.horizontalSpacing()
        )
        columns = max(1, min(len(self.buttons), room // widest))
        for at, made in enumerate(self.buttons):
            self._names.addWidget(made, at // columns, 1 + at % columns)
        self._names.setColumnStretch(0, 1)
        self._names.setColumnStretch(columns + 1, 1)
        lines = -(-len(self.buttons) // columns)
        tall = max((made.sizeHint().height() for made in self.buttons), default=0)
        self.people.setMinimumHeight(min(lines, 2) * tall + 8 if lines else 0)
        self.people.setMaximumHeight(lines * (tall + self._names.verticalSpacing()) + 2)

    def open(self, *, nobody: bool = False) -> None:
        """Show the page anew: nobody's digits stay. With `nobody` no name is chosen: the window
        locked by itself, and digits that come now may be an amount."""
        self._pin, self._nobody = "", nobody
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
        self._people, self.buttons = people, []
        for who in people:
            made = button(
                f"{who.name}\n{self._words.t(ROLES[who.role.value])}",
                partial(self._choose, who),
                kind="person",
            )
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.setCheckable(True)
            self.buttons.append(made)
        self._fit()
        usual = next((p for p in people if p.name == self._last), people[0]) if people else None
        self._choose(None if self._nobody else usual)

    def _choose(self, who: StaffView | None) -> None:
        if who is not self._who:
            self._free_at = 0.0
            self._say_no_more()
        self._who, self._pin = who, ""
        for made, person in zip(self.buttons, self._people, strict=True):
            made.setChecked(person is who)
        if self._vm.base.shop.demo:
            pins = "  ".join(f"{p.name} {p.pin}" for p in self._people if p.pin)
            self.hint.setText(self._words.t("Demo shop. PINs: {pins}", pins=pins))
        if not self._people:
            self.verdict.setText(
                self._words.t(
                    "Nobody has a PIN yet. The owner sets one: storecrm staff set-pin NAME."
                )
            )
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit() and event.text().isascii():
            self._press(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self._press("⌫")
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._people:
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        """The next name; the first or last one when none is chosen."""
        at = self._people.index(self._who) + by if self._who in self._people else min(0, by)
        self._choose(self._people[at % len(self._people)])

    def scanned(self, text: str) -> None:
        """A scan is never a PIN. A badge chooses its person; anything else waits until somebody is
        there."""
        self._pin = ""
        key = scan_key(text)
        whose = next((who for who in self._people if who.badge == key), None)
        if whose is not None:
            self._choose(whose)
            self.verdict.setText(self._words.t("{name}: type the PIN.", name=whose.name))
        elif own_kind(key) is Kind.STAFF:
            self.verdict.setText(self._words.t("This badge is nobody's here."))
        else:
            self.verdict.setText(self._words.t("Nobody is signed in. Sign in, then scan again."))
        self._draw()

    def _press(self, sign: str) -> None:
        if self._who is None:
            if self._people:
                self.verdict.setText(self._words.t("Choose your name first."))
            return
        self._pin = self._pin[:-1] if sign == "⌫" else self._pin + sign
        self._draw()
        if len(self._pin) >= self._who.pin_length:
            pin, self._pin = self._pin, ""
            self._say_no_more()
            self.verdict.setText(self._words.t("One moment…"))
            self._vm.sign_in(self._who, pin)

    def _draw(self) -> None:
        length = self._who.pin_length if self._who else 4
        self.dots.setText(" ".join("●" if n < len(self._pin) else "○" for n in range(length)))
        if self._pin and not self._left():
            self._say_no_more()

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self._count_down(error)
        self._draw()

    def _count_down(self, error: StoreError) -> None:
        """Say what was refused, and how long to wait, second by second."""
        self._refused, self._free_at = error, monotonic() + int(error.facts.get("seconds") or 0)
        self._say_wait()
        if self._left():
            self._ticking.start()

    def _left(self) -> int:
        """Whole seconds still to wait."""
        return max(0, math.ceil(self._free_at - monotonic()))

    @Slot()
    def _say_wait(self) -> None:
        left, error = self._left(), self._refused
        if error is None:
            self._ticking.stop()
            return
        said = sentence(error, self._words)
        if error.code == "pin_wait":
            said = self._words.t("Too many wrong PINs. Wait {seconds} s.", seconds=left)
        elif left:
            more = self._words.t("Wait {seconds} s.", seconds=left)
            said = f"{said} {more}"
        if error.facts.get("seconds") and not left:
            said = self._words.t("The wait is over: type the PIN.")
            self._ticking.stop()
        self.verdict.setText(said)

    def _say_no_more(self) -> None:
        """Another person is chosen, or a PIN is on its way."""
        self._refused = None
        self._ticking.stop()
        self.verdict.setText("")

    @Slot(object)
    def _enter(self, store: Store) -> None:
        self.told.say("")
        self._free_at = 0.0
        self._say_no_more()
        self._draw()
        if store.actor:
            self._last = store.actor.name
        self.done.emit(store)
