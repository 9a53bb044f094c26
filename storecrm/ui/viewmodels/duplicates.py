"""Finding members that are there twice, comparing them side by side, merging them, and parting them
again."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.exports import duplicate_groups
from storecrm.services.loyalty import points_account
from storecrm.services.members import duplicates, registry
from storecrm.services.members import merge as merging
from storecrm.services.members.duplicates import DuplicateGroup
from storecrm.services.members.merge import Merged
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task


class DuplicatesViewModel(QObject):
    """Groups, pairs, merges."""

    found = Signal(object)  # list[Group]
    paired = Signal(object)  # ((MemberView, points), (MemberView, points))
    merged = Signal(object)  # MemberView
    parted = Signal(object)  # (MemberView, MemberView)
    apart = Signal(object)
    merges = Signal(object)  # list[Merged]
    exported = Signal(object)  # Path
    refused = Signal(object)  # StoreError
    progressed = Signal(object)  # (done, total)

    def __init__(self, store: Store, office: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self._office = office
        self._bench = bench
        self.words = words
        self.task: Task | None = None
        self.groups: list[DuplicateGroup] = []
        self.found.connect(self._on_found)

    @property
    def may_export(self) -> bool:
        return rights.holds(self.store.actor, Right.EXPORT_MEMBERS)

    def find(self) -> None:
        """Search everybody."""

        work = lambda progress: duplicates.groups(self.store, progress=progress)  # noqa: E731
        self.task = self._bench.start(
            work, then=self.found, refused=self.refused, progressed=self.progressed
        )

    @Slot(object)
    def _on_found(self, found: list[DuplicateGroup]) -> None:
        # kept for the file: searching everybody again takes minutes
        self.groups = found

    def pair(self, first: str, second: str) -> None:
        """Two members beside each other."""

        def work() -> list[tuple[MemberView, int]]:
            return [self._with_points(first), self._with_points(second)]

        self._on_bench(work, self.paired)

    def _with_points(self, member: str) -> tuple[MemberView, int]:
        points = points_account.show(self.store, member=member)
        return registry.show(self.store, member=member), points.active

    def merge(self, survivor: str, merged: str, winners: Mapping[str, str]) -> None:
        def work() -> MemberView:
            return merging.merge(self.store, survivor=survivor, merged=merged, winners=winners)

        self._on_office(work, self.merged)

    def keep_apart(self, first: str, second: str) -> None:
        self._on_office(
            lambda: duplicates.keep_apart(self.store, first=first, second=second), self.apart
        )

    def load_merges(self) -> None:
        self._on_bench(lambda: merging.listed(self.store), self.merges)

    def part(self, merge: Merged) -> None:
        """Undo this merge; a newer one of the same survivor goes first."""

        def work() -> tuple[MemberView, MemberView]:
            return merging.unmerge(self.store, member=merge.survivor, merge_id=merge.id)

        self._on_office(work, self.parted)

    def export(self, file: Path) -> None:
        found = self.groups

        def work() -> Path:
            duplicate_groups.export_duplicates(
                self.store, found=found, file=file, words=self.words, overwrite=True
            )
            return file

        self._on_office(work, self.exported)

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)
