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
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.models.product import SHOWN
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.services.till import bill_lines, bill_opening, bill_prices, receipts, voids
from storecrm.services.till.bill_lines import MOST_PIECES, Basket
from storecrm.services.till.receipts import BillView
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

_ARTICLE = tables.product.c
_LINE = tables.sale_line.c
_KEY = tables.scannable.c
MOST_LINES = 200
_ARTICLES = select(*_ARTICLE["id", "sku", "name", "price"])
_OF_SKU = _ARTICLE.sku == bindparam("sku")
_BY_SKU = Hot(_ARTICLES.where(_OF_SKU, SHOWN))
_ITS_KEY = _KEY.target_id == _ARTICLE.id
_OF_KEY = _KEY.key == bindparam("key")
_OF_PRODUCTS = _KEY.kind == Kind.PRODUCT
_KEYED = _ARTICLES.join(tables.scannable, _ITS_KEY)
_BY_BARCODE = Hot(_KEYED.where(_OF_KEY, _OF_PRODUCTS))
_COLUMNS = ("line_no", "product_id", "quantity", "unit_price", "amount")
_OF_SALE = _LINE.sale_id == bindparam("sale")
_STORED = select(*_LINE[_COLUMNS]).where(_OF_SALE)
_LINES = Hot(_STORED.order_by(_LINE.line_no))


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

    @property
    def by_pieces(self) -> bool:
        """True of whole pieces at their price: more of them can join the line."""
        if self.price is None or self.quantity % PIECE:
            return False
        return self.amount == bill_lines.line_amount("", self.price, self.quantity)


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
) -> BillView:
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
        # what was typed first stands first
        if before is not None:
            rows.append(_Row(None, PIECE, before, before))
        _add(rows, found, each, count)
        return _write(session, store, sale, rows)


def _add(rows: list[_Row], found: Article, each: Money, count: Quantity) -> None:
    """Put so much of an article on its line, or on a new one."""
    weighed = found.quantity is not None or found.total is not None
    for place, row in enumerate(rows):
        same = row.product == found.id and row.price == each
        if same and not weighed and row.by_pieces:
            more = Quantity(row.quantity + count)
            amount = bill_lines.line_amount(found.sku, each, more)
            rows[place] = replace(row, quantity=more, amount=amount)
            return
    # what a label says is the price of the piece, whatever it weighs
    total = found.total
    if total is None:
        total = bill_lines.line_amount(found.sku, each, count)
    rows.append(_Row(found.id, count, each, total))


@repeatable
def put_amount(
    store: Store, *, amount: Money, member: str | None = None, bill: str | None = None
) -> BillView:
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
        rows.append(_Row(None, PIECE, amount, amount))
        return _write(session, store, sale, rows)


@repeatable
def change(store: Store, *, line_no: int, quantity: Quantity, bill: str | None = None) -> BillView:
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
            amount = bill_lines.line_amount(str(line_no), row.price, quantity)
            rows[line_no - 1] = replace(row, quantity=quantity, amount=amount)
        else:
            del rows[line_no - 1]
        # an empty bill is no bill
        if not rows:
            return voids.take_back(session, store, sale, "emptied")
        return _write(session, store, sale, rows)


def _article(session: Session, scale: ScaleCodes, code: str) -> Article | None:
    key = scan_key(code)
    row = _BY_BARCODE.first(session, key=key) or _BY_SKU.first(session, sku=code.strip())
    if row is None:
        # the same number as UPC-A and as EAN-13
        twin = barcode_twin(key)
        row = _BY_BARCODE.first(session, key=twin) if twin else None
    if row is not None:
        return Article(row.id, row.sku, row.name, row.price)
    if scale is ScaleCodes.NONE or len(key) != 13 or key[0] != "2" or not ean_ok(key):
        return None
    return _of_label(session, scale, key)


def _of_label(session: Session, scale: ScaleCodes, key: str) -> Article | None:
    """The article of a scale's label: 2x, five digits of the article, five of weight (g) or price
    (minor units), check digit."""
    number = key[2:7]
    figure = int(key[7:12])
    if not figure:
        return None
    # articles are listed with the leading zeros of the scale or without
    for sku in (number, number.lstrip("0")):
        row = _BY_SKU.first(session, sku=sku) if sku else None
        if row is not None and scale is ScaleCodes.WEIGHT:
            return Article(row.id, row.sku, row.name, row.price, quantity=Quantity(figure))
        if row is not None:
            return _priced_label(row, figure)
    return None


def _priced_label(row: Any, figure: int) -> Article:
    """A label that says the price; the weight follows from the price of a kilogram when that is
    known."""
    # thousandths, as far as the price of one tells them
    weight = figure * PIECE // row.price if row.price else 0
    price = row.price if weight else Money(figure)
    quantity = Quantity(weight) if weight else PIECE
    return Article(
        id=row.id,
        sku=row.sku,
        name=row.name,
        price=price,
        quantity=quantity,
        total=Money(figure),
    )


def _open(
    session: Session, store: Store, member: str | None, bill: str | None
) -> tuple[SaleId, list[_Row]]:
    """The till's open bill and its lines; opened now if there is none."""
    sale = receipts.expected(session, store, bill)
    if sale is None:
        person = bill_opening.person_of(session, store, member)
        empty = Basket((), ())
        return bill_opening.start(session, store, person, empty, None, None), []
    if member:
        bill_opening.join_sale(session, sale, registry.resolve(session, store, member))
    return sale, _rows(session, sale)


def _rows(session: Session, sale: SaleId) -> list[_Row]:
    rows = _LINES.rows(session, sale=sale)
    return [_Row(row.product_id, row.quantity, row.unit_price, row.amount) for row in rows]


def _write(session: Session, store: Store, sale: SaleId, rows: Sequence[_Row]) -> BillView:
    if len(rows) > MOST_LINES:
        raise NotPossible("basket_full", most=MOST_LINES)
    stored = [
        bill_lines.stored_line(number, row.product, row.quantity, row.price, row.amount)
        for number, row in enumerate(rows, 1)
    ]
    return bill_prices.priced_view(session, store, sale, stored)
