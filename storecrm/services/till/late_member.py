"""A sale gets its member afterwards: the customer had left the card at home. Points, stamps and
tier follow."""

import json
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import Conflict, NotAllowed
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    bill_opening,
    bill_prices,
    late_amount,
    pricing_context,
    receipt_numbers,
    receipts,
    sale_rewards,
)
from storecrm.services.till.sale_rewards import PostedSale
from storecrm.values import WHOLE, MemberId, OfferId, SaleId, SaleState, VersionId

_SALE = tables.sale.c
_RETURN = Hot(select(_SALE.id).where(_SALE.returns_id == bindparam("sale")).limit(1))
_ATTACHED = Hot(
    select(func.count())
    .select_from(tables.sale)
    .where(
        _SALE.member_id == bindparam("person"),
        _SALE.business_date == bindparam("today"),
        _SALE.attached_at.is_not(None),
        _SALE.state == SaleState.POSTED,
    )
)
_THE_SALE = _SALE.id == bindparam("which")
_ATTACH = Hot(
    update(tables.sale)
    .where(_THE_SALE)
    .values(
        member_id=bindparam("person"),
        attached_at=bindparam("now"),
        attached_by=bindparam("by"),
    )
)
_SET_TIMES = Hot(update(tables.sale).where(_THE_SALE).values(points_times=bindparam("x")))


@repeatable
def attach(store: Store, *, receipt: str, member: str) -> receipts.BillView:
    """Give a posted sale without member its member, who earns what the sale would have earned;
    prices stay as they were paid.

    A cashier does it for a sale of this till and day, once for a member and day; later and more
    often it is a manager's.

    Raises:
        NotFound: receipt, member.
        Conflict: sale_state, sale_suspended, not_a_sale, has_member, has_returns.
        NotAllowed: attach_late, attach_often.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.POINTS) as session:
        require_clock(session, store)
        row = receipt_numbers.locked(session, receipt_numbers.row_of(session, receipt))
        _require_without_member(session, row, receipt)
        person = registry.resolve(session, store, member)
        # once for a member and day: counted and then used
        database.lock_row(session, Member, person)
        _require_allowed(session, store, row, person)
        sale = SaleId(row.id)
        _ATTACH.run(session, which=sale, person=person, now=store.clock.now(), by=store.staff)
        bill_opening.give_uses(session, sale, person)
        shop = shop_settings.current(session)
        _multiply(session, store, shop, row, person)
        # the customer had the next coupon, if there was one, with the sale
        posted = PostedSale(
            id=sale, day=row.business_date, net=row.net, no_points=row.no_points, gives=False
        )
        earned = sale_rewards.award(session, store, shop, posted)
        mine = own_card.facts(session, store, person)
        facts = {"sale": row.id, "member": person, "points": earned}
        audit.log(session, store, "member_attached", **facts, **mine)
        return receipts.view(session, store, sale)


def _require_without_member(session: Session, row: Any, receipt: str) -> None:
    """Refuse what is no sale, is somebody's already, or has come back in part.

    Raises:
        Conflict: sale_state, sale_suspended, not_a_sale, has_member, has_returns.
    """
    receipt_numbers.require_posted(row)
    if row.returns_id is not None or row.closed_by == "no_receipt":
        raise Conflict("not_a_sale", where=receipt)
    if row.member_id is not None:
        raise Conflict("has_member", where=receipt)
    if _RETURN.first(session, sale=row.id) is not None:
        raise Conflict("has_returns", where=receipt)


def _require_allowed(session: Session, store: Store, row: Any, person: MemberId) -> None:
    """Raises:
    NotAllowed: attach_late, attach_often (a manager may).
    """
    if rights.holds(store.actor, Right.VOID_LATER):
        return
    today = store.clock.today()
    if row.business_date != today or row.till_id != store.till:
        raise NotAllowed("attach_late")
    if _ATTACHED.scalar(session, person=person, today=today):
        raise NotAllowed("attach_often")


def _multiply(session: Session, store: Store, shop: ShopRules, row: Any, person: MemberId) -> None:
    """Keep with the sale what multiplies its points for this member."""
    if row.net is None:
        late_amount.remember(session, store, shop, row.id, person)
        return
    by_promotion = _multiplied(session, store, row, person)
    here = pricing_context.of(session, store, shop, person, row.id)
    _SET_TIMES.run(session, which=row.id, x=by_promotion * here.tier_times // WHOLE)


def _multiplied(session: Session, store: Store, sale: Any, person: MemberId) -> int:
    """What the points promotion of the sale makes of its points, in basis points; nothing more
    where its limits are used up."""
    # the promotion was found at the sale, and counted for nobody then
    steps = json.loads(sale.trace)
    earning = next((step for step in steps if step["step"] == pricing.Step.EARNING), None)
    if earning is None:
        return int(sale.points_times)
    offer = OfferId(earning["offer_id"])
    version = VersionId(earning["version"])
    rule = design.frozen(session, store, version)
    if pricing_context.used_up(session, offer, rule, person, sale.id):
        return WHOLE
    bill_prices.multiplied(session, sale.id, offer, version)
    return int(sale.points_times)
