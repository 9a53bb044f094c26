"""Cells of a workbook whose own text says more than their value: long numbers, zeros in front,
errors, formulas that nobody worked out.

A quick reader hands over values: a number of 16 digits has lost its last one then, 00123 is 123,
#N/A is nothing. `Close` reads such a sheet's own XML once, where the guard saw that there is any,
and says what those cells say. Runs in the reader's child process.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.formats.workbook_styles import each

EXACT = 15
"""Digits that every spreadsheet keeps of a number."""
NO_VALUE, NO_WORD = "#FORMULA?", "#N/A"
Said = dict[int, dict[int, str]]
"""Row, then column, 0 the first: what the cell says."""


@dataclass(slots=True)
class RawCell:
    """A cell as it is written: where it stands, its type, its style, whether it has a formula, and
    its value (None: has none)."""

    row: int
    column: int
    type: str
    style: str
    formula: bool = False
    value: str | None = None


@dataclass
class Close:
    """The cells of one sheet that need a closer look. `zeros` are the widths of number formats that
    show zeros in front, by style."""

    zeros: dict[str, int]
    said: Said = field(default_factory=dict)
    _long: list[tuple[int, int, str]] = field(default_factory=list)

    def read(self, part: Any) -> Said:
        """What such cells of a sheet say."""
        for cell in cells_of(part):
            text = self._of(cell)
            if text is not None:
                self.said.setdefault(cell.row, {})[cell.column] = text
        self._end_long()
        return self.said

    def _of(self, cell: RawCell) -> str | None:
        if cell.type == "e":
            return cell.value or NO_WORD
        if cell.formula and not cell.value:
            # a formula that comes to an empty text has a value, and says so
            empty_text = cell.type == "str" and cell.value is not None
            if not empty_text:
                return NO_VALUE
        if cell.type not in ("", "n") or not cell.value:
            return None
        if _is_long(cell.value):
            self._long.append((cell.row, cell.column, cell.value))
            return None
        width = self.zeros.get(cell.style)
        return cell.value.zfill(width) if width and cell.value.isdigit() else None

    def _end_long(self) -> None:
        """A program that keeps 15 digits writes zeros for the others: where every long number of a
        sheet ends so, they were cut."""
        exact = any(map(_keeps_digits, (text for _, _, text in self._long)))
        for row, column, text in self._long:
            whole = exact and text.lstrip("-").isdigit()
            self.said.setdefault(row, {})[column] = text if whole else cut(text)


def _keeps_digits(text: str) -> bool:
    return text.isdigit() and bool(text[EXACT:].strip("0"))


def cut(text: str) -> str:
    """A number that lost its last digits, as spreadsheets show one: 2.02610010001234E+15."""
    return f"{float(text):.14E}"


def long_number(value: float) -> str:
    """A whole number of more than 15 digits: exact as far as its kind of number can be, unless a
    spreadsheet wrote zeros at its end."""
    text = str(int(value))
    beyond = text.lstrip("-")[EXACT:]
    return text if abs(value) < 2**53 and beyond.strip("0") else cut(text)


def _is_long(text: str) -> bool:
    """True for a number of more digits than every spreadsheet keeps."""
    if text.lstrip("-").isdigit():
        return len(text.lstrip("-0")) > EXACT
    try:
        return bool(abs(float(text)) >= 10**EXACT)
    except ValueError:
        return False


# --- the sheet's own XML ---


def cells_of(part: Any) -> Iterator[RawCell]:
    """The cells of a sheet as they come."""
    reader = _Cells()
    while block := part.read(1 << 18):
        reader.parser.Parse(block, False)
        yield from reader.done
        reader.done.clear()


class _Cells:
    """Element by element. Ends and texts are only listened to within a cell that is no plain text:
    most are."""

    def __init__(self) -> None:
        self.done: list[RawCell] = []
        self._row, self._column = -1, -1
        self._cell: RawCell | None = None
        self._text: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        short = tag if tag in _KNOWN else tag.rpartition(":")[2]
        if short == "c":
            self._new_cell(attributes)
        elif short == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdigit() else self._row + 1
            self._column = -1
        elif self._cell is None:
            return
        elif short == "f":
            self._cell.formula = True
        elif short == "v":
            self._text = []
            self.parser.CharacterDataHandler = self._text.append

    def _new_cell(self, attributes: dict[str, str]) -> None:
        place = _PLACE.match(attributes.get("r", ""))
        self._column = column_of(place[1]) if place else self._column + 1
        kind = attributes.get("t", "")
        if kind in ("s", "inlineStr"):
            return
        row = int(place[2]) - 1 if place else self._row
        self._cell = RawCell(row, self._column, kind, attributes.get("s", ""))
        self.parser.EndElementHandler = self._end

    def _end(self, tag: str) -> None:
        short = tag.rpartition(":")[2]
        if self._cell is None:
            return
        if short == "v" and self._text is not None:
            self._cell.value = "".join(self._text).strip()
            self._text = None
            self.parser.CharacterDataHandler = None
        elif short == "c":
            self.done.append(self._cell)
            self._cell = None
            self.parser.EndElementHandler = None


_KNOWN = frozenset({"c", "v", "f", "row", "is", "t"})
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")


@cache
def column_of(letters: str) -> int:
    """A is 0, AA is 26."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1


# --- which part is which sheet ---


@contextmanager
def part_of(path: Path, sheet: str) -> Iterator[Any]:
    """The part of a workbook that is the sheet of that name, open.

    Raises:
        Refuse: unsafe_file (no part can be told to be the sheet).
    """
    with zipfile.ZipFile(path) as archive:
        relations = _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
        sheets = _elements(archive, "xl/workbook.xml", "sheet")
        links = {one.get("name", ""): _link(one) for one in sheets}
        target = targets.get(links.get(sheet, ""), "")
        name = _path_of(target)
        if not target or name not in archive.namelist():
            raise Refuse("unsafe_file", where=path.name)
        with archive.open(name) as part:
            yield part


def _path_of(target: str) -> str:
    """Where a part lies in the archive; a target without a slash is meant from the book's own."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join("xl", target))


def _link(attributes: dict[str, str]) -> str:
    """The id of a sheet's part: r:id, under whatever prefix."""
    for name, value in attributes.items():
        prefix, _, short = name.rpartition(":")
        if prefix and short == "id":
            return value
    return ""


def _elements(archive: zipfile.ZipFile, part: str, short: str) -> list[dict[str, str]]:
    """The attributes of every element of one name."""
    found = list[dict[str, str]]()
    if part in archive.namelist():
        each(archive.read(part), short, lambda _, attributes: found.append(attributes))
    return found
