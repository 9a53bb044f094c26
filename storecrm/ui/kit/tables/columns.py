"""What a column shows, and what it sorts by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Generic, TypeVar

T = TypeVar("T")

Value = int | float | Decimal | date | str | None
"""What a cell is worth: sorts, and goes into a sheet as what it is. None: nothing is known."""


class Kind(Enum):
    """What stands in a column: it decides the side, the digits and the form in a sheet."""

    TEXT = auto()
    NUMBER = auto()
    MONEY = auto()
    PERCENT = auto()
    DAY = auto()
    MOMENT = auto()
    PHONE = auto()
    CODE = auto()

    @property
    def right(self) -> bool:
        """Amounts stand under each other by their last digit."""
        return self in (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)

    @property
    def grouped(self) -> bool:
        """Written in groups, which nobody types."""
        return self in (Kind.PHONE, Kind.CODE)


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column of a table.

    Args:
        key: the stable name: kept per person, exported, asked of the store.
        text: what the cell says of a record.
        width: in pixels, before a person changes it.
        value: what it sorts by and is worth in a sheet; the text when left out. Money in minor
            units, a percentage as its fraction.
        tint: the token of the text's colour, "" for the usual one.
        edit: what happens when somebody types another text into the cell, or chooses another
            answer.
        choices: the answers that a cell can be, by their words; without them it is typed into.
        personal: says who somebody is; leaves the house only by right.
        shown: at first; the rest is found in the column menu.
        stretch: takes the room that is left, instead of the first column of words.
        spare: gives its room first where there is little; the last one goes first.
        tip: what the title means, where the words alone leave it open.
        sorts, filters: whether the store can; what a table holds itself always can.
    """

    key: str
    title: str
    text: Callable[[T], str]
    width: int = 120
    kind: Kind = Kind.TEXT
    value: Callable[[T], Value] | None = None
    tint: Callable[[T], str] | None = None
    edit: Callable[[T, str], None] | None = None
    choices: Callable[[T], Mapping[str, str]] | None = None
    personal: bool = False
    shown: bool = True
    stretch: bool = False
    spare: bool = False
    sorts: bool = True
    filters: bool = True
    tip: str = ""

    def edits(self, record: T) -> bool:
        """Whether the cell of `record` can be changed; where there is one answer, it cannot."""
        return self.edit is not None and (self.choices is None or len(self.choices(record)) > 1)

    def worth(self, record: T) -> Value:
        """What the cell of `record` is worth."""
        return self.text(record) if self.value is None else self.value(record)
