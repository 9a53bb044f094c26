"""The promotions that run now, by themselves."""

from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import LivePromotion
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import OfferState, StoreDay, VersionId

_OFFER = (tables.offer.c.id, tables.offer.c.code, tables.offer.c.name)
_RUNNING = tables.offer.c.state == OfferState.RUNNING
_VERSION = tables.offer_version.c.id.label("version_id")
_OF_OFFER = tables.offer_version.c.offer_id == tables.offer.c.id
_AUTOMATIC_RULE = tables.offer_version.c.automatic == 1

# the newest version of an offer is the one without a newer
_NEWER = tables.offer_version.alias("newer")
_LATER = _NEWER.c.version > tables.offer_version.c.version
_NEWER_OF_OFFER = and_(_NEWER.c.offer_id == tables.offer.c.id, _LATER)

_FROM = tables.offer_version.c.valid_from
_TO = tables.offer_version.c.valid_to
_DATE = bindparam("date", type_=_FROM.type)
_BUSINESS = bindparam("business", type_=_TO.type)
_ASKED = StoreDay(_DATE, _BUSINESS)
_BEGUN = or_(_FROM.is_(None), _ASKED.begun(_FROM))
_LASTS = or_(_TO.is_(None), _ASKED.lasts(_TO))

_VERSIONS = select(*_OFFER, _VERSION).join(tables.offer_version, _OF_OFFER)
_NEWEST = _VERSIONS.outerjoin(_NEWER, _NEWER_OF_OFFER).where(_NEWER.c.id.is_(None))
_TODAY = _NEWEST.where(_AUTOMATIC_RULE, _RUNNING, _BEGUN, _LASTS)
_AUTOMATIC = Hot(_TODAY.order_by(tables.offer.c.id))


def running(session: Session, store: Store) -> tuple[LivePromotion, ...]:
    """Every automatic offer of today, stamp cards too."""
    day = store.clock.day()
    rows = _AUTOMATIC.rows(session, date=day.date, business=day.business)
    return tuple(_live(session, store, row) for row in rows)


def _live(session: Session, store: Store, row: Any) -> LivePromotion:
    return LivePromotion(
        offer=row.id,
        version=VersionId(row.version_id),
        code=row.code,
        name=row.name,
        rule=design.frozen(session, store, row.version_id),
    )
