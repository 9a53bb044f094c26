"""Pages with their view-models, each built when it is first opened.

What a page needs is loaded then, too: the till's window must not wait for papers and sheets.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from storecrm.i18n import Catalogue
from storecrm.services.rights import Right
from storecrm.settings import Settings
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.lanes import Lanes
from storecrm.ui.news_bar import NewsBar
from storecrm.ui.pages.settings import SettingsPage
from storecrm.ui.pages.till.page import TillPage
from storecrm.ui.viewmodels.session import SessionViewModel
from storecrm.ui.viewmodels.till.view_model import TillViewModel


def holding(page: Any, vm: QObject) -> Any:
    """The page with its view-model as child: both end in the window's thread, whoever holds the
    last reference."""
    vm.setParent(page)
    return page


class PageBuilding:
    """Builds the pages behind the till for whoever is signed in."""

    def __init__(self, session: SessionViewModel, lanes: Lanes, words: Catalogue) -> None:
        self._session = session
        self._lanes = lanes
        self._words = words
        self._built: dict[str, Callable[[], Any]] = {
            "members": self._members,
            "today": self._today,
            "returns": self._returns,
            "offers": self._offers,
            "known": self._insight,
            "report": self._report,
            "data": self._data,
            "trail": self._trail,
        }

    def build(self, name: str) -> Any:
        """A page by its name; the settings have needs of their own (`settings`)."""
        return self._built[name]()

    def till(self, sounds: Sounds) -> TillPage:
        """The till."""
        lanes = self._lanes
        vm = TillViewModel(self._session.store, lanes.desk, lanes.bench, self._words)
        page = TillPage(vm, self._words, sounds)
        vm.setParent(page)
        return page

    def do_daily(self, news: NewsBar, parent: QObject) -> None:
        """Begin what is done once a day, on a lane of its own: whoever searches a member meanwhile
        does not wait for it."""
        from storecrm.ui.viewmodels.office import OfficeViewModel

        lanes = self._lanes
        vm = OfficeViewModel(self._session.store, lanes.office, lanes.house, self._words)
        vm.setParent(parent)
        vm.refused.connect(news.tell_error)
        vm.gaps.connect(news.tell_gaps)
        if self._session.may(Right.RESTORE):
            vm.load_gaps()
        vm.back_up_if_due()

    def _members(self) -> Any:
        from storecrm.ui.pages.members import MembersPage
        from storecrm.ui.viewmodels.members import MembersViewModel

        store, lanes = self._session.store, self._lanes
        vm = MembersViewModel(store, lanes.bench, lanes.office, self._words)
        return holding(MembersPage(vm, self._words), vm)

    def _today(self) -> Any:
        from storecrm.ui.pages.today import TodayPage
        from storecrm.ui.viewmodels.today import TodayViewModel

        # on the desk: what was sold just now is on the list
        vm = TodayViewModel(self._session.store, self._lanes.desk, self._words)
        return holding(TodayPage(vm, self._words), vm)

    def _returns(self) -> Any:
        from storecrm.ui.pages.returns import ReturnsPage
        from storecrm.ui.viewmodels.returns import ReturnsViewModel

        vm = ReturnsViewModel(self._session.store, self._lanes.desk)
        return holding(ReturnsPage(vm, self._words), vm)

    def _offers(self) -> Any:
        from storecrm.ui.pages.offers import OffersPage
        from storecrm.ui.viewmodels.lookups import Lookups
        from storecrm.ui.viewmodels.offers import OffersViewModel

        store, lanes = self._session.store, self._lanes
        vm = OffersViewModel(store, lanes.desk, lanes.office, lanes.bench, self._words)
        lookups = Lookups(store, lanes.bench, self._words)
        return holding(OffersPage(vm, lookups, self._words), vm)

    def _insight(self) -> Any:
        from storecrm.ui.pages.analytics import KnownPage
        from storecrm.ui.viewmodels.analytics import KnownViewModel

        store, lanes = self._session.store, self._lanes
        vm = KnownViewModel(store, lanes.bench, lanes.office, self._words)
        return holding(KnownPage(vm, self._words), vm)

    def _office(self) -> Any:
        from storecrm.ui.viewmodels.office import OfficeViewModel

        store, lanes = self._session.store, self._lanes
        return OfficeViewModel(store, lanes.office, lanes.bench, self._words)

    def _report(self) -> Any:
        from storecrm.ui.pages.month_report import ReportPage

        vm = self._office()
        return holding(ReportPage(vm, self._words), vm)

    def _trail(self) -> Any:
        from storecrm.ui.pages.trail import TrailPage
        from storecrm.ui.viewmodels.trail import TrailViewModel

        vm = TrailViewModel(self._session.store, self._lanes.bench)
        return holding(TrailPage(vm, self._words), vm)

    def _data(self) -> Any:
        """The shop's data, each tab with a view-model of its own."""
        from storecrm.ui.pages.data import DataPage

        vm = self._office()
        # nobody but who may erase is told whom the rule would forget
        private = self._privacy_tab() if self._session.may(Right.ERASE) else None
        bring, moving, twins = self._import_tab(), self._moving_tab(), self._duplicates_tab()
        return holding(DataPage(vm, self._words, bring, moving, twins, private), vm)

    def _import_tab(self) -> Any:
        from storecrm.ui.pages.import_wizard import ImportWizard
        from storecrm.ui.viewmodels.import_wizard import ImportViewModel

        store, lanes = self._session.store, self._lanes
        vm = ImportViewModel(store, lanes.office, lanes.bench, self._words)
        return holding(ImportWizard(vm, self._words), vm)

    def _moving_tab(self) -> Any:
        from storecrm.ui.pages.moving_in import MovingInPage
        from storecrm.ui.viewmodels.moving_in import MovingInViewModel

        store, lanes = self._session.store, self._lanes
        vm = MovingInViewModel(store, lanes.office, lanes.bench, self._words)
        return holding(MovingInPage(vm, self._words), vm)

    def _duplicates_tab(self) -> Any:
        from storecrm.ui.pages.duplicates import DuplicatesPage
        from storecrm.ui.viewmodels.duplicates import DuplicatesViewModel

        store, lanes = self._session.store, self._lanes
        vm = DuplicatesViewModel(store, lanes.office, lanes.bench, self._words)
        return holding(DuplicatesPage(vm, self._words), vm)

    def _privacy_tab(self) -> Any:
        from storecrm.ui.pages.privacy import PrivacyTab
        from storecrm.ui.viewmodels.privacy import PrivacyViewModel

        vm = PrivacyViewModel(self._session.store, self._lanes.office, self._lanes.bench)
        return holding(PrivacyTab(vm, self._words), vm)

    def settings(self, settings: Settings, sounds: Sounds, till: str) -> SettingsPage:
        """This machine's settings, for the owner with the staff and the rules of the shop."""
        owns = self._session.may(Right.STAFF)
        shop = self._shop_tab() if owns else None
        rules = self._rules_tab() if owns else None
        return SettingsPage(settings, self._words, sounds, shop, rules, till)

    def _shop_tab(self) -> Any:
        from storecrm.ui.pages.shop import ShopPage
        from storecrm.ui.viewmodels.shop import ShopViewModel

        vm = ShopViewModel(self._session.store, self._lanes.desk, self._words)
        return holding(ShopPage(vm, self._words), vm)

    def _rules_tab(self) -> Any:
        from storecrm.ui.pages.shop_settings import ShopSettingsPage
        from storecrm.ui.viewmodels.shop_settings import ShopSettingsViewModel

        store, lanes = self._session.store, self._lanes
        vm = ShopSettingsViewModel(store, lanes.desk, lanes.bench, self._words)
        return holding(ShopSettingsPage(vm, self._words), vm)
