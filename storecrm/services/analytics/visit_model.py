"""The BG/NBD model: while alive a member comes at random at an own rate; after each visit the
member may leave for ever, with an own chance. Four numbers (r, alpha: how the rates differ between
members; a, b: how the chances do) describe a shop; they are fitted to the members' visits by
maximum likelihood.

Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way: An
    Alternative to the Pareto/NBD Model, Marketing
Science 24 (2005), equations 6, 8 and 10; P(alive) after P. S. Fader, B. G. S. Hardie, K. L. Lee,
Computing P(alive) Using the BG/NBD Model
(2008). The simplex search is that of J. A. Nelder and R. Mead (1965). The one Python library with
this model that is small enough is not kept any more, and it brings SciPy; so the fit is ours.
`python -m benchmarks value` compares it with the published parameters of CDNOW.

Times are weeks: x repeat days, t_x from the first visit to the last, T from the first visit to the
end of what was seen.

    alive(fit(seen), VisitHistory(x=2, t_x=30.4, T=38.9))
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import exp, inf, lgamma, log

from storecrm.errors import NotPossible
from storecrm.services.progress import Progress, silent

ENOUGH = 50
"""Members with a second visit, under which nothing is said."""
ROUNDS = 600
FARTHEST = 12
"""Logarithm of what any of the four numbers may be: a search that went there is lost."""
_USUAL = (0.5, 5.0, 0.8, 2.0)
"""Where the search for r, alpha, a and b begins."""


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
    # the same for every member
    leaving = lgamma(a + b) - lgamma(b)
    fixed = leaving - lgamma(r) + r * log(alpha)
    log_a = log(a)
    total = 0.0
    for one, members in seen:
        x = one.x
        head = fixed + lgamma(r + x) + lgamma(b + x) - lgamma(a + b + x)
        watched = log(alpha + one.T)
        still = -(r + x) * watched
        if x:
            left = log_a - log(b + x - 1)
            seen_until = log(alpha + one.t_x)
            gone = left - (r + x) * seen_until
            # the sum of two powers, neither of which may overflow
            top = max(still, gone)
            both = exp(still - top) + exp(gone - top)
            still = top + log(both)
        total += members * (head + still)
    return total


def fit(seen: Iterable[VisitHistory], *, progress: Progress = silent) -> Model:
    """The four numbers that make what was seen most likely.

    Raises:
        NotPossible: not_enough_data (fewer than ENOUGH members came a second time).
        Cancelled: `progress` said so.
    """
    counts = list(Counter(seen).items())
    # nobody leaves before the second visit: who came once says nothing of leaving
    again = sum(members for one, members in counts if one.x)
    if again < ENOUGH:
        raise NotPossible("not_enough_data", where=str(again), least=ENOUGH)
    rounds = count(1)

    def worse(place: Sequence[float]) -> float:
        progress(min(next(rounds), ROUNDS), ROUNDS)
        farthest = max(map(abs, place))
        if farthest > FARTHEST:
            return inf
        r, alpha, a, b = map(exp, place)
        return -log_likelihood(r, alpha, a, b, counts)

    start = [log(usual) for usual in _USUAL]
    nearby, _ = _downhill(worse, start)
    # once more from there: the search may have stood still on a slope
    place, value = _downhill(worse, nearby)
    progress(ROUNDS, ROUNDS)
    r, alpha, a, b = map(exp, place)
    return Model(r, alpha, a, b, log_likelihood=-value)


_Corner = tuple[float, list[float]]
"""How bad a place is, and the place."""


def _downhill(
    worse: Callable[[Sequence[float]], float], start: Sequence[float], *, near: float = 1e-7
) -> tuple[list[float], float]:
    """The lowest place near `start`: the simplex search of Nelder and Mead."""

    def corner(place: list[float]) -> _Corner:
        return worse(place), place

    corners = sorted(map(corner, _around(start)))
    for _ in range(ROUNDS):
        low = corners[0][0]
        high = corners[-1][0]
        close = near * (abs(low) + near)
        if abs(high - low) <= close:
            break
        others = [place for _, place in corners[:-1]]
        middle = _middle(others)
        far = corners[-1][1]
        # the worst corner is turned over the middle of the others
        tried = corner(_away(middle, far, 1.0))
        if tried[0] < low:
            twice = corner(_away(middle, far, 2.0))
            tried = min(tried, twice)
        elif tried[0] >= corners[-2][0]:
            half = 0.5 if tried[0] < high else -0.5
            nearer = corner(_away(middle, far, half))
            tried = min(tried, nearer)
            if tried[0] >= high:
                corners = _shrunk(corners, corner)
                continue
        corners = sorted([*corners[:-1], tried])
    value, place = corners[0]
    return place, value


def _around(start: Sequence[float]) -> list[list[float]]:
    """The start, and one place beside it along each axis."""
    places = [list(start)]
    for axis in range(len(start)):
        place = list(start)
        place[axis] += 0.5
        places.append(place)
    return places


def _middle(places: Sequence[Sequence[float]]) -> list[float]:
    axes = zip(*places, strict=True)
    return [sum(along) / len(places) for along in axes]


def _away(middle: Sequence[float], far: Sequence[float], by: float) -> list[float]:
    """From `far` through the middle, and so many times as far behind it."""
    pairs = zip(middle, far, strict=True)
    return [m + by * (m - f) for m, f in pairs]


def _shrunk(corners: Sequence[_Corner], corner: Callable[[list[float]], _Corner]) -> list[_Corner]:
    """Every corner half way to the best one."""
    best = corners[0][1]
    halved = [corners[0]]
    for _, place in corners[1:]:
        pairs = zip(best, place, strict=True)
        half = [(b + p) / 2 for b, p in pairs]
        halved.append(corner(half))
    return sorted(halved)


def alive(model: Model, one: VisitHistory) -> float:
    """The chance that a member still comes, 0 to 1; 1 for who came once (nobody leaves before the
    second visit in this model).

    Source: Fader, Hardie and Lee (2008), equation 7.
    """
    return 1 / (1 + _gone(model, one))


def _gone(model: Model, one: VisitHistory) -> float:
    if not one.x:
        return 0.0
    watched = model.alpha + one.T
    seen = model.alpha + one.t_x
    power = (model.r + one.x) * log(watched / seen)
    odds = model.a / (model.b + one.x - 1)
    # beyond it exp() overflows
    return odds * exp(min(power, 700))


def expected(model: Model, one: VisitHistory, weeks: float) -> float:
    """Visit days expected in the next `weeks`.

    Source: Fader, Hardie and Lee (2005), equation 10.
    """
    a = model.a
    if abs(a - 1) < 1e-9:
        # the formula has a hole there that is none: a hair beside it
        a += 1e-6
    seen = model.alpha + one.T
    whole = seen + weeks
    bought = model.r + one.x
    left = a + model.b + one.x - 1
    ratio = exp(bought * log(seen / whole))
    stayed = model.b + one.x
    series = _hypergeometric(bought, stayed, left, weeks / whole)
    inside = 1 - ratio * series
    if_alive = left / (a - 1) * inside
    return if_alive / (1 + _gone(model, one))


def _hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Gauss's 2F1 as its series, for 0 <= z < 1."""
    term = total = 1.0
    # each term follows from the one before it
    for step in range(10_000):
        term *= (a + step) * (b + step) / (c + step) * z / (step + 1)
        total += term
        if abs(term) < 1e-12 * abs(total):
            break
    return total
