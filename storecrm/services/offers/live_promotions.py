"""The promotions that run now, by themselves."""

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import LivePromotion
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import (
    OfferState,
    StoreDay,
    VersionId,
)

_NEWER = tables.offer_version.alias()
_ASKED = StoreDay(
    bindparam("date", type_=tables.offer_version.c.valid_from.type),
    bindparam("business", type_=tables.offer_version.c.valid_to.type),
)
_AUTOMATIC = Hot(
    select(
        tables.offer.c.id,
        tables.offer.c.code,
        tables.offer.c.name,
        tables.offer_version.c.id.label("version_id"),
    )
    .join(tables.offer_version, tables.offer_version.c.offer_id == tables.offer.c.id)
    .outerjoin(
        _NEWER,
        and_(
            _NEWER.c.offer_id == tables.offer.c.id,
            _NEWER.c.version > tables.offer_version.c.version,
        ),
    )
    .where(
        tables.offer_version.c.automatic == 1,
        _NEWER.c.id.is_(None),
        tables.offer.c.state == OfferState.RUNNING,
        or_(
            tables.offer_version.c.valid_from.is_(None),
            _ASKED.begun(tables.offer_version.c.valid_from),
        ),
        or_(
            tables.offer_version.c.valid_to.is_(None), _ASKED.lasts(tables.offer_version.c.valid_to)
        ),
    )
    .order_by(tables.offer.c.id)
)


def running(session: Session, store: Store) -> tuple[LivePromotion, ...]:
    """Every automatic offer of today, stamp cards too."""
    day = store.clock.day()
    rows = _AUTOMATIC.rows(session, date=day.date, business=day.business)
    return tuple(
        LivePromotion(
            offer=r.id,
            version=VersionId(r.version_id),
            code=r.code,
            name=r.name,
            rule=design.frozen(session, store, r.version_id),
        )
        for r in rows
    )
