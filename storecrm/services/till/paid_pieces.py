"""How many pieces of each line something was paid for: a piece that a promotion or a coupon gave
away is none, wherever its line is cut."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import OfferRule
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, SaleStep, StepShare
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import WHOLE, OfferKind, SaleId, VersionId

_STEP: Any = SaleStep.__table__
_SHARE: Any = StepShare.__table__
_A: Any = Allocation.__table__
_R: Any = Redemption.__table__
_C: Any = Coupon.__table__
_B: Any = Batch.__table__
_BY_STEPS = Hot(
    select(_STEP.c.version_id, _SHARE.c.line_no, _SHARE.c.amount)
    .join(_SHARE, _SHARE.c.step_id == _STEP.c.id)
    .where(
        _STEP.c.sale_id == bindparam("sale"),
        _STEP.c.step != pricing.Step.POINTS,
        _STEP.c.step != pricing.Step.ROUNDING,
    )
    .order_by(_STEP.c.id)
)
_BY_COUPONS = Hot(
    select(_B.c.version_id, _A.c.line_no, _A.c.amount)
    .join(_R, _R.c.id == _A.c.redemption_id)
    .join(_C, _C.c.id == _R.c.coupon_id)
    .join(_B, _B.c.id == _C.c.batch_id)
    .where(_R.c.sale_id == bindparam("sale"))
    .order_by(_R.c.id)
)


def of_sale(
    session: Session, store: Store, sale: SaleId, lines: Sequence[pricing.Line]
) -> list[int]:
    """The pieces of each line of a sale that were paid for. `lines` are its lines in their
    order."""
    left = [int(line.amount) for line in lines]
    pieces = [line.pieces for line in lines]
    for row in (*_BY_STEPS.rows(session, sale=sale), *_BY_COUPONS.rows(session, sale=sale)):
        at = row.line_no - 1
        if (
            row.version_id is not None
            and left[at] > 0
            and _gives(design.frozen(session, store, VersionId(row.version_id)))
        ):
            # whole pieces at what one of them cost where this step began, the nearest number for
            # what was rounded
            pieces[at] -= (2 * row.amount * pieces[at] + left[at]) // (2 * left[at])
        left[at] -= row.amount
    return [count if rest > 0 else 0 for count, rest in zip(pieces, left, strict=True)]


def _gives(rule: OfferRule) -> bool:
    """True of a rule that gives whole pieces away."""
    return rule.kind in (OfferKind.BUY_GET, OfferKind.GIFT) or (
        rule.kind is OfferKind.NTH_ITEM and rule.value == WHOLE
    )
