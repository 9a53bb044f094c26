"""The till's open bill as a basket: goods are scanned into it, counted, taken out; each time it is
priced anew.

It is the same bill as beside another register: stored from its first article, its coupons redeemed
at once and handed back when they no longer qualify, dropped whole by undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ScaleCodes
from storecrm.errors import BadInput, NotFound, NotPossible
from storecrm.models.hot import Hot
from storecrm.models.product import SHOWN, Product
from storecrm.models.sale import SaleLine
from storecrm.models.scannable import Scannable
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.services.till import bill_prices, coupon_check, open_bill, receipts, voids
from storecrm.values import (
    MAX_MONEY,
    PIECE,
    Kind,
    Money,
    ProductId,
    Quantity,
    SaleId,
    barcode_twin,
    ean_ok,
    scan_key,
)

_P: Any = Product.__table__
_LINE: Any = SaleLine.__table__
_KEY: Any = Scannable.__table__
MOST_LINES = 200
MOST_PIECES = 10_000_000
_COLUMNS = (_P.c.id, _P.c.sku, _P.c.name, _P.c.price)
_BY_SKU = Hot(select(*_COLUMNS).where(_P.c.sku == bindparam("sku"), SHOWN))
_BY_BARCODE = Hot(
    select(*_COLUMNS)
    .join(_KEY, _KEY.c.target_id == _P.c.id)
    .where(_KEY.c.key == bindparam("key"), _KEY.c.kind == Kind.PRODUCT)
)
_LINES = Hot(
    select(
        _LINE.c.line_no, _LINE.c.product_id, _LINE.c.quantity, _LINE.c.unit_price, _LINE.c.amount
    )
    .where(_LINE.c.sale_id == bindparam("sale"))
    .order_by(_LINE.c.line_no)
)


@dataclass(frozen=True)
class Article:
    """What a scan stands for: the product, and what a scale's label says of quantity or price."""

    id: ProductId
    sku: str
    name: str
    price: Money | None
    quantity: Quantity | None = None
    total: Money | None = None


@dataclass(frozen=True)
class _Row:
    product: ProductId | None
    quantity: int
    price: int | None
    amount: int


def article(store: Store, *, code: str) -> Article | None:
    """The article behind a barcode, an article number or a scale's label; None when there is
    none."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        return _article(session, shop_settings.current(session).scale_codes, code)


@repeatable
def put(
    store: Store,
    *,
    code: str,
    quantity: Quantity | None = None,
    price: Money | None = None,
    member: str | None = None,
    before: Money | None = None,
    bill: str | None = None,
) -> receipts.BillView:
    """Put an article into the basket of this till's open bill, which is opened by it. The same
    article at the same price joins its line; what a scale weighed stands by itself. `before` is
    goods without a code that were typed first: both or neither. `bill` names the bill that is
    meant, "" a new one.

    Raises:
        NotFound: product, member.
        BadInput: quantity, price_missing, amount.
        NotPossible: basket_full.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS) as session:
        found = _article(session, shop_settings.current(session).scale_codes, code)
        if found is None:
            raise NotFound("product", where=code[:40])
        each = found.price if price is None else price
        if each is None:
            raise BadInput("price_missing", where=found.sku)
        count = quantity or found.quantity or PIECE
        if not 0 < count <= MOST_PIECES:
            raise BadInput("quantity", where=found.sku)
        sale, rows = _open(session, store, member, bill)
        if before is not None:
            rows.append(_Row(None, PIECE, before, before))
        weighed = found.quantity is not None or found.total is not None
        for place, row in enumerate(rows):
            whole = row.quantity % PIECE == 0 and row.amount == _amount(
                found.sku, each, row.quantity
            )
            if not weighed and whole and row.product == found.id and row.price == each:
                total = Quantity(row.quantity + count)
                rows[place] = replace(row, quantity=total, amount=_amount(found.sku, each, total))
                break
        else:
            amount = found.total if found.total is not None else _amount(found.sku, each, count)
            rows.append(_Row(found.id, count, each, amount))
        return _write(session, store, sale, rows)


@repeatable
def put_amount(
    store: Store, *, amount: Money, member: str | None = None, bill: str | None = None
) -> receipts.BillView:
    """Goods without a code, by their price: a line of its own.

    Raises:
        BadInput: amount.
        NotFound: member.
        NotPossible: basket_full.
    """
    rights.require(store, Right.SELL)
    if not 0 < amount < MAX_MONEY:
        raise BadInput("amount", where=str(amount))
    with store.write(Topic.SALES, Topic.COUPONS) as session:
        sale, rows = _open(session, store, member, bill)
        return _write(session, store, sale, [*rows, _Row(None, PIECE, amount, amount)])


@repeatable
def change(
    store: Store, *, line_no: int, quantity: Quantity, bill: str | None = None
) -> receipts.BillView:
    """Another quantity of one line; 0 takes it out, and with the last line the bill is dropped.

    Raises:
        NotFound: open_bill.
        BadInput: quantity, basket_line.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS) as session:
        sale = receipts.need_open(session, store, bill)
        rows = _rows(session, sale)
        if not 1 <= line_no <= len(rows):
            raise BadInput("basket_line", where=str(line_no))
        row = rows[line_no - 1]
        if not 0 <= quantity <= MOST_PIECES or row.price is None:
            raise BadInput("quantity", where=str(line_no))
        if quantity:
            rows[line_no - 1] = replace(
                row, quantity=quantity, amount=_amount(str(line_no), row.price, quantity)
            )
        else:
            del rows[line_no - 1]
        if not rows:
            return voids.take_back(session, store, sale, "emptied")
        return _write(session, store, sale, rows)


def _article(session: Session, scale: ScaleCodes, code: str) -> Article | None:
    key = scan_key(code)
    row = _BY_BARCODE.first(session, key=key) or _BY_SKU.first(session, sku=code.strip())
    if row is None and (twin := barcode_twin(key)):
        row = _BY_BARCODE.first(session, key=twin)
    if row is not None:
        return Article(row.id, row.sku, row.name, row.price)
    if scale is ScaleCodes.NONE or len(key) != 13 or key[0] != "2" or not ean_ok(key):
        return None
    # a scale's label: 2x, five digits of the article, five of weight (g) or price (minor units),
    # check digit
    number, figure = key[2:7], int(key[7:12])
    for sku in (number, number.lstrip("0")):
        row = _BY_SKU.first(session, sku=sku) if sku else None
        if row is not None and figure and scale is ScaleCodes.WEIGHT:
            return Article(row.id, row.sku, row.name, row.price, quantity=Quantity(figure))
        if row is not None and figure:
            return _priced_label(row, figure)
    return None


def _priced_label(row: Any, figure: int) -> Article:
    """A label that says the price; the weight follows from the price of a kilogram when that is
    known."""
    weight = figure * PIECE // row.price if row.price else 0
    if weight:
        return Article(row.id, row.sku, row.name, row.price, Quantity(weight), Money(figure))
    return Article(row.id, row.sku, row.name, Money(figure), PIECE, Money(figure))


def _amount(where: str, price: int, quantity: int) -> Money:
    total = coupon_check.half_up_units(price, quantity)
    if total >= MAX_MONEY:
        raise BadInput("amount", where=where)
    return Money(total)


def _open(
    session: Session, store: Store, member: str | None, bill: str | None
) -> tuple[SaleId, list[_Row]]:
    """The till's open bill and its lines; opened now if there is none."""
    sale = receipts.expected(session, store, bill)
    if sale is None:
        return open_bill.start(
            session,
            store,
            open_bill.person_of(session, store, member),
            coupon_check.Basket((), ()),
            None,
            None,
        ), []
    if member:
        open_bill.join_sale(session, sale, registry.resolve(session, store, member))
    return sale, _rows(session, sale)


def _rows(session: Session, sale: SaleId) -> list[_Row]:
    return [
        _Row(row.product_id, row.quantity, row.unit_price, row.amount)
        for row in _LINES.rows(session, sale=sale)
    ]


def _write(session: Session, store: Store, sale: SaleId, rows: Sequence[_Row]) -> receipts.BillView:
    if len(rows) > MOST_LINES:
        raise NotPossible("basket_full", most=MOST_LINES)
    stored = tuple(
        {
            "line_no": number,
            "product_id": row.product,
            "quantity": row.quantity,
            "unit_price": row.price,
            "discount": 0,
            "amount": row.amount,
            "returns_line": None,
        }
        for number, row in enumerate(rows, 1)
    )
    return bill_prices.priced_view(session, store, sale, stored)
