"""What is known of members together: scores, stages of life, segments, tags, who brings members. A
tab each."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import Cancelled, StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.stacks import FrontTabs
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import label
from storecrm.ui.pages.analytics_recruiting import RecruitingTab
from storecrm.ui.pages.analytics_scores import ScoresTab
from storecrm.ui.pages.analytics_segments import SegmentsTab
from storecrm.ui.pages.analytics_stages import StagesTab
from storecrm.ui.pages.analytics_tags import TagsTab
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.analytics import KnownViewModel

_LOW = 560
"""A window lower than so many pixels has no room for the page's title; the rail says it, too."""


class KnownPage(QWidget):
    """The tabs; what is refused is said at the field that it is of, or over the page."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._words = words
        self.errors = FieldErrors(self)
        self.tabs = FrontTabs(words.t("Insight"))
        self.segments = SegmentsTab(vm, words)
        self.scores = ScoresTab(vm, words)
        self.stages = StagesTab(vm, words)
        self.tags = TagsTab(vm, words)
        self.recruiting = RecruitingTab(vm, words)
        self.tabs.addTab(self.segments, words.t("Segments"))
        self.tabs.addTab(self.scores, words.t("RFM"))
        self.tabs.addTab(self.stages, words.t("Lifecycle"))
        self.tabs.addTab(self.tags, words.t("Tags"))
        self.tabs.addTab(self.recruiting, words.t("Referrals"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        self.title = label(words.t("Insight"), "h1")
        column.addWidget(self.title)
        column.addWidget(self.tabs, 1)
        self.tabs.currentChanged.connect(lambda _: self.open())
        vm.refused.connect(self._refuse)
        vm.exported.connect(self._exported)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.title.setVisible(self.window().height() >= _LOW)

    def open(self) -> None:
        """Look anew at what is in front."""
        say(self, "")
        # the focus goes where the arrow keys go through the tabs
        self.tabs.tabBar().setFocus()
        self.tabs.currentWidget().open()  # type: ignore[attr-defined]

    topics = frozenset((Topic.MEMBERS, Topic.SALES, Topic.POINTS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The tab in front; what is said over it stays."""
        self.tabs.currentWidget().open()  # type: ignore[attr-defined]

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        # who stopped something knows
        if isinstance(error, Cancelled):
            return
        self.errors.clear()
        text = told(error, self._words)
        field = self.tabs.currentWidget().field_of(error)  # type: ignore[attr-defined]
        if field is None:
            say(self, text, bad=True)
        else:
            self.errors.show(field, text)

    @Slot(object)
    def _exported(self, file: object) -> None:
        say(self, self._words.t("Saved: {file}", file=str(file)))
