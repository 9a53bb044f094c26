"""A look into a workbook before any library opens it: what its archive really holds, told by
content and never by a part's name.

`require` reads each part once and refuses what no plain workbook has: encrypted or doubled parts,
document types, far or countless cells, text that would fill the memory, a sheet that pretends to be
a picture. It runs in the reader's child process.
"""

import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.parsers import expat

from storecrm.services.imports.formats import workbook_styles

COLUMNS = 256
XLSX_BYTES, PARTS, PART_BYTES, TOTAL_BYTES, DEPTH, SHEET_ROWS, CELLS = (
    20_000_000,
    500,
    64_000_000,
    128_000_000,
    64,
    100_000,
    2_000_000,
)
AREA = 6_000_000
"""Cells between the first and the last of a sheet."""
EMPTY_ROWS = 1_048_577
"""Rows that a sheet may have when most of them were only formatted."""
ITEM_BYTES = 1_000_000
"""The longest text of one cell as it is written: 32,767 signs with all their marks and formats."""
GAP = 262_144
"""Bytes without a single tag: a window of them holds no more than one text or attribute, far beyond
any cell."""
TEXT_BYTES = 100_000_000
"""What the cells of all sheets may say together, shared texts counted as often as they are
shown."""
TAGS = 10_000_000


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
        for info in sorted(
            archive.infolist(),
            key=lambda part: "shared" not in part.filename and "styles" not in part.filename,
        ):
            look.at(_inflated(archive, info, path.name))
    look.end()
    return SheetExtent(look.close, look.zeros, look.apostrophes)


def _require_names(infos: list[zipfile.ZipInfo], name: str) -> None:
    names = [info.filename for info in infos]
    if not any(part.startswith("xl/workbook") and part.endswith(".xml") for part in names):
        raise Refuse("not_a_table", where=name)
    secret, macros = (
        any(info.flag_bits & 1 for info in infos),
        any("vbaProject" in part for part in names),
    )
    if len(infos) > PARTS or len(set(names)) != len(names) or secret or macros:
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
        self.name, self.total = name, 0
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
        if not _is_xml(data):
            # what is read leniently would find its sheet behind anything
            if _WIDE.match(data) or _SHEET.search(data):
                raise Refuse("unsafe_file", where=self.name)
            return
        if data.count(b"<") > TAGS or _has_gap(data):
            raise Refuse("too_large", where=self.name)
        if not _is_placed(data):
            if _is_plain(data):
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
        self.apostrophes = self.apostrophes or _holds(data, b"'", b">'")
        styled = (
            mark.encode() for style in self.zeros for mark in (f's="{style}"', f"s='{style}'")
        )
        said = (
            b't="e"' in data or _holds(data, b"'", b"t='e'") or any(mark in data for mark in styled)
        )
        self.close = (
            self.close
            or said
            or any(formula.search(data) for formula in (_PREFIXED_FORMULA, _BARE))
        )

    def _rows(self, data: bytes) -> None:
        """Cells without a place stand one beside the other: no row has more of them than there are
        columns."""
        starts = [
            found.start()
            for found in (_ROW if _prefixed(data, b"row") else _PLAIN_ROW).finditer(data)
        ]
        for start, end in pairwise([*starts, len(data)] if starts else []):
            if (
                end - start > COLUMNS * len(b"<c/>")
                and data.count(b"c", start, end) > COLUMNS
                and len(_CELL.findall(data, start, end)) > COLUMNS
            ):
                raise Refuse("too_many_columns", where=self.name)

    def _area(self, data: bytes) -> None:
        """The library keeps a place for each cell between the first and the last, whether it holds
        anything or not."""
        width = _width(data)
        if width * (SHEET_ROWS + 1) > AREA and width * _last_row(data) > AREA:
            raise Refuse("too_large", where=self.name)

    def _texts(self, data: bytes) -> None:
        prefixed = _prefixed(data, b"si", b"is")
        # texts that stand in their own cells are said once, and where they end all the time none is
        # too long
        own = not prefixed and b"</si" not in data and not _has_gap(data, b"</is>")
        ends = (
            []
            if own
            else [found.end() for found in (_ITEM if prefixed else _PLAIN_ITEM).finditer(data)]
        )
        if ends:
            first = _ITEM_BEGIN.search(data)
            lengths = [
                end - begin for begin, end in pairwise([first.start() if first else 0, *ends])
            ]
            self.lengths += lengths
            if max(lengths) > ITEM_BYTES:
                raise Refuse("too_large", where=self.name)
        # at least as many as show a shared text
        showing = data.count(b'"s"') + (data.count(b"'s'") if b"'" in data else 0)
        if showing:
            self.cells += showing
            # sheets may come before their texts
            close = not self.lengths or max(self.lengths) * self.cells > TEXT_BYTES
            self.shown.append((showing, _counted(data) if close else {}))

    def end(self) -> None:
        """Refuse a workbook whose cells say too much together."""
        longest = max(self.lengths, default=0)
        if longest * self.cells <= TEXT_BYTES:
            return
        said = 0
        for cells, counted in self.shown:
            known = sum(counted.values())
            said += (cells - known) * longest
            said += sum(
                self.lengths[place] * times
                for place, times in counted.items()
                if place < len(self.lengths)
            )
        if said > TEXT_BYTES:
            raise Refuse("too_large", where=self.name)


_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|<\x00|\x00<|\x00\x00")
"""Text of two or four bytes a sign: nobody writes it, and not every reader sees the same in it."""
_SHEET = re.compile(rb"<(?:\w+:)?(?:worksheet|sheetData|row|sst|si)[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c(?:>|\s(?:[^<>]*[^/<>])?>)")
"""A cell that holds something: one that was only formatted is closed at once."""
_PREFIXED_FORMULA = re.compile(rb":f[> /]")
_BARE = re.compile(rb"<f\b[^<>]*/?>(?:[^<>]*</f>)?\s*(?:</c>|<v\s*/>|<v>\s*</v>)")
"""A formula whose value was left out, as programs write it that work none out."""
_ITEM = re.compile(rb"</(?:\w+:)?(?:si|is)\s*>")
_PLAIN_ROW, _PLAIN_ITEM = re.compile(rb"<row[\s/>]"), re.compile(rb"</(?:si|is)\s*>")
"""Where no element has a prefix, which is found in a fraction of the time."""
_PREFIX = re.compile(rb"</?\w+")
COLONS = 1000
_ITEM_BEGIN = re.compile(rb"<(?:\w+:)?(?:si|is)[\s/>]")
_INDEX = re.compile(rb"""\bt=["']s["'][^<>]*><(?:\w+:)?v>(\d{1,7})<""")


def _prefixed(data: bytes, *names: bytes) -> bool:
    """True when an element of these names may have a prefix: each colon is looked at, where there
    are few, else what begins so."""
    if data.count(b":") > COLONS:
        return any(b":" + name in data for name in names)
    colons = (found.start() for found in re.finditer(rb":", data))
    return any(_PREFIX.fullmatch(data, data.rfind(b"<", 0, at), at) for at in colons)


def _width(data: bytes) -> int:
    """How many columns a sheet has at the most, by the letters of its cells' places, up to 25 too
    many; cells without a place are counted row by row."""
    width = 26
    if _TWO_LETTERS.search(data):
        width = next(
            26 * (number + 2) for number in range(8, -1, -1) if _COLUMNS[number].search(data)
        )
    # columns and comments begin alike
    if data.count(b"<c r=") >= data.count(b"<c") + data.count(b":c") - data.count(b"<col"):
        return width
    starts = [found.start() for found in _ROW.finditer(data)]
    return max(
        [
            width,
            *(
                len(_CELL.findall(data, start, end))
                for start, end in pairwise([*starts, len(data)] if starts else [])
            ),
        ]
    )


def _last_row(data: bytes) -> int:
    """The last row of a sheet at the most."""
    rows = data.count(b"<row") + data.count(b":row")
    return max([rows, *(int(found[1]) for found in _FAR_ROW.finditer(data))])


_TWO_LETTERS = re.compile(rb'r="[A-I][A-Z]\d')
_COLUMNS = tuple(re.compile(rb'r="%c[A-Z]\d' % letter) for letter in b"ABCDEFGHI")
_FAR_ROW = re.compile(rb'r="[A-Z]*(\d{4,6})"')


def _counted(data: bytes) -> dict[int, int]:
    """How many cells of a sheet show which shared text."""
    found: dict[int, int] = {}
    for match in _INDEX.finditer(data):
        place = int(match[1])
        found[place] = found.get(place, 0) + 1
    return found


def _is_xml(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" and not _WIDE.match(data)


def _has_gap(data: bytes, mark: bytes = b"<") -> bool:
    """True when a whole window holds no tag (`mark`): a look at the next one of each window, not at
    each byte twice."""
    return any(data.find(mark, at, at + GAP) < 0 for at in range(0, len(data) - GAP, GAP))


def _holds(data: bytes, sign: bytes, mark: bytes) -> bool:
    """Whether a mark stands in a part, by a single sign of it that hardly any part has: found to be
    nowhere in a thirtieth of the time."""
    return sign in data and mark in data


_UNPLACED_CELL = re.compile(
    rb"""<c(?! r="A?[A-Z](?:\d{1,5}|10000[01])"(?: s="\d+")?(?: t="\w+")?/?>|[A-Za-z])"""
)
_UNPLACED_ROW = re.compile(
    rb"""<row(?! r="(?:\d{1,5}|10000[01])"(?:(?!\sr\s*=)[^<>])*>|[A-Za-z])"""
)


def _is_placed(data: bytes) -> bool:
    """True for a part as nearly every program writes it: nothing declared, few enough cells and
    rows, each of them with its place in front, from A1 to AZ100001. That is within every limit
    (AREA too) and told in a third of the time that `_is_plain` takes with what follows it; what it
    does not tell is looked at by that."""
    return (
        _HEAD.match(data) is not None
        and not _holds(data, b"!", b"<!")
        and not _prefixed(data, b"c", b"row")
        and data.count(b"<c ") <= CELLS
        and data.count(b"<row") <= SHEET_ROWS + 1
        and _UNPLACED_ROW.search(data) is None
        and _UNPLACED_CELL.search(data) is None
    )


_HEAD = re.compile(
    rb"""(?i)(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="utf-8")?(?: standalone="(?:yes|no)")?\s?\?>\s*)?<[a-z]"""
)
_ODD = re.compile(rb"""r=(?<![:\w]r=)(?!"(?:[A-H]?[A-Z]|I[A-V])?(?:\d{1,5}|10000[01])")""")


def _is_plain(data: bytes) -> bool:
    """True for a part written as programs write it, told by searching its bytes alone, which is six
    times as fast: UTF-8, nothing declared, every place "A1" to "IV100001", few enough cells and
    rows. Anything else is looked at element by element."""
    head = _HEAD.match(data)
    # a few colons are taken for cells with a prefix, before anybody looks for those
    colons = data.count(b":")
    return (
        head is not None
        and b"<!" not in data
        # a single sign that is nowhere is found to be nowhere at once
        and not any(
            data.find(space, head.end()) >= 0 and space + b"=" in data
            for space in (b" ", b"\t", b"\n", b"\r")
        )
        and data.count(b"<c") + (colons if colons < 1000 else data.count(b":c")) <= CELLS
        and data.count(b"<row") + data.count(b":row") <= SHEET_ROWS + 1
        and _ODD.search(data) is None
    )


class _Watch:
    """A streaming look at a part: no document type, no depth, no far or countless cells. A cell
    that was only formatted may stand
    anywhere: nothing comes of it."""

    def __init__(self, name: str) -> None:
        self.name, self.depth, self.cells, self.rows, self.filled = name, 0, 0, 0, 0
        self._row, self._row_filled, self._place = 0, False, ""
        self._open, self._column, self._last = False, 0, (0, 0)
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
            self._open, self._place = True, attributes.get("r", "")
            self._column += 1
        elif short == "row":
            self.rows += 1
            self._row, self._row_filled = int(attributes.get("r", "0") or 0) or self._row + 1, False
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
        self._last = max(self._last[0], self._column), max(self._last[1], last)
        if letters > COLUMNS or last > SHEET_ROWS + 1 or self._last[0] * self._last[1] > AREA:
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
    return column, int(reference[len(letters) :] or 0)
