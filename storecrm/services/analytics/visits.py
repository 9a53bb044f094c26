"""What members bought, summed up by member: the ground of RFM, stages of life and segments.

A visit is a posted receipt with something sold on it: not one that was taken back, not a return,
not a void. What was spent is the net of all posted receipts, returns on their own day. Every period
here is from `first` to the day before `before`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    not_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.services.analytics import member_figures
from storecrm.services.analytics.counting import LIVE, STANDS, VISIT
from storecrm.values import Day

__all__ = ["LIVE", "STANDS", "VISIT", "activity", "beside", "steps"]


def steps(
    session: Session, first: Subquery, last: Subquery, column: str
) -> dict[tuple[str, str], int]:
    """How many members went from which word to which between two looks at the same thing (each with
    member_id and `column`); "" is not there. The two are put one below the other and gathered by
    member: joining them would compare everybody with everybody."""
    nothing = literal("")
    both = (
        select(first.c.member_id, first.c[column].label("start"), nothing.label("end"))
        .union_all(select(last.c.member_id, nothing, last.c[column]))
        .subquery()
    )
    one = (
        select(func.max(both.c.start).label("start"), func.max(both.c.end).label("end"))
        .group_by(both.c.member_id)
        .subquery()
    )
    rows = session.execute(
        select(one.c.start, one.c.end, func.count()).group_by(one.c.start, one.c.end)
    )
    return {(start, end): int(count) for start, end, count in rows}


def activity(
    before: Day, first: Day | None = None, *, more: Any = (), visited: bool = True
) -> Subquery:
    """One row for each member with a visit: member_id, first and last (days), visits (count), net
    (money).

    `more` are further conditions on the receipts; with `visited` False those too who only brought
    goods back. Without more it reads what is kept of members (see figures), and receipts of those
    alone of whom nothing valid is kept.
    """
    inside = [LIVE, tables.sale.c.business_date < before, *more]
    if first is not None:
        inside.append(tables.sale.c.business_date >= first)
    sums = _sums()
    found = (
        select(tables.sale.c.member_id, *(value.label(name) for name, value in sums.items()))
        .where(*inside)
        .group_by(tables.sale.c.member_id)
    )
    if visited:
        found = found.having(sums["visits"] > 0)
    if more:
        return found.subquery()
    held = member_figures.believed(before, first)
    return union_all(
        _kept(held, first, visited=visited), found.where(member_figures.others(held, first))
    ).subquery()


def _sums() -> dict[str, Any]:
    """What receipts add up to; none at all (an outer join that found nothing) is no visit."""
    visit = and_(tables.sale.c.id.is_not(None), VISIT)
    return {
        "first": func.min(tables.sale.c.business_date).filter(visit),
        "last": func.max(tables.sale.c.business_date).filter(visit),
        "visits": func.count().filter(visit),
        "net": func.coalesce(func.sum(tables.sale.c.net), 0).cast(tables.sale.c.id.type),
    }


def beside(
    member: Any, people: FromClause, before: Day, year: Day | None = None
) -> tuple[FromClause, Mapping[str, Any]]:
    """The rows of `people` with what each bought beside them, and the columns that say it: first
    and last (days, null without a visit), visits and net (0 where there is nothing), year_net (of
    members with a visit since `year`). `member` is the column of people that names the member.

    For pages about everybody: a kept row is found by its key, and only what few rows do not say any
    more is summed up and looked up. A join with `activity` builds an index over everybody first,
    which takes three times as long.
    """
    kept, anew = member_figures.KEPT, _anew(before, None).subquery()
    source = people.outerjoin(kept, kept.c.member_id == member).outerjoin(
        anew, anew.c.member_id == member
    )

    def of(name: str) -> Any:
        return case((anew.c.member_id.is_not(None), anew.c[name]), else_=kept.c[name])

    columns = {name: of(name) for name in ("first", "last")} | {
        name: func.coalesce(of(name), 0) for name in ("visits", "net")
    }
    if year is None:
        return source, columns
    late = _anew(before, year).subquery()
    known = case((kept.c.year_visits > 0, kept.c.year_net))
    net = case((late.c.member_id.is_not(None), case((late.c.visits > 0, late.c.net))), else_=known)
    return source.outerjoin(late, late.c.member_id == member), columns | {
        "year_net": func.coalesce(net, 0)
    }


def _anew(before: Day, first: Day | None) -> Select[Any]:
    """One row for each member whose kept row does not hold, visited or not, from the receipts."""
    kept = member_figures.KEPT
    inside = [
        tables.sale.c.member_id == kept.c.member_id,
        LIVE,
        tables.sale.c.business_date < before,
    ]
    if first is not None:
        inside.append(tables.sale.c.business_date >= first)
    columns = [value.label(name) for name, value in _sums().items()]
    query = select(kept.c.member_id, *columns).select_from(
        kept.outerjoin(tables.sale, and_(*inside))
    )
    return query.where(not_(member_figures.believed(before, first))).group_by(kept.c.member_id)


def _kept(held: Any, first: Day | None, *, visited: bool) -> Select[Any]:
    of, year = member_figures.KEPT.c, "" if first is None else "year_"
    query = select(
        of.member_id, *(of[year + name].label(name) for name in ("first", "last", "visits", "net"))
    ).where(held)
    some = of.newest.is_not(None) if first is None else of.year_next.is_not(None)
    return query.where(of[year + "visits"] > 0 if visited else some)
