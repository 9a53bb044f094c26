"""Reads a spreadsheet or CSV in a child process with limits, so that no file can bring the program down.

The child writes frames to its standard output: a 4-byte length, then marshal data: first {"about": ...} (encoding, delimiter), then lists
of rows (lists of text), and a dict as the last word: {"error": code, "where": ..., facts} or {"end": rows}. Limits: see the constants.
"""

import codecs
import csv
import gc
import io
import itertools
import marshal
import re
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from storecrm.errors import BadFile, BadInput
from storecrm.services import children
from storecrm.services.keeping import workbook_guard
from storecrm.services.keeping.workbook_guard import COLUMNS, Refuse

FRAME_ROWS = 5000
CSV_BYTES, CSV_ROWS, CELL = 2_000_000_000, 10_000_000, 65_536
SECONDS, MEMORY = 900, 1_000_000_000
BLOCK, ROW_SIGNS, ROW_CELLS = 1 << 20, 17_000_000, 1_000_000
"""Signs of a text read at once, and what a row may have while it is not at its end: all its cells at their longest, and far more
signs between cells than columns."""
FRAME_BLOCKS = 8


ENCODINGS = ("utf-8", "gb18030", "utf-16")
"""What a person may say the text is, instead of what was found."""


@dataclass(frozen=True)
class About:
    """What kind of file it is: "xlsx" or the text's encoding, and the sign between cells ("" in a workbook)."""

    encoding: str
    delimiter: str


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
        body: Any = marshal.loads(self._pipe.read(struct.unpack("<I", head)[0]))
        if isinstance(body, dict) and "error" in body:
            raise BadFile(body.pop("error"), where=body.pop("where", self._path.name), **body)
        return body  # type: ignore[no-any-return]


# --- the parent's side -----------------------------------------------------------------------------------------------


@contextmanager
def rows_of(path: Path, encoding: str = "") -> Iterator[Rows]:
    """The rows of a file in frames of up to 5,000, from a guarded child that ends with this block; `encoding` when a person says what
    the text is.

    Raises:
        BadFile: no_file, not_a_table, unsafe_file, too_large, encoding, broken_row, too_many_columns, file_crashed.
        BadInput: encoding_unknown.
    """
    if encoding and encoding not in ENCODINGS:
        raise BadInput("encoding_unknown", where=encoding[:20], known=", ".join(ENCODINGS))
    if not path.is_file():
        raise BadFile("no_file", where=str(path))
    with children.running(__name__, [str(path.absolute()), encoding], libraries=["python_calamine"]) as child:
        yield Rows(cast(BinaryIO, child.stdout), path)


# --- the child's side ------------------------------------------------------------------------------------------------


def main(path: str, encoding: str = "") -> None:
    """Read `path` and write frames; never raises."""
    out = sys.stdout.buffer
    # rows are many and never in a cycle
    gc.disable()
    try:
        _limit()
        count = 0
        about, frames = _table(Path(path), encoding)
        _write(out, {"about": about})
        for frame in frames:
            _write(out, frame)
            count += len(frame)
        _write(out, {"end": count})
    except Refuse as refused:
        _write(out, {"error": refused.code, **refused.facts})
    except MemoryError:
        _write(out, {"error": "too_large"})
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does becomes one sentence
        _write(out, {"error": "not_a_table", "reason": type(error).__name__})


def _batched(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while frame := list(itertools.islice(rows, FRAME_ROWS)):
        yield frame


def _write(out: BinaryIO, body: Any) -> None:
    data = marshal.dumps(body)
    out.write(struct.pack("<I", len(data)) + data)
    out.flush()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's time limit and the guards below remain
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _table(path: Path, encoding: str) -> tuple[dict[str, str], Iterator[list[list[str]]]]:
    with path.open("rb") as source:
        head = source.read(8)
    if head.startswith(b"PK"):
        return {"encoding": "xlsx", "delimiter": ""}, _batched(_xlsx(path))
    if head.startswith((b"\xd0\xcf\x11\xe0", b"MZ", b"%PDF", b"\x7fELF", b"\x89PNG", b"\x1f\x8b", b"Rar!")):
        raise Refuse("not_a_table", where=path.name)
    if path.stat().st_size > CSV_BYTES:
        raise Refuse("too_large", where=path.name)
    found, guarded = (encoding, True) if encoding else _encoding(path)
    try:
        with path.open(encoding=found, newline="") as source:
            # a title of the whole sheet may stand above the columns
            top = [source.readline(1_000_000) for _ in range(20)]
    except UnicodeError:
        raise Refuse("encoding", where=path.name) from None
    delimiter = max(",;\t", key=lambda sign: max(line.count(sign) for line in top))
    return {"encoding": found, "delimiter": delimiter}, _csv(path, found, delimiter, guarded)


def _csv(path: Path, encoding: str, delimiter: str, guarded: bool) -> Iterator[list[list[str]]]:
    csv.field_size_limit(CELL)
    with path.open(encoding=encoding, newline="") as source:
        text = _Text(source, delimiter, path.name)
        reader = csv.reader(text.lines(), delimiter=delimiter, strict=True)
        frame: list[list[str]] = []
        until = FRAME_BLOCKS
        try:
            for row in reader:
                if len(row) > COLUMNS:
                    raise Refuse("too_many_columns", where=str(reader.line_num))
                text.rows += 1
                frame.append([cell[1:] if _APOSTROPHE.match(cell) else cell for cell in row] if guarded else row)
                if len(frame) == FRAME_ROWS or text.blocks > until:
                    if reader.line_num > CSV_ROWS:
                        raise Refuse("too_large", where=path.name)
                    yield frame
                    frame, until = [], text.blocks + FRAME_BLOCKS
        except csv.Error as error:
            raise Refuse("broken_row", where=str(reader.line_num), reason=str(error)) from None
        except UnicodeError:
            raise Refuse("encoding", where=path.name) from None
        if frame:
            yield frame


class _Text:
    """A text in blocks of whole lines, so that no line and no row is ever held that could not be a row of a list. `rows` counts the rows
    that the reader has finished, `blocks` what it was given."""

    def __init__(self, source: TextIO, delimiter: str, name: str) -> None:
        self.source, self.delimiter, self.name = source, delimiter, name
        self.rows, self.blocks = 0, 0
        self._rows, self._signs, self._cells = -1, 0, 0

    def lines(self) -> Iterator[str]:
        """Line by line, each with its end."""
        return itertools.chain.from_iterable(io.StringIO(block, newline="") for block in self._whole())

    def _whole(self) -> Iterator[str]:
        left = ""
        while block := self.source.read(BLOCK):
            self._watch(block)
            left += block
            # a CR at the very end may be half of a line's end
            end = max(left.rfind("\n"), left.rfind("\r", 0, len(left) - 1)) + 1
            if end:
                self.blocks += 1
                yield left[:end]
                left = left[end:]
        if left:
            yield left

    def _watch(self, block: str) -> None:
        """Refuse a row that does not end: the signs and cells since a row was finished the last time."""
        if self.rows != self._rows:
            self._rows, self._signs, self._cells = self.rows, 0, 0
        self._signs += len(block)
        self._cells += block.count(self.delimiter)
        # the block before the last may hold the end of a row
        if self._cells > ROW_CELLS + BLOCK:
            raise Refuse("too_many_columns", where=str(self.rows + 1))
        if self._signs > ROW_SIGNS + BLOCK:
            raise Refuse("too_large", where=self.name)


_APOSTROPHE = re.compile(r"'[=+\-@\t\r'＝＋－＠]")


def _encoding(path: Path) -> tuple[str, bool]:
    """The text's encoding, and whether any cell begins with an apostrophe (the guard that our own exports put before formulas)."""
    with path.open("rb") as source:
        head = source.read(4)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", True
    for name in ("utf-8-sig", "gb18030"):
        decoder, guarded = codecs.getincrementaldecoder(name)(), False
        try:
            with path.open("rb") as source:
                while block := source.read(1 << 20):
                    if b"\x00" in block:
                        raise Refuse("not_a_table", where=path.name)
                    guarded = guarded or b"\"'" in block or b",'" in block or b";'" in block or b"\t'" in block or b"\n'" in block
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            return name, guarded
        except UnicodeDecodeError:
            continue
    raise Refuse("encoding", where=path.name)


def _xlsx(path: Path) -> Iterator[list[str]]:
    workbook_guard.require(path)
    # loaded here: a text needs it not, and the guard comes first
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    for row in sheet.iter_rows():
        # a text or a whole number, as nearly every cell is, needs no closer look
        yield [
            cell if type(cell) is str and len(cell) <= CELL
            else str(int(cell)) if type(cell) is float and cell.is_integer() and -1e15 < cell < 1e15
            else _text(cell)
            for cell in row
        ]  # fmt: skip


def _text(cell: Any) -> str:
    """A cell as a person reads it: 13800138000.0 is a phone, midnight is a date."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)[:CELL]
