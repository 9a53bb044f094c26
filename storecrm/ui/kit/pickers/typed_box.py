"""A line that reads what people type.

It is read as it stands, and written in the house's way when it is left; what cannot be read is
never changed, its frame says so and `problem()` says it in words.
"""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from storecrm.i18n import Catalogue
from storecrm.ui.kit.widgets import marked

_FRAME = 30
"""Padding, border and cursor of a line at both ends, in pixels, as the style sheet gives them."""
_STEPS: dict[int, tuple[int, bool]] = {
    Qt.Key.Key_Up: (1, False),
    Qt.Key.Key_Down: (-1, False),
    Qt.Key.Key_PageUp: (1, True),
    Qt.Key.Key_PageDown: (-1, True),
}
"""Keys that change the value: in which direction, and whether far."""


class TypedBox(QLineEdit):
    """Base of the boxes that read: a subclass says how a value is read and written, and by how much
    an arrow key changes it.

    `changed` comes once a value is settled (Enter, left, an arrow key, picked); whoever follows
    each letter joins `textChanged`.
    """

    changed = Signal(object)  # the value; None of an empty box and of what cannot be read
    sample = "0000-00-00"
    """The longest that is usual: the box is as wide."""
    room = 0
    """Pixels beside the text for what a subclass paints or for its button."""

    def __init__(self, name: str, words: Catalogue) -> None:
        super().__init__()
        self.words = words
        self._settled: Any = None
        self._has_told = False
        self._tip = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.textEdited.connect(self._unmark)
        self.editingFinished.connect(self.settle)

    # --- what a subclass says ---

    def read(self, text: str) -> Any:
        """The value of a text that is not empty.

        Raises:
            ValueError: it cannot be read.
        """
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """A value as it stands in the box."""
        raise NotImplementedError

    def stepped(self, value: Any, by: int, *, far: bool) -> Any:
        """The value after an arrow key; `value` is None in an empty box."""
        raise NotImplementedError

    def wrong(self) -> str:
        """What is said of a text that cannot be read."""
        raise NotImplementedError

    # --- what everybody uses ---

    def current(self) -> Any:
        """The value as the text stands now; None of an empty box and of what cannot be read."""
        try:
            return self.read(self.text()) if self.text().strip() else None
        except ValueError:
            return None

    def set_current(self, value: Any) -> None:
        """Put a value in, None for an empty box; it is nobody's change."""
        self.setText("" if value is None else self.written(value))
        self._settled = value
        marked(self, "unread", False)

    def put(self, value: Any) -> None:
        """Put a value in as a person's choice."""
        self.setText("" if value is None else self.written(value))
        self.settle()

    def problem(self) -> str:
        """What is wrong with the text, "" where nothing is; an empty box is not wrong."""
        readable = not self.text().strip() or self.current() is not None
        return "" if readable else self.wrong()

    @Slot()
    def settle(self) -> None:
        """Write the value in the house's way and tell of it, or mark what cannot be read."""
        value = self.current()
        problem = self.problem()
        marked(self, "unread", bool(problem))
        self._tell_problem(problem)
        # written anew only where it reads otherwise: another text counts as a change
        if value is not None and self.written(value) != self.text():
            self.setText(self.written(value))
        if value != self._settled:
            self._settled = value
            self.changed.emit(value)

    def _tell_problem(self, problem: str) -> None:
        """In the tool tip, instead of what the page says there."""
        if problem and not self._has_told:
            self._tip = self.toolTip()
        if problem or self._has_told:
            self.setToolTip(problem or self._tip)
        self._has_told = bool(problem)

    @Slot()
    def _unmark(self) -> None:
        # who is typing is not told of it at every letter
        marked(self, "unread", False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if step is None or not plain or self.isReadOnly():
            super().keyPressEvent(event)
            return
        by, far = step
        self.put(self.stepped(self.current(), by, far=far))
        self.selectAll()

    def sizeHint(self) -> QSize:
        text = self.fontMetrics().horizontalAdvance(self.sample)
        return QSize(text + _FRAME + self.room, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
