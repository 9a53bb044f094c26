"""A look into a workbook before any library opens it: what its archive really holds, told by
content and never by a part's name.

`require` reads each part once and refuses what no plain workbook has: encrypted or doubled parts,
document types, far or countless cells, text that would fill the memory, a sheet that pretends to be
a picture. It runs in the reader's child process."""

import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.parsers import expat

from storecrm.services.imports.formats import workbook_styles
from storecrm.services.imports.formats.sheet_patterns import (
    CELL,
    ROW,
    WIDE,
    counted_in,
    has_gap,
    holds_any,
    is_placed,
    is_plain,
    is_xml,
    last_row_of,
    prefixed_by,
    rows_of,
    width_of,
)
from storecrm.services.imports.formats.workbook_limits import (
    AREA,
    CELLS,
    COLUMNS,
    DEPTH,
    EMPTY_ROWS,
    ITEM_BYTES,
    PART_BYTES,
    PARTS,
    SHEET_ROWS,
    TAGS,
    TEXT_BYTES,
    TOTAL_BYTES,
    XLSX_BYTES,
)


class Refuse(Exception):
    """A file that is not read; `code` and `facts` as in errors.BadFile."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class SheetExtent:
    """What a look showed of a plain workbook: `close` when cells of some sheet may say more than
    their value (see workbook_cells), the styles that show `zeros` in front and their digits, and
    whether any text begins with an apostrophe."""

    close: bool
    zeros: dict[str, int]
    apostrophes: bool


def require(path: Path) -> SheetExtent:
    """Refuse what is no plain workbook; returns what was seen on the way.

    Raises:
        Refuse: not_a_table, unsafe_file, too_large, too_many_columns.
    """
    if path.stat().st_size > XLSX_BYTES:
        raise Refuse("too_large", where=path.name)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise Refuse("not_a_table", where=path.name) from None
    with archive:
        _require_names(archive.infolist(), path.name)
        look = _Look(path.name)
        # shared texts and styles first, where they are called so: then few sheets must be looked at
        # closely
        for info in sorted(archive.infolist(), key=_is_sheet):
            look.at(_inflated(archive, info, path.name))
    look.end()
    return SheetExtent(look.close, look.zeros, look.apostrophes)


def _is_sheet(part: zipfile.ZipInfo) -> bool:
    return "shared" not in part.filename and "styles" not in part.filename


def _require_names(infos: list[zipfile.ZipInfo], name: str) -> None:
    names = [info.filename for info in infos]
    if not any(part.startswith("xl/workbook") and part.endswith(".xml") for part in names):
        raise Refuse("not_a_table", where=name)
    secret = any(info.flag_bits & 1 for info in infos)
    macros = any("vbaProject" in part for part in names)
    twice = len(set(names)) != len(names)
    if len(infos) > PARTS or twice or secret or macros:
        raise Refuse("unsafe_file", where=name)


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """A part as it really is, whatever its header says of its size."""
    try:
        with archive.open(info) as part:
            data = part.read(PART_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        raise Refuse("unsafe_file", where=name) from None
    if len(data) > PART_BYTES:
        raise Refuse("too_large", where=name)
    return data


class _Look:
    """One workbook being looked at, part by part: its size so far, its shared texts, and how often
    sheets show them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.total = 0
        self.lengths: list[int] = []
        self.cells = 0
        self.close, self.apostrophes = False, False
        self.zeros: dict[str, int] = {}
        self.shown: list[tuple[int, dict[int, int]]] = []
        """Of each sheet: cells whose text could not be told, and how many cells show which shared
        text."""

    def at(self, data: bytes) -> None:
        self.total += len(data)
        if self.total > TOTAL_BYTES:
            raise Refuse("too_large", where=self.name)
        if not is_xml(data):
            # what is read leniently would find its sheet behind anything
            if WIDE.match(data) or _SHEET.search(data):
                raise Refuse("unsafe_file", where=self.name)
            return
        if data.count(b"<") > TAGS or has_gap(data):
            raise Refuse("too_large", where=self.name)
        if not is_placed(data):
            if is_plain(data):
                self._area(data)
            else:
                self._watch(data)
            self._rows(data)
        self._texts(data)
        self._notice(data)

    def _watch(self, data: bytes) -> None:
        self.close = True
        try:
            _Watch(self.name).feed(data)
        except expat.ExpatError:
            raise Refuse("unsafe_file", where=self.name) from None

    def _notice(self, data: bytes) -> None:
        """Whether cells here need a closer look: an error, a formula without its value, a style
        that shows zeros in front."""
        if b"cellXfs" in data and b"formatCode" in data:
            self.zeros |= workbook_styles.zeros_of(data)
        self.apostrophes = self.apostrophes or holds_any(data, b"'", b">'")
        self.close = self.close or self._says_more(data)

    def _says_more(self, data: bytes) -> bool:
        if b't="e"' in data or holds_any(data, b"'", b"t='e'"):
            return True
        for style in self.zeros:
            if f's="{style}"'.encode() in data or f"s='{style}'".encode() in data:
                return True
        # a formula without its value is the dearest thing to look for
        return any(formula.search(data) for formula in (_PREFIXED_FORMULA, _BARE))

    def _rows(self, data: bytes) -> None:
        """Cells without a place stand one beside the other: no row has more of them than there are
        columns."""
        for start, end in rows_of(data, ROW if prefixed_by(data, b"row") else _PLAIN_ROW):
            # so many empty cells are longer than most rows
            if end - start <= _LEAST_WIDE or data.count(b"c", start, end) <= COLUMNS:
                continue
            if len(CELL.findall(data, start, end)) > COLUMNS:
                raise Refuse("too_many_columns", where=self.name)

    def _area(self, data: bytes) -> None:
        """The library keeps a place for each cell between the first and the last, whether it holds
        anything or not."""
        width = width_of(data)
        if width * (SHEET_ROWS + 1) > AREA and width * last_row_of(data) > AREA:
            raise Refuse("too_large", where=self.name)

    def _texts(self, data: bytes) -> None:
        lengths = _text_lengths(data)
        self.lengths += lengths
        if max(lengths, default=0) > ITEM_BYTES:
            raise Refuse("too_large", where=self.name)
        # at least as many as show a shared text
        showing = data.count(b'"s"')
        if b"'" in data:
            showing += data.count(b"'s'")
        if showing:
            self.cells += showing
            # sheets may come before their texts
            close = not self.lengths or max(self.lengths) * self.cells > TEXT_BYTES
            self.shown.append((showing, counted_in(data) if close else {}))

    def end(self) -> None:
        """Refuse a workbook whose cells say too much together."""
        longest = max(self.lengths, default=0)
        if longest * self.cells <= TEXT_BYTES:
            return
        said = 0
        for cells, counted in self.shown:
            known = sum(counted.values())
            said += (cells - known) * longest
            for place, times in counted.items():
                if place < len(self.lengths):
                    said += self.lengths[place] * times
        if said > TEXT_BYTES:
            raise Refuse("too_large", where=self.name)


def _text_lengths(data: bytes) -> list[int]:
    """Bytes of each text of a part that cells may show, its tags among them."""
    prefixed = prefixed_by(data, b"si", b"is")
    # texts that stand in their own cells are said once, and where they end all the time none is too
    # long
    if not prefixed and b"</si" not in data and not has_gap(data, b"</is>"):
        return []
    item = _ITEM if prefixed else _PLAIN_ITEM
    ends = [found.end() for found in item.finditer(data)]
    if not ends:
        return []
    first = _ITEM_BEGIN.search(data)
    begins = [first.start() if first else 0, *ends]
    return [end - begin for begin, end in pairwise(begins)]


_LEAST_WIDE = COLUMNS * len(b"<c/>")
_SHEET = re.compile(rb"<(?:\w+:)?(?:worksheet|sheetData|row|sst|si)[\s/>]")
_PREFIXED_FORMULA = re.compile(rb":f[> /]")
_BARE = re.compile(rb"<f\b[^<>]*/?>(?:[^<>]*</f>)?\s*(?:</c>|<v\s*/>|<v>\s*</v>)")
"""A formula whose value was left out, as programs write it that work none out."""
_ITEM = re.compile(rb"</(?:\w+:)?(?:si|is)\s*>")


_PLAIN_ROW = re.compile(rb"<row[\s/>]")
_PLAIN_ITEM = re.compile(rb"</(?:si|is)\s*>")
"""Where no element has a prefix, which is found in a fraction of the time."""
_ITEM_BEGIN = re.compile(rb"<(?:\w+:)?(?:si|is)[\s/>]")


class _Watch:
    """A streaming look at a part: no document type, no depth, no far or countless cells. A cell
    that was only formatted may stand anywhere: nothing comes of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.depth = self.cells = self.rows = self.filled = 0
        # where the parser stands, and the last row and column that hold something
        self._row = self._column = 0
        self._last_row = self._last_column = 0
        self._place = ""
        self._open = self._row_filled = False
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def feed(self, block: bytes) -> None:
        self.parser.Parse(block, False)

    def _doctype(self, *_: Any) -> None:
        raise Refuse("unsafe_file", where=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Refuse("unsafe_file", where=self.name)
        short = tag.rpartition(":")[2]
        if short == "c":
            self.cells += 1
            self._open = True
            self._place = attributes.get("r", "")
            self._column += 1
        elif short == "row":
            self.rows += 1
            number = int(attributes.get("r") or 0)
            self._row = number or self._row + 1
            self._row_filled = False
            self._column = 0
        elif self._open and short in ("v", "is", "f"):
            self._open = False
            self._fill()
        if self.cells > CELLS or self.rows > EMPTY_ROWS:
            raise Refuse("too_large", where=self.name)

    def _fill(self) -> None:
        """A cell that holds something."""
        if not self._row_filled:
            self._row_filled = True
            self.filled += 1
        letters, digits = _split(self._place)
        self._column = letters or self._column
        last = max(digits, self._row, self.filled)
        self._last_column = max(self._last_column, self._column)
        self._last_row = max(self._last_row, last)
        far = letters > COLUMNS or last > SHEET_ROWS + 1
        if far or self._last_column * self._last_row > AREA:
            raise Refuse("too_large", where=self.name)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag.rpartition(":")[2] == "c":
            self._open = False


def _split(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters[:8]:
        column = column * 26 + ord(letter.upper()) - 64
    digits = reference[len(letters) :]
    return column, int(digits or 0)
