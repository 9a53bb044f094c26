"""The first start on a machine: a new shop, the demo shop, or a backup brought here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from storecrm import paths
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services.backup import backups
from storecrm.services.backup.backups import Restored
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails, Store
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Role, clean_text

DEMO_MEMBERS = 400


@dataclass(frozen=True)
class NewShop:
    """What a new shop needs to be opened."""

    name: str
    currency: str
    timezone: str
    region: str
    owner: str
    pin: str
    again: str


class BeginningViewModel(QObject):
    """Makes the store at `name`; `create` and `close` are the composition root's."""

    ready = Signal(str)  # the store to open
    refused = Signal(object)  # StoreError

    def __init__(
        self,
        lane: Lane,
        name: str,
        words: Catalogue,
        create: Callable[..., Store],
        close: Callable[[Store], None],
    ) -> None:
        super().__init__()
        self.name = name
        self._lane = lane
        self._words = words
        self._create = create
        self._close = close
        self.restored: Restored | None = None

    def open_shop(self, new: NewShop) -> None:
        """A new, empty shop with its owner."""
        self._lane.do(lambda: self._open_shop(new), then=self.ready, refused=self.refused)

    def _open_shop(self, new: NewShop) -> str:
        # everything is looked at before a file is made: a store without an owner could not be
        # opened by anybody
        if not clean_text(new.owner, 40):
            raise BadInput("staff_name")
        accounts.check_pin(new.pin, Role.OWNER)
        if new.pin != new.again:
            raise BadInput("pin_differs")
        shop = ShopDetails(
            name=new.name, currency=new.currency, timezone=new.timezone, region=new.region
        )
        store = self._create(self.name, shop=shop)
        try:
            accounts.add(store, name=new.owner, role=Role.OWNER, pin=new.pin)
        finally:
            self._close(store)
        return self.name

    def look_around(self) -> None:
        """Build the demo shop in a place of its own."""
        self._lane.do(lambda: self._look_around(), then=self.ready, refused=self.refused)

    def _look_around(self) -> str:
        folder = paths.data_folder() / "demo"
        if not (folder / "store.db").is_file():
            # loaded here: only a first look needs it
            from storecrm.services import demo

            tour: Any = demo.tour
            tour(
                folder,
                count=DEMO_MEMBERS,
                seed=1,
                words=self._words,
                create=self._create,
                close=self._close,
            )
        return str(folder / "store.db")

    def bring_back(self, file: Path, code: str, *, force: bool = False) -> None:
        """The store of another machine, from its backup; with `force` one without its manifest
        too."""
        self._lane.do(
            lambda: self._bring_back(file, code, force), then=self.ready, refused=self.refused
        )

    def _bring_back(self, file: Path, code: str, force: bool) -> str:
        self.restored = backups.bring_back(file, name=self.name, code=code, force=force)
        return self.name
