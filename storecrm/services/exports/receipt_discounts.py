"""What was taken off the lines of receipts beyond what the lines themselves say: shares of coupons,
promotions, tier prices, points, rounding.

The line of a receipt made here keeps its price before these; a list, and a receipt that comes from
a list, says what was paid.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, SaleLine, SaleStep, StepShare

_R: Any = Redemption.__table__
_A: Any = Allocation.__table__
_STEP: Any = SaleStep.__table__
_SHARE: Any = StepShare.__table__
_LINE: Any = SaleLine.__table__


@dataclass(frozen=True)
class TakenOff:
    """Shares by line, ready to be joined to a query of sale lines; `amount` is their sum."""

    coupons: Any
    steps: Any

    @property
    def amount(self) -> Any:
        return (
            func.coalesce(self.coupons.c.off, 0)
            + func.coalesce(self.steps.c.off, 0)
            + _LINE.c.coupon_back
        )

    def add_to(self, query: Select[Any]) -> Select[Any]:
        """The query with the shares joined to its lines."""
        for part in (self.coupons, self.steps):
            query = query.outerjoin(
                part, (part.c.sale_id == _LINE.c.sale_id) & (part.c.line_no == _LINE.c.line_no)
            )
        return query


def taken_off(session: Session | None = None, sales: Collection[int] | None = None) -> TakenOff:
    """What was taken off, of every receipt or of some."""
    coupons = select(_R.c.sale_id, _A.c.line_no, func.sum(_A.c.amount).label("off")).join(
        _A, _A.c.redemption_id == _R.c.id
    )
    steps = select(_STEP.c.sale_id, _SHARE.c.line_no, func.sum(_SHARE.c.amount).label("off")).join(
        _SHARE, _SHARE.c.step_id == _STEP.c.id
    )
    if session is not None and sales is not None:
        coupons = coupons.where(database.among(session, _R.c.sale_id, sales))
        steps = steps.where(database.among(session, _STEP.c.sale_id, sales))
    coupons = coupons.group_by(_R.c.sale_id, _A.c.line_no)
    steps = steps.group_by(_STEP.c.sale_id, _SHARE.c.line_no)
    return TakenOff(coupons.subquery("coupon_shares"), steps.subquery("step_shares"))


def paid(session: Session, sale: int) -> dict[int, int]:
    """What was paid for each line of a receipt, by its number."""
    off = taken_off(session, [sale])
    query = off.add_to(
        select(_LINE.c.line_no, (_LINE.c.amount - off.amount).label("paid")).select_from(_LINE)
    )
    return {
        row.line_no: int(row.paid) for row in session.execute(query.where(_LINE.c.sale_id == sale))
    }
