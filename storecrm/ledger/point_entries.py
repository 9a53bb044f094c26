"""Rows of points: lots and the entries in them. An entry is never changed; each bears its mark
(see ledger.audit)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import CouponId, Day, EntryKind, ImportId, LotId, MemberId, Points, SaleId

LOT = RowShape(tables.point_lot, active_from=None, swept=0)
ENTRY = RowShape(
    tables.point_entry,
    sale_id=None,
    staff_id=None,
    reverses_id=None,
    reason="",
    import_id=None,
    coupon_id=None,
)
_NEW_LOT = Hot(insert(tables.point_lot).returning(tables.point_lot.c.id))
_NEW_ENTRY = Hot(insert(tables.point_entry))


@dataclass(frozen=True)
class NewLot:
    """Points that come into being together: they end together."""

    member: MemberId
    kind: EntryKind
    points: Points
    day: Day
    expires_on: Day | None
    active_from: Day | None = None
    """The first day of points that wait."""
    sale: SaleId | None = None
    reason: str = ""
    batch: ImportId | None = None


@dataclass(frozen=True)
class NewEntry:
    """Points that go into a lot or, as a minus, out of it."""

    lot: LotId
    member: MemberId
    kind: EntryKind
    points: int
    day: Day
    sale: SaleId | None = None
    reverses: int | None = None
    reason: str = ""
    batch: ImportId | None = None
    coupon: CouponId | None = None
    nobody: bool = False
    """Time did it, not who acts."""


def open_lot(session: Session, acting: Acting, new: NewLot) -> LotId:
    """A new lot with its first entry."""
    # what has ended by now is opened all the same: it ends when it is read
    said = {
        "member_id": new.member,
        "expires_on": new.expires_on,
        "opened_on": new.day,
        "active_from": new.active_from,
    }
    lot = LotId(_NEW_LOT.scalar(session, **LOT.row(said)))
    # a lot without an entry would be worth nothing and could never be told from a lost one
    first = NewEntry(
        lot=lot,
        member=new.member,
        kind=new.kind,
        points=new.points,
        day=new.day,
        sale=new.sale,
        reason=new.reason,
        batch=new.batch,
    )
    write(session, acting, first)
    return lot


def write(session: Session, acting: Acting, entry: NewEntry) -> None:
    """One row of the ledger, of now."""
    actor = None if entry.nobody else acting.actor
    row = {
        "lot_id": entry.lot,
        "member_id": entry.member,
        "kind": entry.kind,
        "points": entry.points,
        "business_date": entry.day,
        "at": acting.clock.now(),
        "sale_id": entry.sale,
        "staff_id": actor.staff if actor else None,
        "reverses_id": entry.reverses,
        "reason": entry.reason,
        "import_id": entry.batch,
        "coupon_id": entry.coupon,
    }
    # the mark covers the day as the file holds it
    plain = row | {"business_date": entry.day.isoformat()}
    [row["mac"]] = audit.mark(session, acting, [plain])
    _NEW_ENTRY.run(session, **ENTRY.row(row))


def opposite(
    row: Any, *, kind: EntryKind, day: Day, sale: SaleId | None = None, reason: str = ""
) -> NewEntry:
    """What undoes an entry (its stored row): as many points the other way, in the same lot."""
    return NewEntry(
        lot=row.lot_id,
        member=row.member_id,
        kind=kind,
        points=-row.points,
        day=day,
        sale=sale,
        reverses=row.id,
        reason=reason,
    )


def write_many_lots(session: Session, columns: Mapping[str, Sequence[Any]]) -> None:
    """Lots that an import brings, column by column (see LOT)."""
    LOT.insert_many(session, columns)


def write_many(
    session: Session, acting: Acting, columns: Mapping[str, Sequence[Any]], **same: Any
) -> None:
    """Rows of the ledger that an import brings or takes back, column by column (see ENTRY), each
    with its mark; `same` are columns with one value for all."""
    marks = audit.mark_columns(session, acting, columns, **same)
    ENTRY.insert_many(session, {**columns, "mac": marks}, **same)
