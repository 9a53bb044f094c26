"""A look over the bytes of a text: which of them it holds, and some of its lines to weigh."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storecrm.services.imports.formats.workbook_guard import Refuse

BLOCK = 1 << 20


SAMPLE, LONGEST = 60_000, 16_000
"""Bytes of lines that are weighed, from all parts of the file; no more than so much of one line."""


# --- one pass over the bytes ---


@dataclass
class _Scan:
    """What the bytes say: whether they are UTF-8, how many follow a first one beyond ASCII, whether
    a cell may bear a guard, any NUL."""

    utf8: bool = True
    beyond: int = 0
    guarded: bool = False
    nul: bool = False


_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32), 127])
MOST_CONTROLS = 0.02
"""The share of controls that a text may have beside a few: a stray one, the end that an old program
wrote."""
_MARKS = (b"'", b"`")
_BEFORE_CELLS = (b'"', b",", b";", b"\t", b"|", b"\n", b"\r")
_GUARDS = tuple(before + mark for mark in _MARKS for before in _BEFORE_CELLS)


def looked_over(path: Path) -> _Scan:
    """What the bytes of a file say; not to its end where one of them is a NUL."""
    scan = _Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    for block in blocks_of(path):
        if b"\x00" in block:
            scan.nul = True
            return scan
        if first and _controls(block) > 8 + len(block) * MOST_CONTROLS:
            raise Refuse("not_a_table", where=path.name)
        scan.guarded = scan.guarded or _is_guarded(block, first)
        first = False
        if scan.utf8 and not block.isascii():
            try:
                scan.beyond += len(block) - len(decoder.decode(block))
            except UnicodeDecodeError:
                scan.utf8 = False
        elif scan.utf8 and decoder.getstate()[0]:
            # a sign that the block before began is not gone on with
            scan.utf8 = False
    scan.utf8 = scan.utf8 and not decoder.getstate()[0]
    return scan


def _controls(block: bytes) -> int:
    return len(block) - len(block.translate(None, _CONTROLS))


def _is_guarded(block: bytes, first: bool) -> bool:
    """True when some cell begins with a sign that may be no part of it."""
    if b"'" not in block and b"`" not in block:
        return False
    if first and block[:1] in _MARKS:
        return True
    return any(guard in block for guard in _GUARDS)


def blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_EDGES = (b"\n", b"\r", b",", b"\t", b'"', b" ")
"""Signs that are no part of another one in any encoding that is weighed."""
_EDGE = re.compile(rb'[\n\r,\t" ]')


def lines_to_weigh(path: Path) -> bytes:
    """Lines with signs beyond ASCII, from each part of the file alike; what has no end is cut where
    a cell ends."""
    size = path.stat().st_size
    share = max(1_000, SAMPLE // (1 + size // BLOCK))
    lines: list[bytes] = []
    read = 0
    for block in blocks_of(path):
        edge = _EDGE.search(block) if read else None
        read += len(block)
        # what a block begins or ends with may be half of a sign
        begin = edge.start() if edge else 0
        end = len(block) if read >= size else _edge(block, len(block))
        lines += _some(block[begin:end], share)
    return b"\n".join(lines)


def _some(block: bytes, share: int) -> Iterator[bytes]:
    for found in _LINE.finditer(block):
        line = found[0]
        most = min(LONGEST, 2 * share)
        if len(line) > most:
            line = line[: _edge(line, most)]
        share -= len(line)
        yield line
        if share < 0:
            return


def _edge(block: bytes, before: int) -> int:
    """The last place before which nothing is cut."""
    return max(block.rfind(edge, 0, before) for edge in _EDGES) + 1
