"""Pricing baskets against live promotions of every kind."""

import random
from time import process_time

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing import AppliedOffer, Buyer, Line, price
from storecrm.values import Money, OfferKind, Quantity

CATEGORIES = tuple(f"c{number}" for number in range(20))


def _basket(lines: int, rng: random.Random) -> list[Line]:
    return [
        Line(
            Money(rng.randrange(100, 9000)),
            f"s{n}",
            rng.choice(CATEGORIES),
            Quantity(1000 * rng.randrange(1, 5)),
        )
        for n in range(lines)
    ]


def _offers(count: int) -> list[AppliedOffer]:
    made = []
    for n in range(count):
        goods = (CATEGORIES[n % 20],)
        kinds = (
            OfferRule(OfferKind.PERCENT_OFF, 1500, categories=goods, automatic=True),
            OfferRule(OfferKind.FIXED_PRICE, 990, products=(f"s{n}",), automatic=True),
            OfferRule(OfferKind.BUY_GET, buy=2, get=1, categories=goods, automatic=True),
            OfferRule(OfferKind.NTH_ITEM, 5000, buy=2, categories=goods, automatic=True),
            OfferRule(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000), automatic=True),
            OfferRule(
                OfferKind.EVERY_THRESHOLD,
                500,
                min_spend=Money(5_000),
                categories=goods,
                automatic=True,
                stackable=True,
                group="g",
            ),
            OfferRule(OfferKind.GIFT, min_spend=Money(9_900), gifts=("s1",), automatic=True),
        )
        made.append(AppliedOffer(n + 1, kinds[n % len(kinds)]))
    return made


def run(rounds: int = 20) -> None:
    """20 lines against 50 offers (goal <= 5 ms), 200 lines against 300 (goal <= 150 ms), CPU of one
    pricing."""
    for lines, count, goal in ((20, 50, 5), (200, 300, 150)):
        basket, promotions = _basket(lines, random.Random(1)), _offers(count)
        begun = process_time()
        for _ in range(rounds):
            price(
                basket,
                promotions=promotions,
                buyer=Buyer(),
                points=Money(500),
                points_cap_percent=50,
                round_to=10,
            )
        took = (process_time() - begun) / rounds * 1000
        print(
            f"price {lines} lines against {count} live offers:"
            f" {took:.1f} ms CPU (goal <= {goal} ms)"
        )
