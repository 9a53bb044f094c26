"""What the bytes of a sheet say of it before its XML is read."""

import re
from collections.abc import Iterator
from itertools import pairwise

from storecrm.services.imports.formats.workbook_limits import CELLS, GAP, SHEET_ROWS

WIDE = re.compile(rb"\xff\xfe|\xfe\xff|<\x00|\x00<|\x00\x00")
"""Text of two or four bytes a sign: nobody writes it, and not every reader sees the same in it."""
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
CELL = re.compile(rb"<(?:\w+:)?c(?:>|\s(?:[^<>]*[^/<>])?>)")
"""A cell that holds something: one that was only formatted is closed at once."""
_PREFIX = re.compile(rb"</?\w+")
COLONS = 1000
_LETTERS = 26
_UTF8_MARK = b"\xef\xbb\xbf"
_INDEX = re.compile(rb"""\bt=["']s["'][^<>]*><(?:\w+:)?v>(\d{1,7})<""")


def prefixed_by(data: bytes, *names: bytes) -> bool:
    """True when an element of these names may have a prefix: each colon is looked at, where there
    are few, else what begins so."""
    if data.count(b":") > COLONS:
        beginnings = (b":" + name for name in names)
        return any(beginning in data for beginning in beginnings)
    colons = (found.start() for found in re.finditer(rb":", data))
    return any(_PREFIX.fullmatch(data, data.rfind(b"<", 0, at), at) for at in colons)


def width_of(data: bytes) -> int:
    """How many columns a sheet has at the most, by the letters of its cells' places, up to 25 too
    many; cells without a place are counted row by row."""
    width = _lettered_width(data) if _TWO_LETTERS.search(data) else _LETTERS
    # columns and comments begin alike
    columns = data.count(b"<col")
    cells = data.count(b"<c") + data.count(b":c") - columns
    if data.count(b"<c r=") >= cells:
        return width
    for start, end in rows_of(data, ROW):
        width = max(width, len(CELL.findall(data, start, end)))
    return width


def _lettered_width(data: bytes) -> int:
    """By the first of two letters, the last of the alphabet first: AZ is within 52 columns."""
    for number in range(len(_COLUMNS) - 1, -1, -1):
        if _COLUMNS[number].search(data):
            return _LETTERS * (number + 2)
    raise AssertionError("two letters were seen")


def rows_of(data: bytes, row: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """Where each row of a sheet begins and ends."""
    starts = [found.start() for found in row.finditer(data)]
    if starts:
        yield from pairwise([*starts, len(data)])


def last_row_of(data: bytes) -> int:
    """The last row of a sheet at the most."""
    rows = data.count(b"<row") + data.count(b":row")
    numbers = (int(found[1]) for found in _FAR_ROW.finditer(data))
    return max(rows, max(numbers, default=0))


_TWO_LETTERS = re.compile(rb'r="[A-I][A-Z]\d')
_COLUMNS = tuple(re.compile(rb'r="%c[A-Z]\d' % letter) for letter in b"ABCDEFGHI")
_FAR_ROW = re.compile(rb'r="[A-Z]*(\d{4,6})"')


def counted_in(data: bytes) -> dict[int, int]:
    """How many cells of a sheet show which shared text."""
    found: dict[int, int] = {}
    for match in _INDEX.finditer(data):
        place = int(match[1])
        found[place] = found.get(place, 0) + 1
    return found


def is_xml(data: bytes) -> bool:
    if WIDE.match(data):
        return False
    return data.removeprefix(_UTF8_MARK).lstrip()[:1] == b"<"


def has_gap(data: bytes, mark: bytes = b"<") -> bool:
    """True when a whole window holds no tag (`mark`): a look at the next one of each window, not at
    each byte twice."""
    windows = range(0, len(data) - GAP, GAP)
    return any(data.find(mark, at, at + GAP) < 0 for at in windows)


def holds_any(data: bytes, sign: bytes, mark: bytes) -> bool:
    """Whether a mark stands in a part, by a single sign of it that hardly any part has: found to be
    nowhere in a thirtieth of the time."""
    return sign in data and mark in data


_UNPLACED_CELL = re.compile(
    rb"""<c(?! r="A?[A-Z](?:\d{1,5}|10000[01])"(?: s="\d+")?(?: t="\w+")?/?>|[A-Za-z])"""
)
_UNPLACED_ROW = re.compile(
    rb"""<row(?! r="(?:\d{1,5}|10000[01])"(?:(?!\sr\s*=)[^<>])*>|[A-Za-z])"""
)


def is_placed(data: bytes) -> bool:
    """True for a part as nearly every program writes it: nothing declared, few enough cells and
    rows, each of them with its place in front, from A1 to AZ100001. That is within every limit
    (AREA too) and told in a third of the time that `is_plain` takes with what follows it; what it
    does not tell is looked at by that."""
    if _HEAD.match(data) is None or holds_any(data, b"!", b"<!"):
        return False
    if prefixed_by(data, b"c", b"row"):
        return False
    # counted before it is searched: the search takes longer
    if data.count(b"<c ") > CELLS or data.count(b"<row") > SHEET_ROWS + 1:
        return False
    return _UNPLACED_ROW.search(data) is None and _UNPLACED_CELL.search(data) is None


_DECLARED = rb"""<\?xml version="1\.0"(?: encoding="utf-8")?(?: standalone="(?:yes|no)")?\s?\?>"""
_HEAD = re.compile(rb"(?i)(?:\xef\xbb\xbf)?(?:" + _DECLARED + rb"\s*)?<[a-z]")
_ODD = re.compile(rb"""r=(?<![:\w]r=)(?!"(?:[A-H]?[A-Z]|I[A-V])?(?:\d{1,5}|10000[01])")""")


def is_plain(data: bytes) -> bool:
    """True for a part written as programs write it, told by searching its bytes alone, which is six
    times as fast: UTF-8, nothing declared, every place "A1" to "IV100001", few enough cells and
    rows. Anything else is looked at element by element."""
    head = _HEAD.match(data)
    if head is None or b"<!" in data or _spaced_signs(data, head.end()):
        return False
    # a few colons are taken for cells with a prefix, before anybody looks for those
    colons = data.count(b":")
    prefixed = colons if colons < COLONS else data.count(b":c")
    if data.count(b"<c") + prefixed > CELLS:
        return False
    if data.count(b"<row") + data.count(b":row") > SHEET_ROWS + 1:
        return False
    return _ODD.search(data) is None


def _spaced_signs(data: bytes, start: int) -> bool:
    """True when a space stands before a sign of equality."""
    for space in (b" ", b"\t", b"\n", b"\r"):
        # a single sign that is nowhere is found to be nowhere at once
        if data.find(space, start) >= 0 and space + b"=" in data:
            return True
    return False
