"""The wheel scrolls the page; it never changes what stands in a box, nor which tab is in front.

A box that has been clicked keeps the focus while the page is scrolled, so it is no proof that
somebody means the box: the arrow keys change its value, the wheel does not.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QDial, QSlider, QTabBar

_CHANGED_BY_WHEEL = (QComboBox, QAbstractSpinBox, QSlider, QDial, QTabBar)
# named here and compared by identity: this is asked at every event of the program
_WHEEL = QEvent.Type.Wheel
_POLISH = QEvent.Type.Polish


class WheelGuard(QObject):
    """Hands the wheel on to what the box stands in."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is _WHEEL and isinstance(watched, _CHANGED_BY_WHEEL):
            # taken but not accepted: Qt offers it to the parent next
            event.ignore()
            return True
        if kind is _POLISH and isinstance(watched, (QComboBox, QAbstractSpinBox)):
            _refuse_wheel_focus(watched)
        return False


def _refuse_wheel_focus(box: QComboBox | QAbstractSpinBox) -> None:
    """Qt gives the focus to such a box before it asks anybody about the wheel."""
    if box.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def install_wheel_guard(app: QApplication) -> WheelGuard:
    """Guard every box of the program, those that are made later too; again it changes nothing."""
    known = app.property("wheel_guard")
    if isinstance(known, WheelGuard):
        return known
    guard = WheelGuard(app)
    app.installEventFilter(guard)
    app.setProperty("wheel_guard", guard)
    return guard
