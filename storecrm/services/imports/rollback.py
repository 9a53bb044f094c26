"""Rolling an import back: created rows go, changed fields become what they were, ledger rows are
reversed.

What came later stays. A field is put back only while it says what the import gave it; where a later
import changed it again, that one learns what was there before. What somebody began to use while the
roll back was on its way stays as the shop's own. Each step is one transaction and may be done
again, so that a roll back that was killed goes on at the next opening of the store."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import point_entries, points
from storecrm.models import database, tables
from storecrm.models.import_batch import ImportChange
from storecrm.services.imports import dropped_rows, unfinished
from storecrm.services.imports.restored_changes import RestoredChanges
from storecrm.services.imports.rollback_steps import STEP, RollbackSteps
from storecrm.services.store import Store
from storecrm.values import BatchState, EntryKind, ImportId

WAITING_STEP = 20
"""Each of these holds thousands of rows."""
_IMPORT = tables.import_batch.c
_BATCH = tables.batch.c
_CHANGE = tables.import_change.c
_ENTRY = tables.point_entry.c
_REVERSAL = tables.point_entry.alias("reversal")
_OF_THE_ENTRY = _REVERSAL.c.reverses_id == _ENTRY.id
_REVERSED = select(_REVERSAL.c.id).where(_OF_THE_ENTRY).exists()
_STANDING = _ENTRY.reverses_id.is_(None) & ~_REVERSED
"""Rows of the points ledger that neither are an opposite row nor have one."""
_UNFINISHED = _IMPORT.state.in_(unfinished.RUNNING)
_STUCK = select(_IMPORT.id).where(_IMPORT.trouble != "", _UNFINISHED).order_by(_IMPORT.id)
_OPPOSITE_FIELDS = ("lot_id", "member_id", "points", "business_date", "reverses_id")


def begin(session: Session, batch: ImportId) -> None:
    """Mark the batch as being rolled back, in the same transaction in which it was found unused;
    from now on nobody finds its coupons."""
    _set_state(session, batch, "writing")
    # without their batch coupons are as if they were still being issued
    mine = update(tables.batch).where(_BATCH.import_id == batch)
    ready = mine.where(_BATCH.state == BatchState.READY)
    session.execute(ready.values(state=BatchState.ISSUING))


def _set_state(session: Session, batch: ImportId, state: str) -> None:
    mine = update(tables.import_batch).where(_IMPORT.id == batch)
    session.execute(mine.values(state=state))


def take_back(store: Store, batch: ImportId) -> None:
    """Undo everything `batch` wrote, step by step; safe to run again after a crash."""
    store.frozen.clear()
    with store.write() as session:
        begin(session, batch)
    steps = RollbackSteps(store, batch)
    steps.mine(tables.import_waiting, dropped_rows.waiting_rows, size=WAITING_STEP)
    _reverse_points(steps)
    # whatever names a row goes before it: uses before coupons, coupons before offers
    steps.mine(tables.redemption, dropped_rows.redemptions)
    dropped_rows.coupons(steps)
    dropped_rows.sales(steps)
    dropped_rows.offers(steps)
    steps.mine(tables.product, dropped_rows.products)
    dropped_rows.members(steps)
    _restore_changes(store, batch)
    with store.write() as session:
        _set_state(session, batch, "undone")


def stuck(session: Session) -> list[int]:
    """Imports that could not be ended by themselves when the store was opened (ids of import
    batches)."""
    return list(session.scalars(_STUCK.limit(100)))


def _reverse_points(steps: RollbackSteps) -> None:
    """One opposite row for every row of the import, in the same lots; nothing is owed for what
    ended unused."""

    def reverse(session: Session, ids: list[int]) -> None:
        among = database.among(session, _ENTRY.id, ids)
        mine = select(tables.point_entry).where(among)
        rows = session.execute(mine.order_by(_ENTRY.id)).all()
        points.take_up(session, steps.store, {row.lot_id for row in rows})
        said = {"at": steps.store.clock.now(), "reason": "import_undone"}
        kind = EntryKind.REVERSE.value
        point_entries.write_many(session, steps.store, _opposite(rows), kind=kind, **said)

    mine = _ENTRY.import_id == steps.batch
    steps.each(tables.point_entry, mine & _STANDING, reverse)


def _opposite(rows: Iterable[Any]) -> dict[str, Sequence[Any]]:
    """The opposite of each row, column by column."""
    opposite = list[tuple[Any, ...]]()
    for row in rows:
        day = row.business_date.isoformat()
        opposite.append((row.lot_id, row.member_id, -row.points, day, row.id))
    return dict(zip(_OPPOSITE_FIELDS, zip(*opposite, strict=True), strict=True))


def _restore_changes(store: Store, batch: ImportId) -> None:
    """Put back what the import changed, the last change first."""
    mine = select(ImportChange).where(ImportChange.import_id == batch)
    last = mine.order_by(ImportChange.id.desc()).limit(STEP)
    while True:
        with store.write() as session:
            changes = session.scalars(last).all()
            if not changes:
                return
            RestoredChanges(session, changes).go()
            done = _CHANGE.id.in_([change.id for change in changes])
            session.execute(delete(tables.import_change).where(done))
