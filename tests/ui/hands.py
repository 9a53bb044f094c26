"""Hands at the window: keys as a scanner and as a person sends them."""

import itertools

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from storecrm.services.staff import accounts
from storecrm.ui.kit.overlay import Overlay
from storecrm.ui.kit.toast import said_on
from storecrm.ui.kit.veil import Veil
from storecrm.ui.kit.widgets import FitLabel
from tests.conftest import PINS


def settle(program):
    app = QApplication.instance()
    for _ in range(4):
        app.processEvents()
        while _works(program):
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


def problems(window):
    """Everything that is clipped, out of the window, or has no name."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or widget.width() == 0:
            continue
        corner = widget.mapTo(window, QPoint(0, 0))
        inside_scroll = any(
            p.metaObject().className() in ("QScrollArea", "QTableView")
            or p.inherits("QAbstractScrollArea")
            for p in parents(widget, window)
        )
        if isinstance(widget, (QLabel, QAbstractButton)) and not inside_scroll:
            if (
                corner.x() < 0
                or corner.x() + widget.width() > window.width() + 1
                or corner.y() + widget.height() > window.height() + 1
            ):
                found.append(
                    f"outside: {widget.metaObject().className()} {getattr(widget, 'text', str)()[:40]!r}"
                )
        if (
            isinstance(widget, QLabel)
            and not isinstance(widget, FitLabel)
            and widget.text()
            and not widget.wordWrap()
            and not widget.toolTip()
            and widget.width() + 2 < widget.sizeHint().width()
        ):
            found.append(
                f"clipped: {widget.text()[:50]!r} {widget.width()} < {widget.sizeHint().width()}"
            )
        if (
            isinstance(widget, QAbstractButton)
            and widget.text()
            and not inside_scroll
            and widget.metaObject().className() == "QPushButton"
            and (
                widget.width() + 2 < widget.minimumSizeHint().width()
                or widget.height() + 2 < widget.minimumSizeHint().height()
            )
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


SIZES = ((683, 485), (910, 485), (1093, 574), (1280, 693))
"""What a window has of a screen of 1024 x 768, 1366 x 768 and 1920 x 1080 at 150 %, less the bar of
the system, and of one at 125 %."""
TARGET = 34
"""A button for a mouse or a finger is never lower."""
_LEAVES = (
    QLabel,
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QProgressBar,
    QAbstractItemView,
    QPlainTextEdit,
)


def crowded(root):
    """Everything that lies over something else, outside of what it stands in, or in less room than
    it needs."""
    leaves = [widget for widget in root.findChildren(QWidget) if _paints(widget, root)]
    found = []
    for widget in leaves:
        found += _cut(widget, root) + _squeezed(widget)
    for area in root.findChildren(QAbstractScrollArea):
        if area.isVisibleTo(root) and area.horizontalScrollBar().isVisibleTo(root):
            found.append(f"scrolls sideways: {said(area)}")
        if area.isVisibleTo(root) and area.height() < 44:
            found.append(f"nothing to see in: {said(area)} {area.height()}")
    seen = [(widget, _in_sight(widget, root)) for widget in leaves]
    for (one, here), (other, there) in itertools.combinations(seen, 2):
        over = here.intersected(there)
        if over.width() > 1 and over.height() > 1 and not _may_cover(one, other):
            found.append(
                f"overlap: {said(one)} and {said(other)} by {over.width()} x {over.height()}"
            )
    return found


def said(widget):
    text = widget.text() if hasattr(widget, "text") else widget.accessibleName()
    return f"{widget.metaObject().className()} {str(text)[:30]!r}"


def _paints(widget, root):
    """True for what shows something of its own: a leaf, not a frame, nor the inner parts of a field
    or a list."""
    if (
        not isinstance(widget, _LEAVES)
        or not widget.isVisibleTo(root)
        or widget.width() <= 0
        or widget.height() <= 0
    ):
        return False
    if isinstance(widget, QLabel) and not widget.text() and widget.pixmap().isNull():
        return False
    return not any(
        isinstance(p, (QComboBox, QAbstractSpinBox, QAbstractItemView))
        for p in parents(widget, root)
    )


def painted(widget):
    """Where it really paints: words that are larger than their label reach out of it."""
    return widget.painted().united(widget.rect()) if isinstance(widget, FitLabel) else widget.rect()


def _on(widget, rectangle, root):
    return QRect(widget.mapTo(root, rectangle.topLeft()), rectangle.size())


def _in_sight(widget, root):
    rectangle = _on(widget, painted(widget), root).intersected(root.rect())
    for up in parents(widget, root):
        rectangle = rectangle.intersected(_on(up, up.rect(), root))
    return rectangle


def _cut(widget, root):
    """What a parent or the window cuts off; what scrolls is in sight when it is scrolled to."""
    rectangle = _on(widget, painted(widget), root)
    for up in [*parents(widget, root), root]:
        if isinstance(up.parentWidget(), QAbstractScrollArea):
            return []
        inside = _on(up, up.rect(), root) if up is not root else root.rect()
        if not inside.adjusted(-1, -1, 1, 1).contains(rectangle):
            return [
                f"outside: {said(widget)} {rectangle.getRect()} in {up.metaObject().className()} {inside.getRect()}"
            ]
    return []


def _squeezed(widget):
    """Less than the least that it says it needs, or a button too low for a finger."""
    if isinstance(widget, QProgressBar) and not widget.isTextVisible():
        return []
    least = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        least.setHeight(widget.heightForWidth(widget.width()))
        least.setWidth(0)
    found = []
    if widget.width() + 1 < least.width() or widget.height() + 1 < least.height():
        found.append(f"squeezed: {said(widget)} {widget.size().toTuple()} needs {least.toTuple()}")
    if (
        isinstance(widget, (QPushButton, QToolButton))
        and min(widget.width(), widget.height()) < TARGET
        and widget.property("kind") != "link"
    ):
        found.append(f"no target for a finger: {said(widget)} {widget.size().toTuple()}")
    return found


def _may_cover(one, other):
    """A sheet that lies over the page on purpose covers what is under it."""
    over = [
        any(isinstance(up, Overlay | Veil) for up in parents(widget, None))
        for widget in (one, other)
    ]
    return over[0] is not over[1]


def parents(widget, window):
    up = widget.parentWidget()
    while up is not None and up is not window:
        yield up
        up = up.parentWidget()
