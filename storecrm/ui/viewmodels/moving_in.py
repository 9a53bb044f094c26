"""Moving in: the files of the old system, what each is, what would come in, and the acts so far;
lists that go out."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.exports import files, lists
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.imports import mappings, move_in, move_in_page
from storecrm.services.imports.mappings import FileMapping
from storecrm.services.imports.moves import Moved, PlannedFile
from storecrm.services.imports.options import ImportOptions
from storecrm.services.progress import Progress
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
    began = Signal(object)  # Task
    progressed = Signal(object)  # (done, total)

    def __init__(self, store: Store, office: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self.words = words
        self._office = office
        self._bench = bench
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
        doubtful = [file for file in self.plan if not file.kind or file.doubt is not None]
        return bool(self.plan) and not doubtful

    @property
    def ready(self) -> bool:
        """True when the files may be taken in: told, tried out, and without problems or with leave
        to skip them."""
        if not self.told or self.seen is None:
            return False
        return self.leave_bad or not self.seen.rejected

    @property
    def lacks_articles(self) -> bool:
        """True when receipts name articles that no list holds: they can be made out of their
        numbers."""
        found = self.seen.files if self.seen is not None else ()
        problems = [problem for one in found for problem in one.result.by_kind]
        return any((each.column, each.kind) == ("sku", "unknown") for each in problems)

    def add(self, files: Sequence[Path]) -> None:
        """Look at further files; one that is there already is looked at anew."""
        # files are told apart by their names, wherever they lie
        names = {file.name for file in files}
        # what was said of a file that is replaced is not true of the new one
        self.ways = {name: way for name, way in self.ways.items() if name not in names}
        self._on_bench(lambda: mappings.listed(self.store), self.kept)
        others = [path for path in self._paths() if path.name not in names]
        self._look([*others, *files], self._said())

    def remove(self, file: PlannedFile) -> None:
        others = [path for path in self._paths() if path != file.path]
        self._look(others, self._said())

    def is_a(self, file: PlannedFile, kind: str) -> None:
        """A person says which list a file is."""
        kinds = self._said()
        kinds[file.path.name] = kind
        self._look(self._paths(), kinds)

    def read_so(self, file: PlannedFile, way: FileMapping) -> None:
        """A person says how a file is read."""
        self.ways[file.path.name] = way
        self._look(self._paths(), self._said())

    def _paths(self) -> list[Path]:
        return [file.path for file in self.plan]

    def _said(self) -> dict[str, str]:
        """What persons said files are; everything else is told anew."""
        said = [file for file in self.plan if file.told_by == "person"]
        return {file.path.name: file.kind for file in said}

    def _look(self, files: list[Path], kinds: dict[str, str]) -> None:
        names = {file.name for file in files}
        said = {name: kind for name, kind in kinds.items() if name in names}
        ways = {name: way for name, way in self.ways.items() if name in names}

        def work(_: object) -> list[PlannedFile]:
            return move_in.look(self.store, files=files, kinds=said, ways=ways)

        self.task = self._bench.start(work, then=self.planned, refused=self.refused)

    @Slot(object)
    def _on_planned(self, plan: list[PlannedFile]) -> None:
        self.plan, self.seen = plan, None

    def try_out(self) -> None:
        """Take everything in, in a copy of the store."""
        # a copy: files may be added while the lane works
        plan = list(self.plan)
        how = ImportOptions(new_products=self.new_products)

        def work(progress: Progress) -> Moved:
            return move_in.rehearse(self.store, plan=plan, how=how, progress=progress)

        self._run(work, self.tried)

    @Slot(object)
    def _on_tried(self, seen: Moved) -> None:
        self.seen = seen

    def go(self) -> None:
        """Take everything in."""
        plan = list(self.plan)
        how = ImportOptions(skip_bad=self.leave_bad, new_products=self.new_products)

        def work(progress: Progress) -> Moved:
            return move_in.load(self.store, plan=plan, how=how, progress=progress)

        self._run(work, self.moved)

    def _run(self, work: Callable[[Any], Any], then: Any) -> None:
        self.task = self._office.start(
            work, then=then, refused=self.refused, progressed=self.progressed
        )
        self.began.emit(self.task)

    def begin_anew(self) -> None:
        self.plan, self.ways = [], {}
        # what was tried out says nothing of other files
        self.seen = None
        self.leave_bad = self.new_products = False

    def load_moves(self) -> None:
        self._on_bench(lambda: move_in.listed(self.store), self.moves)

    def roll_back(self, group: int) -> None:
        self._run(lambda _: move_in.roll_back(self.store, group=group), self.rolled_back)

    def print_page(self, group: int, file: Path) -> None:
        """The page of an act as PDF."""

        def work() -> Path:
            view = move_in.show(self.store, group=group)
            move_in_page.write(self.store, view=view, file=file, words=self.words, overwrite=True)
            return file

        self._on_bench(work, self.saved)

    def lists(self) -> list[str]:
        """What this person may hand out."""
        holds = partial(rights.holds, self.store.actor)
        return [kind for kind in lists.LISTS if holds(files.right_of(kind))]

    def export(self, kind: str, file: Path) -> None:
        def work() -> tuple[Path, tuple[LeftBehind, ...]]:
            files.export(self.store, kind=kind, file=file, words=self.words, overwrite=True)
            return file, files.not_carried(self.store, kind=kind)

        self._on_bench(work, self.exported)

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)
