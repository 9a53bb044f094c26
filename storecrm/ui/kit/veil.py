"""What lies over a window for a moment: nothing beneath it moves, and the cursor comes back."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from storecrm.ui.kit import theme


class Veil(QWidget):
    """A veil over the whole of `over` with a card on it; Esc, or a click beside the card, puts it
    away.

    Args:
        opened_by: the key of the action that opens it and closes it again; any other one makes it
            give way.
    """

    def __init__(self, over: QWidget, name: str, opened_by: str) -> None:
        super().__init__(over)
        self.setAccessibleName(name)
        self.opened_by = opened_by
        self._over = over
        self._was: QWidget = over
        self.card = QFrame(self)
        self.card.setProperty("card", True)
        self.column = QVBoxLayout(self.card)
        self.column.setContentsMargins(16, 10, 16, 12)
        over.installEventFilter(self)
        self.hide()

    def lie_over(self, first: QWidget) -> None:
        """Be seen, with the cursor in `first`."""
        # where the cursor goes when it is gone
        self._was = QApplication.focusWidget() or self._over
        self._fit()
        self.show()
        self.raise_()
        first.setFocus()

    def put_away(self) -> None:
        """The window is as it was."""
        if self.isHidden():
            return
        self.hide()
        # the page that had it may be gone meanwhile
        if isValid(self._was):
            self._was.setFocus()

    def place_card(self) -> None:
        """Where the card lies on the veil."""
        edge = 12 if self.height() < 600 else 40
        self.card.setGeometry(self.rect().adjusted(edge, edge, -edge, -edge))

    def _fit(self) -> None:
        self.setGeometry(self._over.rect())
        self.place_card()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            # what no part of the card wanted is not for the page beneath either
            event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes round on the card: what is typed never lands in a field behind the veil."""
        places = self._places()
        cursor = QApplication.focusWidget()
        if cursor in places:
            at = places.index(cursor) + (1 if next else -1)
        else:
            at = 0 if next else -1
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        if places:
            places[at % len(places)].setFocus(reason)
        return True

    def _places(self) -> list[QWidget]:
        """Where the cursor can stand on the card, in the order of Tab."""
        found = list[QWidget]()
        widget = self.nextInFocusChain()
        # the chain is a ring through the whole window
        while widget is not None and widget is not self:
            takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()
            if takes_tab and self.card.isAncestorOf(widget) and widget.isVisible():
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        beside = QPoint(event.position().toPoint())
        if not self.card.geometry().contains(beside):
            self.put_away()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.shade())
        painter.end()


def make_room(window: QWidget, act: str) -> None:
    """Put away what lies over the window, but for what the action `act` opens itself."""
    for veil in window.findChildren(Veil):
        if veil.opened_by != act:
            veil.put_away()


def close_popups() -> None:
    """Shut every open menu and leave every dialog unanswered, the inmost first."""
    before: QWidget | None = None
    # one that will not go is not asked for ever
    while (popup := QApplication.activePopupWidget()) is not None and popup is not before:
        popup.close()
        before = popup
    while (dialog := QApplication.activeModalWidget()) is not None and dialog is not before:
        dialog.reject() if isinstance(dialog, QDialog) else dialog.close()
        before = dialog
