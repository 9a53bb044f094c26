"""Who works here, and the codes for the safe."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from storecrm.i18n import Catalogue
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.members import staff_cards
from storecrm.services.printing import emergency_list
from storecrm.services.staff import accounts
from storecrm.services.store import Store
from storecrm.services.till import overrides
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Role


class ShopViewModel(QObject):
    """Staff; every change is answered with the list anew."""

    people = Signal(object)  # list[StaffView]
    done = Signal(str)  # "person" | "pin" | "card" | "disabled" | "codes"
    refused = Signal(object)  # StoreError

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self._lane = lane
        self.words = words

    def load(self) -> None:
        self._lane.do(lambda: accounts.listed(self.store), then=self.people, refused=self.refused)

    def add(self, name: str, role: Role, pin: str) -> None:
        self._act("person", lambda: accounts.add(self.store, name=name, role=role, pin=pin))

    def set_pin(self, name: str, pin: str) -> None:
        self._act("pin", lambda: accounts.set_pin(self.store, name=name, pin=pin))

    def set_card(self, name: str, member: str | None) -> None:
        self._act("card", lambda: staff_cards.set_card(self.store, name=name, member=member))

    def disable(self, name: str) -> None:
        self._act("disabled", lambda: accounts.disable(self.store, name=name))

    def emergency_codes(self, count: int, file: Path) -> None:
        """A new list for the safe; the one before is void."""

        def work() -> None:
            # the list before is void at once: the new one must have where to go
            files.require(Target(file, emergency_list.KIND, self.store.name, overwrite=True))
            codes = overrides.new_codes(self.store, count=count)
            emergency_list.write(
                self.store, codes=codes, file=file, words=self.words, overwrite=True
            )

        self._act("codes", work)

    def _act(self, name: str, work: Callable[[], object]) -> None:
        def run(_: object) -> str:
            work()
            return name

        self._lane.start(run, then=self.done, refused=self.refused)
        # the list anew, whatever came of it
        self.load()
