"""What was taken off besides coupons: promotions, tier prices, points."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.sale import Sale, SaleStep
from storecrm.services.reports.month_figures.counted import COUNTED
from storecrm.values import Day, Money


class GivenAway(NamedTuple):
    """Money taken off, less what came back with returns, each on its own day."""

    promotions: Money
    tier_prices: Money
    points: Money


def given_away(session: Session, first: Day, last: Day) -> GivenAway:
    """What promotions, tier prices and points took off in a period."""
    inside = Sale.business_date.between(first, last)
    steps = select(SaleStep.step, func.sum(SaleStep.amount))
    steps = steps.join(Sale, Sale.id == SaleStep.sale_id).where(inside, Sale.state == "posted")
    rows = session.execute(steps.group_by(SaleStep.step))
    by_step = {str(step): int(total or 0) for step, total in rows}
    paid = session.scalar(select(func.sum(Sale.points_paid)).where(inside, COUNTED))
    return GivenAway(
        promotions=Money(by_step.get("line", 0) + by_step.get("order", 0)),
        tier_prices=Money(by_step.get("tier", 0)),
        points=Money(int(paid or 0)),
    )
