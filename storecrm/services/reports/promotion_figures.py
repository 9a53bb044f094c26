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

_S: Any = Sale.__table__
_STEP: Any = SaleStep.__table__
_O: Any = Offer.__table__


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
    per_sale = (
        select(_STEP.c.offer_id, _STEP.c.sale_id, func.sum(_STEP.c.amount).label("off"))
        .join(_S, _S.c.id == _STEP.c.sale_id)
        .where(
            _STEP.c.offer_id.is_not(None),
            _S.c.state == "posted",
            _S.c.business_date.between(first, last),
        )
        .group_by(_STEP.c.offer_id, _STEP.c.sale_id)
        .subquery()
    )
    sold = _S.c.returns_id.is_(None)
    query = (
        select(
            _O.c.code,
            _O.c.name,
            _O.c.campaign,
            func.sum(case((sold, 1), else_=0)).label("sales"),
            func.count(distinct(case((sold, _S.c.member_id)))).label("members"),
            func.sum(_S.c.net).label("net"),
            func.sum(per_sale.c.off).label("off"),
        )
        .select_from(per_sale)
        .join(_S, _S.c.id == per_sale.c.sale_id)
        .join(_O, _O.c.id == per_sale.c.offer_id)
        .group_by(_O.c.code, _O.c.name, _O.c.campaign)
    )
    with store.read() as session:
        rows = session.execute(query).all()
    found = [
        PromotionFigures(
            r.code,
            r.name,
            r.campaign,
            int(r.sales),
            int(r.members),
            Money(int(r.net)),
            Money(int(r.off)),
        )
        for r in rows
    ]
    return sorted(found, key=lambda row: (-row.discount, row.offer_code))
