"""Batches whose issuing died: their coupons, which nobody can use, go at the next opening and count
towards no limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import and_, delete, func, literal_column, select
from sqlalchemy.orm import Session

from storecrm import paths
from storecrm.errors import Conflict, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.services import files
from storecrm.services.store import Store, Topic
from storecrm.values import BatchState, Kind

CHUNK = 5000
_PURPOSE = "issue"
_RUNNING = "issue_running"
_PATIENCE = 60.0
"""Seconds that issuing waits for a sweep to end, which takes one at the most."""
_batch = tables.batch.c.id
# a constant, so that the index of such batches is taken
_ISSUING: Any = literal_column(f"'{BatchState.ISSUING.value}'")
LEFT = (tables.batch.c.state == _ISSUING, tables.batch.c.import_id.is_(None))
"""True of a batch that is being issued, or whose issuing died; those of imports go with their
import."""


@contextmanager
def under_way(store: Store, *, alone: bool = False) -> Iterator[None]:
    """As long as this lasts the batch that is being issued belongs to a living program: many may
    issue at a time, and nobody sweeps beside them (`alone`). The system lets go of it when the
    program dies.

    Raises:
        Conflict: issue_running (`alone`, and somebody issues).
        StorageTrouble: read_only (the folder takes no file).
    """
    if paths.is_url(store.name):
        with database.alone(store.engine, _PURPOSE, _RUNNING, shared=not alone):
            yield
        return
    patience = 0.0 if alone else _PATIENCE
    handle = files.lock_beside(store.name, _PURPOSE, shared=not alone, wait=patience)
    if handle is None:
        raise Conflict(_RUNNING, where=store.name)
    with handle:
        yield


def is_left(store: Store) -> bool:
    """True while a batch is being issued, by a program that lives or by one that died."""
    with store.read() as session:
        return session.scalar(select(_batch).where(*LEFT).limit(1)) is not None


def sweep(store: Store) -> int:
    """After a crash: batches whose issuing never ended are taken back, each with an entry in the
    trail. Returns how many."""
    # runs when the store is opened, before anybody has signed in
    try:
        with under_way(store, alone=True):
            with store.read() as session:
                left = session.scalars(select(_batch).where(*LEFT).order_by(_batch)).all()
            for batch in left:
                remove(store, batch, died=True)
            return len(left)
    except (Conflict, StorageTrouble):
        # somebody issues just now, or nothing can be written here anyway
        return 0


def remove(store: Store, batch: int, *, died: bool = False) -> None:
    """Remove a batch that nobody has seen with its coupons, step by step; safe to run again after a
    crash."""
    while _remove_some(store, batch):
        pass
    with store.write(Topic.COUPONS) as session:
        if died:
            _log_died(session, store, batch)
        session.execute(delete(tables.batch).where(_batch == batch))


def _remove_some(store: Store, batch: int) -> bool:
    """Remove as many coupons as one transaction may hold. False when none is left."""
    coupon, key = tables.coupon.c, tables.scannable.c
    with store.write() as session:
        some = select(coupon.id).where(coupon.batch_id == batch).limit(CHUNK)
        part = list(session.scalars(some))
        if not part:
            return False
        these = database.among(session, coupon.id, part)
        codes = select(coupon.code).where(these)
        is_key = and_(key.kind == Kind.COUPON, key.key.in_(codes))
        session.execute(delete(tables.scannable).where(is_key))
        session.execute(delete(tables.coupon).where(these))
        return True


def _log_died(session: Session, store: Store, batch: int) -> None:
    issued_by = func.coalesce(tables.batch.c.issued_by, 0).label("by")
    of_offer = tables.offer.c.id == tables.batch.c.offer_id
    terms = select(tables.offer.c.code, tables.batch.c.count, issued_by)
    this = terms.join(tables.offer, of_offer).where(_batch == batch)
    row = session.execute(this).one()
    facts = {"batch": batch, "offer": row.code, "count": row._mapping["count"], "issued_by": row.by}
    # nobody has signed in yet
    audit.log_at(session, store, None, "batch_swept", **facts)
