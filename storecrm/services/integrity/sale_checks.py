"""Facts of bills that must agree: lines, discounts and their shares, tenders, mirror images."""

from typing import Any

from sqlalchemy import Select, Subquery, select
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, SaleTender, StepShare
from storecrm.services.integrity.sums import ids_of, total_of, totals

_SALES = select(Sale.id)
_OTHER = tables.sale.alias("other")
# a bill that was never closed has no sum yet
_HAS_SUM = Sale.gross.is_not(None)
_SUMMED = _SALES.where(_HAS_SUM)
_IS_RETURN = Sale.returns_id.is_not(None)
_RETURNS = _SALES.where(_IS_RETURN)
_STANDS = Sale.state.in_(("open", "posted"))
_IS_OF_TILL = Sale.import_id.is_(None)
_IS_NO_MIRROR = Sale.voids_id.is_(None)
_RETURNS_IT = _OTHER.c.returns_id == Sale.id
_IS_RETURNED = select(_OTHER.c.id).where(_RETURNS_IT).exists()
_MADE_HERE = _SALES.where(_IS_OF_TILL, _IS_NO_MIRROR, ~_IS_RETURN)
_OWN = _MADE_HERE.where(_STANDS, ~_IS_RETURNED)
"""Sales made here that still are what they were."""
_PROMOTIONS = SaleStep.step.in_(("line", "tier", "order"))
_IS_LIVE = Redemption.reversed_at.is_(None)
_IS_OURS = Redemption.import_id.is_(None)


def _differing(session: Session, sales: Select[Any], amount: Any, *sums: Subquery) -> list[Any]:
    """Those of the sales whose amount is not what sums of their rows come to together."""
    wanted: Any = None
    for part in sums:
        is_of_sale = part.c.sale_id == Sale.id
        sales = sales.outerjoin(part, is_of_sale)
        total = total_of(part)
        wanted = total if wanted is None else wanted + total
    return ids_of(session, sales.where(amount != wanted))


def wrong_sums(session: Session) -> list[Any]:
    """A sale's gross is the sum of its lines."""
    lines = totals(SaleLine.sale_id, SaleLine.amount)
    return _differing(session, _SUMMED, Sale.gross, lines)


def wrong_discounts(session: Session) -> list[Any]:
    """A sale's discount is the sum of its live redemptions and promotions (own sales; imported
    discounts were decided elsewhere). A sale that was returned may have its coupons back."""
    coupons = totals(Redemption.sale_id, Redemption.discount, _IS_LIVE, _IS_OURS)
    steps = totals(SaleStep.sale_id, SaleStep.amount, _PROMOTIONS)
    return _differing(session, _OWN, Sale.discount, coupons, steps)


def wrong_returned_discounts(session: Session) -> list[Any]:
    """What a return takes back of discounts is what its lines and steps say."""
    lines = totals(SaleLine.sale_id, SaleLine.coupon_back)
    steps = totals(SaleStep.sale_id, SaleStep.amount, _PROMOTIONS)
    return _differing(session, _RETURNS, Sale.discount, lines, steps)


def wrong_tenders(session: Session) -> list[Any]:
    """Where a sale was paid here, its tenders add up to its net."""
    tenders = totals(SaleTender.sale_id, SaleTender.amount)
    is_of_sale = tenders.c.sale_id == Sale.id
    paid_here = _SALES.join(tenders, is_of_sale)
    differs = Sale.net != tenders.c.total
    return ids_of(session, paid_here.where(differs))


def wrong_steps(session: Session) -> list[Any]:
    """The shares of a step's lines add up to its amount."""
    shares = totals(StepShare.step_id, StepShare.amount)
    is_of_step = shares.c.step_id == SaleStep.id
    steps = select(SaleStep.id).outerjoin(shares, is_of_step)
    # a step without shares must be nought
    differs = SaleStep.amount != total_of(shares)
    return ids_of(session, steps.where(differs))


def wrong_shares(session: Session) -> list[Any]:
    """The shares of a redemption's lines add up to its discount."""
    shares = totals(Allocation.redemption_id, Allocation.amount)
    is_of_use = shares.c.redemption_id == Redemption.id
    # an imported use has no shares
    uses = select(Redemption.id).join(shares, is_of_use)
    differs = Redemption.discount != shares.c.total
    return ids_of(session, uses.where(_IS_LIVE, differs))


def wrong_voids(session: Session) -> list[Any]:
    """Every void is the exact mirror of its sale."""
    is_mirror = _OTHER.c.voids_id == Sale.id
    voided = _SALES.join(_OTHER, is_mirror)
    together = Sale.net + _OTHER.c.net
    stands = Sale.state != "voided"
    return ids_of(session, voided.where((together != 0) | stands))
