"""What every import kind's loader stands on: reading cells by column, finding members,
before-images, problems, control totals.

`parse` turns named cells into plain values and collects problems; `write` inserts one chunk under a
batch; `compare` counts without writing.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.errors import BadInput, StoreError
from storecrm.models import database, tables
from storecrm.models.import_batch import ImportChange
from storecrm.models.scannable import Scannable
from storecrm.services import shop_settings
from storecrm.services.imports.cells import Cells
from storecrm.services.members import personal_data, registry
from storecrm.services.store import Store
from storecrm.values import ImportId, Kind, Problem, clean_text, scan_key

Row = tuple[int, list[str]]
Parsed = tuple[int, Any]
_SHOWN = 60
"""Signs that a problem shows of a cell."""
_NO_FACTS: Mapping[str, str] = {}
"""Most problems have none, and there may be a million."""
_IS_MEMBER = Scannable.kind == Kind.MEMBER
_MEMBERS = select(Scannable.key, Scannable.target_id).where(_IS_MEMBER)


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
        self.store = store
        self.cells = cells
        self.on_existing = on_existing
        self.earn = earn
        self.counts: Counter[str] = Counter(created=0, updated=0, unchanged=0)
        self.problems: list[Problem] = []
        self.known: dict[str, Any] = {}
        self.columns: dict[int, str] = {}
        none_yet = dict.fromkeys(self.TOTALS, 0)
        self.totals: Counter[str] = Counter(none_yet)
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
        cells = self.named(row)
        refused = set[str]()
        whole = True
        blanked = 0
        while True:
            column, kind, said = _refusal(error)
            facts = _facts_of(error)
            # missing now, because it was taken away
            if column in refused:
                return []
            refused.add(column)
            text = cells.get(column)
            asked_for = (column, f"{column}:{kind}")
            if text and not self.blank.isdisjoint(asked_for):
                blanked += 1
            else:
                # what the cell itself says, so that it is found again where it stands elsewhere
                where = {"row": number, "column": column, "kind": kind}
                self._note(where, text or said, facts, cells.get("name", ""))
                whole = False
            if not text or not self.BLANKABLE:
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
        if bad:
            part = [parsed for parsed in part if parsed[0] not in bad]
        for name, place in self.TOTALS.items():
            said = (row[place] or 0 for _, row in part)
            self.totals[name] += sum(said)

    def problem(
        self, row: int, column: str, kind: str, value: str = "", *, who: str = "", **facts: str
    ) -> None:
        """Note what is wrong with one cell; `who` is the name that the row says."""
        where = {"row": row, "column": column, "kind": kind}
        self._note(where, value, facts or _NO_FACTS, who)

    def _note(self, where: dict[str, Any], value: str, facts: Mapping[str, str], who: str) -> None:
        shown = clean_text(value, _SHOWN)
        name = clean_text(who, _SHOWN)
        found = Problem(**where, value=shown, facts=facts, who=name)
        self.problems.append(found)

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
        if batch is None:
            return
        said = {"row_key": key, "before": before, "after": after}
        texts = dict[str, str]()
        for name, what in said.items():
            texts[name] = json.dumps(what, default=str)
        note = insert(ImportChange).values(import_id=batch, table_name=table, **texts)
        session.execute(note)

    def members_by(self, session: Session, numbers: Iterable[str]) -> dict[str, int]:
        """Member ids by member number, card or phone, looked up once a text."""
        numbers = set(numbers)
        wanted = {text: scan_key(text) for text in numbers if text and text not in self.known}
        if wanted:
            keys = set(wanted.values())
            found = dict[str, int]()
            for key, member in session.execute(_MEMBERS.where(Scannable.key.in_(keys))):
                found[key] = member
            for text, key in wanted.items():
                # a phone is no key that is scanned
                by_phone = None if key in found else self._by_phone(session, text)
                self.known[text] = found.get(key, by_phone)
        here = {text: self.known.get(text) for text in numbers}
        return {text: member for text, member in here.items() if member is not None}

    def _by_phone(self, session: Session, text: str) -> int | None:
        try:
            phone = personal_data.phone_of(text, self.store.shop.region)
        except BadInput:
            return None
        return registry.by_phone(session, phone)

    def own_numbers(
        self, session: Session, kind: str, ids: Any, numbers: Iterable[str]
    ) -> set[str]:
        """Which of the numbers name rows of this shop's own, as its own lists call them: `kind` as
        in row_references.number, `ids` the column of their ids."""
        uid = self.store.shop.uid
        rows = dict[int, str]()
        for number in numbers:
            row = row_references.own_row(uid, kind, number)
            if row is not None:
                rows[row] = number
        is_ours = database.among(session, ids, list(rows))
        here = session.scalars(select(ids).where(is_ours))
        return {rows[row] for row in here}


def said_in(part: list[Parsed], name: str) -> set[Any]:
    """Whatever the rows of a chunk say under a name."""
    return {row[name] for _, row in part}


def make_scannable(session: Session, kind: Kind, keys: Iterable[tuple[str, int]]) -> None:
    """Let new rows be found by (key, id); a key that is here already ends the import."""
    rows = [(key, kind.value, target) for key, target in keys]
    database.bulk_insert(session, tables.scannable, ("key", "kind", "target_id"), rows)


class OnlyOurs:
    """Whether a table holds nothing but what this import brought, which it knows anyhow: then no
    row of a first list is looked up."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._only = True
        self._newest: int | None = None

    def holds(self, session: Session) -> bool:
        """True as long as nobody else wrote a row."""
        if self._only:
            newest = select(func.max(self._table.c.id))
            in_turn = database.in_turn(session)
            self._only = in_turn and session.scalar(newest) == self._newest
        return self._only

    def wrote(self, ids: Sequence[int]) -> None:
        """Rows that this transaction writes."""
        self._newest = ids[-1]


_COLUMNS_OF_CODES = {
    "guardian_missing": "guardian",
    "birthday_ambiguous": "birthday",
    "phone": "phone",
    "birthday": "birthday",
    "email": "email",
    "gender": "gender",
}


def column_of(code: str) -> str:
    """The column that a refusal of a reader is about."""
    return _COLUMNS_OF_CODES.get(code, "")


def _facts_of(error: Exception) -> Mapping[str, str]:
    """What a refusal says beside its code."""
    if isinstance(error, StoreError) and error.facts:
        return {key: str(fact) for key, fact in error.facts.items()}
    return _NO_FACTS


def _refusal(error: Exception) -> tuple[str, str, str]:
    """(column, kind, what was read) of a refused cell."""
    if isinstance(error, StoreError):
        return column_of(error.code), error.code, error.where
    column, _, kind = str(error).partition(":")
    return column, kind or "not_valid", ""
