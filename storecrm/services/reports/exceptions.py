"""What an owner looks at twice: rules set aside with their reasons, and who took back, adjusted or
added members how often."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from storecrm.models.coupon import Coupon
from storecrm.models.offer import Offer
from storecrm.models.points import PointEntry
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.services.till import overrides as approving
from storecrm.values import Day, Moment, Money, Override


@dataclass(frozen=True)
class OverrideRow:
    """A coupon that was taken although a rule said no."""

    at: Moment
    business_date: Day
    how: Override
    staff: str
    approver: str
    reason: str
    offer: str
    code: str
    discount: Money
    taken_back: bool


@dataclass(frozen=True)
class PersonRow:
    """What one person did in the period."""

    staff: str
    bills: int = 0
    undone: int = 0
    returns: int = 0
    overrides: int = 0
    attached: int = 0
    adjusted: int = 0
    without_amount: int = 0
    price_kept: int = 0
    """Bills that closed by themselves at a lower sum than their price."""
    own_card: int = 0
    """Times that the person put points of a sale on the own card."""


def overrides(store: Store, *, first: Day, last: Day) -> list[OverrideRow]:
    """Every rule set aside in a period, by time.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        return [_told(row) for row in session.execute(_overrides(first, last))]


def _overrides(first: Day, last: Day) -> Any:
    approver = aliased(Staff)
    use = (
        Redemption.at,
        Redemption.business_date,
        Redemption.override,
        Redemption.approve_reason,
        Redemption.discount,
        Redemption.reversed_at,
    )
    people = (Staff.name.label("staff"), approver.name.label("approver"))
    query = select(*use, *people, Offer.name.label("offer"), Coupon.code).select_from(Redemption)
    query = query.join(Offer, Offer.id == Redemption.offer_id)
    query = query.join(Coupon, Coupon.id == Redemption.coupon_id)
    query = query.outerjoin(Staff, Staff.id == Redemption.staff_id)
    query = query.outerjoin(approver, approver.id == Redemption.approved_by)
    query = query.where(approving.WORD, Redemption.business_date.between(first, last))
    return query.order_by(Redemption.at, Redemption.id)


def _told(row: Any) -> OverrideRow:
    return OverrideRow(
        at=row.at,
        business_date=row.business_date,
        how=Override(row.override),
        staff=row.staff or "",
        approver=row.approver or "",
        reason=row.approve_reason,
        offer=row.offer,
        code=row.code,
        discount=row.discount,
        taken_back=row.reversed_at is not None,
    )


def people(store: Store, *, first: Day, last: Day) -> list[PersonRow]:
    """Counts by person, own sales only (imported ones were somebody else's).

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        query = select(Staff.id, Staff.name)
        names = {int(key): name for key, name in session.execute(query)}
        found: dict[int, PersonRow] = {}
        for act, (column, *where) in _acts(first, last).items():
            for who, count in _counted(session, column, where):
                person = found.get(who, PersonRow(names.get(who, "")))
                change: dict[str, Any] = {act: count}
                found[who] = replace(person, **change)
    return sorted(found.values(), key=lambda row: row.staff)


def _acts(first: Day, last: Day) -> dict[str, tuple[Any, ...]]:
    """What is counted, by the field of a PersonRow: the column that says who, and which rows."""
    day = Sale.business_date.between(first, last)
    own = (day, Sale.import_id.is_(None), Sale.state.in_(("posted", "voided")))
    without_receipt = Sale.closed_by == "no_receipt"
    back = Sale.returns_id.is_not(None)
    sold = Sale.voids_id.is_(None) & Sale.returns_id.is_(None) & ~without_receipt
    entered = PointEntry.business_date.between(first, last)
    used = Redemption.business_date.between(first, last)
    on_own_card = (Staff.id == PointEntry.staff_id, Staff.member_id == PointEntry.member_id)
    mine = select(Staff.id).where(*on_own_card).exists()
    who, entry = Sale.staff_id, PointEntry.staff_id
    return {
        "bills": (who, *own, sold),
        "undone": (who, *own, Sale.voids_id.is_not(None)),
        "returns": (who, *own, back | without_receipt),
        "without_amount": (who, *own, sold, Sale.gross.is_(None)),
        "price_kept": (who, *own, sold, Sale.price_kept > 0),
        "attached": (Sale.attached_by, day),
        "overrides": (Redemption.staff_id, approving.WORD, used),
        "own_card": (entry, PointEntry.kind == "earn", entered, mine),
        "adjusted": (entry, PointEntry.kind == "adjust", entered),
    }


def _counted(session: Session, column: Any, where: Iterable[Any]) -> list[tuple[int, int]]:
    """How many rows of each person."""
    query = select(column, func.count()).where(column.is_not(None), *where)
    rows = session.execute(query.group_by(column))
    return [(int(who), int(count)) for who, count in rows]
