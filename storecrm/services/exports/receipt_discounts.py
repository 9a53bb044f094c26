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

from storecrm.models import database, tables
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, SaleLine, SaleStep, StepShare

_BY_COUPONS = func.sum(Allocation.amount).label("off")
_OF_COUPONS = (Redemption.sale_id, Allocation.line_no)
_COUPON_SHARES = select(*_OF_COUPONS, _BY_COUPONS).join(Allocation).group_by(*_OF_COUPONS)
_BY_STEPS = func.sum(StepShare.amount).label("off")
_OF_STEPS = (SaleStep.sale_id, StepShare.line_no)
_STEP_SHARES = select(*_OF_STEPS, _BY_STEPS).join(StepShare).group_by(*_OF_STEPS)


@dataclass(frozen=True)
class TakenOff:
    """Shares by line, ready to be joined to a query of sale lines; `amount` is their sum."""

    coupons: Any
    steps: Any

    @property
    def amount(self) -> Any:
        # most lines have no share
        by_coupons = func.coalesce(self.coupons.c.off, 0)
        by_steps = func.coalesce(self.steps.c.off, 0)
        return by_coupons + by_steps + SaleLine.coupon_back

    def add_to(self, query: Select[Any]) -> Select[Any]:
        """The query with the shares joined to its lines."""
        for part in (self.coupons, self.steps):
            same_sale = part.c.sale_id == SaleLine.sale_id
            same_line = part.c.line_no == SaleLine.line_no
            query = query.outerjoin(part, same_sale & same_line)
        return query


def taken_off(session: Session | None = None, sales: Collection[int] | None = None) -> TakenOff:
    """What was taken off, of every receipt or of some."""
    coupons = _COUPON_SHARES
    steps = _STEP_SHARES
    # within the sums: those of a whole shop would be made for the sake of one receipt
    if session is not None and sales is not None:
        coupons = coupons.where(database.among(session, Redemption.sale_id, sales))
        steps = steps.where(database.among(session, SaleStep.sale_id, sales))
    return TakenOff(coupons.subquery("coupon_shares"), steps.subquery("step_shares"))


def paid(session: Session, sale: int) -> dict[int, int]:
    """What was paid for each line of a receipt, by its number."""
    off = taken_off(session, [sale])
    left = (SaleLine.amount - off.amount).label("paid")
    lines = select(SaleLine.line_no, left).select_from(tables.sale_line)
    query = off.add_to(lines).where(SaleLine.sale_id == sale)
    return {row.line_no: int(row.paid) for row in session.execute(query)}
