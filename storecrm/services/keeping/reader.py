"""Reads a spreadsheet or CSV in a child process with limits, so that no file can bring the program down.

The child writes frames to its standard output: a 4-byte length, then marshal data: first {"about": ...} (encoding, delimiter), then lists
of rows (lists of text), and a dict as the last word: {"error": code, "where": ..., facts} or {"end": rows}. Limits: see the constants.
"""

import codecs
import csv
import gc
import itertools
import marshal
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.parsers import expat

from storecrm.errors import BadFile, BadInput
from storecrm.services import children

FRAME_ROWS = 5000
CSV_BYTES, CSV_ROWS, COLUMNS, CELL = 2_000_000_000, 10_000_000, 256, 65_536
XLSX_BYTES, PARTS, PART_BYTES, TOTAL_BYTES, DEPTH, SHEET_ROWS, CELLS = 20_000_000, 500, 64_000_000, 128_000_000, 64, 100_000, 2_000_000
SECONDS = 900


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


class _Refuse(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


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
        about, rows = _table(Path(path), encoding)
        _write(out, {"about": about})
        for frame in _batched(rows):
            _write(out, frame)
            count += len(frame)
        _write(out, {"end": count})
    except _Refuse as refused:
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
    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _table(path: Path, encoding: str) -> tuple[dict[str, str], Iterator[list[str]]]:
    with path.open("rb") as source:
        head = source.read(8)
    if head.startswith(b"PK"):
        return {"encoding": "xlsx", "delimiter": ""}, _xlsx(path)
    if head.startswith((b"\xd0\xcf\x11\xe0", b"MZ", b"%PDF", b"\x7fELF", b"\x89PNG", b"\x1f\x8b", b"Rar!")):
        raise _Refuse("not_a_table", where=path.name)
    if path.stat().st_size > CSV_BYTES:
        raise _Refuse("too_large", where=path.name)
    found, guarded = (encoding, True) if encoding else _encoding(path)
    try:
        with path.open(encoding=found, newline="") as source:
            # a title of the whole sheet may stand above the columns
            top = [source.readline(1_000_000) for _ in range(20)]
    except UnicodeError:
        raise _Refuse("encoding", where=path.name) from None
    delimiter = max(",;\t", key=lambda sign: max(line.count(sign) for line in top))
    return {"encoding": found, "delimiter": delimiter}, _csv(path, found, delimiter, guarded)


def _csv(path: Path, encoding: str, delimiter: str, guarded: bool) -> Iterator[list[str]]:
    csv.field_size_limit(CELL)
    with path.open(encoding=encoding, newline="") as source:
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if len(row) > COLUMNS:
                    raise _Refuse("too_many_columns", where=str(reader.line_num))
                if reader.line_num > CSV_ROWS:
                    raise _Refuse("too_large", where=path.name)
                yield [cell[1:] if guarded and _APOSTROPHE.match(cell) else cell for cell in row] if guarded else row
        except csv.Error as error:
            raise _Refuse("broken_row", where=str(reader.line_num), reason=str(error)) from None
        except UnicodeError:
            raise _Refuse("encoding", where=path.name) from None


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
                        raise _Refuse("not_a_table", where=path.name)
                    guarded = guarded or b"\"'" in block or b",'" in block or b";'" in block or b"\t'" in block or b"\n'" in block
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            return name, guarded
        except UnicodeDecodeError:
            continue
    raise _Refuse("encoding", where=path.name)


def _xlsx(path: Path) -> Iterator[list[str]]:
    if path.stat().st_size > XLSX_BYTES:
        raise _Refuse("too_large", where=path.name)
    _guard_zip(path)
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


def _guard_zip(path: Path) -> None:
    """Refuse what is no plain workbook: encrypted, doubled or huge parts, document types, far cells."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise _Refuse("not_a_table", where=path.name) from None
    with archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if not any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names):
            raise _Refuse("not_a_table", where=path.name)
        if (
            len(infos) > PARTS
            or len(set(names)) != len(names)
            or any(info.flag_bits & 1 for info in infos)
            or any("vbaProject" in n for n in names)
        ):
            raise _Refuse("unsafe_file", where=path.name)
        total = 0
        for info in infos:
            total += _guard_part(archive, info, path.name)
            if total > TOTAL_BYTES:
                raise _Refuse("too_large", where=path.name)


def _guard_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> int:
    try:
        with archive.open(info) as part:
            data = part.read(PART_BYTES + 1)
            if len(data) > PART_BYTES:
                raise _Refuse("too_large", where=name)
            if info.filename.endswith((".xml", ".rels", ".vml")) and not _is_plain(data):
                _Watch(name).feed(data)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, expat.ExpatError):
        raise _Refuse("unsafe_file", where=name) from None
    return len(data)


_HEAD = re.compile(
    rb"""(?i)(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="utf-8")?(?: standalone="(?:yes|no)")?\s?\?>\s*)?<[a-z]"""
)
_ODD = re.compile(rb"""r=(?<![:\w]r=)(?!"(?:[A-H]?[A-Z]|I[A-V])?(?:\d{1,5}|10000[01])")""")


def _is_plain(data: bytes) -> bool:
    """True for a part written as programs write it, told by searching its bytes alone, which is six times as fast: UTF-8, nothing
    declared, every place "A1" to "IV100001", few enough cells and rows. Anything else is looked at element by element."""
    head = _HEAD.match(data)
    # a few colons are taken for cells with a prefix, before anybody looks for those
    colons = data.count(b":")
    return (
        head is not None
        and b"<!" not in data
        # a single sign that is nowhere is found to be nowhere at once
        and not any(data.find(space, head.end()) >= 0 and space + b"=" in data for space in (b" ", b"\t", b"\n", b"\r"))
        and data.count(b"<c") + (colons if colons < 1000 else data.count(b":c")) <= CELLS
        and data.count(b"<row") + data.count(b":row") <= SHEET_ROWS + 1
        and _ODD.search(data) is None
    )


class _Watch:
    """A streaming look at a part: no document type, no depth, no far or countless cells."""

    def __init__(self, name: str) -> None:
        self.name, self.depth, self.cells, self.rows = name, 0, 0, 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def feed(self, block: bytes) -> None:
        self.parser.Parse(block, False)

    def _doctype(self, *_: Any) -> None:
        raise _Refuse("unsafe_file", where=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise _Refuse("unsafe_file", where=self.name)
        short = tag.rpartition(":")[2]
        if short == "c":
            self.cells += 1
            letters, digits = _split(attributes.get("r", ""))
            if self.cells > CELLS or letters > COLUMNS or digits > SHEET_ROWS + 1:
                raise _Refuse("too_large", where=self.name)
        elif short == "row":
            self.rows += 1
            if self.rows > SHEET_ROWS + 1 or int(attributes.get("r", "0") or 0) > SHEET_ROWS + 1:
                raise _Refuse("too_large", where=self.name)

    def _end(self, _tag: str) -> None:
        self.depth -= 1


def _split(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters[:8]:
        column = column * 26 + ord(letter.upper()) - 64
    return column, int(reference[len(letters) :] or 0)


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
