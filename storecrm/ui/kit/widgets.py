"""Small widgets that every page uses."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from storecrm.ui.kit import theme
from storecrm.ui.kit.scroll_part import ScrollPart


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the sheet's kinds."""
    made = QLabel(text)
    if kind:
        made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    # names of members are never markup
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class Saying(QLabel):
    """Wrapped words that take no room while there are none."""

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        if kind:
            self.setProperty("kind", kind)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setVisible(bool(text))


def button(
    text: str, act: Callable[[], object] | QMenu, *, kind: str = "", icon: str = "", key: str = ""
) -> QPushButton:
    """A button that never takes the focus from the scan box when clicked; it does something, or
    opens a menu."""
    made = QPushButton(f"{key}  {text}" if key else text)
    made.setAccessibleName(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    # Enter belongs to the box that has the focus
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        made.setIcon(theme.button_icon(icon, "on_accent" if kind == "primary" else "accent_text"))
        made.setIconSize(theme.BUTTON_ICON)
    if isinstance(act, QMenu):
        made.setMenu(act)
    else:
        made.clicked.connect(lambda _checked=False: act())
    return made


def marked(widget: QWidget, name: str, on: bool) -> None:
    """Give a widget one of the sheet's marks, or take it off; nothing is done when it is so
    already."""
    # polishing anew costs a pass over the whole sheet
    if bool(widget.property(name)) is not on:
        widget.setProperty(name, on)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class ElideButton(QPushButton):
    """A button whose words are cut with "…" where there is no room; whole in the tool tip and for a
    screen reader."""

    def __init__(self, text: str, act: Callable[[], object], *, kind: str = "") -> None:
        super().__init__(text)
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        if kind:
            self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: act())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(
            self.fontMetrics().elidedText(
                self._text, Qt.TextElideMode.ElideRight, self.width() - 32
            )
        )


def field(name: str, placeholder: str = "") -> QLineEdit:
    """A text field with an accessible name."""
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


class ChoiceBox(QComboBox):
    """One of some answers, shown by their words; read and set by the answer, as a text field is by
    its text."""

    def __init__(self, name: str, words: Mapping[str, str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        # nothing said stands first
        for answer in sorted(words, key=bool):
            self.addItem(words[answer], answer)

    def text(self) -> str:
        """The answer that is chosen."""
        return str(self.currentData())

    def setText(self, answer: str) -> None:
        self.setCurrentIndex(self.findData(answer))

    def wheelEvent(self, event: QWheelEvent) -> None:
        # the page scrolls; an answer changes only by a choice
        event.ignore()


def card(*, spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
    """A white card and its column."""
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(spacing)
    return frame, column


def row(*widgets: QWidget | QLayout | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets beside each other; None is a stretch."""
    line = QHBoxLayout()
    line.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        elif isinstance(widget, QLayout):
            line.addLayout(widget)
        else:
            line.addWidget(widget)
    return line


def beside(*widgets: QWidget | None) -> QWidget:
    """Widgets beside each other as one widget, for a line of a form."""
    made = QWidget()
    inside = row(*widgets)
    inside.setContentsMargins(0, 0, 0, 0)
    made.setLayout(inside)
    return made


def scrolling(page: QWidget) -> QScrollArea:
    """The page in an area that scrolls where the screen is too small for it."""
    area = ScrollPart()
    # Tab goes from field to field, never to the area
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
