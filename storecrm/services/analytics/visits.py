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

__all__ = ["LIVE", "STANDS", "VISIT", "activity", "beside", "labelled", "steps"]

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
    start = first.c[column].label("start")
    end = nothing.label("end")
    begun = select(first.c.member_id, start, end)
    then = last.c[column]
    ended = select(last.c.member_id, nothing, then)
    both = begun.union_all(ended).subquery()
    # a word is more than none
    highest = func.max(both.c.start)
    words = {"start": highest, "end": func.max(both.c.end)}
    by_member = select(*labelled(words))
    one = by_member.group_by(both.c.member_id).subquery()
    # one row for each step that anybody took
    step = (one.c.start, one.c.end)
    counted = select(*step, func.count())
    rows = session.execute(counted.group_by(*step))
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
    buyer = _RECEIPT.member_id
    found = select(buyer, *labelled(sums))
    found = found.where(*inside)
    found = found.group_by(buyer)
    if visited:
        found = found.having(sums["visits"] > 0)
    if more:
        return found.subquery()
    held = member_figures.believed(before, first)
    kept = _kept(held, first, visited=visited)
    others = member_figures.others(held, first)
    summed = found.where(others)
    return union_all(kept, summed).subquery()


def _between(before: Day, first: Day | None) -> list[ColumnElement[bool]]:
    """True of receipts of members in a period."""
    day = _RECEIPT.business_date
    inside = [LIVE, day < before]
    if first is not None:
        inside.append(day >= first)
    return inside


def labelled(columns: Mapping[str, Any]) -> list[Any]:
    """Columns under their names."""
    return [column.label(name) for name, column in columns.items()]


def _sums() -> dict[str, Any]:
    """What receipts add up to; none at all (an outer join that found nothing) is no visit."""
    visit = and_(_RECEIPT.id.is_not(None), VISIT)
    day = _RECEIPT.business_date
    first = func.min(day)
    last = func.max(day)
    count = func.count()
    seen = {"first": first.filter(visit), "last": last.filter(visit)}
    net = func.coalesce(func.sum(_RECEIPT.net), 0)
    # whole on PostgreSQL too, where sums are not
    whole = net.cast(_RECEIPT.id.type)
    return seen | {"visits": count.filter(visit), "net": whole}


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
    # a kept row that does not hold is known by having one here
    anew = _anew(before, None).subquery()
    of_member = _KEPT.member_id == member
    source = people.outerjoin(tables.member_figures, of_member)
    # of whom nothing valid is kept
    of_anew = anew.c.member_id == member
    source = source.outerjoin(anew, of_anew)
    summed = anew.c.member_id.is_not(None)
    columns: dict[str, Any] = {}
    for name in _SAID:
        kept = _KEPT[name]
        now = anew.c[name]
        columns[name] = case((summed, now), else_=kept)
    # nothing known is nothing bought
    for name in ("visits", "net"):
        columns[name] = func.coalesce(columns[name], 0)
    if year is None:
        return source, columns
    late = _anew(before, year).subquery()
    of_late = late.c.member_id == member
    source = source.outerjoin(late, of_late)
    # who only brought goods back this year spent nothing
    visited = _KEPT.year_visits > 0
    known = case((visited, _KEPT.year_net))
    came = late.c.visits > 0
    again = case((came, late.c.net))
    summed = late.c.member_id.is_not(None)
    net = case((summed, again), else_=known)
    columns["year_net"] = func.coalesce(net, 0)
    return source, columns


def _anew(before: Day, first: Day | None) -> Select[Any]:
    """One row for each member whose kept row does not hold, visited or not, from the receipts."""
    own = _RECEIPT.member_id == _KEPT.member_id
    inside = and_(own, *_between(before, first))
    source = tables.member_figures.outerjoin(tables.sale, inside)
    columns = labelled(_sums())
    query = select(_KEPT.member_id, *columns)
    query = query.select_from(source)
    unknown = not_(member_figures.believed(before, first))
    return query.where(unknown).group_by(_KEPT.member_id)


def _kept(held: Any, first: Day | None, *, visited: bool) -> Select[Any]:
    """The same as kept rows say it, where they hold."""
    year = "" if first is None else "year_"
    columns = {name: _KEPT[year + name] for name in _SAID}
    query = select(_KEPT.member_id, *labelled(columns))
    query = query.where(held)
    if visited:
        return query.where(columns["visits"] > 0)
    # any receipt at all, in that time
    bought = _KEPT.newest if first is None else _KEPT.year_next
    return query.where(bought.is_not(None))
