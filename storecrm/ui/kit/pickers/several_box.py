"""Several things of many, found by a few letters, each on a chip that takes it out again."""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.pickers.choices import Choice, Find
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.pickers.search_box import SearchBox
from storecrm.ui.kit.tasks import Lane


class SeveralBox(QWidget):
    """A search, and under it a chip for each thing chosen. A chip is taken out by a press, the last
    one by the backspace key in the empty search."""

    changed = Signal(object)  # tuple of values

    def __init__(
        self,
        name: str,
        words: Catalogue,
        find: Find,
        lane: Lane | None = None,
        *,
        free: bool = False,
    ) -> None:
        super().__init__()
        self.words = words
        self._free = free
        self._chosen: list[Choice] = []
        self._chips: list[QPushButton] = []
        self.setAccessibleName(name)
        self.search = SearchBox(name, words, find, lane, free=free)
        self.search.chosen.connect(self._add)
        self.search.installEventFilter(self)
        self.setFocusProxy(self.search)
        self._ground = QWidget()
        self._flow = FlowLayout(self._ground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self._ground)
        self._ground.hide()

    def values(self) -> tuple[object, ...]:
        """What is chosen, in the order in which it was."""
        return tuple(choice.value for choice in self._chosen)

    def set_values(self, values: Iterable[object]) -> None:
        """Choose by value alone, where nobody knows yet how it is called."""
        self.set_choices([Choice(value, str(value)) for value in values])

    def choices(self) -> tuple[Choice, ...]:
        """What is chosen, with its words."""
        return tuple(self._chosen)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Choose these and no others; it is nobody's change."""
        self._chosen = list(choices)
        self._draw()

    def problem(self) -> str:
        """What is wrong with what was typed and not chosen."""
        return self.search.problem()

    def kept(self) -> object:
        """What is chosen, for a draft."""
        return self.choices()

    def put_back(self, value: object) -> None:
        """Let it be chosen as it was."""
        assert isinstance(value, tuple)
        self.set_choices(value)

    @Slot(object)
    def _add(self, choice: Choice) -> None:
        self.search.set_choice(None)
        if choice.value not in self.values():
            self._chosen.append(choice)
            self._draw()
            self.changed.emit(self.values())

    def _take_out(self, choice: Choice) -> None:
        self._chosen.remove(choice)
        self._draw()
        self.search.setFocus()
        self.changed.emit(self.values())

    def _draw(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(choice) for choice in self._chosen]
        self._ground.setVisible(bool(self._chips))

    def _chip(self, choice: Choice) -> QPushButton:
        chip = QPushButton(choice.text, self._ground)
        chip.setProperty("kind", "pick")
        chip.setIcon(theme.icon("x", "muted", 14))
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.setToolTip(choice.detail)
        chip.setAutoDefault(False)
        chip.setAccessibleName(self.words.t("Take out {what}", what=choice.text))
        chip.clicked.connect(partial(self._take_out, choice))
        self._flow.addWidget(chip)
        chip.show()
        return chip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            typed = self.search.text().strip()
            if event.key() == Qt.Key.Key_Backspace and not typed and self._chosen:
                self._take_out(self._chosen[-1])
                return True
            # what was typed counts where nothing of the list is marked
            enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enters and self._free and typed and not self.search.is_open():
                self._add(Choice(typed, typed))
                return True
        return super().eventFilter(watched, event)
