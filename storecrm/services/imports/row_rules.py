"""Rows of a file that are no records: those that a rule of its mapping leaves out, sums and
signatures below a list, titles said again. Rules may leave cells blank or turn amounts, too."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from storecrm.domain.list_columns import PROOF
from storecrm.services.imports.clean_cells import word_of
from storecrm.services.imports.column_matching import AGAIN
from storecrm.services.imports.mappings import ColumnRule, Reading
from storecrm.services.imports.plain_values import below_nothing
from storecrm.services.imports.unread_cells import Corrections, Row, Say
from storecrm.values import clean_text

_SUMS_HANS = r"合\s*计|总\s*计|小\s*计|累\s*计|汇\s*总|共\s*计|制表人?|打印时间|导出时间"
_SUMS_HANT = r"總\s*計|合\s*計|小\s*計|製表人?"
_SUMS = r"(?:grand |sub)?totals?|sum(?:me)?|gesamt"
# such a word alone, or with a figure or a bracket behind it
_SUM = re.compile(
    rf"^[\s\"'`]*(?:{_SUMS_HANS}|{_SUMS_HANT}|{_SUMS})\s*(?:[:：（(\d].*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE_SIGNS = 80


class RowRules:
    """What one file's rules do with its rows. `skipped` counts rows left out by the rule's name."""

    def __init__(
        self,
        kind: str,
        titles: tuple[str, ...],
        sources: dict[str, list[int]],
        reading: Reading,
        corrections: Corrections,
        say: Say,
    ) -> None:
        self.titles = titles
        self.sources = sources
        self.corrections = corrections
        self.say = say
        self.skipped: Counter[str] = Counter()
        rules = [rule for rule in reading.rules if rule.name not in reading.taken]
        self.leaving = [rule for rule in rules if rule.act in ("leave", "leave_rest")]
        self.changing = [rule for rule in rules if rule.act in ("blank", "negative")]
        self.strip = reading.strip + " \t"
        proofs = [sources.get(name, ()) for name in PROOF[kind]]
        self.proof = list(chain.from_iterable(proofs))
        # the second of one name is "电话 (2)" here, and "电话" where the titles stand again
        bare = (AGAIN.sub("", title) for title in titles if title)
        self.bare_titles = tuple(bare)
        self.places = _places(titles)
        self.ended = False
        self._rest = ""
        self._above: dict[str, tuple[str, bool]] = {}

    def places_asked(self) -> set[int]:
        """The columns of the file that rules look at."""
        rules = (*self.leaving, *self.changing)
        titles = [title for rule in rules for title in (rule.column, rule.along)]
        asked = set(map(self._place, titles))
        return {place for place in asked if place is not None}

    def _place(self, title: str) -> int | None:
        return self.places.get(clean_text(title, _TITLE_SIGNS)) if title else None

    # --- rows left out ---

    def records(self, part: list[Row]) -> list[Row]:
        """The rows without those that a rule leaves out, the sums, and the titles said again."""
        if self.ended:
            self.skipped[self._rest] += len(part)
            return []
        for rule in self.leaving:
            if part:
                part = self._leave(rule, part)
        return self._without_sums(part)

    def _leave(self, rule: ColumnRule, part: list[Row]) -> list[Row]:
        hits = self._hits(rule, part)
        if not any(hits):
            return part
        if rule.act == "leave_rest":
            start = hits.index(True)
            self.ended = True
            self._rest = rule.name
            self.skipped[rule.name] += len(part) - start
            return part[:start]
        self.skipped[rule.name] += sum(hits)
        return [row for row, hit in zip(part, hits, strict=True) if not hit]

    def _hits(self, rule: ColumnRule, part: list[Row]) -> list[bool]:
        """Which rows a rule is about."""
        place = self._place(rule.column)
        if rule.column and place is None:
            return [False] * len(part)
        if place is None:
            cells = [_first(row) for _, row in part]
        else:
            cells = [_cell(row, place) for _, row in part]
        texts = [cell.strip(self.strip) for cell in cells]
        words = {word_of(word) for word in rule.words}
        told = {text: _is_told(rule, words, text) for text in set(texts)}
        hits = [told[text] for text in texts]
        along = self._place(rule.along)
        if along is None:
            return hits
        receipts = [_cell(row, along) for _, row in part]
        return self._along(rule.name, hits, texts, receipts)

    def _along(self, name: str, hits: list[bool], texts: list[str], keys: list[str]) -> list[bool]:
        """Rows that say nothing themselves go with the row above them of the same receipt."""
        above, was = self._above.get(name, ("", False))
        for at, (text, key) in enumerate(zip(texts, keys, strict=True)):
            if not text and key and key == above:
                hits[at] = was
            above, was = key, hits[at]
        # the next frame goes on where this one ends
        self._above[name] = (above, was)
        return hits

    # --- sums and titles ---

    def _without_sums(self, part: list[Row]) -> list[Row]:
        """Rows that say a sum of others are no records. Where such a row says what only a record
        says, it is a problem."""
        firsts = [row[0] if row[0] else _first(row) for _, row in part]
        title = next(filter(None, self.titles), "")
        again = title in firsts
        if not again and not _SUM.search("\n".join(firsts)):
            return part
        kept = list[Row]()
        for (number, row), first in zip(part, firsts, strict=True):
            if again and self._says_titles(row):
                self.skipped["titles"] += 1
            elif not _SUM.search(first) or self._is_put_right(number):
                kept.append((number, row))
            elif self._says_a_record(row, first):
                self.say(number, "", "sum_or_record", first)
            else:
                self.skipped["totals"] += 1
        return kept

    def _says_titles(self, row: list[str]) -> bool:
        said = tuple(clean_text(cell, _TITLE_SIGNS) for cell in row if cell)
        return said == self.bare_titles

    def _is_put_right(self, number: int) -> bool:
        """A person who wrote into a row says that it is one."""
        fixes = self.corrections.fixes
        return any((number, name) in fixes for name in self.sources)

    def _says_a_record(self, row: list[str], first: str) -> bool:
        for place in self.proof:
            text = _cell(row, place)
            if text != first and text.strip(self.strip):
                return True
        return False

    # --- cells changed ---

    def change_cells(self, part: list[Row]) -> None:
        """Cells that a rule leaves blank or turns below nothing."""
        for rule in self.changing:
            change = below_nothing if rule.act == "negative" else _nothing
            targets = [name for name in rule.targets if name in self.sources]
            places = [self.sources[name][0] for name in targets]
            for row in self._rows_hit(rule, part):
                for place in places:
                    row[place] = change(row[place])

    def _rows_hit(self, rule: ColumnRule, part: list[Row]) -> Iterator[list[str]]:
        for (_, row), hit in zip(part, self._hits(rule, part), strict=True):
            if hit:
                yield row


def _places(titles: tuple[str, ...]) -> dict[str, int]:
    """Where each title stands, the first of several."""
    found = dict[str, int]()
    for place, title in enumerate(titles):
        if title:
            found.setdefault(clean_text(title, _TITLE_SIGNS), place)
    return found


def _is_told(rule: ColumnRule, words: set[str], text: str) -> bool:
    if word_of(text) in words:
        return True
    if rule.filled and text:
        return True
    return bool(rule.starts) and text.startswith(tuple(rule.starts))


def _cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _first(row: Sequence[str]) -> str:
    """The first filled cell."""
    return next((cell for cell in row if cell.strip()), "")


def _nothing(_: str) -> str:
    return ""
