"""Reads a spreadsheet or CSV in a child process with limits, so that no file can bring the program
down.

The child writes frames to its standard output: a 4-byte length, then marshal data: first {"about":
...} (see About), then lists of rows (lists of text), and a dict as the last word: {"error": code,
"where": ..., facts} or {"end": rows}. Limits: see the constants.
"""

import gc
import itertools
import marshal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from storecrm.errors import BadFile, BadInput
from storecrm.services import children
from storecrm.services.imports.formats import (
    compound_file,
    html_tables,
    text_encoding,
    text_rows,
    workbook_rows,
)
from storecrm.services.imports.formats.text_rows import FRAME_ROWS
from storecrm.services.imports.formats.workbook_guard import Refuse

# programs, papers, pictures, archives
_NO_TABLES = (b"MZ", b"%PDF", b"\x7fELF", b"\x89PNG", b"\x1f\x8b", b"Rar!")
SECONDS, MEMORY, OLD_MEMORY = 900, 1_000_000_000, 250_000_000
ENCODINGS = text_encoding.USUAL
"""What a person is offered to say the text is, instead of what was found; any other text encoding
of Python is taken too."""


@dataclass(frozen=True)
class About:
    """What kind of file it is: "xlsx" or the text's encoding, and the sign between cells ("" in a
    workbook). `sheet` is the one that is read ("" in a text), `sheets` are all that hold rows."""

    encoding: str
    delimiter: str
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    @property
    def other_sheets(self) -> tuple[str, ...]:
        """The sheets that hold rows and are not read."""
        return tuple(name for name in self.sheets if name != self.sheet)


class Rows:
    """The frames of a file as they come; `about` is known from the start."""

    def __init__(self, pipe: BinaryIO, path: Path) -> None:
        self._pipe, self._path = pipe, path
        first = self._next()
        self.about = About(**cast(dict[str, Any], first)["about"])

    def __iter__(self) -> Iterator[list[list[str]]]:
        while True:
            body = self._next()
            if isinstance(body, dict):
                return
            yield body

    def _next(self) -> list[list[str]] | dict[str, Any]:
        head = self._pipe.read(4)
        if len(head) < 4:
            raise BadFile("file_crashed", where=self._path.name)
        [length] = struct.unpack("<I", head)
        body: Any = marshal.loads(self._pipe.read(length))
        if isinstance(body, dict) and "error" in body:
            raise BadFile(body.pop("error"), where=body.pop("where", self._path.name), **body)
        return body  # type: ignore[no-any-return]


# --- the parent's side ---


@contextmanager
def rows_of(path: Path, encoding: str = "", sheet: str = "") -> Iterator[Rows]:
    """The rows of a file in frames of up to 5,000, from a guarded child that ends with this block;
    `encoding` when a person says what the text is, `sheet` (its name, or its number, 1 the first)
    when one says which sheet of a workbook.

    Raises:
        BadFile: no_file, not_a_table, unsafe_file, too_large, encoding_unsure (facts: known,
            readings: encoding and line of each), encoding (facts: line, encoding), broken_row,
                too_many_columns, sheet_unknown (facts: known), no_sheets,
            file_crashed.
        BadInput: encoding_unknown (facts: known).
    """
    codec = text_encoding.named(encoding) if encoding else ""
    if encoding and not codec:
        raise BadInput("encoding_unknown", where=encoding[:20], known=", ".join(ENCODINGS))
    if not path.is_file():
        raise BadFile("no_file", where=str(path))
    asked = [str(path.absolute()), codec, sheet]
    libraries = ["python_calamine"]
    with children.running(__name__, asked, libraries=libraries, memory=MEMORY) as child:
        yield Rows(cast(BinaryIO, child.stdout), path)


# --- the child's side ---


def main(path: str, encoding: str = "", sheet: str = "") -> None:
    """Read `path` and write frames; never raises. `encoding` is a codec's own name."""
    out = sys.stdout.buffer
    # rows are many and never in a cycle
    gc.disable()
    try:
        children.limit(MEMORY, SECONDS)
        count = 0
        about, frames = _table(Path(path), encoding, sheet)
        _write(out, {"about": about})
        for frame in frames:
            _write(out, frame)
            count += len(frame)
        _write(out, {"end": count})
    except Refuse as refused:
        _write(out, {"error": refused.code, **refused.facts})
    except MemoryError:
        _write(out, {"error": "too_large"})
    except Exception as error:
        _write(out, {"error": "not_a_table", "reason": type(error).__name__})


def _batched(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while frame := list(itertools.islice(rows, FRAME_ROWS)):
        yield frame


def _write(out: BinaryIO, body: Any) -> None:
    data = marshal.dumps(body)
    out.write(struct.pack("<I", len(data)) + data)
    out.flush()


def _table(
    path: Path, encoding: str, sheet: str
) -> tuple[dict[str, Any], Iterator[list[list[str]]]]:
    with path.open("rb") as source:
        head = source.read(html_tables.HEAD)
    if head.startswith(b"PK"):
        about, rows = workbook_rows.of_file(path, sheet)
        return about, _batched(rows)
    if head.startswith(compound_file.MARK):
        children.limit_further(OLD_MEMORY)
        about, rows = workbook_rows.of_old_file(path, sheet)
        return about, _batched(rows)
    if head.startswith(_NO_TABLES):
        raise Refuse("not_a_table", where=path.name)
    page = html_tables.kind_of(head)
    if page:
        about, rows = html_tables.of_file(path, page, encoding, sheet)
        return about, _batched(rows)
    if sheet:
        raise Refuse("no_sheets", where=path.name)
    return text_rows.of_file(path, encoding)
