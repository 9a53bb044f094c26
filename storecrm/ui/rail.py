"""The rail: one button for each page."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.rights import Right
from storecrm.ui.kit import theme
from storecrm.ui.kit.actions import LiveAction, act, open_for
from storecrm.ui.places import PLACES

_NAMED = 680
"""From which height of the window on the ten pages' buttons have room for their names."""
_FITS = ((740, (64, 6, 12)), (_NAMED, (64, 2, 6)), (0, (44, 2, 4)))
"""From which height of the window on a page's button is how high, how far from the next, and how
far from the edge: all ten are seen."""


class Rail(QFrame):
    """The buttons of all pages, the settings last; `chosen` names the page."""

    chosen = Signal(str)

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(88)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 12, 6, 12)
        self._group = QButtonGroup(self)
        self.acts = {
            name: act(self, declared, partial(self.chosen.emit, name), words=words)
            for name, declared in PLACES.items()
        }
        self.buttons: dict[str, QToolButton] = {}
        for name in sorted(PLACES, key=lambda place: place == "settings"):
            if name == "settings":
                self._column.addStretch(1)
            self.buttons[name] = made = RailButton(self.acts[name])
            self._group.addButton(made)
            self._column.addWidget(made)

    def open_for(self, may: Callable[[Right], bool]) -> None:
        """Lead where the person may go."""
        # a key of a page that is hidden must not open it either
        open_for(self.acts.values(), may)

    def fit(self, window: QWidget) -> None:
        """Names where there is room for them, signs alone where there is not."""
        narrow, height = is_narrow(window), window.height()
        tall, between, around = next(fit for least, fit in _FITS if height >= least)
        self.setFixedWidth(64 if narrow else 88)
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        if narrow or height < _NAMED:
            style = Qt.ToolButtonStyle.ToolButtonIconOnly
        for made in self.buttons.values():
            made.setToolButtonStyle(style)
            made.setFixedSize(52 if narrow else 76, tall)
        self._column.setContentsMargins(6, around, 6, around)
        self._column.setSpacing(between)


class RailButton(QToolButton):
    """The button of a page."""

    def __init__(self, action: LiveAction) -> None:
        super().__init__()
        self._action = action
        self.setText(action.text())
        self.setAccessibleName(action.text())
        self.setToolTip(action.toolTip())
        self.setIcon(theme.icon(action.declared.icon, "rail_text", 26))
        self.setIconSize(QSize(26, 26))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setCheckable(True)
        self.setFixedSize(76, 62)
        # a click never takes the focus from the scan box
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._press)
        action.changed.connect(self._follow)

    @Slot()
    def _press(self) -> None:
        self._action.trigger()

    @Slot()
    def _follow(self) -> None:
        self.setVisible(self._action.isVisible())
        self.setEnabled(self._action.isEnabled())


def is_narrow(window: QWidget) -> bool:
    """Whether words beside the work take room that it needs."""
    return window.width() < 960
