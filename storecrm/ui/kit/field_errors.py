"""What is wrong with a field, said at the field: `FieldErrors(page).show(box, "…")`.

A red frame, the sentence over the page right under the field while one is in it, the focus there.
It goes when the field is changed; nothing moves.
"""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, SignalInstance, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from storecrm.ui.kit.overlay import Overlay, announce, application, fold, in_sight, page_of
from storecrm.ui.kit.widgets import label, marked

_INPUTS = (QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QAbstractButton)
_WIDEST = 420
_GAP = 4


class FieldErrors(QObject):
    """The fields of one page that are wrong now."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._shown: list[FieldError] = []

    def show(self, field: QWidget, text: str) -> None:
        """Say at `field` what is wrong with it; the first of several gets the focus."""
        self._drop(field)
        is_first = not self._live()
        error = FieldError(field, text)
        self._shown = [*self._live(), error]
        if is_first:
            _bring_in_front(field)
            error.scroll_to()
            # what was on another tab is laid out at the next turn
            QTimer.singleShot(0, error, error.scroll_to)
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(field, text, urgent=True)
        error.look()

    def text(self, field: QWidget) -> str:
        """What is said at a field; "" where it is right."""
        return next((error.text() for error in self._live() if error.field is field), "")

    def clear(self) -> None:
        """No field is wrong any more."""
        for error in self._live():
            error.close_it()
        self._shown = []

    def _drop(self, field: QWidget) -> None:
        for error in self._live():
            if error.field is field:
                error.close_it()

    def _live(self) -> list["FieldError"]:
        return [error for error in self._shown if isValid(error) and error.is_open]


class FieldError(Overlay):
    """The sentence at one field."""

    def __init__(self, field: QWidget, text: str) -> None:
        super().__init__(_ground(field), "field")
        self.field = field
        self.is_open = True
        self._inputs = list(_inputs(field))
        self._before = field.accessibleDescription()
        self._words = label(text, "error")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.addWidget(self._words)
        # it is said, not clicked: what is under it stays within reach
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        field.setAccessibleDescription(text)
        for part in self._inputs:
            marked(part, "wrong", True)
        for changed in _changes(field):
            changed.connect(self.close_it)
        field.installEventFilter(self)
        application().focusChanged.connect(self._focus_moved)
        self.resize(self.fitted(_WIDEST))

    def text(self) -> str:
        return self._words.text()

    @Slot()
    def close_it(self) -> None:
        """The field was changed, or everything is right again."""
        if not self.is_open:
            return
        self.is_open = False
        self.hide()
        for part in self._inputs:
            if isValid(part):
                marked(part, "wrong", False)
        if isValid(self.field):
            self.field.setAccessibleDescription(self._before)
        self.deleteLater()

    @Slot(QWidget, QWidget)
    def _focus_moved(self, _old: QWidget | None, _now: QWidget | None) -> None:
        self.look()

    def look(self) -> None:
        """In sight while one is in the field: under it stands another that is typed in next."""
        if not self.is_open or not isValid(self.field):
            return
        now = QApplication.focusWidget()
        inside = now is not None and (now is self.field or self.field.isAncestorOf(now))
        self.setVisible(inside and self.field.isVisibleTo(self.page()))

    @Slot()
    def scroll_to(self) -> None:
        """The field and its sentence in sight, where they stand in something that scrolls."""
        if not isValid(self.field):
            return
        for around in _areas(self.field):
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(self.field, 0, self.height() + 2 * _GAP)

    def lie(self) -> None:
        """Right under the field; above it where the page ends."""
        page, field = self.page(), self.field
        seen = in_sight(page)
        room = min(max(field.width(), _WIDEST), seen.width() - 2 * _GAP)
        self.resize(self.fitted(room))
        corner = field.mapTo(page, QPoint(0, 0))
        last = seen.right() + 1 - self.width() - _GAP
        left = max(seen.left() + _GAP, min(corner.x(), last))
        below = corner.y() + field.height() + _GAP
        above = corner.y() - self.height() - _GAP
        fits = below + self.height() <= seen.bottom() + 1 or above < seen.top()
        self.move(left, below if fits else above)
        self.raise_()

    def fitted(self, most: int) -> QSize:
        edges = self.contentsMargins()
        inside = self.layout()
        assert inside is not None
        margins = inside.contentsMargins()
        beside = margins.left() + margins.right() + edges.left() + edges.right()
        fold(self._words, most - beside)
        return super().fitted(most)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in (QEvent.Type.Move, QEvent.Type.Resize)
        if watched is self.field and moved and not self.isHidden():
            self.lie()
        elif watched is self.field and event.type() in (QEvent.Type.Hide, QEvent.Type.Show):
            self.look()
        return super().eventFilter(watched, event)


def _inputs(field: QWidget) -> Iterator[QWidget]:
    """What bears the red frame: the field, or the boxes of which it is made."""
    if isinstance(field, _INPUTS):
        yield field
        return
    for part in field.findChildren(QWidget):
        inner = isinstance(part.parentWidget(), QComboBox | QAbstractSpinBox)
        if isinstance(part, _INPUTS) and not inner:
            yield part


def _changes(field: QWidget) -> Iterator[SignalInstance]:
    """What a field and its parts say when somebody changes them: Qt's USER property is the one that
    a person sets."""
    own = getattr(field, "changed", None)
    if isinstance(own, SignalInstance):
        yield own
    for part in (field, *field.findChildren(QWidget)):
        edited = part.metaObject().userProperty()
        if edited.isValid() and edited.hasNotifySignal():
            name = edited.notifySignal().name().toStdString()
            yield getattr(part, name)


def _areas(field: QWidget) -> Iterator[QWidget]:
    """Everything around a field, the next first."""
    up = field.parentWidget()
    while up is not None:
        yield up
        up = up.parentWidget()


def _ground(field: QWidget) -> QWidget:
    """What scrolls with the field, else its page."""
    for around in _areas(field):
        inside = around.widget() if isinstance(around, QScrollArea) else None
        if inside is not None:
            return inside
    return page_of(field)


def _bring_in_front(field: QWidget) -> None:
    """The tab on which it is."""
    for around in _areas(field):
        if isinstance(around, QTabWidget):
            [tab] = [one for one in _tabs(around) if one.isAncestorOf(field) or one is field]
            around.setCurrentWidget(tab)


def _tabs(tabs: QTabWidget) -> Iterator[QWidget]:
    for number in range(tabs.count()):
        page = tabs.widget(number)
        assert page is not None
        yield page
