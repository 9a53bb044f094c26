"""The keys of the program, over the page and not in it: nothing moves when it is opened."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.widgets import ElideLabel, button, label, row

IN_THE_SCAN_BOX = (
    ("1234", m("4 digits, or the whole phone: the member")),
    ("128", m("1 to 3 digits, or a decimal point: the amount")),
    ("1280+", m("a number and +: the amount, however long")),
    ("+", m("closes the bill")),
    ("1 Enter", m("a way on by its number")),
    ("3*", m("three of the chosen article")),
    ("-", m("takes the chosen article out")),
    ("Esc", m("clears the box")),
)
"""What a person can type into the scan box, and what it means there."""


class KeySheet(QFrame):
    """Key caps in columns; F1, Esc or a scan puts it away, and the cursor is where it was."""

    def __init__(self, over: QWidget, words: Catalogue) -> None:
        super().__init__(over)
        self.setProperty("card", True)
        self.setAccessibleName(words.t("Keys"))
        self._words = words
        self._was = over
        self._over = over
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setProperty("plain", True)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(words.t("Keys"))
        self.area.setWidget(inside)
        self.close_it = button(words.t("Close"), self.put_away, key="F1")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 10, 16, 12)
        whole.addLayout(row(label(words.t("Keys"), "h2"), None, self.close_it))
        whole.addWidget(self.area, 1)
        over.installEventFilter(self)
        self.area.installEventFilter(self)
        self.hide()

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Lie over the page with these keys, two columns of them, then what can be typed into the
        scan box."""
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        # rounded up: the first column is the longer one
        half = -(-len(keys) // 2)
        for at, (key, text) in enumerate(keys):
            self._cap(key, text, at % half, at // half)
        self._grid.addWidget(label(self._words.t("In the scan box"), "h2"), half, 0, 1, 4)
        for at, (key, text) in enumerate(IN_THE_SCAN_BOX, half + 1):
            self._cap(key, self._words.t(text), at, 0, span=3)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)
        # where the cursor goes when the sheet is gone
        self._was = QApplication.focusWidget() or self._over
        self._lie()
        self.show()
        self.raise_()
        self.area.setFocus()

    def _cap(self, key: str, text: str, line: int, column: int, span: int = 1) -> None:
        cap = label(key, "cap")
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(cap, line, 2 * column, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(ElideLabel(text), line, 2 * column + 1, 1, span)

    def put_away(self) -> None:
        """The page is as it was."""
        self.hide()
        # the page that had it may be gone meanwhile
        if isValid(self._was):
            self._was.setFocus()

    def _lie(self) -> None:
        edge = 12 if self._over.height() < 600 else 40
        self.setGeometry(self._over.rect().adjusted(edge, edge, -edge, -edge))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._lie()
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.put_away()
            return True
        return False
