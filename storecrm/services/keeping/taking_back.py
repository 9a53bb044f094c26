"""Taking an import back: created rows go, changed rows become what they were, ledger rows are reversed."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.models import database
from storecrm.models.base import Base, DayType
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.day_total import DayTotal
from storecrm.models.import_batch import ImportBatch, ImportChange, ImportWaiting
from storecrm.models.member import Consent, Member, MemberMerge, MemberPhone, Referral, Suppression
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine
from storecrm.models.scannable import Scannable
from storecrm.models.stamp import StampEntry
from storecrm.models.tier import TierChange
from storecrm.services import audit, sealing
from storecrm.services.people import members, names, own_card
from storecrm.services.store import Store
from storecrm.values import ARRIVING, EntryKind, ImportId, Kind, new_codes

STEP = 2000
WAITING_STEP = 20
"""Each of these holds thousands of rows."""


def require_unused(session: Session, batch: ImportId) -> None:
    """Refuse while later rows stand on the imported ones.

    Raises:
        Conflict: import_in_use (facts: by).
    """
    pairs: tuple[tuple[Any, Any, Any], ...] = (
        (Member, Sale, Sale.member_id),
        (Member, Coupon, Coupon.member_id),
        (Member, Redemption, Redemption.member_id),
        (Product, SaleLine, SaleLine.product_id),
        (Sale, Redemption, Redemption.sale_id),
    )
    for mine, theirs, column in pairs:
        table: Any = theirs.__table__
        query = select(column).join(mine, mine.id == column).where(mine.import_id == batch)
        if "import_id" in table.c:
            query = query.where(or_(table.c.import_id.is_(None), table.c.import_id != batch))
        if session.execute(query.limit(1)).first():
            raise Conflict("import_in_use", where=str(batch), by=table.name)
    _require_no_merge(session, batch)
    for theirs, columns in ((Referral, ("friend_id", "referrer_id")), (TierChange, ("member_id",)), (StampEntry, ("member_id",))):
        table = theirs.__table__
        for name in columns:
            if session.execute(
                select(table.c.id).join(Member, Member.id == table.c[name]).where(Member.import_id == batch).limit(1)
            ).first():
                raise Conflict("import_in_use", where=str(batch), by=table.name)
    used = select(Redemption.id).join(Coupon, Coupon.id == Redemption.coupon_id).join(Batch, Batch.id == Coupon.batch_id)
    if session.execute(used.where(Batch.import_id == batch).limit(1)).first():
        raise Conflict("import_in_use", where=str(batch), by="redemption")
    scoped = select(Batch.id).join(OfferScope, OfferScope.version_id == Batch.version_id).where(OfferScope.import_id == batch)
    if session.execute(scoped.limit(1)).first():
        raise Conflict("import_in_use", where=str(batch), by="batch")
    later = (
        select(Batch.id)
        .join(Offer, Offer.id == Batch.offer_id)
        .where(Offer.import_id == batch, or_(Batch.import_id.is_(None), Batch.import_id != batch))
    )
    if session.execute(later.limit(1)).first():
        raise Conflict("import_in_use", where=str(batch), by="batch")


def _require_no_merge(session: Session, batch: ImportId) -> None:
    """Two records that became one cannot lose what an import said of one of them: they are parted first.

    Raises:
        Conflict: import_in_use (by member_merge).
    """
    holding = select(MemberMerge.survivor_id, MemberMerge.merged_id).where(MemberMerge.undone_at.is_(None), MemberMerge.before != "")
    together = {int(member) for row in session.execute(holding) for member in row}
    made = set(session.scalars(select(Member.id).where(Member.import_id == batch, Member.id.in_(together))))
    keys = select(ImportChange.row_key).where(ImportChange.import_id == batch, ImportChange.table_name == "member")
    changed = {int(json.loads(key)["id"]) for key in session.scalars(keys)} if together else set()
    if made or changed & together:
        raise Conflict("import_in_use", where=str(batch), by="member_merge")


def begin(session: Session, batch: ImportId) -> None:
    """Mark the batch as being taken back, in the same transaction in which it was found unused."""
    session.execute(update(ImportBatch).where(ImportBatch.id == batch).values(state="writing"))


def take_back(store: Store, batch: ImportId) -> None:
    """Undo everything `batch` wrote, step by step; safe to run again after a crash."""
    store.frozen.clear()
    with store.write() as session:
        begin(session, batch)
    _delete_in_steps(store, ImportWaiting, batch, step=WAITING_STEP)
    _restore_changes(store, batch)
    _reverse_points(store, batch)
    _drop_redemptions(store, batch)
    _delete_in_steps(store, Coupon, batch, before=_drop_scans, where=Coupon.batch_id.in_(select(Batch.id).where(Batch.import_id == batch)))
    _delete_in_steps(store, PaperMove, batch)
    _delete_in_steps(store, Batch, batch)
    _rest_sales(store, batch)
    _delete_in_steps(store, Sale, batch, before=_drop_lines, where=(Sale.import_id == batch) & (Sale.state != "dropped"))
    with store.write() as session:
        touched = sealing.offers_of_import(session, batch)
        versions = select(OfferVersion.id).join(Offer, Offer.id == OfferVersion.offer_id).where(Offer.import_id == batch)
        session.execute(delete(OfferScope).where(or_(OfferScope.import_id == batch, OfferScope.version_id.in_(versions))))
        session.execute(delete(OfferVersion).where(OfferVersion.id.in_(versions)))
        session.execute(delete(Offer).where(Offer.import_id == batch))
        sealing.seal(session, store, "offer", *touched)
        session.execute(delete(DayTotal).where(DayTotal.import_id == batch))
        session.execute(delete(Consent).where(Consent.import_id == batch))
        session.execute(delete(Suppression).where(Suppression.import_id == batch))
    _delete_in_steps(store, Product, batch, before=_drop_product_scans)
    _drop_members(store, batch)
    with store.write() as session:
        session.execute(update(ImportBatch).where(ImportBatch.id == batch).values(state="undone"))


def _restore_changes(store: Store, batch: ImportId) -> None:
    while True:
        with store.write() as session:
            step = select(ImportChange).where(ImportChange.import_id == batch).order_by(ImportChange.id.desc()).limit(STEP)
            changes = session.scalars(step).all()
            if not changes:
                return
            people = [json.loads(change.row_key)["id"] for change in changes if change.table_name == "member"]
            called = session.scalars(select(Member.name).where(database.among(session, Member.id, people))).all()
            for change in changes:
                _restore(session, change)
            names.add(session, session.scalars(select(Member.name).where(database.among(session, Member.id, people))).all())
            names.let_go(session, called)
            session.execute(delete(ImportChange).where(ImportChange.id.in_([change.id for change in changes])))


def _restore(session: Session, change: ImportChange) -> None:
    table = Base.metadata.tables[change.table_name]
    before, key = json.loads(change.before), json.loads(change.row_key)
    where = [table.c[name] == _typed(table.c[name], value) for name, value in key.items()]
    if before is None:
        session.execute(delete(table).where(*where))
        return
    if change.table_name == "member" and before.get("phone") and _phone_taken(session, before["phone"], key["id"]):
        # somebody registered with it meanwhile: a phone belongs to one member
        before.pop("phone")
    if before:
        session.execute(update(table).where(*where).values({name: _typed(table.c[name], value) for name, value in before.items()}))


def _phone_taken(session: Session, phone: str, member: int) -> bool:
    """True when it is somebody's, as the first or a further one (of this member too)."""
    first = session.scalar(select(Member.id).where(Member.phone == phone, Member.state == "live", Member.id != member))
    return first is not None or session.scalar(select(MemberPhone.member_id).where(MemberPhone.phone == phone)) is not None


def _typed(column: Any, value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(column.type, DayType) else value


def _reverse_points(store: Store, batch: ImportId) -> None:
    done = select(PointEntry.reverses_id).where(PointEntry.reverses_id.is_not(None))
    query = (
        select(PointEntry).where(PointEntry.import_id == batch, PointEntry.reverses_id.is_(None), PointEntry.id.not_in(done)).limit(STEP)
    )
    while True:
        with store.write() as session:
            rows = session.scalars(query).all()
            if not rows:
                return
            opposite: list[dict[str, Any]] = [
                {
                    "lot_id": r.lot_id,
                    "member_id": r.member_id,
                    "kind": EntryKind.REVERSE,
                    "points": -r.points,
                    "business_date": r.business_date,
                    "at": store.clock.now(),
                    "reverses_id": r.id,
                    "reason": "import_undone",
                }
                for r in rows
            ]
            plain = [row | {"business_date": row["business_date"].isoformat()} for row in opposite]
            marks = audit.mark(session, store, plain)
            session.execute(insert(PointEntry), [row | {"mac": mark} for row, mark in zip(opposite, marks, strict=True)])


def _delete_in_steps(store: Store, model: Any, batch: ImportId, *, before: Any = None, where: Any = None, step: int = STEP) -> None:
    mine = model.import_id == batch if where is None else where
    while True:
        with store.write() as session:
            ids = list(session.scalars(select(model.id).where(mine).limit(step)))
            if not ids:
                return
            if before is not None:
                before(session, ids)
            session.execute(delete(model).where(model.id.in_(ids)))


def _drop_redemptions(store: Store, batch: ImportId) -> None:
    """Imported uses go; a coupon is free again only if no other live use takes its place."""
    live = (
        select(func.count())
        .select_from(Redemption)
        .where(Redemption.coupon_id == Coupon.id, Redemption.reversed_at.is_(None))
        .scalar_subquery()
    )
    while True:
        with store.write() as session:
            rows = session.execute(select(Redemption.id, Redemption.coupon_id).where(Redemption.import_id == batch).limit(STEP)).all()
            if not rows:
                return
            ids = [row.id for row in rows]
            session.execute(delete(Allocation).where(Allocation.redemption_id.in_(ids)))
            session.execute(delete(Redemption).where(Redemption.id.in_(ids)))
            free = update(Coupon).where(
                Coupon.id.in_({row.coupon_id for row in rows}), Coupon.state == "redeemed", live < Coupon.uses_allowed
            )
            session.execute(free.values(state="issued"), execution_options={"synchronize_session": False})


def _rest_sales(store: Store, batch: ImportId) -> None:
    """Sales that the points ledger names stay as dropped bills under a new number: the ledger keeps its sums, the receipt is free."""
    named = select(PointEntry.sale_id).where(PointEntry.sale_id.is_not(None))
    while True:
        with store.write() as session:
            ids = list(
                session.scalars(select(Sale.id).where(Sale.import_id == batch, Sale.state != "dropped", Sale.id.in_(named)).limit(STEP))
            )
            if not ids:
                return
            for sale, number in zip(ids, new_codes(Kind.RECEIPT, len(ids)), strict=True):
                session.execute(update(Sale).where(Sale.id == sale).values(state="dropped", receipt_no=number))


def _drop_scans(session: Session, ids: list[int]) -> None:
    codes = select(Scannable.key).join(Coupon, Coupon.id == Scannable.target_id).where(Scannable.kind == Kind.COUPON, Coupon.id.in_(ids))
    session.execute(delete(Scannable).where(Scannable.kind == Kind.COUPON, Scannable.key.in_(codes)))


def _drop_product_scans(session: Session, ids: list[int]) -> None:
    session.execute(delete(Scannable).where(Scannable.kind == Kind.PRODUCT, Scannable.target_id.in_(ids)))


def _drop_lines(session: Session, ids: list[int]) -> None:
    # goods that came back came with the same import
    session.execute(update(Sale).where(Sale.returns_id.in_(ids)).values(returns_id=None))
    session.execute(delete(SaleLine).where(SaleLine.sale_id.in_(ids)))


def _drop_members(store: Store, batch: ImportId) -> None:
    """Members with ledger rows stay as nameless numbers, so that the ledger keeps its sums; one who bought or got something else
    meanwhile stays as the shop's own."""
    while True:
        with store.write() as session:
            ids = list(
                session.scalars(select(Member.id).where(Member.import_id == batch, Member.state.in_(("live", ARRIVING))).limit(STEP))
            )
            if not ids:
                return
            own = _met_since(session, batch, ids)
            session.execute(update(Member).where(Member.id.in_(own)).values(import_id=None))
            gone = [member for member in ids if member not in own]
            own_card.let_go(session, store, gone)
            members.forget(session, gone)
            kept: set[Any] = set()
            for column in _REFERRING:
                kept |= set(session.scalars(select(column).where(column.in_(gone))))
            session.execute(delete(Member).where(Member.id.in_(set(gone) - kept)))


def _met_since(session: Session, batch: ImportId, ids: Sequence[int]) -> set[int]:
    """Which of these members have receipts, coupons, uses or points of another origin."""
    found: set[int] = set()
    for table in (Sale.__table__, Redemption.__table__, PointEntry.__table__):
        other = or_(table.c.import_id.is_(None), table.c.import_id != batch)
        if table is PointEntry.__table__:
            other = other & table.c.reverses_id.is_(None)
        found |= set(session.scalars(select(table.c.member_id).where(table.c.member_id.in_(ids), other)))
    given = select(Coupon.member_id).join(Batch, Batch.id == Coupon.batch_id).where(Coupon.member_id.in_(ids))
    return found | set(session.scalars(given.where(or_(Batch.import_id.is_(None), Batch.import_id != batch))))


_REFERRING = [
    column
    for table in Base.metadata.sorted_tables
    for column in table.c
    if any(key.column is Member.__table__.c.id for key in column.foreign_keys)
]
"""Every column that names a member."""
