"""Hands at the window: keys as a scanner and as a person sends them."""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from storecrm.services.people import staff
from storecrm.ui.kit.widgets import FitLabel
from tests.conftest import PINS


def settle(program):
    app = QApplication.instance()
    for _ in range(4):
        app.processEvents()
        while program.wedge.waits or any(lane.busy for lane in program.lanes.all()):
            app.processEvents()


def enter(program, name):
    who = staff.named(program.store, name)
    program.window.lock()
    settle(program)
    program.window.session.sign_in(who, PINS[name][1])
    settle(program)


_now = [1_000_000]


def type_fast(program, text, gap=5, end=Qt.Key.Key_Return):
    """Keys as a scanner sends them: to whatever has the focus, a few milliseconds apart. Without a gap the same sign again looks to X11
    like a key that is held down."""
    app = QApplication.instance()
    signs = [(0, c) for c in text] + ([(end, "\r" if end == Qt.Key.Key_Return else "\t")] if end else [])
    _now[0] += 5_000
    for at, (key, sign) in enumerate(signs):
        _now[0] += gap
        held = not gap and at > 0 and sign == signs[at - 1][1]
        target = QApplication.focusWidget() or program.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key or ord(sign.upper()), Qt.KeyboardModifier.NoModifier, sign, held)
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


def problems(window):
    """Everything that is clipped, out of the window, or has no name."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or widget.width() == 0:
            continue
        corner = widget.mapTo(window, QPoint(0, 0))
        inside_scroll = any(
            p.metaObject().className() in ("QScrollArea", "QTableView") or p.inherits("QAbstractScrollArea")
            for p in parents(widget, window)
        )
        if isinstance(widget, (QLabel, QAbstractButton)) and not inside_scroll:
            if corner.x() < 0 or corner.x() + widget.width() > window.width() + 1 or corner.y() + widget.height() > window.height() + 1:
                found.append(f"outside: {widget.metaObject().className()} {getattr(widget, 'text', str)()[:40]!r}")
        if (
            isinstance(widget, QLabel)
            and not isinstance(widget, FitLabel)
            and widget.text()
            and not widget.wordWrap()
            and not widget.toolTip()
            and widget.width() + 2 < widget.sizeHint().width()
        ):
            found.append(f"clipped: {widget.text()[:50]!r} {widget.width()} < {widget.sizeHint().width()}")
        if (
            isinstance(widget, QAbstractButton)
            and widget.text()
            and not inside_scroll
            and widget.metaObject().className() == "QPushButton"
            and (widget.width() + 2 < widget.minimumSizeHint().width() or widget.height() + 2 < widget.minimumSizeHint().height())
        ):
            found.append(f"clipped button: {widget.text()!r}")
        named = (
            isinstance(widget, (QLineEdit, QComboBox, QSpinBox, QDateEdit, QAbstractItemView))
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        )
        internal = isinstance(widget.parent(), (QSpinBox, QDateEdit, QComboBox))
        if named and not internal and not widget.accessibleName():
            found.append(f"no name: {widget.metaObject().className()} {widget.objectName()}")
    return found


def parents(widget, window):
    up = widget.parentWidget()
    while up is not None and up is not window:
        yield up
        up = up.parentWidget()
