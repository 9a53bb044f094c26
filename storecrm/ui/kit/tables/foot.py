"""The count, and what can be done with the whole list."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.fitted_labels import ElideLabel

HEIGHT = 38


class TableFoot(QWidget):
    """One line below the rows: how many there are on the left, small buttons on the right; a button
    is told by its picture, its name is its tool tip."""

    def __init__(self, words: Catalogue, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self.count = ElideLabel("", "small")
        self.filters = self._button("filter")
        self.column_menu = self._menu("columns")
        self.file_menu = self._menu("download")
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 2, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.count, 1)
        for button in (self.filters, self.columns, self.files):
            line.addWidget(button)

    @property
    def columns(self) -> QToolButton:
        """Opens the menu of columns."""
        return self._opens(self.column_menu)

    @property
    def files(self) -> QToolButton:
        """Opens the kinds of files."""
        return self._opens(self.file_menu)

    def _opens(self, menu: QMenu) -> QToolButton:
        button = menu.parent()
        assert isinstance(button, QToolButton)
        return button

    def name_buttons(self, filters: str, columns: str, files: str) -> None:
        """What the buttons do, each with its key."""
        said = ((self.filters, filters), (self.columns, columns), (self.files, files))
        for button, name in said:
            button.setAccessibleName(name)
            button.setToolTip(name)

    def _button(self, icon: str) -> QToolButton:
        made = QToolButton(self)
        made.setProperty("kit", "foot")
        made.setIcon(theme.icon(icon, "text2", 18))
        made.setIconSize(QSize(18, 18))
        made.setFixedSize(34, 34)
        made.setAutoRaise(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _menu(self, icon: str) -> QMenu:
        button = self._button(icon)
        menu = QMenu(button)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        return menu

    def say_more(self, came: int) -> None:
        """Of a list that nobody has counted."""
        said = self._words.n("1 row, more follow", "{count} rows, more follow", came)
        self.count.setText(said)

    def say_count(self, came: int, total: int, held: int) -> None:
        """ "5 rows"; "1–200 / 5,120" of a list that comes in stretches; "12 of 40" of one that is
        filtered here."""
        w = self._words
        if came < total:
            text = f"1–{w.number(came)} / {w.number(total)}"
        elif came < held:
            text = w.t("{count} of {all}", count=w.number(came), all=w.number(held))
        else:
            text = w.n("1 row", "{count} rows", total)
        self.count.setText(text)
