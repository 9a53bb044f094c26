"""Parts of which one is in front: a stack, and tabs. Only what is in front has a say in how much
room they need; what is behind would make the page scroll for nothing."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabWidget, QWidget

from storecrm.ui.kit.scroll_part import least_height

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

    def heightForWidth(self, width: int) -> int:
        """What the page in front needs. Qt's own answer is what it would like, and whoever gives it
        that scrolls for nothing."""
        page = self.currentWidget()
        bar = self.tabBar().sizeHint().height()
        return bar if page is None else bar + least_height(page, width)

    @Slot()
    def _give_room(self) -> None:
        stack = self.findChild(QStackedWidget)
        if stack is not None:
            _let_speak(stack)
            # tabs have no layout of their own that would pass it on
            self.updateGeometry()


def _let_speak(stack: QStackedWidget) -> None:
    """The page in front says how much it needs, the others say nothing."""
    for at in range(stack.count()):
        page = stack.widget(at)
        policy = _SAYS if at == stack.currentIndex() else _SAYS_NOTHING
        if page is not None and page.sizePolicy().verticalPolicy() != policy:
            page.setSizePolicy(policy, policy)
    stack.updateGeometry()
