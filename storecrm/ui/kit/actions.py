"""What a person can do, each thing declared once: from the declaration come buttons, menus, tool
tips, the sheet of keys and the palette."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcutEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.rights import Right
from storecrm.ui.kit import theme
from storecrm.ui.kit.veil import make_room


@dataclass(frozen=True)
class Action:
    """Something that can be done, as data."""

    key: str
    """Its name, "till.undo": kept, never shown."""
    text: str
    """A verb and its object, as a sentence of the catalogues."""
    icon: str = ""
    shortcut: str = ""
    """"Ctrl+S"; several are parted by "; ", and the first is the one that is shown."""
    right: Right | None = None
    short: str = ""
    """The same in a word or two, for a button that has little room."""


class LiveAction(QAction):
    """A declared action on its page. Of two with one key the one that is nearer to the cursor acts:
    a page may give a key of the window a meaning of its own."""

    def __init__(
        self,
        widget: QWidget,
        declared: Action,
        do: Callable[[], object],
        words: Catalogue,
        enabled: Callable[[], bool] | None,
    ) -> None:
        super().__init__(words.t(declared.text), widget)
        self.declared = declared
        self.short = words.t(declared.short) if declared.short else ""
        self._do = do
        self._enabled = enabled
        self.setObjectName(declared.key)
        self.setShortcuts(QKeySequence.listFromString(declared.shortcut))
        # a key held down acts once
        self.setAutoRepeat(False)
        self.triggered.connect(self._run)
        widget.addAction(self)

    def ask(self) -> None:
        """Ask again whether it can be done now."""
        if self._enabled is not None:
            self.setEnabled(self._enabled())

    @Slot()
    def _run(self) -> None:
        widget = self.parent()
        if isinstance(widget, QWidget):
            make_room(widget.window(), self.declared.key)
        self._do()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QShortcutEvent) and event.isAmbiguous():
            # Qt asks only one of them, each time another
            _nearest(self, event.key()).trigger()
            return True
        return super().event(event)


def act(
    widget: QWidget,
    declared: Action,
    do: Callable[[], object],
    *,
    words: Catalogue,
    enabled: Callable[[], bool] | None = None,
    allowed: bool = True,
) -> LiveAction:
    """Let `widget` do what is declared: its key works while the widget is in sight.

    Args:
        enabled: whether it can be done now; asked again by `refresh`.
        allowed: False for a person without the right: then it is nowhere to be seen.
    """
    made = LiveAction(widget, declared, do, words, enabled if allowed else None)
    made.setToolTip(_tip(made))
    made.setVisible(allowed)
    made.setEnabled(allowed)
    made.ask()
    return made


def refresh(widget: QWidget) -> None:
    """Ask each action of the widget, and of all in it, whether it can be done now."""
    for action in widget.findChildren(LiveAction):
        action.ask()


def open_for(actions: Iterable[LiveAction], may: Callable[[Right], bool]) -> None:
    """Offer what the person may do, and nothing else."""
    for action in actions:
        right = action.declared.right
        allowed = right is None or may(right)
        action.setVisible(allowed)
        action.setEnabled(allowed)


def key_of(action: QAction) -> str:
    """Its key as it stands on a keyboard, "" without one."""
    return action.shortcut().toString()


def pictured(action: QAction) -> QAction:
    """The action with the icon that it was declared with, drawn when it is needed first."""
    if isinstance(action, LiveAction) and action.declared.icon and action.icon().isNull():
        action.setIcon(theme.icon(action.declared.icon, "accent_text", 20))
    return action


def reachable(window: QWidget) -> list[QAction]:
    """What can be done in the window now, each thing once, nearest first: the acts of the page in
    front, then those of the window itself."""
    once: dict[str, QAction] = {}
    for action in _in_sight(window):
        name = action.objectName() or action.text()
        before = once.setdefault(name, action)
        # of two lists side by side the one that is worked in is meant
        if _holds_cursor(action) and not _holds_cursor(before):
            once[name] = action
    return list(once.values())


def with_keys(actions: Iterable[QAction]) -> list[tuple[str, QAction]]:
    """Those that have a key and can be done now, with it; what a nearer one took the key from is
    left out."""
    taken: dict[str, QAction] = {}
    for action in actions:
        key = key_of(action)
        if key and action.isEnabled():
            taken.setdefault(key, action)
    return list(taken.items())


PAGE = "page"
"""The object name of every page."""


def is_of_page(action: QAction) -> bool:
    """Whether the action belongs to a page, and not to the whole window."""
    widget = action.parent()
    while widget is not None and widget.objectName() != PAGE:
        widget = widget.parent()
    return widget is not None


def _in_sight(window: QWidget) -> list[QAction]:
    """Every action that is seen, deepest first; of the same depth in the order in which they were
    made."""
    found = [action for action in window.findChildren(QAction) if _is_in_sight(action)]
    return sorted(found, key=_depth, reverse=True)


def _is_in_sight(action: QAction) -> bool:
    widget = action.parent()
    # what stands in a menu is there a second time
    if not isinstance(widget, QWidget) or isinstance(widget, QMenu):
        return False
    return widget.isVisible() and action.isVisible() and bool(action.text())


def _tip(action: QAction) -> str:
    key = key_of(action)
    return f"{action.text()} ({key})" if key else action.text()


def _depth(action: QAction) -> int:
    """How deep in the window it belongs."""
    deep, widget = 0, action.parent()
    while widget is not None:
        deep, widget = deep + 1, widget.parent()
    return deep


def _holds_cursor(action: QAction) -> bool:
    widget, cursor = action.parent(), QApplication.focusWidget()
    if not isinstance(widget, QWidget) or cursor is None:
        return False
    return widget is cursor or widget.isAncestorOf(cursor)


def _nearest(asked: LiveAction, key: QKeySequence) -> QAction:
    widget = asked.parent()
    assert isinstance(widget, QWidget)
    rivals = [
        action
        for action in _in_sight(widget.window())
        if key in action.shortcuts() and action.isEnabled()
    ]
    return max(rivals, key=lambda action: (_holds_cursor(action), _depth(action)), default=asked)


class ActionButton(QPushButton):
    """A button that is what its action is: its words, its picture, whether it can be pressed. A
    click never takes the focus from the scan box."""

    def __init__(self, action: QAction, kind: str = "") -> None:
        super().__init__()
        self._action = action
        self._shown = True
        self._has_words = kind != "icon"
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Enter belongs to the box that has the focus
        self.setAutoDefault(False)
        if kind:
            self.setProperty("kind", kind)
        icon = action.declared.icon if isinstance(action, LiveAction) else ""
        if icon and kind != "till":
            self._show_picture(icon, "on_accent" if kind == "primary" else "accent_text")
        self._follow()
        action.changed.connect(self._follow)
        self.clicked.connect(self._press)

    def _show_picture(self, icon: str, role: str) -> None:
        if self._has_words:
            self.setIcon(theme.button_icon(icon, role))
            self.setIconSize(theme.BUTTON_ICON)
        else:
            self.setIcon(theme.icon(icon, role, 20))
            self.setIconSize(QSize(20, 20))

    @Slot()
    def _press(self) -> None:
        self._action.trigger()

    @Slot()
    def _follow(self) -> None:
        action, key = self._action, key_of(self._action)
        # the keys of the till are read from the button, others from its tool tip
        is_till_key = key.startswith("F") and key[1:].isdigit()
        short = action.short if isinstance(action, LiveAction) else ""
        text = short or action.text()
        if self._has_words:
            self.setText(f"{key}  {text}" if is_till_key else text)
        self.setAccessibleName(action.text())
        self.setToolTip(_tip(action))
        self.setEnabled(action.isEnabled())
        # who laid the button out may hide it, too, where room is short
        if action.isVisible() != self._shown:
            self._shown = action.isVisible()
            self.setVisible(self._shown)


def button_of(action: QAction, kind: str = "") -> ActionButton:
    """A button that does the action."""
    return ActionButton(action, kind)


def menu_of(parent: QWidget, actions: Iterable[QAction | None]) -> QMenu:
    """A menu of actions with their keys; None is a line between two groups."""
    menu = QMenu(parent)
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(pictured(action))
    return menu
