"""The promotions that run now, by themselves."""

from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import LivePromotion
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer, OfferVersion
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import (
    OfferState,
    StoreDay,
    VersionId,
)

_O: Any = Offer.__table__
_V: Any = OfferVersion.__table__
_NEWER = _V.alias()
_ASKED = StoreDay(
    bindparam("date", type_=_V.c.valid_from.type), bindparam("business", type_=_V.c.valid_to.type)
)
_AUTOMATIC = Hot(
    select(_O.c.id, _O.c.code, _O.c.name, _V.c.id.label("version_id"))
    .join(_V, _V.c.offer_id == _O.c.id)
    .outerjoin(_NEWER, and_(_NEWER.c.offer_id == _O.c.id, _NEWER.c.version > _V.c.version))
    .where(
        _V.c.automatic == 1,
        _NEWER.c.id.is_(None),
        _O.c.state == OfferState.RUNNING,
        or_(_V.c.valid_from.is_(None), _ASKED.begun(_V.c.valid_from)),
        or_(_V.c.valid_to.is_(None), _ASKED.lasts(_V.c.valid_to)),
    )
    .order_by(_O.c.id)
)


def running(session: Session, store: Store) -> tuple[LivePromotion, ...]:
    """Every automatic offer of today, stamp cards too."""
    day = store.clock.day()
    rows = _AUTOMATIC.rows(session, date=day.date, business=day.business)
    return tuple(
        LivePromotion(
            r.id,
            VersionId(r.version_id),
            r.code,
            r.name,
            design.frozen(session, store, r.version_id),
        )
        for r in rows
    )
