"""How many pieces of each line something was paid for: a piece that a promotion or a coupon gave
away is none, wherever its line is cut."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import OfferRule
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import WHOLE, OfferKind, SaleId, VersionId

_COUPON = tables.coupon.c
_BATCH = tables.batch.c
_USE = tables.redemption.c
_ALLOCATION = tables.allocation.c
_STEP = tables.sale_step.c
_SHARE = tables.step_share.c
# points and rounding pay, they give no piece away
_NO_POINTS = _STEP.step != pricing.Step.POINTS
_NO_ROUNDING = _STEP.step != pricing.Step.ROUNDING
_ITS_SHARE = _SHARE.step_id == _STEP.id
_STEPS = select(_STEP.version_id, *_SHARE["line_no", "amount"]).join(tables.step_share, _ITS_SHARE)
_STEP_OF = _STEP.sale_id == bindparam("sale")
_BY_STEPS = Hot(_STEPS.where(_STEP_OF, _NO_POINTS, _NO_ROUNDING).order_by(_STEP.id))
_ITS_USE = _USE.id == _ALLOCATION.redemption_id
_ITS_COUPON = _COUPON.id == _USE.coupon_id
_ITS_BATCH = _BATCH.id == _COUPON.batch_id
_PARTS = select(_BATCH.version_id, *_ALLOCATION["line_no", "amount"])
_OF_USES = _PARTS.join(tables.redemption, _ITS_USE).join(tables.coupon, _ITS_COUPON)
_USED_ON = _USE.sale_id == bindparam("sale")
_COUPONS = _OF_USES.join(tables.batch, _ITS_BATCH).where(_USED_ON)
_BY_COUPONS = Hot(_COUPONS.order_by(_USE.id))


def of_sale(
    session: Session, store: Store, sale: SaleId, lines: Sequence[pricing.Line]
) -> list[int]:
    """The pieces of each line of a sale that were paid for. `lines` are its lines in their
    order."""
    left = [int(line.amount) for line in lines]
    pieces = [line.pieces for line in lines]
    by_steps = _BY_STEPS.rows(session, sale=sale)
    by_coupons = _BY_COUPONS.rows(session, sale=sale)
    # in the order in which the price was made
    for share in (*by_steps, *by_coupons):
        at = share.line_no - 1
        version = share.version_id
        if left[at] > 0 and version is not None:
            rule = design.frozen(session, store, VersionId(version))
            if _gives(rule):
                pieces[at] -= _given(pieces[at], left[at], share.amount)
        left[at] -= share.amount
    return [count if rest > 0 else 0 for count, rest in zip(pieces, left, strict=True)]


def _given(pieces: int, left: int, amount: int) -> int:
    """Whole pieces at what one of them cost where this step began, the nearest number for what was
    rounded."""
    return (2 * amount * pieces + left) // (2 * left)


def _gives(rule: OfferRule) -> bool:
    """True of a rule that gives whole pieces away."""
    if rule.kind is OfferKind.NTH_ITEM:
        return rule.value == WHOLE
    return rule.kind in (OfferKind.BUY_GET, OfferKind.GIFT)
