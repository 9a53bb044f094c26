"""Lines of a bill as pricing sees them, made of rows: till, returns and try-out alike.

A row is a line of a sale (or one that is asked for) joined with what its article was: `sku`,
`category`, `brand`, `no_promotion`, `medicine`.
"""

from collections.abc import Sequence
from typing import Any

from storecrm.domain import pricing
from storecrm.domain.pricing.conditions import NEVER_GIVEN
from storecrm.values import Money, Quantity


def of_rows(rows: Sequence[Any]) -> list[pricing.Line]:
    """Stored lines of one sale, joined with what their articles were, as pricing sees them."""
    several = len(rows) > 1 or any(row.sku is not None for row in rows)
    return [line(row.amount, row, row.quantity, among_goods=several) for row in rows]


def line_of(row: Any, quantity: Quantity) -> pricing.Line:
    """A stored line joined with its product, as pricing sees it."""
    return line(row.amount, row, quantity)


def line(
    amount: Money, article: Any, quantity: Quantity, *, among_goods: bool = True
) -> pricing.Line:
    """So much of an article; `among_goods` is False for the one open line of a typed amount."""
    sku = article.sku
    # goods without a code count for nothing in particular; the one open line of a typed amount is
    # what the cashier says it is
    if sku is None and among_goods:
        sku = ""
    no_promotion = bool(article.no_promotion)
    # the law, not the shop, says what is no gift
    never_given = article.medicine in NEVER_GIVEN
    return pricing.Line(
        amount=amount,
        sku=sku,
        category=article.category or "",
        quantity=quantity,
        brand=article.brand or "",
        no_promotion=no_promotion,
        never_given=never_given,
    )
