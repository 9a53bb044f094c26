"""The last step of an import: its rows, which nobody has seen up to now, are shown.

While a batch is `writing` its members, sales and the articles made of sales are `arriving` and its
coupons' batches `issuing`: no look-up, list, count or figure has them; everything else waits beside
the books (see pending_rows). When the file is proven to its end the batch becomes `showing`: from
then on there is only the way forward, chunk by chunk, by the import itself or, should it die, by
the next opening of the store.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.services import sealing
from storecrm.services.imports import pending_rows
from storecrm.services.imports.cells import Cells
from storecrm.services.imports.loaders import kinds
from storecrm.services.store import Store, Topic
from storecrm.values import ARRIVING, Actor, BatchState, ImportId, Role, SaleState, TillId

STEP = 5_000
"""Rows shown in one transaction: a tenth of a second."""
_OF_PEOPLE = (Topic.MEMBERS, Topic.COUPONS, Topic.POINTS)
EVERYTHING = (*_OF_PEOPLE, Topic.SALES, Topic.OFFERS, Topic.TOTALS)
"""What an import may change, and a roll back too."""
_IMPORT = tables.import_batch.c
_MEMBER = tables.member.c
_PRODUCT = tables.product.c
_SALE = tables.sale.c
_BATCH = tables.batch.c
_STAFF = tables.staff.c
_TILL = tables.till.c
_PHONE = tables.member_phone.c
_OTHER = tables.member.alias("other").c
_LIVE = select(_OTHER.id).where(_OTHER.state == "live")
_FIRST_OF_ANOTHER = _LIVE.where(_OTHER.phone == _MEMBER.phone).exists()
_FURTHER = select(_PHONE.member_id).where(_PHONE.phone == _MEMBER.phone)
_OF_SOMEBODY = or_(_FIRST_OF_ANOTHER, _FURTHER.exists())
_PHONE_TAKEN = select(_MEMBER.id).where(_MEMBER.phone.is_not(None), _OF_SOMEBODY)
_STAFF_FIELDS = select(_STAFF.id, _STAFF.name, _STAFF.role)
_IMPORTED_BY = _STAFF_FIELDS.join(tables.import_batch, _IMPORT.staff_id == _STAFF.id)
_KIND = select(_IMPORT.kind)
_TILLS = select(_TILL.id, _TILL.name)
_FIRST_TILL = _TILLS.order_by(_TILL.id).limit(1)


def show(store: Store, batch: ImportId) -> None:
    """Show everything that `batch` wrote, step by step; safe to run again after a crash."""
    for part in _arriving(store, tables.member, batch, _MEMBER.state == ARRIVING):
        with store.write() as session:
            _show_members(session, part)
    # what waits names members, and articles that are shown after it
    pending_rows.enter(_as_its_own(store, batch), batch, _write_rows)
    for part in _arriving(store, tables.product, batch, _PRODUCT.arriving == 1):
        with store.write() as session:
            among = database.among(session, _PRODUCT.id, part)
            _set(session, tables.product, among, arriving=0)
    for part in _arriving(store, tables.sale, batch, _SALE.state == ARRIVING):
        with store.write() as session:
            among = _among(tables.sale, part)
            _set(session, tables.sale, among, state=SaleState.POSTED)
    with store.write(*EVERYTHING) as session:
        mine = _BATCH.import_id == batch
        issuing = _BATCH.state == BatchState.ISSUING
        _set(session, tables.batch, mine, issuing, state=BatchState.READY)
        _set(session, tables.import_batch, _IMPORT.id == batch, state="done")


def _set(session: Session, table: Table, *where: ColumnElement[bool], **values: Any) -> None:
    changing = update(table).where(*where)
    session.execute(changing.values(**values))


def _as_its_own(store: Store, batch: ImportId) -> Store:
    """The store for whoever imported: at the next opening nobody has signed in."""
    if store.actor is not None:
        return store
    mine = _IMPORTED_BY.where(_IMPORT.id == batch)
    with store.read() as session:
        by = session.execute(mine).first()
        till = session.execute(_FIRST_TILL).first()
    if by is None or till is None:
        return store
    # the first till stands for the one at which nobody sits
    place = {"till": TillId(till.id), "till_name": till.name}
    actor = Actor(staff=by.id, name=by.name, role=Role(by.role), **place)
    return store.acting(actor)


# --- rows ---


def _write_rows(session: Session, store: Store, body: dict[str, Any], batch: ImportId) -> None:
    """Write rows that waited as their kind does; what cannot be taken any more (a till was first)
    is passed over."""
    mine = _KIND.where(_IMPORT.id == batch)
    kind = session.execute(mine).scalar_one()
    zone = store.clock.zone
    cells = Cells(zone, zone, store.shop.digits)
    made = kinds.LOADERS[kind]
    loader = made(store, cells, body["on_existing"], False)
    thawed = map(loader.thaw, body["rows"])
    rows = list(enumerate(thawed))
    loader.write(session, rows, batch, last=False)
    sealing.seal_import(session, store, batch, kind)


def _arriving(
    store: Store, table: Table, batch: ImportId, unseen: ColumnElement[bool]
) -> Iterator[Sequence[int]]:
    """The rows of a table that nobody has seen, so many at a time."""
    number = table.c.id
    mine = table.c.import_id == batch
    arriving = select(number).where(mine, unseen).order_by(number)
    with store.read() as session:
        ids = session.scalars(arriving).all()
    for at in range(0, len(ids), STEP):
        yield ids[at : at + STEP]


def _among(table: Table, part: Sequence[int]) -> ColumnElement[bool]:
    """The rows of a part, named by where they begin and end: only one import writes at a time."""
    within = table.c.id.between(part[0], part[-1])
    return within & (table.c.state == ARRIVING)


def _show_members(session: Session, part: Sequence[int]) -> None:
    """A phone that somebody registered meanwhile is the other one's: a phone belongs to one
    member."""
    mine = _among(tables.member, part)
    lost = session.scalars(_PHONE_TAKEN.where(mine)).all()
    # such a member comes in without a phone
    if lost:
        losing = database.among(session, _MEMBER.id, lost)
        _set(session, tables.member, losing, phone=None)
    _set(session, tables.member, mine, state="live")
