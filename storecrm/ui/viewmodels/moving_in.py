"""Moving in: the files of the old system, what each is, what would come in, and the acts so far;
lists that go out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.exports import files, lists
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.imports import mappings, move_in, move_in_page
from storecrm.services.imports.mappings import FileMapping
from storecrm.services.imports.moves import Moved, PlannedFile
from storecrm.services.imports.options import ImportOptions
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task


class MovingInViewModel(QObject):
    """One act, from its files to its page, and the acts so far."""

    planned = Signal(object)  # list[PlannedFile]
    tried = Signal(object)  # Moved
    moved = Signal(object)  # Moved
    kept = Signal(object)  # list[MappingView]
    moves = Signal(object)  # list[MoveView]
    rolled_back = Signal(object)  # MoveView
    saved = Signal(object)  # Path
    exported = Signal(object)  # (Path, what the list does not carry)
    refused = Signal(object)  # StoreError
    progressed = Signal(object)  # (done, total)

    def __init__(self, store: Store, office: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store, self._office, self._bench, self.words = store, office, bench, words
        self.plan: list[PlannedFile] = []
        self.ways: dict[str, FileMapping] = {}
        self.seen: Moved | None = None
        self.leave_bad = False
        self.new_products = False
        self.task: Task | None = None
        self.planned.connect(self._on_planned)
        self.tried.connect(self._on_tried)

    @property
    def told(self) -> bool:
        """True when it is known of every file which list it is and how it is read."""
        return bool(self.plan) and all(file.kind and file.doubt is None for file in self.plan)

    @property
    def ready(self) -> bool:
        """True when the files may be taken in: told, tried out, and without problems or with leave
        to skip them."""
        return self.told and self.seen is not None and (self.leave_bad or not self.seen.rejected)

    @property
    def lacks_articles(self) -> bool:
        """True when receipts name articles that no list holds: they can be made out of their
        numbers."""
        found = self.seen.files if self.seen is not None else ()
        return any(
            problem.column == "sku" and problem.kind == "unknown"
            for one in found
            for problem in one.result.by_kind
        )

    def add(self, files: Sequence[Path]) -> None:
        """Look at further files; one that is there already is looked at anew."""
        names = {file.name for file in files}
        self.ways = {name: way for name, way in self.ways.items() if name not in names}
        self._bench.start(
            lambda _: mappings.listed(self.store), then=self.kept, refused=self.refused
        )
        self._look(
            [file.path for file in self.plan if file.path.name not in names] + list(files),
            self._said(),
        )

    def remove(self, file: PlannedFile) -> None:
        self._look([one.path for one in self.plan if one.path != file.path], self._said())

    def is_a(self, file: PlannedFile, kind: str) -> None:
        """A person says which list a file is."""
        self._look([one.path for one in self.plan], self._said() | {file.path.name: kind})

    def read_so(self, file: PlannedFile, way: FileMapping) -> None:
        """A person says how a file is read."""
        self.ways[file.path.name] = way
        self._look([one.path for one in self.plan], self._said())

    def _said(self) -> dict[str, str]:
        return {file.path.name: file.kind for file in self.plan if file.told_by == "person"}

    def _look(self, files: list[Path], kinds: dict[str, str]) -> None:
        names = {file.name for file in files}
        said = {name: kind for name, kind in kinds.items() if name in names}
        ways = {name: way for name, way in self.ways.items() if name in names}
        work = lambda _: move_in.look(self.store, files=files, kinds=said, ways=ways)  # noqa: E731
        self.task = self._bench.start(work, then=self.planned, refused=self.refused)

    @Slot(object)
    def _on_planned(self, plan: list[PlannedFile]) -> None:
        self.plan, self.seen = plan, None

    def try_out(self) -> None:
        """Take everything in, in a copy of the store."""
        plan, how = list(self.plan), ImportOptions(new_products=self.new_products)
        self._run(
            lambda progress: move_in.rehearse(self.store, plan=plan, how=how, progress=progress),
            self.tried,
        )

    @Slot(object)
    def _on_tried(self, seen: Moved) -> None:
        self.seen = seen

    def go(self) -> None:
        """Take everything in."""
        plan, how = (
            list(self.plan),
            ImportOptions(skip_bad=self.leave_bad, new_products=self.new_products),
        )
        self._run(
            lambda progress: move_in.load(self.store, plan=plan, how=how, progress=progress),
            self.moved,
        )

    def _run(self, work: Callable[[Any], Any], then: Any) -> None:
        self.task = self._office.start(
            work, then=then, refused=self.refused, progressed=self.progressed
        )

    def begin_anew(self) -> None:
        self.plan, self.seen, self.leave_bad, self.new_products = [], None, False, False
        self.ways = {}

    def load_moves(self) -> None:
        self._bench.start(
            lambda _: move_in.listed(self.store), then=self.moves, refused=self.refused
        )

    def roll_back(self, group: int) -> None:
        self._run(lambda _: move_in.roll_back(self.store, group=group), self.rolled_back)

    def print_page(self, group: int, file: Path) -> None:
        """The page of an act as PDF."""

        def work() -> Path:
            view = move_in.show(self.store, group=group)
            move_in_page.write(self.store, view=view, file=file, words=self.words, overwrite=True)
            return file

        self._bench.start(lambda _: work(), then=self.saved, refused=self.refused)

    def lists(self) -> list[str]:
        """What this person may hand out."""
        return [
            kind for kind in lists.LISTS if rights.holds(self.store.actor, files.right_of(kind))
        ]

    def export(self, kind: str, file: Path) -> None:
        def work() -> tuple[Path, tuple[LeftBehind, ...]]:
            files.export(self.store, kind=kind, file=file, words=self.words, overwrite=True)
            return file, files.not_carried(self.store, kind=kind)

        self._bench.start(lambda _: work(), then=self.exported, refused=self.refused)

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()
