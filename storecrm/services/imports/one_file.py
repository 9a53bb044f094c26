"""One file from its first frame to its last word: named, shaped, written in chunks, and shown."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from storecrm.domain.list_columns import COLUMNS, NEEDED, NEEDED_ONE
from storecrm.errors import BadFile, BadInput, ImportRejected, StorageTrouble, StoreError
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.services import sealing
from storecrm.services.analytics import basket_pairs
from storecrm.services.imports import (
    column_matching,
    completion,
    control_totals,
    pending_rows,
    problem_kinds,
    reader,
    rollback,
    shaping,
)
from storecrm.services.imports.cells import Cells
from storecrm.services.imports.column_matching import Told
from storecrm.services.imports.formats.text_rows import FRAME_ROWS
from storecrm.services.imports.loaders import base, kinds
from storecrm.services.imports.loaders.base import Loader, Parsed
from storecrm.services.imports.options import Imported, ImportOptions
from storecrm.services.imports.shaping import Shaper
from storecrm.services.imports.unread_cells import Corrections, Row
from storecrm.services.progress import Progress
from storecrm.services.store import Store, counted_day
from storecrm.values import ImportId

CHUNK, FIRST, LEAST = 10_000, 500, 20
"""Rows a transaction at the most, in the first one, and at the least."""
LOCKED = 0.15
"""Seconds a transaction should hold the lock."""
HELD = 40_000
"""Rows that are shaped before they are read and written together."""
SHOWN = 1000
"""Problems that are handed over unless all were asked for."""
_BATCH = tables.import_batch.c
_NEW_BATCH = insert(tables.import_batch).returning(_BATCH.id)
_COUNTS = ("created", "updated", "unchanged")
_NOTHING_YET = {"state": "writing", "created": 0, "updated": 0}


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
        self.store = store
        self.kind = kind
        self.path = path
        self.how = how
        self.progress = progress
        # made with the first row that is written
        self.batch: ImportId | None = None
        self.loader = self._loader(cells)
        self.loader.lots_follow = how.lots_follow
        self.loader.blank = how.blank
        self.loader.take_erased = how.take_erased
        self.loader.new_products = how.new_products
        self.rows = 0
        self.shaper: Shaper
        self.mapping = ""
        self.chunk = FIRST
        self.shown = False
        self.together: list[Parsed] = []

    def _loader(self, cells: Cells) -> Loader:
        made = kinds.LOADERS[self.kind]
        return made(self.store, cells, self.how.on_existing, self.how.earn)

    def go(self, frames: Iterable[list[list[str]]]) -> Imported:
        held: list[Row] = []
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

    # --- frames ---

    def _numbered(self, frames: Iterable[list[list[str]]]) -> Iterator[list[Row]]:
        """The rows of each frame below the titles, shaped; those left out by hand are not
        counted."""
        number = title = 0
        leave = self.how.leave
        for frame in frames:
            if number == 0 and frame:
                title = self._title(frame)
            part = list[Row]()
            for place, row in enumerate(frame, number + 1):
                if place <= title or place in leave:
                    continue
                # a first cell of spaces is looked behind
                if any(row) and (row[0] or any(map(str.strip, row))):
                    part.append((place, row))
            number += len(frame)
            self.rows += len(part)
            yield self.shaper.shape(part)
            self._name_others()
        if number == 0:
            raise BadFile("empty_file", where=self.path.name)

    def _title(self, frame: list[list[str]]) -> int:
        """Find the row of the titles, and say which column is which. Returns its number, 1 the
        first."""
        how = self.how
        told = column_matching.tell(self.kind, frame, mapping=how.told(), header=how.header)
        self._require_needed(set(shaping.columns_told(self.kind, told)))
        known = told.known.name if told.known else ""
        self.mapping = how.mapping_name or known
        self.shaper = self._shaper_of(told)
        self.loader.columns = self._columns()
        self.loader.of_order = frozenset(self.shaper.reading.of_order)
        unsettled = self.shaper.unsettled(frame[told.header :])
        if unsettled and len(frame) >= FRAME_ROWS:
            # one day above twelve anywhere in the file says which figure is the month
            with reader.rows_of(self.path, how.encoding, how.sheet) as rows:
                for more in rows:
                    self.shaper.learn(more)
        return told.header

    def _shaper_of(self, told: Told) -> Shaper:
        store, how = self.store, self.how
        corrections = Corrections(fixes=how.fixes, alike=how.alike, blank=how.blank)
        today = store.clock.date()
        say = self.loader.problem
        return shaping.of(
            self.kind,
            told,
            how.reading,
            shop=store.shop,
            today=today,
            say=say,
            corrections=corrections,
        )

    def _columns(self) -> dict[int, str]:
        """What the loader reads: not what comes by a list of its own."""
        columns = self.shaper.columns
        if not self.how.answers_follow or self.kind != "members":
            return dict(columns)
        return {place: name for place, name in columns.items() if not name.startswith("consent_")}

    def _require_needed(self, columns: set[str]) -> None:
        missing = [name for name in NEEDED[self.kind] if name not in columns]
        one_of = NEEDED_ONE[self.kind]
        if one_of and not one_of & columns:
            missing.append("phone" if "phone" in one_of else min(one_of))
        if missing:
            facts = {"columns": ", ".join(missing), "known": ", ".join(COLUMNS[self.kind])}
            raise BadInput("columns_missing", where=self.path.name, **facts)

    def _name_others(self) -> None:
        """What else is wrong with rows that were kept back for a cell, so that all of it is put
        right at once."""
        columns = self.loader.columns
        for number, row, refused in self.shaper.take_held():
            # where reading counts what it has seen, a row is read once
            if refused and self.loader.BLANKABLE:
                kept = {place for place, name in columns.items() if name not in refused}
                body = [cell if place in kept else "" for place, cell in enumerate(row)]
                self._name_further(number, body, refused)

    def _name_further(self, number: int, body: list[str], refused: set[str]) -> None:
        try:
            self.loader.read(self.loader.named(body))
        except StoreError as error:
            if base.column_of(error.code) not in refused:
                self.loader.reread(number, body, error)
        except ValueError as error:
            column, _, _ = str(error).partition(":")
            if column not in refused:
                self.loader.reread(number, body, error)

    # --- chunks ---

    def _hopeless(self) -> bool:
        """True once a problem makes sure that nothing will be kept."""
        return bool(self.loader.problems) and not self.how.skip_bad

    def _keeps(self) -> bool:
        return not self.how.dry_run and not self._hopeless()

    def _flush(self, held: list[Row], *, last: bool = False) -> None:
        parsed = self.loader.parse(held)
        if self.loader.AT_ONCE:
            self.together += parsed
            return
        start = 0
        # the last time something is written even of nothing: loaders end with it
        while self._keeps() and (start < len(parsed) or (start == 0 and last)):
            part = parsed[start : start + self.chunk]
            ends = last and start + self.chunk >= len(parsed)
            self._write_chunk(part, last=ends)
            start += max(1, len(part))
        if not self._keeps():
            self._rehearse(parsed[start:], last=last)
        elif last and self.batch is not None:
            for step in self.loader.closing(self.batch):
                with self.store.write() as session:
                    step(session)

    def _write_chunk(self, part: list[Parsed], *, last: bool) -> None:
        self._begin()
        begun = time.monotonic()
        with self.store.write() as session:
            self._put(session, part, last=last)
        self.loader.total(part)
        # rows of one kind cost ten times what those of another do, and a till waits for the lock
        took = max(0.001, time.monotonic() - begun)
        fitting = int(self.chunk * LOCKED / took)
        self.chunk = max(LEAST, min(CHUNK, fitting, self.chunk * 2))
        self.progress(self.rows, 0)

    def _put(self, session: Session, part: list[Parsed], *, last: bool) -> None:
        """Write a chunk where nobody sees it: hidden, or waiting beside the books."""
        loader = self.loader
        if not loader.WAITS:
            loader.write(session, part, self.batch, last=last)
            return
        known = len(loader.problems)
        loader.compare(session, part, last=last)
        bad = {problem.row for problem in loader.problems[known:]}
        if self.batch is not None:
            rows = [loader.freeze(row) for number, row in part if number not in bad]
            pending_rows.put_rows(session, self.batch, rows, self.how.on_existing)

    def _rehearse(self, parsed: list[Parsed], *, last: bool) -> None:
        """Go on without writing: what would be done with the rows, and every problem of theirs."""
        with self.store.read() as session:
            self.loader.compare(session, parsed, last=last)
        self.loader.total(parsed)

    def _rehearse_together(self) -> None:
        """Write all rows as they will be written, and undo it: each may name one before it."""
        with self.store.write(keep=False) as session:
            batch = self._new_batch(session)
            self.loader.write(session, self.together, batch, last=True)
        self.loader.total(self.together)

    def _write_together(self, session: Session) -> None:
        """Write all rows, in the transaction that ends the import; they were counted when it was
        rehearsed."""
        bad = {problem.row for problem in self.loader.problems}
        again = self._loader(self.loader.cells)
        rows = [row for row in self.together if row[0] not in bad]
        again.write(session, rows, self.batch, last=True)

    def _begin(self) -> None:
        if self.batch is None:
            with self.store.write() as session:
                self.batch = self._new_batch(session)

    def _new_batch(self, session: Session) -> ImportId:
        with self.path.open("rb") as source:
            sha = hashlib.file_digest(source, "sha256").hexdigest()
        file = {"kind": self.kind, "file_name": self.path.name, "sha256": sha}
        store = self.store
        mine = {"at": store.clock.now(), "staff_id": store.staff, "move_id": self.how.group}
        counted = {"counted_on": counted_day(session, store)}
        made = session.execute(_NEW_BATCH, file | _NOTHING_YET | mine | counted)
        return ImportId(made.scalar_one())

    def _take_back(self, error: BaseException) -> None:
        """Nothing is kept; where even that cannot be written now, it is said what waits for the
        next opening."""
        if self.batch is None:
            return
        try:
            # what everybody sees already has only the way forward
            if self.shown:
                raise error
            rollback.take_back(self.store, self.batch)
        except StorageTrouble as trouble:
            waits = "import_half_shown" if self.shown else "import_not_back"
            raise StorageTrouble(waits, where=self.path.name, batch=self.batch) from trouble

    # --- the end ---

    def _end(self) -> Imported:
        if self.loader.AT_ONCE:
            self._rehearse_together()
            if self._keeps():
                self._begin()
        self.loader.problems.sort(key=lambda problem: problem.row)
        result = self._result()
        if self._hopeless():
            raise self._rejection(result)
        taken = {"rows": result.rows - result.rejected - result.skipped}
        digits = self.store.shop.digits
        control_totals.require(self.how.expect, taken | result.totals, digits=digits)
        if self.batch is not None:
            with self.store.write() as session:
                self._mark_showing(session, self.batch, result)
            self.shown = True
            completion.show(self.store, self.batch)
        return result

    def _result(self) -> Imported:
        loader, shaper = self.loader, self.shaper
        skipped = shaper.rules.skipped
        by_kind = problem_kinds.counted(loader.problems)
        bad_rows = {problem.row for problem in loader.problems}
        problems = loader.problems if self.how.every_problem else loader.problems[:SHOWN]
        of_rows: dict[str, Any] = {name: loader.counts[name] for name in _COUNTS}
        of_rows |= {"rows": self.rows, "rejected": len(bad_rows)}
        found = Imported(batch=self.batch, problems=tuple(problems), **of_rows)
        # what the loader saw, then what the shaper did
        totals, elsewhere = dict(loader.totals), dict(loader.elsewhere)
        found = replace(found, totals=totals, said=elsewhere, new_products=len(loader.made))
        kinds_said = tuple((one.column, one.kind, one.rows) for one in by_kind)
        found = replace(found, by_kind=by_kind, kinds=kinds_said)
        by_rule = tuple(skipped.most_common())
        found = replace(found, skipped=skipped.total(), skipped_by=by_rule)
        blanked = loader.blanked + shaper.unread.blanked
        found = replace(found, blanked=blanked, rounded=shaper.values.rounded)
        return replace(found, left_out=shaper.left_out, mapping=self.mapping)

    def _rejection(self, result: Imported) -> ImportRejected:
        """What would be done without the rows that are named."""
        clean = {"rows": self.rows} | self.loader.counts
        clean |= {"skipped": result.skipped, "rejected": result.rejected}
        return ImportRejected(self.loader.problems[:SHOWN], clean, result.by_kind)

    def _mark_showing(self, session: Session, batch: ImportId, result: Imported) -> None:
        """From here on there is only the way forward."""
        mine = update(tables.import_batch).where(_BATCH.id == batch)
        counts = {"created": result.created, "updated": result.updated}
        totals = json.dumps(result.totals)
        session.execute(mine.values(state="showing", **counts, totals=totals))
        if self.loader.AT_ONCE:
            self._write_together(session)
        if self.kind in ("sales", "products"):
            basket_pairs.forget(session)
        sealing.seal_import(session, self.store, batch, self.kind)
        facts = {"batch": batch, "kind": self.kind, "rows": self.rows}
        counts = self.loader.counts
        audit.log(session, self.store, "imported", **facts, **counts)
