"""Tells in which encoding a text is, or asks: never a guess between two that read well.

Each encoding that a list may be in reads the text strictly; what comes out is weighed by how usual
its signs are in a language written so (see letter_frequencies). One that is ahead by far is taken,
and only when it reads the file strictly to its end.
"""

import codecs
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storecrm.services.imports.formats import letter_frequencies
from storecrm.services.imports.formats.letter_frequencies import (
    ALL,
    ARABIC,
    ASCII,
    BALTIC,
    CENTRAL,
    GREEK,
    HANS,
    HANT,
    HEBREW,
    JAPANESE,
    KANA,
    KOREAN,
    RUSSIAN,
    THAI,
    TURKISH,
    WESTERN,
    Language,
)
from storecrm.services.imports.formats.text_sample import (
    SAMPLE,
    blocks_of,
    lines_to_weigh,
    looked_over,
)
from storecrm.services.imports.formats.workbook_guard import Refuse

_USUAL_EAST = ("gb18030", "big5", "shift_jis", "euc_kr")
_USUAL_WEST = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "iso8859-15")
USUAL = ("utf-8", "utf-16", *_USUAL_EAST, *_USUAL_WEST)
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
_ESCAPES = ("unicode_escape", "raw_unicode_escape")
_NOT_OF_FILES = frozenset((*_ESCAPES, "idna", "punycode", "undefined", "mbcs", "oem"))
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


def _ways(spoken: Mapping[str, tuple[Language, ...]], *, alone: bool) -> tuple[_Way, ...]:
    return tuple(_Way(encoding, languages, alone) for encoding, languages in spoken.items())


_CHINESE_WAYS = _ways({"gb18030": (HANS, HANT), "cp950": (HANT,), "big5hkscs": (HANT,)}, alone=True)
_OTHER_EASTERN = _ways({"cp932": (JAPANESE, KANA), "cp949": (KOREAN,)}, alone=True)
_EASTERN = (*_CHINESE_WAYS, *_OTHER_EASTERN)
_WESTERN = _ways({"cp1252": WESTERN}, alone=True)
# in these too much reads well to be taken without a question
_OF_WINDOWS = _ways(
    {"cp1250": CENTRAL, "cp1251": (RUSSIAN,), "cp1253": (GREEK,), "cp1254": (TURKISH,)}, alone=False
)
_OF_WINDOWS_BEYOND = _ways(
    {"cp1255": (HEBREW,), "cp1256": (ARABIC,), "cp1257": (BALTIC,), "cp874": (THAI,)}, alone=False
)
_OLD = _ways(
    {"euc_jp": (JAPANESE,), "mac_roman": WESTERN, "cp850": WESTERN, "cp852": CENTRAL}, alone=False
)
_OLD_RUSSIAN = _ways({"koi8_r": (RUSSIAN,), "cp866": (RUSSIAN,)}, alone=False)
_ASKED_ABOUT = (*_OF_WINDOWS, *_OF_WINDOWS_BEYOND, *_OLD, *_OLD_RUSSIAN)
_WAYS = (*_EASTERN, *_WESTERN, *_ASKED_ABOUT)
_UTF8 = _Way("utf-8-sig", ALL, alone=True)


def named(encoding: str) -> str:
    """The codec for what a person says the text is; "" when it is none of a text."""
    try:
        found = codecs.lookup(encoding)
        whole = codecs.getincrementaldecoder(encoding) is not None
    except (LookupError, ValueError):
        return ""
    of_text = whole and getattr(found, "_is_text_encoding", False)
    if not of_text or found.name.replace("-", "_") in _NOT_OF_FILES:
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


# --- weighing ---


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
        counts = Counter(self.text)
        beyond = sum(times for sign, times in counts.items() if sign >= "\x80")
        of_ascii = ASCII * (len(self.text) - beyond)
        return self.bits - of_ascii <= PLAIN * beyond


def _weighed(path: Path, *, utf8: bool) -> str:
    """The encoding of a text with signs beyond ASCII, by what it says in each."""
    sample = lines_to_weigh(path)
    ways = (_UTF8, *_WAYS) if utf8 else _WAYS
    strict = _apart(_readings(ways, sample, "strict"))
    # a text with a few broken bytes reads best in its own encoding all the same
    loose = _readings((_UTF8, *_EASTERN), sample, "replace")
    best = min(loose, key=_weight)
    whole = _whole(path, strict)
    if not whole or best.bits + LEAD < whole[0].bits:
        raise broken(path, best.way.encoding)
    first = whole[0]
    ahead = len(whole) == 1 or first.bits + LEAD <= whole[1].bits
    if first.taken and ahead:
        return first.way.encoding
    raise _unsure(path, whole[:SHOWN])


def _weight(reading: _Reading) -> float:
    return reading.bits


def _readings(ways: Iterable[_Way], sample: bytes, errors: str) -> list[_Reading]:
    """The sample in each of the ways that read it."""
    found = (_read(way, sample, errors) for way in ways)
    return [reading for reading in found if reading is not None]


def _read(way: _Way, sample: bytes, errors: str) -> _Reading | None:
    try:
        text = sample.decode(way.encoding, errors)
    except UnicodeDecodeError:
        return None
    counts = Counter(text)
    bits = min(language.cost(counts) for language in way.spoken)
    bits += letter_frequencies.oddities(text)
    if way is _UTF8:
        bits -= UTF8_BONUS
    if not way.alone:
        bits += SELDOM
    return _Reading(way, text, bits)


def _apart(readings: Iterable[_Reading]) -> list[_Reading]:
    """Of readings that say the same, one, as there is nothing to choose between; the lightest
    first."""
    first: dict[str, _Reading] = {}
    for reading in readings:
        known = first.get(reading.text, reading)
        taken = reading if reading.way.alone > known.way.alone else known
        # what it says is as likely as the likeliest of them
        first[reading.text] = replace(taken, bits=min(reading.bits, known.bits))
    return sorted(first.values(), key=_weight)


def _whole(path: Path, readings: Sequence[_Reading]) -> list[_Reading]:
    """Those that read the file strictly to its end; none further when the first is far ahead and
    may be taken, and only so many to choose between."""
    found: list[_Reading] = []
    for reading in readings:
        far_behind = bool(found) and reading.bits > found[0].bits + LEAD
        if far_behind and (found[0].taken or len(found) >= SHOWN):
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
    place = _first_apart(lines)
    shown = list[dict[str, str]]()
    for reading, said in zip(readings, lines, strict=True):
        shown.append({"encoding": _name(reading.way), "line": _clean(said[place])})
    known = "; ".join(f"{one['encoding']} → {one['line']}" for one in shown)
    return Refuse("encoding_unsure", where=path.name, known=known, readings=shown)


def _first_apart(lines: Sequence[Sequence[str]]) -> int:
    """The first line that each reading reads in its own way."""
    for at, said in enumerate(zip(*lines, strict=False)):
        if len(set(said)) == len(said):
            return at
    return 0


def _name(way: _Way) -> str:
    """As people call it."""
    return _CALLED.get(way.encoding, way.encoding)


_CALLED = {"utf-8-sig": "utf-8", "cp950": "big5", "cp932": "shift_jis", "cp949": "euc_kr"}


def _clean(line: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in line)[:80]


def broken(path: Path, encoding: str) -> Refuse:
    """What is said of a text that its encoding cannot read to its end."""
    line = broken_line(path, encoding)
    said = encoding.removesuffix("-sig")
    return Refuse("encoding", where=path.name, line=line, encoding=said)


def broken_line(path: Path, encoding: str) -> int:
    """The first line, 1 the first, that an encoding cannot read; 0 when it reads all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    try:
        for block in blocks_of(path):
            line += decoder.decode(block).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # what stands before the place, and what the decoder held back
        return line + error.object[: error.start].count(b"\n")
    return 0


# --- two bytes a sign ---


def _two_bytes(path: Path) -> str:
    """UTF-16 without its mark: the order of bytes in which the text says something."""
    readings = []
    with path.open("rb") as source:
        head = source.read(SAMPLE & ~1)
    for encoding in ("utf-16-le", "utf-16-be"):
        reading = _read(_Way(encoding, ALL), head, "strict")
        if reading is None or "\x00" in reading.text:
            continue
        # a table has lines or cells in its own order of bytes, noise has them in one byte
        if not _PARTS.isdisjoint(reading.text) and _reads(path, encoding):
            readings.append(reading)
    best = min(readings, key=_weight, default=None)
    # in the other order even its digits are rare signs
    if best is None or best.bits > PLAIN * len(best.text):
        raise Refuse("not_a_table", where=path.name)
    return best.way.encoding
