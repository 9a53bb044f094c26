"""Parts of which one is in front: a stack, and tabs. Only what is in front has a say in how much
room they need; what is behind would make the page scroll for nothing."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabWidget, QWidget

_SAYS = QSizePolicy.Policy.Preferred
_SAYS_NOTHING = QSizePolicy.Policy.Ignored


class FrontStack(QStackedWidget):
    """Steps or views, one in front."""

    def __init__(self, *pages: QWidget) -> None:
        super().__init__()
        for page in pages:
            self.addWidget(page)
        self._give_room()
        self.currentChanged.connect(self._give_room)

    @Slot()
    def _give_room(self) -> None:
        _let_speak(self)


class FrontTabs(QTabWidget):
    """Tabs without a frame, under a name for screen readers."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setDocumentMode(True)
        for named in (self, self.tabBar()):
            named.setAccessibleName(name)
        self.currentChanged.connect(self._give_room)

    def tabInserted(self, at: int) -> None:
        super().tabInserted(at)
        self._give_room()

    @Slot()
    def _give_room(self) -> None:
        stack = self.findChild(QStackedWidget)
        if stack is not None:
            _let_speak(stack)


def _let_speak(stack: QStackedWidget) -> None:
    """The page in front says how much it needs, the others say nothing."""
    for at in range(stack.count()):
        page = stack.widget(at)
        policy = _SAYS if at == stack.currentIndex() else _SAYS_NOTHING
        if page is not None and page.sizePolicy().verticalPolicy() != policy:
            page.setSizePolicy(policy, policy)
    stack.updateGeometry()
