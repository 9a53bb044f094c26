"""Cells of a column without what is no part of them: signs around them, an apostrophe before
digits, words that say nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence

from storecrm.domain import birthdays
from storecrm.services.imports.blank_words import BLANKS, ERRORS, NO_GENDER
from storecrm.services.imports.column_types import NUMBERS_OF
from storecrm.services.imports.mappings import Reading
from storecrm.services.imports.unread_cells import FrameColumn, UnreadCells, read_each
from storecrm.values import clean_text

_FLOAT = re.compile(r"(\d{7,})\.0+", re.ASCII)
_APOSTROPHE = re.compile(r"\s*'[+\d]")
_SEVERAL = re.compile(r"\s*[,;/、，；]\s*")
_PHONE_DIGITS = 7
"""From so many digits on each of several texts is a phone of its own."""


def _written(words: Iterable[str]) -> frozenset[str]:
    """Words as files write them: in small letters, in capitals, with one capital."""
    written = set[str]()
    for word in words:
        written.update((word, word.upper(), word.capitalize()))
    return frozenset(written)


_ODD = _written(BLANKS | ERRORS)


def word_of(text: str) -> str:
    """A cell as the words of a mapping are compared with it."""
    return clean_text(text, 60).casefold()


class CleanCells:
    """Cleans the columns of one file. `further_phones` is True once a cell held several phones, of
    which the first comes in."""

    def __init__(self, reading: Reading, unread: UnreadCells) -> None:
        self.unread = unread
        self.further_phones = False
        self.strip = reading.strip + " \t" if reading.strip else ""
        self.blanks = BLANKS | {word.casefold() for word in reading.blank}
        # most columns hold none of these words, which one look at their set shows
        self.odd = _ODD | _written(reading.blank)
        self.words = {name: _by_word(meant) for name, meant in reading.words.items()}

    def texts(self, source: str, column: FrameColumn, texts: Sequence[str]) -> Sequence[str]:
        """The cells of one column of the file (`source`: what it stands for); blank where they say
        nothing."""
        name = column.name
        if self.strip:
            texts = [text.strip(self.strip) for text in texts]
        if name in NUMBERS_OF:
            texts = _bare_numbers(texts)
        if name == "phone" and _SEVERAL.search("\n".join(texts)):
            texts = self._first_phones(texts)
        # what a mapping says of a word stands above what it says by itself
        meant = self.words.get(source)
        if meant:
            texts = [meant.get(word_of(text), text) for text in texts]
        if not self.odd.isdisjoint(texts):
            texts = self._nothing_said(column, texts)
        if name == "gender":
            return _told_genders(texts)
        return self._calendars(column, texts) if name == "birthday_type" else texts

    def _first_phones(self, texts: Sequence[str]) -> Sequence[str]:
        first = [_first_phone(text) for text in texts]
        self.further_phones = self.further_phones or first != list(texts)
        return first

    def _nothing_said(self, column: FrameColumn, texts: Sequence[str]) -> Sequence[str]:
        found = list(texts)
        for at, text in enumerate(texts):
            word = text.strip().casefold()
            if word in self.blanks:
                found[at] = ""
            elif word in ERRORS:
                found[at] = self.unread.take(column, at, "cell_error", text)
        return found

    def _calendars(self, column: FrameColumn, texts: Sequence[str]) -> Sequence[str]:
        read = read_each(set(texts), _calendar)
        return self.unread.texts(column, texts, read)


def _by_word(meant: Mapping[str, str]) -> dict[str, str]:
    return {word_of(word): means for word, means in meant.items()}


def _bare_numbers(texts: Sequence[str]) -> Sequence[str]:
    """Numbers without the apostrophe that a spreadsheet puts before digits and the .0 behind."""
    together = "\n".join(texts)
    if "'" in together:
        texts = [text.lstrip("'") if _APOSTROPHE.match(text) else text for text in texts]
    if ".0" in together:
        texts = [_whole(text) for text in texts]
    return texts


def _whole(text: str) -> str:
    found = _FLOAT.fullmatch(text.strip())
    return found[1] if found else text


def _first_phone(text: str) -> str:
    # an office writes an extension behind, which is no phone
    parts = [part for part in _SEVERAL.split(text) if part]
    several = len(parts) > 1 and all(map(_is_phone, parts))
    return parts[0] if several else text


def _is_phone(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _PHONE_DIGITS


def _told_genders(texts: Sequence[str]) -> Sequence[str]:
    """A gender that is not told is blank."""
    words = map(word_of, set(texts))
    if NO_GENDER.isdisjoint(words):
        return texts
    return ["" if word_of(text) in NO_GENDER else text for text in texts]


def _calendar(text: str) -> str:
    return birthdays.calendar_of(text) if text.strip() else ""
