"""What a bill is posted at: priced in the transaction that posts it, and held against the sum that
was shown last.

A sum other than the shown one is never posted unasked (`PriceChanged`); a bill that closes by
itself has nobody to ask and takes the lower of the two. Points are burnt up to what this price
takes, never beyond it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput, PriceChanged
from storecrm.ledger import audit
from storecrm.models.sale import Sale
from storecrm.services.loyalty import points_account
from storecrm.services.store import Store
from storecrm.services.till import bill_prices, coupon_check
from storecrm.values import Money, Points, SaleId, share_out

_SALE: Any = Sale.__table__
BY_ITSELF = frozenset({"idle", "next"})
"""How a bill says that it closed without anybody looking at its sum: after a pause, or because the
next customer began."""


@dataclass(frozen=True)
class Wish:
    """How a bill is to be priced at its end. `expect` is the sum shown last, with points;
    `points_at_most` takes fewer points where the price takes no more; `by_itself`: nobody is there
    to ask; `priced`: what is stored was priced in this very transaction; `look`: nothing will be
    kept, so there is nothing to compare."""

    points_used: int = 0
    points_at_most: bool = False
    expect: Money | None = None
    by_itself: bool = False
    priced: bool = False
    look: bool = False


@dataclass(frozen=True)
class ClosingPrice:
    """What is due (None without an amount), and the points that pay beside it with what they are
    worth."""

    net: Money | None
    points: Points = Points(0)
    points_money: Money = Money(0)


def settle(session: Session, store: Store, shop: ShopRules, row: Any, wish: Wish) -> ClosingPrice:
    """Price the bill (a stored row with `id`, `member_id`, `gross`, `net`) for good, write it down,
    and say what is due.

    Raises:
        PriceChanged: the sum is another than the one shown; nothing was written.
        NotPossible: points_member, points_step, points_cap.
        BadInput: expect_no_amount (a sum is expected of a bill without an amount).
    """
    if wish.points_used:
        points_account.require_payable(shop, row, wish.points_used)
    if row.gross is None:
        if wish.expect is not None:
            raise BadInput("expect_no_amount")
        return ClosingPrice(None)
    if wish.priced and not wish.points_used and wish.expect in (None, row.net):
        return ClosingPrice(row.net)
    basket = coupon_check.stored_basket(session, row.id)
    plain = bill_prices.fit(session, store, row.id, basket)
    count = _points(shop, plain.priced, wish)
    money = shop.points_money(count)
    fitted = bill_prices.fit(session, store, row.id, basket, money) if count else plain
    if wish.by_itself:
        shown = (
            row.net
            if wish.expect is None and not wish.points_used and not wish.priced
            else wish.expect
        )
        if shown is not None and fitted.priced.net > shown:
            return _as_shown(session, store, row.id, basket.lines, fitted, shown, count)
    else:
        _compare(store, row, wish, plain.priced, fitted.priced, count)
    bill_prices.keep(session, store, row.id, fitted)
    return ClosingPrice(fitted.priced.net, count, fitted.priced.points_paid)


def _points(shop: ShopRules, plain: pricing.Priced, wish: Wish) -> Points:
    """As many of the points as this price takes; one who named their number and saw no sum is told
    when they are too many."""
    due = Money(plain.net + plain.rounding)
    most = points_account.most_for(shop, due, wish.points_used)
    if most < wish.points_used and not (
        wish.by_itself or wish.points_at_most or wish.expect is not None
    ):
        points_account.require_cap(shop, due, wish.points_used)
    return most


def _compare(
    store: Store, row: Any, wish: Wish, plain: pricing.Priced, priced: pricing.Priced, count: Points
) -> None:
    """Refuse a sum that nobody has seen.

    Raises:
        PriceChanged: with both sums.
    """
    digits = store.shop.digits
    if wish.expect is not None:
        if priced.net != wish.expect or count != wish.points_used:
            raise PriceChanged(wish.expect, priced.net, count, digits)
    elif not (wish.priced or wish.look) and plain.net != row.net:
        raise PriceChanged(row.net, plain.net, count, digits)


def _as_shown(
    session: Session,
    store: Store,
    sale: SaleId,
    lines: Sequence[pricing.Line],
    fitted: bill_prices.Fitted,
    shown: Money,
    count: Points,
) -> ClosingPrice:
    """Keep the lower sum that was shown: coupons that no longer fit give what they gave, what is
    left is let off the whole bill."""
    priced = fitted.priced
    left = [int(line.amount) for line in lines]
    for step in priced.steps:
        left = [rest - share for rest, share in zip(left, step.shares, strict=True)]
    more = int(priced.net - shown)
    taken, kept, gone = list(priced.taken), list(fitted.kept), []
    for found, redeemed in fitted.gone:
        part = min(more, redeemed.discount)
        if not part:
            gone.append((found, redeemed))
            continue
        taken.append(_off(found.row.id, part, left, pricing.Step.COUPON))
        left = [rest - share for rest, share in zip(left, taken[-1].shares, strict=True)]
        kept.append((found, redeemed))
        more -= part
    applied = priced.applied + ((_off(0, more, left, pricing.Step.ORDER),) if more else ())
    discount = Money(priced.discount + priced.net - shown)
    settled = replace(priced, taken=tuple(taken), applied=applied, discount=discount)
    bill_prices.keep(session, store, sale, replace(fitted, priced=settled, kept=kept, gone=gone))
    let_off = Money(priced.net - shown)
    session.execute(update(_SALE).where(_SALE.c.id == sale).values(price_kept=let_off))
    audit.log(session, store, "price_kept", sale=sale, shown=shown, price=priced.net)
    return ClosingPrice(shown, count, priced.points_paid)


def _off(key: int, amount: int, left: Sequence[int], step: pricing.Step) -> pricing.AppliedStep:
    shares = tuple(Money(share) for share in share_out(Money(amount), left))
    return pricing.AppliedStep(key, Money(amount), shares, Money(sum(left)), step)
