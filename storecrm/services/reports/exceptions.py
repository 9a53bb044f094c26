"""What an owner looks at twice: rules set aside with their reasons, and who took back, adjusted or
added members how often."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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

_R: Any = Redemption.__table__
_S: Any = Sale.__table__
_E: Any = PointEntry.__table__
_PERSON: Any = Staff.__table__


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
    by = _PERSON.alias()
    query = (
        select(
            _R,
            _PERSON.c.name.label("staff"),
            by.c.name.label("approver"),
            Offer.name.label("offer"),
            Coupon.code,
        )
        .join(Offer, Offer.id == _R.c.offer_id)
        .join(Coupon, Coupon.id == _R.c.coupon_id)
        .outerjoin(_PERSON, _PERSON.c.id == _R.c.staff_id)
        .outerjoin(by, by.c.id == _R.c.approved_by)
        .where(approving.WORD, _R.c.business_date.between(first, last))
        .order_by(_R.c.at, _R.c.id)
    )
    with store.read() as session:
        return [
            OverrideRow(
                r.at,
                r.business_date,
                Override(r.override),
                r.staff or "",
                r.approver or "",
                r.approve_reason,
                r.offer,
                r.code,
                r.discount,
                r.reversed_at is not None,
            )
            for r in session.execute(query)
        ]


def people(store: Store, *, first: Day, last: Day) -> list[PersonRow]:
    """Counts by person, own sales only (imported ones were somebody else's).

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    inside = (
        _S.c.business_date.between(first, last),
        _S.c.import_id.is_(None),
        _S.c.state.in_(("posted", "voided")),
    )
    sold = _S.c.voids_id.is_(None) & _S.c.returns_id.is_(None) & (_S.c.closed_by != "no_receipt")
    with store.read() as session:
        names: dict[int, str] = dict(session.execute(select(_PERSON.c.id, _PERSON.c.name)).all())
        found: dict[int, PersonRow] = {}

        def add(field: str, column: Any, *where: Any) -> None:
            for who, count in _counted(session, column, where):
                change: dict[str, Any] = {field: count}
                found[who] = replace(found.get(who, PersonRow(names.get(who, ""))), **change)

        add("bills", _S.c.staff_id, *inside, sold)
        add("undone", _S.c.staff_id, *inside, _S.c.voids_id.is_not(None))
        add(
            "returns",
            _S.c.staff_id,
            *inside,
            _S.c.returns_id.is_not(None) | (_S.c.closed_by == "no_receipt"),
        )
        add("without_amount", _S.c.staff_id, *inside, sold, _S.c.gross.is_(None))
        add("price_kept", _S.c.staff_id, *inside, sold, _S.c.price_kept > 0)
        add("attached", _S.c.attached_by, _S.c.business_date.between(first, last))
        add("overrides", _R.c.staff_id, approving.WORD, _R.c.business_date.between(first, last))
        mine = (
            select(_PERSON.c.id)
            .where(_PERSON.c.id == _E.c.staff_id, _PERSON.c.member_id == _E.c.member_id)
            .exists()
        )
        add(
            "own_card",
            _E.c.staff_id,
            _E.c.kind == "earn",
            _E.c.business_date.between(first, last),
            mine,
        )
        add(
            "adjusted",
            _E.c.staff_id,
            _E.c.kind == "adjust",
            _E.c.business_date.between(first, last),
        )
    return sorted(found.values(), key=lambda row: row.staff)


def _counted(session: Session, column: Any, where: Iterable[Any]) -> list[tuple[int, int]]:
    rows = session.execute(
        select(column, func.count()).where(column.is_not(None), *where).group_by(column)
    )
    return [(int(who), int(count)) for who, count in rows]
