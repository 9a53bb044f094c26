"""Batches whose issuing died: their coupons, which nobody can use, go at the next opening and count
towards no limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, func, literal_column, select

from storecrm import paths
from storecrm.errors import Conflict, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.offer import Offer
from storecrm.models.scannable import Scannable
from storecrm.services import files
from storecrm.services.store import Store, Topic
from storecrm.values import BatchState, Kind

CHUNK = 5000
_PURPOSE, _RUNNING = "issue", "issue_running"
_PATIENCE = 60.0
"""Seconds that issuing waits for a sweep to end, which takes one at the most."""
_C: Any = Coupon.__table__
_B: Any = Batch.__table__
_S: Any = Scannable.__table__
LEFT = (_B.c.state == literal_column(f"'{BatchState.ISSUING.value}'"), _B.c.import_id.is_(None))
"""True of a batch that is being issued, or whose issuing died; those of imports go with their
import. A constant, so that the index of such batches is taken."""


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
    handle = files.lock_beside(
        store.name, _PURPOSE, shared=not alone, wait=0.0 if alone else _PATIENCE
    )
    if handle is None:
        raise Conflict(_RUNNING, where=store.name)
    with handle:
        yield


def is_left(store: Store) -> bool:
    """True while a batch is being issued, by a program that lives or by one that died."""
    with store.read() as session:
        return session.scalar(select(_B.c.id).where(*LEFT).limit(1)) is not None


def sweep(store: Store) -> int:
    """After a crash: batches whose issuing never ended are taken back, each with an entry in the
    trail. Returns how many."""
    # runs when the store is opened, before anybody has signed in
    try:
        with under_way(store, alone=True):
            with store.read() as session:
                left = list(session.scalars(select(_B.c.id).where(*LEFT).order_by(_B.c.id)))
            for batch in left:
                remove(store, batch, died=True)
            return len(left)
    except (Conflict, StorageTrouble):
        # somebody issues just now, or nothing can be written here anyway
        return 0


def remove(store: Store, batch: int, *, died: bool = False) -> None:
    """Remove a batch that nobody has seen with its coupons, step by step; safe to run again after a
    crash."""
    while True:
        with store.write() as session:
            part = list(session.scalars(select(_C.c.id).where(_C.c.batch_id == batch).limit(CHUNK)))
            if not part:
                break
            mine = database.among(session, _C.c.id, part)
            session.execute(
                delete(_S).where(
                    _S.c.kind == Kind.COUPON, _S.c.key.in_(select(_C.c.code).where(mine))
                )
            )
            session.execute(delete(_C).where(mine))
    with store.write(Topic.COUPONS) as session:
        if died:
            row = session.execute(
                select(Offer.code, _B.c.count, func.coalesce(_B.c.issued_by, 0).label("by"))
                .join(Offer, Offer.id == _B.c.offer_id)
                .where(_B.c.id == batch)
            ).one()
            audit.log_at(
                session,
                store,
                None,
                "batch_swept",
                batch=batch,
                offer=row.code,
                count=row.count,
                issued_by=row.by,
            )
        session.execute(delete(_B).where(_B.c.id == batch))
