"""The rows of a file that an import did not take, as a workbook to put right and import again:
their own cells, and what is wrong."""

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
        BadInput: as importing.load.
        BadFile: as importing.load.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.IMPORT)
    target = Target(file, "import problems", store.name, overwrite)
    files.require(target)
    chosen: dict[str, Any] = {
        "encoding": how.encoding,
        "header": how.header,
        "mapping": how.told(),
        "sheet": how.sheet,
    }
    title = preview.look(store, kind=kind, path=path, **chosen).header
    found = run.load(
        store,
        kind=kind,
        path=path,
        how=replace(
            how,
            dry_run=True,
            skip_bad=True,
            expect={},
            header=title,
            every_problem=True,
            leave=frozenset(),
        ),
        progress=progress,
    )
    said: dict[int, list[str]] = {}
    for problem in found.problems:
        column = (
            CHINESE.get(problem.column, problem.column).split(",")[0]
            if words.chinese
            else problem.column
        )
        said.setdefault(problem.row, []).append(
            ": ".join(part for part in (column, errors.problem(problem, words)) if part)
        )
    titles: list[str] = []
    rows: list[list[str]] = []
    number = 0
    with reader.rows_of(path, how.encoding, how.sheet) as frames:
        for frame in frames:
            if number < title <= number + len(frame):
                titles = frame[title - 1 - number]
            rows += [
                [*row, str(place)] for place, row in enumerate(frame, number + 1) if place in said
            ]
            number += len(frame)
    width = max([len(titles), *(len(row) - 1 for row in rows)])
    columns = [
        SheetColumn(text or f"{at + 1}", _cell(at, width), width=16)
        for at, text in enumerate([*titles, *[""] * (width - len(titles))])
    ]
    columns += [
        SheetColumn(words.t("Row"), lambda row: row[-1], width=8),
        SheetColumn(words.t("Problem"), lambda row: "; ".join(said[int(row[-1])]), width=60),
    ]
    with workbook.writing(target, words, store.shop.name) as book:
        book.details(words.t("Problems"), columns, rows)
    return len(rows)


def _cell(at: int, width: int) -> Any:
    """A cell of the row itself, its number behind the last one put aside."""
    return lambda row: row[at] if at < min(width, len(row) - 1) else ""
