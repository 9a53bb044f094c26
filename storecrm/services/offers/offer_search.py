"""Offers found by a few letters of their code or name, the newest first."""

from dataclasses import dataclass

from sqlalchemy import select

from storecrm.models import tables
from storecrm.services import rights
from storecrm.services.goods import SEEN_AT_ONCE, found_by
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import OfferState

_OFFER = tables.offer.c


@dataclass(frozen=True)
class OfferName:
    """What an offer is called, and whether it runs."""

    code: str
    name: str
    state: OfferState


def search(store: Store, *, text: str, limit: int = SEEN_AT_ONCE) -> list[OfferName]:
    """Offers whose code or name is found by `text`; the newest ones for no text."""
    rights.require(store, Right.FIND)
    newest_first = select(_OFFER.code, _OFFER.name, _OFFER.state).order_by(_OFFER.id.desc())
    with store.read() as session:
        rows = session.execute(newest_first).all()
    # a shop has hundreds of them, not thousands: initials are compared here
    fitting = [row for row in rows if found_by(row.code, text) or found_by(row.name, text)]
    return [OfferName(row.code, row.name, OfferState(row.state)) for row in fitting[:limit]]
