"""What members bought, summed up by member: the ground of RFM, stages of life and segments.

A visit is a posted receipt with something sold on it: not one that was taken back, not a return, not a void. What was spent is the net
of all posted receipts, returns on their own day. Every period here is from `first` to the day before `before`.
"""

from typing import Any

from sqlalchemy import Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from storecrm.models.sale import Sale
from storecrm.values import Day, SaleState

_S: Any = Sale.__table__
LIVE = and_(_S.c.state == SaleState.POSTED, _S.c.voids_id.is_(None), _S.c.member_id.is_not(None))
_BACK = _S.alias()
STANDS = ~select(_BACK.c.id).where(_BACK.c.returns_id == _S.c.id, _BACK.c.closed_by == "all_returned").exists()
"""True of a receipt of which something stayed with the customer: after a full return it is as if nothing had been bought."""
VISIT = and_(_S.c.returns_id.is_(None), or_(_S.c.net.is_(None), _S.c.net >= 0))


def steps(session: Session, first: Subquery, last: Subquery, column: str) -> dict[tuple[str, str], int]:
    """How many members went from which word to which between two looks at the same thing (each with member_id and `column`); "" is not
    there. The two are put one below the other and gathered by member: joining them would compare everybody with everybody."""
    nothing = literal("")
    both = (
        select(first.c.member_id, first.c[column].label("start"), nothing.label("end"))
        .union_all(select(last.c.member_id, nothing, last.c[column]))
        .subquery()
    )
    one = select(func.max(both.c.start).label("start"), func.max(both.c.end).label("end")).group_by(both.c.member_id).subquery()
    rows = session.execute(select(one.c.start, one.c.end, func.count()).group_by(one.c.start, one.c.end))
    return {(start, end): int(count) for start, end, count in rows}


def activity(before: Day, first: Day | None = None, *, more: Any = (), visited: bool = True) -> Subquery:
    """One row for each member with a visit: member_id, first and last (days), visits (count), net (money).

    `more` are further conditions on the receipts; with `visited` False those too who only brought goods back.
    """
    inside = [LIVE, _S.c.business_date < before, *more]
    if first is not None:
        inside.append(_S.c.business_date >= first)
    visits = func.count().filter(VISIT)
    found = (
        select(
            _S.c.member_id,
            func.min(_S.c.business_date).filter(VISIT).label("first"),
            func.max(_S.c.business_date).filter(VISIT).label("last"),
            visits.label("visits"),
            func.coalesce(func.sum(_S.c.net), 0).cast(_S.c.id.type).label("net"),
        )
        .where(*inside)
        .group_by(_S.c.member_id)
    )
    return (found.having(visits > 0) if visited else found).subquery()
