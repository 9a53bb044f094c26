"""Who is forgotten when nobody needs them any more, who is never written to, and who looked members
up."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, SignalInstance

from storecrm.domain.shop_rules import ShopRules
from storecrm.services import shop_settings
from storecrm.services.members import consent, erasure, search_limits
from storecrm.services.members.erasure import Stale
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane


@dataclass(frozen=True)
class Privacy:
    """Whom the rule would forget, the rule itself, addresses never written to by channel, and
    searches of the last 30 days by person."""

    stale: list[Stale]
    months: str
    never: dict[str, int]
    looks: list[tuple[str, int, int]]


class PrivacyViewModel(QObject):
    """The owner's: look, then forget."""

    looked = Signal(object)  # Privacy
    forgotten = Signal(object)  # int
    ruled = Signal(object)
    refused = Signal(object)  # StoreError

    def __init__(self, store: Store, office: Lane, bench: Lane) -> None:
        super().__init__()
        self.store = store
        self._office = office
        self._bench = bench

    def look(self) -> None:
        def work() -> Privacy:
            store = self.store
            # the rule as it is typed, with its star for never
            months = shop_settings.show(store)[ShopRules.retention_months.key]
            return Privacy(
                stale=erasure.stale(store),
                months=months,
                never=consent.never_written(store),
                looks=search_limits.by_person(store),
            )

        self._on_bench(work, self.looked)

    def set_months(self, text: str) -> None:
        """After how many months; * for never."""
        value = text.strip() or "*"

        def work() -> object:
            return shop_settings.set_rule(
                self.store, key=ShopRules.retention_months.key, value=value
            )

        self._on_office(work, self.ruled)

    def forget(self, seen: int) -> None:
        """Everybody on the list, for ever, if it is still as long as it was seen."""

        def work() -> object:
            return erasure.retain(self.store, expect=seen)

        self._on_office(work, self.forgotten)

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)
