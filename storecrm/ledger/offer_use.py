"""What an offer has given so far: by coupons and by itself. One look for offers with a budget or a
limit, however often they were used.

The row is kept by triggers (see models.offer.OfferUse) and made at the first look that may write,
from the rows themselves, with the offer held: on PostgreSQL nobody uses the offer at that moment.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.ledger.sales import ALL_RETURNED
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer, OfferUse
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleStep
from storecrm.values import OfferId, SaleState

_O: Any = Offer.__table__
_USE: Any = OfferUse.__table__
_R: Any = Redemption.__table__
_SALE: Any = Sale.__table__
_STEP: Any = SaleStep.__table__
_BACK = _SALE.alias()
ALL_BACK = (
    select(_BACK.c.id)
    .where(_BACK.c.returns_id == _SALE.c.id, _BACK.c.closed_by == ALL_RETURNED)
    .exists()
)
"""True of a sale whose goods all came back: it is as if nothing had been bought, so it frees the
uses of limited offers too."""
LIVE_SALE = or_(
    *(_SALE.c.state == state for state in (SaleState.OPEN, SaleState.SUSPENDED, SaleState.POSTED))
)
_KEPT = Hot(select(_USE.c.given, _USE.c.uses).where(_USE.c.offer_id == bindparam("offer")))
_COUPONS = select(func.coalesce(func.sum(_R.c.discount), 0)).where(
    _R.c.offer_id == bindparam("offer"), _R.c.reversed_at.is_(None)
)
_BY_COUPONS = Hot(_COUPONS)
_OWN_BY_COUPONS = Hot(_COUPONS.where(_R.c.sale_id == bindparam("sale")))
_STEPS = (
    select(
        func.coalesce(func.sum(_STEP.c.amount), 0).label("given"),
        func.count(
            func.distinct(case((and_(_SALE.c.returns_id.is_(None), ~ALL_BACK), _STEP.c.sale_id)))
        ).label("uses"),
    )
    .join(_SALE, _SALE.c.id == _STEP.c.sale_id)
    .where(_STEP.c.offer_id == bindparam("offer"), LIVE_SALE)
)
_BY_ITSELF = Hot(_STEPS)
_OWN_BY_ITSELF = Hot(_STEPS.where(_STEP.c.sale_id == bindparam("sale")))


@dataclass(frozen=True)
class Used:
    """Money (minor units) that an offer gave, and how often it was used by itself."""

    given: int
    uses: int


def used(session: Session, offer: OfferId, sale: int = 0) -> Used:
    """What the offer gave and how often, `sale` itself left out."""
    row = _KEPT.first(session, offer=offer)
    whole = Used(int(row.given), int(row.uses)) if row is not None else _begin(session, offer)
    if not sale:
        return whole
    own = _OWN_BY_ITSELF.one(session, offer=offer, sale=sale)
    coupons = _OWN_BY_COUPONS.scalar(session, offer=offer, sale=sale)
    return Used(whole.given - int(own.given) - int(coupons), whole.uses - int(own.uses))


def _begin(session: Session, offer: OfferId) -> Used:
    """The first look: kept from now on, unless this is a session that only looks."""
    if not session.connection().get_execution_options().get("writing"):
        return _counted(session, offer)
    # whoever uses the offer just now is waited for; who comes later waits
    session.execute(select(_O.c.id).where(_O.c.id == offer).with_for_update())
    found = _counted(session, offer)
    session.execute(insert(_USE).values(offer_id=offer, given=found.given, uses=found.uses))
    return found


def _counted(session: Session, offer: OfferId) -> Used:
    steps = _BY_ITSELF.one(session, offer=offer)
    return Used(int(steps.given) + int(_BY_COUPONS.scalar(session, offer=offer)), int(steps.uses))


def wrong(session: Session) -> list[int]:
    """Offers of which something else is kept than their uses say."""
    kept = session.execute(select(_USE).order_by(_USE.c.offer_id)).all()
    return [
        row.offer_id
        for row in kept
        if _counted(session, row.offer_id) != Used(int(row.given), int(row.uses))
    ]
