"""What is wrong with cells of a file that came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ProblemKind:
    """Problems of one kind in one column: in how many rows, and some of what those say."""

    column: str
    kind: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of an imported file. `row` counts like the sheet does, the header
    is row 1; `who` is the name that the row says. A list may have a million of them."""

    row: int
    column: str
    kind: str
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
