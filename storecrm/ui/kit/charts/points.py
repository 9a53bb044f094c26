"""What a chart shows, in words and numbers: the same points are drawn, read, listed and copied."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from storecrm.ui.kit.tables.columns import Kind, Value


class Title(NamedTuple):
    """The title of a column of the table that says the same, and what stands in it."""

    text: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Point:
    """One thing that a chart shows.

    `texts` are its line in the table, a text for each of the chart's titles, `values` what each is
    worth (money in minor units), and `said` the sentence that is read at it.
    """

    texts: tuple[str, ...]
    values: tuple[Value, ...]
    said: str


def as_tsv(titles: Sequence[Title], points: Sequence[Point]) -> str:
    """The points as a spreadsheet takes them: a line each, tabs between, the titles above."""
    # without a type of its own a spreadsheet reads each text by itself
    head = tuple(title.text for title in titles)
    lines = [head, *(point.texts for point in points)]
    return "\n".join("\t".join(map(_cell, line)) for line in lines)


def _cell(text: str) -> str:
    """A tab or a new line in a name would begin another cell."""
    return " ".join(text.split())
