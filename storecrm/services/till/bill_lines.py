"""The lines of a bill: as they are asked for, as they are stored, as they are priced.

basket = bill_lines.basket_of(session, None, [LineIn("M1", Quantity(2000))])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import BadInput, NotFound
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.models.product import SHOWN
from storecrm.services.offers import priced_lines
from storecrm.services.till import sold_articles
from storecrm.values import MAX_MONEY, PIECE, Money, ProductId, Quantity, SaleId, half_up

# thousandths, of one line
MOST_PIECES = 10_000_000
_PRODUCT = Hot(select(tables.product).where(tables.product.c.sku == bindparam("sku"), SHOWN))
_STORED = Hot(
    select(tables.sale_line, tables.product.c.sku, *sold_articles.FACTS)
    .select_from(sold_articles.LINES)
    .where(tables.sale_line.c.sale_id == bindparam("sale"))
    .order_by(tables.sale_line.c.line_no)
)


@dataclass(frozen=True)
class LineIn:
    """A line asked for: article, thousandths, and a price when it differs from the article's
    own."""

    sku: str
    quantity: Quantity = PIECE
    unit_price: Money | None = None


@dataclass(frozen=True)
class Basket:
    """The lines of a bill as pricing sees them, and the rows to be stored for them."""

    lines: tuple[pricing.Line, ...]
    stored: tuple[dict[str, Any], ...]

    @property
    def gross(self) -> Money | None:
        return Money(sum(line.amount for line in self.lines)) if self.lines else None


def basket_of(session: Session, amount: Money | None, lines: Sequence[LineIn]) -> Basket:
    """The lines of a bill, as priced and as stored. One open line for a typed amount.

    Raises:
        NotFound: product.
        BadInput: amount, quantity, price_missing.
    """
    if amount is not None:
        if not 0 < amount < MAX_MONEY:
            raise BadInput("amount", where=str(amount))
        row = stored_line(1, None, PIECE, amount, amount)
        return Basket((pricing.Line(amount),), (row,))
    # both in the order in which they are asked for
    priced = list[pricing.Line]()
    stored = list[dict[str, Any]]()
    for number, line in enumerate(lines, 1):
        product = _PRODUCT.first(session, sku=line.sku)
        if product is None:
            raise NotFound("product", where=line.sku[:40])
        if not 0 < line.quantity <= MOST_PIECES:
            raise BadInput("quantity", where=line.sku)
        price = product.price if line.unit_price is None else line.unit_price
        if price is None:
            raise BadInput("price_missing", where=line.sku)
        total = line_amount(line.sku, price, line.quantity)
        priced.append(priced_lines.line(total, product, line.quantity))
        stored.append(stored_line(number, product.id, line.quantity, price, total))
    return Basket(tuple(priced), tuple(stored))


def stored_line(
    number: int, product: ProductId | None, quantity: int, price: int | None, amount: int
) -> dict[str, Any]:
    """The row of a line that is sold."""
    return {
        "line_no": number,
        "product_id": product,
        "quantity": quantity,
        "unit_price": price,
        "discount": 0,
        "amount": amount,
        "returns_line": None,
    }


def line_amount(where: str, price: int, quantity: int) -> Money:
    """price x thousandths, rounded half-up to the minor unit once.

    Raises:
        BadInput: amount (`where` names the line).
    """
    # exact: a price of 15 digits times thousandths is beyond a float
    total = half_up(Decimal(price) * quantity / PIECE)
    if total >= MAX_MONEY:
        raise BadInput("amount", where=where)
    return Money(total)


def stored_basket(session: Session, sale: SaleId) -> Basket:
    """The lines of a sale as they were written down."""
    rows = _STORED.rows(session, sale=sale)
    return Basket(tuple(priced_lines.of_rows(rows)), ())
