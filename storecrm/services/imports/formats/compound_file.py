"""The small file system within a workbook of Excel 97 to 2003: sectors in chains, a directory, and
small streams within a large one."""

import struct
from collections.abc import Iterator

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA
"""From this number on a sector stands for none."""
_NO_STREAM = (0xFFFFFFFE, 0)
# where the head says its sizes, its first sectors, and the table of chains
_SECTOR_AT, _LITTLE_AT, _FIRSTS_AT, _TABLE_AT = 30, 32, 48, 76
_ENTRY = 128
_ROOT = 5
_NAME_SIGNS = 64
_MOST_TABLES = 1000


class CompoundFile:
    """The streams of a file, by their `names`.

    Raises struct.error, IndexError, ValueError where it points astray.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sector = self._size_at(_SECTOR_AT)
        self.little = self._size_at(_LITTLE_AT)
        firsts = struct.unpack_from("<7I", data, _FIRSTS_AT)
        directory, _, self.cutoff, small, _, further, _ = firsts
        self.next = self._numbers(self._table(further))
        self.next_little: list[int] = []
        if small < _FREE:
            self.next_little = self._numbers(list(self._chain(small, self.next)))
        self.names: dict[str, tuple[int, int]] = {}
        self.root = _NO_STREAM
        self._read_directory(self._whole(directory))

    def _size_at(self, place: int) -> int:
        """A size as the head says it, as a power of two."""
        [power] = struct.unpack_from("<H", self.data, place)
        size: int = 1 << (power & 15)
        return size

    def _read_directory(self, entries: bytes) -> None:
        for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", entries, at + _NAME_SIGNS)
            stream = struct.unpack_from("<II", entries, at + 116)
            if kind == _ROOT:
                self.root = stream
            elif kind:
                # the length counts the NUL behind the name
                end = at + max(0, min(length, _NAME_SIGNS) - 2)
                name = entries[at:end].decode("utf-16-le", "replace")
                self.names[name] = stream

    def _at(self, number: int) -> bytes:
        begin = (number + 1) * self.sector
        return self.data[begin : begin + self.sector]

    def _table(self, further: int) -> list[int]:
        """The sectors of the table of chains: the first 109 are in the head, others in sectors of
        their own."""
        found = list(struct.unpack_from("<109I", self.data, _TABLE_AT))
        layout = f"<{self.sector // 4}I"
        seen = 0
        while further < _FREE and seen < _MOST_TABLES:
            more = struct.unpack(layout, self._at(further))
            found += more[:-1]
            further = more[-1]
            seen += 1
        return [number for number in found if number < _FREE]

    def _numbers(self, sectors: list[int]) -> list[int]:
        whole = b"".join(map(self._at, sectors))
        count = len(whole) // 4
        return list(struct.unpack_from(f"<{count}I", whole))

    def _chain(self, start: int, following: list[int]) -> Iterator[int]:
        """The sectors of a stream; a chain longer than the file goes round."""
        left = len(following)
        while start < _FREE:
            if left <= 0:
                raise ValueError("chain")
            yield start
            start = following[start]
            left -= 1

    def _whole(self, start: int) -> bytes:
        return b"".join(map(self._at, self._chain(start, self.next)))

    def read(self, name: str) -> bytes:
        """A stream, b"" when there is none."""
        start, size = self.names.get(name, _NO_STREAM)
        if size >= self.cutoff:
            return self._whole(start)[:size]
        root_start, _ = self.root
        root = self._whole(root_start)
        parts = list[bytes]()
        for number in self._chain(start, self.next_little):
            begin = number * self.little
            parts.append(root[begin : begin + self.little])
        return b"".join(parts)[:size]
