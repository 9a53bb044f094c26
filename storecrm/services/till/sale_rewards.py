"""What a posted sale gives its member: points, stamps, the next coupon, a step of the ladder."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.ledger import points
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.coupons import automatic
from storecrm.services.loyalty import referrals, tiers
from storecrm.services.members import registry
from storecrm.services.store import Store
from storecrm.services.till import bill_prices, paid_lines, stamp_counting
from storecrm.values import Day, MemberId, Money, Points, SaleId

_TIMES = Hot(select(tables.sale.c.points_times).where(tables.sale.c.id == bindparam("sale")))


@dataclass(frozen=True)
class PostedSale:
    """A sale as its rewards depend on it: its day, what was paid (None without an amount), what of
    that earns none, stamp pieces counted by hand. The next coupon is given with `gives`; what would
    have to be handed over only while the customer is `present`."""

    id: SaleId
    day: Day
    net: Money | None
    no_points: Money = Money(0)
    pieces: Mapping[str, int] = field(default_factory=dict)
    present: bool = True
    gives: bool = True


def award(session: Session, store: Store, shop: ShopRules, sale: PostedSale) -> Points:
    """What a posted sale gives its member, whenever the amount or the member came: points at its
    stored multiplier and the tier (with an amount), stamps, the next coupon, the reward for who
    brought the member. Everything bears the sale's `day`. Returns the points.

    Raises:
        BadInput: stamp_pieces, stamps_member, stamps_lines.
        NotFound: offer (of `pieces`).
    """
    # an erased member earns nothing any more
    member = registry.live(session, bill_prices.MEMBER_OF.scalar(session, sale=sale.id))
    net = sale.net
    day = sale.day
    earned = Points(0)
    if member is not None and net is not None:
        earned = _earn(session, store, shop, sale, member)
        tiers.up_at_once(session, store, member)
    # pieces that were counted by hand need no amount
    if net is not None or sale.pieces:
        stamp_counting.after_sale(session, store, member, sale.id, sale.pieces, day)
    if net is None:
        return earned
    if sale.gives:
        present = sale.present
        automatic.after_sale(session, store, shop, member, sale.id, net, present=present)
    referrals.after_sale(session, store, shop, member, sale.id, net, day)
    return earned


def _earn(
    session: Session, store: Store, shop: ShopRules, sale: PostedSale, member: MemberId
) -> Points:
    """Points for what was paid for goods that earn: without tobacco, top-ups and what the cashier
    named."""
    paid = paid_lines.of_sale(session, sale.id).values()
    base = sum(amount for amount, earns in paid if earns) - sale.no_points
    times = _TIMES.scalar(session, sale=sale.id)
    return points.earn(
        session,
        store,
        shop,
        member=member,
        sale=sale.id,
        net=max(0, base),
        day=sale.day,
        times=times,
    )
