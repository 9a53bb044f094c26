"""What stands around every page: rail, top bar, news."""

from functools import cached_property

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.ui.kit.key_sheet import KeySheet, Typed
from storecrm.ui.kit.palette import Palette
from storecrm.ui.news_bar import NewsBar
from storecrm.ui.rail import Rail
from storecrm.ui.top_bar import TopBar


class Frame(QWidget):
    """The pages' stack in the middle, the sheet of keys over all of it."""

    def __init__(self, bar: TopBar, words: Catalogue) -> None:
        super().__init__()
        self.rail = Rail(words)
        self.bar = bar
        self.stack = QStackedWidget()
        pages = QWidget()
        inside = QVBoxLayout(pages)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.stack)
        # beside the stack, which raises the page that it shows
        self.news = NewsBar(pages, words)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.bar)
        right.addWidget(pages, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)
        self._words = words

    @cached_property
    def overlay(self) -> KeySheet:
        """The sheet of keys, made when it is opened first."""
        return KeySheet(self, self._words)

    @cached_property
    def palette_card(self) -> Palette:
        """All that can be done, made when it is asked for first."""
        return Palette(self, self._words)

    def show_keys(self, typed: Typed) -> None:
        """The keys that work here and what can be typed, or the page again."""
        self.overlay.open(typed) if self.overlay.isHidden() else self.overlay.put_away()

    def show_palette(self) -> None:
        """All that can be done here, or the page again."""
        palette = self.palette_card
        palette.open() if palette.isHidden() else palette.put_away()

    def fit(self, window: QWidget) -> None:
        """As much around the pages as the window has room for."""
        self.bar.fit(window)
        self.rail.fit(window)


def size_freely(window: QMainWindow) -> None:
    """No page in sight or out of it makes the window larger than its screen."""
    inside = window.layout()
    assert inside is not None
    inside.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    window.setMinimumSize(680, 480)
    window.resize(1024, 728)
