"""The rows of a text file: its encoding, the sign between its cells, and what is no part of a cell.
Runs in the reader's child process."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from storecrm.services.imports.formats import text_encoding
from storecrm.services.imports.formats.text_encoding import Text
from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.formats.workbook_limits import COLUMNS

FRAME_ROWS = 5000
CSV_BYTES, CSV_ROWS, CELL = 2_000_000_000, 10_000_000, 65_536
BLOCK, ROW_SIGNS, ROW_CELLS = 1 << 20, 17_000_000, 1_000_000
"""Signs of a text read at once, and what a row may have while it is not at its end: all its cells
at their longest, and far more signs between cells than columns."""
FRAME_BLOCKS = 8
SIGNS = "\t;|,"
"""Signs between cells. Where two are as regular, the earlier one: a comma stands in prose and in
numbers too."""
TOP_LINES, TOP_SIGNS = 200, 200_000
"""So much of a text shows which sign stands between its cells."""


def of_file(path: Path, encoding: str) -> tuple[dict[str, Any], Iterator[list[list[str]]]]:
    """What the file is, and its rows in frames; `encoding` is a codec, "" when it is to be found.

    Raises:
        Refuse: too_large, not_a_table, encoding_unsure, encoding, broken_row, too_many_columns.
    """
    if path.stat().st_size > CSV_BYTES:
        raise Refuse("too_large", where=path.name)
    text = Text(encoding, guarded=True) if encoding else text_encoding.of_file(path)
    try:
        with path.open(encoding=text.encoding, newline="") as source:
            top = source.read(TOP_SIGNS).removeprefix("\ufeff")
    except UnicodeError:
        raise text_encoding.broken(path, text.encoding) from None
    said = _SAID.match(top)
    delimiter = said["sign"] if said else delimiter_of(top)
    about = {"encoding": text.encoding, "delimiter": delimiter}
    return about, _rows(path, text, delimiter, skip=1 if said else 0)


_SAID = re.compile(r'"?sep=(?P<sign>[^\w\s"]|\t)"?[;,\t]*(?:\r\n?|\n)', re.IGNORECASE)
"""A first line that names the sign, as spreadsheets write and hide it."""


def delimiter_of(top: str) -> str:
    """The sign that parts the first rows of a text most evenly, signs within quotes not counted.
    One that also parts the titles is preferred to one that only stands in every row below them."""
    even = {sign: _evenness(top, sign) for sign in SIGNS}
    best = max(SIGNS, key=lambda sign: even[sign][0])
    for sign in SIGNS:
        if even[sign][1] > even[best][1]:
            best = sign
    return best if even[best][0] else ","


def _evenness(top: str, sign: str) -> tuple[float, frozenset[int]]:
    """What share of the rows has as many cells as most have, more for wider rows (0 when none has
    two), and which rows these are."""
    filled = _top_rows(top, sign)
    widths = list(map(_width, filled))
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0, frozenset()
    width, count = max(wide.items(), key=_weight)
    share = count / len(widths) * (1 - 1 / width)
    if _is_prose(filled):
        share /= 2
    return share, frozenset(at for at, found in enumerate(widths) if found == width)


def _top_rows(top: str, sign: str) -> list[list[str]]:
    """The filled rows at the top as a sign parts them; none where it makes no rows at all."""
    lines = io.StringIO(top, newline="")
    try:
        rows = list(itertools.islice(csv.reader(lines, delimiter=sign), TOP_LINES))
    except csv.Error:
        return []
    # the last one may have been cut
    cut = len(top) >= TOP_SIGNS and len(rows) < TOP_LINES
    if cut:
        rows = rows[:-1]
    return [row for row in rows if any(map(str.strip, row))]


def _width(row: list[str]) -> int:
    # half of a pair of quotes: this sign cuts within a cell
    halved = any(cell.count('"') % 2 for cell in row)
    return 0 if halved else len(row)


def _weight(found: tuple[int, int]) -> tuple[float, int]:
    """Of (cells, how many rows have so many): wider rows count more, up to twice."""
    width, count = found
    return count * (1 - 1 / width), width


def _is_prose(rows: list[list[str]]) -> bool:
    """True where a space follows most of the signs."""
    spaced = sum(cell.startswith(" ") for row in rows for cell in row[1:])
    signs = sum(len(row) - 1 for row in rows)
    return spaced * 2 > signs


def _rows(path: Path, text: Text, delimiter: str, skip: int) -> Iterator[list[list[str]]]:
    csv.field_size_limit(CELL)
    with path.open(encoding=text.encoding, newline="") as source:
        lines = _Lines(source, delimiter, path.name)
        left = itertools.islice(lines.all(), skip, None)
        reader = csv.reader(left, delimiter=delimiter, strict=True)
        frame: list[list[str]] = []
        until = FRAME_BLOCKS
        try:
            for row in reader:
                if len(row) > COLUMNS:
                    raise Refuse("too_many_columns", where=str(reader.line_num + skip))
                lines.rows += 1
                frame.append(unguarded(row) if text.guarded else row)
                if len(frame) == FRAME_ROWS or lines.blocks > until:
                    if reader.line_num > CSV_ROWS:
                        raise Refuse("too_large", where=path.name)
                    yield frame
                    frame = []
                    until = lines.blocks + FRAME_BLOCKS
        except csv.Error as error:
            line = str(reader.line_num + skip)
            raise Refuse("broken_row", where=line, reason=str(error)) from None
        except UnicodeError:
            raise text_encoding.broken(path, text.encoding) from None
        if frame:
            yield frame


class _Lines:
    """A text in blocks of whole lines, so that no line and no row is ever held that could not be a
    row of a list. `rows` counts the rows that the reader has finished, `blocks` what it was
    given."""

    def __init__(self, source: TextIO, delimiter: str, name: str) -> None:
        self.source = source
        self.delimiter = delimiter
        self.name = name
        self.rows = self.blocks = 0
        self._rows = -1
        self._signs = self._cells = 0

    def all(self) -> Iterator[str]:
        """Line by line, each with its end."""
        return itertools.chain.from_iterable(
            io.StringIO(block, newline="") for block in self._whole()
        )

    def _whole(self) -> Iterator[str]:
        left = ""
        # the mark of the order of bytes, where the encoding was said and does not take it away
        first = "\ufeff"
        while block := self.source.read(BLOCK).removeprefix(first):
            first = ""
            self._watch(block)
            left += block
            # a CR at the very end may be half of a line's end
            end = max(left.rfind("\n"), left.rfind("\r", 0, len(left) - 1)) + 1
            if end:
                self.blocks += 1
                yield left[:end]
                left = left[end:]
        # old programs write a sign of their own after the last line
        left = left.rstrip("\x1a")
        if left:
            yield left

    def _watch(self, block: str) -> None:
        """Refuse a row that does not end: the signs and cells since a row was finished the last
        time."""
        if "\x00" in block:
            raise Refuse("not_a_table", where=self.name)
        if self.rows != self._rows:
            self._rows = self.rows
            self._signs = self._cells = 0
        self._signs += len(block)
        self._cells += block.count(self.delimiter)
        # the block before the last may hold the end of a row
        if self._cells > ROW_CELLS + BLOCK:
            raise Refuse("too_many_columns", where=str(self.rows + 1))
        if self._signs > ROW_SIGNS + BLOCK:
            raise Refuse("too_large", where=self.name)


_APOSTROPHE = re.compile(r"'(?:[=+\-@\t\r'＝＋－＠]|\d[\d .,:/-]*$)")
"""The guard that our own exports put before formulas, and others before long numbers."""


def unguarded(row: list[str]) -> list[str]:
    """A row without what is no part of its cells: an apostrophe before a number or a formula, a
    backtick before every cell."""
    ticked = len(row) > 1 and row[0].startswith("`")
    if ticked and all(not cell or cell[0] == "`" for cell in row):
        row = [cell[1:] for cell in row]
    return [cell[1:] if _APOSTROPHE.match(cell) else cell for cell in row]
