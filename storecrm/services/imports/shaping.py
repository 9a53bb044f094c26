"""Between the reader and the loaders: rows of another system become rows under our columns.

Columns are joined and cleaned, their days, amounts and points brought into one shape, and rows that
are no record are left out by rule. What needs nothing passes through untouched; all work goes by
column. What cannot be read for sure is a problem of its row.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from storecrm.ledger.acting import ShopInfo
from storecrm.services.imports import column_parts
from storecrm.services.imports.clean_cells import CleanCells
from storecrm.services.imports.column_matching import Told
from storecrm.services.imports.column_types import DAYS, NUMBERS
from storecrm.services.imports.day_formats import order_of
from storecrm.services.imports.mappings import OWN, SHOP, Reading
from storecrm.services.imports.plain_values import PlainValues
from storecrm.services.imports.row_rules import RowRules
from storecrm.services.imports.unread_cells import (
    Corrections,
    FrameColumn,
    Row,
    Say,
    UnreadCells,
)

HeldRow = tuple[int, list[str], set[str]]
"""A row that is kept back, its number and its columns that cannot be read."""
_AS_SAID_HERE = ("decimal", "days", "points")


def columns_told(kind: str, told: Told) -> dict[str, list[int]]:
    """The columns of ours that a file holds, whole or in parts, and where."""
    return column_parts.sources(kind, told.columns)


def of(
    kind: str,
    told: Told,
    reading: Reading,
    *,
    shop: ShopInfo,
    today: date,
    say: Say,
    corrections: Corrections = Corrections(),
) -> "Shaper":
    """The shaper of a file whose columns are told; what `reading` leaves open is as the ready
    mapping says."""
    whole = reading.over(told.known.reading) if told.known else reading
    for name in _AS_SAID_HERE:
        if getattr(whole, name) == OWN:
            left_open: dict[str, Any] = {name: ""}
            whole = replace(whole, **left_open)
    sources = columns_told(kind, told)
    names = sources.get("name")
    unread = UnreadCells(corrections, say, names[0] if names else None)
    usual_order = order_of(shop.region) if whole.days == SHOP else ""
    values = PlainValues(
        sources, whole, unread, today=today, digits=shop.digits, usual_order=usual_order
    )
    rules = RowRules(kind, told.titles, sources, whole, corrections, say)
    return Shaper(kind, told, sources, unread=unread, values=values, rules=rules, reading=whole)


class Shaper:
    """Shapes the frames of one file. `columns` is what the loader goes by (place to column)."""

    def __init__(
        self,
        kind: str,
        told: Told,
        sources: dict[str, list[int]],
        *,
        unread: UnreadCells,
        values: PlainValues,
        rules: RowRules,
        reading: Reading,
    ) -> None:
        self.kind = kind
        self.titles = told.titles
        self.sources = sources
        self.part_of = told.columns
        self.columns = {places[0]: name for name, places in sources.items()}
        self.unread = unread
        self.values = values
        self.rules = rules
        self.reading = reading
        self.clean = CleanCells(reading, unread)
        self.held: list[HeldRow] = []
        self._filled: set[int] = set()
        self._unseen = self._without_place()

    # --- what a file says of itself ---

    @property
    def left_out(self) -> tuple[str, ...]:
        """Titles of filled columns that nothing here stands for."""
        found = list[str]()
        for place in sorted(self._filled):
            # a column without a title is spoken of by its number
            found.append(self.titles[place] or f"({place + 1})")
        if self.clean.further_phones:
            # of several phones in one cell the first comes in
            phone = self.titles[self.sources["phone"][0]]
            found.append(f"{phone} (2)")
        return tuple(found)

    def _without_place(self) -> set[int]:
        used = {place for places in self.sources.values() for place in places}
        used |= self.part_of.keys()
        used |= self.rules.places_asked()
        return set(range(len(self.titles))) - used

    def unsettled(self, rows: Sequence[list[str]]) -> bool:
        """Learn from the first rows; True when a day of them is either of two, so that the rest of
        the file must be asked."""
        self.learn(rows)
        return self.values.unsettled

    def learn(self, rows: Sequence[list[str]]) -> None:
        """See what the days and the numbers of some rows say."""
        for name in (DAYS | NUMBERS) & self.sources.keys():
            for place in self.sources[name]:
                texts = {row[place] for row in rows if place < len(row)}
                self.values.learn(name, texts)

    # --- rows ---

    def shape(self, part: list[Row]) -> list[Row]:
        """The rows that are records, under our columns."""
        part = self.rules.records(part)
        if not part:
            return part
        self._see_filled(part)
        width = len(self.titles)
        lengths = {len(row) for _, row in part}
        # most files are even, and nothing is done to their rows
        bad = self._too_wide(part) if max(lengths) > width else set[int]()
        if min(lengths) < width:
            part = [(number, _padded(row, width)) for number, row in part]
        bodies = [row for _, row in part]
        columns = list(zip(*bodies, strict=False))
        for name in self.sources:
            bad |= self._column(FrameColumn(name, part), columns)
        self.rules.change_cells(part)
        return self._without_bad(part, bad) if bad else part

    def _without_bad(self, part: list[Row], bad: set[int]) -> list[Row]:
        """Rows with a problem are kept back."""
        for at in sorted(bad):
            number, row = part[at]
            self.held.append((number, row, self.unread.take_refused(number)))
        return [row for at, row in enumerate(part) if at not in bad]

    def take_held(self) -> list[HeldRow]:
        """The rows that were kept back since this was asked the last time."""
        held, self.held = self.held, []
        return held

    def _column(self, column: FrameColumn, columns: list[tuple[str, ...]]) -> set[int]:
        """One column of ours, from one or several of the file. Returns which rows have a problem in
        it."""
        places = self.sources[column.name]
        several = list[tuple[str, Sequence[str]]]()
        for place in places:
            source = self.part_of[place]
            several.append((source, self.clean.texts(source, column, columns[place])))
        first = places[0]
        if len(several) == 1 and self.part_of[first] == column.name:
            texts = several[0][1]
        else:
            texts = self._joined(column.name, several)
        texts = self.values.texts(column, texts)
        # a column that needed nothing is not written again
        if texts is not columns[first]:
            for (_, row), text in zip(column.rows, texts, strict=True):
                row[first] = text
        return column.bad - self.unread.put_right(column, first)

    def _joined(self, name: str, several: column_parts.Parts) -> Sequence[str]:
        """The cells of a column of ours from those of several of the file."""
        said = column_parts.first_filled(name, several)
        # what stands behind the first filled one has no place here
        for place, (source, texts) in zip(self.sources[name], several, strict=True):
            if source == name and _says_more(texts, said):
                self._filled.add(place)
        return column_parts.with_parts(self.kind, name, said, several)

    def _too_wide(self, part: list[Row]) -> set[int]:
        """Rows with more cells than there are titles: from some place on their values stand under
        the wrong one."""
        width = len(self.titles)
        bad = set[int]()
        for at, (number, row) in enumerate(part):
            if len(row) > width and any(map(str.strip, row[width:])):
                text = next(filter(str.strip, row[width:]))
                facts = {"titles": str(width), "cells": str(len(row))}
                self.unread.say(number, "", "more_cells", text, **facts)
                bad.add(at)
        return bad

    def _see_filled(self, part: list[Row]) -> None:
        """Columns that have no place here, once they say something."""
        for place in list(self._unseen):
            if any(place < len(row) and self._says_something(row[place]) for _, row in part):
                self._filled.add(place)
                self._unseen.discard(place)

    def _says_something(self, text: str) -> bool:
        tidy = text.strip(self.rules.strip)
        return bool(tidy) and tidy.casefold() not in self.clean.blanks


def _says_more(texts: Sequence[str], said: Sequence[str]) -> bool:
    pairs = zip(texts, said, strict=True)
    return any(text.strip() and text != first for text, first in pairs)


def _padded(row: list[str], width: int) -> list[str]:
    missing = width - len(row)
    return [*row, *[""] * missing] if missing > 0 else row
