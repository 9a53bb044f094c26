"""Hands at the window: keys as a scanner and as a person sends them."""

import time

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storecrm.services.staff import accounts
from storecrm.ui.kit.toast import said_on
from tests.conftest import PINS


def settle(program):
    app = QApplication.instance()
    for _ in range(4):
        app.processEvents()
        while _works(program):
            # whoever spins here takes the interpreter away from the lanes that are waited for
            time.sleep(0.001)
            app.processEvents()


def _works(program):
    """True while something is under way; the page in front looks at what changed without waiting
    for more of it."""
    if program.wedge.waits or any(lane.busy for lane in program.lanes.all()):
        return True
    if program.window.looking.isActive():
        program.window.look_again()
        return True
    return False


def enter(program, name):
    who = accounts.named(program.store, name)
    program.window.lock()
    settle(program)
    program.window.session.sign_in(who, PINS[name][1])
    settle(program)


_now = [1_000_000]


def filtered(program, table, key, typed):
    """How many rows fit what is typed above a column."""
    table.open_filters(key)
    QTest.keyClicks(table.header.boxes[key], typed)
    QTest.keyClick(table.header.boxes[key], Qt.Key.Key_Return)
    settle(program)
    return len(table.records)


def type_fast(program, text, gap=5, end=Qt.Key.Key_Return):
    """Keys as a scanner sends them: to whatever has the focus, a few milliseconds apart. Without a
    gap the same sign again looks to X11 like a key that is held down."""
    app = QApplication.instance()
    signs = [(0, c) for c in text] + (
        [(end, "\r" if end == Qt.Key.Key_Return else "\t")] if end else []
    )
    _now[0] += 5_000
    for at, (key, sign) in enumerate(signs):
        _now[0] += gap
        held = not gap and at > 0 and sign == signs[at - 1][1]
        target = QApplication.focusWidget() or program.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(
                kind, key or ord(sign.upper()), Qt.KeyboardModifier.NoModifier, sign, held
            )
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


def toast(widget):
    """What is said over the page of a widget; "" where nothing is."""
    found = said_on(widget)
    return found.text() if found else ""


def toast_is_bad(widget):
    """True while the page says that something went wrong."""
    found = said_on(widget)
    return bool(found and found.text() and found.is_bad)
