"""The palette: everything that can be done now, found by typing a part of it."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.services.members import name_index
from storecrm.ui.kit import theme
from storecrm.ui.kit.actions import LiveAction, key_of, pictured, reachable
from storecrm.ui.kit.veil import Veil
from storecrm.ui.kit.widgets import label

_ACTION = Qt.ItemDataRole.UserRole
_KEY = Qt.ItemDataRole.UserRole + 1
_WIDTH, _LINE = 620, 40
_Index = QModelIndex | QPersistentModelIndex
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
"""What moves in the list while the cursor stays in the box."""


class Palette(Veil):
    """A box and a list under it. Typed is a part of the words, in either language, or the initials
    of their pinyin; what was done last stands first."""

    OPENED_BY = "window.palette"

    def __init__(self, over: QWidget, words: Catalogue) -> None:
        super().__init__(over, words.t("Find anything"), self.OPENED_BY)
        self._words = words
        self._found: list[QAction] = []
        self._last_done: list[str] = []
        self.box = QLineEdit()
        self.box.setAccessibleName(words.t("Find anything"))
        self.box.setPlaceholderText(words.t("What do you want to do?"))
        self.box.textChanged.connect(self._filter)
        self.box.returnPressed.connect(self._run_chosen)
        self.box.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("plain", True)
        self.list.setAccessibleName(words.t("What can be done"))
        # the cursor stays in the box
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Line(self.list))
        self.list.itemClicked.connect(self._run_item)
        self.none = label(words.t("Nothing here is called so. Try a shorter word."), "small")
        self.column.addWidget(self.box)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.none)

    def open(self) -> None:
        """Lie over the window with all that can be done there now."""
        window = self.window()
        self._found = [
            action
            for action in reachable(window)
            if action.isEnabled() and action.objectName() != self.OPENED_BY
        ]
        self.box.clear()
        self._filter("")
        self.lie_over(self.box)

    def place_card(self) -> None:
        wide, high = min(_WIDTH, self.width() - 24), min(460, self.height() - 48)
        # high up, where the eye is while one types
        self.card.setGeometry((self.width() - wide) // 2, min(64, self.height() // 12), wide, high)

    @Slot(str)
    def _filter(self, typed: str) -> None:
        self.list.clear()
        ranked = [(rank, action) for action in self._found if (rank := self._rank(action, typed))]
        # a stable order: equals stand as they are reached
        for _, action in sorted(ranked, key=lambda pair: pair[0]):
            item = QListWidgetItem(pictured(action).icon(), action.text())
            item.setData(_ACTION, action)
            item.setData(_KEY, key_of(action))
            # heard as it is read
            heard = f"{action.text()} {key_of(action)}".strip()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, heard)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.none.setVisible(not ranked)

    def _rank(self, action: QAction, typed: str) -> int:
        """1 is best; 0 is not meant at all."""
        if not typed.strip():
            name = action.objectName()
            return self._last_done.index(name) + 1 if name in self._last_done else 100
        message = action.declared.text if isinstance(action, LiveAction) else ""
        return _likeness(typed, (action.text(), message), key_of(action))

    @Slot()
    def _run_chosen(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._run_item(item)

    @Slot(QListWidgetItem)
    def _run_item(self, item: QListWidgetItem) -> None:
        action = item.data(_ACTION)
        name = action.objectName()
        self._last_done = [name, *(other for other in self._last_done if other != name)][:5]
        # first the cursor goes back to where it was: the act may be about that place
        self.put_away()
        action.trigger()

    def put_away(self) -> None:
        super().put_away()
        # an action of a page that is put away meanwhile must not be held
        self._found = []
        self.list.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moves = watched is self.box and isinstance(event, QKeyEvent) and event.key() in _MOVES
        if moves and event.type() == QEvent.Type.KeyPress:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)


def _likeness(typed: str, names: Sequence[str], key: str) -> int:
    """How near a typed text comes to a name: its beginning, its key, within it, by initials."""
    asked = typed.strip().casefold()
    said = [name.casefold() for name in names]
    if any(name.startswith(asked) for name in said):
        return 1
    if key.casefold() == asked:
        return 2
    if any(asked in name for name in said):
        return 3
    bare = asked.replace(" ", "")
    initials = name_index.keys_of(names[0]) if bare.isascii() else frozenset()
    return 4 if any(known.startswith(bare) for known in initials) else 0


class _Line(QStyledItemDelegate):
    """A picture, the words, and the key at the right as it is printed on a keyboard."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect
        painter.save()
        if chosen:
            painter.fillRect(area, theme.colour("accent_soft"))
        index.data(Qt.ItemDataRole.DecorationRole).paint(
            painter, QRect(area.left() + 10, area.top(), 22, area.height())
        )
        key = index.data(_KEY)
        room = area.adjusted(44, 0, -14, 0)
        wide = painter.fontMetrics().horizontalAdvance(key) + 18 if key else 0
        if key:
            _cap(painter, QRect(room.right() - wide, room.top() + 8, wide, room.height() - 16), key)
        words = room.adjusted(0, 0, -wide - 10, 0)
        shown = painter.fontMetrics().elidedText(
            index.data(),
            Qt.TextElideMode.ElideRight,
            words.width(),
        )
        painter.setPen(theme.colour("accent_text" if chosen else "text"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


def _cap(painter: QPainter, area: QRect, key: str) -> None:
    painter.setPen(theme.colour("control"))
    painter.setBrush(theme.colour("surface2"))
    painter.drawRoundedRect(area, 5, 5)
    painter.setPen(theme.colour("text"))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), key)
