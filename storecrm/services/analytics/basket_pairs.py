"""Which articles lie in one basket: on how many receipts each was, and each two together.

Counted over the days of the window and kept; `recommendation` reads what is kept. Measured beside
"most popular" by `python -m benchmarks recommend`.

    basket_pairs.learn(store)
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.learned import Learned
from storecrm.services import rights, shop_settings
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day

MOST = 2000
"""How many articles are compared with each other: those on most receipts."""
NEIGHBOURS = 50
"""How many partners of an article are kept."""
LEAST = 3
"""On fewer receipts than this together is chance."""
CHUNK = 5000
MOST_WRONG = 100
_COUNTER_BYTES = array("I").itemsize
_READ_AT_ONCE = 20_000
_COLUMNS = ("first_id", "second_id", "receipts")
_PAIR = tables.product_pair.c
_LEARNED = tables.learned.c
_OF_PAIRS = _LEARNED.what == "pairs"


@dataclass(frozen=True)
class Counts:
    """Receipts in all, receipts with each article, and receipts with each pair (lower number
    first)."""

    receipts: int
    single: dict[int, int]
    pair: dict[tuple[int, int], int]


def counted(baskets: Iterable[Sequence[int]], *, most: int = MOST) -> Counts:
    """Count articles and pairs over receipts, each receipt a list of article numbers (read twice:
    give a list, or something that can be read again).

    Returns the pairs that are worth keeping: at least LEAST receipts together, among the NEIGHBOURS
    strongest of either article.
    """
    single: Counter[int] = Counter()
    receipts = 0
    for basket in baskets:
        receipts += 1
        single.update(set(basket))
    top = [product for product, _ in single.most_common(most)]
    grid = _grid(baskets, top)
    pair: dict[tuple[int, int], int] = {}
    for one, found in _partners(grid, len(top)).items():
        strongest = sorted(found, reverse=True)[:NEIGHBOURS]
        for both, other in strongest:
            products = sorted((top[one], top[other]))
            pair[products[0], products[1]] = both
    counted_alone = {product: single[product] for product in top}
    return Counts(receipts, counted_alone, pair)


def _grid(baskets: Iterable[Sequence[int]], top: Sequence[int]) -> Sequence[int]:
    """How many baskets hold each two of `top`, the one of lower place first: place by place, as one
    flat square."""
    place = {product: at for at, product in enumerate(top)}
    size = len(top)
    grid = array("I", bytes(_COUNTER_BYTES * size * size))
    for basket in baskets:
        # an article that lies in it twice is in it once
        places = {place[product] for product in basket if product in place}
        inside = sorted(places)
        for at, one in enumerate(inside):
            base = one * size
            for other in inside[at + 1 :]:
                grid[base + other] += 1
    return grid


def _partners(grid: Sequence[int], size: int) -> Mapping[int, list[tuple[int, int]]]:
    """Of each place the (baskets, place) of those that lie with it oftener than by chance."""
    partners: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in range(size):
        for other in range(one + 1, size):
            both = grid[one * size + other]
            if both >= LEAST:
                partners[one].append((both, other))
                partners[other].append((both, one))
    return partners


def learn(store: Store, *, progress: Progress = silent) -> int:
    """Count the pairs of the window (rule `pairs_days`) anew; returns how many are kept. Takes
    seconds for a million lines.

    Raises:
        Cancelled: `progress` said so; what was learned before stays.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        window = shop_settings.current(session).pairs_window
        # a day that is over: what is sold today may still be undone
        today = store.clock.today()
        first = today - window
        last = today - timedelta(days=1)
        progress(0, 0)
        counts = counted(_baskets(session, first, last))
    rows = _rows(counts)
    with store.write() as session:
        forget(session)
    for start in range(0, len(rows), CHUNK):
        progress(start, len(rows))
        part = rows[start : start + CHUNK]
        with store.write() as session:
            database.bulk_insert(session, tables.product_pair, _COLUMNS, part)
    kept = len(counts.pair)
    with store.write() as session:
        values = {
            "what": "pairs",
            "first_day": first,
            "last_day": last,
            "counted": counts.receipts,
            "parameters": "{}",
            "at": store.clock.now(),
        }
        session.execute(insert(Learned).values(**values))
        counted_ = {"receipts": counts.receipts, "pairs": kept}
        audit.log(session, store, "pairs_learned", **counted_)
    progress(len(rows), len(rows))
    return kept


def _rows(counts: Counts) -> list[tuple[int, int, int]]:
    rows = []
    for (one, other), both in sorted(counts.pair.items()):
        rows.append((one, other, both))
    # an article with itself: on how many receipts it was
    for product, receipts_ in sorted(counts.single.items()):
        rows.append((product, product, receipts_))
    return rows


def learned_on(session: Session) -> Day | None:
    """The last day of the window that was learned, None before the first time."""
    return session.scalar(select(_LEARNED.last_day).where(_OF_PAIRS))


def receipts(session: Session) -> int:
    """How many receipts were counted, 0 before the first time."""
    known = session.scalar(select(_LEARNED.counted).where(_OF_PAIRS))
    return int(known or 0)


def forget(session: Session) -> None:
    """Receipts of days gone by came or went: what was learned of them does not hold any more."""
    session.execute(delete(tables.product_pair))
    session.execute(delete(tables.learned).where(_OF_PAIRS))


def partners_of(
    session: Session, products: set[int]
) -> tuple[dict[int, int], Mapping[int, dict[int, int]]]:
    """On how many receipts these articles and their partners were, and of each on how many each
    other one was with it."""
    single: dict[int, int] = {}
    partners: defaultdict[int, dict[int, int]] = defaultdict(dict)
    as_first = _PAIR.first_id.in_(products)
    either = or_(as_first, _PAIR.second_id.in_(products))
    for row in session.execute(select(tables.product_pair).where(either)):
        one = row.first_id
        other = row.second_id
        if one == other:
            single[one] = row.receipts
        else:
            partners[one][other] = row.receipts
            partners[other][one] = row.receipts
    # a partner is on receipts without them too
    others = set(partners) - single.keys()
    by_itself = _PAIR.first_id == _PAIR.second_id
    theirs = select(_PAIR.first_id, _PAIR.receipts)
    theirs = theirs.where(by_itself, _PAIR.first_id.in_(others))
    single |= {product: count for product, count in session.execute(theirs)}
    return single, partners


def _inside(first: Day, last: Day) -> tuple[Any, ...]:
    """True of a line that was sold in the window."""
    sale = tables.sale.c
    line = tables.sale_line.c
    posted = sale.state == "posted"
    # neither a void nor a return
    own = (sale.voids_id.is_(None), sale.returns_id.is_(None))
    in_window = sale.business_date.between(first, last)
    sold = (line.product_id.is_not(None), line.quantity > 0)
    return (posted, *own, in_window, *sold)


def _lines(columns: Sequence[Any], first: Day, last: Day) -> Select[Any]:
    """The lines that were sold in the window."""
    of_sale = tables.sale.c.id == tables.sale_line.c.sale_id
    lines = select(*columns).join(tables.sale, of_sale)
    return lines.where(*_inside(first, last))


def _baskets(session: Session, first: Day, last: Day) -> list[tuple[int, ...]]:
    """The articles of each receipt in the window."""
    line = tables.sale_line.c
    query = _lines((line.sale_id, line.product_id), first, last)
    in_order = query.order_by(line.sale_id)
    # not all of a year's lines at once
    rows = session.execute(in_order.execution_options(yield_per=_READ_AT_ONCE))
    return list(_gathered(rows))


def _gathered(lines: Iterable[Any]) -> Iterator[tuple[int, ...]]:
    """One basket for all lines of a receipt; they come one after the other."""
    now = 0
    basket = set[int]()
    for sale, product in lines:
        if sale != now:
            if basket:
                yield tuple(basket)
            now = sale
            basket = set()
        basket.add(product)
    if basket:
        yield tuple(basket)


def wrong_counts(session: Session) -> list[int]:
    """Articles of which more receipts were counted than there are, or more together with another
    than of one of them: for the proof of the books. (Fewer is no fault: a receipt of days gone by
    may have come since.)"""
    window = select(_LEARNED.first_day, _LEARNED.last_day).where(_OF_PAIRS)
    kept = session.execute(window).first()
    if kept is None:
        return []
    too_many = _more_than_sold(kept.first_day, kept.last_day)
    found = session.scalars(too_many.limit(MOST_WRONG)).all()
    too_often = _more_than_either().limit(MOST_WRONG)
    return [*found, *session.scalars(too_often)]


def _more_than_sold(first: Day, last: Day) -> Select[Any]:
    """Articles that were counted on more receipts than there are."""
    line = tables.sale_line.c
    sold = func.count(line.sale_id.distinct()).label("n")
    lines = _lines((line.product_id, sold), first, last)
    real = lines.group_by(line.product_id).subquery()
    same = real.c.product_id == _PAIR.first_id
    query = select(_PAIR.first_id).outerjoin(real, same)
    by_itself = _PAIR.first_id == _PAIR.second_id
    more = _PAIR.receipts > func.coalesce(real.c.n, 0)
    return query.where(by_itself, more)


def _more_than_either() -> Select[Any]:
    """Articles that were counted oftener with another than one of the two was counted."""
    first = tables.product_pair.alias("one_article")
    second = tables.product_pair.alias("other_article")
    query = select(_PAIR.first_id)
    query = query.join(first, _counts_of(first, _PAIR.first_id))
    query = query.join(second, _counts_of(second, _PAIR.second_id))
    more_than_one = _PAIR.receipts > first.c.receipts
    more_than_other = _PAIR.receipts > second.c.receipts
    return query.where(more_than_one | more_than_other)


def _counts_of(pairs: Any, product: Any) -> Any:
    """True of the row of an article with itself."""
    return (pairs.c.first_id == product) & (pairs.c.second_id == product)
