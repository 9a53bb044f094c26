"""The keys of the program, over the page and not in it: nothing moves when it is opened."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.actions import is_of_page, reachable, with_keys
from storecrm.ui.kit.veil import Veil
from storecrm.ui.kit.widgets import button, label, row

Typed = Sequence[tuple[str, str]]
"""What can be typed into a box of the page, and what it means there, as a sentence."""


class KeySheet(Veil):
    """Key caps in two columns, printed from the actions that can be reached now: those of the page
    in front first, then those that work everywhere."""

    OPENED_BY = "window.keys"

    def __init__(self, over: QWidget, words: Catalogue) -> None:
        super().__init__(over, words.t("Keys"), self.OPENED_BY)
        self._words = words
        self.area = QScrollArea()
        self.area.setProperty("plain", True)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(words.t("Keys"))
        self.close_it = button(words.t("Close"), self.put_away, key="F1")
        self.column.addLayout(row(label(words.t("Keys"), "h2"), None, self.close_it))
        self.column.addWidget(self.area, 1)

    def open(self, typed: Typed = ()) -> None:
        """Lie over the window with the keys that work there now, and with what can be typed."""
        grid = self._new_grid()
        w = self._words
        own: list[tuple[str, str]] = []
        everywhere: list[tuple[str, str]] = []
        for key, action in with_keys(reachable(self.window())):
            caps = own if is_of_page(action) else everywhere
            caps.append((key, action.text()))
        _group(grid, w.t("On this page"), sorted(own, key=_place))
        _group(grid, w.t("In the scan box"), [(key, w.t(text)) for key, text in typed])
        _group(grid, w.t("Everywhere"), sorted(everywhere, key=_place))
        self.lie_over(self.area)

    def _new_grid(self) -> QGridLayout:
        """An empty sheet: a grid that was filled once never gives its rows back."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for words_of in (1, 3):
            grid.setColumnStretch(words_of, 1)
        column.addLayout(grid)
        column.addStretch(1)
        # what lay there before is deleted with it
        self.area.setWidget(inside)
        return grid


def _group(grid: QGridLayout, title: str, caps: Typed) -> None:
    """A heading, and below it two columns; the first is the longer one."""
    if not caps:
        return
    top = grid.rowCount()
    if top > 1:
        # air above the next heading
        grid.setRowMinimumHeight(top, 8)
        top += 1
    grid.addWidget(label(title, "h2"), top, 0, 1, 4)
    half = -(-len(caps) // 2)
    for at, (key, text) in enumerate(caps):
        line, column = top + 1 + at % half, 2 * (at // half)
        cap = label(key, "cap")
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(cap, line, column, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(text, wrap=True), line, column + 1)


def _place(cap: tuple[str, str]) -> tuple[int, str]:
    """F9 before F10, every other key behind them, Alt+0 as the tenth."""
    key = cap[0].replace("+0", "+:")
    is_function = key.startswith("F") and key[1:].isdigit()
    return (int(key[1:]), "") if is_function else (99, key)
