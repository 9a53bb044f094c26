"""A box in which one thing of many is found by a few letters and chosen.

box = SearchBox(words.t("Article"), words, lookups.articles, lookups.lane)
box.value()      ->  the sku, None where nothing was chosen
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.pickers.choice_list import ChoiceList
from storecrm.ui.kit.pickers.choices import Choice, Find
from storecrm.ui.kit.tasks import Lane
from storecrm.wording.errors import sentence

_PAUSE_MS = 150
"""Somebody who types on does not want an answer yet."""
_ARROWS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchBox(QLineEdit):
    """Typed letters are looked for on `lane` (in the window's thread without one); arrow keys and
    Enter, or a click, choose. Esc closes the list. With `free` what was typed counts as an answer
    though nothing is found.
    """

    changed = Signal(object)  # the value, None where nothing is chosen
    chosen = Signal(object)  # Choice
    _found = Signal(object)  # (text, choices)
    _refused = Signal(object)  # StoreError

    def __init__(
        self,
        name: str,
        words: Catalogue,
        find: Find,
        lane: Lane | None = None,
        *,
        free: bool = False,
    ) -> None:
        super().__init__()
        self.words = words
        self._find = find
        self._lane = lane
        self._free = free
        self._choice: Choice | None = None
        # what was chosen before somebody typed on
        self._lost: Choice | None = None
        self._list: ChoiceList | None = None
        self._told: object = None
        self.setAccessibleName(name)
        self.setPlaceholderText(words.t("Type a few letters"))
        self._waits = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._waits.timeout.connect(self._ask)
        self._add_icons()
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._tell)
        self._found.connect(self._show)
        self._refused.connect(self._say_refusal)

    def _add_icons(self) -> None:
        """A lens before the text, a cross behind it while something is chosen; both without words,
        for they are no acts of the page."""
        lens = QAction(theme.icon("search", "muted", 18), "", self)
        lens.triggered.connect(self._ask)
        self.addAction(lens, QLineEdit.ActionPosition.LeadingPosition)
        self._cross = QAction(theme.icon("x", "muted", 18), "", self)
        self._cross.setToolTip(self.words.t("Clear"))
        self._cross.triggered.connect(self.take_out)
        self.addAction(self._cross, QLineEdit.ActionPosition.TrailingPosition)
        self._cross.setVisible(False)

    # --- what is chosen ---

    def value(self) -> object:
        """What the program means by the choice; with `free` what was typed; None for nothing."""
        if self._choice is not None:
            return self._choice.value
        typed = self.text().strip()
        return typed if self._free and typed else None

    def choice(self) -> Choice | None:
        """What is chosen."""
        return self._choice

    def set_choice(self, choice: Choice | None) -> None:
        """Put a choice in, None for none; it is nobody's change."""
        self._choice = choice
        self._lost = None
        self.setText("" if choice is None else choice.text)
        self.setToolTip("" if choice is None else choice.detail)
        self._cross.setVisible(choice is not None)
        self._told = self.value()

    def setText(self, text: str | None) -> None:
        """Put words in; those that stood for a choice bring it back, as after a scan whose keys
        were typed into the box."""
        super().setText(text)
        lost = self._lost
        if lost is not None and text == lost.text:
            self._waits.stop()
            self._close()
            self._choice, self._lost = lost, None
            self._cross.setVisible(True)
            self._tell()

    def problem(self) -> str:
        """What is wrong with what was typed: nothing was chosen for it."""
        unknown = bool(self.text().strip()) and self.value() is None
        return self.words.t("Choose one from the list.") if unknown else ""

    def kept(self) -> object:
        """What stands in it, for a draft."""
        return (self._choice, self.text())

    def put_back(self, value: object) -> None:
        """Let it stand there as it was."""
        assert isinstance(value, tuple)
        choice, text = value
        self.set_choice(choice)
        self.setText(text)

    @Slot()
    def take_out(self) -> None:
        """Nothing is chosen any more."""
        self.set_choice(None)
        self.changed.emit(None)
        self.setFocus()

    @Slot(object)
    def _choose(self, choice: Choice) -> None:
        self._waits.stop()
        self.set_choice(choice)
        self._close()
        self.changed.emit(choice.value)
        self.chosen.emit(choice)

    @Slot()
    def _tell(self) -> None:
        """What was typed is settled."""
        if self.value() != self._told:
            self._told = self.value()
            self.changed.emit(self._told)

    # --- what is found ---

    @Slot(str)
    def _typed(self, _text: str) -> None:
        # a choice holds as long as its words stand there whole
        self._lost = self._choice or self._lost
        self._choice = None
        self._cross.setVisible(False)
        self._waits.start()

    @Slot()
    def _ask(self) -> None:
        text = self.text().strip()
        # what is chosen is no search: the list then shows what is usual
        sought = "" if self._choice is not None else text
        if self._lane is not None:
            self._lane.start(
                lambda _: (sought, self._find(sought)), then=self._found, refused=self._refused
            )
            return
        try:
            self._show((sought, self._find(sought)))
        except StoreError as error:
            self._say_refusal(error)

    @Slot(object)
    def _show(self, answer: tuple[str, Sequence[Choice]]) -> None:
        text, choices = answer
        now = "" if self._choice is not None else self.text().strip()
        # an answer to letters that were typed on is nobody's, nor is one after the box was left
        if text != now or not self.hasFocus():
            return
        if choices:
            self._opened().show_choices(choices)
        elif self._free:
            self._close()
        else:
            self._opened().say(self.words.t("Nothing found for “{text}”.", text=text))

    @Slot(object)
    def _say_refusal(self, error: StoreError) -> None:
        if self.hasFocus():
            self._opened().say(sentence(error, self.words))

    def _opened(self) -> ChoiceList:
        """The list, made when it is first needed: by then the box stands in its window."""
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = ChoiceList(self)
            self._list.picked.connect(self._choose)
            # it is a child of the window, which stays when the box goes
            self.destroyed.connect(self._list.deleteLater)
            self.window().installEventFilter(self)
            for area in _areas(self):
                area.verticalScrollBar().valueChanged.connect(self._close)
        return self._list

    @Slot()
    def _close(self) -> None:
        if self._list is not None:
            self._list.hide()

    def is_open(self) -> bool:
        """True while the list is in sight."""
        return self._list is not None and self._list.isVisible()

    # --- keys, mouse, focus ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _ARROWS:
            if self._list is not None and self.is_open():
                self._list.move_by(_ARROWS[key])
            else:
                self._ask()
        elif key == Qt.Key.Key_Escape and self.is_open():
            self._close()
        elif key in _ENTER and self._take_current():
            return
        else:
            super().keyPressEvent(event)

    def _take_current(self) -> bool:
        """Choose what is marked in the list; false where there is nothing of that kind."""
        marked = self._list.current() if self._list is not None else None
        if marked is None:
            return False
        self._choose(marked)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        # whoever clicks into an empty box wants to see what there is
        if not self.text():
            self._ask()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._close()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._close()
        return super().eventFilter(watched, event)


def _areas(widget: QWidget) -> list[QAbstractScrollArea]:
    """What the box is scrolled with."""
    found = []
    up = widget.parentWidget()
    while up is not None:
        if isinstance(up, QAbstractScrollArea):
            found.append(up)
        up = up.parentWidget()
    return found
