"""Chosen rows for the clipboard: columns parted by tabs, their titles first, as every spreadsheet
takes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from storecrm.ui.kit.tables.columns import Column


def as_text(columns: Sequence[Column[Any]], records: Iterable[Any]) -> str:
    """Titles, then a line for each record."""
    lines = ["\t".join(_bare(column.title) for column in columns)]
    for record in records:
        lines.append("\t".join(_bare(column.text(record)) for column in columns))
    return "\n".join(lines) + "\n"


def _bare(text: str) -> str:
    """A cell that stays one: tabs and line breaks begin others."""
    return " ".join(text.split())
