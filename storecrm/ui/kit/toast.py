"""What was done or went wrong, said over the page: `say(page, "12 coupons issued.", undo=void)`.

A good word goes after a while, a bad one stays until it is put away by Esc, its button or the next.
It waits with its page: what was said while another page was in front is read when one comes back.
"""

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAction,
    QEnterEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QWidget

from storecrm.ui.kit import theme
from storecrm.ui.kit.overlay import Overlay, announce, application, fold, page_of
from storecrm.ui.kit.widgets import button, label, marked

STAYS_MS = 6_000
"""How long a good word stays."""
STAYS_WITH_UNDO_MS = 10_000
"""How long it can be undone from here."""
WIDEST = 560
"""A longer line is read badly."""


def say(
    widget: QWidget,
    text: str,
    *,
    bad: bool = False,
    undo: Callable[[], object] | None = None,
    then: tuple[str, Callable[[], object]] | None = None,
) -> None:
    """Say `text` over the page of `widget`, instead of what was said there before; "" takes that
    away. With `undo` it bears a button that does it, with `then` one for what comes next: its
    words, and what it does."""
    toast = said_on(widget)
    if toast is None:
        if not text:
            return
        toast = Toast(page_of(widget))
    toast.offer(then)
    toast.tell(text, bad=bad, undo=undo)


def said_on(widget: QWidget) -> "Toast | None":
    """The toast of the page on which a widget stands; None before anything was said there."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    found = page_of(widget).findChildren(Toast, options=direct)
    return found[0] if found else None


class Toast(Overlay):
    """One piece of news over a page, with a way to undo what it tells of."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page, "toast")
        # Qt's own words, in the language in which the program runs
        undo = QCoreApplication.translate("QUndoGroup", "Undo")
        close = QCoreApplication.translate("QPlatformTheme", "Close")
        self._do: Callable[[], object] | None = None
        self.is_bad = False
        self._picture = QLabel()
        self.words = label("")
        self.undo = QAction(undo, page)
        self.undo.setShortcut(QKeySequence.StandardKey.Undo)
        # what is typed has an undo of its own: there the field takes the key
        self.undo.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.undo.setEnabled(False)
        self.undo.triggered.connect(self._undo)
        page.addAction(self.undo)
        self.undo_button = button(undo, self.undo.trigger)
        self.undo_button.setToolTip(f"{undo} ({self.undo.shortcut().toString()})")
        self._next: Callable[[], object] | None = None
        self.next_button = button("", self._go_on)
        # most news offer nothing
        self.next_button.hide()
        self.close_button = self._cross(close)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 8, 8)
        line.setSpacing(10)
        line.addWidget(self._picture)
        line.addWidget(self.words, 1)
        line.addWidget(self.undo_button)
        line.addWidget(self.next_button)
        line.addWidget(self.close_button)

    @cached_property
    def _timer(self) -> QTimer:
        """After which a good word goes."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self.put_away)
        return timer

    def _cross(self, close: str) -> QPushButton:
        """The button that puts it away."""
        made = button("", self.put_away, kind="cross")
        made.setIcon(theme.icon("x", "on_accent", 16))
        made.setIconSize(QSize(16, 16))
        made.setAccessibleName(close)
        made.setToolTip(f"{close} (Esc)")
        return made

    def text(self) -> str:
        """What is said now; "" where nothing is."""
        return "" if self.isHidden() else self.words.text()

    def offer(self, then: tuple[str, Callable[[], object]] | None) -> None:
        """What may be done next, with its words; None for nothing."""
        words, self._next = then or ("", None)
        self.next_button.setText(words)
        self.next_button.setAccessibleName(words)
        self.next_button.setVisible(then is not None)

    def tell(self, text: str, *, bad: bool, undo: Callable[[], object] | None) -> None:
        self.put_away()
        if not text:
            return
        self.is_bad = bad
        self._do = undo
        marked(self, "bad", bad)
        name = "alert-triangle" if bad else "circle-check"
        self._picture.setPixmap(theme.pixmap(name, "on_accent", 20))
        self.words.setText(text)
        self.setAccessibleName(text)
        self.undo.setEnabled(undo is not None)
        self.undo_button.setVisible(undo is not None)
        self.show()
        announce(self, text, urgent=bad)

    @Slot()
    def put_away(self) -> None:
        self._timer.stop()
        self._do = None
        self.undo.setEnabled(False)
        self.hide()

    @Slot()
    def _undo(self) -> None:
        do = self._do
        self.put_away()
        if do is not None:
            do()

    def _go_on(self) -> None:
        if self._next is not None:
            self._next()

    def fitted(self, most: int) -> QSize:
        width = min(most, WIDEST)
        beside = self.sizeHint().width() - self.words.sizeHint().width()
        fold(self.words, width - beside)
        return super().fitted(width)

    def _stay(self) -> None:
        """Its time begins; a bad word has none."""
        if not self.is_bad:
            offers = self._do is not None or self._next is not None
            self._timer.start(STAYS_WITH_UNDO_MS if offers else STAYS_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._stay()
        if self.is_bad:
            application().installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # while its page is out of sight nobody reads it
        self._timer.stop()
        application().removeEventFilter(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._stay()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and self._is_ours(event):
            # first the word goes, the next Esc is the page's
            event.accept()
            if kind == QEvent.Type.KeyPress:
                self.put_away()
            return True
        return watched is self.parentWidget() and super().eventFilter(watched, event)

    def _is_ours(self, event: QEvent) -> bool:
        """Esc on the page, with no list or box open over it."""
        if not self.is_bad or self.isHidden():
            return False
        pressed = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        free = QApplication.activePopupWidget() is None
        return pressed and free and self.window().isActiveWindow()
