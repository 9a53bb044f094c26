"""The fields in which an offer is typed: their titles, what is rare, and what an offer made by a
file can say that has no field."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from storecrm.i18n import m
from storecrm.values import OfferKind


class OfferField(NamedTuple):
    """A text field: the key of the offer, its title, an example."""

    name: str
    title: str
    example: str = ""


def _kinds() -> Iterator[OfferKind]:
    """The kinds that can be made here, the most usual first."""
    yield OfferKind.THRESHOLD_OFF
    yield OfferKind.PERCENT_OFF
    yield OfferKind.AMOUNT_OFF
    yield OfferKind.EVERY_THRESHOLD
    yield OfferKind.FIXED_PRICE
    yield OfferKind.BUY_GET
    yield OfferKind.NTH_ITEM
    yield OfferKind.GIFT
    yield OfferKind.ADD_ON
    yield OfferKind.POINTS_TIMES
    yield OfferKind.STAMPS


def _usual() -> Iterator[OfferField]:
    """The fields that are always in sight."""
    yield OfferField("code", m("Code"), "AUTUMN20")
    yield OfferField("name", m("Name"))
    yield OfferField("campaign", m("Campaign"))
    # what it gives
    yield OfferField("value", m("Value"), "20")
    yield OfferField("min_spend", m("Minimum spend"), "100")
    yield OfferField("cap", m("At most off"))
    # when
    yield OfferField("valid_days", m("Days valid from issue"), "30")
    yield OfferField("valid_from", m("First day"), "2026-12-01")
    yield OfferField("valid_to", m("Last day"), "2026-12-31")
    # how often
    yield OfferField("limit_total", m("Coupons ever issued, at most"))
    yield OfferField("limit_per_member", m("Uses per member, at most"))
    # what only some kinds have
    yield OfferField("buy", m("Pieces to buy"), "2")
    yield OfferField("get", m("Pieces given"), "1")
    yield OfferField("gifts", m("Articles given"))
    yield OfferField("reward", m("A full card gives a coupon of"), "MILK13")
    yield OfferField("max_repeats", m("At most so many times"))
    # what counts
    yield OfferField("categories", m("Only these categories"))
    yield OfferField("products", m("Only these articles"))


def _rare() -> Iterator[OfferField]:
    """The fields that are shown on demand."""
    yield OfferField("not_products", m("Not these articles"))
    yield OfferField("min_quantity", m("From so many pieces"))
    # at what hours, to whom
    yield OfferField("weekdays", m("Weekdays (1 Monday – 7 Sunday)"), "6, 7")
    yield OfferField("month_days", m("Days of the month"), "8, 18, 28")
    yield OfferField("time_from", m("From what time"), "10:00")
    yield OfferField("time_to", m("Until what time"), "12:00")
    yield OfferField("tiers", m("Only these tiers"))
    yield OfferField("birthday", m("Birthday (day or month)"), "month")
    # who pays, and which goes first
    yield OfferField("budget", m("Budget, never more than"))
    yield OfferField("priority", m("Priority, higher first"), "0")
    yield OfferField("group", m("Of a group only the best"))
    yield OfferField("supplier", m("A supplier pays a share: its name"))
    yield OfferField("supplier_share", m("…its share in %"), "50")


KINDS = tuple(_kinds())
USUAL = tuple(_usual())
RARE = tuple(_rare())
FIELDS = (*USUAL, *RARE)
RARE_NAMES = frozenset(one.name for one in RARE)
LISTED = ("categories", "products", "not_products", "gifts", "tiers")
"""Fields in which long lists stand."""
BESIDE: tuple[tuple[str, bool | None], ...] = (
    (m("As the shop says"), None),
    (m("Together with others that say so"), True),
    (m("Never together with another"), False),
)
CHECKS = (
    ("members_only", m("Only for members")),
    ("first_purchase", m("Only for the first purchase")),
    ("skip_discounted", m("Not on goods at a special price")),
)
_UNSEEN_SCOPE = {
    "brands": m("only these brands"),
    "not_categories": m("not these categories"),
    "stores": m("only in these shops"),
}
_UNSEEN_WAYS = {
    "channels": m("only by these channels"),
    "uses_allowed": m("uses of one coupon"),
    "valid_delay": m("days from issue to the first day"),
}
UNSEEN = _UNSEEN_SCOPE | _UNSEEN_WAYS
"""What an offer made by a file can say that has no field here."""
_FIELD_TITLES = {one.name: one.title for one in FIELDS} | dict(CHECKS)
_CHOICE_TITLES = {"stackable": m("Beside other offers"), "bearer": m("To members by name")}
TITLES = _FIELD_TITLES | _CHOICE_TITLES | UNSEEN
"""What people read where a file has a key."""


def text_of(value: Any) -> str:
    """A key's value as it stands in its field."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
