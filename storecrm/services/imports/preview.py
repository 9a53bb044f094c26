"""A look at a file before it is imported: what kind of text it is, where its titles are, what each
column holds and stands for.

Nothing is written. A column is told by its title; where the title says nothing, by what its cells
look like.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from storecrm.domain.list_columns import COLUMNS
from storecrm.errors import BadFile, BadInput
from storecrm.services import rights
from storecrm.services.imports import column_matching, reader
from storecrm.services.imports.column_looks import filled_cells
from storecrm.services.imports.column_matching import Told
from storecrm.services.imports.column_types import DAYS
from storecrm.services.imports.mappings import FileMapping, Reading
from storecrm.services.rights import Right
from storecrm.services.store import Store

EXAMPLES = 3
SAMPLE = 5000
"""How many rows are looked at: a column that is filled further down only shows as empty here, and
is read all the same."""


@dataclass(frozen=True)
class FileColumn:
    """A column of the file: its title, what share of the rows looked at has a value, some values,
    the column it stands for ("" for none) and how that was told: mapping, title, content or "".
    `shapes` counts the ways its dates are written."""

    title: str
    filled: float
    examples: tuple[str, ...]
    stands_for: str
    told_by: str
    shapes: int = 0


@dataclass(frozen=True)
class FilePreview:
    """A file as it was read: `header` is the row of the titles, 1 the first; `rows` how many rows
    were looked at, `more` that there are further ones; `sheet` the sheet of a workbook, `sheets`
    all that hold rows. `mapping` is the one that would be used ("" for none), `reading` how it
    reads cells."""

    encoding: str
    delimiter: str
    header: int
    rows: int
    more: bool
    columns: tuple[FileColumn, ...]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    mapping: str = ""
    reading: Reading = field(default_factory=Reading)


def look(
    store: Store,
    *,
    kind: str,
    path: Path,
    encoding: str = "",
    header: int | None = None,
    mapping: Mapping[str, str] | FileMapping | None = None,
    sheet: str = "",
) -> FilePreview:
    """Look at a file.

    Raises:
        BadInput: import_kind, encoding_unknown, and see column_matching.tell.
        BadFile: see reader.rows_of; empty_file.
    """
    rights.require(store, Right.IMPORT)
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    asked = mapping if isinstance(mapping, FileMapping) else FileMapping(columns=mapping or {})
    # the first frame is enough for a look
    with reader.rows_of(path, encoding, sheet) as frames:
        about = frames.about
        top = next(iter(frames), [])
    if not top:
        raise BadFile("empty_file", where=path.name)
    told = column_matching.tell(kind, top, mapping=asked, header=header, region=store.shop.region)
    below = top[told.header :]
    rows = [row for row in below if any(map(str.strip, row))]
    known = told.known or FileMapping()
    found = FilePreview(
        encoding=about.encoding,
        delimiter=about.delimiter,
        header=told.header,
        rows=len(rows),
        more=len(top) >= SAMPLE,
        columns=tuple(_columns(told, rows)),
    )
    # what a person said stands above a ready mapping
    reading = asked.reading.over(known.reading)
    found = replace(found, mapping=asked.name or known.name, reading=reading)
    return replace(found, sheet=about.sheet, sheets=about.sheets)


def _columns(told: Told, rows: list[list[str]]) -> Iterator[FileColumn]:
    widest = max(map(len, rows), default=0)
    for place in range(max(len(told.titles), widest)):
        cells = filled_cells(rows, place)
        filled = len(cells) / max(1, len(rows))
        examples = tuple(dict.fromkeys(cells))[:EXAMPLES]
        title = told.titles[place] if place < len(told.titles) else ""
        name = told.columns.get(place, "")
        by = told.by.get(place, "") if name else ""
        # a day written in several ways is a hint that two lists were put together
        shapes = len(set(map(_shape, cells))) if name in DAYS else 0
        yield FileColumn(
            title=title,
            filled=filled,
            examples=examples,
            stands_for=name,
            told_by=by,
            shapes=shapes,
        )


def _shape(text: str) -> str:
    """How a date is written, its digits put aside."""
    figures = re.sub(r"\d+", "9", text)
    return re.sub(r"[A-Za-z]+", "m", figures)
