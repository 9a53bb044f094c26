"""What nobody but the program should have done: the seals, the marks of the ledger, and the sales
that the trail tells of.

Each check reads its rows once, in their order: the whole is linear in what the shop has done.
"""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.audit import AuditHead
from storecrm.models.points import PointEntry
from storecrm.models.sale import Sale
from storecrm.services import sealing
from storecrm.services.integrity.trail import Sales, Trail
from storecrm.services.store import Store

_AT_ONCE = 5000
_UNFINISHED = text(
    "SELECT o.id FROM offer o JOIN import_batch b ON b.id = o.import_id WHERE b.state = 'writing'"
)
_MARKED = [tables.point_entry.c[name] for name in audit.MARKED]
_BUSINESS_DATE = audit.MARKED.index("business_date")
_MARKS = (
    select(PointEntry.id, PointEntry.mac, *_MARKED)
    .where(PointEntry.mac != "")
    .order_by(PointEntry.id)
)
_COUNT_OF_HEADS = select(func.coalesce(func.sum(AuditHead.marked), 0))
_MARKS_OF_HEADS = select(AuditHead.marks).where(AuditHead.marks != "")
_SALES = select(Sale.id, Sale.import_id, Sale.state, Sale.closed_by, Sale.voids_id)


def wrong_seals(session: Session, trail: Trail) -> list[str]:
    """Staff, rules, tiers, offers and the shop's own row that are not as they were last written:
    "kind key"."""
    found = list[str]()
    for kind in sealing.KINDS:
        said = trail.seals_of(kind)
        unwritten = _unfinished_offers(session) if kind == "offer" else set()
        for key, sha in sealing.digests(session, kind):
            if said.pop(key, "") != sha and key not in unwritten:
                found.append(f"{kind} {key}")
        # sealed, and gone
        found += [f"{kind} {key}" for key in said]
    return found


def _unfinished_offers(session: Session) -> set[str]:
    """An import that runs just now seals its offers at its end."""
    return {str(number) for number in session.scalars(_UNFINISHED)}


def wrong_marks(session: Session, store: Store, trail: Trail) -> list[str]:
    """Rows of the points ledger that this program did not write, and how many are missing."""
    key = bytes.fromhex(store.shop.audit_key)
    found = list[str]()
    count = 0
    total = 0
    for number, mark, *said in session.execute(_MARKS.execution_options(yield_per=_AT_ONCE)):
        said[_BUSINESS_DATE] = said[_BUSINESS_DATE].isoformat()
        if mark != audit.mark_of(key, mark[:8], said):
            found.append(str(number))
            continue
        count += 1
        total ^= audit.xored(mark)
    # all marks together are what the heads of the tills hold: none is missing
    heads = session.execute(_COUNT_OF_HEADS).scalar_one()
    for marks in session.scalars(_MARKS_OF_HEADS):
        total ^= int(marks, 16)
    if not found and (count != heads or total):
        found.append(f"{count}/{heads}")
    if _is_older_wrong(session, trail):
        found.append("older")
    return found


def _is_older_wrong(session: Session, trail: Trail) -> bool:
    """True when the rows from before marks were kept are not those that were sealed together."""
    rows = sealing.older_rows(session)
    return rows != trail.older and bool(rows[0] or trail.older[0])


def lost_sales(session: Session, trail: Trail) -> list[str]:
    """Sales that the trail tells of and that are gone, and sales closed here of which it does not
    tell."""
    there = Sales()
    untold = list[str]()
    for row in session.execute(_SALES.execution_options(yield_per=_AT_ONCE)):
        there.add(row.id)
        if _was_closed_here(row) and row.id not in trail.sales:
            untold.append(str(row.id))
    gone = [str(number) for number in trail.sales if number not in there]
    return gone + untold


def _was_closed_here(row: Any) -> bool:
    """True of a bill of this shop's tills that is no mirror image."""
    is_closed = row.state in ("posted", "voided")
    return is_closed and row.import_id is None and row.voids_id is None
