"""The result panel of the till: the confirmation, never a box."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from storecrm.ui.kit import theme
from storecrm.ui.kit.fitted_labels import FitLabel
from storecrm.ui.kit.widgets import ElideButton
from storecrm.ui.presenters.till.screen import Screen

_BANDS = {
    "used": Qt.BrushStyle.BDiagPattern,
    "bad": Qt.BrushStyle.FDiagPattern,
    "unknown": Qt.BrushStyle.Dense6Pattern,
}
_BREAKS = 12
"""Pixels that a line of words keeps free before it counts as one line."""


@dataclass(frozen=True)
class Size:
    """How large the parts of the panel are, in pixels."""

    big: int
    title: int
    todo: int
    fact: int
    icon: int
    gap: int
    tight: bool
    facts: int
    """How many rows of facts are not given up for larger type."""


SIZES = (
    Size(big=56, title=30, todo=22, fact=18, icon=76, gap=10, tight=False, facts=2),
    Size(big=44, title=24, todo=20, fact=16, icon=60, gap=8, tight=False, facts=2),
    Size(big=36, title=20, todo=18, fact=15, icon=52, gap=6, tight=True, facts=1),
    Size(big=30, title=17, todo=16, fact=14, icon=44, gap=5, tight=True, facts=0),
    Size(big=24, title=15, todo=14, fact=13, icon=36, gap=4, tight=True, facts=0),
)
"""From roomy to small. Rows of facts go first, then the type gets smaller; state, what to do and
the ways on always stay."""


class Panel(QFrame):
    """The result: state is carried by the word, the icon, the band and the colour."""

    ended = Signal()  # a success was there long enough
    chosen = Signal(int)  # the number of a way on, by a click

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setProperty("look", "idle")
        self.icon = QLabel()
        self.big = FitLabel(56, 20)
        self.title = FitLabel(30, 13)
        self.todo = QLabel()
        self.todo_box = QFrame()
        self.todo_box.setObjectName("todo")
        self.todo.setWordWrap(True)
        self.todo.setTextFormat(Qt.TextFormat.PlainText)
        self.facts = QGridLayout()
        self.choices = QGridLayout()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setObjectName("countdown")
        self.bar.setFixedHeight(5)
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._tick)
        self._result = Screen("idle", "")
        self._size: Size | None = None
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._build()

    def _build(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.icon)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.big)
        words.addWidget(self.title)
        head.addLayout(words, 1)
        column.addLayout(head)
        inside = QHBoxLayout(self.todo_box)
        inside.setContentsMargins(12, 6, 12, 6)
        inside.addWidget(self.todo)
        column.addWidget(self.todo_box)
        self.facts.setHorizontalSpacing(14)
        self.facts.setVerticalSpacing(4)
        self.facts.setColumnStretch(1, 1)
        column.addLayout(self.facts)
        column.addStretch(1)
        self.choices.setSpacing(6)
        column.addLayout(self.choices)
        column.addWidget(self.bar)
        self._layouts: tuple[QLayout, ...] = (words, head, inside, self.facts, self.choices, column)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_result(self, result: Screen) -> None:
        self._result = result
        self.setProperty("look", result.look)
        # the money to take off is the large line; without one the state is
        large, small = (
            (result.big, result.title)
            if result.look == "ok" and result.big
            else (result.title, result.big)
        )
        self.big.setText(large)
        self.title.setText(small)
        self.title.setVisible(bool(small))
        self.todo.setText(result.todo)
        self.todo_box.setVisible(bool(result.todo))
        self._fill_facts(result)
        self._fill_choices(result)
        self.setAccessibleName(result.title)
        self.setAccessibleDescription(f"{result.title}. {result.big} {result.todo}")
        self.bar.setVisible(result.seconds > 0)
        self.bar.setRange(0, max(1, result.seconds * 10))
        self.bar.setValue(result.seconds * 10)
        # a success makes room by itself, anything else stays
        self._timer.start() if result.seconds else self._timer.stop()
        self._size = None
        self._fit()
        self.update()

    def _fill_facts(self, result: Screen) -> None:
        empty(self.facts)
        self._lines = []
        for line, (name, value) in enumerate(result.facts[:4]):
            named = QLabel(name)
            shown = QLabel(value)
            for part in (named, shown):
                part.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            self.facts.addWidget(named, line, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(shown, line, 1)
            self._lines.append((named, shown))

    def _fill_choices(self, result: Screen) -> None:
        empty(self.choices)
        for number, choice in enumerate(result.choices, 1):
            made = ElideButton(
                f"{choice.key or number}  {choice.text}",
                partial(self.chosen.emit, number),
                kind="choice",
            )
            made.setAccessibleName(choice.text)
            self.choices.addWidget(made, (number - 1) // 2, (number - 1) % 2)
            # what is added to a layout in sight shows itself later, and would not be measured
            made.show()
        for column in (0, 1):
            self.choices.setColumnStretch(column, 1 if result.choices else 0)

    # what it shows follows from the room that the page gives it, never the other way round

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def hasHeightForWidth(self) -> bool:
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The largest size at which everything has its room."""
        # from roomy to small, until everything has its room
        for size in SIZES:
            self._apply(size)
            for rows in range(len(self._lines), min(size.facts, len(self._lines)) - 1, -1):
                self._show_facts(rows)
                if self._needed() <= self.height():
                    return
        self._show_facts(0)

    def _needed(self) -> int:
        # a layout asks the layouts within it anew only when it is laid out anew
        for part in self._layouts:
            part.invalidate()
        # a line that only just fits by its hint may break in two when it is laid out
        return self._column.totalHeightForWidth(self.width() - _BREAKS)

    def _show_facts(self, rows: int) -> None:
        for at, line in enumerate(self._lines):
            for part in line:
                part.setVisible(at < rows)

    def _apply(self, size: Size) -> None:
        """Take on a size, if it is not the present one already."""
        if size is self._size:
            return
        self._size = size
        role = {"idle": "accent_text", "used": "on_used"}.get(self._result.look, "on_accent")
        self.icon.setPixmap(theme.pixmap(self._result.icon or "scan", role, size.icon))
        self.big.set_largest(size.big)
        self.title.set_largest(size.title)
        self.todo.setStyleSheet(f"font-size: {size.todo}px; font-weight: bold;")
        for _, shown in self._lines:
            shown.setStyleSheet(f"font-size: {size.fact}px; font-weight: bold;")
        self.setProperty("tight", size.tight)
        self._column.setContentsMargins(
            14 if size.tight else 20,
            14 if size.tight else 22,
            14 if size.tight else 20,
            2 * size.gap,
        )
        self._column.setSpacing(size.gap)
        for widget in (self, *self.findChildren(QWidget)):
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _tick(self) -> None:
        self.bar.setValue(self.bar.value() - 1)
        if self.bar.value() <= 0:
            self._timer.stop()
            self.ended.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        pattern = _BANDS.get(str(self.property("look")))
        if pattern is not None:
            painter = QPainter(self)
            painter.fillRect(
                14, 2, self.width() - 28, 10, theme.brush(str(self.property("look")), pattern)
            )
            painter.end()


def empty(layout: QGridLayout | QVBoxLayout) -> None:
    """Take every widget out of a layout."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
