"""What is known of members together: scores, stages of life, segments, tags, who brings members. A
tab each."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.store import Topic
from storecrm.ui.kit.widgets import Banner, label
from storecrm.ui.pages.analytics_recruiting import RecruitingTab
from storecrm.ui.pages.analytics_scores import ScoresTab
from storecrm.ui.pages.analytics_segments import SegmentsTab
from storecrm.ui.pages.analytics_stages import StagesTab
from storecrm.ui.pages.analytics_tags import TagsTab
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.analytics import KnownViewModel


class KnownPage(QWidget):
    """The tabs, and one line of news above them."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._words = words
        self.banner = Banner()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget in (self.tabs, self.tabs.tabBar()):
            widget.setAccessibleName(words.t("Insight"))
        self.segments = SegmentsTab(vm, words)
        self.scores = ScoresTab(vm, words)
        self.stages = StagesTab(vm, words)
        self.tags = TagsTab(vm, words)
        self.recruiting = RecruitingTab(vm, words)
        self.tabs.addTab(self.segments, words.t("Segments"))
        self.tabs.addTab(self.scores, words.t("RFM"))
        self.tabs.addTab(self.stages, words.t("Stages of life"))
        self.tabs.addTab(self.tags, words.t("Tags"))
        self.tabs.addTab(self.recruiting, words.t("Who brings members"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(label(words.t("Insight"), "h1"))
        column.addWidget(self.banner)
        column.addWidget(self.tabs, 1)
        self.tabs.currentChanged.connect(lambda _: self.open())
        vm.refused.connect(self._refuse)
        vm.exported.connect(self._exported)

    def open(self) -> None:
        """Look anew at what is in front."""
        self.banner.say("")
        # the focus goes where the arrow keys go through the tabs
        self.tabs.tabBar().setFocus()
        self.tabs.currentWidget().open()  # type: ignore[attr-defined]

    topics = frozenset((Topic.MEMBERS, Topic.SALES, Topic.POINTS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The tab in front; what is said above it stays."""
        self.tabs.currentWidget().open()  # type: ignore[attr-defined]

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.banner.say(told(error, self._words), bad=True)

    @Slot(object)
    def _exported(self, file: object) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))
