"""The shop's own settings, for the owner."""

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from storecrm.domain.setting_kinds import Setting
from storecrm.domain.shop_rules import ShopRules
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.lookups import Lookups


class KeptSetting(NamedTuple):
    """One setting that was set, what it was, and what holds from now on."""

    key: str
    before: str
    rules: ShopRules


class ShopSettingsViewModel(QObject):
    """What holds, and one change after the other; each is answered with all of them anew."""

    shown = Signal(object)  # ShopRules
    kept = Signal(object)  # KeptSetting
    unread = Signal(object)  # dict of what no setting can read, by key
    refused = Signal(object)  # StoreError

    def __init__(self, store: Store, lane: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self._lane = lane
        self.words = words
        # a search never waits behind the till's writes
        self.lookups = Lookups(store, bench, words)

    def load(self) -> None:
        """Look at what holds, and at what cannot be read."""
        self._lane.do(lambda: shop_settings.of(self.store), then=self.shown, refused=self.refused)
        self._lane.do(
            lambda: shop_settings.unreadable(self.store), then=self.unread, refused=self.refused
        )

    def keep(self, setting: Setting[object], text: str) -> None:
        """Set one, as files and commands write it."""

        def work(_: object) -> object:
            before = shop_settings.of(self.store).text[setting.key]
            # another setting may follow from this one
            shop_settings.set_rule(self.store, key=setting.key, value=text)
            return KeptSetting(setting.key, before, shop_settings.of(self.store))

        self._lane.start(work, then=self.kept, refused=self.refused)
