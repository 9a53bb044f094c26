"""The last step of an import: its rows, which nobody has seen up to now, are shown.

While a batch is `writing` its members, sales and the articles made of sales are `arriving` and its
coupons' batches `issuing`: no look-up, list, count or figure has them; everything else waits beside
the books (see pending_rows). When the file is proven to its end the batch becomes `showing`: from then
on there is only the way forward, chunk by chunk, by the import itself or, should it die, by the
next opening of the store.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.coupon import Batch
from storecrm.models.import_batch import ImportBatch
from storecrm.models.member import Member, MemberPhone
from storecrm.models.product import Product
from storecrm.models.sale import Sale
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import sealing
from storecrm.services.imports import pending_rows
from storecrm.services.imports.cells import Cells
from storecrm.services.imports.loaders import kinds
from storecrm.services.store import Store, Topic
from storecrm.values import ARRIVING, Actor, BatchState, ImportId, Role, SaleState, TillId

STEP = 5_000
"""Rows shown in one transaction: a tenth of a second."""
_M: Any = Member.__table__
_SALE: Any = Sale.__table__
_PHONE: Any = MemberPhone.__table__
_P: Any = Product.__table__


def show(store: Store, batch: ImportId) -> None:
    """Show everything that `batch` wrote, step by step; safe to run again after a crash."""
    for part in _parts(_arriving(store, _M, batch)):
        with store.write() as session:
            _show_members(session, part)
    pending_rows.enter(_as_its_own(store, batch), batch, _write_rows)
    for part in _parts(_arriving(store, _P, batch)):
        with store.write() as session:
            session.execute(
                update(_P).where(database.among(session, _P.c.id, part)).values(arriving=0)
            )
    for part in _parts(_arriving(store, _SALE, batch)):
        with store.write() as session:
            session.execute(
                update(_SALE).where(*_among(_SALE, part)).values(state=SaleState.POSTED)
            )
    with store.write(
        Topic.MEMBERS, Topic.SALES, Topic.COUPONS, Topic.OFFERS, Topic.POINTS, Topic.TOTALS
    ) as session:
        issuing = (Batch.import_id == batch, Batch.state == BatchState.ISSUING)
        session.execute(update(Batch).where(*issuing).values(state=BatchState.READY))
        session.execute(update(ImportBatch).where(ImportBatch.id == batch).values(state="done"))


def _as_its_own(store: Store, batch: ImportId) -> Store:
    """The store for whoever imported: at the next opening nobody has signed in."""
    if store.actor is not None:
        return store
    with store.read() as session:
        by = session.execute(
            select(Staff.id, Staff.name, Staff.role)
            .join(ImportBatch, ImportBatch.staff_id == Staff.id)
            .where(ImportBatch.id == batch)
        ).first()
        till = session.execute(select(Till.id, Till.name).order_by(Till.id).limit(1)).first()
    if by is None or till is None:
        return store
    return store.acting(Actor(by.id, by.name, Role(by.role), TillId(till.id), till.name))


def _write_rows(session: Session, store: Store, body: dict[str, Any], batch: ImportId) -> None:
    """Write rows that waited as their kind does; what cannot be taken any more (a till was first)
    is passed over."""
    kind = session.execute(select(ImportBatch.kind).where(ImportBatch.id == batch)).scalar_one()
    loader = kinds.LOADERS[kind](
        store,
        Cells(store.clock.zone, store.clock.zone, store.shop.digits),
        body["on_existing"],
        False,
    )
    loader.write(
        session,
        [(place, loader.thaw(row)) for place, row in enumerate(body["rows"])],
        batch,
        last=False,
    )
    sealing.seal_import(session, store, batch, kind)


def _arriving(store: Store, table: Any, batch: ImportId) -> list[int]:
    with store.read() as session:
        unseen = table.c.arriving == 1 if table is _P else table.c.state == ARRIVING
        mine = select(table.c.id).where(table.c.import_id == batch, unseen)
        return list(session.scalars(mine.order_by(table.c.id)).all())


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + STEP] for at in range(0, len(ids), STEP)]


def _among(table: Any, part: Sequence[int]) -> tuple[Any, ...]:
    """The rows of a part, named by where they begin and end: only one import writes at a time."""
    return table.c.id.between(part[0], part[-1]), table.c.state == ARRIVING


def _show_members(session: Session, part: Sequence[int]) -> None:
    """A phone that somebody registered meanwhile is the other one's: a phone belongs to one
    member."""
    other = _M.alias()
    first = select(other.c.id).where(other.c.phone == _M.c.phone, other.c.state == "live").exists()
    further = select(_PHONE.c.member_id).where(_PHONE.c.phone == _M.c.phone).exists()
    taken = select(_M.c.id).where(*_among(_M, part), _M.c.phone.is_not(None), or_(first, further))
    lost = list(session.scalars(taken))
    if lost:
        session.execute(update(_M).where(database.among(session, _M.c.id, lost)).values(phone=None))
    session.execute(update(_M).where(*_among(_M, part)).values(state="live"))
