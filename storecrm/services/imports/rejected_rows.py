"""The rows of a file that an import did not take, as a workbook to put right and import again:
their own cells, and what is wrong."""

from collections.abc import Container, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from storecrm.domain.list_titles import CHINESE
from storecrm.i18n import Catalogue
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.imports import preview, reader, run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.progress import Progress, silent
from storecrm.services.reports import workbook
from storecrm.services.reports.workbook import SheetColumn
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Problem
from storecrm.wording import errors


def write(
    store: Store,
    *,
    kind: str,
    path: Path,
    how: ImportOptions,
    file: Path,
    words: Catalogue,
    overwrite: bool = False,
    progress: Progress = silent,
) -> int:
    """Write the rows of `path` with problems to an .xlsx workbook, each with its number and
    problem, those left out by hand too; returns how many.

    Raises:
        BadInput: as run.load.
        BadFile: as run.load.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.IMPORT)
    target = Target(file, "import problems", store.name, overwrite)
    files.require(target)
    chosen: dict[str, Any] = {"encoding": how.encoding, "header": how.header, "sheet": how.sheet}
    looked_at = preview.look(store, kind=kind, path=path, mapping=how.told(), **chosen)
    title = looked_at.header
    # nothing is written, and no row is passed over
    whole = replace(how, dry_run=True, skip_bad=True, expect={}, leave=frozenset())
    every = replace(whole, header=title, every_problem=True)
    found = run.load(store, kind=kind, path=path, how=every, progress=progress)
    said = _said(found.problems, words)
    titles, rows = _own_cells(path, how, title, said)
    columns = _columns(titles, rows, said, words)
    with workbook.writing(target, words, store.shop.name) as book:
        book.details(words.t("Problems"), columns, rows)
    return len(rows)


def _said(problems: Iterable[Problem], words: Catalogue) -> dict[int, list[str]]:
    """What is wrong with each row, column by column."""
    said: dict[int, list[str]] = {}
    for problem in problems:
        column = problem.column
        if words.chinese:
            column, _, _ = CHINESE.get(column, column).partition(",")
        parts = filter(None, (column, errors.problem(problem, words)))
        said.setdefault(problem.row, []).append(": ".join(parts))
    return said


def _own_cells(
    path: Path, how: ImportOptions, title: int, said: Container[int]
) -> tuple[list[str], list[list[str]]]:
    """The titles of the file, and the rows with problems, each with its number behind."""
    titles: list[str] = []
    rows: list[list[str]] = []
    number = 0
    with reader.rows_of(path, how.encoding, how.sheet) as frames:
        for frame in frames:
            if number < title <= number + len(frame):
                titles = frame[title - 1 - number]
            for place, row in enumerate(frame, number + 1):
                if place in said:
                    rows.append([*row, str(place)])
            number += len(frame)
    return titles, rows


def _columns(
    titles: list[str], rows: list[list[str]], said: dict[int, list[str]], words: Catalogue
) -> list[SheetColumn]:
    # a row may be wider than the titles
    widest = max((len(row) - 1 for row in rows), default=0)
    width = max(len(titles), widest)
    named = [*titles, *[""] * (width - len(titles))]
    columns = [
        SheetColumn(text or f"{at + 1}", _cell(at, width), width=16)
        for at, text in enumerate(named)
    ]
    number = SheetColumn(words.t("Row"), lambda row: row[-1], width=8)
    problem = SheetColumn(words.t("Problem"), lambda row: "; ".join(said[int(row[-1])]), width=60)
    return [*columns, number, problem]


def _cell(at: int, width: int) -> Any:
    """A cell of the row itself, its number behind the last one put aside."""
    return lambda row: row[at] if at < min(width, len(row) - 1) else ""
