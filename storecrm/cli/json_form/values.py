"""One value, and the facts of a view under their keys."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.values import Moment, Quantity, money_text

_SUMS_OF_A_BILL = {
    *("amount", "cash", "cash_for_points", "change", "charge", "discount", "given", "gross", "net"),
    *("points_paid", "price_kept", "rounding", "short", "unit_price"),
}
_SUMS_OF_A_RULE = {"budget", "cap", "min_spend", "threshold"}
_SUMS_OF_A_PERIOD = {
    *("average", "average_basket", "bonus", "cost", "difference", "qualified_net", "spent"),
    *("register_discount", "returned_net", "sales_net", "sales_with_coupon_net"),
}
SUMS = _SUMS_OF_A_BILL | _SUMS_OF_A_RULE | _SUMS_OF_A_PERIOD
"""Fields that hold money in every view that is told with words."""
INSTANTS = {"at", "redeemed_at", "since", "until"}


def money(amount: int | None, words: Catalogue) -> str | None:
    return None if amount is None else money_text(amount, words.digits)


def instant(at: Moment, words: Catalogue) -> str:
    return words.local(at).isoformat(timespec="seconds")


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def pieces(quantity: Quantity) -> str:
    """A quantity counts thousandths."""
    return f"{quantity / 1000:g}"


def facts(view: object, names: Iterable[str], words: Catalogue | None = None) -> dict[str, Any]:
    """The named fields of a view, in this order; "key=field" where the contract's key is another.

    Sums and instants are put into words of the shop only when `words` are given: a balance counts
    points under names that elsewhere are money.
    """
    told = dict[str, Any]()
    for name in names:
        key, _, field = name.partition("=")
        told[key] = _told(field or key, getattr(view, field or key), words)
    return told


def rows(
    views: Iterable[object], names: Iterable[str], words: Catalogue | None = None
) -> list[dict[str, Any]]:
    """The same facts of each view."""
    return [facts(view, names, words) for view in views]


def _told(field: str, value: Any, words: Catalogue | None) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    # what was never counted stays null
    if words is None or not isinstance(value, int):
        return value
    if field in SUMS:
        return money(value, words)
    return instant(Moment(value), words) if field in INSTANTS else value


def part(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as a part of another one, which says itself whether it went well."""
    return {key: value for key, value in answer.items() if key != "ok"}
