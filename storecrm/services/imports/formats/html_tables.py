"""Tables of web pages and of XML workbooks (Excel 2003), which many programs write and name .xls.
Runs in the reader's child process."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.parsers import expat

from storecrm.services.imports.formats import sheet_choice, text_encoding
from storecrm.services.imports.formats.text_rows import CELL
from storecrm.services.imports.formats.workbook_cells import EXACT, NO_VALUE, cut
from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.formats.workbook_limits import (
    CELLS,
    COLUMNS,
    DEPTH,
    SHEET_ROWS,
    XLSX_BYTES,
)
from storecrm.services.imports.formats.workbook_styles import zeros_shown

HEAD = 8_192
PIECE = 1 << 18
TAGS = 3_000_000
_TABLES = 1000
_SEEN_ROWS = 100
Table = list[list[str]]
_FIRST_TAG = rb"!doctype\s+html|html|head|meta|body|table|style|div|center"
# comments and a declaration may stand before it
_PAGE = re.compile(rb"(?is)\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:" + _FIRST_TAG + rb")\b")
_NAMESPACE = rb"urn:schemas-microsoft-com:office:spreadsheet"
_BOOK = re.compile(rb"(?i)<(?:\w+:)?workbook\s[^<>]*" + _NAMESPACE)
_CHARSET = re.compile(rb"""(?i)<meta[^<>]*charset\s*=\s*["']?\s*([\w:.-]{2,40})""")


def kind_of(head: bytes) -> str:
    """What the first bytes of a file are the beginning of: "html", "xml", or "" for neither."""
    plain = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe")
    if _BOOK.search(plain):
        return "xml"
    return "html" if _PAGE.match(plain) else ""


def of_file(
    path: Path, kind: str, encoding: str, asked: str
) -> tuple[dict[str, Any], Iterator[list[str]]]:
    """What the file is, and the rows of the table that was asked for (its name or number), else of
    the first that has two rows.

    Raises:
        Refuse: too_large, too_many_columns, unsafe_file, not_a_table, sheet_unknown (facts: known),
            encoding_unsure, encoding.
    """
    if path.stat().st_size > XLSX_BYTES:
        raise Refuse("too_large", where=path.name)
    tables = _of_book(path) if kind == "xml" else _of_page(path, encoding)
    if not tables:
        raise Refuse("not_a_table", where=path.name)
    if not asked:
        # of several that are as full the first
        chosen = max(tables, key=lambda name: _fullness(tables[name]))
    else:
        chosen = asked if asked in tables else sheet_choice.by_number(list(tables), asked)
    held = tuple(name for name, rows in tables.items() if _fullness(rows))
    about = {"encoding": kind, "delimiter": "", "sheet": chosen, "sheets": held}
    return about, iter(tables[chosen])


def _fullness(rows: Table) -> int:
    """0 for nothing, 3 for two rows of two cells, as sheets of a workbook are told."""
    filled = sum(map(any, rows[:_SEEN_ROWS]))
    wide = sum(sum(map(bool, row)) > 1 for row in rows[:_SEEN_ROWS])
    return 3 if wide > 1 else min(filled, 2)


# --- web pages ---


def _of_page(path: Path, encoding: str) -> dict[str, Table]:
    data = path.read_bytes()
    if data.count(b"<") > TAGS:
        raise Refuse("too_large", where=path.name)
    reader = _Page(path.name)
    for piece in _pieces(_decoded(path, data, encoding), path.name):
        reader.feed(piece)
    filled = [rows for rows in reader.tables if rows]
    return {str(number): rows for number, rows in enumerate(filled, 1)}


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    """The page as text: in the encoding that was said, that it says itself, or that is found."""
    codec = encoding or _own_codec(data)
    if codec:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            # what a page says of itself is often wrong, what a person says is not passed over
            if encoding:
                raise text_encoding.broken(path, encoding) from None
    return data.decode(text_encoding.of_file(path).encoding)


def _own_codec(data: bytes) -> str:
    own = _CHARSET.search(data[:HEAD])
    return text_encoding.named(own[1].decode("ascii")) if own else ""


def _pieces(text: str, name: str) -> Iterator[str]:
    """A page in pieces that end with a tag, so that none is looked at twice. A tag is never as long
    as a piece."""
    at = 0
    while at < len(text):
        end = text.rfind(">", at, at + PIECE) + 1
        if not end and "<" in text[at : at + PIECE]:
            raise Refuse("too_large", where=name)
        yield text[at : end or at + PIECE]
        at = end or at + PIECE


class _Page(HTMLParser):
    """The tables of a page. A cell that reaches over columns or rows says its text once."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.tables: list[Table] = []
        self._open: list[_OpenTable] = []
        self._cells = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._begin()
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].new_row()
            self._count()
        elif tag in ("td", "th"):
            said = dict(attributes)
            self._open[-1].new_cell(_span(said.get("colspan")), _span(said.get("rowspan")))
            self._count()
        elif tag in ("br", "p", "div"):
            self._open[-1].add(" ")

    def _begin(self) -> None:
        if len(self._open) >= DEPTH or len(self.tables) >= _TABLES:
            raise Refuse("unsafe_file", where=self.name)
        self._open.append(_OpenTable())
        self.tables.append(self._open[-1].rows)

    def _count(self) -> None:
        self._cells += 1
        if self._cells > CELLS or len(self._open[-1].rows) > SHEET_ROWS + 1:
            raise Refuse("too_large", where=self.name)
        if len(self._open[-1].row) > COLUMNS:
            raise Refuse("too_many_columns", where=str(len(self._open[-1].rows)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._open:
            self._open.pop().end_cell()
        elif tag in ("td", "th", "tr") and self._open:
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].add(data)


def _span(text: str | None) -> int:
    if text and text.isascii() and text.isdigit() and len(text) < 8:
        return min(int(text), SHEET_ROWS)
    return 1


class _OpenTable:
    """A table being read. `held` says how many further rows a column is taken by a cell from
    above."""

    def __init__(self) -> None:
        self.rows: Table = []
        self.row: list[str] = []
        self._held: dict[int, int] = {}
        self._text: list[str] | None = None
        self._wide = 0

    def new_row(self) -> None:
        self.end_cell()
        self.row = []
        self.rows.append(self.row)
        self._wide = 0

    def new_cell(self, wide: int, high: int) -> None:
        self.end_cell()
        if not self.rows:
            self.new_row()
        # blanks of a cell that reaches over columns are made when another one follows
        self._blank(min(self._wide, COLUMNS))
        while self._held.get(len(self.row), 0):
            self._held[len(self.row)] -= 1
            self.row.append("")
        first = len(self.row)
        if high > 1:
            for column in range(first, first + min(wide, COLUMNS)):
                self._held[column] = high - 1
        self._wide = wide - 1
        self._text = []

    def _blank(self, count: int) -> None:
        self.row += [""] * count
        self._wide = 0

    def add(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end_cell(self) -> None:
        if self._text is not None:
            words = "".join(self._text).split()
            self.row.append(" ".join(words)[:CELL])
            self._text = None


# --- XML workbooks ---


def _of_book(path: Path) -> dict[str, Table]:
    reader = _Book(path.name)
    try:
        with path.open("rb") as source:
            while block := source.read(PIECE):
                reader.parser.Parse(block, False)
            reader.parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refuse("unsafe_file", where=path.name) from None
    return reader.tables


class _Book:
    """The sheets of an XML workbook, element by element."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.depth = self.cells = 0
        self.tables: dict[str, Table] = {}
        self.row: list[str] = []
        self.rows: Table = []
        self._zeros: dict[str, int] = {}
        self._style = self._kind = ""
        self._formula = False
        # the row and column that are open, and how many further ones a cell reaches over
        self._number = self._column = self._wide = 0
        self._text: list[str] | None = None
        self._said: str | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _doctype(self, *_: Any) -> None:
        raise Refuse("unsafe_file", where=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Refuse("unsafe_file", where=self.name)
        said = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        match tag.rpartition(":")[2]:
            case "Worksheet":
                self.rows = []
                self._number = 0
                name = said.get("Name", str(len(self.tables) + 1))
                self.tables[name] = self.rows
            case "Style":
                self._style = said.get("ID", "")
            case "NumberFormat":
                self._zeros[self._style] = zeros_shown(said.get("Format", ""))
            case "Row":
                self._new_row(_place(said, self._number))
            case "Cell":
                self._new_cell(said)
            case "Data":
                self._text = []
                self._kind = said.get("Type", "String")

    def _new_row(self, number: int) -> None:
        self._number = number
        self.row = []
        self._column = self._wide = 0

    def _new_cell(self, said: dict[str, str]) -> None:
        self._column = _place(said, self._column + self._wide)
        self._wide = _span(said.get("MergeAcross", "0"))
        self._style = said.get("StyleID", "")
        self._formula = "Formula" in said
        self._said = None

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        short = tag.rpartition(":")[2]
        if short == "Data" and self._text is not None:
            zeros = self._zeros.get(self._style, 0)
            self._said = _value(self._kind, "".join(self._text), zeros)
            self._text = None
        elif short == "Cell":
            # a formula without its value was never worked out
            unknown = self._formula and self._said is None
            self._put(NO_VALUE if unknown else self._said or "")

    def _put(self, text: str) -> None:
        """A cell that says something; the rows before it are there then."""
        if not text:
            return
        self.cells += 1
        if self.cells > CELLS or self._number > SHEET_ROWS + 1:
            raise Refuse("too_large", where=self.name)
        if self._column > COLUMNS:
            raise Refuse("too_many_columns", where=str(self._number))
        self.rows += ([] for _ in range(self._number - 1 - len(self.rows)))
        if len(self.rows) < self._number:
            self.rows.append(self.row)
        self.row += [""] * (self._column - 1 - len(self.row))
        self.row.append(text[:CELL])


def _place(said: dict[str, str], before: int) -> int:
    """The number of a row or cell, 1 the first: its own, or the one after that before it."""
    own = said.get("Index", "")
    return int(own) if own.isascii() and own.isdigit() and 0 < len(own) < 9 else before + 1


def _value(kind: str, text: str, zeros: int) -> str:
    """What a cell says: a day without its midnight, a time without its day."""
    if kind == "DateTime":
        day, _, at = text.partition("T")
        at = at.partition(".")[0]
        if day in ("1899-12-31", "1899-12-30"):
            return at
        return f"{day} {at}" if at.strip("0:") else day
    if kind == "Number":
        return _number(text.strip(), zeros)
    return text


def _number(text: str, zeros: int) -> str:
    if not text.isdigit():
        return text
    # digits beyond the fifteenth are all zeros where they were lost
    beyond = text.lstrip("0")[EXACT:]
    if beyond and not beyond.strip("0"):
        return cut(text)
    return text.zfill(zeros) if zeros else text
