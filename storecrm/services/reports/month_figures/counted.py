"""Which rows count: the conditions that all figures share."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services.coupons.issue import REISSUED

LIVE = Redemption.reversed_at.is_(None)
READY = and_(Batch.id == Coupon.batch_id, Batch.state != "issuing", Coupon.void_reason != REISSUED)
"""Coupons that were handed out; one that was lost and given again under a new code counts once."""
COUNTED = Sale.state.in_(("posted", "voided"))
SOLD = Sale.returns_id.is_(None) & (Sale.closed_by != "no_receipt")
"""A receipt of goods sold, not of goods that came back."""

_BACK = aliased(Sale)
# the net of a return is negative already; no return at all is zero, not NULL
_SUM_BACK = func.coalesce(func.sum(_BACK.net), 0)
_NET_BACK = select(_SUM_BACK).where(_BACK.returns_id == Sale.id)
KEPT_NET = Sale.net + _NET_BACK.correlate(Sale).scalar_subquery()
"""What a sale brought in the end, less what came back of it."""
