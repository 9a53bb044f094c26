"""What an empty list says: a picture, a line, and the act that fills it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from storecrm.ui.kit import theme
from storecrm.ui.kit.widgets import button, label, row

_PICTURE_FROM = 150
"""Lower than this there is no room for words, their button and a picture."""


class EmptyState(QWidget):
    """Lies over a list and shows itself while there are no rows and something to say of it."""

    def __init__(self, view: QAbstractItemView, icon: str) -> None:
        # not the list's viewport: what lies in that is scrolled away with the columns
        super().__init__(view)
        self._view = view
        self._do: Callable[[], object] | None = None
        self._picture = picture = QLabel()
        self.text = label("", wrap=True)
        picture.setPixmap(theme.pixmap(icon, "muted", 48))
        for part in (picture, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.act = button("", self._run, kind="primary")
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(picture)
        column.addWidget(self.text)
        column.addLayout(row(None, self.act, None))
        column.addStretch(2)
        view.viewport().installEventFilter(self)
        self.hide()

    def say(self, text: str, act: str = "", do: Callable[[], object] | None = None) -> None:
        """Say `text`, with a button `act` that does something about it; "" while the list has
        rows."""
        self._do = do
        self.text.setText(text)
        self.act.setText(act)
        self.act.setVisible(do is not None)
        self._fit()
        self.setVisible(bool(text))

    def _fit(self) -> None:
        """Over the rows; where room is short the picture goes before the words."""
        room = self._view.viewport().geometry()
        self.setGeometry(room)
        self._picture.setVisible(room.height() >= _PICTURE_FROM)

    def _run(self) -> None:
        if self._do is not None:
            self._do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)
