"""A number with what it counts, and where there may be none a tick that says so."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.pickers.readings import typed_count
from storecrm.ui.kit.pickers.typed_box import TypedBox
from storecrm.ui.kit.widgets import label

_FAR = 10
"""By how much the page keys change a number."""


class CountEdit(TypedBox):
    """A whole number within bounds, both included."""

    def __init__(self, name: str, words: Catalogue, least: int, most: int) -> None:
        super().__init__(name, words)
        self.least = least
        self.most = most
        # what may be typed stands there until something is
        self.sample = f"{least:,}–{most:,}"
        self.setPlaceholderText(self.sample)

    def read(self, text: str) -> int:
        count = typed_count(text)
        if not self.least <= count <= self.most:
            raise ValueError("out_of_range")
        return count

    def written(self, value: int) -> str:
        return f"{value:,}"

    def stepped(self, value: int | None, by: int, *, far: bool) -> int:
        if value is None:
            return self.least
        moved = value + by * (_FAR if far else 1)
        return max(self.least, min(self.most, moved))

    def wrong(self) -> str:
        return self.words.t(
            "Type a whole number from {least} to {most}.",
            least=f"{self.least:,}",
            most=f"{self.most:,}",
        )


class NumberBox(QWidget):
    """A number from `least` to `most` with its unit. With `no_limit` (the words of a tick) there
    may be none: `value()` is None then and `unlimited()` true."""

    changed = Signal(object)  # int | None

    def __init__(
        self,
        name: str,
        words: Catalogue,
        *,
        unit: str = "",
        least: int = 0,
        most: int = 999_999,
        no_limit: str = "",
        value: int | None = None,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.entry = CountEdit(name, words, least, most)
        self.unit = label(unit)
        self.nothing = QCheckBox(no_limit)
        self.nothing.setAccessibleName(f"{name}: {no_limit}")
        # where it is narrow the tick stands below the number
        line = FlowLayout(self, gap=8)
        for part in (self.entry, self.unit, self.nothing):
            line.addWidget(part)
        self.unit.setVisible(bool(unit))
        self.nothing.setVisible(bool(no_limit))
        self.setFocusProxy(self.entry)
        self.entry.changed.connect(self._entered)
        self.nothing.toggled.connect(self.entry.setDisabled)
        self.nothing.clicked.connect(self._ticked)
        self.set_value(value)

    def value(self) -> int | None:
        """The number; None where there is no limit, nothing stands there or it cannot be read."""
        value = None if self.unlimited() else self.entry.current()
        return None if value is None else int(value)

    def unlimited(self) -> bool:
        """True where the tick says that there is none."""
        return self.nothing.isChecked()

    def set_value(self, value: int | None) -> None:
        """Put a number in, None for none; it is nobody's change."""
        self.entry.set_current(value)
        self.nothing.setChecked(value is None and bool(self.nothing.text()))

    def problem(self) -> str:
        """What is wrong with what was typed, "" where nothing is."""
        return "" if self.unlimited() else self.entry.problem()

    def kept(self) -> object:
        """What stands in it, for a draft."""
        return (self.entry.text(), self.unlimited())

    def put_back(self, value: object) -> None:
        """Let it stand there as it was."""
        assert isinstance(value, tuple)
        text, unlimited = value
        self.entry.setText(text)
        self.nothing.setChecked(unlimited)

    @Slot(object)
    def _entered(self, _value: object) -> None:
        self.changed.emit(self.value())

    @Slot()
    def _ticked(self) -> None:
        self.changed.emit(self.value())
        # whoever takes the limit back wants to type it
        if not self.unlimited():
            self.entry.setFocus()
            self.entry.selectAll()
