"""Which receipts count, and which of them are visits."""

from sqlalchemy import and_, or_, select

from storecrm.ledger.sales import ALL_RETURNED
from storecrm.models import tables
from storecrm.values import SaleState

_POSTED = tables.sale.c.state == SaleState.POSTED
_NO_VOID = tables.sale.c.voids_id.is_(None)
LIVE = and_(_POSTED, _NO_VOID, tables.sale.c.member_id.is_not(None))
_RETURN = tables.sale.alias()
_ALL_BACK = _RETURN.c.closed_by == ALL_RETURNED
_OF_SALE = _RETURN.c.returns_id == tables.sale.c.id
STANDS = ~select(_RETURN.c.id).where(_OF_SALE, _ALL_BACK).exists()
"""True of a receipt of which something stayed with the customer: after a full return it is as if
nothing had been bought."""
_NO_RETURN = tables.sale.c.returns_id.is_(None)
# a receipt of the time before may come without its sum
_NET_FITS = or_(tables.sale.c.net.is_(None), tables.sale.c.net >= 0)
VISIT = and_(_NO_RETURN, _NET_FITS)
