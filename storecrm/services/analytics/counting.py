"""Which receipts count, and which of them are visits."""

from sqlalchemy import and_, or_, select

from storecrm.ledger.sales import ALL_RETURNED
from storecrm.models import tables
from storecrm.values import SaleState

_RECEIPT = tables.sale.c
_POSTED = _RECEIPT.state == SaleState.POSTED
_NO_VOID = _RECEIPT.voids_id.is_(None)
_OF_MEMBER = _RECEIPT.member_id.is_not(None)
LIVE = and_(_POSTED, _NO_VOID, _OF_MEMBER)
_RETURN = tables.sale.alias("returned")
_ALL_BACK = _RETURN.c.closed_by == ALL_RETURNED
_OF_SALE = _RETURN.c.returns_id == _RECEIPT.id
_FULL_RETURN = select(_RETURN.c.id).where(_OF_SALE, _ALL_BACK)
STANDS = ~_FULL_RETURN.exists()
"""True of a receipt of which something stayed with the customer: after a full return it is as if
nothing had been bought."""
_NO_RETURN = _RECEIPT.returns_id.is_(None)
# a receipt of the time before may come without its sum
_SOLD = or_(_RECEIPT.net.is_(None), _RECEIPT.net >= 0)
VISIT = and_(_NO_RETURN, _SOLD)
