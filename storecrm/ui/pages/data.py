"""The shop's data, a tab each: imports, moving in, duplicates, privacy, day totals, backups."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.backup.backups import BackupView
from storecrm.services.integrity.verify import Finding
from storecrm.services.store import Topic
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.stacks import FrontTabs
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import label
from storecrm.ui.pages.backups import BackupsTab
from storecrm.ui.pages.day_totals import TotalsTab
from storecrm.ui.pages.duplicates import DuplicatesPage
from storecrm.ui.pages.import_wizard import ImportWizard
from storecrm.ui.pages.moving_in import MovingInPage
from storecrm.ui.pages.privacy import PrivacyTab
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.office import OfficeViewModel
from storecrm.wording import labels


class DataPage(QWidget):
    """The tabs; what was done is said over them."""

    restored = Signal(object)  # Restored

    def __init__(
        self,
        vm: OfficeViewModel,
        words: Catalogue,
        imports: ImportWizard,
        moving: MovingInPage,
        twins: DuplicatesPage,
        privacy: PrivacyTab | None,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self.imports = imports
        self.moving = moving
        self.twins = twins
        self.privacy = privacy
        self.day_totals = TotalsTab(vm, words)
        self.backups = BackupsTab(vm, words, self.restored)
        self._add_tabs()
        title = label(words.t("Data"), "h1")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(title)
        column.addWidget(self.tabs, 1)
        # the rail says it too
        Sacrifice(self, (title,))
        self._join()

    def _add_tabs(self) -> None:
        w = self._words
        self.tabs = FrontTabs(w.t("Data"))
        self.tabs.addTab(self.imports, w.t("Import"))
        self.tabs.addTab(self.moving, w.t("Moving in"))
        self.tabs.addTab(self.twins, w.t("Duplicates"))
        if self.privacy is not None:
            self.tabs.addTab(self.privacy, w.t("Privacy"))
        self.tabs.addTab(self.day_totals, w.t("Day totals"))
        self.tabs.addTab(self.backups, w.t("Backup"))

    def _join(self) -> None:
        vm = self._vm
        self.tabs.currentChanged.connect(self._open_tab)
        # after an import of members it is looked whether somebody came in twice
        self.imports.duplicates_wanted.connect(self._look_for_duplicates)
        self.backups.refused.connect(self._warn)
        vm.backed_up.connect(self._backed_up)
        vm.verified.connect(self._verified)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._open_tab(self.tabs.currentIndex())
        self._vm.load_totals()
        self._vm.load_backups()
        # a trail that lacks something is said on the page, whichever tab is in front
        self._vm.load_gaps()

    topics = frozenset((Topic.TOTALS, Topic.MEMBERS, Topic.SALES, Topic.COUPONS))

    def look_again(self, changed: frozenset[Topic]) -> None:
        """Imports, moves and merges that ended, and the totals of days; what is typed stays."""
        if Topic.TOTALS in changed:
            self._vm.load_totals()
        tab = self.tabs.currentWidget()
        if isinstance(tab, ImportWizard | MovingInPage | DuplicatesPage):
            tab.open()

    @Slot()
    def _look_for_duplicates(self) -> None:
        self.tabs.setCurrentWidget(self.twins)
        self.twins.search()

    @Slot(int)
    def _open_tab(self, _at: int) -> None:
        """A tab that looks for itself does so when it is in front."""
        tab = self.tabs.currentWidget()
        if isinstance(tab, ImportWizard | MovingInPage | DuplicatesPage | PrivacyTab):
            tab.open()

    # --- answers ---

    @Slot(object)
    def _backed_up(self, view: BackupView | None) -> None:
        # none where the last one is of today
        if view is None:
            return
        proof = labels.proof(view.proof, self._words)
        said = self._words.t("Backed up: {file} ({proof})", file=str(view.path), proof=proof)
        say(self, said)
        self._vm.load_backups()

    @Slot(object)
    def _verified(self, answer: tuple[list[str], list[Finding]]) -> None:
        checks, findings = answer
        if findings:
            self._warn("; ".join(f"{found.check}: {found.count}" for found in findings))
            return
        well = self._words.n("1 check, all is well.", "{count} checks, all is well.", len(checks))
        say(self, well)

    @Slot(str)
    def _warn(self, text: str) -> None:
        say(self, text, bad=True)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self._warn(told(error, self._words))
        self.backups.all_the_same.setVisible(error.code == "manifest_missing")
