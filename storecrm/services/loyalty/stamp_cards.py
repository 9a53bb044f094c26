"""Stamps: pieces of a group of goods are counted for a member; a full card is a coupon. Rows are
never changed, balances are sums.

A stamp card is an automatic offer of kind `stamps`: its goods, `buy` pieces for a full card,
`reward` the offer of the coupon, and `valid_days` how long a stamp lives.
"""

from dataclasses import dataclass

from storecrm.ledger.stamps import balance
from storecrm.services import rights
from storecrm.services.members import registry
from storecrm.services.offers import live_promotions
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, OfferKind


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
        found = []
        for live in live_promotions.running(session, store):
            if live.rule.kind is OfferKind.STAMPS:
                count, ends = balance(session, person, live.offer, store.clock.today())
                found.append(StampCard(live.code, live.name, count, live.rule.buy or 1, ends))
        return found
