"""What an owner looks at twice: rules set aside with their reasons, and who took back, adjusted or
added members how often."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, func, select
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
        return read_overrides(session, first, last)


def read_overrides(session: Session, first: Day, last: Day) -> list[OverrideRow]:
    """The same in a snapshot of the caller's."""
    inside = Redemption.business_date.between(first, last)
    rows = session.execute(_BY_TIME.where(inside))
    return [_told(row) for row in rows]


_APPROVER = aliased(Staff)
_USE = (
    Redemption.at,
    Redemption.business_date,
    Redemption.override,
    Redemption.approve_reason,
    Redemption.discount,
    Redemption.reversed_at,
)
_PEOPLE = (Staff.name.label("staff"), _APPROVER.name.label("approver"))
_COUPON = (Offer.name.label("offer"), Coupon.code)
_OF_OFFER = Offer.id == Redemption.offer_id
_OF_COUPON = Coupon.id == Redemption.coupon_id
_OF_STAFF = Staff.id == Redemption.staff_id
_APPROVED = _APPROVER.id == Redemption.approved_by
_WITH_COUPON = select(*_USE, *_PEOPLE, *_COUPON).select_from(Redemption).join(Offer, _OF_OFFER)
_WITH_PEOPLE = _WITH_COUPON.join(Coupon, _OF_COUPON).outerjoin(Staff, _OF_STAFF)
_OVERRIDES = _WITH_PEOPLE.outerjoin(_APPROVER, _APPROVED).where(approving.WORD)
# one who acted by the shop's own allowance was approved by nobody
_BY_TIME = _OVERRIDES.order_by(Redemption.at, Redemption.id)


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
        return read_people(session, first, last)


def read_people(session: Session, first: Day, last: Day) -> list[PersonRow]:
    """The same in a snapshot of the caller's."""
    names: dict[int, str] = dict(session.execute(_NAMES).all())
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for act, column, where in _acts(first, last):
        for who, count in _counted(session, column, where):
            found[who][act] = count
    people = []
    for who, counts in found.items():
        person = PersonRow(names.get(who, ""), **counts)
        people.append(person)
    return sorted(people, key=attrgetter("staff"))


_NAMES = select(Staff.id, Staff.name)
_WITHOUT_RECEIPT = Sale.closed_by == "no_receipt"
_VOID = Sale.voids_id.is_not(None)
_RETURN = Sale.returns_id.is_not(None)
_SOLD = ~_VOID & ~_RETURN & ~_WITHOUT_RECEIPT
_OWN = (Sale.import_id.is_(None), Sale.state.in_(("posted", "voided")))
"""Sales of this shop's own tills: those of a list were somebody else's."""
_OWNER_OF_CARD = and_(Staff.id == PointEntry.staff_id, Staff.member_id == PointEntry.member_id)
_ON_OWN_CARD = select(Staff.id).where(_OWNER_OF_CARD).exists()


def _acts(first: Day, last: Day) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """What is counted: the field of a PersonRow, the column that says who, and which rows."""
    seller = Sale.staff_id
    day = Sale.business_date.between(first, last)
    own = (day, *_OWN)
    yield "bills", seller, (*own, _SOLD)
    yield "undone", seller, (*own, _VOID)
    yield "returns", seller, (*own, _RETURN | _WITHOUT_RECEIPT)
    yield "without_amount", seller, (*own, _SOLD, Sale.gross.is_(None))
    yield "price_kept", seller, (*own, _SOLD, Sale.price_kept > 0)
    # somebody else may have closed the bill that a member was added to
    yield "attached", Sale.attached_by, (day,)
    used = Redemption.business_date.between(first, last)
    yield "overrides", Redemption.staff_id, (approving.WORD, used)
    enterer = PointEntry.staff_id
    entered = PointEntry.business_date.between(first, last)
    yield "own_card", enterer, (PointEntry.kind == "earn", entered, _ON_OWN_CARD)
    yield "adjusted", enterer, (PointEntry.kind == "adjust", entered)


def _counted(session: Session, column: Any, where: Iterable[Any]) -> list[tuple[int, int]]:
    """How many rows of each person."""
    query = select(column, func.count()).where(column.is_not(None), *where)
    rows = session.execute(query.group_by(column))
    return [(int(who), int(count)) for who, count in rows]
