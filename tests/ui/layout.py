"""What is wrong with a layout, seen from outside: what lies over something else, stands outside, is
cut or squeezed, cannot be hit or has no name. Empty answers mean that there is nothing to mend."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollBar,
    QSplitter,
    QTabBar,
    QToolButton,
    QWidget,
)

from storecrm.ui.kit.fitted_labels import FitLabel
from storecrm.ui.kit.overlay import Overlay
from storecrm.ui.kit.veil import Veil

SIZES = ((683, 485), (910, 485), (1093, 574), (1280, 693), (1366, 768), (1920, 1080))
"""What a window has of a screen of 1024 x 768, 1366 x 768 and 1920 x 1080 at 150 %, less the bar of
the system, of one at 125 %, and whole screens."""
TARGET = 34
"""A button for a mouse or a finger is never lower."""
LEAST_LINK = 22
"""Words to press within a line of text."""
NARROW = 640
"""A list that has less may scroll sideways, tabs may have arrows."""
LEAST_AREA = 44
"""Less of what scrolls shows nothing of it."""

_LEAVES = (
    QLabel,
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QProgressBar,
    QAbstractItemView,
    QPlainTextEdit,
    QTabBar,
)
_WHOLE = (QComboBox, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit, QTabBar, QLineEdit)
"""What is looked at as one piece, whatever it is made of."""
_INNER = (QScrollBar, QHeaderView)
_WORDS = re.compile(r"[!-~]+")
"""A word that no line can break; between Chinese signs a line ends anywhere."""


@dataclass(frozen=True)
class Seen:
    """A widget in sight: where it paints, what is left of that, whether it can be scrolled to, and
    the sheet that it lies on."""

    widget: QWidget
    whole: QRect
    visible: QRect
    scrolls: bool
    sheet: QWidget | None

    @property
    def is_cut(self) -> bool:
        return not self.scrolls and not self.visible.adjusted(-1, -1, 1, 1).contains(self.whole)


def faults(root: QWidget) -> list[str]:
    """Everything that a person would call wrong with what is in sight."""
    leaves = list(_leaves(root))
    found = [fault for seen in leaves for fault in _alone(seen)]
    for area in _in_sight(root, QAbstractScrollArea):
        found += _area(area)
    return found + _overlaps(leaves) + nameless(root)


def nameless(root: QWidget) -> list[str]:
    """What the keyboard reaches and a screen reader has no name for."""
    return [
        f"no name: {said(widget)}"
        for widget in _in_sight(root, QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not _is_inner(widget, root)
        and not isinstance(widget, QSplitter)
        and not _name_of(widget)
    ]


def _name_of(widget: QWidget) -> str:
    if widget.accessibleName():
        return widget.accessibleName()
    # a button is read by its words, a field by the label whose buddy it is
    seen = QAccessible.queryAccessibleInterface(widget)
    return seen.text(QAccessible.Text.Name) if seen is not None and seen.isValid() else ""


def said(widget: QWidget) -> str:
    """The widget in words, for whoever has to find it."""
    text = widget.text() if hasattr(widget, "text") else widget.accessibleName()
    return f"{type(widget).__name__} {widget.objectName()}{str(text)[:40]!r}"


# --- what is in sight ---


def _in_sight(root: QWidget, kind: type) -> Iterator[QWidget]:
    for child in root.children():
        # a window of its own stands where it likes
        if not isinstance(child, QWidget) or child.isHidden() or child.isWindow():
            continue
        if isinstance(child, kind):
            yield child
        yield from _in_sight(child, kind)


def _is_inner(widget: QWidget, root: QWidget) -> bool:
    """True for the parts that Qt makes of a widget."""
    up = widget.parentWidget()
    while up is not None and up is not root:
        if isinstance(up, _WHOLE) and not isinstance(up, QAbstractItemView):
            return True
        up = up.parentWidget()
    return isinstance(widget, _INNER)


def _leaves(root: QWidget) -> Iterator[Seen]:
    yield from _below(root, QPoint(0, 0), root.rect(), scrolls=False, sheet=None)


def _below(
    parent: QWidget, at: QPoint, clip: QRect, *, scrolls: bool, sheet: QWidget | None
) -> Iterator[Seen]:
    """The leaves under a widget that stands `at` a place of the window and shows `clip` of it."""
    for child in parent.children():
        if not isinstance(child, QWidget) or child.isHidden() or child.isWindow():
            continue
        box = QRect(at + child.pos(), child.size())
        if box.isEmpty() or isinstance(child, _INNER):
            continue
        on = child if isinstance(child, (Overlay, Veil)) else sheet
        if _paints(child):
            shown = _painted(child).translated(box.topLeft())
            yield Seen(child, shown, shown.intersected(clip), scrolls, on)
        if isinstance(child, _WHOLE):
            continue
        moves = scrolls or isinstance(parent, QAbstractScrollArea)
        yield from _below(child, box.topLeft(), box.intersected(clip), scrolls=moves, sheet=on)


def _paints(widget: QWidget) -> bool:
    """True for what shows something of its own; a frame only holds what does."""
    if isinstance(widget, QLabel):
        return bool(widget.text()) or not widget.pixmap().isNull()
    if isinstance(widget, _LEAVES):
        return True
    # a chart paints itself, and holds nothing
    paints = type(widget).paintEvent is not QWidget.paintEvent
    return paints and type(widget).__module__.startswith("storecrm") and not _holds(widget)


def _holds(widget: QWidget) -> bool:
    return any(isinstance(child, QWidget) and not child.isHidden() for child in widget.children())


def _painted(widget: QWidget) -> QRect:
    """Where it really paints: words that are larger than their label reach out of it."""
    if isinstance(widget, FitLabel):
        return widget.painted().united(widget.rect())
    return QRect(QPoint(0, 0), widget.size())


# --- one alone ---


def _alone(seen: Seen) -> Iterator[str]:
    widget = seen.widget
    if seen.is_cut:
        shown, whole = seen.visible.getRect(), seen.whole.getRect()
        yield f"outside: {said(widget)} {whole}, in sight {shown}"
    if isinstance(widget, QProgressBar) and not widget.isTextVisible():
        return
    least = _least(widget)
    if widget.width() + 1 < least.width() or widget.height() + 1 < least.height():
        yield f"squeezed: {said(widget)} {widget.size().toTuple()} needs {least.toTuple()}"
    if isinstance(widget, (QPushButton, QToolButton)):
        target = LEAST_LINK if widget.property("kind") == "link" else TARGET
        if min(widget.width(), widget.height()) < target:
            yield f"no target for a finger: {said(widget)} {widget.size().toTuple()}"
    if not widget.toolTip():
        yield from _cut_words(widget)


def _least(widget: QWidget) -> QSize:
    least = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    if isinstance(widget, (QComboBox, QAbstractSpinBox)):
        # Qt counts the frame of the style sheet twice
        return QSize(least.width(), min(least.height(), widget.fontMetrics().height() + 12))
    return least


def _cut_words(widget: QWidget) -> Iterator[str]:
    """Words that end in "…" or in nothing, and are nowhere to be read whole."""
    if isinstance(widget, QLabel) and not isinstance(widget, FitLabel):
        # what is around the words, a frame or a padding
        around = max(0, widget.width() - widget.contentsRect().width())
        longest = _longest(widget) if widget.wordWrap() else widget.sizeHint().width() - around
        if longest > widget.contentsRect().width() + 2:
            yield f"cut: {said(widget)} {longest} in {widget.contentsRect().width()}"
    elif isinstance(widget, QComboBox) and not widget.isEditable():
        needs = widget.fontMetrics().horizontalAdvance(widget.currentText()) + 44
        if needs > widget.width() + 2:
            yield f"cut: {said(widget)} {widget.currentText()!r} {needs} in {widget.width()}"
    elif isinstance(widget, QTabBar):
        last = widget.tabRect(widget.count() - 1) if widget.count() else QRect()
        # the arrows lead to all of them
        if last.right() > widget.width() and widget.width() > NARROW:
            yield f"cut: tabs {last.right()} in {widget.width()}, {widget.tabText(widget.count() - 1)!r}"


def _longest(widget: QLabel) -> int:
    metrics = widget.fontMetrics()
    words = _WORDS.findall(widget.text())
    return max((metrics.horizontalAdvance(word) for word in words), default=0)


def _area(area: QWidget) -> Iterator[str]:
    if isinstance(area, QHeaderView):
        return
    bar = area.horizontalScrollBar()
    # a list of many figures may scroll in a small place: a figure that is cut would be read wrong
    narrow = area.property("kit") == "table" and area.width() < NARROW
    # the bar is never hidden, what holds it is
    if bar.maximum() > bar.minimum() and bar.isVisible() and not narrow:
        yield f"scrolls sideways: {said(area)} by {bar.maximum()}"
    if area.height() < LEAST_AREA:
        yield f"nothing to see in: {said(area)} {area.height()}"


# --- two together ---


def _overlaps(leaves: list[Seen]) -> list[str]:
    return [
        f"overlap: {said(one.widget)} and {said(other.widget)} by {over.width()} x {over.height()}"
        for one, other in _neighbours(leaves)
        if (over := one.visible.intersected(other.visible)).width() > 1
        and over.height() > 1
        and not _may_cover(one, other)
    ]


def _neighbours(leaves: list[Seen]) -> Iterator[tuple[Seen, Seen]]:
    """Every two of which one begins before the other ends, from left to right."""
    in_order = sorted(leaves, key=lambda seen: seen.visible.left())
    for at, one in enumerate(in_order):
        for other in in_order[at + 1 :]:
            # what begins right of it cannot lie over it, nor can what follows
            if other.visible.left() >= one.visible.right():
                break
            yield one, other


def _may_cover(one: Seen, other: Seen) -> bool:
    """A sheet lies over the page on purpose; what stands on one sheet stands beside each other.
    A field may hold a button of its own."""
    return (
        one.sheet is not other.sheet
        or one.widget.isAncestorOf(other.widget)
        or other.widget.isAncestorOf(one.widget)
    )


def settled() -> None:
    """Let layouts and paintings come to their end: each turn tells the next widget round one."""
    for _ in range(10):
        QApplication.processEvents()
