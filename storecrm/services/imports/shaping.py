"""Between the reader and the loaders: rows of another system become rows under our columns.

Columns are joined and cleaned, their days, amounts and points brought into one shape, and rows that
are no record are left out by rule. What needs nothing passes through untouched; all work goes by
column. What cannot be read for sure is a problem of its row.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from storecrm.domain import birthdays
from storecrm.domain.list_columns import PARTS, PROOF
from storecrm.ledger.acting import ShopInfo
from storecrm.services.imports import cell_formats
from storecrm.services.imports.cell_formats import Amounts, Days
from storecrm.services.imports.column_matching import Told
from storecrm.services.imports.mappings import OWN, SHOP, ColumnRule, Reading
from storecrm.values import clean_text, read_day

Row = tuple[int, list[str]]
Say = Callable[..., None]
"""How a problem is said: row, column, kind, value."""
PAST = frozenset(
    (
        "birthday",
        "registered_on",
        "last_visit",
        "sold_at",
        "redeemed_at",
        "earned_on",
        "issued_on",
        "date",
        "business_date",
        "returns_date",
    )
    + ("answered_at", "rewarded_on", "tier_down_on")
)
DAYS = PAST | {"tier_until", "points_expire_on", "expires_on", "valid_from", "valid_to"}
INSTANTS = frozenset(("sold_at", "redeemed_at", "answered_at"))
AMOUNTS = frozenset(
    (
        "spent_to_date",
        "price",
        "cost",
        "unit_price",
        "discount",
        "amount",
        "amount_back",
        "net_sales",
        "min_spend",
        "cap",
    )
)
NUMBERS = AMOUNTS | {"quantity", "points", "visits", "receipts", "stamps"}
NUMBERS_OF = frozenset(
    (
        "phone",
        "member_no",
        "old_card_no",
        "barcode",
        "code",
        "receipt_no",
        "sku",
        "redemption_no",
        "coupon_code",
        "referred_by",
    )
)
"""Columns that hold the numbers and codes of things."""
NOBODY = frozenset(
    (
        "unknown",
        "unspecified",
        "other",
        "其他",
        "不明",
        "保密",
        "未知",
        "secret",
        "u",
        "x",
        "o",
        "-",
    )
)
"""Words of a gender that say none."""
_SUM = re.compile(
    r"^[\s\"'`]*(?:合\s*计|总\s*计|小\s*计|累\s*计|汇\s*总|共\s*计|總\s*計|合\s*計|小\s*計|制表人?|製表人?|打印时间|导出时间"
    r"|(?:grand |sub)?totals?|sum(?:me)?|gesamt)\s*(?:[:：（(\d].*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_PLAIN_DAY = r"(?!0000)\d{4}(?:-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?|([-/.])\d{1,2}\1\d{1,2}|年\d{1,2}月\d{1,2}日)"
_PLAIN_DAYS = re.compile(rf"(?:(?:{_PLAIN_DAY})?\n)*", re.ASCII)
"""Days with their year in front, which are read in one way only."""
_PLAIN_NUMBERS = re.compile(r"(?:(?:-?\d+(?:\.\d{1,3})?)?\n)*", re.ASCII)
_PLAIN_WHOLE = re.compile(r"(?:-?\d*\n)*", re.ASCII)
FEW = 100
_FLOAT = re.compile(r"(\d{7,})\.0+", re.ASCII)
_SEVERAL = re.compile(r"\s*[,;/、，；]\s*")


def _written(words: Iterable[str]) -> frozenset[str]:
    """Words as files write them: in small letters, in capitals, with one capital."""
    return frozenset(form for word in words for form in (word, word.upper(), word.capitalize()))


_ODD = _written(cell_formats.BLANKS | cell_formats.ERRORS)


def columns_told(kind: str, told: Told) -> dict[str, list[int]]:
    """The columns of ours that a file holds, whole or in parts, and where."""
    return _sources(kind, told.columns)


def of(
    kind: str, told: Told, reading: Reading, *, shop: ShopInfo, today: date, say: Say
) -> "Shaper":
    """The shaper of a file whose columns are told; what `reading` leaves open is as the ready
    mapping says."""
    whole = reading.over(told.known.reading) if told.known else reading
    own: dict[str, Any] = {
        name: "" for name in ("decimal", "days", "points") if getattr(whole, name) == OWN
    }
    whole = replace(whole, **own) if own else whole
    order = cell_formats.order_of(shop.region) if whole.days == SHOP else ""
    return Shaper(kind, told, whole, today=today, digits=shop.digits, order=order, say=say)


class Shaper:
    """Shapes the frames of one file. `columns` is what the loader goes by (place to column),
    `left_out` the titles of filled columns that have no place here, `skipped` counts rows left out
    by the rule's name, `rounded` cells with a part of a point."""

    def __init__(
        self,
        kind: str,
        told: Told,
        reading: Reading,
        *,
        today: date,
        digits: int,
        order: str,
        say: Say,
    ) -> None:
        self.kind, self.titles, self.reading, self.today, self.say = (
            kind,
            told.titles,
            reading,
            today,
            say,
        )
        self.sources = _sources(kind, told.columns)
        self.columns = {places[0]: name for name, places in self.sources.items()}
        self.part_of = told.columns
        self.skipped: Counter[str] = Counter()
        self.rounded = 0
        # a year in front of two figures leaves no question
        said, usual = ("", order.replace("ymd", "")) if reading.days == SHOP else (reading.days, "")
        self.days = {
            name: Days(today, said, usual=usual, born=name == "birthday", past=name in PAST)
            for name in self.sources
            if name in DAYS
        }
        self.amounts = Amounts(digits, reading.decimal)
        self.blanks = frozenset(word.casefold() for word in (*cell_formats.BLANKS, *reading.blank))
        self.odd = _ODD | _written(reading.blank)
        self.words = {name: _table(meant) for name, meant in reading.words.items()}
        self.rules = [rule for rule in reading.rules if rule.name not in reading.taken]
        self.places = {
            clean_text(title, 80): at
            for at, title in reversed(list(enumerate(self.titles)))
            if title
        }
        self.ended, self._rest = False, ""
        self._above: dict[str, tuple[str, bool]] = {}
        self._filled: set[int] = set()
        self._further_phones = False
        self._unseen = self._without_place()
        # (row, column) to the text that a person put there
        self.fixed: Mapping[tuple[int, str], str] = {}
        self.alike: Mapping[tuple[str, str], str] = {}
        self.blank_asked: frozenset[str] = frozenset()
        self.blanked = 0
        self.held: list[tuple[int, list[str], set[str]]] = []
        self._refused: dict[int, set[str]] = {}

    # --- what a file says of itself ---

    @property
    def left_out(self) -> tuple[str, ...]:
        """Titles of filled columns that nothing here stands for."""
        found = [self.titles[place] or f"({place + 1})" for place in sorted(self._filled)]
        if self._further_phones:
            # of several phones in one cell the first comes in
            found.append(f"{self.titles[self.sources['phone'][0]]} (2)")
        return tuple(found)

    def _without_place(self) -> set[int]:
        used = {place for places in self.sources.values() for place in places} | set(self.part_of)
        used |= {
            place
            for rule in self.rules
            for title in (rule.column, rule.along)
            if (place := self._place(title)) is not None
        }
        return set(range(len(self.titles))) - used

    def _place(self, title: str) -> int | None:
        return self.places.get(clean_text(title, 80)) if title else None

    def unsettled(self, rows: Sequence[list[str]]) -> bool:
        """Learn from the first rows; True when a day of them is either of two, so that the rest of
        the file must be asked."""
        self.learn(rows)
        return any(days.seen_open and not days.settled for days in self.days.values())

    def learn(self, rows: Sequence[list[str]]) -> None:
        """See what the days and the numbers of some rows say: the sign before the decimals is one
        for all columns, whichever is read first."""
        for name, days in self.days.items():
            for place in self.sources[name]:
                texts = {row[place] for row in rows if place < len(row)}
                if not _PLAIN_DAYS.fullmatch("\n".join(texts) + "\n"):
                    days.see(text.strip(self.reading.strip or None) for text in texts)
        for name in NUMBERS & self.sources.keys():
            for place in self.sources[name]:
                texts = {row[place] for row in rows if place < len(row)}
                # of plain numbers a few say what all say
                plain = _PLAIN_NUMBERS.fullmatch("\n".join(texts) + "\n")
                self._see_numbers(name, islice(texts, FEW) if plain else texts)

    def _see_numbers(self, name: str, texts: Iterable[str]) -> None:
        pieces = (piece for text in texts for piece in text.split(_BACK))
        self.amounts.see(pieces, 3 if name == "quantity" else None)

    # --- rows ---

    def shape(self, part: list[Row]) -> list[Row]:
        """The rows that are records, under our columns."""
        part = self._records(part)
        if not part:
            return part
        self._see_filled(part)
        width, bodies = len(self.titles), [row for _, row in part]
        lengths = set(map(len, bodies))
        bad = self._too_wide(part) if max(lengths) > width else set()
        if min(lengths) < width:
            bodies = [row if len(row) >= width else _pad(row, width) for row in bodies]
            part = [(number, body) for (number, _), body in zip(part, bodies, strict=True)]
        columns = list(zip(*bodies, strict=False))
        for name, places in self.sources.items():
            bad |= self._column(name, places, columns, part)
        self._by_rule(part)
        if not bad:
            return part
        self.held += [(*part[at], self._refused.pop(part[at][0], set())) for at in sorted(bad)]
        return [row for at, row in enumerate(part) if at not in bad]

    def take_held(self) -> list[tuple[int, list[str], set[str]]]:
        """The rows that were kept back since this was asked the last time, each with its columns
        that cannot be read."""
        held, self.held = self.held, []
        return held

    def _column(
        self, name: str, places: list[int], columns: list[tuple[str, ...]], part: list[Row]
    ) -> set[int]:
        """One column of ours, from one or several of the file. Returns which rows have a problem in
        it."""
        first, bad = places[0], set[int]()
        before = columns[first]
        found = {
            place: self._cleaned(self.part_of[place], name, columns[place], part, bad)
            for place in places
        }
        texts = (
            found[first]
            if len(found) == 1 and self.part_of[first] == name
            else self._joined(name, found)
        )
        texts = self._read(name, texts, part, bad)
        if texts is not before:
            for (_, row), text in zip(part, texts, strict=True):
                row[first] = text
        return bad - self._put_right(name, first, part)

    def _put_right(self, name: str, place: int, part: list[Row]) -> set[int]:
        """Put what a person wrote into cells of a column; returns their rows, whose problem that
        was."""
        if not self.fixed and not self.alike:
            return set()
        right = set[int]()
        for at, (number, row) in enumerate(part):
            text = self.fixed.get((number, name))
            text = self.alike.get((name, clean_text(row[place], 60))) if text is None else text
            if text is not None:
                row[place] = text
                right.add(at)
        return right

    def _problem(
        self, part: list[Row], at: int, column: str, kind: str, value: str, bad: set[int]
    ) -> str:
        """A cell that cannot be read: left blank where somebody asked for that, else a problem of
        its row. Returns what stays in it."""
        number = part[at][0]
        if at in bad:
            # what an error of a spreadsheet says is no amount either: once is enough
            return value
        if (number, column) in self.fixed or (column, clean_text(value, 60)) in self.alike:
            return value
        if not self.blank_asked.isdisjoint((column, f"{column}:{kind}")):
            self.blanked += 1
            return ""
        who = next(
            (
                row[place]
                for place in self.sources.get("name", ())[:1]
                for _, row in part[at : at + 1]
            ),
            "",
        )
        self.say(number, column, kind, value, who=who if column != "name" else "")
        bad.add(at)
        self._refused.setdefault(number, set()).add(column)
        return value

    # --- cells ---

    def _cleaned(
        self, source: str, column: str, texts: Sequence[str], part: list[Row], bad: set[int]
    ) -> Sequence[str]:
        """The cells of one column of the file without what is no part of them; blank where they say
        nothing."""
        if self.reading.strip:
            texts = [text.strip(self.reading.strip + " \t") for text in texts]
        if column in NUMBERS_OF:
            texts = _bare_numbers(texts)
        if column == "phone" and _SEVERAL.search("\n".join(texts)):
            first = [_first_phone(text) for text in texts]
            self._further_phones = self._further_phones or first != list(texts)
            texts = first
        meant = self.words.get(source)
        if meant:
            texts = [meant.get(_word(text), text) for text in texts]
        if not self.odd.isdisjoint(texts):
            texts = self._nothing_said(column, texts, part, bad)
        return self._closed(column, texts, part, bad) if column in _CLOSED else texts

    def _nothing_said(
        self, column: str, texts: Sequence[str], part: list[Row], bad: set[int]
    ) -> Sequence[str]:
        found = list(texts)
        for at, text in enumerate(texts):
            word = text.strip().casefold()
            if word in self.blanks:
                found[at] = ""
            elif word in cell_formats.ERRORS:
                found[at] = self._problem(part, at, column, "cell_error", text, bad)
        return found

    def _closed(
        self, column: str, texts: Sequence[str], part: list[Row], bad: set[int]
    ) -> Sequence[str]:
        """A column of few words: the calendar of a birthday, or a gender that is not told."""
        if column == "gender":
            return (
                ["" if _word(text) in NOBODY else text for text in texts]
                if not NOBODY.isdisjoint(map(_word, set(texts)))
                else texts
            )
        found, wrong = dict[str, str](), dict[str, str]()
        for text in set(texts):
            try:
                found[text] = birthdays.calendar_of(text) if text.strip() else ""
            except ValueError as error:
                wrong[text] = str(error)
        return self._told(column, texts, found, wrong, part, bad)

    def _joined(self, name: str, found: dict[int, Sequence[str]]) -> Sequence[str]:
        """The cells of a column of ours from those of several of the file: the first filled one,
        and its parts."""
        whole = [texts for place, texts in found.items() if self.part_of[place] == name]
        parts = {
            self.part_of[place]: texts
            for place, texts in found.items()
            if self.part_of[place] != name
        }
        size = len(next(iter(found.values())))
        said = (
            [next(filter(str.strip, cells), "") for cells in zip(*whole, strict=True)]
            if whole
            else [""] * size
        )
        # what stands behind the first filled one has no place here
        for place, texts in found.items():
            if self.part_of[place] == name and any(
                text.strip() and text != first for text, first in zip(texts, said, strict=True)
            ):
                self._filled.add(place)
        if name == "name" and self.kind == "members" and parts:
            given, family = (parts.get(part, [""] * size) for part in ("given_name", "family_name"))
            return [
                text or _full_name(*both)
                for text, both in zip(said, zip(given, family, strict=True), strict=True)
            ]
        for part, texts in parts.items():
            said = [_with_part(part, text, more) for text, more in zip(said, texts, strict=True)]
        return said

    def _read(
        self, name: str, texts: Sequence[str], part: list[Row], bad: set[int]
    ) -> Sequence[str]:
        """Days, amounts and points of a column in the shape that the loaders read."""
        if name in self.days:
            return self._days_of(name, texts, part, bad)
        if name in NUMBERS:
            texts = self._numbers_of(name, texts, part, bad)
        if name in self.reading.negate:
            texts = [_turned(text) for text in texts]
        return texts

    def _days_of(
        self, name: str, texts: Sequence[str], part: list[Row], bad: set[int]
    ) -> Sequence[str]:
        said = set(texts)
        if _PLAIN_DAYS.fullmatch("\n".join(said) + "\n"):
            return texts
        read = self.days[name]
        read.see(said)
        found, wrong = dict[str, str](), dict[str, str]()
        for text in said:
            try:
                found[text] = (
                    _instant(read, text)
                    if name in INSTANTS
                    else read.day(_day_alone(text, born=name == "birthday"))
                )
            except ValueError as error:
                kind = str(error)
                wrong[text] = (
                    "birthday_ambiguous"
                    if name == "birthday" and kind == "date_ambiguous"
                    else kind
                )
        return self._told(name, texts, found, wrong, part, bad)

    def _numbers_of(
        self, name: str, texts: Sequence[str], part: list[Row], bad: set[int]
    ) -> Sequence[str]:
        said = set(texts)
        plain = (
            _PLAIN_WHOLE
            if name == "points" or self.reading.decimal == "," or self.amounts.comma
            else _PLAIN_NUMBERS
        )
        if plain.fullmatch("\n".join(said) + "\n"):
            return texts
        self._see_numbers(name, said)
        found, wrong, rounded = dict[str, str](), dict[str, str](), set[str]()
        for text in said:
            try:
                number = self._number(text) if text.strip() else text
                found[text] = (
                    cell_formats.whole_points(number, self.reading.points)
                    if name == "points"
                    else number
                )
                if found[text] != number and not re.fullmatch(r"-?\d+\.0*", number):
                    rounded.add(text)
            except ValueError as error:
                wrong[text] = str(error)
        if rounded:
            self.rounded += sum(text in rounded for text in texts)
        return self._told(name, texts, found, wrong, part, bad)

    def _number(self, text: str) -> str:
        """A number; what was given back of an amount comes off."""
        whole, back, less = text.partition(_BACK)
        if not back:
            return self.amounts.number(text)
        try:
            return str(
                Decimal(self.amounts.number(whole) or 0) - Decimal(self.amounts.number(less))
            )
        except InvalidOperation:
            raise ValueError("not_amount") from None

    def _told(
        self,
        name: str,
        texts: Sequence[str],
        found: dict[str, str],
        wrong: dict[str, str],
        part: list[Row],
        bad: set[int],
    ) -> Sequence[str]:
        if not wrong:
            return [found[text] for text in texts]
        return [
            self._problem(part, at, name, wrong[text], text, bad) if text in wrong else found[text]
            for at, text in enumerate(texts)
        ]

    # --- whole rows ---

    def _records(self, part: list[Row]) -> list[Row]:
        """The rows without those that a rule leaves out, the sums, and the titles said again."""
        if self.ended:
            self.skipped[self._rest] += len(part)
            return []
        for rule in self.rules:
            if rule.act in ("leave", "leave_rest") and part:
                part = self._leave(rule, part)
        return self._without_sums(part)

    def _leave(self, rule: ColumnRule, part: list[Row]) -> list[Row]:
        hits = self._hits(rule, part)
        if not any(hits):
            return part
        if rule.act == "leave_rest":
            start = hits.index(True)
            self.ended, self._rest = True, rule.name
            self.skipped[rule.name] += len(part) - start
            return part[:start]
        self.skipped[rule.name] += sum(hits)
        return [row for row, hit in zip(part, hits, strict=True) if not hit]

    def _hits(self, rule: ColumnRule, part: list[Row]) -> list[bool]:
        """Which rows a rule is about."""
        place = self._place(rule.column)
        if rule.column and place is None:
            return [False] * len(part)
        texts = [_cell(row, place) if place is not None else _first(row) for _, row in part]
        words, starts = {_word(word) for word in rule.words}, tuple(rule.starts)
        tidy = [text.strip(self.reading.strip + " \t") for text in texts]
        told = {
            text: _word(text) in words
            or (bool(starts) and text.startswith(starts))
            or (rule.filled and bool(text))
            for text in set(tidy)
        }
        hits = [told[text] for text in tidy]
        along = self._place(rule.along)
        return (
            self._along(rule.name, hits, tidy, [_cell(row, along) for _, row in part])
            if along is not None
            else hits
        )

    def _along(self, name: str, hits: list[bool], texts: list[str], keys: list[str]) -> list[bool]:
        """Rows that say nothing themselves go with the row above them of the same receipt."""
        above, was = self._above.get(name, ("", False))
        for at, (text, key) in enumerate(zip(texts, keys, strict=True)):
            if not text and key and key == above:
                hits[at] = was
            above, was = key, hits[at]
        self._above[name] = (above, was)
        return hits

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
            if again and tuple(clean_text(cell, 80) for cell in row if cell) == tuple(
                re.sub(r" \(\d+\)$", "", one) for one in self.titles if one
            ):
                self.skipped["titles"] += 1
            elif not _SUM.search(first) or any(
                (number, name) in self.fixed for name in self.sources
            ):
                kept.append((number, row))
            elif self._says_a_record(row, first):
                self.say(number, "", "sum_or_record", first)
            else:
                self.skipped["totals"] += 1
        return kept

    def _says_a_record(self, row: list[str], first: str) -> bool:
        places = [place for name in PROOF[self.kind] for place in self.sources.get(name, ())]
        return any(
            text.strip(self.reading.strip + " \t") and text != first
            for place in places
            if (text := _cell(row, place))
        )

    def _too_wide(self, part: list[Row]) -> set[int]:
        """Rows with more cells than there are titles: from some place on their values stand under
        the wrong one."""
        width, bad = len(self.titles), set[int]()
        for at, (number, row) in enumerate(part):
            if len(row) > width and any(map(str.strip, row[width:])):
                self.say(
                    number,
                    "",
                    "more_cells",
                    next(filter(str.strip, row[width:])),
                    titles=str(width),
                    cells=str(len(row)),
                )
                bad.add(at)
        return bad

    def _see_filled(self, part: list[Row]) -> None:
        for place in list(self._unseen):
            if any(place < len(row) and self._says_something(row[place]) for _, row in part):
                self._filled.add(place)
                self._unseen.discard(place)

    def _says_something(self, text: str) -> bool:
        return (
            bool(tidy := text.strip(self.reading.strip + " \t"))
            and tidy.casefold() not in self.blanks
        )

    def _by_rule(self, part: list[Row]) -> None:
        """Cells that a rule leaves blank or turns below nothing."""
        for rule in self.rules:
            if rule.act in ("blank", "negative"):
                change = _below if rule.act == "negative" else _nothing
                places = [self.sources[name][0] for name in rule.targets if name in self.sources]
                for (_, row), hit in zip(part, self._hits(rule, part), strict=True):
                    for place in places if hit else ():
                        row[place] = change(row[place])


_CLOSED = frozenset(("gender", "birthday_type"))


def _sources(kind: str, columns: Mapping[int, str]) -> dict[str, list[int]]:
    """The places of the file that each column of ours comes from, whole ones first, then its
    parts."""
    parts, found = PARTS.get(kind, {}), dict[str, list[int]]()
    for place, name in columns.items():
        if name not in parts:
            found.setdefault(name, []).append(place)
    for place, name in columns.items():
        if name in parts:
            found.setdefault(parts[name], []).append(place)
    return found


def _pad(row: list[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _cell(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _first(row: Sequence[str]) -> str:
    return next((cell for cell in row if cell.strip()), "")


def _word(text: str) -> str:
    return clean_text(text, 60).casefold()


def _table(meant: Mapping[str, str]) -> dict[str, str]:
    return {_word(word): means for word, means in meant.items()}


def _bare_numbers(texts: Sequence[str]) -> Sequence[str]:
    """Numbers without the apostrophe that a spreadsheet puts before digits and the .0 behind."""
    together = "\n".join(texts)
    if "'" in together:
        texts = [text.lstrip("'") if re.match(r"\s*'[+\d]", text) else text for text in texts]
    if ".0" in together:
        texts = [found[1] if (found := _FLOAT.fullmatch(text.strip())) else text for text in texts]
    return texts


def _first_phone(text: str) -> str:
    parts = [part for part in _SEVERAL.split(text) if part]
    several = len(parts) > 1 and all(sum(map(str.isdigit, part)) >= 7 for part in parts)
    return parts[0] if several else text


def _full_name(given: str, family: str) -> str:
    """Both names in the order of their language: 王小梅, Ada Light."""
    given, family = given.strip(), family.strip()
    if not given or not family:
        return given or family
    return family + given if "\u3000" < family[0] < "\ufe00" else f"{given} {family}"


def _with_part(part: str, text: str, more: str) -> str:
    """A text and its part of another column."""
    if not more.strip():
        return text
    if part == "amount_back":
        return f"{text}{_BACK}{more}"
    if part in ("sold_time", "redeemed_time") and ":" in text:
        return text
    return f"{text.strip()} {more.strip()}".strip()


_BACK = "\x00-"
"""Between an amount and what was given back of it, until both are read."""


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _instant(read: Days, text: str) -> str:
    day, time = cell_formats.split_time(text)
    if time and cell_formats.named_zone(text):
        raise ValueError("zone_unknown")
    if not time:
        return read.day(text)
    found = read.day(day)
    return f"{found if _ISO_DAY.fullmatch(found) else read_day(found).isoformat()} {time}"


def _day_alone(text: str, *, born: bool) -> str:
    """A day without the time behind it; the words of a birthday (农历, without year) stay."""
    day, time = cell_formats.split_time(text)
    return day if time and (day or not born) else text


def _turned(text: str) -> str:
    """The same amount with the other sign."""
    tidy = text.strip()
    if not tidy or not tidy.strip("-0."):
        return tidy.lstrip("-")
    return tidy[1:] if tidy.startswith("-") else f"-{tidy}"


def _below(text: str) -> str:
    return text if text.strip().startswith("-") else _turned(text)


def _nothing(_: str) -> str:
    return ""
