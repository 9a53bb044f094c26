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
_SUM = (_LEFT.label("left"), _FIRST.label("first"))
_SUMS = select(PointEntry.lot_id, *_SUM)
# one in which nothing is left nor owed is over
_OPEN = _SUMS.group_by(PointEntry.lot_id).having(_LEFT != 0).subquery()
_OPENED = (PointEntry.kind, PointEntry.reason)
_NAMES = (Member.member_no, Sale.receipt_no)
_IS_OPEN = _OPEN.c.lot_id == PointLot.id
_IS_FIRST = PointEntry.id == _OPEN.c.first
_IS_OWNER = Member.id == PointLot.member_id
_IS_OF_SALE = Sale.id == PointEntry.sale_id
_COLUMNS = (tables.point_lot, _OPEN.c.left, *_OPENED, *_NAMES)
_LOTS = select(*_COLUMNS).join(_OPEN, _IS_OPEN)
_WITH_OWNER = _LOTS.join(PointEntry, _IS_FIRST).join(Member, _IS_OWNER)
_IS_LIVE = Member.state == "live"
_LOTS_OF_MEMBERS = _WITH_OWNER.outerjoin(Sale, _IS_OF_SALE).where(_IS_LIVE)
_ENTRY = (tables.point_entry, Member.member_no, PointLot.expires_on, Sale.receipt_no)
_IS_MEMBERS = Member.id == PointEntry.member_id
_IS_OF_LOT = PointLot.id == PointEntry.lot_id
_OF_LOTS = select(*_ENTRY).join(Member, _IS_MEMBERS).join(PointLot, _IS_OF_LOT)
_ENTRIES = _OF_LOTS.outerjoin(Sale, _IS_OF_SALE)


def lots(session: Session, store: Store) -> Rows:
    """One row a lot of which something is left, or in which something is owed; what is over is
    worth nothing."""
    today = store.clock.today()
    for row in streamed(session, _LOTS_OF_MEMBERS.order_by(PointLot.id)):
        ends = row.expires_on
        over = ends is not None and ends < today
        # what is owed does not end
        if over and row.left > 0:
            continue
        reference, reason = row_references.reference(row.reason)
        # a lot of our own is called by the shop and its row
        own = row_references.number(store.shop.uid, "L", row.id)
        known_by = reference or own
        opened = (row.member_no, row.opened_on, row.kind)
        left = (int(row.left), ends or FOR_EVER)
        why = (row.receipt_no or "", reason)
        since = (row.opened_on, row.active_from or "")
        yield (*opened, *left, *why, *since, known_by)


def entries(session: Session, store: Store) -> Rows:  # noqa: ARG001
    """Every entry of the ledger, the oldest first."""
    for row in streamed(session, _ENTRIES.order_by(PointEntry.id)):
        reference, reason = row_references.reference(row.reason)
        moved = (row.member_no, row.business_date, row.kind, row.points)
        ends = row.expires_on or ""
        yield (*moved, ends, row.receipt_no or "", reason or reference)
