"""Which receipts count, and which of them are visits."""

from typing import Any

from sqlalchemy import and_, or_, select

from storecrm.ledger.sales import ALL_RETURNED
from storecrm.models.sale import Sale
from storecrm.values import SaleState

_S: Any = Sale.__table__
LIVE = and_(_S.c.state == SaleState.POSTED, _S.c.voids_id.is_(None), _S.c.member_id.is_not(None))
_BACK = _S.alias()
STANDS = (
    ~select(_BACK.c.id)
    .where(_BACK.c.returns_id == _S.c.id, _BACK.c.closed_by == ALL_RETURNED)
    .exists()
)
"""True of a receipt of which something stayed with the customer: after a full return it is as if
nothing had been bought."""
VISIT = and_(_S.c.returns_id.is_(None), or_(_S.c.net.is_(None), _S.c.net >= 0))
