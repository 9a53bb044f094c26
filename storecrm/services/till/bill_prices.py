"""A bill's price, kept: what the bill is made of, priced as it stands, and what no longer fits it
handed back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import Conflict
from storecrm.ledger import audit, redemptions, sales
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services import shop_settings
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.services.till import coupon_check, overrides, pricing_context, receipts
from storecrm.values import Money, OfferId, Refusal, SaleId, VersionId

_SALE: Any = Sale.__table__
_R: Any = Redemption.__table__
_REPRICE = Hot(
    update(_R)
    .where(_R.c.id == bindparam("which"), _R.c.discount != bindparam("new"))
    .values(discount=bindparam("new"))
)


_SET_PRICES = Hot(
    update(_SALE)
    .where(_SALE.c.id == bindparam("which"))
    .values(
        gross=bindparam("g"),
        discount=bindparam("d"),
        points_paid=bindparam("p"),
        rounding=bindparam("r"),
        net=bindparam("n"),
        points_times=bindparam("x"),
        trace=bindparam("t"),
    )
)


LIVE_USES = Hot(receipts.VIEW_USES.statement.where(_R.c.reversed_at.is_(None)))


MEMBER_OF = Hot(select(_SALE.c.member_id).where(_SALE.c.id == bindparam("sale")))


_write = json.JSONEncoder(separators=(",", ":")).encode


def on_bill(
    session: Session, store: Store, sale: SaleId
) -> list[tuple[coupon_check.CouponTerms, Any]]:
    live = LIVE_USES.rows(session, sale=sale)
    found = []
    for redeemed in live:
        row = coupon_check.COUPON.one(session, coupon=redeemed.coupon_id)
        rule = overrides.lenient(
            session, store, design.frozen(session, store, row.version_id), redeemed.override
        )
        found.append((coupon_check.CouponTerms(row, rule), redeemed))
    return found


def write_prices(
    session: Session,
    sale: SaleId,
    here: pricing_context.PricingContext,
    priced: pricing.Priced,
    ids: dict[int, int],
    fresh: int = 0,
) -> None:
    """Store a price: coupons' shares with their redemptions, the other steps beside them, the sums
    and the trace with the sale."""
    trace: list[dict[str, Any]] = []
    sales.drop_steps(session, sale)
    for step in priced.applied:
        live = here.named(step.key) if step.key else None
        sales.write_step(
            session,
            sale,
            step.step,
            step.discount,
            offer=live.offer if live else None,
            version=live.version if live else None,
            shares=dict(enumerate(step.shares, 1)),
        )
        trace.append(
            {
                "step": step.step,
                "offer": live.code if live else "",
                "eligible": step.eligible,
                "discount": step.discount,
            }
        )
    if priced.multiplied_by:
        live = here.named(priced.multiplied_by)
        if MEMBER_OF.scalar(session, sale=sale) is not None:
            multiplied(session, sale, live.offer, live.version)
        trace.append(
            {
                "step": pricing.Step.EARNING,
                "offer_id": live.offer,
                "version": live.version,
                "times": priced.times,
            }
        )
    for step in priced.taken:
        redemption, shares = ids[step.key], dict(enumerate(step.shares, 1))
        if redemption == fresh:
            redemptions.share_new(session, redemption, shares)
        else:
            _REPRICE.run(session, which=redemption, new=step.discount)
            redemptions.share(session, redemption, shares)
        trace.append(
            {
                "step": step.step,
                "redemption": redemption,
                "eligible": step.eligible,
                "discount": step.discount,
            }
        )
    # a return asks what the goods that stay would have been given instead
    beside = [live.version for live in map(here.named, priced.beside) if live.rule.budget is None]
    trace += [{"step": pricing.Step.LINE, "beside": beside}] if beside else []
    order = [step.value for step in pricing.Step]
    trace.sort(key=lambda step: order.index(step["step"]))
    _SET_PRICES.run(
        session,
        which=sale,
        g=priced.gross,
        d=priced.discount,
        p=priced.points_paid,
        r=priced.rounding,
        n=priced.net,
        x=priced.times,
        t=_write(trace),
    )


def multiplied(session: Session, sale: SaleId, offer: OfferId, version: VersionId) -> None:
    """Say that a points promotion was used for a member's sale. It takes nothing off; its limits
    count these rows."""
    sales.write_step(session, sale, pricing.Step.EARNING, 0, offer=offer, version=version)


def settle(
    session: Session,
    store: Store,
    sale: SaleId,
    basket: coupon_check.Basket,
    points_money: Money = Money(0),
) -> pricing.Priced:
    """Price the bill as it stands and store it; its coupons must all still qualify."""
    bill, member = on_bill(session, store, sale), MEMBER_OF.scalar(session, sale=sale)
    here = pricing_context.of(session, store, shop_settings.current(session), member, sale)
    priced = here.price(
        basket.lines, [coupon_check.asked(session, f, sale) for f, _ in bill], points_money
    )
    if not priced.refused:
        write_prices(session, sale, here, priced, {f.row.id: redeemed.id for f, redeemed in bill})
    return priced


def worded_near(
    session: Session, near: Sequence[pricing.NearPromotion]
) -> tuple[tuple[str, Refusal], ...]:
    """What almost applied, by the promotion's name, the nearest first."""
    close = sorted(near, key=lambda n: (n.refusal.short or 0, n.refusal.pieces or 0))[:3]
    return tuple(
        (str(session.scalar(select(Offer.name).where(Offer.id == n.key))), n.refusal) for n in close
    )


def priced_view(
    session: Session, store: Store, sale: SaleId, lines: Sequence[dict[str, Any]]
) -> receipts.BillView:
    """The open bill with these lines instead of its own, priced anew; with what was handed back and
    what almost applies."""
    sales.replace_lines(session, sale, lines)
    back, priced = settle_kept(session, store, sale, coupon_check.stored_basket(session, sale))
    near = worded_near(session, priced.near)
    return replace(receipts.view(session, store, sale), handed_back=tuple(back), near=near)


def reprice(
    session: Session, store: Store, sale: SaleId, basket: coupon_check.Basket
) -> list[receipts.TakenCoupon]:
    """A new amount, new prices; what no longer qualifies goes back to its holder. Returns what went
    back."""
    if any(line.sku for line in coupon_check.stored_basket(session, sale).lines):
        raise Conflict("bill_has_goods")
    sales.replace_lines(session, sale, basket.stored)
    back, _ = settle_kept(session, store, sale, basket)
    audit.log(session, store, "bill_priced", sale=sale, amount=basket.gross, handed_back=len(back))
    return back


@dataclass(frozen=True)
class Fitted:
    """A bill's price as it would be now, with the coupons that it keeps and those that do not fit
    it any more. Nothing is written yet."""

    priced: pricing.Priced
    here: pricing_context.PricingContext
    kept: list[tuple[coupon_check.CouponTerms, Any]]
    gone: list[tuple[coupon_check.CouponTerms, Any]]


def fit(
    session: Session,
    store: Store,
    sale: SaleId,
    basket: coupon_check.Basket,
    points_money: Money = Money(0),
) -> Fitted:
    """Price the bill with the coupons that still qualify; nothing is changed."""
    member = MEMBER_OF.scalar(session, sale=sale)
    here = pricing_context.of(session, store, shop_settings.current(session), member, sale)
    ceilings = overrides.ceilings(session, sale)
    kept = on_bill(session, store, sale)
    gone: list[tuple[coupon_check.CouponTerms, Any]] = []
    while True:
        priced = here.price(
            basket.lines, [coupon_check.asked(session, f, sale) for f, _ in kept], points_money
        )
        too_dear = {
            step.key
            for step in priced.taken
            if step.discount > ceilings.get(step.key, step.discount)
        }
        out = set(priced.refused) or too_dear
        if not out:
            return Fitted(priced, here, kept, gone)
        gone += [pair for pair in kept if pair[0].row.id in out]
        kept = [pair for pair in kept if pair[0].row.id not in out]


def keep(
    session: Session, store: Store, sale: SaleId, fitted: Fitted
) -> list[receipts.TakenCoupon]:
    """Write a fitted price down; the coupons that did not fit go back to their holders. Returns
    those."""
    back = []
    for found, redeemed in fitted.gone:
        shop = shop_settings.current(session)
        redemptions.release(session, store, shop, redeemed, "repriced")
        back.append(receipts.taken(found, redeemed, reversed=True))
    write_prices(
        session,
        sale,
        fitted.here,
        fitted.priced,
        {f.row.id: redeemed.id for f, redeemed in fitted.kept},
    )
    return back


def settle_kept(
    session: Session, store: Store, sale: SaleId, basket: coupon_check.Basket
) -> tuple[list[receipts.TakenCoupon], pricing.Priced]:
    """Price the bill without the coupons that no longer qualify; returns those."""
    fitted = fit(session, store, sale, basket)
    back = keep(session, store, sale, fitted)
    session.execute(update(_SALE).where(_SALE.c.id == sale).values(touched_at=store.clock.now()))
    return back, fitted.priced
