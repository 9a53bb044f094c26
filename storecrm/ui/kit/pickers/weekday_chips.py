"""Days of the week as chips: a press chooses one or takes it out, arrow keys go from one to the
next."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from storecrm.i18n import Catalogue

_ARROWS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class WeekdayChips(QWidget):
    """Monday to Sunday. `days()` gives the numbers of ISO 8601, 1 Monday to 7 Sunday; none chosen
    is an answer of its own, which the page reads as every day or as none."""

    changed = Signal(object)  # tuple[int, ...]

    def __init__(self, name: str, words: Catalogue, days: Iterable[int] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self.chips = [self._chip(words.weekday_name(number), name) for number in range(1, 8)]
        for chip in self.chips:
            line.addWidget(chip)
        line.addStretch(1)
        self.setFocusProxy(self.chips[0])
        self.set_days(days)

    def _chip(self, day: str, name: str) -> QPushButton:
        chip = QPushButton(day, self)
        chip.setCheckable(True)
        chip.setProperty("kind", "pick")
        chip.setAccessibleName(f"{name} {day}")
        chip.setAutoDefault(False)
        chip.clicked.connect(self._tell)
        chip.installEventFilter(self)
        return chip

    def days(self) -> tuple[int, ...]:
        """Which are chosen."""
        return tuple(number for number, chip in enumerate(self.chips, 1) if chip.isChecked())

    def set_days(self, days: Iterable[int]) -> None:
        """Choose these and no others; it is nobody's change."""
        chosen = set(days)
        for number, chip in enumerate(self.chips, 1):
            chip.setChecked(number in chosen)

    def kept(self) -> object:
        """What is chosen, for a draft."""
        return self.days()

    def put_back(self, value: object) -> None:
        """Let them be chosen as they were."""
        assert isinstance(value, tuple)
        self.set_days(value)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.days())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        by = _ARROWS.get(event.key()) if isinstance(event, QKeyEvent) else None
        if by is None or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        at = [chip is watched for chip in self.chips].index(True)
        # from Sunday on to Monday
        self.chips[(at + by) % len(self.chips)].setFocus()
        return True
