"""The rows of lists of points: what is left lot by lot, and every entry of the ledger."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models import tables
from storecrm.models.member import Member
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.sale import Sale
from storecrm.services.exports.cells import FOR_EVER, Rows
from storecrm.services.exports.streams import streamed
from storecrm.services.store import Store

_LEFT = func.sum(PointEntry.points)
_FIRST = func.min(PointEntry.id)
_SUMS = (
    select(PointEntry.lot_id, _LEFT.label("left"), _FIRST.label("first"))
    .group_by(PointEntry.lot_id)
    .having(_LEFT != 0)
    .subquery()
)
_OF_ENTRY = (PointEntry.kind, PointEntry.reason)
_LOTS = (
    select(tables.point_lot, _SUMS.c.left, *_OF_ENTRY, Member.member_no, Sale.receipt_no)
    .join(_SUMS, _SUMS.c.lot_id == PointLot.id)
    .join(PointEntry, PointEntry.id == _SUMS.c.first)
    .join(Member, Member.id == PointLot.member_id)
)
_LOTS_OF_MEMBERS = (
    _LOTS.outerjoin(Sale, Sale.id == PointEntry.sale_id)
    .where(Member.state == "live")
    .order_by(PointLot.id)
)
_ENTRIES = (
    select(tables.point_entry, Member.member_no, PointLot.expires_on, Sale.receipt_no)
    .join(Member, Member.id == PointEntry.member_id)
    .join(PointLot, PointLot.id == PointEntry.lot_id)
    .outerjoin(Sale, Sale.id == PointEntry.sale_id)
    .order_by(PointEntry.id)
)


def lots(store: Store, session: Session) -> Rows:
    """One row a lot of which something is left, or in which something is owed; what is over is
    worth nothing."""
    today = store.clock.today()
    for row in streamed(session, _LOTS_OF_MEMBERS):
        over = row.expires_on is not None and row.expires_on < today
        if over and row.left > 0:
            continue
        reference, reason = row_references.reference(row.reason)
        # a lot of our own is called by the shop and its row
        known_by = reference or row_references.number(store.shop.uid, "L", row.id)
        ends = row.expires_on or FOR_EVER
        opened = (row.member_no, row.opened_on, row.kind, int(row.left), ends)
        why = (row.receipt_no or "", reason)
        yield (*opened, *why, row.opened_on, row.active_from or "", known_by)


def entries(store: Store, session: Session) -> Rows:  # noqa: ARG001
    """Every entry of the ledger, the oldest first."""
    for row in streamed(session, _ENTRIES):
        reference, reason = row_references.reference(row.reason)
        moved = (row.member_no, row.business_date, row.kind, row.points)
        ends = row.expires_on or ""
        yield (*moved, ends, row.receipt_no or "", reason or reference)
