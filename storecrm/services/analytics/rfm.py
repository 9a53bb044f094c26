"""RFM: how lately (R), how often (F) and for how much (M) a member bought, each scored 1 to 5
against all others.

At a date (exclusive), over members with a visit in the window: score = 1 + floor(5 x (rank - 1) /
n), rank = 1 + number of members with a worse value. Equal values always get equal scores; quintiles
that split ties (NTILE) would give two members of the same day different scores. One statement
computes it, in the database, by the values at which a score begins; those of today are known from
what housekeeping kept (see standing).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, select, true
from sqlalchemy.orm import Session

from storecrm.domain.rfm import RfmGroup
from storecrm.domain.shop_rules import ShopRules
from storecrm.models import database, tables
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import rankings, visits
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money

STEPS = 5
_LETTERS = {"r": "last", "f": "visits", "m": "net"}


@dataclass(frozen=True)
class RfmCell:
    """The members of one R and one F score, and what they spent in the window."""

    r: int
    f: int
    members: int
    net: Money


@dataclass(frozen=True)
class GroupSize:
    """A named group: its rule as the shop wrote it, how many members, and what they spent in the
    window."""

    name: str
    rule: str
    members: int
    net: Money


@dataclass(frozen=True)
class Scored:
    """One member's values and scores."""

    member_no: str
    name: str
    last: Day
    visits: int
    net: Money
    r: int
    f: int
    m: int
    group: str


@dataclass(frozen=True)
class Overview:
    """Everybody with a visit in the `days` before `before`: the heat map and the named groups."""

    before: Day
    days: int
    members: int
    net: Money
    cells: tuple[RfmCell, ...]
    groups: tuple[GroupSize, ...]


def scores(session: Session, before: Day, shop: ShopRules) -> Subquery:
    """member_id, last, visits, net, r, f, m and the named group of every member with a visit in the
    window, as one query."""
    unnamed = select(_unnamed(session, before, shop))
    # scores are worked out once a member, not anew in each rule of a group
    scored = unnamed.cte().prefix_with("MATERIALIZED")
    *named, rest = shop.rfm_groups
    name: Any = literal(rest.name)
    if named:
        whens = [(_in_group(scored, group), group.name) for group in named]
        # the first that fits names the member
        name = case(*whens, else_=rest.name)
    return select(scored, name.label("group")).subquery()


def _in_group(scored: Any, group: RfmGroup) -> ColumnElement[bool]:
    """True of members whose scores the rule of a group allows."""
    inside = []
    for letter, low, high in group.ranges:
        score = scored.c[letter]
        inside.append(score.between(low, high))
    return and_(*inside)


def _unnamed(session: Session, before: Day, shop: ShopRules) -> Subquery:
    """The same without the group."""
    first = _first(before, shop)
    known = _known(session, before, first)
    if known is None:
        return _scored_anew(before, first)
    return _scored(before, first, known)


def _group(r: int, f: int, m: int, shop: ShopRules) -> str:
    """The name of the first group into which scores fit."""
    by_letter = {"r": r, "f": f, "m": m}
    *named, rest = shop.rfm_groups
    for group in named:
        fits = [low <= by_letter[letter] <= high for letter, low, high in group.ranges]
        if all(fits):
            return group.name
    return rest.name


def _first(before: Day, shop: ShopRules) -> Day:
    """The first day of the window."""
    return before - shop.rfm_window


def _known(session: Session, before: Day, first: Day) -> dict[str, list[Any]] | None:
    """The edges as far as they follow from what is kept."""
    ids = rankings.moved(session, before, first)
    if ids is None:
        return None
    buyer = tables.sale.c.member_id
    theirs = database.among(session, buyer, ids)
    now = visits.activity(before, first, more=[theirs])
    come = session.execute(select(now)).all()
    return rankings.edges(session, ids, come, STEPS)


def _scored(before: Day, first: Day, known: dict[str, list[Any]]) -> Subquery:
    """Scores by edges that are known already."""
    base = visits.activity(before, first)
    scored = []
    # the later, the oftener, the more, the better
    for letter, what in _LETTERS.items():
        value = base.c[what]
        edges = [literal(edge, value.type) for edge in known[what]]
        score = _score(value, edges)
        scored.append(score.label(letter))
    return select(base, *scored).subquery()


def _scored_anew(before: Day, first: Day) -> Subquery:
    """Scores by edges that are found in the same statement."""
    # read once: everything below looks at it
    bought = select(visits.activity(before, first))
    base = bought.cte().prefix_with("MATERIALIZED")
    scored = []
    edges = []
    for letter, what in _LETTERS.items():
        value = base.c[what]
        found = _edges(base, value)
        edges.append(found)
        score = _score(value, found.c)
        scored.append(score.label(letter))
    query = select(base, *scored).select_from(base)
    # each is one row
    for found in edges:
        query = query.join(found, true())
    return query.subquery()


def _score(column: Any, edges: Iterable[Any]) -> Any:
    """1 + floor(5 x (rank - 1) / n), said otherwise: one more for each edge that the value is
    better than. Ranking everybody would cost five times as much."""
    better = [case((column > edge, 1), else_=0) for edge in edges]
    return sum(better, start=literal(1))


def _edges(base: Any, column: Any) -> Any:
    """One row with the values of the members who stand a fifth, two fifths and so on (rounded up)
    up the order of a value."""
    members = func.count().label("members")
    sizes = select(column.label("value"), members)
    counted = sizes.group_by(column).subquery()
    total = func.sum(counted.c.members)
    running = total.over(order_by=counted.c.value)
    upto_value = select(counted.c.value, running.label("upto"))
    upto = upto_value.subquery()
    counted_all = select(func.count()).select_from(base)
    whole = counted_all.scalar_subquery()
    at = []
    for step in range(1, STEPS):
        # in whole numbers: no fifth is rounded
        reached = upto.c.upto * STEPS >= whole * step
        lowest = func.min(upto.c.value)
        edge = lowest.filter(reached)
        at.append(edge.label(f"at_{step}"))
    return select(*at).cte().prefix_with("MATERIALIZED")


def overview(store: Store, *, before: Day | None = None) -> Overview:
    """The heat map and the groups at a date (exclusive; up to now without one)."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        shop = shop_settings.current(session)
        end = before or store.clock.tomorrow()
        found = _unnamed(session, end, shop)
        scored = [found.c[letter] for letter in _LETTERS]
        members = func.count().label("members")
        net = func.sum(found.c.net).label("net")
        sums = select(*scored, members, net)
        sums = sums.group_by(*scored)
        rows = session.execute(sums).all()
    by_cell: dict[tuple[int, int], _Tally] = defaultdict(_Tally)
    by_name: dict[str, _Tally] = defaultdict(_Tally)
    for row in rows:
        group = _group(row.r, row.f, row.m, shop)
        by_cell[row.r, row.f].add(row)
        by_name[group].add(row)
    cells = []
    for (r, f), tally in sorted(by_cell.items()):
        net_of_cell = Money(tally.net)
        cells.append(RfmCell(r, f, tally.members, net_of_cell))
    groups = []
    for one in shop.rfm_groups:
        tally = by_name[one.name]
        spent = Money(tally.net)
        groups.append(GroupSize(one.name, one.written, tally.members, spent))
    # everybody is in one cell
    everybody = sum(cell.members for cell in cells)
    total = sum(cell.net for cell in cells)
    return Overview(
        before=end,
        days=shop.rfm_window.days,
        members=everybody,
        net=Money(total),
        cells=tuple(cells),
        groups=tuple(groups),
    )


@dataclass
class _Tally:
    """Members and what they spent, added up."""

    members: int = 0
    net: int = 0

    def add(self, row: Any) -> None:
        self.members += row.members
        self.net += int(row.net)


def of_member(
    session: Session, store: Store, member: MemberId
) -> tuple[tuple[int, int, int], str] | None:
    """One member's scores and group, None without a visit in the window: nobody else is looked at
    where the edges are known."""
    shop = shop_settings.current(session)
    end = store.clock.tomorrow()
    first = _first(end, shop)
    own = tables.sale.c.member_id == member
    bought = visits.activity(end, first, more=[own])
    mine = session.execute(select(bought)).first()
    if mine is None:
        return None
    known = _known(session, end, first)
    if known is None:
        everybody = visits.activity(end, first)
        r, f, m = _by_counting(session, everybody, mine)
    else:
        values = [getattr(mine, what) for what in _LETTERS.values()]
        edges = [known[what] for what in _LETTERS.values()]
        r, f, m = map(_place, values, edges)
    group = _group(r, f, m, shop)
    return (r, f, m), group


def _place(value: Any, edges: Iterable[Any]) -> int:
    better = [edge for edge in edges if value > edge]
    return 1 + len(better)


def _by_counting(session: Session, base: Subquery, mine: Any) -> tuple[int, int, int]:
    """One member's scores by how many are worse: nobody is put in order."""
    worse = []
    for letter, what in _LETTERS.items():
        own = getattr(mine, what)
        below = base.c[what] < own
        count = func.count().filter(below)
        worse.append(count.label(letter))
    members = func.count().label("members")
    counted = select(members, *worse)
    row = session.execute(counted).one()
    counts = [getattr(row, letter) for letter in _LETTERS]
    r, f, m = [1 + STEPS * count // row.members for count in counts]
    return r, f, m


def every(session: Session, store: Store, before: Day | None = None) -> list[Scored]:
    """Every scored member, the best first."""
    end = before or store.clock.tomorrow()
    found = scores(session, end, shop_settings.current(session))
    person = tables.member.c
    query = select(found, person.member_no, person.name)
    scored = person.id == found.c.member_id
    query = query.join(tables.member, scored)
    most_first = found.c.net.desc()
    best_first = query.order_by(most_first, found.c.member_id)
    rows = session.execute(best_first)
    return [_listed(row) for row in rows]


def _listed(row: Any) -> Scored:
    return Scored(
        member_no=row.member_no,
        name=row.name,
        last=row.last,
        visits=row.visits,
        net=Money(int(row.net)),
        r=row.r,
        f=row.f,
        m=row.m,
        group=row.group,
    )


def moves(store: Store, *, before: Day, then: Day) -> dict[tuple[str, str], int]:
    """How many members went from which group to which between two dates; "" is not bought in that
    window."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        shop = shop_settings.current(session)
        old = scores(session, before, shop)
        new = scores(session, then, shop)
        return visits.steps(session, old, new, "group")
