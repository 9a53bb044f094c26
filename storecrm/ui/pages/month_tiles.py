"""The figures of the month at a glance, each on a card."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.fitted_labels import FitLabel
from storecrm.ui.kit.widgets import card, label
from storecrm.wording.figures import meaning

_WIDE = 1080
"""From so many pixels on all tiles stand in one line."""
_LARGE, _SMALL = 28, 18
"""The type of the figures."""


class TileGrid(QWidget):
    """Figures on cards, in one line where there is room and in two where not."""

    def __init__(self, names: Sequence[str], words: Catalogue) -> None:
        super().__init__()
        self.figures = {name: FitLabel(_LARGE, _SMALL) for name in names}
        self._cards: list[QFrame] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        for name, figure in self.figures.items():
            frame, inside = card(spacing=0)
            # two rates of one page mean different things
            frame.setToolTip(meaning(name, words))
            inside.addWidget(label(words.t(name), "small"))
            inside.addWidget(figure)
            self._cards.append(frame)
        self._in_line = 0
        self._lay(len(self._cards) // 2)

    def say(self, texts: Sequence[str]) -> None:
        """The figures in words, in their order."""
        for figure, text in zip(self.figures.values(), texts, strict=True):
            figure.setText(text)

    def set_low(self, low: bool) -> None:
        """Take less room, or no less."""
        for figure, frame in zip(self.figures.values(), self._cards, strict=True):
            figure.set_largest(_SMALL if low else _LARGE)
            inside = frame.layout()
            assert inside is not None
            edge = 4 if low else 12
            inside.setContentsMargins(14, edge, 14, edge)

    def _lay(self, in_line: int) -> None:
        if in_line == self._in_line:
            return
        # a widget that is put into another cell leaves the one it was in
        self._in_line = in_line
        for place, frame in enumerate(self._cards):
            self._grid.addWidget(frame, place // in_line, place % in_line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lines = 1 if self.width() >= _WIDE else 2
        self._lay(len(self._cards) // lines)
