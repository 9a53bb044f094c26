"""Days, amounts and points of a column in the one shape that the loaders read. What is in it
already passes through untouched."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice

from storecrm.services.imports.amount_formats import Amounts, whole_points
from storecrm.services.imports.column_parts import BACK
from storecrm.services.imports.column_types import DAYS, INSTANTS, NUMBERS, PAST
from storecrm.services.imports.day_formats import Days
from storecrm.services.imports.mappings import SHOP, Reading
from storecrm.services.imports.time_formats import named_zone, split_time
from storecrm.services.imports.unread_cells import FrameColumn, UnreadCells, read_each
from storecrm.values import read_day

_ISO_MOMENT = r"-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?"
_PLAIN_DAY = (
    rf"(?!0000)\d{{4}}(?:{_ISO_MOMENT}|([-/.])\d{{1,2}}\1\d{{1,2}}|年\d{{1,2}}月\d{{1,2}}日)"
)
_PLAIN_DAYS = re.compile(rf"(?:(?:{_PLAIN_DAY})?\n)*", re.ASCII)
"""Days with their year in front, which are read in one way only."""
_PLAIN_NUMBERS = re.compile(r"(?:(?:-?\d+(?:\.\d{1,3})?)?\n)*", re.ASCII)
_PLAIN_WHOLE = re.compile(r"(?:-?\d*\n)*", re.ASCII)
_WHOLE_AS_PARTS = re.compile(r"-?\d+\.0*")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FEW = 100
_QUANTITY_DIGITS = 3


class PlainValues:
    """Brings the columns of one file into shape. `rounded` counts cells with a part of a point."""

    def __init__(
        self,
        names: Iterable[str],
        reading: Reading,
        unread: UnreadCells,
        *,
        today: date,
        digits: int,
        usual_order: str,
    ) -> None:
        self.reading = reading
        self.unread = unread
        self.rounded = 0
        self._in_parts = set[str]()
        self.amounts = Amounts(digits, reading.decimal)
        order, usual = reading.days, ""
        if order == SHOP:
            # a year in front of two figures leaves no question
            order, usual = "", usual_order.replace("ymd", "")
        self.days: dict[str, Days] = {}
        for name in DAYS.intersection(names):
            born = name == "birthday"
            self.days[name] = Days(today, order, usual=usual, born=born, past=name in PAST)

    @property
    def unsettled(self) -> bool:
        """True when a day that was seen is either of two."""
        seen_open = [days for days in self.days.values() if days.seen_open]
        return not all(days.settled for days in seen_open)

    def learn(self, name: str, texts: set[str]) -> None:
        """See what cells of a column say: the sign before the decimals is one for all columns,
        whichever is read first."""
        together = "\n".join(texts) + "\n"
        if name in self.days:
            if not _PLAIN_DAYS.fullmatch(together):
                around = self.reading.strip or None
                self.days[name].see(text.strip(around) for text in texts)
        elif name in NUMBERS:
            # of plain numbers a few say what all say
            plain = _PLAIN_NUMBERS.fullmatch(together)
            self._see_numbers(name, islice(texts, _FEW) if plain else texts)

    def _see_numbers(self, name: str, texts: Iterable[str]) -> None:
        pieces = (piece for text in texts for piece in text.split(BACK))
        self.amounts.see(pieces, _QUANTITY_DIGITS if name == "quantity" else None)

    def texts(self, column: FrameColumn, texts: Sequence[str]) -> Sequence[str]:
        """The cells of a column in shape."""
        name = column.name
        if name in self.days:
            return self._days_of(column, texts)
        if name in NUMBERS:
            texts = self._numbers_of(column, texts)
        if name in self.reading.negate:
            texts = [turned(text) for text in texts]
        return texts

    # --- days ---

    def _days_of(self, column: FrameColumn, texts: Sequence[str]) -> Sequence[str]:
        said = set(texts)
        if _PLAIN_DAYS.fullmatch("\n".join(said) + "\n"):
            return texts
        days = self.days[column.name]
        days.see(said)
        if column.name in INSTANTS:
            read = read_each(said, lambda text: _instant(days, text))
        elif column.name == "birthday":
            read = read_each(said, lambda text: _birthday(days, text))
        else:
            read = read_each(said, lambda text: days.day(_day_alone(text)))
        return self.unread.texts(column, texts, read)

    # --- numbers ---

    def _numbers_of(self, column: FrameColumn, texts: Sequence[str]) -> Sequence[str]:
        said = set(texts)
        points = column.name == "points"
        # a point in a number may stand for thousands
        only_whole = points or self.reading.decimal == "," or self.amounts.comma
        plain = _PLAIN_WHOLE if only_whole else _PLAIN_NUMBERS
        if plain.fullmatch("\n".join(said) + "\n"):
            return texts
        self._see_numbers(column.name, said)
        self._in_parts = set()
        read = read_each(said, self._points if points else self._number)
        if self._in_parts:
            self.rounded += sum(text in self._in_parts for text in texts)
        return self.unread.texts(column, texts, read)

    def _points(self, text: str) -> str:
        number = self._number(text)
        whole = whole_points(number, self.reading.points)
        if whole != number and not _WHOLE_AS_PARTS.fullmatch(number):
            self._in_parts.add(text)
        return whole

    def _number(self, text: str) -> str:
        """A number; what was given back of an amount comes off."""
        if not text.strip():
            return text
        whole, back, less = text.partition(BACK)
        if not back:
            return self.amounts.number(text)
        try:
            given = Decimal(self.amounts.number(whole) or 0)
            return str(given - Decimal(self.amounts.number(less)))
        except InvalidOperation:
            raise ValueError("not_amount") from None


def _instant(days: Days, text: str) -> str:
    day, time = split_time(text)
    if time and named_zone(text):
        raise ValueError("zone_unknown")
    if not time:
        return days.day(text)
    found = days.day(day)
    iso = found if _ISO_DAY.fullmatch(found) else read_day(found).isoformat()
    return f"{iso} {time}"


def _birthday(days: Days, text: str) -> str:
    """The words of a birthday (农历, without year) stay."""
    day, time = split_time(text)
    try:
        return days.day(day if time and day else text)
    except ValueError as error:
        if str(error) == "date_ambiguous":
            raise ValueError("birthday_ambiguous") from None
        raise


def _day_alone(text: str) -> str:
    """A day without the time behind it."""
    day, time = split_time(text)
    return day if time else text


def turned(text: str) -> str:
    """The same amount with the other sign."""
    tidy = text.strip()
    if not tidy or not tidy.strip("-0."):
        return tidy.lstrip("-")
    return tidy[1:] if tidy.startswith("-") else f"-{tidy}"


def below_nothing(text: str) -> str:
    """The same amount, negative."""
    return text if text.strip().startswith("-") else turned(text)
