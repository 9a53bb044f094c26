"""Records in the order of several columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QCollator, QLocale

from storecrm.ui.kit.tables.columns import Column

T = TypeVar("T")


def collator(language: str) -> QCollator:
    """How readers of `language` look words up: Chinese by its sounds, 9 before 10."""
    made = QCollator(QLocale(language))
    made.setNumericMode(True)
    made.setCaseSensitivity(made.caseSensitivity().CaseInsensitive)
    return made


def in_order(
    records: Sequence[T],
    columns: Mapping[str, Column[T]],
    order: Sequence[tuple[str, bool]],
    words: QCollator,
) -> list[T]:
    """`records` sorted; what nobody knows stands last, whichever way it goes."""
    found = list(records)
    # a stable sort by the least weighty first leaves the weightiest on top
    for key, descending in reversed(order):
        found = _sorted(found, columns[key], descending, words)
    return found


def _sorted(records: list[T], column: Column[T], descending: bool, words: QCollator) -> list[T]:
    known: list[tuple[Any, T]] = []
    unknown: list[T] = []
    key_of = _key(words)
    for record in records:
        worth = column.worth(record)
        if worth is None or worth == "":
            unknown.append(record)
        else:
            known.append((key_of(worth), record))
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [record for _, record in known] + unknown


def _key(words: QCollator) -> Callable[[Any], Any]:
    """What is compared: a word by its sound, anything else by itself."""
    return lambda worth: words.sortKey(worth) if isinstance(worth, str) else worth
