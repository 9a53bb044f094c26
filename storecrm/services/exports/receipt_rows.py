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
_OF_RECEIPT = _ORIGINAL.c.receipt_no.label("of_receipt")
_OF_DATE = _ORIGINAL.c.business_date.label("of_date")
_RECEIPT = (Sale.id, Sale.receipt_no, Sale.occurred_at)
_CLOSED = (Sale.business_date, Sale.closed_by)
_LINE = (Member.member_no, Product.sku, tables.sale_line)
_WHERE_SOLD = (Sale.store, Sale.channel)
_BESIDE = (_OFF.amount.label("off"), _OF_RECEIPT, _OF_DATE)
_IS_OF_SALE = SaleLine.sale_id == Sale.id
_IS_BUYER = (Member.id == Sale.member_id) & (Member.state == "live")
_IS_ORIGINAL = _ORIGINAL.c.id == Sale.returns_id
_COLUMNS = (*_RECEIPT, *_CLOSED, *_LINE, *_WHERE_SOLD, *_BESIDE)
_SOLD = select(*_COLUMNS).join(SaleLine, _IS_OF_SALE)
_IS_ARTICLE = Product.id == SaleLine.product_id
_WITH_ARTICLE = _SOLD.outerjoin(Member, _IS_BUYER).outerjoin(Product, _IS_ARTICLE)
_LINES = _OFF.add_to(_WITH_ARTICLE.outerjoin(_ORIGINAL, _IS_ORIGINAL))
# voided receipts are left out, and so are their mirror images
_STANDING = _LINES.where(Sale.state == "posted", Sale.voids_id.is_(None))
_IS_LIVE_USE = Redemption.reversed_at.is_(None)
_EVERY_USE = select(Redemption.sale_id, Coupon.code).join(Coupon)
_USES = _EVERY_USE.where(Redemption.sale_id.is_not(None), _IS_LIVE_USE)


def lines(session: Session, store: Store) -> Rows:
    """One row a line: `discount` is everything that was taken off it, `amount` what was paid for
    it. Voided receipts are left out."""
    digits = store.shop.digits
    codes = Beside(session, _USES, Redemption.sale_id, Redemption.id)
    for row in streamed(session, _STANDING.order_by(Sale.id, SaleLine.line_no)):
        at = local(row.occurred_at, store.clock.zone)
        buyer = row.member_no or ""
        sold = (row.receipt_no, at, buyer, row.sku or "")
        # thousandths are kept
        pieces = Decimal(row.quantity) / 1000
        price = money(digits, row.unit_price)
        discount = money(digits, row.discount + row.off)
        paid = money(digits, row.amount - row.off)
        uses = codes.of(row.id)
        used = ",".join(use.code for use in uses)
        where = (row.store, row.channel, row.business_date)
        how = row_references.RETURNS.get(row.closed_by, "")
        original = (row.of_receipt or "", row.of_date or "")
        of_line = row.returns_line or ""
        came_to = (pieces, price, discount, paid)
        yield (*sold, *came_to, used, *where, how, *original, of_line)
    codes.close()
