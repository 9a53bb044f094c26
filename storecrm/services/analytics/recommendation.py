"""What a member may like next: what the member buys again and again, and what goes with it on other
receipts.

`basket_pairs` counted on how many receipts of the window two articles were together (support); of
those with the one so many have the other (confidence), so much oftener than by chance (lift). A
member's suggestions weigh each article by how often and how lately the member bought it, add a
little of what goes with it (`TOGETHER`), and leave out what is in the last basket.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain.recommendation import Suggestion
from storecrm.errors import NotFound
from storecrm.models import tables
from storecrm.models.product import SHOWN
from storecrm.services import rights
from storecrm.services.analytics import basket_pairs, visits
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId

BASKETS = 50
OWN = 60
"""Of how many own articles the partners are looked at."""
FADE = 0.97
"""How much less each older basket counts."""
TOGETHER = 0.05
"""How much what goes with an article counts beside the article itself."""
_ARTICLE = tables.product.c
_SPARE = 3
"""So many times the wanted articles are looked at: some of them may not be suggested."""


@dataclass(frozen=True)
class Partner:
    """An article that goes with another: receipts with both, confidence (of those with the first)
    and lift."""

    sku: str
    name: str
    receipts: int
    confidence: float
    lift: float


@dataclass(frozen=True)
class _Pairs:
    """What was counted of some articles: receipts with each, with each two, and in all."""

    single: Mapping[int, int]
    partners: Mapping[int, Mapping[int, int]]
    receipts: int

    def together(self, one: int, other: int) -> int:
        partners = self.partners.get(one, {})
        return partners.get(other, 0)

    def strongest(self, bought: Iterable[int], product: int) -> int:
        """With which own article another goes most; 0 for none."""

        def share(own: int) -> tuple[float, int]:
            # of an article that was not counted by itself the receipts are not known
            receipts = self.single.get(own, 1)
            return self.together(own, product) / receipts, -own

        return max(bought, key=share, default=0)

    def confidence(self, one: int, other: int) -> float:
        """Of the receipts with `one` the share that has `other`."""
        both = self.together(one, other)
        return both / self.single[one] if both else 0.0

    def lift(self, one: int, other: int) -> float:
        """How many times as often as by chance; 0 where it is not known."""
        if other not in self.single:
            return 0.0
        confidence = self.confidence(one, other)
        return confidence * self.receipts / self.single[other]


def ranked(
    history: Sequence[Sequence[int]],
    single: Mapping[int, int],
    partners: Mapping[int, Mapping[int, int]],
) -> list[tuple[float, int]]:
    """(score, article) of everything that may come next, the best first. `history` are the member's
    baskets, the newest first; `partners` says of an article on how many receipts each other one was
    with it. What is in the newest basket is left out."""
    score: defaultdict[int, float] = defaultdict(float)
    for product, share in _own_shares(history).items():
        score[product] += share
        if product not in single:
            continue
        # by how often it goes with it
        for other, both in partners.get(product, {}).items():
            score[other] += TOGETHER * share * both / single[product]
    just = set(history[0]) if history else set()
    for product in just:
        score.pop(product, None)
    found = [(value, product) for product, value in score.items()]
    # of equal ones always the same first
    return sorted(found, key=_best_first)


def _best_first(one: tuple[float, int]) -> tuple[float, int]:
    score, product = one
    return -score, product


def _own_shares(history: Sequence[Sequence[int]]) -> dict[int, float]:
    """In what share of the baskets each article was, the later ones counting more."""
    weight, whole = 1.0, 0.0
    own: defaultdict[int, float] = defaultdict(float)
    for basket in history[:BASKETS]:
        for product in set(basket):
            own[product] += weight
        whole += weight
        weight *= FADE
    shares = {}
    for product, times in own.items():
        shares[product] = times / whole
    return shares


def of_member(store: Store, *, member: str, limit: int = 5) -> list[Suggestion]:
    """What to recommend to a member, the best first; nothing for a member without articles on
    receipts.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        return suggest(session, store, person, limit)


def suggest(session: Session, store: Store, member: MemberId, limit: int = 5) -> list[Suggestion]:
    """The same inside the caller's look."""
    history = _history(session, member, store.clock.today())
    times = Counter(product for basket in history for product in basket)
    bought = {product for product, _ in times.most_common(OWN)}
    single, partners = basket_pairs.partners_of(session, bought)
    baskets = len(history)
    order = [product for _, product in ranked(history, single, partners)]
    # some of them may not be suggested
    likely = order[: limit * _SPARE]
    # all of them at once
    articles = _articles(session, likely)
    receipts = basket_pairs.receipts(session)
    pairs = _Pairs(single, partners, receipts)
    found: list[Suggestion] = []
    for product in likely:
        article = articles[product]
        if len(found) == limit or not _may_be_suggested(article):
            continue
        if times[product]:
            one = _own(article, times[product], baskets)
        else:
            source = pairs.strongest(bought, product)
            name = _name(session, source)
            one = _with_own(article, source, name, pairs, baskets)
        found.append(one)
    return found


def _may_be_suggested(article: Any) -> bool:
    """Medicine is nobody's suggestion but the pharmacist's, and what takes part in nothing is not
    offered either."""
    return not (article.medicine or article.no_promotion or article.no_points)


def _own(article: Any, times: int, baskets: int) -> Suggestion:
    """The member buys it again and again."""
    return Suggestion(
        sku=article.sku,
        name=article.name or article.sku,
        category=article.category,
        own=times,
        visits=baskets,
        with_name="",
        confidence=0.0,
        lift=0.0,
    )


def _with_own(article: Any, source: int, name: str, pairs: _Pairs, baskets: int) -> Suggestion:
    """It goes with what the member buys."""
    confidence = pairs.confidence(source, article.id)
    lift = pairs.lift(source, article.id)
    return Suggestion(
        sku=article.sku,
        name=article.name or article.sku,
        category=article.category,
        own=0,
        visits=baskets,
        with_name=name,
        confidence=confidence,
        lift=lift,
    )


def _name(session: Session, product: int) -> str:
    one = _ARTICLE.id == product
    return session.scalar(select(_ARTICLE.name).where(one)) or ""


def _articles(session: Session, products: Sequence[int]) -> dict[int, Any]:
    theirs = _ARTICLE.id.in_(products)
    rows = session.execute(select(tables.product).where(theirs))
    return {row.id: row for row in rows}


def _history(session: Session, member: MemberId, today: Day) -> list[tuple[int, ...]]:
    """The member's newest baskets, the newest first."""
    sale = tables.sale.c
    line = tables.sale_line.c
    day = sale.business_date
    visit = (visits.LIVE, visits.VISIT, sale.member_id == member)
    mine = select(sale.id).where(*visit, day <= today)
    newest_first = mine.order_by(day.desc(), sale.id.desc())
    newest = session.scalars(newest_first.limit(BASKETS)).all()
    # an article without a number is nobody's habit
    sold = (line.product_id.is_not(None), line.quantity > 0)
    on_them = line.sale_id.in_(newest)
    query = select(line.sale_id, line.product_id).where(on_them, *sold)
    lines: defaultdict[int, set[int]] = defaultdict(set)
    for bill, product in session.execute(query):
        lines[bill].add(product)
    with_lines = [bill for bill in newest if bill in lines]
    return [tuple(sorted(lines[bill])) for bill in with_lines]


def goes_with(store: Store, *, sku: str, limit: int = 10) -> list[Partner]:
    """What lies in the basket beside an article, the oftenest first.

    Raises:
        NotFound: product.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        named = _ARTICLE.sku == sku
        product = session.scalar(select(_ARTICLE.id).where(named, SHOWN))
        if product is None:
            raise NotFound("product", where=sku[:40])
        single, partners = basket_pairs.partners_of(session, {product})
        receipts = basket_pairs.receipts(session)
        pairs = _Pairs(single, partners, receipts)
        together = partners.get(product, {})
        in_order = sorted(together, key=lambda other: (-together[other], other))
        oftenest = in_order[:limit]
        articles = _articles(session, oftenest)
        return [_partner(articles[other], product, pairs) for other in oftenest]


def _partner(article: Any, product: int, pairs: _Pairs) -> Partner:
    both = pairs.together(product, article.id)
    confidence = pairs.confidence(product, article.id)
    lift = pairs.lift(product, article.id)
    return Partner(article.sku, article.name, both, confidence=confidence, lift=lift)
