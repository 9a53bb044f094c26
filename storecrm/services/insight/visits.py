"""What members bought, summed up by member: the ground of RFM, stages of life and segments.

A visit is a posted receipt with something sold on it: not one that was taken back, not a return, not a void. What was spent is the net
of all posted receipts, returns on their own day. Every period here is from `first` to the day before `before`.
"""

from typing import Any

from sqlalchemy import Select, Subquery, func, literal, select, union_all
from sqlalchemy.orm import Session

from storecrm.models.sale import Sale
from storecrm.services.insight import figures
from storecrm.services.insight.counting import LIVE, STANDS, VISIT
from storecrm.values import Day

__all__ = ["LIVE", "STANDS", "VISIT", "activity", "steps"]

_S: Any = Sale.__table__


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

    `more` are further conditions on the receipts; with `visited` False those too who only brought goods back. Without more it reads what
    is kept of members (see figures), and receipts of those alone of whom nothing valid is kept.
    """
    inside = [LIVE, _S.c.business_date < before, *more]
    if first is not None:
        inside.append(_S.c.business_date >= first)
    count = func.count().filter(VISIT)
    found = (
        select(
            _S.c.member_id,
            func.min(_S.c.business_date).filter(VISIT).label("first"),
            func.max(_S.c.business_date).filter(VISIT).label("last"),
            count.label("visits"),
            func.coalesce(func.sum(_S.c.net), 0).cast(_S.c.id.type).label("net"),
        )
        .where(*inside)
        .group_by(_S.c.member_id)
    )
    if visited:
        found = found.having(count > 0)
    if more:
        return found.subquery()
    held = figures.believed(before, first)
    return union_all(_kept(held, first, visited=visited), found.where(figures.others(held))).subquery()


def _kept(held: Any, first: Day | None, *, visited: bool) -> Select[Any]:
    of, year = figures.KEPT.c, "" if first is None else "year_"
    query = select(of.member_id, *(of[year + name].label(name) for name in ("first", "last", "visits", "net"))).where(held)
    some = of.newest.is_not(None) if first is None else of.year_next.is_not(None)
    return query.where(of[year + "visits"] > 0 if visited else some)
