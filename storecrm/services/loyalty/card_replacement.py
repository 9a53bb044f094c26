"""A lost card: its number is frozen, the member gets a new one, and coupons of the member's own
come under new codes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.services import rights
from storecrm.services.coupons import issue
from storecrm.services.members import phones_and_cards, registry, views
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import BatchState, Code, CouponId, CouponState, MemberId


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
        # without a card it is the member number that was lost
        lost = card or views.of_member(session, store, person).member_no
        number = phones_and_cards.freeze_card(session, store, person, lost)
        alive = _unused_of(session, store, person)
        for coupon in alive:
            issue.renew(session, store, coupon)
        audit.log(session, store, "card_replaced", member=person, coupons=len(alive))
        return Replaced(number, len(alive))


def _unused_of(session: Session, store: Store, person: MemberId) -> Sequence[CouponId]:
    """Coupons of a member's own that can be used, and were not yet."""
    coupon, use = tables.coupon.c, tables.redemption.c
    of_batch = tables.batch.c.id == coupon.batch_id
    ready = tables.batch.c.state == BatchState.READY
    # a coupon that was used in part keeps its code: what it has left hangs on it
    uses = select(use.id).where(use.coupon_id == coupon.id, use.reversed_at.is_(None))
    own = select(coupon.id).join(tables.batch, of_batch).where(coupon.member_id == person)
    issued = own.where(coupon.state == CouponState.ISSUED, ready)
    in_time = store.clock.day().lasts(coupon.valid_to)
    return session.scalars(issued.where(in_time, ~uses.exists())).all()
