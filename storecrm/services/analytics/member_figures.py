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
_VALUES: dict[str, Any] = {name: bindparam(name) for name in _WRITTEN}
_OF_MEMBER = _KEPT.member_id == bindparam("member")
_ROW = update(tables.member_figures).where(_OF_MEMBER)
_KEEP = _ROW.values(_VALUES)


def believed(before: Day, first: Day | None = None) -> ColumnElement[bool]:
    """True of kept rows that say what was bought before a day, ever or (by the year's figures)
    since `first`."""
    whole = and_(_UNTOUCHED, _nothing_from(before))
    if first is None:
        return whole
    # said by what must not be: nearly all rows fit, and reading those by an index, one by one,
    # takes many times as long
    left = _KEPT.year_next
    over = and_(left.is_not(None), left < first)
    of_year = _KEPT.year_from <= first
    return and_(whole, of_year, not_(over))


def _nothing_from(day: Day) -> ColumnElement[bool]:
    """True of rows of members without a receipt of this day or later."""
    newest = _KEPT.newest
    return or_(newest.is_(None), newest < day)


def believed_recently(before: Day, recent: Day) -> ColumnElement[bool]:
    """True of kept rows whose `old` and `fresh` are the last visit before `recent` and the first
    one since."""
    fresh = _KEPT.fresh
    still_fresh = or_(fresh.is_(None), fresh >= recent)
    edge = and_(_KEPT.recent_from <= recent, still_fresh)
    return and_(believed(before), edge)


def others(held: ColumnElement[bool], first: Day | None = None) -> ColumnElement[bool]:
    """True of receipts of members whose kept row does not hold, without those who certainly bought
    nothing since `first`."""
    unknown = not_(held)
    if first is not None:
        nothing = and_(_UNTOUCHED, _nothing_from(first))
        unknown = and_(unknown, not_(nothing))
    members = select(_KEPT.member_id).where(unknown)
    return tables.sale.c.member_id.in_(members)


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
    this_year = believed(before, year)
    held = and_(this_year, believed_recently(before, recent))
    member = _KEPT.member_id
    left = select(member).where(not_(held))
    left = left.order_by(member)
    done = last = 0
    while True:
        part = left.where(member > last).limit(AT_ONCE)
        with store.read() as session:
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
    member = _KEPT.member_id
    buyer = tables.sale.c.member_id
    rows_ = database.among(session, member, ids)
    kept = select(member).where(rows_)
    session.execute(kept.with_for_update())
    theirs = database.among(session, buyer, ids)
    sums_of = _summed(year, recent).where(theirs)
    summed = session.execute(sums_of)
    found = {row.member_id: row._mapping for row in summed}
    head = {"stale": 0, "year_from": year, "recent_from": recent}
    rows = []
    for number in ids:
        row: dict[str, Any] = {"member": number, **head}
        sums = found.get(number, _NOTHING)
        row |= {name: sums[name] for name in _SUMS}
        rows.append(row)
    session.connection().execute(_KEEP, rows)


def _summed(year: Any, recent: Any) -> Select[Any]:
    """All that is kept of members, from their receipts."""
    day = tables.sale.c.business_date
    this_year = day >= year
    first = func.min(day)
    last = func.max(day)
    count = func.count()
    net = func.sum(tables.sale.c.net)
    ever = {
        "newest": last,
        "first": first.filter(VISIT),
        "last": last.filter(VISIT),
        "visits": count.filter(VISIT),
        "net": _amount(net),
    }
    in_year = {
        "year_next": first.filter(this_year),
        "year_first": first.filter(VISIT, this_year),
        "year_last": last.filter(VISIT, this_year),
        "year_visits": count.filter(VISIT, this_year),
        "year_net": _amount(net.filter(this_year)),
    }
    # the pause before the latest visits lies between these two
    old = last.filter(VISIT, day < recent)
    fresh = first.filter(VISIT, day >= recent)
    lately = {"old": old, "fresh": fresh}
    columns = ever | in_year | lately
    labelled = [columns[name].label(name) for name in _SUMS]
    buyer = tables.sale.c.member_id
    query = select(buyer, *labelled)
    return query.where(LIVE).group_by(buyer)


def _amount(total: Any) -> Any:
    """A sum of money, 0 of nothing; whole on PostgreSQL too, where sums are not."""
    whole = tables.sale.c.id.type
    return func.coalesce(total, 0).cast(whole)


def wrong(session: Session) -> list[int]:
    """Members of whom a row that is not stale says something else than their receipts."""
    spans = select(_KEPT.year_from, _KEPT.recent_from)
    spans = spans.where(_UNTOUCHED).distinct()
    found: list[int] = []
    for span in session.execute(spans).all():
        differing = _differing(span.year_from, span.recent_from)
        found += session.scalars(differing)
    buyer = tables.sale.c.member_id
    no_row = buyer.not_in(select(_KEPT.member_id))
    unkept = select(buyer).where(buyer.is_not(None), no_row)
    some = unkept.distinct().limit(MOST_WRONG)
    missing = session.scalars(some)
    return [*found, *missing]


def _differing(year: Day, recent: Day) -> Select[Any]:
    """Members whose row, kept as of these two days, is not what summing up says."""
    now = _summed(year, recent).subquery()
    of_year = _KEPT.year_from == year
    of_span = (_UNTOUCHED, of_year, _KEPT.recent_from == recent)
    differs = []
    for name in _SUMS:
        real: Any = now.c[name]
        if name in _COUNTS:
            real = func.coalesce(real, 0)
        kept = _KEPT[name]
        differs.append(kept.is_distinct_from(real))
    member = _KEPT.member_id
    of_member = now.c.member_id == member
    query = select(member).outerjoin(now, of_member)
    wrong_one = or_(*differs)
    query = query.where(*of_span, wrong_one)
    return query.order_by(member).limit(MOST_WRONG)
