"""What members bought, summed up by member and kept, so that a page over all of them does not read
all sales.

A kept row is believed while nothing of the member's changed and no receipt crossed an edge since:
it says itself until when. Whoever's row is not believed is summed up from the receipts at the
moment of asking (see visits), and by housekeeping once a day. So an answer is the same whether
housekeeping ran or not.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, not_, or_, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import rankings
from storecrm.services.analytics.counting import LIVE, VISIT
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day

AT_ONCE = 1000
"""Members in one transaction, behind which a till may wait."""
MOST_WRONG = 100
_KEPT = tables.member_figures.c
_UNTOUCHED = _KEPT.stale == 0
"""True of rows of members of whose receipts none came, went or changed since."""
_EVER = ("newest", "first", "last", "visits", "net")
_IN_YEAR = ("year_next", "year_first", "year_last", "year_visits", "year_net")
_SUMS = (*_EVER, *_IN_YEAR, "old", "fresh")
_COUNTS = ("visits", "net", "year_visits", "year_net")
"""What is 0 of somebody without receipts; all the rest is nothing."""
_NOTHING = dict.fromkeys(_SUMS) | dict.fromkeys(_COUNTS, 0)
_WRITTEN = ("stale", "year_from", "recent_from", *_SUMS)
_ROW = update(tables.member_figures).where(_KEPT.member_id == bindparam("member"))
_KEEP = _ROW.values({name: bindparam(name) for name in _WRITTEN})


def believed(before: Day, first: Day | None = None) -> ColumnElement[bool]:
    """True of kept rows that say what was bought before a day, ever or (by the year's figures)
    since `first`."""
    whole = and_(_UNTOUCHED, or_(_KEPT.newest.is_(None), _KEPT.newest < before))
    if first is None:
        return whole
    # said by what must not be: nearly all rows fit, and reading those by an index, one by one,
    # takes many times as long
    over = and_(_KEPT.year_next.is_not(None), _KEPT.year_next < first)
    return and_(whole, _KEPT.year_from <= first, not_(over))


def believed_recently(before: Day, recent: Day) -> ColumnElement[bool]:
    """True of kept rows whose `old` and `fresh` are the last visit before `recent` and the first
    one since."""
    still_fresh = or_(_KEPT.fresh.is_(None), _KEPT.fresh >= recent)
    edge = and_(_KEPT.recent_from <= recent, still_fresh)
    return and_(believed(before), edge)


def others(held: ColumnElement[bool], first: Day | None = None) -> ColumnElement[bool]:
    """True of receipts of members whose kept row does not hold, without those who certainly bought
    nothing since `first`."""
    unknown = not_(held)
    if first is not None:
        nothing = and_(_UNTOUCHED, or_(_KEPT.newest.is_(None), _KEPT.newest < first))
        unknown = and_(unknown, not_(nothing))
    return tables.sale.c.member_id.in_(select(_KEPT.member_id).where(unknown))


def recent_edge(before: Day, active_days: int) -> Day:
    """The day since which a visit is a fresh one."""
    return before - timedelta(days=1 + active_days)


def refresh(store: Store, *, active_days: int) -> int:
    """Sum up again whoever's row does not hold any more. Returns how many members."""
    rights.require(store, Right.KEEP_HOUSE)
    before = store.clock.tomorrow()
    with store.read() as session:
        year = before - shop_settings.current(session).rfm_window
    recent = recent_edge(before, active_days)
    held = and_(believed(before, year), believed_recently(before, recent))
    left = select(_KEPT.member_id).where(not_(held)).order_by(_KEPT.member_id)
    done = last = 0
    while True:
        with store.read() as session:
            part = left.where(_KEPT.member_id > last).limit(AT_ONCE)
            ids = list(session.scalars(part))
        if not ids:
            rankings.keep(store)
            return done
        with store.write() as session:
            _sum_up(session, ids, year, recent)
        done += len(ids)
        last = ids[-1]


def _sum_up(session: Session, ids: list[int], year: Day, recent: Day) -> None:
    rankings.hold(session)
    # on PostgreSQL a sale that is just being posted is waited for, and one that comes waits: it
    # makes the row stale afterwards
    kept = select(_KEPT.member_id).where(database.among(session, _KEPT.member_id, ids))
    session.execute(kept.with_for_update())
    theirs = database.among(session, tables.sale.c.member_id, ids)
    summed = session.execute(_summed(year, recent).where(theirs))
    found = {row.member_id: row._mapping for row in summed}
    head = {"stale": 0, "year_from": year, "recent_from": recent}
    rows = []
    for member in ids:
        sums = found.get(member, _NOTHING)
        rows.append({"member": member} | head | {name: sums[name] for name in _SUMS})
    session.connection().execute(_KEEP, rows)


def _summed(year: Any, recent: Any) -> Select[Any]:
    """All that is kept of members, from their receipts."""
    day = tables.sale.c.business_date
    this_year = day >= year
    net = func.sum(tables.sale.c.net)
    ever = {
        "newest": func.max(day),
        "first": func.min(day).filter(VISIT),
        "last": func.max(day).filter(VISIT),
        "visits": func.count().filter(VISIT),
        "net": _amount(net),
    }
    in_year = {
        "year_next": func.min(day).filter(this_year),
        "year_first": func.min(day).filter(VISIT, this_year),
        "year_last": func.max(day).filter(VISIT, this_year),
        "year_visits": func.count().filter(VISIT, this_year),
        "year_net": _amount(net.filter(this_year)),
    }
    # the pause before the latest visits lies between these two
    lately = {
        "old": func.max(day).filter(VISIT, day < recent),
        "fresh": func.min(day).filter(VISIT, day >= recent),
    }
    columns = ever | in_year | lately
    labelled = [column.label(name) for name, column in columns.items()]
    buyer = tables.sale.c.member_id
    return select(buyer, *labelled).where(LIVE).group_by(buyer)


def _amount(total: Any) -> Any:
    """A sum of money, 0 of nothing; whole on PostgreSQL too, where sums are not."""
    return func.coalesce(total, 0).cast(tables.sale.c.id.type)


def wrong(session: Session) -> list[int]:
    """Members of whom a row that is not stale says something else than their receipts."""
    spans = select(_KEPT.year_from, _KEPT.recent_from).where(_UNTOUCHED).distinct()
    found: list[int] = []
    for span in session.execute(spans).all():
        found += session.scalars(_differing(span.year_from, span.recent_from))
    buyer = tables.sale.c.member_id
    unkept = select(buyer).where(buyer.is_not(None), buyer.not_in(select(_KEPT.member_id)))
    return [*found, *session.scalars(unkept.distinct().limit(MOST_WRONG))]


def _differing(year: Day, recent: Day) -> Select[Any]:
    """Members whose row, kept as of these two days, is not what summing up says."""
    now = _summed(year, recent).subquery()
    of_span = (_UNTOUCHED, _KEPT.year_from == year, _KEPT.recent_from == recent)
    differs = []
    for name in _SUMS:
        real = func.coalesce(now.c[name], 0) if name in _COUNTS else now.c[name]
        kept = _KEPT[name]
        differs.append(kept.is_distinct_from(real))
    query = select(_KEPT.member_id).outerjoin(now, now.c.member_id == _KEPT.member_id)
    query = query.where(*of_span, or_(*differs))
    return query.order_by(_KEPT.member_id).limit(MOST_WRONG)
