"""Tells in which encoding a text is, or asks: never a guess between two that read well.

Each encoding that a list may be in reads the text strictly; what comes out is weighed by how usual
its signs are in a language written so (see letter_frequencies). One that is ahead by far is taken,
and only when it reads the file strictly to its end.
"""

import codecs
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storecrm.services.imports.formats import letter_frequencies
from storecrm.services.imports.formats.letter_frequencies import ASCII, Language
from storecrm.services.imports.formats.text_sample import (
    SAMPLE,
    blocks_of,
    lines_to_weigh,
    looked_over,
)
from storecrm.services.imports.formats.workbook_guard import Refuse

USUAL = (
    "utf-8",
    "utf-16",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_kr",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "iso8859-15",
)
"""What a person is offered; any other text encoding that Python knows is taken too."""
LEAD = 16.0
"""Bits by which the best reading must be ahead: the next one is then 65,000 times less likely."""
PLAIN = 15.0
"""Bits that a sign beyond ASCII may cost on the average in a text that is read without a
question."""
SURE = 12
"""From so many bytes beyond ASCII in order, nothing but UTF-8 is in its order."""


UTF8_BONUS, SELDOM = 8.0, 4.0
"""Bits by which UTF-8 is likelier, and an encoding that is only asked about less likely, whatever
stands in a text."""
_PARTS = frozenset("\n\r,;\t|")
SHOWN = 6
"""So many readings are offered at most."""
_NOT_OF_FILES = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-8": "utf-8-sig",
}
"""What programs write who say the one is mostly the other, which holds all its signs."""


@dataclass(frozen=True)
class Text:
    """A text file: its encoding, and whether any cell may begin with a sign that is no part of it
    (an apostrophe, a backtick)."""

    encoding: str
    guarded: bool


@dataclass(frozen=True)
class _Way:
    """A way to read: `alone` when it may be taken without asking."""

    encoding: str
    spoken: tuple[Language, ...]
    alone: bool = False


_WAYS = (
    _Way("gb18030", (letter_frequencies.HANS, letter_frequencies.HANT), alone=True),
    _Way("cp950", (letter_frequencies.HANT,), alone=True),
    _Way("big5hkscs", (letter_frequencies.HANT,), alone=True),
    _Way("cp932", (letter_frequencies.JAPANESE, letter_frequencies.KANA), alone=True),
    _Way("cp949", (letter_frequencies.KOREAN,), alone=True),
    _Way("cp1252", letter_frequencies.WESTERN, alone=True),
    _Way("cp1250", letter_frequencies.CENTRAL),
    _Way("cp1251", (letter_frequencies.RUSSIAN,)),
    _Way("cp1253", (letter_frequencies.GREEK,)),
    _Way("cp1254", (letter_frequencies.TURKISH,)),
    _Way("cp1255", (letter_frequencies.HEBREW,)),
    _Way("cp1256", (letter_frequencies.ARABIC,)),
    _Way("cp1257", (letter_frequencies.BALTIC,)),
    _Way("cp874", (letter_frequencies.THAI,)),
    _Way("euc_jp", (letter_frequencies.JAPANESE,)),
    _Way("mac_roman", letter_frequencies.WESTERN),
    _Way("cp850", letter_frequencies.WESTERN),
    _Way("cp852", letter_frequencies.CENTRAL),
    _Way("koi8_r", (letter_frequencies.RUSSIAN,)),
    _Way("cp866", (letter_frequencies.RUSSIAN,)),
)
_UTF8 = _Way("utf-8-sig", letter_frequencies.ALL, alone=True)


def named(encoding: str) -> str:
    """The codec for what a person says the text is; "" when it is none of a text."""
    try:
        found = codecs.lookup(encoding)
        whole = codecs.getincrementaldecoder(encoding) is not None
    except (LookupError, ValueError):
        return ""
    if (
        not whole
        or not getattr(found, "_is_text_encoding", False)
        or found.name.replace("-", "_") in _NOT_OF_FILES
    ):
        return ""
    return _WIDER.get(found.name, found.name)


def of_file(path: Path) -> Text:
    """The encoding of a text file.

    Raises:
        Refuse: not_a_table, encoding_unsure (facts: known, readings), encoding (facts: line,
            encoding).
    """
    with path.open("rb") as source:
        head = source.read(4)
    marked = _marked(head)
    if marked:
        return Text(marked, True)
    scan = looked_over(path)
    if scan.nul:
        return Text(_two_bytes(path), True)
    said = head.startswith(codecs.BOM_UTF8)
    if scan.utf8 and (said or not 0 < scan.beyond < SURE):
        return Text("utf-8-sig", scan.guarded)
    if said:
        raise broken(path, "utf-8-sig")
    return Text(_weighed(path, utf8=scan.utf8), scan.guarded)


def _marked(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


# --- weighing
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """A text as one encoding reads it, and its weight in bits: the lighter, the likelier."""

    way: _Way
    text: str
    bits: float

    @property
    def taken(self) -> bool:
        """True when it needs no question, if it is ahead."""
        return self.way.alone and self.plain

    @property
    def plain(self) -> bool:
        """True when a sign beyond ASCII is no rare one on the average."""
        count = sum(times for sign, times in Counter(self.text).items() if sign >= "\x80")
        return self.bits - ASCII * (len(self.text) - count) <= PLAIN * count


def _weighed(path: Path, *, utf8: bool) -> str:
    """The encoding of a text with signs beyond ASCII, by what it says in each."""
    sample = lines_to_weigh(path)
    ways = (_UTF8, *_WAYS) if utf8 else _WAYS
    strict = [reading for way in ways if (reading := _read(way, sample, "strict")) is not None]
    strict = _apart(strict)
    loose = [
        reading
        for way in (_UTF8, *_WAYS[:5])
        if (reading := _read(way, sample, "replace")) is not None
    ]
    whole = _whole(path, strict)
    best = min(loose, key=lambda reading: reading.bits)
    if not whole or best.bits + LEAD < whole[0].bits:
        raise broken(path, best.way.encoding)
    ahead = len(whole) == 1 or whole[0].bits + LEAD <= whole[1].bits
    if whole[0].taken and ahead:
        return whole[0].way.encoding
    raise _unsure(path, whole[:SHOWN])


def _read(way: _Way, sample: bytes, errors: str) -> _Reading | None:
    try:
        text = sample.decode(way.encoding, errors)
    except UnicodeDecodeError:
        return None
    counts = Counter(text)
    bits = min(language.cost(counts) for language in way.spoken) + letter_frequencies.oddities(text)
    if way is _UTF8:
        bits -= UTF8_BONUS
    return _Reading(way, text, bits if way.alone else bits + SELDOM)


def _apart(readings: Iterable[_Reading]) -> list[_Reading]:
    """Of readings that say the same, one, as there is nothing to choose between; the lightest
    first."""
    first: dict[str, _Reading] = {}
    for reading in readings:
        known = first.get(reading.text, reading)
        taken = reading if reading.way.alone > known.way.alone else known
        # what it says is as likely as the likeliest of them
        first[reading.text] = replace(taken, bits=min(reading.bits, known.bits))
    return sorted(first.values(), key=lambda reading: reading.bits)


def _whole(path: Path, readings: Sequence[_Reading]) -> list[_Reading]:
    """Those that read the file strictly to its end; none further when the first is far ahead and
    may be taken, and only so many to choose between."""
    found: list[_Reading] = []
    for reading in readings:
        if (
            found
            and reading.bits > found[0].bits + LEAD
            and (found[0].taken or len(found) >= SHOWN)
        ):
            break
        if _reads(path, reading.way.encoding):
            found.append(reading)
    return found


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks_of(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _unsure(path: Path, readings: Sequence[_Reading]) -> Refuse:
    """Ask, with a line that shows the difference."""
    lines = [reading.text.split("\n") for reading in readings]
    place = next(
        (at for at, said in enumerate(zip(*lines, strict=False)) if len(set(said)) == len(said)), 0
    )
    shown = [
        {"encoding": _name(reading.way), "line": _clean(said[place])}
        for reading, said in zip(readings, lines, strict=True)
    ]
    known = "; ".join(f"{one['encoding']} → {one['line']}" for one in shown)
    return Refuse("encoding_unsure", where=path.name, known=known, readings=shown)


def _name(way: _Way) -> str:
    """As people call it."""
    usual = {"utf-8-sig": "utf-8", "cp950": "big5", "cp932": "shift_jis", "cp949": "euc_kr"}
    return usual.get(way.encoding, way.encoding)


def _clean(line: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in line)[:80]


def broken(path: Path, encoding: str) -> Refuse:
    """What is said of a text that its encoding cannot read to its end."""
    return Refuse(
        "encoding",
        where=path.name,
        line=broken_line(path, encoding),
        encoding=encoding.removesuffix("-sig"),
    )


def broken_line(path: Path, encoding: str) -> int:
    """The first line, 1 the first, that an encoding cannot read; 0 when it reads all."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    try:
        for block in blocks_of(path):
            line += decoder.decode(block).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # what stands before the place, and what the decoder held back
        return line + error.object[: error.start].count(b"\n")
    return 0


# --- two bytes a sign
# --------------------------------------------------------------------------------------------------


def _two_bytes(path: Path) -> str:
    """UTF-16 without its mark: the order of bytes in which the text says something."""
    readings = []
    with path.open("rb") as source:
        head = source.read(SAMPLE & ~1)
    for encoding in ("utf-16-le", "utf-16-be"):
        reading = _read(_Way(encoding, letter_frequencies.ALL), head, "strict")
        # a table has lines or cells in its own order of bytes, noise has them in one byte
        table = (
            reading is not None
            and "\x00" not in reading.text
            and not _PARTS.isdisjoint(reading.text)
        )
        if reading is not None and table and _reads(path, encoding):
            readings.append(reading)
    best = min(readings, key=lambda reading: reading.bits, default=None)
    # in the other order even its digits are rare signs
    if best is None or best.bits > PLAIN * len(best.text):
        raise Refuse("not_a_table", where=path.name)
    return best.way.encoding
