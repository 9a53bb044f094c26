"""What was taken off besides coupons: promotions, tier prices, points."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.sale import Sale, SaleStep
from storecrm.services.reports.month_figures.counted import COUNTED
from storecrm.values import Day, Money

_AMOUNT = func.sum(SaleStep.amount)
_OF_SALE = Sale.id == SaleStep.sale_id
_STEPS = select(SaleStep.step, _AMOUNT).group_by(SaleStep.step)
_STEPS_OF_SALES = _STEPS.join(Sale, _OF_SALE).where(Sale.state == "posted")
_POINTS = select(func.sum(Sale.points_paid)).where(COUNTED)


class GivenAway(NamedTuple):
    """Money taken off, less what came back with returns, each on its own day."""

    promotions: Money
    tier_prices: Money
    points_paid: Money


def given_away(session: Session, first: Day, last: Day) -> GivenAway:
    """What promotions, tier prices and points took off in a period."""
    inside = Sale.business_date.between(first, last)
    by_step = Counter[str]()
    for step, total in session.execute(_STEPS_OF_SALES.where(inside)):
        by_step[step] = int(total or 0)
    paid = session.scalar(_POINTS.where(inside))
    # a promotion takes off a line or the whole bill
    promotions = by_step["line"] + by_step["order"]
    return GivenAway(
        promotions=Money(promotions),
        tier_prices=Money(by_step["tier"]),
        points_paid=Money(int(paid or 0)),
    )
