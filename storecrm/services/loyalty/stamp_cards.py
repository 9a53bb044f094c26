"""Stamps: pieces of a group of goods are counted for a member; a full card is a coupon. Rows are
never changed, balances are sums.

A stamp card is an automatic offer of kind `stamps`: its goods, `buy` pieces for a full card,
`reward` the offer of the coupon, and `valid_days` how long a stamp lives.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import LivePromotion
from storecrm.ledger.stamps import balance
from storecrm.services import rights
from storecrm.services.members import registry
from storecrm.services.offers import live_promotions
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, OfferKind


@dataclass(frozen=True)
class StampCard:
    """A member's card: stamps that count today, of how many, and the day the next of them ends."""

    offer_code: str
    name: str
    stamps: int
    needed: int
    next_end: Day | None


def cards(store: Store, *, member: str) -> list[StampCard]:
    """A member's stamp cards: every one that runs, or still has stamps.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        running = live_promotions.running(session, store)
        cards_of_shop = [live for live in running if live.rule.kind is OfferKind.STAMPS]
        return [_card(session, store, person, live) for live in cards_of_shop]


def _card(session: Session, store: Store, person: MemberId, live: LivePromotion) -> StampCard:
    """One card as it stands today."""
    count, ends = balance(session, person, live.offer, store.clock.today())
    # an older rule may not say how many stamps fill the card
    needed = live.rule.buy or 1
    return StampCard(
        offer_code=live.code,
        name=live.name,
        stamps=count,
        needed=needed,
        next_end=ends,
    )
