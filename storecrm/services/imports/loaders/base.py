"""What every import kind's loader stands on: reading cells by column, finding members,
before-images, problems, control totals.

`parse` turns named cells into plain values and collects problems; `write` inserts one chunk under a
batch; `compare` counts without writing.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, StoreError
from storecrm.i18n import LANGUAGES, Catalogue
from storecrm.models import database
from storecrm.models.import_batch import ImportChange
from storecrm.models.scannable import Scannable
from storecrm.services import shop_settings
from storecrm.services.imports.cells import Cells
from storecrm.services.members import personal_data, registry
from storecrm.services.store import Store
from storecrm.values import ImportId, Kind, Problem, clean_text, scan_key

Row = tuple[int, list[str]]
Parsed = tuple[int, Any]
_CUT = re.compile(r"\d(?:\.\d+[eE]\+?|[eE]\+)\d{2,}")
"""A number as a spreadsheet shortens it: 2.2E+15; 5E12 is a code."""
KEY = 120
"""Signs of a code or number at the most: a longer one is not cut, two might become one."""
_NO_FACTS: Mapping[str, str] = {}
"""Most problems have none, and there may be a million."""
YES = {"1", "y", "yes", "true", "是", "同意", "√"}
NO = {"0", "n", "no", "false", "否", "不同意", "×"}


class Loader:
    """The common ground: counts, problems, and before-images of what is changed. `TOTALS` says
    which control totals a kind has: the column as people know it, and where its number stands in a
    parsed row (points or minor units). `blank` are those of BLANKABLE that were asked for
    ("birthday", or of one kind of problem only "birthday:birthday_ambiguous"), `blanked` the cells
    left blank."""

    TOTALS: ClassVar[Mapping[str, Any]] = {}
    WAITS: ClassVar[bool] = False
    """True of kinds that write into tables which everybody reads: their rows wait, and are written
    when the import is shown."""
    AT_ONCE: ClassVar[bool] = False
    """True of kinds of few rows that name one another: all of them are written in the transaction
    that ends the import."""
    BLANKABLE: ClassVar[frozenset[str]] = frozenset()
    """Columns of which a cell that cannot be read may be left blank, when somebody asks for it."""

    def __init__(self, store: Store, cells: Cells, on_existing: str, earn: bool) -> None:
        self.store, self.cells, self.on_existing, self.earn = store, cells, on_existing, earn
        self.counts: Counter[str] = Counter(created=0, updated=0, unchanged=0)
        self.problems: list[Problem] = []
        self.known: dict[str, Any] = {}
        self.columns: dict[int, str] = {}
        self.totals: Counter[str] = Counter(dict.fromkeys(self.TOTALS, 0))
        self._counted = 0
        self.blank: frozenset[str] = frozenset()
        self.take_erased = False
        self.lots_follow = False
        self.elsewhere: Counter[str] = Counter()
        self.new_products = False
        self.of_order: frozenset[str] = frozenset()
        """Columns whose cell is of a whole receipt (see mappings.Reading)."""
        self.made: set[str] = set()
        """Numbers of articles that were made because no list holds them."""
        self.blanked = 0
        with store.read() as session:
            self.rules = shop_settings.current(session)

    def read(self, cells: dict[str, str]) -> Any:
        """One row as the loader needs it. Raises ValueError("column:problem") or StoreError."""
        raise AssertionError("each kind reads its own rows")

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        """Insert what is new of `part`; `batch` is None when only counting."""
        raise AssertionError("each kind writes its own rows")

    def freeze(self, row: Any) -> Any:
        """A row that was read, as JSON can hold it."""
        return row

    def thaw(self, row: Any) -> Any:
        """The row again."""
        return row

    def closing(self, batch: ImportId) -> Iterator[Callable[[Session], None]]:
        """What is left to do when every row is written, each step a transaction of its own."""
        return iter(())

    def named(self, row: list[str]) -> dict[str, str]:
        """The cells of one row by their column."""
        return {name: row[place] for place, name in self.columns.items() if place < len(row)}

    def parse(self, rows: list[Row]) -> list[Parsed]:
        parsed = []
        for number, row in rows:
            try:
                parsed.append((number, self.read(self.named(row))))
            except (StoreError, ValueError) as error:
                parsed += self.reread(number, row, error)
        return parsed

    def reread(self, number: int, row: list[str], error: Exception) -> list[Parsed]:
        """Read a row again without the cell that was refused (StoreError, or ValueError
        "column:problem"), so that every problem of it is named. It is taken when each such cell may
        be left blank. Where reading counts (kinds without BLANKABLE) the first problem ends it."""
        cells, whole, refused, blanked = self.named(row), True, set[str](), 0
        while True:
            if isinstance(error, StoreError):
                column, kind, said = column_of(error.code), error.code, error.where
                facts = {key: str(fact) for key, fact in error.facts.items()}
            else:
                column, _, kind = str(error).partition(":")
                kind, said, facts = kind or "not_valid", "", {}
            # what the cell itself says, so that it is found again where it stands elsewhere
            value = cells.get(column) or said
            if column in refused:
                # missing now, because it was taken away
                return []
            refused.add(column)
            if not self.blank.isdisjoint((column, f"{column}:{kind}")) and cells.get(column):
                blanked += 1
            else:
                known = (
                    clean_text(value, 60),
                    facts or _NO_FACTS,
                    clean_text(cells.get("name", ""), 60),
                )
                self.problems.append(Problem(number, column, kind, *known))
                whole = False
            if not cells.get(column) or not self.BLANKABLE:
                return []
            cells[column] = ""
            try:
                found = self.read(cells)
            except (StoreError, ValueError) as another:
                error = another
                continue
            if not whole:
                return []
            self.blanked += blanked
            return [(number, found)]

    def compare(self, session: Session, part: list[Parsed], *, last: bool) -> None:
        self.write(session, part, None, last=last)

    def total(self, part: list[Parsed]) -> None:
        """Add the rows of `part` that were taken to the control totals, once they are written or
        compared."""
        if not self.TOTALS:
            return
        bad = {problem.row for problem in self.problems[self._counted :]}
        self._counted = len(self.problems)
        taken = (
            [row for number, row in part if number not in bad] if bad else [row for _, row in part]
        )
        for name, place in self.TOTALS.items():
            self.totals[name] += sum(row[place] or 0 for row in taken)

    def problem(
        self, row: int, column: str, kind: str, value: str = "", *, who: str = "", **facts: str
    ) -> None:
        self.problems.append(
            Problem(
                row, column, kind, clean_text(value, 60), facts or _NO_FACTS, clean_text(who, 60)
            )
        )

    def change(
        self,
        session: Session,
        batch: ImportId | None,
        table: str,
        key: dict[str, Any],
        before: Any,
        after: Any,
    ) -> None:
        """Note what fields of a row said before (None: there was no row) and what they say now."""
        if batch is not None:
            row = {
                "import_id": batch,
                "table_name": table,
                "row_key": json.dumps(key, default=str),
                "before": json.dumps(before, default=str),
                "after": json.dumps(after, default=str),
            }
            session.execute(insert(ImportChange).values(**row))

    def members_by(self, session: Session, numbers: set[str]) -> dict[str, int]:
        """Member ids by member number, card or phone, looked up once a text."""
        wanted = {text: scan_key(text) for text in numbers if text and text not in self.known}
        if wanted:
            query = select(Scannable.key, Scannable.target_id).where(
                Scannable.kind == Kind.MEMBER, Scannable.key.in_(set(wanted.values()))
            )
            found = {key: target for key, target in session.execute(query)}
            for text, key in wanted.items():
                self.known[text] = found.get(key)
                if self.known[text] is None:
                    self.known[text] = self._by_phone(session, text)
        return {text: self.known[text] for text in numbers if self.known.get(text) is not None}

    def _by_phone(self, session: Session, text: str) -> int | None:
        try:
            return registry.by_phone(session, personal_data.phone_of(text, self.store.shop.region))
        except BadInput:
            return None


class Worded:
    """Reads a cell that says one of some answers, by its own name or by what it is called in any
    language. Raises ValueError: unknown."""

    def __init__(self, answers: Mapping[Any, str]) -> None:
        self._answers = answers
        self._known: dict[str, Any] = {}

    def __call__(self, text: str) -> Any:
        if not self._known:
            self._known = {str(answer): answer for answer in self._answers}
            for words in map(Catalogue, LANGUAGES):
                self._known |= {
                    words.t(said).casefold(): answer for answer, said in self._answers.items()
                }
        try:
            return self._known[clean_text(text).casefold()]
        except KeyError:
            raise ValueError("unknown") from None


class OnlyOurs:
    """Whether a table holds nothing but what this import brought, which it knows anyhow: then no
    row of a first list is looked up."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._only = True
        self._newest: int | None = None

    def holds(self, session: Session) -> bool:
        """True as long as nobody else wrote a row."""
        newest = select(func.max(self._table.c.id))
        self._only = (
            self._only and database.in_turn(session) and session.scalar(newest) == self._newest
        )
        return self._only

    def wrote(self, ids: Sequence[int]) -> None:
        """Rows that this transaction writes."""
        self._newest = ids[-1]


def column_of(code: str) -> str:
    """The column that a refusal of a reader is about."""
    return {"guardian_missing": "guardian", "birthday_ambiguous": "birthday"}.get(
        code, code if code in ("phone", "birthday", "email", "gender") else ""
    )


def cell(cells: dict[str, str], name: str, reader: Callable[[str], Any]) -> Any:
    """The cell read, None when blank; the problem names the column."""
    text = (cells.get(name) or "").strip()
    if not text:
        return None
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{name}:{error}") from None


def whole(text: str) -> int:
    """A whole number; 12.0 as spreadsheets write it is one, and 361分 or 12次 with what is counted.

    Raises:
        ValueError: not_whole.
    """
    tidy = text.replace(",", "").rstrip("分点次 ").removesuffix(".0").removesuffix(".00")
    if not tidy.lstrip("-").isdecimal() or len(tidy) > 10:
        raise ValueError("not_whole")
    return int(tidy)


def counted(text: str) -> int:
    """How often something was done, or may be: once at the least.

    Raises:
        ValueError: not_whole, out_of_range.
    """
    count = whole(text)
    if count < 1:
        raise ValueError("out_of_range")
    return count


def key_text(text: str) -> str:
    """A code or number of another system keeps its shape; only controls and outer spaces go.

    Raises:
        ValueError: digits_cut (a spreadsheet wrote 2.2E+15 and lost the rest), too_long.
    """
    if text.isascii() and text.isdigit() and len(text) <= KEY:
        return text
    if _CUT.fullmatch(text.strip()):
        raise ValueError("digits_cut")
    tidy = clean_text(text, KEY + 1)
    if len(tidy) > KEY:
        raise ValueError("too_long")
    return tidy


def key_cell(cells: dict[str, str], name: str) -> str:
    """The code or number in a cell, "" when blank; the problem names the column."""
    return cell(cells, name, key_text) or ""


def yes(text: str) -> int:
    """1 for a yes, 0 for a no, in either language.

    Raises:
        ValueError: not_yes_no.
    """
    tidy = clean_text(text).casefold()
    if tidy in YES:
        return 1
    if tidy in NO:
        return 0
    raise ValueError("not_yes_no")
