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
from storecrm.models.learned import MemberFigures
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import rankings
from storecrm.services.analytics.counting import LIVE, VISIT
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day

KEPT: Any = MemberFigures.__table__
AT_ONCE = 1000
"""Members in one transaction, behind which a till may wait."""


def believed(before: Day, first: Day | None = None) -> ColumnElement[bool]:
    """True of kept rows that say what was bought before a day, ever or (by the year's figures)
    since `first`."""
    whole = and_(KEPT.c.stale == 0, or_(KEPT.c.newest.is_(None), KEPT.c.newest < before))
    if first is None:
        return whole
    # said by what must not be: nearly all rows fit, and reading those by an index, one by one,
    # takes many times as long
    over = and_(KEPT.c.year_next.is_not(None), KEPT.c.year_next < first)
    return and_(whole, KEPT.c.year_from <= first, not_(over))


def believed_recently(before: Day, recent: Day) -> ColumnElement[bool]:
    """True of kept rows whose `old` and `fresh` are the last visit before `recent` and the first
    one since."""
    edge = and_(KEPT.c.recent_from <= recent, or_(KEPT.c.fresh.is_(None), KEPT.c.fresh >= recent))
    return and_(believed(before), edge)


def others(held: ColumnElement[bool], first: Day | None = None) -> ColumnElement[bool]:
    """True of receipts of members whose kept row does not hold, without those who certainly bought
    nothing since `first`."""
    unknown = not_(held)
    if first is not None:
        nothing = and_(KEPT.c.stale == 0, or_(KEPT.c.newest.is_(None), KEPT.c.newest < first))
        unknown = and_(unknown, not_(nothing))
    return tables.sale.c.member_id.in_(select(KEPT.c.member_id).where(unknown))


def recent_edge(before: Day, active_days: int) -> Day:
    """The day since which a visit is a fresh one."""
    return before - timedelta(days=1 + active_days)


def refresh(store: Store, *, active_days: int) -> int:
    """Sum up again whoever's row does not hold any more. Returns how many members."""
    rights.require(store, Right.KEEP_HOUSE)
    with store.read() as session:
        year = store.clock.tomorrow() - shop_settings.current(session).rfm_window
    before = store.clock.tomorrow()
    recent, done = recent_edge(before, active_days), 0
    left = (
        select(KEPT.c.member_id)
        .where(not_(and_(believed(before, year), believed_recently(before, recent))))
        .order_by(KEPT.c.member_id)
    )
    last = 0
    while True:
        with store.read() as session:
            ids = list(session.scalars(left.where(KEPT.c.member_id > last).limit(AT_ONCE)))
        if not ids:
            rankings.keep(store)
            return done
        with store.write() as session:
            _sum_up(session, ids, year, recent)
        done, last = done + len(ids), ids[-1]


def _sum_up(session: Session, ids: list[int], year: Day, recent: Day) -> None:
    rankings.hold(session)
    # on PostgreSQL a sale that is just being posted is waited for, and one that comes waits: it
    # makes the row stale afterwards
    session.execute(
        select(KEPT.c.member_id)
        .where(database.among(session, KEPT.c.member_id, ids))
        .with_for_update()
    )
    found = {
        row.member_id: row
        for row in session.execute(
            _summed(year, recent).where(database.among(session, tables.sale.c.member_id, ids))
        )
    }
    none = dict.fromkeys(_SUMS) | dict.fromkeys(("visits", "net", "year_visits", "year_net"), 0)
    rows = [
        {"member": member, "stale": 0, "year_from": year, "recent_from": recent}
        | (none if member not in found else {name: getattr(found[member], name) for name in _SUMS})
        for member in ids
    ]
    session.connection().execute(_KEEP, rows)


_SUMS = (
    "newest",
    "first",
    "last",
    "visits",
    "net",
    "year_next",
    "year_first",
    "year_last",
    "year_visits",
    "year_net",
    "old",
    "fresh",
)
_KEEP = (
    update(KEPT)
    .where(KEPT.c.member_id == bindparam("member"))
    .values({name: bindparam(name) for name in ("stale", "year_from", "recent_from", *_SUMS)})
)


def _summed(year: Any, recent: Any) -> Select[Any]:
    """All that is kept of members, from their receipts."""
    day, this_year, whole = (
        tables.sale.c.business_date,
        tables.sale.c.business_date >= year,
        tables.sale.c.id.type,
    )
    year_net = func.coalesce(func.sum(tables.sale.c.net).filter(this_year), 0).cast(whole)
    columns = {
        "newest": func.max(day),
        "first": func.min(day).filter(VISIT),
        "last": func.max(day).filter(VISIT),
        "visits": func.count().filter(VISIT),
        "net": func.coalesce(func.sum(tables.sale.c.net), 0).cast(whole),
        "year_next": func.min(day).filter(this_year),
        "year_first": func.min(day).filter(VISIT, this_year),
        "year_last": func.max(day).filter(VISIT, this_year),
        "year_visits": func.count().filter(VISIT, this_year),
        "year_net": year_net,
        "old": func.max(day).filter(VISIT, day < recent),
        "fresh": func.min(day).filter(VISIT, day >= recent),
    }
    return (
        select(tables.sale.c.member_id, *(column.label(name) for name, column in columns.items()))
        .where(LIVE)
        .group_by(tables.sale.c.member_id)
    )


def wrong(session: Session) -> list[int]:
    """Members of whom a row that is not stale says something else than their receipts."""
    spans = select(KEPT.c.year_from, KEPT.c.recent_from).where(KEPT.c.stale == 0).distinct()
    found: list[int] = []
    for span in session.execute(spans).all():
        now = _summed(span.year_from, span.recent_from).subquery()
        of_span = (
            KEPT.c.stale == 0,
            KEPT.c.year_from == span.year_from,
            KEPT.c.recent_from == span.recent_from,
        )
        other = [
            KEPT.c[name].is_distinct_from(
                func.coalesce(now.c[name], 0) if name in _COUNTS else now.c[name]
            )
            for name in _SUMS
        ]
        query = (
            select(KEPT.c.member_id)
            .outerjoin(now, now.c.member_id == KEPT.c.member_id)
            .where(*of_span, or_(*other))
        )
        found += session.scalars(query.order_by(KEPT.c.member_id).limit(100))
    unkept = (
        select(tables.sale.c.member_id)
        .where(
            tables.sale.c.member_id.is_not(None),
            tables.sale.c.member_id.not_in(select(KEPT.c.member_id)),
        )
        .distinct()
    )
    return [*found, *session.scalars(unkept.limit(100))]


_COUNTS = {"visits", "net", "year_visits", "year_net"}
