"""The rows of the list of sales: one row a line, its receipt on each."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models import tables
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine
from storecrm.services.exports import receipt_discounts
from storecrm.services.exports.cells import Rows, local, money
from storecrm.services.exports.streams import Beside, streamed
from storecrm.services.store import Store

_OFF = receipt_discounts.taken_off()
_ORIGINAL = tables.sale.alias("original")
_ORIGINAL_COLUMNS = (
    _ORIGINAL.c.receipt_no.label("of_receipt"),
    _ORIGINAL.c.business_date.label("of_date"),
)
_OF_RECEIPT = (Sale.id, Sale.receipt_no, Sale.occurred_at, Sale.business_date, Sale.closed_by)
_WHERE_SOLD = (Sale.store, Sale.channel)
_COLUMNS = (
    *_OF_RECEIPT,
    Member.member_no,
    Product.sku,
    tables.sale_line,
    *_WHERE_SOLD,
    _OFF.amount.label("off"),
    *_ORIGINAL_COLUMNS,
)
_IS_BUYER = (Member.id == Sale.member_id) & (Member.state == "live")
_LINES = (
    select(*_COLUMNS)
    .join(SaleLine, SaleLine.sale_id == Sale.id)
    .outerjoin(Member, _IS_BUYER)
    .outerjoin(Product, Product.id == SaleLine.product_id)
    .outerjoin(_ORIGINAL, _ORIGINAL.c.id == Sale.returns_id)
)
# voided receipts are left out, and so are their mirror images
_STANDING = (Sale.state == "posted", Sale.voids_id.is_(None))
_QUERY = _OFF.add_to(_LINES).where(*_STANDING).order_by(Sale.id, SaleLine.line_no)
_USES = (
    select(Redemption.sale_id, Coupon.code)
    .join(Coupon, Coupon.id == Redemption.coupon_id)
    .where(Redemption.sale_id.is_not(None), Redemption.reversed_at.is_(None))
    .order_by(Redemption.sale_id, Redemption.id)
)


def lines(store: Store, session: Session) -> Rows:
    """One row a line: `discount` is everything that was taken off it, `amount` what was paid for
    it. Voided receipts are left out."""
    digits = store.shop.digits
    codes = Beside(session, _USES, "sale_id")
    for row in streamed(session, _QUERY):
        sold = (row.receipt_no, local(store, row.occurred_at), row.member_no or "", row.sku or "")
        pieces = Decimal(row.quantity) / 1000
        price = money(digits, row.unit_price)
        discount = money(digits, row.discount + row.off)
        paid = money(digits, row.amount - row.off)
        used = ",".join(use.code for use in codes.of(row.id))
        where = (row.store, row.channel, row.business_date)
        how = row_references.RETURNS.get(row.closed_by, "")
        back = (how, row.of_receipt or "", row.of_date or "", row.returns_line or "")
        yield (*sold, pieces, price, discount, paid, used, *where, *back)
    codes.close()
