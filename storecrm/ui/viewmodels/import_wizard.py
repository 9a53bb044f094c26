"""An import in four steps: the file, its columns, the check, the end. Nothing is written before the
last; the way back is always safe."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.i18n import Catalogue
from storecrm.services.exports import templates
from storecrm.services.imports import mappings, preview, rejected_rows, run
from storecrm.services.imports.loaders import kinds
from storecrm.services.imports.mappings import FileMapping, MappingView, Reading
from storecrm.services.imports.options import Imported, ImportOptions
from storecrm.services.imports.preview import FilePreview
from storecrm.services.progress import Progress
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.values import Problem, money_text

_OF_THE_FILE = ("encoding", "header", "sheet", "reading")
_OF_THE_CELLS = ("fixes", "alike", "blank")
_OF_THE_ROWS = ("leave", "take_erased", "new_products")
_AS_CHOSEN = (*_OF_THE_FILE, *_OF_THE_CELLS, *_OF_THE_ROWS)
"""What the import calls as the plan does."""
_UNDECIDED: dict[str, Any] = {"fixes": {}, "leave": frozenset(), "alike": {}, "blank": frozenset()}
"""Nothing put right, left out or left blank."""


@dataclass(frozen=True)
class ImportPlan:
    """What somebody chose so far. `columns` says for each title of the file which of our columns it
    is ("" leaves it out), `reading` how its cells are read, `mapping` under what name that is
    known."""

    kind: str = "members"
    path: Path | None = None
    encoding: str = ""
    header: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    existing: str = "fill"
    leave_bad: bool = False
    fixes: Mapping[tuple[int, str], str] = field(default_factory=dict)
    leave: frozenset[int] = frozenset()
    alike: Mapping[tuple[str, str], str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    take_erased: bool = False
    new_products: bool = False
    sheet: str = ""
    reading: Reading = field(default_factory=Reading)
    mapping: str = ""

    def how(self, **more: Any) -> ImportOptions:
        """The same for the import."""
        chosen = {name: getattr(self, name) for name in _AS_CHOSEN}
        return ImportOptions(
            mapping=dict(self.columns),
            on_existing=self.existing,
            mapping_name=self.mapping,
            **chosen,
            **more,
        )


@dataclass(frozen=True)
class Looked:
    """A file as it was read, and the mappings that were kept for its kind."""

    look: FilePreview
    kept: list[MappingView]


class ImportViewModel(QObject):
    """The steps of an import, and the imports so far."""

    looked = Signal(object)  # Looked
    checked = Signal(object)  # Imported
    imported = Signal(object)  # Imported
    imports = Signal(object)  # list[BatchRow]
    undone = Signal(object)  # Imported
    saved = Signal(object)  # Path
    refused = Signal(object)  # StoreError
    began = Signal(object)  # Task
    progressed = Signal(object)  # (done, total)

    def __init__(self, store: Store, office: Lane, bench: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self.words = words
        self._office = office
        self._bench = bench
        self.plan = ImportPlan()
        self.task: Task | None = None
        self.looked.connect(self._on_looked)

    def begin(self, kind: str, path: Path) -> None:
        """Look at a file; what was chosen for another one is forgotten."""
        self.plan = ImportPlan(kind, path)
        self.look()

    def look(self, kept: MappingView | None = None) -> None:
        """Look again: with another encoding, another sheet, another row of titles, a mapping that
        was kept."""
        plan = self.plan
        if plan.path is None:
            return
        path, asked = plan.path, FileMapping()
        # only names and readings: rows belong to the file they were chosen for
        if kept is not None:
            asked = FileMapping(name=kept.name, columns=kept.columns, reading=kept.reading)

        def work() -> Looked:
            found = preview.look(
                self.store,
                kind=plan.kind,
                path=path,
                mapping=asked,
                encoding=plan.encoding,
                header=plan.header,
                sheet=plan.sheet,
            )
            known = mappings.listed(self.store, kind=plan.kind)
            return Looked(found, known)

        self._on_bench(work, self.looked)

    @Slot(object)
    def _on_looked(self, found: Looked) -> None:
        seen = found.look
        # a column without a title is nobody's
        titled = [column for column in seen.columns if column.title]
        self.plan = replace(
            self.plan,
            header=seen.header,
            columns={column.title: column.stands_for for column in titled},
            sheet=seen.sheet,
            reading=seen.reading,
            mapping=seen.mapping,
            **_UNDECIDED,
        )

    def read_as(self, encoding: str) -> None:
        """Read the text in another encoding."""
        # in another encoding the titles may stand in another row
        self.plan = replace(self.plan, encoding=encoding, header=None)
        self.look()

    def read_sheet(self, sheet: str) -> None:
        """Read another sheet of the workbook."""
        self.plan = replace(self.plan, sheet=sheet, header=None)
        self.look()

    def read_cells(self, **ways: Any) -> None:
        """How cells are read: decimal, days, points, blank as mappings.Reading has them."""
        reading = replace(self.plan.reading, **ways)
        self.plan = replace(self.plan, reading=reading)

    def follow(self, rule: str, on: bool) -> None:
        """Leave rows out by a rule of the mapping, or take them."""
        taken = self.plan.reading.taken
        self.read_cells(taken=taken - {rule} if on else taken | {rule})

    def titles_in(self, row: int) -> None:
        self.plan = replace(self.plan, header=row)
        self.look()

    def stands_for(self, title: str, column: str) -> None:
        """A column of the file is one of ours, or ("") none; what it was before is free again, but
        for phones, of which the first filled one counts."""
        columns = dict(self.plan.columns)
        if column and column != "phone":
            # one column of the file for each of ours, the last choice counts
            before = [name for name, place in columns.items() if place == column]
            columns |= dict.fromkeys(before, "")
        columns[title] = column
        self.plan = replace(self.plan, columns=columns)

    def take_erased(self, on: bool) -> None:
        """Members who were erased come in again, because somebody says that they asked for it."""
        self.plan = replace(self.plan, take_erased=on)
        self.check()

    def make_products(self, on: bool) -> None:
        """Articles of sales that no list holds are made, to be completed."""
        self.plan = replace(self.plan, new_products=on)
        self.check()

    def keep_mapping(self, name: str) -> None:
        plan = self.plan

        def work() -> object:
            return mappings.keep(
                self.store, name=name, kind=plan.kind, columns=plan.columns, reading=plan.reading
            )

        self._on_office(work, self.saved)

    def check(self) -> None:
        """Count what would happen."""
        # rows that cannot be taken are counted, they do not end the check
        how = self.plan.how(dry_run=True, skip_bad=True, every_problem=True)
        self._load(how, self.checked)

    def fix(self, found: Problem, text: str, *, everywhere: bool = False) -> None:
        """A cell put right, with `everywhere` also those of its column that say the same; the file
        itself is not touched."""
        fixes = dict(self.plan.fixes)
        alike = dict(self.plan.alike)
        fixes[found.row, found.column] = text
        # an empty cell is like every other empty one: those are put right one by one
        if everywhere and found.value:
            alike[found.column, found.value] = text
        self.plan = replace(self.plan, fixes=fixes, alike=alike)
        self.check()

    def leave_out(self, rows: Iterable[int]) -> None:
        leave = self.plan.leave | frozenset(rows)
        self.plan = replace(self.plan, leave=leave)
        self.check()

    def may_be_blank(self, column: str) -> bool:
        """True when an unreadable cell of the column need not keep its row out."""
        return column in kinds.LOADERS[self.plan.kind].BLANKABLE

    def leave_blank(self, what: str) -> None:
        """The cells of a column that cannot be read, or ("column:kind") those with one kind of
        problem."""
        blank = self.plan.blank | {what}
        self.plan = replace(self.plan, blank=blank)
        self.check()

    @property
    def decided(self) -> bool:
        """True when something about rows or cells was decided in the check."""
        plan = self.plan
        cells = plan.fixes or plan.alike or plan.blank
        return bool(plan.new_products or plan.leave or cells)

    def decide_anew(self) -> None:
        """Check the file as it is: nothing put right, left out or left blank."""
        self.plan = replace(self.plan, take_erased=False, new_products=False, **_UNDECIDED)
        self.check()

    def on_existing(self, what: str) -> None:
        self.plan = replace(self.plan, existing=what)
        self.check()

    def go(self, seen: Imported) -> None:
        """Import what was checked, and only if the totals come out as they were shown."""
        rows = seen.rows - seen.rejected - seen.skipped
        # what was seen must come out again, else nothing is kept
        expect = {"rows": str(rows)}
        digits = self.store.shop.digits
        for name, value in seen.totals.items():
            expect[name] = str(value) if name == "points" else money_text(value, digits)
        how = self.plan.how(skip_bad=self.plan.leave_bad, expect=expect)
        self._load(how, self.imported)

    def leave_bad(self, on: bool) -> None:
        self.plan = replace(self.plan, leave_bad=on)

    def _load(self, how: ImportOptions, then: Any) -> None:
        plan = self.plan
        if plan.path is None:
            return
        path = plan.path

        def work(progress: Progress) -> Imported:
            return run.load(self.store, kind=plan.kind, path=path, how=how, progress=progress)

        self.task = self._office.start(
            work, then=then, refused=self.refused, progressed=self.progressed
        )
        self.began.emit(self.task)

    def export_problems(self, file: Path) -> None:
        plan = self.plan
        if plan.path is None:
            return
        path = plan.path
        how = plan.how()

        def work() -> Path:
            rejected_rows.write(
                self.store,
                kind=plan.kind,
                path=path,
                how=how,
                file=file,
                words=self.words,
                overwrite=True,
            )
            return file

        self._on_office(work, self.saved)

    def template(self, kind: str, file: Path) -> None:
        def work() -> Path:
            templates.template(
                kind=kind, file=file, words=self.words, store=self.store.name, overwrite=True
            )
            return file

        self._on_bench(work, self.saved)

    def load_imports(self) -> None:
        self._on_bench(lambda: run.listed(self.store), self.imports)

    def undo(self, batch: int) -> None:
        def work() -> object:
            return run.undo(self.store, batch=batch)

        self._on_office(work, self.undone)

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)
