"""What members bought, summed up by member: the ground of RFM, stages of life and segments.

A visit is a posted receipt with something sold on it: not one that was taken back, not a return,
not a void. What was spent is the net of all posted receipts, returns on their own day. Every period
here is from `first` to the day before `before`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
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

_RECEIPT = tables.sale.c
_KEPT = tables.member_figures.c
_SAID = ("first", "last", "visits", "net")


def steps(
    session: Session, first: Subquery, last: Subquery, column: str
) -> dict[tuple[str, str], int]:
    """How many members went from which word to which between two looks at the same thing (each with
    member_id and `column`); "" is not there. The two are put one below the other and gathered by
    member: joining them would compare everybody with everybody."""
    nothing = literal("")
    begun = select(first.c.member_id, first.c[column].label("start"), nothing.label("end"))
    ended = select(last.c.member_id, nothing, last.c[column])
    both = begun.union_all(ended).subquery()
    # a word is more than none
    words = [func.max(both.c[name]).label(name) for name in ("start", "end")]
    one = select(*words).group_by(both.c.member_id).subquery()
    step = (one.c.start, one.c.end)
    rows = session.execute(select(*step, func.count()).group_by(*step))
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
    inside = [*_between(before, first), *more]
    sums = _sums()
    found = select(_RECEIPT.member_id, *_labelled(sums)).where(*inside).group_by(_RECEIPT.member_id)
    if visited:
        found = found.having(sums["visits"] > 0)
    if more:
        return found.subquery()
    held = member_figures.believed(before, first)
    kept = _kept(held, first, visited=visited)
    summed = found.where(member_figures.others(held, first))
    return union_all(kept, summed).subquery()


def _between(before: Day, first: Day | None) -> list[ColumnElement[bool]]:
    """True of receipts of members in a period."""
    inside = [LIVE, _RECEIPT.business_date < before]
    return inside if first is None else [*inside, _RECEIPT.business_date >= first]


def _labelled(columns: Mapping[str, Any]) -> list[Any]:
    return [column.label(name) for name, column in columns.items()]


def _sums() -> dict[str, Any]:
    """What receipts add up to; none at all (an outer join that found nothing) is no visit."""
    visit = and_(_RECEIPT.id.is_not(None), VISIT)
    net = func.coalesce(func.sum(_RECEIPT.net), 0)
    return {
        "first": func.min(_RECEIPT.business_date).filter(visit),
        "last": func.max(_RECEIPT.business_date).filter(visit),
        "visits": func.count().filter(visit),
        "net": net.cast(_RECEIPT.id.type),
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
    anew = _anew(before, None).subquery()
    source = people.outerjoin(tables.member_figures, _KEPT.member_id == member)
    source = source.outerjoin(anew, anew.c.member_id == member)
    summed = anew.c.member_id.is_not(None)
    said = {name: case((summed, anew.c[name]), else_=_KEPT[name]) for name in _SAID}
    columns = said | {name: func.coalesce(said[name], 0) for name in ("visits", "net")}
    if year is None:
        return source, columns
    late = _anew(before, year).subquery()
    source = source.outerjoin(late, late.c.member_id == member)
    # who only brought goods back this year spent nothing
    known = case((_KEPT.year_visits > 0, _KEPT.year_net))
    again = case((late.c.visits > 0, late.c.net))
    net = case((late.c.member_id.is_not(None), again), else_=known)
    return source, columns | {"year_net": func.coalesce(net, 0)}


def _anew(before: Day, first: Day | None) -> Select[Any]:
    """One row for each member whose kept row does not hold, visited or not, from the receipts."""
    inside = and_(_RECEIPT.member_id == _KEPT.member_id, *_between(before, first))
    source = tables.member_figures.outerjoin(tables.sale, inside)
    query = select(_KEPT.member_id, *_labelled(_sums())).select_from(source)
    unknown = not_(member_figures.believed(before, first))
    return query.where(unknown).group_by(_KEPT.member_id)


def _kept(held: Any, first: Day | None, *, visited: bool) -> Select[Any]:
    """The same as kept rows say it, where they hold."""
    year = "" if first is None else "year_"
    columns = {name: _KEPT[year + name] for name in _SAID}
    query = select(_KEPT.member_id, *_labelled(columns)).where(held)
    if visited:
        return query.where(columns["visits"] > 0)
    bought = _KEPT.newest if first is None else _KEPT.year_next
    return query.where(bought.is_not(None))
