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
_BOUGHT = tables.member_figures.c.year_visits > 0
_STALE = tables.member_figures.c.stale == literal_column("1")
"""Written out: by a parameter SQLite does not see that the index of these rows fits."""


def hold(session: Session) -> None:
    """Before figures change: no step is believed until all are counted again."""
    database.hold(session, "standing")
    session.execute(delete(tables.figures_step))


def keep(store: Store) -> None:
    """Count the steps again where there are none. Nobody waits meanwhile: they are written down if
    no figure changed since."""
    rights.require(store, Right.KEEP_HOUSE)
    mark = secrets.randbits(60)
    with store.write() as session:
        database.hold(session, "standing")
        if (
            session.scalar(
                select(tables.figures_step.c.what)
                .where(tables.figures_step.c.what != "mark")
                .limit(1)
            )
            is not None
        ):
            return
        session.execute(delete(tables.figures_step))
        session.execute(insert(tables.figures_step).values(what="mark", value=mark, below=0))
    with store.read() as session:
        steps = _counted(session)
    with store.write() as session:
        database.hold(session, "standing")
        begun = delete(tables.figures_step).where(
            tables.figures_step.c.what == "mark", tables.figures_step.c.value == mark
        )
        # whoever takes the mark away writes the steps
        ours = session.execute(begun).rowcount  # type: ignore[attr-defined]
        if ours and steps:
            session.execute(
                insert(tables.figures_step),
                [{"what": what, "value": value, "below": below} for what, value, below in steps],
            )


def _counted(session: Session) -> list[tuple[str, int, int]]:
    """Every step, from the kept rows; `before` and `first` bear the days between which they hold,
    and how many they are."""
    newest, since, members = session.execute(
        select(
            func.max(tables.member_figures.c.newest),
            func.max(tables.member_figures.c.year_from),
            func.count().filter(_BOUGHT),
        )
    ).one()
    if newest is None or since is None:
        return []
    steps = [("before", newest.toordinal() + 1, members), ("first", since.toordinal(), members)]
    for what in ("last", "visits"):
        column, below = tables.member_figures.c[f"year_{what}"], 0
        for value, count in session.execute(
            select(column, func.count()).where(_BOUGHT).group_by(column).order_by(column)
        ):
            steps.append((what, _number(value), below))
            below += count
    net = tables.member_figures.c.year_net
    under, place = func.rank().over(order_by=net) - 1, func.row_number().over(order_by=net)
    rows = (
        select(net.label("value"), under.label("below"), place.label("place"))
        .where(_BOUGHT)
        .subquery()
    )
    query = (
        select(rows.c.value, rows.c.below)
        .where(rows.c.place % RUNG == 1)
        .distinct()
        .order_by(rows.c.value)
    )
    return steps + [("net", int(value), int(below)) for value, below in session.execute(query)]


def wrong(session: Session) -> list[str]:
    """Steps that say something else than the kept rows."""
    kept = {
        (row.what, row.value, row.below)
        for row in session.execute(
            select(tables.figures_step).where(tables.figures_step.c.what != "mark")
        )
    }
    return sorted({what for what, _, __ in kept ^ set(_counted(session))}) if kept else []


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
        return self.below[place] - bisect_left(self.gone, value) + bisect_left(self.come, value)

    def above(self, number: int) -> int:
        """The last step with fewer than so many below it, -1 when the first has not."""
        return bisect_left(range(len(self.values)), number, key=self.under) - 1


def moved(session: Session, before: Day, first: Day) -> Sequence[int] | None:
    """Members whose kept row does not say any more what they bought between two days; None where
    the steps are not of these days (another year, no housekeeping yet), or where they are so many
    that putting all in order is quicker."""
    span: dict[str, int] = dict(
        session.execute(
            select(tables.figures_step.c.what, tables.figures_step.c.value).where(
                tables.figures_step.c.what.in_(("before", "first"))
            )
        ).all()
    )
    if not span or span["before"] > before.toordinal() or span["first"] > first.toordinal():
        return None
    # some stand in both; gathering them in the statement would take it off its indexes
    found = union_all(
        select(tables.member_figures.c.member_id).where(_STALE),
        select(tables.member_figures.c.member_id).where(tables.member_figures.c.year_next < first),
    )
    ids = session.scalars(found.limit(MOST + 1)).all()
    return sorted(set(ids)) if len(ids) <= MOST else None


def edges(
    session: Session, ids: Sequence[int], come: Sequence[Any], parts: int
) -> dict[str, list[Any]]:
    """Of each measure the values of the members who stand one part, two parts and so on (rounded
    up) up the order. `ids` are those whose kept row does not hold, `come` what holds of them
    instead."""
    steps: dict[str, list[tuple[int, int]]] = {}
    for row in session.execute(
        select(tables.figures_step).order_by(
            tables.figures_step.c.what, tables.figures_step.c.value
        )
    ):
        steps.setdefault(row.what, []).append((row.value, row.below))
    kept = select(*(tables.member_figures.c[f"year_{what}"].label(what) for what in MEASURES))
    gone = session.execute(
        kept.where(database.among(session, tables.member_figures.c.member_id, ids), _BOUGHT)
    ).all()
    whole = steps["before"][0][1]
    members, found = whole - len(gone) + len(come), dict[str, list[Any]]()
    for what in MEASURES:
        values, below = zip(*steps.get(what, ()), strict=True) if what in steps else ((), ())
        out, put = (sorted(_number(getattr(row, what)) for row in rows) for rows in (gone, come))
        order = _Order(values=values, below=below, members=whole, gone=out, come=put)
        places = [-(-members * part // parts) for part in range(1, parts)]
        found[what] = [_nth(session, what, order, place) for place in places] if members else []
    return {
        "last": [date.fromordinal(day) for day in found["last"]],
        "visits": found["visits"],
        "net": found["net"],
    }


def _nth(session: Session, what: str, order: _Order, number: int) -> int:
    """The value of the member who stands at a place, 1 the worst.

    Raises:
        LookupError: fewer members than that are in order.
    """
    step = order.above(number)
    low = order.values[step] if step >= 0 else None
    high = order.values[step + 1] if step + 1 < len(order.values) else None
    inside = _kept_between(session, what, order, step) - Counter(_between(order.gone, low, high))
    inside += Counter(_between(order.come, low, high))
    left = number - (order.under(step) if step >= 0 else 0)
    for value in sorted(inside):
        left -= inside[value]
        if left <= 0:
            return value
    raise LookupError(what)


def _kept_between(session: Session, what: str, order: _Order, step: int) -> Counter[int]:
    """How many members have each kept value from a step up to the next."""
    if step < 0:
        return Counter()
    if what != "net":
        upto = order.below[step + 1] if step + 1 < len(order.below) else order.members
        return Counter({order.values[step]: upto - order.below[step]})
    net = tables.member_figures.c.year_net
    query = select(net).where(_BOUGHT, net >= order.values[step])
    if step + 1 < len(order.values):
        query = query.where(net < order.values[step + 1])
    return Counter(session.scalars(query))


def _between(values: Sequence[int], low: int | None, high: int | None) -> Sequence[int]:
    start = bisect_left(values, low) if low is not None else 0
    end = bisect_left(values, high) if high is not None else len(values)
    return values[start:end]


def _number(value: Any) -> int:
    return value.toordinal() if isinstance(value, date) else int(value)
