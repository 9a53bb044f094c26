"""Cells that cannot be read: a problem of their row, but for what a person put right or wants left
blank."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from storecrm.values import clean_text

Row = tuple[int, list[str]]
Fixes = Mapping[tuple[int, str], str]
Alike = Mapping[tuple[str, str], str]
Say = Callable[..., None]
"""How a problem is said: row, column, kind, value."""
ALIKE = 60
"""Signs of a cell by which it is told that others say the same."""


@dataclass(frozen=True)
class Corrections:
    """What a person said of such cells: `fixes` are (row, column) to text, `alike` (column, text of
    the cell) to text, `blank` columns, or "column:kind of problem", that are left blank."""

    fixes: Fixes = field(default_factory=dict)
    alike: Alike = field(default_factory=dict)
    blank: frozenset[str] = frozenset()


@dataclass
class FrameColumn:
    """One column of ours in one frame; `bad` are the places of its rows that have a problem in
    it."""

    name: str
    rows: list[Row]
    bad: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class ReadTexts:
    """What each of some different texts says: `found`, or the kind of problem that is `wrong`."""

    found: dict[str, str]
    wrong: dict[str, str]


def read_each(texts: Iterable[str], read: Callable[[str], str]) -> ReadTexts:
    """Read each text; a ValueError of `read` is the kind of problem."""
    found = dict[str, str]()
    wrong = dict[str, str]()
    for text in texts:
        try:
            found[text] = read(text)
        except ValueError as error:
            wrong[text] = str(error)
    return ReadTexts(found, wrong)


class UnreadCells:
    """Takes what cannot be read of one file. `name_place` is where the rows bear a person's name;
    `blanked` counts cells that were left blank as it was asked."""

    def __init__(self, corrections: Corrections, say: Say, name_place: int | None) -> None:
        self.corrections = corrections
        self.say = say
        self.name_place = name_place
        self.blanked = 0
        self._refused: dict[int, set[str]] = {}

    def take(self, column: FrameColumn, at: int, kind: str, value: str) -> str:
        """A cell that cannot be read: left blank where somebody asked for that, else a problem of
        its row. Returns what stays in it."""
        if at in column.bad:
            # what an error of a spreadsheet says is no amount either: once is enough
            return value
        number, row = column.rows[at]
        if self._is_put_right(number, column.name, value):
            return value
        if not self.corrections.blank.isdisjoint((column.name, f"{column.name}:{kind}")):
            self.blanked += 1
            return ""
        who = self._who(column, row)
        self.say(number, column.name, kind, value, who=who)
        column.bad.add(at)
        self._refused.setdefault(number, set()).add(column.name)
        return value

    def _is_put_right(self, number: int, name: str, value: str) -> bool:
        if (number, name) in self.corrections.fixes:
            return True
        return (name, clean_text(value, ALIKE)) in self.corrections.alike

    def _who(self, column: FrameColumn, row: list[str]) -> str:
        if self.name_place is None or column.name == "name":
            return ""
        return row[self.name_place]

    def texts(self, column: FrameColumn, texts: Sequence[str], read: ReadTexts) -> Sequence[str]:
        """The cells of a column as they were read; the others are taken."""
        if not read.wrong:
            return [read.found[text] for text in texts]
        said = list[str]()
        for at, text in enumerate(texts):
            kind = read.wrong.get(text)
            # what cannot be read stays as it is, or is left blank
            said.append(self.take(column, at, kind, text) if kind is not None else read.found[text])
        return said

    def put_right(self, column: FrameColumn, place: int) -> set[int]:
        """Put what a person wrote into cells of a column; returns their rows, whose problem that
        was."""
        fixes, alike = self.corrections.fixes, self.corrections.alike
        if not fixes and not alike:
            return set()
        right = set[int]()
        for at, (number, row) in enumerate(column.rows):
            text = fixes.get((number, column.name))
            # what is put right in one row stands above what is said of all alike
            if text is None:
                said = clean_text(row[place], ALIKE)
                text = alike.get((column.name, said))
            if text is not None:
                row[place] = text
                right.add(at)
        return right

    def take_refused(self, number: int) -> set[str]:
        """The columns of a row that cannot be read."""
        return self._refused.pop(number, set())
