"""Batches of coupons: how they stand, their paper, and a whole batch void."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true, update
from sqlalchemy.orm import Session

from storecrm.errors import NotFound, NotPossible
from storecrm.ledger import audit, coupons, points
from storecrm.models import tables
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import unfinished_issues
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import BatchId, BatchState, Code, CouponState, Day, Moment

_batch_of_coupon = tables.coupon.c.batch_id
_OFFER = (tables.offer.c.code, tables.offer.c.name)
_OFFER_OF_BATCH = tables.offer.c.id == tables.batch.c.offer_id
# a row's own method is called count too: the number needs another name
_SIZE = tables.batch.c.count.label("size")
_BATCHES = select(tables.batch, _SIZE, *_OFFER).join(tables.offer, _OFFER_OF_BATCH)
_NEWEST = _BATCHES.order_by(tables.batch.c.id.desc())
_state = tables.coupon.c.state
_FIRST = func.min(tables.coupon.c.valid_from).label("first")
_LAST = func.max(tables.coupon.c.valid_to).label("last")
_STANDINGS = select(_batch_of_coupon, _state, func.count().label("coupons"), _FIRST, _LAST)
_BY_STATE = _STANDINGS.group_by(_batch_of_coupon, _state)


@dataclass(frozen=True)
class BatchView:
    """A batch with how its coupons stand."""

    id: BatchId
    offer_code: str
    offer_name: str
    state: BatchState
    count: int
    bearer: bool
    issued_on: Day
    issued_at: Moment
    valid_from: Day | None
    valid_to: Day | None
    redeemed: int
    voided: int
    printed: int
    printed_at: Moment | None = None
    prints: int = 0


def codes_of(store: Store, *, batch: BatchId) -> list[Code]:
    """The codes of a batch by serial.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.ISSUE_ONE)
    batch_view(store, batch=batch)
    coupon = tables.coupon.c
    codes = select(coupon.code).where(coupon.batch_id == batch).order_by(coupon.serial)
    with store.read() as session:
        return list(session.scalars(codes))


def batch_view(store: Store, *, batch: int) -> BatchView:
    """One batch.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        found = _views(session, tables.batch.c.id == batch, limit=1)
    if not found:
        raise NotFound("batch", where=str(batch))
    return found[0]


def listed(store: Store, *, offer: str | None = None, limit: int = 500) -> list[BatchView]:
    """The newest batches, of one offer or of all."""
    rights.require(store, Right.FIND)
    where = true() if offer is None else tables.offer.c.code == offer
    with store.read() as session:
        return _views(session, where, limit)


def _views(session: Session, where: ColumnElement[bool], limit: int) -> list[BatchView]:
    rows = session.execute(_NEWEST.where(where).limit(limit)).all()
    standing = _standing(session, [row.id for row in rows])
    return [_view(row, standing[row.id]) for row in rows]


@dataclass
class _Standing:
    """How many coupons of a batch are in each state, and when they are valid."""

    coupons: dict[str, int] = field(default_factory=dict)
    first: Day | None = None
    last: Day | None = None


def _standing(session: Session, batches: Collection[int]) -> dict[int, _Standing]:
    found: dict[int, _Standing] = defaultdict(_Standing)
    for row in session.execute(_BY_STATE.where(_batch_of_coupon.in_(batches))):
        standing = found[row.batch_id]
        standing.coupons[row.state] = row.coupons
        # every coupon of a batch has the same dates
        standing.first, standing.last = row.first, row.last
    return found


def _view(row: Any, standing: _Standing) -> BatchView:
    return BatchView(
        id=row.id,
        offer_code=row.code,
        offer_name=row.name,
        state=BatchState(row.state),
        count=row.size,
        bearer=bool(row.bearer),
        issued_on=row.issued_on,
        issued_at=row.issued_at,
        valid_from=standing.first,
        valid_to=standing.last,
        redeemed=standing.coupons.get("redeemed", 0),
        voided=standing.coupons.get("voided", 0),
        printed=row.printed,
        printed_at=row.printed_at,
        prints=row.prints,
    )


def is_copy(store: Store, *, batch: int, copy: bool = False) -> bool:
    """Whether paper that is now made of a batch is a copy, and bears its mark. Coupons for whoever
    holds them are printed once: again only when somebody decides so (`copy`).

    Raises:
        NotFound: batch.
        NotPossible: batch_printed (facts: at, printed).
    """
    rights.require(store, Right.ISSUE_ONE)
    view = batch_view(store, batch=batch)
    if view.prints and view.bearer and not copy:
        facts = {"at": view.printed_at, "printed": view.printed}
        raise NotPossible("batch_printed", where=str(batch), **facts)
    return bool(view.prints)


def mark_printed(store: Store, *, batch: int, count: int) -> None:
    """Remember that a batch went to paper: the first time with its pieces and hour, then how
    often."""
    rights.require(store, Right.ISSUE_ONE)
    row = tables.batch.c
    this = update(tables.batch).where(row.id == batch)
    # pieces and hour are those of the first print
    printed = case((row.prints == 0, count), else_=row.printed)
    printed_at = func.coalesce(row.printed_at, store.clock.now())
    marked = this.values(printed=printed, printed_at=printed_at, prints=row.prints + 1)
    with store.write(Topic.COUPONS) as session:
        prints = session.scalar(marked.returning(row.prints))
        audit.log(session, store, "batch_printed", batch=batch, count=count, prints=prints)


def void_batch(store: Store, *, batch: int, reason: str = "") -> BatchView:
    """Void every unused coupon of a batch, for good; used ones stay used.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.BATCHES)
    batch_view(store, batch=batch)
    this = update(tables.batch).where(tables.batch.c.id == batch)
    # from here on none of its coupons is taken, however long the rest lasts
    with store.write(Topic.COUPONS) as session:
        session.execute(this.values(state=BatchState.VOIDED))
    while _void_some(store, batch, reason):
        pass
    with store.write(Topic.COUPONS) as session:
        voided = _void_coupons(session, batch)
        audit.log(session, store, "batch_voided", batch=batch, count=voided, reason=reason)
    return batch_view(store, batch=batch)


def _void_some(store: Store, batch: int, reason: str) -> bool:
    """Void as many coupons as one transaction may hold. False when none is left."""
    coupon = tables.coupon.c
    issued = select(coupon.id).where(coupon.batch_id == batch, coupon.state == CouponState.ISSUED)
    with store.write() as session:
        some = session.scalars(issued.limit(unfinished_issues.CHUNK)).all()
        if not some:
            return False
        coupons.void(session, store, coupon.id.in_(some), reason=reason)
        rules = shop_settings.current(session)
        points.give_back_exchanged(session, store, rules, some)
        return True


def _void_coupons(session: Session, batch: int) -> int | None:
    coupon = tables.coupon.c
    of_batch = select(func.count()).select_from(tables.coupon).where(coupon.batch_id == batch)
    return session.scalar(of_batch.where(coupon.state == CouponState.VOIDED))
