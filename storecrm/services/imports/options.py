"""What an import is asked for, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storecrm.services.imports import reader
from storecrm.services.imports.mappings import FileMapping, Reading
from storecrm.services.imports.unread_cells import Alike, Fixes
from storecrm.values import ImportId, Problem, ProblemKind


@dataclass(frozen=True)
class ImportOptions:
    """The choices of an import. `header` is the row of the titles, 1 the first (None: found by what
    it says). `fixes` are cells that a person put right: (row, column) to text; `alike` puts right
    all cells of a column that say the same: (column, text) to text; `blank` are columns (or
    "column:kind of problem") whose cells are left blank when they cannot be read; `leave` are rows
    to leave out. `expect` are control totals that must come out. `take_erased`: members who were
    erased come in again. `lots_follow`: the points of a list of members come by a list of points;
    `answers_follow`: so do their answers by a list of those. `every_problem`: also those beyond the
    first thousand. `sheet` is the sheet of a workbook, by its name or its number. `mapping` says
    what titles stand for, above what a ready mapping says; `mapping_name` is what it is called;
    `strict`: each of its titles must be in the file. `reading`: how cells are read, above what a
    ready mapping says. `group` is the act that the import is a part of, which is alone already (see
    move_in). `new_products`: articles of sales that no list holds are made, to be completed by
    one."""

    dry_run: bool = False
    skip_bad: bool = False
    on_existing: str = "fill"
    naive_zone: str = ""
    earn: bool = False
    mapping: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    header: int | None = None
    fixes: Fixes = field(default_factory=dict)
    leave: frozenset[int] = frozenset()
    expect: Mapping[str, str] = field(default_factory=dict)
    every_problem: bool = False
    alike: Alike = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    take_erased: bool = False
    lots_follow: bool = False
    answers_follow: bool = False
    sheet: str = ""
    group: int | None = None
    new_products: bool = False
    reading: Reading = field(default_factory=Reading)
    mapping_name: str = ""
    # only a mapping that a person gave can name a title that is not there
    strict: bool = False

    def told(self) -> FileMapping:
        """The mapping as it was chosen."""
        return FileMapping(
            name=self.mapping_name, columns=self.mapping, reading=self.reading, strict=self.strict
        )


@dataclass(frozen=True)
class Imported:
    """What an import did; rows = created + updated + unchanged + skipped + rejected. `skipped` rows
    were left out by a rule, `skipped_by` counts them by its name; `left_out` are titles of filled
    columns that have no place here; `mapping` is the one that was used; `rounded` cells had a part
    of a point. `totals` are control totals over the rows taken: points as they are, money in minor
    units. `kinds` counts the problems by column and kind, the most frequent first; `blanked` cells
    were left blank as it was asked. `about` says what was read, and which other sheets hold rows.
    `new_products` articles were made out of their number; `by_kind` are all problems, also those
    that are not among the first. `said` are sums of what comes by another list (points)."""

    batch: ImportId | None
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    problems: tuple[Problem, ...]
    # what follows is nothing for a roll back
    totals: dict[str, int] = field(default_factory=dict)
    kinds: tuple[tuple[str, str, int], ...] = ()
    blanked: int = 0
    about: reader.About | None = None
    skipped: int = 0
    skipped_by: tuple[tuple[str, int], ...] = ()
    left_out: tuple[str, ...] = ()
    mapping: str = ""
    rounded: int = 0
    new_products: int = 0
    by_kind: tuple[ProblemKind, ...] = ()
    said: dict[str, int] = field(default_factory=dict)
