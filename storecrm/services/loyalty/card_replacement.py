"""A lost card: its number is frozen, the member gets a new one, and coupons of the member's own
come under new codes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storecrm.ledger import audit
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.redemption import Redemption
from storecrm.services import rights
from storecrm.services.coupons import issue
from storecrm.services.members import phones_and_cards, registry, views
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import BatchState, Code, CouponState

_C: Any = Coupon.__table__
_R: Any = Redemption.__table__


@dataclass(frozen=True)
class Replaced:
    """The number that holds now, and how many coupons were given again."""

    member_no: Code
    coupons: int


@repeatable
def replace(store: Store, *, member: str, card: str = "") -> Replaced:
    """Freeze a lost card (the member number without `card`) and give what lay in the purse with it
    again.

    Raises:
        NotFound: member, card.
        Conflict: card_lost.
    """
    rights.require(store, Right.ISSUE_ONE)
    with store.write(Topic.MEMBERS, Topic.COUPONS) as session:
        person = registry.resolve(session, store, member)
        number = phones_and_cards.freeze_card(
            session, store, person, card or views.of_member(session, store, person).member_no
        )
        own = (
            select(_C.c.id)
            .join(Batch, Batch.id == _C.c.batch_id)
            .where(_C.c.member_id == person, _C.c.state == CouponState.ISSUED)
        )
        # a coupon that was used in part keeps its code: what it has left hangs on it
        used = select(_R.c.id).where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None)).exists()
        alive = session.scalars(
            own.where(
                Batch.state == BatchState.READY, store.clock.day().lasts(_C.c.valid_to), ~used
            )
        ).all()
        for coupon in alive:
            issue.renew(session, store, coupon)
        audit.log(session, store, "card_replaced", member=person, coupons=len(alive))
        return Replaced(number, len(alive))
