"""Workbooks of Excel 97 to 2003 written by hand, record by record: for tests of how they are
read."""

import struct
from collections.abc import Sequence

Value = str | int | float | bytes
NONE = 0xFFFFFFFE


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")


def _cell(row: int, column: int, value: Value, style: int) -> bytes:
    """A cell: text, a number, or (bytes) what stands in a record of its own: the kind's two bytes,
    then the rest."""
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, bytes):
        return record(struct.unpack("<H", value[:2])[0], place + value[2:])
    if isinstance(value, str):
        return record(0x204, place + _text(value, "H"))
    return record(0x203, place + struct.pack("<d", value))


ERROR_NA = struct.pack("<HBB", 0x205, 0x2A, 1)
FORMULA_DIV = struct.pack("<H8sHIH", 0x06, bytes([2, 0, 7, 0, 0, 0, 0xFF, 0xFF]), 0, 0, 0)
HUNDREDTHS = struct.pack("<HI", 0x27E, (1250 << 2) | 3)
SHOWN_WIDE = struct.pack("<HI", 0x27E, (42 << 2) | 2)


def book(
    pages: dict[str, Sequence[Sequence[Value]]],
    *,
    wide: Sequence[tuple[int, int]] = (),
    head: bytes = b"",
) -> bytes:
    """A file of sheets; cells at the places `wide` have the format 00000."""
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 0x0005, 0, 0, 0, 0)) + head
    formats = record(0x41E, struct.pack("<H", 164) + _text("00000", "H"))
    styles = record(0xE0, struct.pack("<HH16x", 0, 0)) + record(0xE0, struct.pack("<HH16x", 0, 164))
    bodies = []
    for rows in pages.values():
        cells = b"".join(
            _cell(at, column, value, int((at, column) in wide))
            for at, row in enumerate(rows)
            for column, value in enumerate(row)
            if value != ""
        )
        bodies.append(
            record(0x809, struct.pack("<HHHHII", 0x600, 0x0010, 0, 0, 0, 0))
            + cells
            + record(0x0A, b"")
        )
    listed = [record(0x85, struct.pack("<IBB", 0, 0, 0) + _text(name, "B")) for name in pages]
    start = len(begin + formats + styles) + sum(map(len, listed)) + 4
    named = b""
    for name, body in zip(pages, bodies, strict=True):
        named += record(0x85, struct.pack("<IBB", start, 0, 0) + _text(name, "B"))
        start += len(body)
    return file(begin + formats + styles + named + record(0x0A, b"") + b"".join(bodies))


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    plain = name.encode("utf-16-le")
    head = plain.ljust(64, b"\x00") + struct.pack("<HBB", len(plain) + 2, kind, 1)
    return (
        head
        + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        + b"\x00" * 36
        + struct.pack("<IQ", start, size)
    )


def file(stream: bytes, name: str = "Workbook", following: dict[int, int] | None = None) -> bytes:
    """A file system with one stream; `following` changes the table of chains."""
    stream = stream.ljust(4096, b"\x00")
    stream += b"\x00" * (-len(stream) % 512)
    count = len(stream) // 512
    tables = (count + 2) // 127 + 1
    chain = [0xFFFFFFFD] * tables + [NONE] + [tables + 2 + at for at in range(count - 1)] + [NONE]
    for place, sector in (following or {}).items():
        chain[tables + 1 + place] = sector
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\x00" * 6
    )
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, NONE, 0, NONE, 0)
    head += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    entries = (
        _entry("Root Entry", 5, NONE, 0, 1)
        + _entry(name, 2, tables + 1, len(stream))
        + b"\x00" * 256
    )
    return head + struct.pack(f"<{len(chain)}I", *chain) + entries + stream
