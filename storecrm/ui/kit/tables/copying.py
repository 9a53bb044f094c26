"""Chosen rows for the clipboard: columns parted by tabs, their titles first, as every spreadsheet
takes them; no cell of them computes."""

from collections.abc import Iterable, Sequence
from typing import Any

from storecrm.ui.kit.tables.columns import Column
from storecrm.values.texts import guarded


def as_text(columns: Sequence[Column[Any]], records: Iterable[Any]) -> str:
    """Titles, then a line for each record."""
    lines = ["\t".join(_cell(column, column.title) for column in columns)]
    for record in records:
        lines.append("\t".join(_cell(column, column.text(record)) for column in columns))
    return "\n".join(lines) + "\n"


def _cell(column: Column[Any], text: str) -> str:
    """A cell that stays one: tabs and line breaks begin others."""
    bare = " ".join(text.split())
    # figures are written by us: -¥5.00 is no formula, and stays a figure
    return bare if column.kind.right else guarded(bare)
