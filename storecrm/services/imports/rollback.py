"""Rolling an import back: created rows go, changed fields become what they were, ledger rows are
reversed.

What came later stays. A field is put back only while it says what the import gave it; where a later
import changed it again, that one learns what was there before. What somebody began to use while the
roll back was on its way stays as the shop's own. Each step is one transaction and may be done
again, so that a roll back that was killed goes on at the next opening of the store."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storecrm.ledger import point_entries, points
from storecrm.models import database
from storecrm.models.base import Base
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.day_total import DayTotal
from storecrm.models.import_batch import ImportBatch, ImportChange, ImportWaiting
from storecrm.models.member import Consent, Member, Suppression
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine
from storecrm.models.scannable import Scannable
from storecrm.models.tier import TierChange
from storecrm.services import sealing
from storecrm.services.imports import references
from storecrm.services.imports.references import Hindrance
from storecrm.services.imports.restored_changes import RestoredChanges
from storecrm.services.members import blank_records
from storecrm.services.staff import own_card
from storecrm.services.store import Store
from storecrm.values import (
    ARRIVING,
    BatchState,
    CouponState,
    EntryKind,
    ImportId,
    Kind,
    MemberId,
    SaleState,
    new_codes,
    scan_key,
)

STEP = 2000
WAITING_STEP = 20
"""Each of these holds thousands of rows."""
TRIES = 3
"""How often a step is done when somebody began to use a row between the look and the deletion."""
_CHANGE: Any = ImportChange.__table__
_WAITING: Any = ImportWaiting.__table__
_SALE: Any = Sale.__table__
_ENTRY: Any = PointEntry.__table__
_BATCH: Any = Batch.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_PRODUCT: Any = Product.__table__
_OFFER: Any = Offer.__table__
_VERSION: Any = OfferVersion.__table__
_SCOPE: Any = OfferScope.__table__
_M: Any = Member.__table__


require_unused = references.require_unused


def begin(session: Session, batch: ImportId) -> None:
    """Mark the batch as being rolled back, in the same transaction in which it was found unused;
    from now on nobody finds its coupons."""
    session.execute(update(ImportBatch).where(ImportBatch.id == batch).values(state="writing"))
    ready = (_BATCH.c.import_id == batch, _BATCH.c.state == BatchState.READY)
    session.execute(update(_BATCH).where(*ready).values(state=BatchState.ISSUING))


def take_back(store: Store, batch: ImportId) -> None:
    """Undo everything `batch` wrote, step by step; safe to run again after a crash."""
    store.frozen.clear()
    with store.write() as session:
        begin(session, batch)
    _in_steps(store, _WAITING, _WAITING.c.import_id == batch, _forget_waiting, step=WAITING_STEP)
    _reverse_points(store, batch)
    _in_steps(store, _R, _R.c.import_id == batch, _drop_redemptions)
    _drop_coupons(store, batch)
    _drop_sales(store, batch)
    _drop_offers(store, batch)
    _in_steps(store, _PRODUCT, _PRODUCT.c.import_id == batch, _drop_products)
    _drop_members(store, batch)
    _restore_changes(store, batch)
    with store.write() as session:
        session.execute(update(ImportBatch).where(ImportBatch.id == batch).values(state="undone"))


def stuck(session: Session) -> list[int]:
    """Imports that could not be ended by themselves when the store was opened (ids of import
    batches)."""
    left = select(ImportBatch.id).where(
        ImportBatch.trouble != "", ImportBatch.state.in_(("writing", "showing"))
    )
    return list(session.scalars(left.order_by(ImportBatch.id).limit(100)))


Act = Callable[[Session, list[int]], None]


def _in_steps(store: Store, table: Any, where: Any, act: Act, *, step: int = STEP) -> None:
    """Do something to all rows of a table, so many in a transaction, each once."""
    after = 0
    while True:
        ids = _step(
            store,
            select(table.c.id).where(where, table.c.id > after).order_by(table.c.id).limit(step),
            act,
        )
        if not ids:
            return
        after = ids[-1]


def _step(store: Store, query: Any, act: Act) -> list[int]:
    for turn in range(1, TRIES + 1):
        try:
            with store.write() as session:
                ids = list(session.scalars(query))
                if ids:
                    act(session, ids)
            return ids
        except IntegrityError:
            # a till of PostgreSQL began to use one of them just now: it is found the next time
            if turn == TRIES:
                raise
    raise AssertionError("a step ends or is refused")


def _forget_waiting(session: Session, ids: list[int]) -> None:
    session.execute(delete(_WAITING).where(_WAITING.c.id.in_(ids)))


def _delete(session: Session, target: str, ids: Collection[int]) -> None:
    """Delete rows with what goes with them; what only names them names nothing afterwards."""
    for name, at in references.foreign_keys():
        table, column = references.named(name)
        if at != target or table.name in references.APART:
            continue
        if references.ANSWERS[name] is Hindrance.GOES:
            session.execute(delete(table).where(database.among(session, column, ids)))
        elif references.ANSWERS[name] is Hindrance.LETS_GO:
            session.execute(
                update(table)
                .where(database.among(session, column, ids))
                .values({column.name: None})
            )
    table = Base.metadata.tables[target]
    session.execute(delete(table).where(database.among(session, table.c.id, ids)))


# --- points ---


def _reverse_points(store: Store, batch: ImportId) -> None:
    """One opposite row for every row of the import, in the same lots; nothing is owed for what
    ended unused."""

    def reverse(session: Session, ids: list[int]) -> None:
        rows = session.execute(
            select(_ENTRY).where(database.among(session, _ENTRY.c.id, ids)).order_by(_ENTRY.c.id)
        ).all()
        points.take_up(session, store, {row.lot_id for row in rows})
        opposite = {
            "lot_id": [row.lot_id for row in rows],
            "member_id": [row.member_id for row in rows],
            "points": [-row.points for row in rows],
            "business_date": [row.business_date.isoformat() for row in rows],
            "reverses_id": [row.id for row in rows],
        }
        point_entries.write_many(
            session,
            store,
            opposite,
            kind=EntryKind.REVERSE.value,
            at=store.clock.now(),
            reason="import_undone",
        )

    later = _ENTRY.alias()
    standing = ~select(later.c.id).where(later.c.reverses_id == _ENTRY.c.id).exists()
    _in_steps(
        store,
        _ENTRY,
        (_ENTRY.c.import_id == batch) & _ENTRY.c.reverses_id.is_(None) & standing,
        reverse,
    )


# --- coupons ---


def _drop_redemptions(session: Session, ids: list[int]) -> None:
    """Imported uses go; a coupon is free again only if no other live use takes its place."""
    coupons = set(session.scalars(select(_R.c.coupon_id).where(_R.c.id.in_(ids))))
    _delete(session, "redemption", ids)
    live = (
        select(func.count())
        .select_from(_R)
        .where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None))
        .scalar_subquery()
    )
    used = (
        database.among(session, _C.c.id, coupons),
        _C.c.state == CouponState.REDEEMED,
        live < _C.c.uses_allowed,
    )
    session.execute(update(_C).where(*used).values(state=CouponState.ISSUED))


def _drop_coupons(store: Store, batch: ImportId) -> None:
    mine = select(_BATCH.c.id).where(_BATCH.c.import_id == batch)

    def drop(session: Session, ids: list[int]) -> None:
        gone = set(ids) - references.still_named(session, "coupon", ids)
        codes = session.scalars(select(_C.c.code).where(database.among(session, _C.c.id, gone)))
        scanned = database.among(session, Scannable.key, {scan_key(code) for code in codes})
        session.execute(
            delete(Scannable).where(
                Scannable.kind == Kind.COUPON, scanned, Scannable.target_id.in_(gone)
            )
        )
        _delete(session, "coupon", gone)

    def end(session: Session, ids: list[int]) -> None:
        # what was handed out where the list comes from
        session.execute(delete(PaperMove).where(PaperMove.import_id == batch))
        kept = references.still_named(session, "batch", ids)
        _delete(session, "batch", set(ids) - kept)
        left = (
            select(func.count())
            .select_from(_C)
            .where(_C.c.batch_id == _BATCH.c.id)
            .scalar_subquery()
        )
        again = (_BATCH.c.id.in_(kept), _BATCH.c.state == BatchState.ISSUING)
        session.execute(update(_BATCH).where(*again).values(state=BatchState.READY, count=left))

    _in_steps(store, _C, _C.c.batch_id.in_(mine), drop)
    _in_steps(store, _BATCH, _BATCH.c.import_id == batch, end)


# --- sales ---


def _drop_sales(store: Store, batch: ImportId) -> None:
    mine = (_SALE.c.import_id == batch) & (_SALE.c.state != SaleState.DROPPED)

    def drop(session: Session, ids: list[int]) -> None:
        gone = set(ids) - references.held(session, "sale", ids, [batch])
        # goods that came back came with the same import
        session.execute(
            update(_SALE)
            .where(database.among(session, _SALE.c.returns_id, gone))
            .values(returns_id=None)
        )
        named = references.still_named(session, "sale", gone)
        _rest(session, sorted(named))
        _delete(session, "sale", gone - named)

    _in_steps(store, _SALE, mine, drop)


def _rest(session: Session, ids: Sequence[int]) -> None:
    """Sales that the points ledger names stay as dropped bills of nothing under a new number: the
    ledger keeps its sums, the receipt is free."""
    session.execute(delete(SaleLine).where(database.among(session, SaleLine.sale_id, ids)))
    empty = {"state": SaleState.DROPPED, "gross": 0, "net": 0}
    for sale, number in zip(ids, new_codes(Kind.RECEIPT, len(ids)), strict=True):
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(receipt_no=number, **empty))


# --- offers, articles, day totals, answers ---


def _drop_offers(store: Store, batch: ImportId) -> None:
    def drop(session: Session, ids: list[int]) -> None:
        kept = references.still_named(session, "offer", ids, apart=False)
        session.execute(update(_OFFER).where(_OFFER.c.id.in_(kept)).values(import_id=None))
        gone = set(ids) - kept
        versions = list(session.scalars(select(_VERSION.c.id).where(_VERSION.c.offer_id.in_(gone))))
        _delete(session, "offer_version", versions)
        _delete(session, "offer", gone)
        sealing.seal(session, store, "offer", *ids)

    with store.write() as session:
        touched = sealing.offers_of_import(session, batch)
        session.execute(delete(_SCOPE).where(_SCOPE.c.import_id == batch))
        sealing.seal(session, store, "offer", *touched)
        for table in (DayTotal, Consent, Suppression):
            session.execute(delete(table).where(table.import_id == batch))
    _in_steps(store, _OFFER, _OFFER.c.import_id == batch, drop)


def _drop_products(session: Session, ids: list[int]) -> None:
    kept = references.still_named(session, "product", ids)
    session.execute(
        update(_PRODUCT).where(database.among(session, _PRODUCT.c.id, kept)).values(import_id=None)
    )
    gone = set(ids) - kept
    scanned = (Scannable.kind == Kind.PRODUCT, database.among(session, Scannable.target_id, gone))
    session.execute(delete(Scannable).where(*scanned))
    _delete(session, "product", gone)


# --- members ---


def _drop_members(store: Store, batch: ImportId) -> None:
    """Members with ledger rows stay as nameless numbers, so that the ledger keeps its sums; one who
    bought or got something else meanwhile stays as the shop's own."""

    def drop(session: Session, ids: list[int]) -> None:
        own = references.held(session, "member", ids, [batch])
        session.execute(
            update(_M).where(database.among(session, _M.c.id, own)).values(import_id=None)
        )
        gone = [member for member in ids if member not in own]
        own_card.let_go(session, store, [MemberId(member) for member in gone])
        blank_records.blank(session, gone)
        session.execute(
            delete(TierChange).where(database.among(session, TierChange.member_id, gone))
        )
        _delete(session, "member", set(gone) - references.still_named(session, "member", gone))

    _in_steps(store, _M, (_M.c.import_id == batch) & _M.c.state.in_(("live", ARRIVING)), drop)


# --- what was changed ---


def _restore_changes(store: Store, batch: ImportId) -> None:
    """Put back what the import changed, the last change first."""
    while True:
        with store.write() as session:
            step = (
                select(ImportChange)
                .where(ImportChange.import_id == batch)
                .order_by(ImportChange.id.desc())
                .limit(STEP)
            )
            changes = session.scalars(step).all()
            if not changes:
                return
            RestoredChanges(session, changes).go()
            session.execute(
                delete(_CHANGE).where(_CHANGE.c.id.in_([change.id for change in changes]))
            )
