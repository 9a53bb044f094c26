"""What a member may like next: what the member buys again and again, and what goes with it on other
receipts.

`learn` counts on how many receipts of the window two articles were together (support), how many of
those with the one have the other
(confidence), and how much oftener than by chance (lift). A member's suggestions weigh each article
by how often and how lately the member bought it, add a little of what goes with it (`TOGETHER`),
and leave out what is in the last basket. Measured beside "most popular" by `python -m benchmarks
recommend`.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.recommendation import Suggestion
from storecrm.errors import NotFound
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.learned import Learned
from storecrm.models.product import SHOWN
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import visits
from storecrm.services.members import registry
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId

MOST = 2000
"""How many articles are compared with each other: those on most receipts."""
NEIGHBOURS = 50
"""How many partners of an article are kept."""
LEAST = 3
"""On fewer receipts than this together is chance."""
BASKETS = 50
OWN = 60
"""Of how many own articles the partners are looked at."""
FADE = 0.97
"""How much less each older basket counts."""
TOGETHER = 0.05
"""How much what goes with an article counts beside the article itself."""
CHUNK = 5000


@dataclass(frozen=True)
class Counts:
    """Receipts in all, receipts with each article, and receipts with each pair (lower number
    first)."""

    receipts: int
    single: dict[int, int]
    pair: dict[tuple[int, int], int]


@dataclass(frozen=True)
class Partner:
    """An article that goes with another: receipts with both, confidence (of those with the first)
    and lift."""

    sku: str
    name: str
    receipts: int
    confidence: float
    lift: float


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
    place = {product: at for at, product in enumerate(top)}
    size = len(top)
    grid = array("I", bytes(4 * size * size))
    for basket in baskets:
        inside = sorted({place[product] for product in basket if product in place})
        for at, one in enumerate(inside):
            base = one * size
            for other in inside[at + 1 :]:
                grid[base + other] += 1
    partners: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in range(size):
        for other in range(one + 1, size):
            both = grid[one * size + other]
            if both >= LEAST:
                partners[one].append((both, other))
                partners[other].append((both, one))
    pair: dict[tuple[int, int], int] = {}
    for one, found in partners.items():
        for both, other in sorted(found, reverse=True)[:NEIGHBOURS]:
            key = (min(top[one], top[other]), max(top[one], top[other]))
            pair[key] = both
    return Counts(receipts, {product: single[product] for product in top}, pair)


def ranked(
    history: Sequence[Sequence[int]], single: dict[int, int], partners: dict[int, dict[int, int]]
) -> list[tuple[float, int]]:
    """(score, article) of everything that may come next, the best first. `history` are the member's
    baskets, the newest first; `partners` says of an article on how many receipts each other one was
    with it. What is in the newest basket is left out."""
    weight, whole = 1.0, 0.0
    own: defaultdict[int, float] = defaultdict(float)
    for basket in history[:BASKETS]:
        for product in set(basket):
            own[product] += weight
        whole += weight
        weight *= FADE
    score: defaultdict[int, float] = defaultdict(float)
    for product, times in own.items():
        share = times / whole
        score[product] += share
        if product in single:
            for other, both in partners.get(product, {}).items():
                score[other] += TOGETHER * share * both / single[product]
    just = set(history[0]) if history else set()
    return sorted(
        ((value, product) for product, value in score.items() if product not in just),
        key=lambda x: (-x[0], x[1]),
    )


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
        last = store.clock.today() - timedelta(days=1)
        first = last + timedelta(days=1) - window
        progress(0, 0)
        counts = counted(_baskets(session, first, last))
    rows = [(one, other, both) for (one, other), both in sorted(counts.pair.items())]
    rows += [(product, product, n) for product, n in sorted(counts.single.items())]
    with store.write() as session:
        forget(session)
    for start in range(0, len(rows), CHUNK):
        progress(start, len(rows))
        with store.write() as session:
            database.bulk_insert(
                session,
                tables.product_pair,
                ("first_id", "second_id", "receipts"),
                rows[start : start + CHUNK],
            )
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
        audit.log(session, store, "pairs_learned", receipts=counts.receipts, pairs=len(counts.pair))
    progress(len(rows), len(rows))
    return len(counts.pair)


def learned_on(session: Session) -> Day | None:
    """The last day of the window that was learned, None before the first time."""
    return session.scalar(select(tables.learned.c.last_day).where(tables.learned.c.what == "pairs"))


def _inside(first: Day, last: Day) -> tuple[Any, ...]:
    """True of a line that was sold in the window."""
    sold = (
        tables.sale.c.state == "posted",
        tables.sale.c.voids_id.is_(None),
        tables.sale.c.returns_id.is_(None),
        tables.sale.c.business_date.between(first, last),
    )
    return (*sold, tables.sale_line.c.product_id.is_not(None), tables.sale_line.c.quantity > 0)


def forget(session: Session) -> None:
    """Receipts of days gone by came or went: what was learned of them does not hold any more."""
    session.execute(delete(tables.product_pair))
    session.execute(delete(tables.learned).where(tables.learned.c.what == "pairs"))


def _baskets(session: Session, first: Day, last: Day) -> list[tuple[int, ...]]:
    """The articles of each receipt in the window."""
    query = (
        select(tables.sale_line.c.sale_id, tables.sale_line.c.product_id)
        .join(tables.sale, tables.sale.c.id == tables.sale_line.c.sale_id)
        .where(*_inside(first, last))
        .order_by(tables.sale_line.c.sale_id)
    )
    found: list[tuple[int, ...]] = []
    now, basket = 0, set[int]()
    for sale, product in session.execute(query.execution_options(yield_per=20_000)):
        if sale != now:
            if basket:
                found.append(tuple(basket))
            now, basket = sale, set()
        basket.add(product)
    return [*found, tuple(basket)] if basket else found


def wrong_counts(session: Session) -> list[int]:
    """Articles of which more receipts were counted than there are, or more together with another
    than of one of them: for the proof of the books. (Fewer is no fault: a receipt of days gone by
    may have come since.)"""
    kept = session.execute(
        select(tables.learned.c.first_day, tables.learned.c.last_day).where(
            tables.learned.c.what == "pairs"
        )
    ).first()
    if kept is None:
        return []
    real = (
        select(
            tables.sale_line.c.product_id,
            func.count(tables.sale_line.c.sale_id.distinct()).label("n"),
        )
        .join(tables.sale, tables.sale.c.id == tables.sale_line.c.sale_id)
        .where(*_inside(kept.first_day, kept.last_day))
        .group_by(tables.sale_line.c.product_id)
        .subquery()
    )
    single, first, second = (
        tables.product_pair.alias(),
        tables.product_pair.alias(),
        tables.product_pair.alias(),
    )
    more = (
        select(single.c.first_id)
        .outerjoin(real, real.c.product_id == single.c.first_id)
        .where(single.c.first_id == single.c.second_id)
    )
    both = (
        select(tables.product_pair.c.first_id)
        .join(
            first,
            (first.c.first_id == tables.product_pair.c.first_id)
            & (first.c.second_id == tables.product_pair.c.first_id),
        )
        .join(
            second,
            (second.c.first_id == tables.product_pair.c.second_id)
            & (second.c.second_id == tables.product_pair.c.second_id),
        )
        .where(
            (tables.product_pair.c.receipts > first.c.receipts)
            | (tables.product_pair.c.receipts > second.c.receipts)
        )
    )
    found = session.scalars(
        more.where(single.c.receipts > func.coalesce(real.c.n, 0)).limit(100)
    ).all()
    return [*found, *session.scalars(both.limit(100))]


def of_member(store: Store, *, member: str, limit: int = 5) -> list[Suggestion]:
    """What to recommend to a member, the best first; nothing for a member without articles on
    receipts.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return suggest(session, store, registry.resolve(session, store, member), limit)


def suggest(session: Session, store: Store, member: MemberId, limit: int = 5) -> list[Suggestion]:
    """The same inside the caller's look."""
    history = _history(session, store, member)
    times = Counter(product for basket in history for product in basket)
    bought = {product for product, _ in times.most_common(OWN)}
    single, partners = _partners(session, bought)
    found: list[Suggestion] = []
    order = ranked(history, single, partners)
    names = {
        row.id: row
        for row in session.execute(
            select(tables.product).where(
                tables.product.c.id.in_([product for _, product in order[: limit * 3]])
            )
        )
    }
    total = int(
        session.scalar(select(tables.learned.c.counted).where(tables.learned.c.what == "pairs"))
        or 0
    )
    for _, product in order[: limit * 3]:
        row = names[product]
        # medicine is nobody's suggestion but the pharmacist's, and what takes part in nothing is
        # not offered either
        if row.medicine or row.no_promotion or row.no_points or len(found) == limit:
            continue
        source = max(
            bought,
            key=lambda one: (partners.get(one, {}).get(product, 0) / single.get(one, 1), -one),
            default=0,
        )
        both = partners.get(source, {}).get(product, 0)
        confidence = both / single[source] if both else 0.0
        lift = confidence * total / single[product] if both and product in single else 0.0
        own = times[product]
        with_ = (
            ""
            if own
            else session.scalar(select(tables.product.c.name).where(tables.product.c.id == source))
            or ""
        )
        found.append(
            Suggestion(
                sku=row.sku,
                name=row.name or row.sku,
                category=row.category,
                own=own,
                visits=len(history),
                with_name=with_,
                confidence=0.0 if own else confidence,
                lift=0.0 if own else lift,
            )
        )
    return found


def _history(session: Session, store: Store, member: MemberId) -> list[tuple[int, ...]]:
    """The member's newest baskets, the newest first."""
    mine = select(tables.sale.c.id).where(
        visits.LIVE,
        visits.VISIT,
        tables.sale.c.member_id == member,
        tables.sale.c.business_date <= store.clock.today(),
    )
    newest = list(
        session.scalars(
            mine.order_by(tables.sale.c.business_date.desc(), tables.sale.c.id.desc()).limit(
                BASKETS
            )
        )
    )
    lines: defaultdict[int, set[int]] = defaultdict(set)
    query = select(tables.sale_line.c.sale_id, tables.sale_line.c.product_id).where(
        tables.sale_line.c.sale_id.in_(newest),
        tables.sale_line.c.product_id.is_not(None),
        tables.sale_line.c.quantity > 0,
    )
    for sale, product in session.execute(query):
        lines[sale].add(product)
    return [tuple(sorted(lines[sale])) for sale in newest if sale in lines]


def _partners(
    session: Session, products: set[int]
) -> tuple[dict[int, int], dict[int, dict[int, int]]]:
    single: dict[int, int] = {}
    partners: defaultdict[int, dict[int, int]] = defaultdict(dict)
    query = select(tables.product_pair).where(
        or_(
            tables.product_pair.c.first_id.in_(products),
            tables.product_pair.c.second_id.in_(products),
        )
    )
    for row in session.execute(query):
        if row.first_id == row.second_id:
            single[row.first_id] = row.receipts
        else:
            partners[row.first_id][row.second_id] = partners[row.second_id][row.first_id] = (
                row.receipts
            )
    others = {other for mine in partners.values() for other in mine} - single.keys()
    for row in session.execute(
        select(tables.product_pair).where(
            tables.product_pair.c.first_id == tables.product_pair.c.second_id,
            tables.product_pair.c.first_id.in_(others),
        )
    ):
        single[row.first_id] = row.receipts
    return single, partners


def goes_with(store: Store, *, sku: str, limit: int = 10) -> list[Partner]:
    """What lies in the basket beside an article, the oftenest first.

    Raises:
        NotFound: product.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        product = session.scalar(
            select(tables.product.c.id).where(tables.product.c.sku == sku, SHOWN)
        )
        if product is None:
            raise NotFound("product", where=sku[:40])
        single, partners = _partners(session, {product})
        total = int(
            session.scalar(select(tables.learned.c.counted).where(tables.learned.c.what == "pairs"))
            or 0
        )
        mine = sorted(partners.get(product, {}).items(), key=lambda item: (-item[1], item[0]))[
            :limit
        ]
        names = {
            row.id: row
            for row in session.execute(
                select(tables.product.c.id, tables.product.c.sku, tables.product.c.name).where(
                    tables.product.c.id.in_([other for other, _ in mine])
                )
            )
        }
        found = []
        for other, both in mine:
            confidence = both / single[product]
            lift = confidence * total / single[other] if other in single else 0.0
            found.append(
                Partner(
                    sku=names[other].sku,
                    name=names[other].name,
                    receipts=both,
                    confidence=confidence,
                    lift=lift,
                )
            )
        return found
