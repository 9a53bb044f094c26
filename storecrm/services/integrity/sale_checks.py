"""Facts of bills that must agree: lines, discounts and their shares, tenders, mirror images."""

from typing import Any

from sqlalchemy import Select, Subquery, select
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, SaleTender, StepShare
from storecrm.services.integrity.sums import ids_of, total_of, totals

_PROMOTIONS = SaleStep.step.in_(("line", "tier", "order"))
_OTHER = tables.sale.alias("other")
_RETURNS = select(_OTHER.c.id).where(_OTHER.c.returns_id == Sale.id)
_IS_ORIGINAL = (Sale.import_id.is_(None), Sale.voids_id.is_(None), Sale.returns_id.is_(None))
_OWN = (*_IS_ORIGINAL, Sale.state.in_(("open", "posted")), ~_RETURNS.exists())
"""Sales made here that still are what they were."""


def _with(sales: Select[Any], *sums: Subquery) -> Select[Any]:
    """Sales with sums of their rows beside them, none where a sale has no such row."""
    for part in sums:
        sales = sales.outerjoin(part, part.c.sale_id == Sale.id)
    return sales


def wrong_sums(session: Session) -> list[Any]:
    """A sale's gross is the sum of its lines."""
    lines = totals(SaleLine.sale_id, SaleLine.amount)
    # a bill that was never closed has none yet
    sold = select(Sale.id).where(Sale.gross.is_not(None))
    wrong = _with(sold, lines).where(Sale.gross != total_of(lines))
    return ids_of(session, wrong)


def wrong_discounts(session: Session) -> list[Any]:
    """A sale's discount is the sum of its live redemptions and promotions (own sales; imported
    discounts were decided elsewhere). A sale that was returned may have its coupons back."""
    live = (Redemption.reversed_at.is_(None), Redemption.import_id.is_(None))
    coupons = totals(Redemption.sale_id, Redemption.discount, *live)
    steps = totals(SaleStep.sale_id, SaleStep.amount, _PROMOTIONS)
    query = _with(select(Sale.id).where(*_OWN), coupons, steps)
    wanted = total_of(coupons) + total_of(steps)
    return ids_of(session, query.where(Sale.discount != wanted))


def wrong_returned_discounts(session: Session) -> list[Any]:
    """What a return takes back of discounts is what its lines and steps say."""
    lines = totals(SaleLine.sale_id, SaleLine.coupon_back)
    steps = totals(SaleStep.sale_id, SaleStep.amount, _PROMOTIONS)
    returns = select(Sale.id).where(Sale.returns_id.is_not(None))
    wanted = total_of(lines) + total_of(steps)
    wrong = _with(returns, lines, steps).where(Sale.discount != wanted)
    return ids_of(session, wrong)


def wrong_tenders(session: Session) -> list[Any]:
    """Where a sale was paid here, its tenders add up to its net."""
    tenders = totals(SaleTender.sale_id, SaleTender.amount)
    query = select(Sale.id).join(tenders, tenders.c.sale_id == Sale.id)
    return ids_of(session, query.where(Sale.net != tenders.c.total))


def wrong_steps(session: Session) -> list[Any]:
    """The shares of a step's lines add up to its amount."""
    shares = totals(StepShare.step_id, StepShare.amount)
    query = select(SaleStep.id).outerjoin(shares, shares.c.step_id == SaleStep.id)
    # a step without shares must be nought
    return ids_of(session, query.where(SaleStep.amount != total_of(shares)))


def wrong_shares(session: Session) -> list[Any]:
    """The shares of a redemption's lines add up to its discount."""
    shares = totals(Allocation.redemption_id, Allocation.amount)
    # an imported use has no shares
    query = select(Redemption.id).join(shares, shares.c.redemption_id == Redemption.id)
    wrong = (Redemption.reversed_at.is_(None), Redemption.discount != shares.c.total)
    return ids_of(session, query.where(*wrong))


def wrong_voids(session: Session) -> list[Any]:
    """Every void is the exact mirror of its sale."""
    query = select(Sale.id).join(_OTHER, _OTHER.c.voids_id == Sale.id)
    is_no_mirror = Sale.net + _OTHER.c.net != 0
    return ids_of(session, query.where(is_no_mirror | (Sale.state != "voided")))
