"""What the small cards over the till's panel have in common. Enter goes on, Esc leaves, no box."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.viewmodels.till.view_model import TillViewModel
from storecrm.wording.errors import cure, sentence


class TillCard(QFrame):
    """A card with a title, rows and two buttons; `leave` brings the panel back. What is wrong is
    said at its box: nothing on the card moves for it."""

    def __init__(self, vm: TillViewModel, words: Catalogue, leave: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.vm = vm
        self._words = words
        self.leave = leave
        self.title = ElideLabel("", "h2")
        self._wrong = FieldErrors(self)
        inside = QWidget()
        self.grid = QGridLayout(inside)
        self.grid.setContentsMargins(0, 0, 6, 0)
        self.grid.setColumnStretch(0, 2)
        self.grid.setColumnStretch(1, 5)
        # the rows scroll where there is no room for them; title and buttons are always in
        # sight
        self.rows = QScrollArea()
        self.rows.setWidgetResizable(True)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setProperty("plain", True)
        self.rows.setWidget(inside)
        self.frame = QVBoxLayout(self)
        self.frame.addWidget(self.title)
        self.frame.addWidget(self.rows, 1)

    def tighten(self, low: bool) -> None:
        """Smaller margins where there is little height."""
        edge, gap = (10, 5) if low else (18, 10)
        self.frame.setContentsMargins(
            edge, edge // 2 if low else edge, edge, edge // 2 if low else edge
        )
        self.frame.setSpacing(gap)
        self.grid.setVerticalSpacing(gap)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            # the field with the cursor is in sight
            self.rows.ensureWidgetVisible(watched, 0, 8)
        return super().eventFilter(watched, event)

    def add(self, title: str, box: QWidget) -> QLabel:
        """One more row; returns its label."""
        line = self.grid.rowCount()
        named = label(title, wrap=True)
        self.grid.addWidget(named, line, 0)
        self.grid.addWidget(box, line, 1)
        for part in (box, *box.findChildren(QWidget)):
            part.installEventFilter(self)
        return named

    def end(self, *buttons: QWidget) -> None:
        """Buttons below the rows."""
        self.grid.setRowStretch(self.grid.rowCount(), 1)
        self.frame.addLayout(row(None, button(self._words.t("Cancel"), self.leave), *buttons))

    def refuse(self, error: StoreError) -> None:
        """Say why not; the card stays."""
        self.say_wrong(f"{sentence(error, self._words)} {cure(error, self._words)}".strip())

    def box_at_fault(self) -> QWidget:
        """The box that is typed in again."""
        raise NotImplementedError

    def say_wrong(self, text: str) -> None:
        """Say at the box what is wrong with it; "" when nothing is."""
        self._wrong.clear()
        if text:
            self._wrong.show(self.box_at_fault(), text)

    def said(self) -> str:
        """What is said to be wrong now."""
        return self._wrong.text(self.box_at_fault())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
