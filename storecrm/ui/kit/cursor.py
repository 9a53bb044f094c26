"""Where the cursor goes when what had it is put out of sight."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def carry(leaving: QWidget, coming: QWidget) -> None:
    """Bring the cursor from a part that is about to be hidden into the one that takes its place;
    Qt would give it to whatever comes next in the window."""
    cursor = QApplication.focusWidget()
    if cursor is None or not (cursor is leaving or leaving.isAncestorOf(cursor)):
        return
    first = _first_stop(coming)
    if first is not None:
        first.setFocus(Qt.FocusReason.OtherFocusReason)


def _first_stop(part: QWidget) -> QWidget | None:
    """The first widget of a part that Tab stops at."""
    widget: QWidget | None = part
    while widget is not None and not _stops_tab(widget):
        widget = widget.nextInFocusChain()
        # once round: the part is left, or has nothing to stop at
        if widget is part or not (widget and part.isAncestorOf(widget)):
            return None
    return widget


def _stops_tab(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isEnabled() and widget.isVisible()
