"""The rail: one button for each page."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.rights import Right
from storecrm.ui.kit import theme

PLACES: tuple[tuple[str, str, str, Right], ...] = (
    ("till", m("Till"), "cash-register", Right.SELL),
    ("members", m("Members"), "users", Right.FIND),
    ("today", m("Today"), "list-details", Right.OWN_TODAY),
    ("returns", m("Returns"), "arrow-back-up", Right.RETURN),
    ("offers", m("Offers"), "ticket", Right.OFFERS),
    ("known", m("Insight"), "chart-dots", Right.REPORTS),
    ("report", m("Report"), "layout-dashboard", Right.REPORTS),
    ("data", m("Data"), "database-export", Right.IMPORT),
    ("settings", m("Settings"), "settings", Right.SELL),
    ("trail", m("Audit trail"), "history", Right.AUDIT),
)
"""The pages by the numbers of their keys; the tenth is Alt+0."""
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
        self.buttons: dict[str, QToolButton] = {}
        for name, title, icon, _ in sorted(PLACES, key=lambda place: place[0] == "settings"):
            if name == "settings":
                self._column.addStretch(1)
            made = self._button(name, words.t(title), icon)
            self._column.addWidget(made)

    def _button(self, name: str, title: str, icon: str) -> QToolButton:
        made = QToolButton()
        made.setText(title)
        made.setAccessibleName(title)
        made.setIcon(theme.icon(icon, "rail_text", 26))
        made.setIconSize(QSize(26, 26))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setCheckable(True)
        made.setFixedSize(76, 62)
        # a click never takes the focus from the scan box
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda _checked=False: self.chosen.emit(name))
        self._group.addButton(made)
        self.buttons[name] = made
        return made

    def open_for(self, may: Callable[[Right], bool]) -> None:
        """Lead where the person may go."""
        for name, _, _, right in PLACES:
            # a key of a page that is hidden must not open it either
            self.buttons[name].setVisible(may(right))
            self.buttons[name].setEnabled(may(right))

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


def is_narrow(window: QWidget) -> bool:
    """Whether words beside the work take room that it needs."""
    return window.width() < 960
