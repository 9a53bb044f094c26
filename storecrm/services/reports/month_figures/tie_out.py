"""Pairs that must be equal: a figure, and the same thing counted another way."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.redemption import Redemption
from storecrm.services.reports.month_figures.counted import LIVE
from storecrm.services.reports.month_figures.shapes import DayFigures, OfferFigures
from storecrm.values import Day

Tie = tuple[str, int, int]
_OFF = func.sum(Redemption.discount)
_LEDGER = select(func.count(), _OFF).where(LIVE)


def tie_out(
    session: Session,
    first: Day,
    last: Day,
    totals: OfferFigures,
    offers: Sequence[OfferFigures],
    days: Sequence[DayFigures],
) -> tuple[Tie, ...]:
    """The report's figure beside the same thing counted another way from the ledger."""
    query = _LEDGER.where(Redemption.business_date.between(first, last))
    count, total = session.execute(query).one()
    discount = int(total or 0)
    uses_of_offers = sum(offer.redemptions for offer in offers)
    uses_of_days = sum(day.redemptions for day in days)
    off_of_offers = sum(offer.discount for offer in offers)
    off_of_days = sum(day.discount for day in days)
    issued = sum(day.issued for day in days)
    with_coupon = sum(day.sales_with_coupon_net for day in days)
    uses = (
        ("redemptions_offers", uses_of_offers, count),
        ("redemptions_days", uses_of_days, count),
    )
    off = (
        ("discount_offers", off_of_offers, discount),
        ("discount_days", off_of_days, discount),
    )
    # offers that share a sale do not add up to the total, days do
    whole = (
        ("issued_days", issued, totals.issued),
        ("sales_with_coupon_days", with_coupon, totals.sales_with_coupon_net),
    )
    return (*uses, *off, *whole)
