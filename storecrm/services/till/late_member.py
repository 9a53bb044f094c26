"""A sale gets its member afterwards: the customer had left the card at home. Points, stamps and
tier follow."""

import json
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import Conflict, NotAllowed
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.member import Member
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import bill_prices, late_amount, open_bill, pricing_context, receipts
from storecrm.values import WHOLE, MemberId, OfferId, SaleId, SaleState, VersionId

_SALE: Any = Sale.__table__
_R: Any = Redemption.__table__


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
        row = receipts.locked(session, receipts.row_of(session, receipt))
        receipts.require_posted(row)
        if row.returns_id is not None or row.closed_by == "no_receipt":
            raise Conflict("not_a_sale", where=receipt)
        if row.member_id is not None:
            raise Conflict("has_member", where=receipt)
        if (
            session.scalar(select(_SALE.c.id).where(_SALE.c.returns_id == row.id).limit(1))
            is not None
        ):
            raise Conflict("has_returns", where=receipt)
        person, today = registry.resolve(session, store, member), store.clock.today()
        database.lock_row(session, Member, person)
        if not rights.holds(store.actor, Right.VOID_LATER):
            if row.business_date != today or row.till_id != store.till:
                raise NotAllowed("attach_late")
            done = select(func.count()).select_from(_SALE)
            before = done.where(
                _SALE.c.member_id == person,
                _SALE.c.business_date == today,
                _SALE.c.attached_at.is_not(None),
                _SALE.c.state == SaleState.POSTED,
            )
            if session.scalar(before):
                raise NotAllowed("attach_often")
        values = {"member_id": person, "attached_at": store.clock.now(), "attached_by": store.staff}
        session.execute(update(_SALE).where(_SALE.c.id == row.id).values(**values))
        session.execute(
            update(_R)
            .where(_R.c.sale_id == row.id, _R.c.member_id.is_(None), _R.c.reversed_at.is_(None))
            .values(member_id=person)
        )
        shop, sale = shop_settings.current(session), SaleId(row.id)
        if row.net is None:
            late_amount.remember(session, store, shop, sale, person)
        else:
            multiplied = _multiplied(session, store, row, person)
            times = (
                multiplied
                * pricing_context.of(session, store, shop, person, sale).tier_times
                // WHOLE
            )
            session.execute(update(_SALE).where(_SALE.c.id == sale).values(points_times=times))
        # the customer had the next coupon, if there was one, with the sale
        earned = open_bill.award(
            session,
            store,
            shop,
            sale,
            day=row.business_date,
            net=row.net,
            no_points=row.no_points,
            gives=False,
        )
        mine = own_card.facts(session, store, person)
        audit.log(
            session, store, "member_attached", sale=row.id, member=person, points=earned, **mine
        )
        return receipts.view(session, store, row.id)


def _multiplied(session: Session, store: Store, sale: Any, person: MemberId) -> int:
    """What the points promotion of the sale makes of its points, in basis points; nothing more
    where its limits are used up."""
    earning = next(
        (step for step in json.loads(sale.trace) if step["step"] == pricing.Step.EARNING), None
    )
    if earning is None:
        return int(sale.points_times)
    offer, version = OfferId(earning["offer_id"]), VersionId(earning["version"])
    if pricing_context.used_up(
        session, offer, design.frozen(session, store, version), person, sale.id
    ):
        return WHOLE
    bill_prices.multiplied(session, sale.id, offer, version)
    return int(sale.points_times)
