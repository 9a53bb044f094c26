"""Scanner capture from anywhere in the program: a scanner types faster than any person, and its
digits belong to the till."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from storecrm.values import damm, ean_ok, own_kind, scan_key

TOTAL_MS, LEAST, PAUSE_MS = 1500, 6, 120
SLACK_MS = 10
"""How much longer than a scanner's gap a key is held back: the clock of the window is not that of
the keyboard."""
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_TEXT = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
_CORRECTS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_ACTS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)
"""What shows that somebody is there."""
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_WATCHED = _ACTS.union(_KEYS)


class ScanEdit(QLineEdit):
    """A box that no input method touches, and that knows it is the till's own. With `holds_keys` a
    key in it does something by itself, so that it waits until it is known to be a person's; with
    `measures` it is there to see how a scanner types."""

    holds_keys = False
    measures = False

    def inputMethodQuery(self, *query: object) -> object:
        if query and query[0] == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(*query)  # type: ignore[call-overload]


def normal(text: str) -> str:
    """What a scanner or a person typed, with full-width signs folded and controls gone."""
    folded = unicodedata.normalize("NFKC", text.replace("。", "."))
    return "".join(c for c in folded if unicodedata.category(c)[0] != "C").strip()


class WedgeFilter(QObject):
    """Watches the keys of the whole program. A burst that ends in Enter, Tab or a pause and is one
    of our codes is a scan; slow keys are a person typing and pass. In a text field the keys go in
    at once, and the field gets its text back after a scan. Anywhere else (a PIN pad, a date, a
    number, a list, a button, a text area) a key waits until it is known whose it is: a scan never
    reaches them.

    Args:
        gap_ms: the longest pause between two keys of a scanner.
    """

    scanned = Signal(str)
    acted = Signal()  # a key, a mouse, a finger: somebody is there

    def __init__(self, gap_ms: int = 35) -> None:
        super().__init__()
        self.gap_ms = gap_ms
        self._keys: list[str] = []
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._replaying = False
        self._first = self._last = 0
        self._swallow_until = -1
        self._target: QWidget | None = None
        self._give_back: Callable[[], object] = int
        self._pause = self._timer(self._paused)
        self._release = self._timer(self._bounce)
        self._bounced = self._timer(self._let_go)

    def _timer(self, act: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.timeout.connect(act)
        return made

    @property
    def waits(self) -> bool:
        """True while a key is held back."""
        return bool(self._held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        # nearly every event of the program is none of these
        if kind not in _WATCHED:
            return False
        if kind in _ACTS:
            self.acted.emit()
        if kind not in _KEYS or self._replaying:
            return False
        if (
            not isinstance(event, QKeyEvent)
            or not isinstance(watched, QWidget)
            or not _receives(watched)
        ):
            return False
        if getattr(watched, "measures", False):
            return False
        if kind == QEvent.Type.KeyPress:
            return self._key(watched, event)
        if self._held:
            # a key goes up after it went down
            self._held.append((watched, event.clone()))
        return bool(self._held)

    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        at = event.timestamp()
        held = (
            Qt.KeyboardModifier.ControlModifier
            | Qt.KeyboardModifier.AltModifier
            | Qt.KeyboardModifier.MetaModifier
        )
        # a key that is held down repeats after a quarter of a second; the same digit twice within a
        # scan looks like it to some systems
        repeats = event.isAutoRepeat() and not (self._keys and at - self._last <= self.gap_ms)
        # what no keyboard sent has no time to measure
        if event.modifiers() & held or repeats or not at:
            self._forget()
            return False
        if self._keys and at - self._last > self.gap_ms:
            self._forget()
        # a line feed is the end of some scanners and has no key of its own
        if event.key() in (*_ENDS, Qt.Key.Key_Down) or event.text() == "\n":
            return self._end(at, event)
        sign = event.text()
        if not sign or not sign.isprintable():
            return self._other(at, event)
        if not self._keys:
            self._first = at
            self._target = watched
            self._give_back = _giving_back(watched)
        self._keys.append(sign)
        self._last = at
        self._pause.start(PAUSE_MS)
        return self._hold(watched, event)

    def _other(self, at: int, event: QKeyEvent) -> bool:
        """A key without a sign: within a burst it is the scanner's own, unless it corrects."""
        if event.key() in _CORRECTS:
            self._let_go()
            return False
        return bool(self._keys) and at - self._last <= self.gap_ms

    def _hold(self, watched: QWidget, event: QKeyEvent) -> bool:
        if not getattr(watched, "holds_keys", not isinstance(watched, QLineEdit)):
            return False
        self._held.append((watched, event.clone()))
        if len(self._keys) < LEAST:
            self._release.start(self.gap_ms + SLACK_MS)
        else:
            # nobody is that fast: only the end of the burst decides
            self._release.stop()
            self._bounced.stop()
        return True

    def _bounce(self) -> None:
        """The time is up; but keys that wait behind a slow paint come first."""
        self._bounced.start(0)

    def _let_go(self) -> None:
        """The keys held back were a person's: they go where the cursor is. So many so fast were no
        person's, but a scan that was not read well: they are dropped, or 16 digits would be four
        wrong PINs. A text area may get them: there they are words at worst."""
        self._release.stop()
        self._bounced.stop()
        held = self._held
        self._held = []
        pressed = sum(event.type() == QEvent.Type.KeyPress for _, event in held)
        if pressed >= LEAST and not isinstance(held[0][0], QPlainTextEdit):
            return
        self._replaying = True
        try:
            for meant, event in held:
                target = meant if isValid(meant) and meant.isVisible() else _heir()
                if target is not None:
                    QApplication.sendEvent(target, event)
        finally:
            self._replaying = False

    def _forget(self) -> None:
        """What was typed up to now was no scan."""
        self._keys.clear()
        self._pause.stop()
        self._let_go()

    def _end(self, at: int, event: QKeyEvent) -> bool:
        if at <= self._swallow_until and not self._keys:
            return True
        if event.key() == Qt.Key.Key_Down:
            self._let_go()
            return False
        burst = "".join(self._keys)
        self._keys = []
        self._pause.stop()
        if len(burst) < LEAST or at - self._first > TOTAL_MS or not self._ours(burst):
            return self._drop_if_scanned(burst, at)
        self._take(burst)
        self._swallow_until = at + 50
        return True

    def _paused(self) -> None:
        """A scanner without Enter: only a whole code with a right check digit counts."""
        burst = "".join(self._keys)
        self._keys = []
        key = scan_key(burst)
        whole = damm(key) == 0 if own_kind(key) else len(key) > 8 and ean_ok(key)
        if whole and self._last - self._first <= TOTAL_MS:
            self._take(burst)
        else:
            self._drop_if_scanned(burst, self._last)

    def _drop_if_scanned(self, burst: str, at: int) -> bool:
        """A code that is none of ours goes into a field that takes text, as a person's words do.
        Anywhere else it is gone: a space or an Enter in it would press a button. True when it was
        gone."""
        machine = len(burst) >= LEAST and at - self._first <= TOTAL_MS
        if not machine or isinstance(self._target, _TEXT):
            self._let_go()
            return False
        self._release.stop()
        self._bounced.stop()
        self._held.clear()
        self._swallow_until = at + 50
        return True

    def _take(self, burst: str) -> None:
        self._release.stop()
        self._bounced.stop()
        self._held.clear()
        if self._target is not None and isValid(self._target):
            self._give_back()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self.scanned.emit(normal(burst))

    def _ours(self, burst: str) -> bool:
        key = scan_key(burst)
        return bool(
            isinstance(self._target, ScanEdit) or own_kind(key) or re.fullmatch(r"\d{8,24}", key)
        )


def _receives(watched: QWidget) -> bool:
    """True for the widget that a key is meant for; its parents only see what it left over. With the
    cursor nowhere the keys come to the window itself, with a menu open to the menu."""
    focus = QApplication.focusWidget()
    return (
        watched is focus
        or watched is QApplication.activePopupWidget()
        or (focus is None and watched.isWindow())
    )


def _heir() -> QWidget | None:
    """Where keys go whose own widget is gone meanwhile."""
    return (
        QApplication.activePopupWidget()
        or QApplication.focusWidget()
        or QApplication.activeWindow()
    )


def _giving_back(widget: QWidget) -> Callable[[], object]:
    """How a field gets back what stood in it, should keys of a scan have reached it."""
    if isinstance(widget, QLineEdit):
        return partial(_set_text, widget, widget.text(), widget.cursorPosition())
    if isinstance(widget, QComboBox):
        return partial(widget.setCurrentIndex, widget.currentIndex())
    if isinstance(widget, QPlainTextEdit):
        return partial(_set_plain, widget, widget.toPlainText())
    return int


def _set_text(field: QLineEdit, text: str, at: int) -> None:
    if field.text() != text:
        field.setText(text)
        field.setCursorPosition(at)


def _set_plain(area: QPlainTextEdit, text: str) -> None:
    if area.toPlainText() != text:
        area.setPlainText(text)
