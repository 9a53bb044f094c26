"""Will the member come again? The BG/NBD model: while alive a member comes at random at an own
rate; after each visit the member may leave for ever, with an own chance. Four numbers (r, alpha:
how the rates differ between members; a, b: how the chances do) describe a shop; they are fitted to
the members' visits by maximum likelihood.

Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way: An
    Alternative to the Pareto/NBD Model, Marketing
Science 24 (2005), equations 6, 8 and 10; P(alive) after P. S. Fader, B. G. S. Hardie, K. L. Lee,
Computing P(alive) Using the BG/NBD Model
(2008). The simplex search is that of J. A. Nelder and R. Mead (1965). The one Python library with
this model that is small enough is not kept any more, and it brings SciPy; so the fit is ours.
`python -m benchmarks value` compares it with the published parameters of CDNOW.

Times are weeks: x repeat days, t_x from the first visit to the last, T from the first visit to the
end of what was seen.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from math import exp, inf, lgamma, log
from typing import Any

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from storecrm.domain.repurchase import Outlook
from storecrm.errors import NotPossible
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.database import days_between
from storecrm.models.learned import Learned
from storecrm.services import rights
from storecrm.services.analytics import visits
from storecrm.services.members import registry
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money

AHEAD = 90
"""Days that are looked ahead."""
SAMPLE = 5000
"""Members the fit looks at; more of them change the four numbers less than the year does."""
ENOUGH = 50
"""Members with a second visit, under which nothing is said."""
ROUNDS = 600


@dataclass(frozen=True)
class VisitHistory:
    """What the model knows of a member: repeat days `x`, weeks to the last visit `t_x`, weeks
    watched `T`."""

    x: int
    t_x: float
    T: float


@dataclass(frozen=True)
class Model:
    """The four numbers, and how well they fit (natural logarithm of the likelihood)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


def log_likelihood(
    r: float, alpha: float, a: float, b: float, seen: Iterable[tuple[VisitHistory, int]]
) -> float:
    """Of members with how many of each there are; -inf outside the model's range (all four above
    0).

    Source: Fader, Hardie and Lee (2005), equation 6, in logarithms.
    """
    if min(r, alpha, a, b) <= 0:
        return -inf
    fixed = lgamma(a + b) - lgamma(b) - lgamma(r) + r * log(alpha)
    log_a = log(a)
    total = 0.0
    for one, count in seen:
        x = one.x
        head = fixed + lgamma(r + x) + lgamma(b + x) - lgamma(a + b + x)
        still = -(r + x) * log(alpha + one.T)
        if x:
            gone = log_a - log(b + x - 1) - (r + x) * log(alpha + one.t_x)
            top = max(still, gone)
            still = top + log(exp(still - top) + exp(gone - top))
        total += count * (head + still)
    return total


def fit(seen: Iterable[VisitHistory], *, progress: Progress = silent) -> Model:
    """The four numbers that make what was seen most likely.

    Raises:
        NotPossible: not_enough_data (fewer than ENOUGH members came a second time).
        Cancelled: `progress` said so.
    """
    counts = list(Counter(seen).items())
    again = sum(count for one, count in counts if one.x)
    if again < ENOUGH:
        raise NotPossible("not_enough_data", where=str(again), least=ENOUGH)
    steps = 0

    def worse(place: Sequence[float]) -> float:
        nonlocal steps
        steps += 1
        progress(min(steps, ROUNDS), ROUNDS)
        if any(abs(each) > 12 for each in place):
            return inf
        r, alpha, a, b = map(exp, place)
        return -log_likelihood(r, alpha, a, b, counts)

    best, value = _downhill(worse, [log(0.5), log(5.0), log(0.8), log(2.0)])
    best, value = _downhill(worse, best)
    progress(ROUNDS, ROUNDS)
    r, alpha, a, b = map(exp, best)
    return Model(r=r, alpha=alpha, a=a, b=b, log_likelihood=-value)


def _downhill(
    worse: Callable[[Sequence[float]], float], start: Sequence[float], *, near: float = 1e-7
) -> tuple[list[float], float]:
    """The lowest place near `start`: the simplex search of Nelder and Mead."""
    size = len(start)
    places = [list(start)] + [
        [each + (0.5 if at == axis else 0.0) for at, each in enumerate(start)]
        for axis in range(size)
    ]
    corners = sorted((worse(place), place) for place in places)
    for _ in range(ROUNDS):
        low, high = corners[0][0], corners[-1][0]
        if abs(high - low) <= near * (abs(low) + near):
            break
        middle = [sum(place[axis] for _, place in corners[:-1]) / size for axis in range(size)]
        far = corners[-1][1]

        def away(
            by: float, middle: list[float] = middle, far: list[float] = far
        ) -> tuple[float, list[float]]:
            place = [m + by * (m - f) for m, f in zip(middle, far, strict=True)]
            return worse(place), place

        tried = away(1.0)
        if tried[0] < corners[0][0]:
            tried = min(tried, away(2.0))
        elif tried[0] >= corners[-2][0]:
            tried = min(tried, away(0.5 if tried[0] < high else -0.5))
            if tried[0] >= high:
                best = corners[0][1]
                shrunk = [
                    [(b + p) / 2 for b, p in zip(best, place, strict=True)]
                    for _, place in corners[1:]
                ]
                corners = sorted([corners[0], *((worse(place), place) for place in shrunk)])
                continue
        corners = sorted([*corners[:-1], tried])
    return corners[0][1], corners[0][0]


def alive(model: Model, one: VisitHistory) -> float:
    """The chance that a member still comes, 0 to 1; 1 for who came once (nobody leaves before the
    second visit in this model).

    Source: Fader, Hardie and Lee (2008), equation 7.
    """
    return 1 / (1 + _gone(model, one))


def _gone(model: Model, one: VisitHistory) -> float:
    if not one.x:
        return 0.0
    power = (model.r + one.x) * log((model.alpha + one.T) / (model.alpha + one.t_x))
    return model.a / (model.b + one.x - 1) * exp(min(power, 700))


def expected(model: Model, one: VisitHistory, weeks: float) -> float:
    """Visit days expected in the next `weeks`.

    Source: Fader, Hardie and Lee (2005), equation 10.
    """
    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, one.x
    if abs(a - 1) < 1e-9:
        # the formula has a hole there that is none: a hair beside it
        a += 1e-6
    whole = alpha + one.T + weeks
    ratio = exp((r + x) * log((alpha + one.T) / whole))
    inside = 1 - ratio * _hypergeometric(r + x, b + x, a + b + x - 1, weeks / whole)
    return (a + b + x - 1) / (a - 1) * inside / (1 + _gone(model, one))


def _hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Gauss's 2F1 as its series, for 0 <= z < 1."""
    term = total = 1.0
    for step in range(10_000):
        term *= (a + step) * (b + step) / (c + step) * z / (step + 1)
        total += term
        if abs(term) < 1e-12 * abs(total):
            break
    return total


def learn(store: Store, *, progress: Progress = silent) -> Model:
    """Fit the model to the shop's members up to today and keep it.

    Raises:
        NotPossible: not_enough_data.
        Cancelled: `progress` said so; what was learned before stays.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        before = store.clock.tomorrow()
        rows = session.execute(_seen(before)).all()
    step = max(1, len(rows) // SAMPLE)
    model = fit([_of_row(row) for row in rows[::step]], progress=progress)
    with store.write() as session:
        session.execute(delete(tables.learned).where(tables.learned.c.what == "value"))
        first = min(row.first for row in rows)
        values = {
            "what": "value",
            "first_day": first,
            "last_day": store.clock.today(),
            "counted": len(rows),
            "at": store.clock.now(),
        }
        session.execute(insert(Learned).values(**values, parameters=json.dumps(asdict(model))))
        audit.log(session, store, "value_learned", members=len(rows))
    return model


def model_of(session: Session) -> Model | None:
    """The model that was learned, None before the first time."""
    text = session.scalar(
        select(tables.learned.c.parameters).where(tables.learned.c.what == "value")
    )
    return Model(**json.loads(text)) if text else None


def _seen(before: Day, only: MemberId | None = None) -> Any:
    """member_id, days, first, span, watched and net of every member who ever came, as of a day
    (exclusive)."""
    days = func.count(tables.sale.c.business_date.distinct()).filter(visits.VISIT)
    first = func.min(tables.sale.c.business_date).filter(visits.VISIT)
    last = func.max(tables.sale.c.business_date).filter(visits.VISIT)
    mine = [visits.LIVE, tables.sale.c.business_date < before]
    if only is not None:
        mine.append(tables.sale.c.member_id == only)
    found = (
        select(
            tables.sale.c.member_id,
            days.label("days"),
            first.label("first"),
            last.label("last"),
            func.coalesce(func.sum(tables.sale.c.net), 0).label("net"),
        )
        .where(*mine)
        .group_by(tables.sale.c.member_id)
        .having(days > 0)
        .subquery()
    )
    today = literal(before - timedelta(days=1), tables.member.c.registered_on.type)
    return select(
        found.c.member_id,
        found.c.days,
        found.c.first,
        days_between(found.c.first, found.c.last).label("span"),
        days_between(found.c.first, today).label("watched"),
        found.c.net,
    ).order_by(found.c.member_id)


def _of_row(row: Any) -> VisitHistory:
    return VisitHistory(int(row.days) - 1, row.span / 7, max(row.span, row.watched) / 7)


def of_member(session: Session, store: Store, member: MemberId) -> Outlook | None:
    """One member's future, None without a model or a visit."""
    model = model_of(session)
    row = (
        session.execute(_seen(store.clock.tomorrow(), member)).first()
        if model is not None
        else None
    )
    if row is None or model is None:
        return None
    who = session.execute(
        select(tables.member.c.member_no, tables.member.c.name).where(tables.member.c.id == member)
    ).one()
    return _outlook(model, row, who.member_no, who.name)


def _outlook(model: Model, row: Any, number: str, name: str) -> Outlook:
    one = _of_row(row)
    visits_ = max(0.0, expected(model, one, AHEAD / 7))
    return Outlook(
        member_no=number,
        name=name,
        alive=alive(model, one),
        visits=visits_,
        net=Money(round(visits_ * max(0, int(row.net)) / int(row.days))),
    )


def show(store: Store, *, member: str) -> Outlook | None:
    """One member's future.

    Raises:
        NotFound: member.
        NotPossible: not_learned.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        if model_of(session) is None:
            raise NotPossible("not_learned")
        return of_member(session, store, registry.resolve(session, store, member))


@dataclass(frozen=True)
class Outlooks:
    """How many members have an outlook, and the most valuable of them."""

    members: int
    best: tuple[Outlook, ...]


def best(store: Store, *, limit: int = 20) -> Outlooks:
    """The members who are worth most from now on.

    Raises:
        NotPossible: not_learned.
    """
    rights.require(store, Right.REPORTS)
    found = every(store)
    return Outlooks(len(found), tuple(found[:limit]))


def every(store: Store, *, progress: Progress = silent) -> list[Outlook]:
    """Everybody's future, the most valuable first.

    Raises:
        NotPossible: not_learned.
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        model = model_of(session)
        if model is None:
            raise NotPossible("not_learned")
        names = {
            row.id: row
            for row in session.execute(
                select(tables.member.c.id, tables.member.c.member_no, tables.member.c.name).where(
                    tables.member.c.state == "live"
                )
            )
        }
        rows = [
            row for row in session.execute(_seen(store.clock.tomorrow())) if row.member_id in names
        ]
    found = []
    for at, row in enumerate(rows):
        if at % 500 == 0:
            progress(at, len(rows))
        found.append(
            _outlook(model, row, names[row.member_id].member_no, names[row.member_id].name)
        )
    progress(len(rows), len(rows))
    return sorted(found, key=lambda one: (-one.net, one.member_no))
