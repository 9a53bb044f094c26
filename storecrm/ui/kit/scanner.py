"""Scanner capture from anywhere in the program: a scanner types faster than any person, and its digits belong to the till."""

import re
import unicodedata

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from storecrm.values import damm, own_kind, scan_key

TOTAL_MS, LEAST, PAUSE_MS = 1500, 6, 120
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class ScanEdit(QLineEdit):
    """A box that no input method touches, and that knows it is the till's own."""

    def inputMethodQuery(self, *query: object) -> object:
        if query and query[0] == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(*query)  # type: ignore[call-overload]


def normal(text: str) -> str:
    """What a scanner or a person typed, with full-width signs folded and controls gone."""
    folded = unicodedata.normalize("NFKC", text.replace("。", "."))
    return "".join(c for c in folded if unicodedata.category(c)[0] != "C").strip()


class WedgeFilter(QObject):
    """Watches the keys of the whole program. A burst that ends in Enter, Tab or a pause and is one of our codes is a scan;
    the field it fell into gets its text back. Slow keys are a person typing and pass.

    Args:
        gap_ms: the longest pause between two keys of a scanner.
    """

    scanned = Signal(str)

    def __init__(self, gap_ms: int = 35) -> None:
        super().__init__()
        self.gap_ms = gap_ms
        self._keys: list[str] = []
        self._first = self._last = 0
        self._swallow_until = -1
        self._target: QLineEdit | None = None
        self._before = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._paused)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        focus = QApplication.focusWidget()
        # with the cursor nowhere the keys come to the window itself
        if watched is not focus and not (focus is None and watched.isWindow()):
            return False
        return self._key(watched, event)

    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        at = event.timestamp()
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        # a key that is held down repeats after a quarter of a second; the same digit twice within a scan looks like it to some systems
        repeats = event.isAutoRepeat() and not (self._keys and at - self._last <= self.gap_ms)
        if event.modifiers() & held or repeats:
            self._keys.clear()
            return False
        if self._keys and at - self._last > self.gap_ms:
            self._keys.clear()
        if event.key() in _ENDS or event.key() == Qt.Key.Key_Down:
            return self._end(at, event)
        sign = event.text()
        if not sign or not sign.isprintable():
            return bool(self._keys) and at - self._last <= self.gap_ms and event.key() not in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if not self._keys:
            self._first = at
            self._target = watched if isinstance(watched, QLineEdit) else None
            self._before = watched.text() if isinstance(watched, QLineEdit) else ""
        self._keys.append(sign)
        self._last = at
        self._pause.start()
        return False

    def _end(self, at: int, event: QKeyEvent) -> bool:
        if at <= self._swallow_until and not self._keys:
            return True
        if event.key() == Qt.Key.Key_Down:
            return False
        burst, self._keys = "".join(self._keys), []
        self._pause.stop()
        if len(burst) < LEAST or at - self._first > TOTAL_MS or not self._ours(burst):
            return False
        self._take(burst)
        self._swallow_until = at + 50
        return True

    def _paused(self) -> None:
        """A scanner without Enter: only a whole code with a right check digit counts."""
        burst, self._keys = "".join(self._keys), []
        if own_kind(scan_key(burst)) and damm(scan_key(burst)) == 0 and self._last - self._first <= TOTAL_MS:
            self._take(burst)

    def _take(self, burst: str) -> None:
        if self._target is not None:
            self._target.setText(self._before)
        self.scanned.emit(normal(burst))

    def _ours(self, burst: str) -> bool:
        key = scan_key(burst)
        inside = self._target is not None and isinstance(self._target, ScanEdit)
        return bool(inside or own_kind(key) or re.fullmatch(r"\d{8,24}", key))
