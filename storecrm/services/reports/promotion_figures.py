"""What promotions that apply by themselves gave, beside the coupons' figures."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, distinct, func, select

from storecrm.models.offer import Offer
from storecrm.models.sale import Sale, SaleStep
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Money


@dataclass(frozen=True)
class PromotionFigures:
    """One automatic offer in a period: the sales it applied to and what they paid, the members
    among them, the money it took off; returns count against it on their own day."""

    offer_code: str
    offer_name: str
    campaign: str
    sales: int
    members: int
    sales_net: Money
    discount: Money


def figures(store: Store, *, first: Day, last: Day) -> list[PromotionFigures]:
    """Every automatic offer that applied in the period, the dearest first.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        found = [_told(row) for row in session.execute(_query(first, last))]
    return sorted(found, key=lambda row: (-row.discount, row.offer_code))


def _query(first: Day, last: Day) -> Any:
    """Posted sales of the period by the offers that applied to them, each sale once an offer."""
    posted = (Sale.state == "posted", Sale.business_date.between(first, last))
    off = func.sum(SaleStep.amount).label("off")
    steps = select(SaleStep.offer_id, SaleStep.sale_id, off)
    steps = steps.join(Sale, Sale.id == SaleStep.sale_id)
    steps = steps.where(SaleStep.offer_id.is_not(None), *posted)
    per_sale = steps.group_by(SaleStep.offer_id, SaleStep.sale_id).subquery()
    # a return counts with its money, not as a sale or a member more
    sold = Sale.returns_id.is_(None)
    figures = (
        func.sum(case((sold, 1), else_=0)).label("sales"),
        func.count(distinct(case((sold, Sale.member_id)))).label("members"),
        func.sum(Sale.net).label("net"),
        func.sum(per_sale.c.off).label("off"),
    )
    offer = (Offer.code, Offer.name, Offer.campaign)
    query = select(*offer, *figures).select_from(per_sale)
    query = query.join(Sale, Sale.id == per_sale.c.sale_id)
    query = query.join(Offer, Offer.id == per_sale.c.offer_id)
    return query.group_by(*offer)


def _told(row: Any) -> PromotionFigures:
    return PromotionFigures(
        offer_code=row.code,
        offer_name=row.name,
        campaign=row.campaign,
        sales=int(row.sales),
        members=int(row.members),
        sales_net=Money(int(row.net)),
        discount=Money(int(row.off)),
    )
