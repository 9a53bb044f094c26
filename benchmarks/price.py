"""Pricing baskets against live promotions of every kind."""

import random
from time import process_time

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing import AppliedOffer, Buyer, Line, price
from storecrm.values import Money, OfferKind, Quantity

CATEGORIES = tuple(f"c{number}" for number in range(20))


def _basket(lines: int, rng: random.Random) -> list[Line]:
    return [_line(number, rng) for number in range(lines)]


def _line(number: int, rng: random.Random) -> Line:
    # drawn in this order: the same seed gives the same basket
    unit_price = Money(rng.randrange(100, 9000))
    category = rng.choice(CATEGORIES)
    pieces = rng.randrange(1, 5)
    return Line(unit_price, f"s{number}", category, Quantity(1000 * pieces))


def _offers(count: int) -> list[AppliedOffer]:
    """As many of each kind, on goods that lie in the basket."""
    makers = (_percent, _price, _buy_get, _nth, _threshold, _every, _gift)
    made = []
    for number in range(count):
        make = makers[number % len(makers)]
        made.append(AppliedOffer(number + 1, make(number)))
    return made


def _category(number: int) -> tuple[str, ...]:
    return (CATEGORIES[number % 20],)


def _percent(number: int) -> OfferRule:
    goods = _category(number)
    return OfferRule(OfferKind.PERCENT_OFF, 1500, categories=goods, automatic=True)


def _price(number: int) -> OfferRule:
    return OfferRule(OfferKind.FIXED_PRICE, 990, products=(f"s{number}",), automatic=True)


def _buy_get(number: int) -> OfferRule:
    goods = _category(number)
    return OfferRule(OfferKind.BUY_GET, buy=2, get=1, categories=goods, automatic=True)


def _nth(number: int) -> OfferRule:
    goods = _category(number)
    return OfferRule(OfferKind.NTH_ITEM, 5000, buy=2, categories=goods, automatic=True)


def _threshold(_number: int) -> OfferRule:
    return OfferRule(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000), automatic=True)


def _every(number: int) -> OfferRule:
    # one group: of these the best one applies, beside the others
    return OfferRule(
        OfferKind.EVERY_THRESHOLD,
        500,
        min_spend=Money(5_000),
        categories=_category(number),
        automatic=True,
        stackable=True,
        group="g",
    )


def _gift(_number: int) -> OfferRule:
    return OfferRule(OfferKind.GIFT, min_spend=Money(9_900), gifts=("s1",), automatic=True)


def run(rounds: int = 20) -> None:
    """20 lines against 50 offers (goal <= 5 ms), 200 lines against 300 (goal <= 150 ms), CPU of one
    pricing."""
    for lines, count, goal in ((20, 50, 5), (200, 300, 150)):
        basket = _basket(lines, random.Random(1))
        promotions = _offers(count)
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
