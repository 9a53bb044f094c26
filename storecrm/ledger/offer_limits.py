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
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import OfferId, SaleState

_state = tables.sale.c.state
_sale_of_step = tables.sale_step.c.sale_id

_WHOLE_RETURN = tables.sale.alias("whole_return")
_RETURNS_IT = _WHOLE_RETURN.c.returns_id == tables.sale.c.id
_OF_EVERYTHING = _WHOLE_RETURN.c.closed_by == ALL_RETURNED
ALL_BACK = select(_WHOLE_RETURN.c.id).where(_RETURNS_IT, _OF_EVERYTHING).exists()
"""True of a sale whose goods all came back: it is as if nothing had been bought, so it frees the
uses of limited offers too."""
_LIVE = (SaleState.OPEN, SaleState.SUSPENDED, SaleState.POSTED)
LIVE_SALE = or_(*(_state == state for state in _LIVE))

_KEEPS = select(tables.offer_use.c.given, tables.offer_use.c.uses)
_KEPT = Hot(_KEEPS.where(tables.offer_use.c.offer_id == bindparam("offer")))

_DISCOUNTS = func.coalesce(func.sum(tables.redemption.c.discount), 0)
_STANDS = tables.redemption.c.reversed_at.is_(None)
_USE_OF_OFFER = tables.redemption.c.offer_id == bindparam("offer")
_COUPONS = select(_DISCOUNTS).where(_USE_OF_OFFER, _STANDS)
_BY_COUPONS = Hot(_COUPONS)
_OWN_BY_COUPONS = Hot(_COUPONS.where(tables.redemption.c.sale_id == bindparam("sale")))

# a return carries steps of the offer too, and is no use of it
_IS_USE = and_(tables.sale.c.returns_id.is_(None), ~ALL_BACK)
_USING_SALE = func.distinct(case((_IS_USE, _sale_of_step)))
_AMOUNTS = func.coalesce(func.sum(tables.sale_step.c.amount), 0)
_OF_STEP = tables.sale.c.id == _sale_of_step
_STEP_OF_OFFER = tables.sale_step.c.offer_id == bindparam("offer")
_COUNTED = select(_AMOUNTS.label("given"), func.count(_USING_SALE).label("uses"))
_STEPS = _COUNTED.join(tables.sale, _OF_STEP).where(_STEP_OF_OFFER, LIVE_SALE)
_BY_ITSELF = Hot(_STEPS)
_OWN_BY_ITSELF = Hot(_STEPS.where(_sale_of_step == bindparam("sale")))


@dataclass(frozen=True)
class Used:
    """Money (minor units) that an offer gave, and how often it was used by itself."""

    given: int
    uses: int


def used(session: Session, offer: OfferId, sale: int = 0) -> Used:
    """What the offer gave and how often, `sale` itself left out."""
    row = _KEPT.first(session, offer=offer)
    whole = _begin(session, offer) if row is None else _used(row)
    if not sale:
        return whole
    # what an open bill has already is not counted against itself
    own = _OWN_BY_ITSELF.one(session, offer=offer, sale=sale)
    own_by_coupons = int(_OWN_BY_COUPONS.scalar(session, offer=offer, sale=sale))
    given = whole.given - int(own.given) - own_by_coupons
    uses = whole.uses - int(own.uses)
    return Used(given, uses)


def _used(row: Any) -> Used:
    return Used(int(row.given), int(row.uses))


def _begin(session: Session, offer: OfferId) -> Used:
    """The first look: kept from now on, unless this is a session that only looks."""
    options = session.connection().get_execution_options()
    if not options.get("writing"):
        return _counted(session, offer)
    # whoever uses the offer just now is waited for; who comes later waits
    held = select(tables.offer.c.id).where(tables.offer.c.id == offer)
    session.execute(held.with_for_update())
    found = _counted(session, offer)
    first = insert(tables.offer_use).values(offer_id=offer, given=found.given, uses=found.uses)
    session.execute(first)
    return found


def _counted(session: Session, offer: OfferId) -> Used:
    """What the rows themselves say."""
    steps = _BY_ITSELF.one(session, offer=offer)
    by_coupons = int(_BY_COUPONS.scalar(session, offer=offer))
    return Used(int(steps.given) + by_coupons, int(steps.uses))


def wrong(session: Session) -> list[int]:
    """Offers of which something else is kept than their uses say."""
    found: list[int] = []
    for row in session.execute(select(tables.offer_use).order_by(tables.offer_use.c.offer_id)):
        if _counted(session, row.offer_id) != _used(row):
            found.append(row.offer_id)
    return found
