"""Hands at the window: keys as a scanner and as a person sends them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from storecrm.services.people import staff
from tests.conftest import PINS


def settle(program):
    app = QApplication.instance()
    for _ in range(4):
        app.processEvents()
        while any(lane.busy for lane in program.lanes.all()):
            app.processEvents()


def enter(program, name):
    who = staff.named(program.store, name)
    program.window.lock()
    settle(program)
    program.window.session.sign_in(who, PINS[name][1])
    settle(program)


_now = [1_000_000]


def type_fast(program, text, gap=5, end=Qt.Key.Key_Return):
    """Keys as a scanner sends them: to whatever has the focus, a few milliseconds apart."""
    app = QApplication.instance()
    signs = [(0, c) for c in text] + ([(end, "\r" if end == Qt.Key.Key_Return else "\t")] if end else [])
    _now[0] += 5_000
    for key, sign in signs:
        _now[0] += gap
        target = QApplication.focusWidget() or program.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key or ord(sign.upper()), Qt.KeyboardModifier.NoModifier, sign)
            event.setTimestamp(_now[0])
            app.sendEvent(target, event)
    settle(program)


def press(program, key):
    _now[0] += 1_000
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    event.setTimestamp(_now[0])
    QApplication.sendEvent(QApplication.focusWidget() or program.window, event)
    settle(program)


def panel(program):
    return program.window.pages["till"].panel
