"""A look into a workbook of Excel 97 to 2003 (.xls): what its records say that a quick reader does
not hand over.

The file is a small file system (see compound_file) with one stream of records in it. Here the
stream is walked once: refused is what is encrypted, has macros or points astray; told are
errors, and numbers that a format shows with zeros in front. The cells themselves are read by the
library, under a tight limit of memory. Runs in the reader's child process.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from storecrm.services.imports.formats.compound_file import CompoundFile
from storecrm.services.imports.formats.workbook_cells import Said
from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.formats.workbook_limits import CELLS, COLUMNS
from storecrm.services.imports.formats.workbook_styles import zeros_shown

XLS_BYTES = 20_000_000
AREA = 4_000_000
"""Cells between the first and the last, whether they hold anything or not: the library keeps a
place for each."""
_MODERN = 0x600
# the kinds of records that are looked at
_BEGIN, _END = 0x809, 0x0A
_ENCRYPTED, _SHEET, _FORMAT, _STYLE = 0x2F, 0x85, 0x41E, 0xE0
_ERROR, _FORMULA, _REAL, _SHORT, _SHORTS = 0x205, 0x06, 0x203, 0x27E, 0xBD
_TEXTS = (0xFD, 0x204, 0xD6)
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
        streams = CompoundFile(data)
        if any(part in _SECRET for part in streams.names):
            raise Refuse("unsafe_file", where=name)
        book = streams.read("Workbook") or streams.read("Book")
    except (struct.error, IndexError, ValueError, RecursionError):
        raise Refuse("unsafe_file", where=name) from None
    if not book:
        raise Refuse("not_a_table", where=name)
    try:
        # a record that ends too early is as bad as a chain that goes round
        return _Records(book, name).walk()
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Refuse("unsafe_file", where=name) from None


class _Records:
    """The stream of records: the book's own first, then each sheet's."""

    def __init__(self, book: bytes, name: str) -> None:
        self.book = book
        self.name = name
        self.cells = 0
        self.sheets: list[int] = []
        self.widths: dict[int, int] = {}
        self.zeros: dict[int, int] = {}
        self.styles = 0
        self.modern = _number_at(book, 4) == _MODERN
        self.said: Said = {}
        self.last_row = self.last_column = 0

    def walk(self) -> Old:
        for kind, body in self._records(0):
            if kind == _ENCRYPTED:
                raise Refuse("unsafe_file", where=self.name)
            if kind == _SHEET:
                [start] = struct.unpack_from("<I", body)
                self.sheets.append(start)
            elif kind == _FORMAT:
                self._format(body)
            elif kind == _STYLE:
                self._style(body)
        return Old([self._cells(start) for start in self.sheets])

    def _records(self, at: int) -> Iterator[tuple[int, bytes]]:
        """From one place to the end of its part; parts within it (charts) are passed over with
        it."""
        depth = 0
        while at + 4 <= len(self.book):
            kind, length = struct.unpack_from("<HH", self.book, at)
            depth += kind == _BEGIN
            if kind == _END:
                depth -= 1
                if depth <= 0:
                    return
            begin = at + 4
            at = begin + length
            if depth == 1:
                yield kind, self.book[begin:at]

    def _format(self, body: bytes) -> None:
        text = body[5:] if self.modern else body[3:]
        # signs of two bytes lose their upper half, which is nothing in a format of zeros
        code = text.replace(b"\x00", b"").decode("latin-1")
        width = zeros_shown(code)
        if width:
            self.widths[_number_at(body, 0)] = width

    def _style(self, body: bytes) -> None:
        width = self.widths.get(_number_at(body, 2))
        if width:
            self.zeros[self.styles] = width
        self.styles += 1

    def _cells(self, start: int) -> Said:
        self.said = {}
        self.last_row = self.last_column = 0
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
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if (self.last_row + 1) * (self.last_column + 1) > AREA:
            raise Refuse("too_large", where=self.name)
        return row, column, style

    def _error(self, body: bytes) -> None:
        row, column, _ = self._place(body)
        if body[7]:
            self._say(row, column, _ERRORS.get(body[6], "#N/A"))

    def _formula(self, body: bytes) -> None:
        row, column, style = self._place(body)
        # a value that is no number says its kind instead
        if body[12:14] != b"\xff\xff":
            [value] = struct.unpack_from("<d", body, 6)
            self._number(row, column, style, value)
        elif body[6] == 2:
            self._say(row, column, _ERRORS.get(body[8], "#N/A"))

    def _real(self, body: bytes) -> None:
        place = self._place(body)
        [value] = struct.unpack_from("<d", body, 6)
        self._number(*place, value)

    def _short(self, body: bytes) -> None:
        place = self._place(body)
        [value] = struct.unpack_from("<I", body, 6)
        self._number(*place, _short_number(value))

    def _shorts(self, body: bytes) -> None:
        """Several short numbers side by side, each with its style."""
        row, first, _ = self._place(body)
        for at in range((len(body) - 6) // 6):
            style, value = struct.unpack_from("<HI", body, 4 + 6 * at)
            column = first + at
            self._place(struct.pack("<HHH", row, column, style))
            self._number(row, column, style, _short_number(value))
            self.cells += 1

    def _number(self, row: int, column: int, style: int, value: float) -> None:
        width = self.zeros.get(style)
        if width and value >= 0 and value.is_integer():
            self._say(row, column, str(int(value)).zfill(width))

    def _other(self, body: bytes) -> None:
        self._place(body)


_CELLS: dict[int, Callable[[_Records, bytes], None]] = {
    _ERROR: _Records._error,
    _FORMULA: _Records._formula,
    _REAL: _Records._real,
    _SHORT: _Records._short,
    _SHORTS: _Records._shorts,
}
_CELLS |= dict.fromkeys(_TEXTS, _Records._other)


def _number_at(body: bytes, at: int) -> int:
    number: int = struct.unpack_from("<H", body, at)[0]
    return number


def _short_number(value: int) -> float:
    """A number in thirty bits: a whole one or the upper half of a long one, of either perhaps the
    hundredth part."""
    # the lowest two bits say which it is
    if value & 2:
        below_nothing = value >> 31
        whole = float((value >> 2) - (1 << 30) * below_nothing)
    else:
        upper_half = struct.pack("<I", value & 0xFFFFFFFC)
        [whole] = struct.unpack("<d", bytes(4) + upper_half)
    return whole / 100 if value & 1 else whole
