"""What offers of each kind have: which fields count for them, and how they come about."""

from storecrm.values import OfferKind

_EVERY = frozenset(OfferKind)
_STAMPS = frozenset((OfferKind.STAMPS,))
GIVING = frozenset((OfferKind.GIFT, OfferKind.ADD_ON))
"""Kinds that name the articles they give."""
_BOUGHT = frozenset((OfferKind.BUY_GET, OfferKind.NTH_ITEM))
_REPEATED = frozenset((OfferKind.EVERY_THRESHOLD,))
AMOUNTS = frozenset((OfferKind.THRESHOLD_OFF, OfferKind.AMOUNT_OFF, OfferKind.EVERY_THRESHOLD))
"""Kinds that take an amount of money off."""
WITHOUT_VALUE = (OfferKind.EXTERNAL, OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.STAMPS)
"""Kinds that may be said without a benefit in figures."""
BY_ITSELF = (OfferKind.POINTS_TIMES, OfferKind.STAMPS)
"""Kinds that never have a coupon."""
_OF_MONEY = _EVERY.difference(BY_ITSELF)

# a form asks for a field where it counts, and nowhere else
COUNTS_FOR: dict[str, frozenset[OfferKind]] = {
    "value": _EVERY - {OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.STAMPS},
    "buy": _BOUGHT | GIVING | _STAMPS,
    "get": GIVING | {OfferKind.BUY_GET},
    "gifts": GIVING,
    "max_repeats": _REPEATED | _BOUGHT | GIVING,
    "budget": _OF_MONEY,
    "supplier": _OF_MONEY,
    "priority": _EVERY - _STAMPS,
}
"""Kinds for which a field counts; every other field counts for all of them."""
_OWN = {"cap": frozenset((OfferKind.PERCENT_OFF,)), "reward": _STAMPS}
"""Fields that are refused, each by its own word, for every other kind."""
NOT_FOR_STAMPS = (
    "min_spend",
    "min_quantity",
    "cap",
    "budget",
    "limit_total",
    "limit_per_member",
    "max_repeats",
    "gifts",
    "get",
    "group",
)


def having(name: str) -> frozenset[OfferKind]:
    """The kinds of offers that have the field `name`; a form asks for it with these alone."""
    if name in _OWN:
        return _OWN[name]
    kinds = COUNTS_FOR.get(name, _EVERY)
    return kinds - _STAMPS if name in NOT_FOR_STAMPS else kinds
