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

_USE = tables.redemption.c
_STEP = tables.sale_step.c
# points and rounding pay, they give no piece away
_NOT_GIVEN = (pricing.Step.POINTS, pricing.Step.ROUNDING)
_ITS_SHARE = tables.step_share.c.step_id == _STEP.id
_BY_STEPS = Hot(
    select(_STEP.version_id, *tables.step_share.c["line_no", "amount"])
    .join(tables.step_share, _ITS_SHARE)
    .where(_STEP.sale_id == bindparam("sale"))
    .where(*(_STEP.step != step for step in _NOT_GIVEN))
    .order_by(_STEP.id)
)
_ITS_USE = _USE.id == tables.allocation.c.redemption_id
_ITS_COUPON = tables.coupon.c.id == _USE.coupon_id
_ITS_BATCH = tables.batch.c.id == tables.coupon.c.batch_id
_BY_COUPONS = Hot(
    select(tables.batch.c.version_id, *tables.allocation.c["line_no", "amount"])
    .join(tables.redemption, _ITS_USE)
    .join(tables.coupon, _ITS_COUPON)
    .join(tables.batch, _ITS_BATCH)
    .where(_USE.sale_id == bindparam("sale"))
    .order_by(_USE.id)
)


def of_sale(
    session: Session, store: Store, sale: SaleId, lines: Sequence[pricing.Line]
) -> list[int]:
    """The pieces of each line of a sale that were paid for. `lines` are its lines in their
    order."""
    left = [int(line.amount) for line in lines]
    pieces = [line.pieces for line in lines]
    shares = (*_BY_STEPS.rows(session, sale=sale), *_BY_COUPONS.rows(session, sale=sale))
    for share in shares:
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
