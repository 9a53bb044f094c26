"""The result panel of the till: the confirmation, never a box."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from storecrm.ui.kit import theme
from storecrm.ui.kit.widgets import FitLabel, button
from storecrm.ui.viewmodels.till_results import Result

_BANDS = {"used": Qt.BrushStyle.BDiagPattern, "bad": Qt.BrushStyle.FDiagPattern, "unknown": Qt.BrushStyle.Dense6Pattern}


class Panel(QFrame):
    """The result: state is carried by the word, the icon, the band and the colour."""

    ended = Signal()  # a success was there long enough

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setProperty("look", "idle")
        self.icon, self.big, self.title = QLabel(), FitLabel(56, 22), FitLabel(30, 16)
        self.todo, self.todo_box = QLabel(), QFrame()
        self.todo_box.setObjectName("todo")
        self.todo.setWordWrap(True)
        self.todo.setTextFormat(Qt.TextFormat.PlainText)
        self.todo.setStyleSheet("font-size: 22px; font-weight: bold;")
        self.facts, self.choices = QGridLayout(), QGridLayout()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setObjectName("countdown")
        self.bar.setFixedHeight(5)
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._tick)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 22, 20, 14)
        column.setSpacing(10)
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
        inside.setContentsMargins(14, 8, 14, 8)
        inside.addWidget(self.todo)
        column.addWidget(self.todo_box)
        self.facts.setHorizontalSpacing(14)
        self.facts.setColumnStretch(1, 1)
        column.addLayout(self.facts)
        column.addStretch(1)
        column.addLayout(self.choices)
        column.addWidget(self.bar)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_result(self, result: Result) -> None:
        self.setProperty("look", result.look)
        role = "accent_text" if result.look == "idle" else "on_used" if result.look == "used" else "on_accent"
        self.icon.setPixmap(theme.pixmap(result.icon or "scan", role, 76))
        # the money to take off is the large line; without one the state is
        large, small = (result.big, result.title) if result.look == "ok" and result.big else (result.title, result.big)
        self.big.setText(large)
        self.title.setText(small)
        self.todo.setText(result.todo)
        self.todo_box.setVisible(bool(result.todo))
        self._fill_facts(result)
        self._fill_choices(result)
        self.setAccessibleName(result.title)
        self.setAccessibleDescription(f"{result.title}. {result.big} {result.todo}")
        for widget in (self, *self.findChildren(QWidget)):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.bar.setVisible(result.seconds > 0)
        self.bar.setRange(0, max(1, result.seconds * 10))
        self.bar.setValue(result.seconds * 10)
        self._timer.start() if result.seconds else self._timer.stop()
        self.update()

    def _fill_facts(self, result: Result) -> None:
        empty(self.facts)
        for line, (name, value) in enumerate(result.facts[: 2 if result.choices else 4]):
            shown = QLabel(value)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setStyleSheet("font-size: 18px; font-weight: bold;")
            self.facts.addWidget(QLabel(name), line, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(shown, line, 1)

    def _fill_choices(self, result: Result) -> None:
        empty(self.choices)
        for number, choice in enumerate(result.choices, 1):
            made = button(choice.text, choice.act, kind="choice", key=choice.key or str(number))
            self.choices.addWidget(made, (number - 1) // 2, (number - 1) % 2)

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
            painter.fillRect(14, 2, self.width() - 28, 10, theme.brush(str(self.property("look")), pattern))
            painter.end()


def empty(layout: QGridLayout | QVBoxLayout) -> None:
    """Take every widget out of a layout."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
