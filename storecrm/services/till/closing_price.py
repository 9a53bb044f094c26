"""What a bill is posted at: priced in the transaction that posts it, and held against the sum that
was shown last.

A sum other than the shown one is never posted unasked (`PriceChanged`); a bill that closes by
itself has nobody to ask and takes the lower of the two. Points are burnt up to what this price
takes, never beyond it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput, PriceChanged
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.loyalty import points_account
from storecrm.services.store import Store
from storecrm.services.till import bill_lines, bill_prices
from storecrm.services.till.bill_prices import Fitted
from storecrm.values import Money, Points, SaleId, share_out

_SET_PRICE_KEPT = Hot(
    update(tables.sale)
    .where(tables.sale.c.id == bindparam("which"))
    .values(price_kept=bindparam("let_off"))
)
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
    # nothing can have changed since
    if wish.priced and not wish.points_used and wish.expect in (None, row.net):
        return ClosingPrice(row.net)
    basket = bill_lines.stored_basket(session, row.id)
    plain = bill_prices.fit(session, store, row.id, basket)
    count = _points(shop, plain.priced, wish)
    # with the points that pay it is priced once more
    fitted = plain
    if count:
        money = shop.points_money(count)
        fitted = bill_prices.fit(session, store, row.id, basket, money)
    if wish.by_itself:
        # nobody is there to ask: the customer pays what was shown last
        shown = _shown(row, wish)
        if shown is not None and fitted.priced.net > shown:
            return _as_shown(session, store, row.id, basket.lines, fitted, shown, count)
    else:
        _compare(store, row, wish, plain.priced, fitted.priced, count)
    bill_prices.keep(session, store, row.id, fitted)
    return ClosingPrice(fitted.priced.net, count, fitted.priced.points_paid)


def _shown(row: Any, wish: Wish) -> Money | None:
    """The sum that was shown last: the one said, else the stored one where nothing changed it."""
    if wish.expect is not None or wish.points_used or wish.priced:
        return wish.expect
    stored: Money | None = row.net
    return stored


def _points(shop: ShopRules, plain: pricing.Priced, wish: Wish) -> Points:
    """As many of the points as this price takes; one who named their number and saw no sum is told
    when they are too many."""
    due = Money(plain.net + plain.rounding)
    most = points_account.most_for(shop, due, wish.points_used)
    unasked = wish.by_itself or wish.points_at_most or wish.expect is not None
    if most < wish.points_used and not unasked:
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
    fitted: Fitted,
    shown: Money,
    count: Points,
) -> ClosingPrice:
    """Keep the lower sum that was shown: coupons that no longer fit give what they gave, what is
    left is let off the whole bill."""
    priced = fitted.priced
    let_off = Money(priced.net - shown)
    settled = _let_off(fitted, lines, let_off)
    bill_prices.keep(session, store, sale, settled)
    _SET_PRICE_KEPT.run(session, which=sale, let_off=let_off)
    audit.log(session, store, "price_kept", sale=sale, shown=shown, price=priced.net)
    return ClosingPrice(shown, count, priced.points_paid)


def _let_off(fitted: Fitted, lines: Sequence[pricing.Line], let_off: Money) -> Fitted:
    """The price less what is let off: by the coupons that gave it before, then by the bill."""
    priced = fitted.priced
    left = [int(line.amount) for line in lines]
    for step in priced.steps:
        left = _less(left, step)
    # coupons that no longer fit give it first, the bill as a whole the rest
    more = int(let_off)
    taken = list(priced.taken)
    applied = list(priced.applied)
    kept = list(fitted.kept)
    gone = []
    for terms, use in fitted.gone:
        part = min(more, use.discount)
        if not part:
            gone.append((terms, use))
            continue
        step = _off(terms.row.id, part, left, pricing.Step.COUPON)
        taken.append(step)
        kept.append((terms, use))
        left = _less(left, step)
        more -= part
    if more:
        applied.append(_off(0, more, left, pricing.Step.ORDER))
    discount = Money(priced.discount + let_off)
    settled = replace(priced, taken=tuple(taken), applied=tuple(applied), discount=discount)
    return replace(fitted, priced=settled, kept=kept, gone=gone)


def _less(left: Sequence[int], step: pricing.AppliedStep) -> list[int]:
    """What is left of each line after a step."""
    return [rest - share for rest, share in zip(left, step.shares, strict=True)]


def _off(key: int, amount: int, left: Sequence[int], step: pricing.Step) -> pricing.AppliedStep:
    shares = share_out(Money(amount), left)
    return pricing.AppliedStep(
        key=key,
        discount=Money(amount),
        shares=tuple(Money(share) for share in shares),
        eligible=Money(sum(left)),
        step=step,
    )
