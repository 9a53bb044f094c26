"""What lies over a page: nothing under it moves when it comes or goes."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

EDGE = 16
"""Pixels between the page's edge and what lies over it."""
_GAP = 8


def page_of(widget: QWidget) -> QWidget:
    """The page on which a widget stands: the outermost one, for a page may hold others as tabs;
    the window where there is none."""
    page = None
    up: QWidget | None = widget
    while up is not None:
        if up.objectName() == "page":
            page = up
        up = up.parentWidget()
    return page or widget.window()


def in_sight(page: QWidget) -> QRect:
    """The part of a page that is seen, where it lies in something that scrolls."""
    around = page.parentWidget()
    if around is None or not isinstance(around.parentWidget(), QAbstractScrollArea):
        return page.rect()
    shown = QRect(page.mapFrom(around, QPoint(0, 0)), around.size())
    return shown.intersected(page.rect())


def application() -> QApplication:
    """The program that runs: where there is a widget there is one."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have a screen reader say something without taking the focus there."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


class Overlay(QFrame):
    """A child of the page in no layout of it. It lies where `lie` puts it, and again when the page
    changes its size; a kind of it says so by the sheet's `over`."""

    def __init__(self, page: QWidget, kind: str) -> None:
        super().__init__(page)
        self.setProperty("over", kind)
        page.installEventFilter(self)
        self.hide()

    def page(self) -> QWidget:
        """What it lies over."""
        page = self.parentWidget()
        assert page is not None
        return page

    def lie(self) -> None:
        """Take its place; at the page's lower edge where a kind says nothing else."""
        room = in_sight(self.page()).width() - 2 * EDGE
        self.resize(self.fitted(room))
        self.move(free_place(self))
        self.raise_()

    def fitted(self, most: int) -> QSize:
        """What it needs when it may be `most` pixels wide."""
        self.ensurePolished()
        wanted = self.sizeHint()
        if wanted.width() <= most:
            return wanted
        return QSize(most, max(self.heightForWidth(most), self.minimumSizeHint().height()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.lie()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Move)
        if watched is self.parentWidget() and moved and not self.isHidden():
            self.lie()
        return False


def fold(words: QLabel, most: int) -> None:
    """Words in one line where `most` pixels are enough for it, else in several."""
    words.setWordWrap(False)
    words.ensurePolished()
    words.setWordWrap(words.sizeHint().width() > most)


def free_place(over: Overlay) -> QPoint:
    """In the middle at the lower edge, higher where it would cover a button: what is said of a page
    never stands in the way of what is done there next."""
    seen = in_sight(over.page())
    left = seen.center().x() - over.width() // 2
    lowest = seen.bottom() + 1 - EDGE - over.height()
    spot = QRect(QPoint(left, lowest), over.size())
    # from the bottom up: whatever was passed is not met again
    for taken in sorted(_taken(over), key=QRect.bottom, reverse=True):
        if spot.intersects(taken.adjusted(0, -_GAP, 0, _GAP)):
            spot.moveBottom(taken.top() - _GAP - 1)
    # a page full of buttons has no free place
    if spot.top() < seen.top() + seen.height() // 3:
        spot.moveTop(max(seen.top(), lowest))
    return spot.topLeft()


def _taken(over: Overlay) -> Iterator[QRect]:
    """Where the page's buttons lie, the field in which somebody types, and what else lies over
    it."""
    page = over.page()
    for widget in page.findChildren(QWidget):
        if widget is over or over.isAncestorOf(widget) or not widget.isVisibleTo(page):
            continue
        typed_in = isinstance(widget, QLineEdit) and widget.hasFocus()
        if typed_in or isinstance(widget, QPushButton | QToolButton | Overlay):
            yield QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())
