"""What promotions that apply by themselves gave, beside the coupons' figures."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

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
        return read(session, first, last)


def read(session: Session, first: Day, last: Day) -> list[PromotionFigures]:
    """The same in a snapshot of the caller's."""
    rows = session.execute(_query(first, last))
    found = [_told(row) for row in rows]
    return sorted(found, key=_dearest_first)


def _dearest_first(row: PromotionFigures) -> tuple[int, str]:
    return -row.discount, row.offer_code


_OFFER = (Offer.code, Offer.name, Offer.campaign)
_OF_OFFER = (SaleStep.offer_id, SaleStep.sale_id)
_OFF = func.sum(SaleStep.amount).label("off")
_BY_OFFER = SaleStep.offer_id.is_not(None)
_OF_SALE = select(*_OF_OFFER, _OFF).join(Sale, Sale.id == SaleStep.sale_id)
_STEPS = _OF_SALE.where(_BY_OFFER, Sale.state == "posted").group_by(*_OF_OFFER)
"""What each offer took off each posted sale: a sale counts once an offer, whatever its lines."""

# a return counts with its money, not as a sale or a member more
_SOLD = Sale.returns_id.is_(None)
_SALES = func.sum(case((_SOLD, 1), else_=0)).label("sales")
_BUYER = case((_SOLD, Sale.member_id))
_MEMBERS = func.count(distinct(_BUYER)).label("members")
_NET = func.sum(Sale.net).label("net")


def _query(first: Day, last: Day) -> Any:
    """Posted sales of the period by the offers that applied to them."""
    inside = Sale.business_date.between(first, last)
    per_sale = _STEPS.where(inside).subquery()
    off = func.sum(per_sale.c.off).label("off")
    query = select(*_OFFER, _SALES, _MEMBERS, _NET, off).select_from(per_sale)
    query = query.join(Sale, Sale.id == per_sale.c.sale_id)
    query = query.join(Offer, Offer.id == per_sale.c.offer_id)
    return query.group_by(*_OFFER)


def _told(row: Any) -> PromotionFigures:
    # the server sums into a decimal
    net = int(row.net)
    off = int(row.off)
    return PromotionFigures(
        offer_code=row.code,
        offer_name=row.name,
        campaign=row.campaign,
        sales=int(row.sales),
        members=int(row.members),
        sales_net=Money(net),
        discount=Money(off),
    )
