"""The list under a box with a search: it lies over the page and never takes the focus."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from storecrm.ui.kit import theme
from storecrm.ui.kit.pickers.choices import Choice

_ROW = 34
_MOST_ROWS = 8
_LEAST_WIDTH = 260
_GAP = 2
_CHOICE = Qt.ItemDataRole.UserRole
_TEXT, _DETAIL = 0, 1
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ChoiceList(QTreeWidget):
    """Answers in two columns, what each is called and what tells it from others; a line without an
    answer only says something."""

    picked = Signal(object)  # Choice

    def __init__(self, box: QWidget) -> None:
        super().__init__(box.window())
        self._box = box
        self.setProperty("over", "choices")
        self.setAccessibleName(box.accessibleName())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_DETAIL, QHeaderView.ResizeMode.ResizeToContents)
        self.itemClicked.connect(self._clicked)
        self.hide()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Lie under the box with these; the first is chosen by Enter."""
        self.clear()
        for choice in choices:
            line = self._line(choice.text, choice.detail)
            line.setData(_TEXT, _CHOICE, choice)
            line.setTextAlignment(_DETAIL, _AT_RIGHT)
            line.setForeground(_DETAIL, theme.ink("text2"))
        self._mark(0)
        self._lie()

    def say(self, text: str) -> None:
        """Lie under the box with words instead of answers."""
        self.clear()
        line = self._line(text)
        line.setFlags(Qt.ItemFlag.NoItemFlags)
        line.setForeground(_TEXT, theme.ink("text2"))
        line.setFirstColumnSpanned(True)
        self._lie()

    def _line(self, *texts: str) -> QTreeWidgetItem:
        line = QTreeWidgetItem(texts)
        line.setToolTip(_TEXT, texts[0])
        line.setSizeHint(_TEXT, QSize(0, _ROW))
        self.addTopLevelItem(line)
        return line

    def current(self) -> Choice | None:
        """What Enter would choose."""
        line = self.currentItem() if self.isVisible() else None
        found = line.data(_TEXT, _CHOICE) if line is not None else None
        return found if isinstance(found, Choice) else None

    def move_by(self, rows: int) -> None:
        """An arrow key: the next answer, from the last on to the first."""
        now = self.currentItem()
        if now is not None and self.current() is not None:
            at = self.indexOfTopLevelItem(now)
            self._mark((at + rows) % self.topLevelItemCount())

    def _mark(self, row: int) -> None:
        line = self.topLevelItem(row)
        if line is not None:
            self.setCurrentItem(line)

    def _lie(self) -> None:
        """Right under the box; over it where there is more room."""
        window = self.window()
        corner = self._box.mapTo(window, QPoint(0, 0))
        below = window.height() - corner.y() - self._box.height() - 2 * _GAP
        above = corner.y() - 2 * _GAP
        rows = min(_MOST_ROWS, self.topLevelItemCount())
        wanted = rows * _ROW + 6
        under = below >= min(wanted, above)
        height = min(wanted, below if under else above)
        width = min(max(self._box.width(), _LEAST_WIDTH), window.width() - 2 * _GAP)
        left = max(_GAP, min(corner.x(), window.width() - width - _GAP))
        top = corner.y() + self._box.height() + _GAP if under else corner.y() - height - _GAP
        self.setGeometry(left, top, width, height)
        self.show()
        self.raise_()

    @Slot(QTreeWidgetItem)
    def _clicked(self, line: QTreeWidgetItem) -> None:
        choice = line.data(_TEXT, _CHOICE)
        if isinstance(choice, Choice):
            self.picked.emit(choice)
