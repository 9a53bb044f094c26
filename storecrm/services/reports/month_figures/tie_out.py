"""Pairs that must be equal: a figure, and the same thing counted another way."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.redemption import Redemption
from storecrm.services.reports.month_figures.counted import LIVE
from storecrm.services.reports.month_figures.shapes import DayFigures, OfferFigures
from storecrm.values import Day

Tie = tuple[str, int, int]


def tie_out(
    session: Session,
    first: Day,
    last: Day,
    totals: OfferFigures,
    offers: Sequence[OfferFigures],
    days: Sequence[DayFigures],
) -> tuple[Tie, ...]:
    """The report's figure beside the same thing counted another way from the ledger."""
    query = select(func.count(), func.sum(Redemption.discount))
    query = query.where(LIVE, Redemption.business_date.between(first, last))
    count, total = session.execute(query).one()
    discount = int(total or 0)
    with_coupon = sum(day.sales_with_coupon_net for day in days)
    return (
        ("redemptions_offers", sum(offer.redemptions for offer in offers), count),
        ("redemptions_days", sum(day.redemptions for day in days), count),
        ("discount_offers", sum(offer.discount for offer in offers), discount),
        ("discount_days", sum(day.discount for day in days), discount),
        ("issued_days", sum(day.issued for day in days), totals.issued),
        ("sales_with_coupon_days", with_coupon, totals.sales_with_coupon_net),
    )
