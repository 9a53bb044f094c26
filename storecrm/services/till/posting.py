"""A bill is posted: priced for good, points used, paid, and what it earns given.

posting.finish(session, store, sale, Closing(by="key", paid=(Tender(CASH, Money(5000)),)))
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from storecrm.domain import tenders as ways_to_pay
from storecrm.domain.tenders import Tender
from storecrm.errors import BadInput
from storecrm.ledger import audit, points, tenders
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.services import shop_settings
from storecrm.services.members import verification
from storecrm.services.members.verification import NOT_SHOWN, Proof
from storecrm.services.staff import own_card
from storecrm.services.store import Store
from storecrm.services.till import (
    bill_prices,
    closing_price,
    coupon_terms,
    late_amount,
    receipts,
    sale_rewards,
    sold_articles,
)
from storecrm.services.till.closing_price import ClosingPrice
from storecrm.services.till.sale_rewards import PostedSale
from storecrm.values import Day, Money, Points, SaleId, SaleState

_THE_SALE = tables.sale.c.id == bindparam("sale")
_POST = Hot(
    update(tables.sale)
    .where(_THE_SALE)
    .values(
        state=SaleState.POSTED,
        no_points=bindparam("x"),
        closed_by=bindparam("by"),
        touched_at=bindparam("t"),
    )
)
_SET_DAY = Hot(update(tables.sale).where(_THE_SALE).values(business_date=bindparam("day")))
_SET_DAY_OF_USES = Hot(
    update(tables.redemption)
    .where(
        tables.redemption.c.sale_id == bindparam("sale"),
        tables.redemption.c.reversed_at.is_(None),
    )
    .values(business_date=bindparam("day"))
)


@dataclass(frozen=True)
class Closing:
    """With what a bill ends: `by` what it was closed, points used as payment (`points_at_most`: or
    as many as its price takes), what earns none, tenders, who the member was proved to be, stamp
    pieces counted by hand (offer code to pieces), the sum that was shown (`expect`)."""

    proof: Proof
    points_used: int = 0
    no_points: Money = Money(0)
    paid: Sequence[Tender] = ()
    pieces: Mapping[str, int] = field(default_factory=dict)
    no_points_for: str = ""
    expect: Money | None = None
    points_at_most: bool = False
    by: str = ""


UNPROVED = Closing(NOT_SHOWN)
"""A bill that ends with nothing but its price, of a member of whom nothing was seen."""


def finish(
    session: Session,
    store: Store,
    sale: SaleId,
    closing: Closing,
    *,
    priced: bool = False,
    look: bool = False,
) -> None:
    """Price, use the points, post, write down the tenders, earn, count stamps, move the tier up,
    give the next coupon. `priced`: it was priced in this transaction; `look`: nothing of it will be
    kept.

    Raises:
        PriceChanged: the sum is another than the one shown.
        NotPossible: points_member, points_step, points_cap, points_short, proof_card, proof_second,
            tender_short, tender_over.
        BadInput: no_points, tender, tender_twice, stamp_pieces, expect_no_amount.
    """
    row = receipts.VIEW_SALE.one(session, sale=sale)
    day = store.clock.today()
    shop = shop_settings.current(session)
    if row.business_date != day:
        _date(session, sale, day)
    if row.member_id is not None:
        # one bill of a member at a time: points, stamps and limits are counted and then used
        database.lock_row(session, Member, row.member_id)
    wish = closing_price.Wish(
        points_used=closing.points_used,
        points_at_most=closing.points_at_most,
        expect=closing.expect,
        by_itself=closing.by in closing_price.BY_ITSELF,
        priced=priced,
        look=look,
    )
    # the price first: points and tenders are measured on it
    due = closing_price.settle(session, store, shop, row, wish)
    _use_points(session, store, row, closing.proof, due, day)
    _require_proof(session, store, sale, closing.proof)
    _require_no_points(row, closing.no_points)
    _pay(session, store, sale, closing.paid, due.net)
    # what the articles were stands with the sale, whatever is said of them later
    sold_articles.keep_facts(session, sale)
    _POST.run(session, sale=sale, x=closing.no_points, by=closing.by, t=store.clock.now())
    if due.net is None:
        late_amount.remember(session, store, shop, sale, row.member_id)
    posted = PostedSale(
        id=sale, day=day, net=due.net, no_points=closing.no_points, pieces=closing.pieces
    )
    earned = sale_rewards.award(session, store, shop, posted)
    _log(session, store, row, closing, due, earned)


def _log(
    session: Session,
    store: Store,
    row: Any,
    closing: Closing,
    due: ClosingPrice,
    earned: Points,
) -> None:
    """Say in the trail what was sold, and what of it was named to earn nothing."""
    mine = own_card.facts(session, store, row.member_id)
    unearned: dict[str, Any] = {}
    if closing.no_points:
        what = closing.no_points_for[:40]
        unearned = {"no_points": closing.no_points, "for": what}
    audit.log(
        session,
        store,
        "sale_posted",
        sale=row.id,
        net=due.net,
        points=earned,
        by=closing.by,
        **unearned,
        **mine,
    )


def _date(session: Session, sale: SaleId, day: Day) -> None:
    """The day closed while the bill was open: it is of the day on which it closes, and so is every
    use on it."""
    _SET_DAY.run(session, sale=sale, day=day)
    _SET_DAY_OF_USES.run(session, sale=sale, day=day)


def _use_points(
    session: Session, store: Store, row: Any, proof: Proof, due: ClosingPrice, day: Day
) -> None:
    """The points that pay leave the member's account, once the member is proved."""
    if due.points:
        member = row.member_id
        verification.require(session, store, proof, due.points_money, whose=member)
        points.burn(session, store, member=member, points=due.points, sale=row.id, day=day)


def _require_proof(session: Session, store: Store, sale: SaleId, proof: Proof) -> None:
    """The card was seen when a named coupon was taken; what it gives may have grown since.

    Raises:
        NotPossible: proof_required, proof_card, proof_second.
    """
    seen = verification.seen(proof)
    for use in bill_prices.LIVE_USES.rows(session, sale=sale):
        if coupon_terms.row_of(session, use.coupon_id).member_id is not None:
            verification.require(session, store, seen, use.discount)


def _require_no_points(row: Any, no_points: Money) -> None:
    """What earns nothing is a part of the bill.

    Raises:
        BadInput: no_points.
    """
    if no_points < 0 or (row.gross is not None and no_points > row.gross):
        raise BadInput("no_points")


def _pay(
    session: Session, store: Store, sale: SaleId, paid: Sequence[Tender], net: Money | None
) -> None:
    if not paid:
        return
    if net is None:
        raise BadInput("tender_no_amount")
    # only cash gives change
    settled = ways_to_pay.settle(net, paid, store.shop.digits)
    tenders.write(session, sale, settled)
