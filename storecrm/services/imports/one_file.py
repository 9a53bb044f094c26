"""One file from its first frame to its last word: named, shaped, written in chunks, and shown."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from storecrm.domain.list_columns import COLUMNS, NEEDED, NEEDED_ONE
from storecrm.errors import (
    BadFile,
    BadInput,
    ImportRejected,
    NotPossible,
    StorageTrouble,
    StoreError,
)
from storecrm.ledger import audit
from storecrm.models.import_batch import ImportBatch
from storecrm.services import sealing
from storecrm.services.analytics import basket_pairs
from storecrm.services.imports import (
    column_matching,
    completion,
    pending_rows,
    reader,
    rollback,
    shaping,
)
from storecrm.services.imports.cells import Cells
from storecrm.services.imports.formats.text_rows import FRAME_ROWS
from storecrm.services.imports.loaders import base, kinds
from storecrm.services.imports.loaders.base import Parsed
from storecrm.services.imports.options import Imported, ImportOptions
from storecrm.services.imports.shaping import Shaper
from storecrm.services.progress import Progress
from storecrm.services.store import Store, counted_day
from storecrm.values import ImportId, Problem, ProblemKind, money_text, parse_money

CHUNK, FIRST, LEAST = 10_000, 500, 20
"""Rows a transaction at the most, in the first one, and at the least."""
LOCKED = 0.15
"""Seconds a transaction should hold the lock."""
HELD = 40_000
SHOWN = 1000
EXAMPLES = 5
"""What cells say, of each kind of problem."""
_B: Any = ImportBatch.__table__


class OneFile:
    """One import from its first frame to its last word."""

    def __init__(
        self,
        store: Store,
        kind: str,
        path: Path,
        how: ImportOptions,
        cells: Cells,
        progress: Progress,
    ) -> None:
        self.store, self.kind, self.path, self.how, self.progress = store, kind, path, how, progress
        self.batch: ImportId | None = None
        self.loader = kinds.LOADERS[kind](store, cells, how.on_existing, how.earn)
        self.loader.lots_follow = how.lots_follow
        self.loader.blank, self.loader.take_erased, self.loader.new_products = (
            how.blank,
            how.take_erased,
            how.new_products,
        )
        self.rows = 0
        self.shaper: Shaper
        self.mapping = ""
        self.chunk = FIRST
        self.shown = False
        self.together: list[Parsed] = []

    def go(self, frames: Iterable[list[list[str]]]) -> Imported:
        held: list[tuple[int, list[str]]] = []
        try:
            for frame in self._numbered(frames):
                self.progress(min(self.rows, 10**9), 0)
                held += frame
                if len(held) >= HELD:
                    self._flush(held)
                    held = []
            self._flush(held, last=True)
            return self._end()
        except BaseException as error:
            self._take_back(error)
            raise

    def _numbered(self, frames: Iterable[list[list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
        number, title = 0, 0
        for frame in frames:
            if number == 0 and frame:
                title = self._title(frame)
            part = [
                (place, row)
                for place, row in enumerate(frame, number + 1)
                if place > title
                and any(row)
                and (row[0] or any(map(str.strip, row)))
                and place not in self.how.leave
            ]
            number += len(frame)
            self.rows += len(part)
            yield self.shaper.shape(part)
            self._name_others()
        if number == 0:
            raise BadFile("empty_file", where=self.path.name)

    def _title(self, frame: list[list[str]]) -> int:
        """Find the row of the titles, and say which column is which. Returns its number, 1 the
        first."""
        told = column_matching.tell(
            self.kind, frame, mapping=self.how.told(), header=self.how.header
        )
        self._require_needed(set(shaping.columns_told(self.kind, told)))
        self.mapping = self.how.mapping_name or (told.known.name if told.known else "")
        self.shaper = shaping.of(
            self.kind,
            told,
            self.how.reading,
            shop=self.store.shop,
            today=self.store.clock.date(),
            say=self.loader.problem,
        )
        self.shaper.fixed, self.shaper.alike, self.shaper.blank_asked = (
            self.how.fixes,
            self.how.alike,
            self.how.blank,
        )
        self.loader.columns = self._columns()
        self.loader.of_order = frozenset(self.shaper.reading.of_order)
        if self.shaper.unsettled(frame[told.header :]) and len(frame) >= FRAME_ROWS:
            # one day above twelve anywhere in the file says which figure is the month
            with reader.rows_of(self.path, self.how.encoding, self.how.sheet) as rows:
                for more in rows:
                    self.shaper.learn(more)
        return told.header

    def _columns(self) -> dict[int, str]:
        """What the loader reads: not what comes by a list of its own."""
        apart = self.how.answers_follow and self.kind == "members"
        return {
            place: name
            for place, name in self.shaper.columns.items()
            if not (apart and name.startswith("consent_"))
        }

    def _require_needed(self, columns: set[str]) -> None:
        missing = [name for name in NEEDED[self.kind] if name not in columns]
        one_of = NEEDED_ONE[self.kind]
        if one_of and not one_of & columns:
            missing.append("phone" if "phone" in one_of else min(one_of))
        if missing:
            raise BadInput(
                "columns_missing",
                where=self.path.name,
                columns=", ".join(missing),
                known=", ".join(COLUMNS[self.kind]),
            )

    def _name_others(self) -> None:
        """What else is wrong with rows that were kept back for a cell, so that all of it is put
        right at once."""
        for number, row, refused in self.shaper.take_held():
            kept = {
                place: name for place, name in self.loader.columns.items() if name not in refused
            }
            body = [cell if place in kept else "" for place, cell in enumerate(row)]
            # where reading counts what it has seen, a row is read once
            if refused and self.loader.BLANKABLE:
                try:
                    self.loader.read(self.loader.named(body))
                except (StoreError, ValueError) as error:
                    column = (
                        base.column_of(error.code)
                        if isinstance(error, StoreError)
                        else str(error).partition(":")[0]
                    )
                    if column not in refused:
                        self.loader.reread(number, body, error)

    def _hopeless(self) -> bool:
        """True once a problem makes sure that nothing will be kept."""
        return bool(self.loader.problems) and not self.how.skip_bad

    def _flush(self, held: list[tuple[int, list[str]]], *, last: bool = False) -> None:
        parsed = self.loader.parse(held)
        if self.loader.AT_ONCE:
            self.together += parsed
            return
        start = 0
        while (
            not self.how.dry_run
            and not self._hopeless()
            and (start < len(parsed) or (start == 0 and last))
        ):
            self._begin()
            part, begun = parsed[start : start + self.chunk], time.monotonic()
            with self.store.write() as session:
                self._put(session, part, last=last and start + self.chunk >= len(parsed))
            self.loader.total(part)
            start += max(1, len(part))
            # rows of one kind cost ten times what those of another do, and a till waits for the
            # lock
            faster = self.chunk * LOCKED / max(0.001, time.monotonic() - begun)
            self.chunk = max(LEAST, min(CHUNK, int(faster), self.chunk * 2))
            self.progress(self.rows, 0)
        if self.how.dry_run or self._hopeless():
            self._rehearse(parsed[start:], last=last)
        elif last and self.batch is not None:
            for step in self.loader.closing(self.batch):
                with self.store.write() as session:
                    step(session)

    def _rehearse(self, parsed: list[Parsed], *, last: bool) -> None:
        """Go on without writing: what would be done with the rows, and every problem of theirs."""
        with self.store.read() as session:
            self.loader.compare(session, parsed, last=last)
        self.loader.total(parsed)

    def _rehearse_together(self) -> None:
        """Write all rows as they will be written, and undo it: each may name one before it."""
        with self.store.write(keep=False) as session:
            self.loader.write(session, self.together, self._new_batch(session), last=True)
        self.loader.total(self.together)

    def _write_together(self, session: Session) -> None:
        """Write all rows, in the transaction that ends the import; they were counted when it was
        rehearsed."""
        bad = {problem.row for problem in self.loader.problems}
        again = kinds.LOADERS[self.kind](
            self.store, self.loader.cells, self.how.on_existing, self.how.earn
        )
        again.write(
            session, [row for row in self.together if row[0] not in bad], self.batch, last=True
        )

    def _put(self, session: Session, part: list[Parsed], *, last: bool) -> None:
        """Write a chunk where nobody sees it: hidden, or waiting beside the books."""
        if not self.loader.WAITS:
            self.loader.write(session, part, self.batch, last=last)
            return
        known = len(self.loader.problems)
        self.loader.compare(session, part, last=last)
        bad = {problem.row for problem in self.loader.problems[known:]}
        if self.batch is not None:
            rows = [self.loader.freeze(row) for number, row in part if number not in bad]
            pending_rows.put_rows(session, self.batch, rows, self.how.on_existing)

    def _begin(self) -> None:
        if self.batch is None:
            with self.store.write() as session:
                self.batch = self._new_batch(session)

    def _new_batch(self, session: Session) -> ImportId:
        with self.path.open("rb") as source:
            sha = hashlib.file_digest(source, "sha256").hexdigest()
        row = {
            "kind": self.kind,
            "file_name": self.path.name,
            "sha256": sha,
            "state": "writing",
            "created": 0,
            "updated": 0,
        }
        mine = {
            "at": self.store.clock.now(),
            "staff_id": self.store.staff,
            "counted_on": counted_day(session, self.store),
        }
        mine["move_id"] = self.how.group
        return ImportId(
            session.execute(insert(_B).values(**row, **mine).returning(_B.c.id)).scalar_one()
        )

    def _take_back(self, error: BaseException) -> None:
        """Nothing is kept; where even that cannot be written now, it is said what waits for the
        next opening."""
        if self.batch is None:
            return
        try:
            if self.shown:
                raise error
            rollback.take_back(self.store, self.batch)
        except StorageTrouble as trouble:
            waits = "import_half_shown" if self.shown else "import_not_back"
            raise StorageTrouble(waits, where=self.path.name, batch=self.batch) from trouble

    def _end(self) -> Imported:
        if self.loader.AT_ONCE:
            self._rehearse_together()
            if not self.how.dry_run and not self._hopeless():
                self._begin()
        counts, totals = self.loader.counts, dict(self.loader.totals)
        rejected = len({problem.row for problem in self.loader.problems})
        self.loader.problems.sort(key=lambda problem: problem.row)
        problems = tuple(
            self.loader.problems if self.how.every_problem else self.loader.problems[:SHOWN]
        )
        by_kind = _by_kind(self.loader.problems)
        skipped = self.shaper.skipped
        result = Imported(
            self.batch, self.rows, counts["created"], counts["updated"], counts["unchanged"], rejected, problems, totals,
            tuple((one.column, one.kind, one.rows) for one in by_kind), self.loader.blanked + self.shaper.blanked,
            skipped=skipped.total(), skipped_by=tuple(skipped.most_common()), left_out=self.shaper.left_out, mapping=self.mapping,
            rounded=self.shaper.rounded, new_products=len(self.loader.made), by_kind=by_kind, said=dict(self.loader.elsewhere),
        )  # fmt: skip
        if self._hopeless():
            # what would be done without the rows that are named
            clean = {"rows": self.rows, "created": 0, "updated": 0, "unchanged": 0} | counts
            clean |= {"skipped": skipped.total(), "rejected": rejected}
            raise ImportRejected(self.loader.problems[:SHOWN], clean, by_kind)
        self._require_totals({"rows": self.rows - rejected - skipped.total()} | totals)
        if self.batch is not None:
            with self.store.write() as session:
                values = {
                    "state": "showing",
                    "created": counts["created"],
                    "updated": counts["updated"],
                    "totals": json.dumps(totals),
                }
                session.execute(update(_B).where(_B.c.id == self.batch).values(**values))
                if self.loader.AT_ONCE:
                    self._write_together(session)
                if self.kind in ("sales", "products"):
                    basket_pairs.forget(session)
                sealing.seal_import(session, self.store, self.batch, self.kind)
                audit.log(
                    session,
                    self.store,
                    "imported",
                    batch=self.batch,
                    kind=self.kind,
                    rows=self.rows,
                    **counts,
                )
            self.shown = True
            completion.show(self.store, self.batch)
        return result

    def _require_totals(self, found: Mapping[str, int]) -> None:
        for name, text in self.how.expect.items():
            whole = name in ("rows", "points")
            try:
                wanted = (
                    int(text.replace(",", ""))
                    if whole
                    else parse_money(text, digits=self.store.shop.digits, negative=True)
                )
            except ValueError:
                raise BadInput(
                    "totals_unknown", where=f"{name}={text}"[:60], known="12.50"
                ) from None
            if wanted != found[name]:
                came = (
                    str(found[name]) if whole else money_text(found[name], self.store.shop.digits)
                )
                raise NotPossible("totals_differ", where=name, expected=text, found=came)


def _by_kind(problems: Sequence[Problem]) -> tuple[ProblemKind, ...]:
    """Problems by column and kind, the most frequent first, each with some of what its cells
    say."""
    rows, said = Counter[tuple[str, str]](), dict[tuple[str, str], dict[str, None]]()
    for problem in problems:
        key = problem.column, problem.kind
        rows[key] += 1
        examples = said.setdefault(key, {})
        if len(examples) < EXAMPLES:
            examples[problem.value] = None
    return tuple(
        ProblemKind(*key, count, tuple(filter(None, said[key])))
        for key, count in rows.most_common()
    )
