"""Where members stand by what they bought in the year: kept with their figures, so that who is a
fifth up the order is found without putting everybody in order.

A step says of a value how many kept rows lie below it. Days and visits have a step for each value,
sums one for each RUNG rows. Steps are of all kept rows as housekeeping left them; whoever's row
does not hold any more is taken out and put in again with what holds now, so that the answer is the
same whether housekeeping ran or not.
"""

import secrets
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, literal_column, select, union_all
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day

RUNG = 256
"""Rows between two steps of a sum: as many are read to find one value."""
MOST = 5_000
"""Members whose rows do not hold, above which it is quicker to put everybody in order."""
MEASURES = ("last", "visits", "net")
_KEPT = tables.member_figures.c
_STEP = tables.figures_step.c
_BOUGHT = _KEPT.year_visits > 0
_STALE = _KEPT.stale == literal_column("1")
"""Written out: by a parameter SQLite does not see that the index of these rows fits."""
_MARK = _STEP.what == "mark"
_NO_MARK = _STEP.what != "mark"
_LOCK = "standing"


def hold(session: Session) -> None:
    """Before figures change: no step is believed until all are counted again."""
    database.hold(session, _LOCK)
    session.execute(delete(tables.figures_step))


def keep(store: Store) -> None:
    """Count the steps again where there are none. Nobody waits meanwhile: they are written down if
    no figure changed since."""
    rights.require(store, Right.KEEP_HOUSE)
    mark = secrets.randbits(60)
    with store.write() as session:
        database.hold(session, _LOCK)
        present = select(_STEP.what).where(_NO_MARK).limit(1)
        if session.scalar(present) is not None:
            return
        session.execute(delete(tables.figures_step))
        _write(session, [("mark", mark, 0)])
    with store.read() as session:
        steps = _counted(session)
    with store.write() as session:
        database.hold(session, _LOCK)
        begun = delete(tables.figures_step).where(_MARK, _STEP.value == mark)
        # whoever takes the mark away writes the steps
        ours = session.execute(begun).rowcount  # type: ignore[attr-defined]
        if ours and steps:
            _write(session, steps)


def _write(session: Session, steps: Sequence[tuple[str, int, int]]) -> None:
    names = ("what", "value", "below")
    rows = [dict(zip(names, step, strict=True)) for step in steps]
    session.execute(insert(tables.figures_step), rows)


def _counted(session: Session) -> list[tuple[str, int, int]]:
    """Every step, from the kept rows; `before` and `first` bear the days between which they hold,
    and how many they are."""
    bought = func.count().filter(_BOUGHT)
    last = func.max(_KEPT.newest)
    span = select(last, func.max(_KEPT.year_from), bought)
    newest, since, members = session.execute(span).one()
    if newest is None or since is None:
        return []
    steps = [("before", newest.toordinal() + 1, members)]
    steps.append(("first", since.toordinal(), members))
    for what in ("last", "visits"):
        steps += _each_value(session, what)
    return steps + _rungs(session)


def _each_value(session: Session, what: str) -> list[tuple[str, int, int]]:
    """A step for each value of days or visits."""
    value = _KEPT[f"year_{what}"]
    members = func.count().label("members")
    query = select(value.label("value"), members).where(_BOUGHT)
    lowest_first = query.group_by(value).order_by(value)
    steps = []
    below = 0
    for row in session.execute(lowest_first):
        steps.append((what, _number(row.value), below))
        below += row.members
    return steps


def _rungs(session: Session) -> list[tuple[str, int, int]]:
    """A step for each RUNG rows of what was spent."""
    net = _KEPT.year_net
    under = func.rank().over(order_by=net) - 1
    place = func.row_number().over(order_by=net)
    value = net.label("value")
    columns = (value, under.label("below"), place.label("place"))
    rows = select(*columns).where(_BOUGHT).subquery()
    query = select(rows.c.value, rows.c.below)
    # equal sums make one step
    query = query.where(rows.c.place % RUNG == 1)
    lowest_first = query.distinct().order_by(rows.c.value)
    found = session.execute(lowest_first)
    return [("net", int(value), int(below)) for value, below in found]


def wrong(session: Session) -> list[str]:
    """Steps that say something else than the kept rows."""
    counted = select(_STEP.what, _STEP.value, _STEP.below).where(_NO_MARK)
    steps = session.execute(counted)
    kept = {(row.what, row.value, row.below) for row in steps}
    # none: housekeeping has not been here yet
    if not kept:
        return []
    differing = kept ^ set(_counted(session))
    return sorted({what for what, _, __ in differing})


@dataclass(frozen=True)
class _Order:
    """The steps of one measure, how many kept rows there are, which of their values hold no more
    (`gone`) and which hold instead."""

    values: Sequence[int]
    below: Sequence[int]
    members: int
    gone: Sequence[int]
    come: Sequence[int]

    def under(self, place: int) -> int:
        """How many are below a step now."""
        value = self.values[place]
        gone = bisect_left(self.gone, value)
        come = bisect_left(self.come, value)
        return self.below[place] - gone + come

    def above(self, number: int) -> int:
        """The last step with fewer than so many below it, -1 when the first has not."""
        places = range(len(self.values))
        return bisect_left(places, number, key=self.under) - 1

    def span(self, step: int) -> tuple[int | None, int | None]:
        """The values of a step and of the next; None before the first and behind the last."""
        upper = step + 1
        low = self.values[step] if step >= 0 else None
        high = self.values[upper] if upper < len(self.values) else None
        return low, high


def moved(session: Session, before: Day, first: Day) -> Sequence[int] | None:
    """Members whose kept row does not say any more what they bought between two days; None where
    the steps are not of these days (another year, no housekeeping yet), or where they are so many
    that putting all in order is quicker."""
    edges_ = _STEP.what.in_(("before", "first"))
    days = select(_STEP.what, _STEP.value).where(edges_)
    span = {what: int(value) for what, value in session.execute(days)}
    if not span or span["before"] > before.toordinal():
        return None
    if span["first"] > first.toordinal():
        return None
    # some stand in both; gathering them in the statement would take it off its indexes
    member = select(_KEPT.member_id)
    changed = member.where(_STALE)
    aged = member.where(_KEPT.year_next < first)
    found = union_all(changed, aged)
    # one more than may be tells that there are too many
    ids = session.scalars(found.limit(MOST + 1)).all()
    if len(ids) > MOST:
        return None
    return sorted(set(ids))


def edges(
    session: Session, ids: Sequence[int], come: Sequence[Any], parts: int
) -> dict[str, list[Any]]:
    """Of each measure the values of the members who stand one part, two parts and so on (rounded
    up) up the order. `ids` are those whose kept row does not hold, `come` what holds of them
    instead."""
    steps = _steps(session)
    # what those rows say that do not hold
    columns = [_KEPT[f"year_{what}"].label(what) for what in MEASURES]
    kept = select(*columns)
    theirs = database.among(session, _KEPT.member_id, ids)
    dropped = kept.where(theirs, _BOUGHT)
    gone = session.execute(dropped).all()
    whole = steps["before"][0].below
    members = whole - len(gone) + len(come)
    places = _places(members, parts)
    found: dict[str, list[Any]] = {}
    for what in MEASURES:
        mine = steps.get(what, [])
        values = [step.value for step in mine]
        below = [step.below for step in mine]
        out = _numbers(gone, what)
        put = _numbers(come, what)
        order = _Order(values=values, below=below, members=whole, gone=out, come=put)
        found[what] = [_nth(session, what, order, place) for place in places]
    # kept as numbers
    days = [date.fromordinal(day) for day in found["last"]]
    return found | {"last": days}


def _places(members: int, parts: int) -> list[int]:
    """Of so many members those who stand one part, two parts and so on up, rounded up."""
    if not members:
        return []
    return [-(-members * part // parts) for part in range(1, parts)]


def _steps(session: Session) -> dict[str, list[Any]]:
    """The steps of each measure, the lowest first."""
    steps: dict[str, list[Any]] = {}
    ordered = select(tables.figures_step).order_by(_STEP.what, _STEP.value)
    for row in session.execute(ordered):
        steps.setdefault(row.what, []).append(row)
    return steps


def _numbers(rows: Sequence[Any], what: str) -> list[int]:
    values = [getattr(row, what) for row in rows]
    return sorted(map(_number, values))


def _nth(session: Session, what: str, order: _Order, number: int) -> int:
    """The value of the member who stands at a place, 1 the worst.

    Raises:
        LookupError: fewer members than that are in order.
    """
    step = order.above(number)
    low, high = order.span(step)
    inside = _kept_between(session, what, order, step)
    # an order that lost more than it had of a value has none of it
    gone = _between(order.gone, low, high)
    inside = inside - Counter(gone)
    come = _between(order.come, low, high)
    inside += Counter(come)
    under = order.under(step) if step >= 0 else 0
    # from here on member by member
    left = number - under
    for value in sorted(inside):
        left -= inside[value]
        if left <= 0:
            return value
    raise LookupError(what)


def _kept_between(session: Session, what: str, order: _Order, step: int) -> Counter[int]:
    """How many members have each kept value from a step up to the next."""
    if step < 0:
        return Counter()
    low, high = order.span(step)
    if what != "net":
        # each value has a step of its own
        upto = order.members
        if high is not None:
            upto = order.below[step + 1]
        members = upto - order.below[step]
        return Counter({order.values[step]: members})
    net = _KEPT.year_net
    query = select(net).where(_BOUGHT, net >= low)
    if high is not None:
        query = query.where(net < high)
    return Counter(session.scalars(query))


def _between(values: Sequence[int], low: int | None, high: int | None) -> Sequence[int]:
    start = 0
    if low is not None:
        start = bisect_left(values, low)
    if high is None:
        return values[start:]
    return values[start : bisect_left(values, high)]


def _number(value: Any) -> int:
    return value.toordinal() if isinstance(value, date) else int(value)
