"""A look into a workbook of Excel 97 to 2003 (.xls): what its records say that a quick reader does
not hand over.

The file is a small file system of sectors with one stream of records in it. Here the stream is put
together and walked once: refused is what is encrypted, has macros or points astray; told are
errors, and numbers that a format shows with zeros in front. The cells themselves are read by the
library, under a tight limit of memory. Runs in the reader's child process.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from storecrm.services.imports.formats.workbook_cells import Said
from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.formats.workbook_limits import CELLS, COLUMNS
from storecrm.services.imports.formats.workbook_styles import zeros_shown

XLS_BYTES = 20_000_000
AREA = 4_000_000
"""Cells between the first and the last, whether they hold anything or not: the library keeps a
place for each."""
MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA
"""From this number on a sector stands for none."""
_SECRET = ("EncryptedPackage", "EncryptionInfo", "_VBA_PROJECT_CUR", "Macros")
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass
class Old:
    """What the records say: of each sheet, in the order of the sheets, what some of its cells
    say."""

    said: list[Said] = field(default_factory=list)


def look(data: bytes, name: str) -> Old:
    """Walk through the records of a file.

    Raises:
        Refuse: unsafe_file, not_a_table, too_large, too_many_columns.
    """
    if len(data) > XLS_BYTES:
        raise Refuse("too_large", where=name)
    try:
        streams = _Streams(data)
        if any(part in _SECRET for part in streams.names):
            raise Refuse("unsafe_file", where=name)
        book = streams.read("Workbook") or streams.read("Book")
    except (struct.error, IndexError, ValueError, RecursionError):
        raise Refuse("unsafe_file", where=name) from None
    if not book:
        raise Refuse("not_a_table", where=name)
    try:
        return _Records(book, name).walk()
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Refuse("unsafe_file", where=name) from None


class _Streams:
    """The file system: sectors in chains, a directory, and small streams within a large one."""

    def __init__(self, data: bytes) -> None:
        self.data, self.sector = data, 1 << (struct.unpack_from("<H", data, 30)[0] & 15)
        self.little = 1 << (struct.unpack_from("<H", data, 32)[0] & 15)
        first, _, self.cutoff, small, _, further, _ = struct.unpack_from("<7I", data, 48)
        self.next = self._numbers(self._table(further))
        self.next_little = (
            self._numbers(list(self._chain(small, self.next))) if small < _FREE else []
        )
        entries = b"".join(map(self._at, self._chain(first, self.next)))
        self.names: dict[str, tuple[int, int]] = {}
        self.root = (0xFFFFFFFE, 0)
        for at in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            start, size = struct.unpack_from("<II", entries, at + 116)
            if kind == 5:
                self.root = (start, size)
            elif kind:
                self.names[
                    entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                ] = (start, size)

    def _at(self, number: int) -> bytes:
        return self.data[(number + 1) * self.sector : (number + 2) * self.sector]

    def _table(self, further: int) -> list[int]:
        """The sectors of the table of chains: the first 109 are in the head, others in sectors of
        their own."""
        found = list(struct.unpack_from("<109I", self.data, 76))
        seen = 0
        while further < _FREE and seen < 1000:
            more = struct.unpack(f"<{self.sector // 4}I", self._at(further))
            found += more[:-1]
            further, seen = more[-1], seen + 1
        return [number for number in found if number < _FREE]

    def _numbers(self, sectors: list[int]) -> list[int]:
        whole = b"".join(map(self._at, sectors))
        return list(struct.unpack(f"<{len(whole) // 4}I", whole[: len(whole) // 4 * 4]))

    def _chain(self, start: int, following: list[int]) -> Iterator[int]:
        """The sectors of a stream; a chain longer than the file goes round."""
        left = len(following)
        while start < _FREE:
            if left <= 0:
                raise ValueError("chain")
            yield start
            start, left = following[start], left - 1

    def read(self, name: str) -> bytes:
        """A stream, b"" when there is none."""
        start, size = self.names.get(name, (0xFFFFFFFE, 0))
        if size >= self.cutoff:
            return b"".join(map(self._at, self._chain(start, self.next)))[:size]
        root = b"".join(map(self._at, self._chain(self.root[0], self.next)))
        parts = (
            root[number * self.little : (number + 1) * self.little]
            for number in self._chain(start, self.next_little)
        )
        return b"".join(parts)[:size]


class _Records:
    """The stream of records: the book's own first, then each sheet's."""

    def __init__(self, book: bytes, name: str) -> None:
        self.book, self.name, self.cells = book, name, 0
        self.sheets: list[int] = []
        self.widths: dict[int, int] = {}
        self.zeros: dict[int, int] = {}
        self.styles = 0
        self.modern = struct.unpack_from("<H", book, 4)[0] == 0x600
        self.said: Said = {}
        self.last = (0, 0)

    def walk(self) -> Old:
        heads: dict[int, Callable[[bytes], None]] = {
            0x2F: self._secret,
            0x85: self._sheet,
            0x41E: self._format,
            0xE0: self._style,
        }
        for kind, body in self._records(0):
            if kind in heads:
                heads[kind](body)
        return Old([self._cells(start) for start in self.sheets])

    def _records(self, at: int) -> Iterator[tuple[int, bytes]]:
        """From one place to the end of its part; parts within it (charts) are passed over with
        it."""
        depth = 0
        while at + 4 <= len(self.book):
            kind, length = struct.unpack_from("<HH", self.book, at)
            depth += kind == 0x809
            if kind == 0x0A:
                depth -= 1
                if depth <= 0:
                    return
            if depth == 1:
                yield kind, self.book[at + 4 : at + 4 + length]
            at += 4 + length

    def _secret(self, _: bytes) -> None:
        raise Refuse("unsafe_file", where=self.name)

    def _sheet(self, body: bytes) -> None:
        self.sheets.append(struct.unpack_from("<I", body)[0])

    def _format(self, body: bytes) -> None:
        text = body[5:] if self.modern else body[3:]
        width = zeros_shown(text.replace(b"\x00", b"").decode("latin-1"))
        if width:
            self.widths[struct.unpack_from("<H", body)[0]] = width

    def _style(self, body: bytes) -> None:
        width = self.widths.get(struct.unpack_from("<H", body, 2)[0])
        if width:
            self.zeros[self.styles] = width
        self.styles += 1

    def _cells(self, start: int) -> Said:
        self.said, self.last = {}, (0, 0)
        for kind, body in self._records(start):
            if kind in _CELLS:
                _CELLS[kind](self, body)
                self.cells += 1
            if self.cells > CELLS:
                raise Refuse("too_large", where=self.name)
        return self.said

    def _say(self, row: int, column: int, text: str) -> None:
        self.said.setdefault(row, {})[column] = text

    def _place(self, body: bytes) -> tuple[int, int, int]:
        row, column, style = struct.unpack_from("<HHH", body)
        if column >= COLUMNS:
            raise Refuse("too_many_columns", where=str(row + 1))
        self.last = max(self.last[0], row), max(self.last[1], column)
        if (self.last[0] + 1) * (self.last[1] + 1) > AREA:
            raise Refuse("too_large", where=self.name)
        return row, column, style

    def _error(self, body: bytes) -> None:
        row, column, _ = self._place(body)
        if body[7]:
            self._say(row, column, _ERRORS.get(body[6], "#N/A"))

    def _formula(self, body: bytes) -> None:
        row, column, style = self._place(body)
        if body[12:14] != b"\xff\xff":
            self._number(row, column, style, struct.unpack_from("<d", body, 6)[0])
        elif body[6] == 2:
            self._say(row, column, _ERRORS.get(body[8], "#N/A"))

    def _real(self, body: bytes) -> None:
        self._number(*self._place(body), struct.unpack_from("<d", body, 6)[0])

    def _short(self, body: bytes) -> None:
        self._number(*self._place(body), _short_number(struct.unpack_from("<I", body, 6)[0]))

    def _shorts(self, body: bytes) -> None:
        row, first, _ = self._place(body)
        for at in range((len(body) - 6) // 6):
            style, value = struct.unpack_from("<HI", body, 4 + 6 * at)
            self._place(struct.pack("<HHH", row, first + at, style))
            self._number(row, first + at, style, _short_number(value))
            self.cells += 1

    def _number(self, row: int, column: int, style: int, value: float) -> None:
        width = self.zeros.get(style)
        if width and value >= 0 and value.is_integer():
            self._say(row, column, str(int(value)).zfill(width))

    def _other(self, body: bytes) -> None:
        self._place(body)


_CELLS: dict[int, Callable[[_Records, bytes], None]] = {
    0x205: _Records._error,
    0x06: _Records._formula,
    0x203: _Records._real,
    0x27E: _Records._short,
    0xBD: _Records._shorts,
    0xFD: _Records._other,
    0x204: _Records._other,
    0xD6: _Records._other,
}


def _short_number(value: int) -> float:
    """A number in thirty bits: a whole one or the upper half of a long one, of either perhaps the
    hundredth part."""
    if value & 2:
        whole = float((value >> 2) - (1 << 30) * (value >> 31))
    else:
        whole = float(struct.unpack("<d", b"\x00" * 4 + struct.pack("<I", value & 0xFFFFFFFC))[0])
    return whole / 100 if value & 1 else whole
