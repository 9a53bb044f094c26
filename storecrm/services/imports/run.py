"""Imports: files of other systems become rows, all or nothing, idempotent, and can be taken back.

A kind's loader (see loaders) turns a frame of rows into inserts. Small files are read to the end
before anything is written; large ones are written in chunks under a batch that is `writing`, and a
problem, a cancel or a crash takes the batch back."""

import contextlib
import gc
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storecrm import paths
from storecrm.domain.list_columns import COLUMNS
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.services import file_lock, rights
from storecrm.services.analytics import basket_pairs
from storecrm.services.imports import completion, reader, rollback, unfinished, uses
from storecrm.services.imports.cells import Cells
from storecrm.services.imports.loaders import kinds
from storecrm.services.imports.one_file import OneFile
from storecrm.services.imports.options import Imported, ImportOptions
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import A_DAY, ImportId

UNDO_DAYS = 30
LISTED = 200
_BATCH = tables.import_batch.c
_NEWEST_FIRST = _BATCH.id.desc()
_STATES = select(_BATCH.id, _BATCH.state, _BATCH.trouble)
_UNFINISHED = _STATES.where(_BATCH.state.in_(unfinished.RUNNING)).order_by(_NEWEST_FIRST)
_NEWEST = select(tables.import_batch).order_by(_NEWEST_FIRST).limit(LISTED)


def load(
    store: Store,
    *,
    kind: str,
    path: Path,
    how: ImportOptions = ImportOptions(),
    progress: Progress = silent,
) -> Imported:
    """Import one file.

    Raises:
        BadInput: import_kind, columns_missing (facts: columns, known), naive_zone, on_existing,
            header_row, totals_unknown, encoding_unknown, blank_column (facts: known).
        BadFile: see reader.rows_of.
        ImportRejected: rows with problems, and `skip_bad` was not asked; nothing was kept.
        NotPossible: totals_differ (a control total is not what was expected); nothing was kept.
        Cancelled: `progress` said so; nothing was kept.
    """
    rights.require(store, Right.IMPORT)
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    if how.on_existing not in ("fill", "replace", "skip"):
        raise BadInput("on_existing", where=how.on_existing)
    naive = _zone(how.naive_zone or store.shop.timezone)
    totals = ("rows", *kinds.LOADERS[kind].TOTALS)
    if unknown := _unknown(how.expect, totals):
        raise BadInput("totals_unknown", where=unknown, known=", ".join(totals))
    blank = {name.partition(":")[0] for name in how.blank}
    blankable = sorted(kinds.LOADERS[kind].BLANKABLE)
    if unknown := _unknown(blank, blankable):
        raise BadInput("blank_column", where=unknown, known=", ".join(blankable) or "—")
    cells = Cells(store.clock.zone, naive, store.shop.digits)
    # an act of moving in is alone already
    lock = contextlib.nullcontext() if how.group else alone(store)
    with lock, _no_cycles(), reader.rows_of(path, how.encoding, how.sheet) as frames:
        run = OneFile(store, kind, path, how, cells, progress)
        return replace(run.go(frames), about=frames.about)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput("naive_zone", where=name) from None


def _unknown(said: Iterable[str], known: Sequence[str]) -> str:
    """Those that are none of the known, as a refusal names them."""
    return ", ".join(sorted(set(said) - set(known)))[:60]


@contextlib.contextmanager
def _no_cycles() -> Iterator[None]:
    """Millions of small rows, none of them in a cycle: looking for cycles among them costs a
    quarter of an import."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def alone(store: Store) -> contextlib.AbstractContextManager[None]:
    """One import at a time, whatever program it runs in; the lock ends with the program.

    Raises:
        Conflict: import_running.
        StorageTrouble: read_only.
    """
    if paths.is_url(store.name):
        return database.alone(store.engine, "import", file_lock.HELD_BY_ANOTHER["import"])
    return file_lock.exclusive(store.name, "import")


def take_back_unfinished(store: Store) -> int:
    """After a crash: imports that never ended are taken back. Returns how many."""
    # runs when the store is opened, before anybody has signed in
    try:
        with alone(store):
            return _take_back_left(store)
    except (Conflict, StorageTrouble):
        # another process imports just now, or nothing can be written here anyway
        return 0


def _take_back_left(store: Store) -> int:
    with store.read() as session:
        left = session.execute(_UNFINISHED).all()
    for batch, state, trouble in left:
        try:
            if state == "showing":
                completion.show(store, ImportId(batch))
            else:
                rollback.take_back(store, ImportId(batch))
        except StorageTrouble:
            raise
        except Exception as error:
            # said in the log once; the next opening tries again
            if not trouble:
                logging.getLogger("storecrm").exception("import %s could not be ended", batch)
                _note_trouble(store, batch, type(error).__name__)
            continue
        if trouble:
            _note_trouble(store, batch, "")
    return len(left)


def _note_trouble(store: Store, batch: int, why: str) -> None:
    """Said once, kept with the batch, found by verify."""
    with store.write() as session:
        one = update(tables.import_batch).where(_BATCH.id == batch)
        session.execute(one.values(trouble=why))


def undo(store: Store, *, batch: int) -> Imported:
    """Roll a whole import back, within 30 days and while nothing was built upon it.

    Raises:
        NotFound: import.
        Conflict: import_undone, import_in_group (facts: group), import_in_use (facts: by, count,
            example, uses), import_running.
        NotPossible: import_too_old.
    """
    rights.require(store, Right.IMPORT)
    return undo_all(store, batches=[batch])[0]


def undo_all(store: Store, *, batches: Sequence[int]) -> list[Imported]:
    """Roll imports back that go together: all of them, the newest first, or none. What they use of
    one another is no hindrance.

    Raises:
        NotFound: import.
        Conflict: import_undone, import_in_use (facts: by, count, example, uses), import_running.
        NotPossible: import_too_old.
    """
    rights.require(store, Right.IMPORT)
    going = [ImportId(batch) for batch in sorted(set(batches), reverse=True)]
    with alone(store):
        # the longest part is to look; whoever begins to use a row meanwhile keeps it
        with store.read() as session:
            _require_rollable(session, store, going)
            uses.require_unused(session, going)
        with store.write() as session:
            rows = _require_rollable(session, store, going)
            basket_pairs.forget(session)
            for batch in going:
                rollback.begin(session, batch)
            # a roll back that is killed goes on when the store is opened next
            _set_state(session, rows, "writing")
        for batch in going:
            rollback.take_back(store, batch)
        with store.write(*completion.EVERYTHING) as session:
            several = {"batches": going} if len(going) > 1 else {"batch": going[0]}
            audit.log(session, store, "import_undone", **several)
            _set_state(session, rows, "undone")
    return [_undone(rows[batch]) for batch in going]


def _set_state(session: Session, rows: Mapping[ImportId, Any], state: str) -> None:
    """Say it of the acts of moving in that imports are a part of."""
    moves = tables.import_move
    together = update(moves).where(moves.c.id.in_(_groups(rows)))
    session.execute(together.values(state=state))


def _undone(row: Any) -> Imported:
    nothing: dict[str, Any] = dict.fromkeys(("created", "updated", "unchanged", "rejected"), 0)
    rows = row.created + row.updated
    return Imported(batch=ImportId(row.id), rows=rows, problems=(), **nothing)


def _require_rollable(
    session: Session, store: Store, batches: Sequence[ImportId]
) -> dict[ImportId, Any]:
    """The batches, all at their end and not too old."""
    asked = select(tables.import_batch).where(_BATCH.id.in_(batches))
    rows = {ImportId(row.id): row for row in session.execute(asked)}
    for batch in batches:
        row = rows.get(batch)
        if row is None:
            raise NotFound("import", where=str(batch))
        if row.state != "done":
            raise Conflict("import_undone", where=str(batch))
        if store.clock.now() - row.at > UNDO_DAYS * A_DAY:
            raise NotPossible("import_too_old", where=str(batch), days=UNDO_DAYS)
    # what came in together goes together
    others = (_BATCH.id.not_in(batches), _BATCH.state == "done")
    of_acts = _BATCH.move_id.in_(_groups(rows))
    together = select(_BATCH.id).where(of_acts, *others)
    if session.scalar(together.limit(1)) is not None:
        first = rows[batches[0]]
        raise Conflict("import_in_group", where=str(first.id), group=first.move_id)
    return rows


def _groups(rows: Mapping[ImportId, Any]) -> set[int]:
    """The acts of moving in that imports are a part of."""
    return {row.move_id for row in rows.values() if row.move_id is not None}


@dataclass(frozen=True)
class BatchRow:
    """An import as the list shows it. `trouble`: why it cannot be ended by itself, "" nothing (see
    wording.import_trouble)."""

    id: ImportId
    kind: str
    file_name: str
    state: str
    created: int
    updated: int
    at: int
    totals: dict[str, int] = field(default_factory=dict)
    trouble: str = ""


def listed(store: Store) -> list[BatchRow]:
    """The imports, newest first."""
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        return [_batch_row(row) for row in session.execute(_NEWEST)]


def _batch_row(row: Any) -> BatchRow:
    said = {name: getattr(row, name) for name in _AS_STORED}
    return BatchRow(**said, totals=json.loads(row.totals))


_AS_STORED = ("id", "kind", "file_name", "state", "created", "updated", "at", "trouble")
