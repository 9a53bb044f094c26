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
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import shop_settings
from storecrm.services.store import Store
from storecrm.services.till import (
    bill_lines,
    coupon_terms,
    member_coupons,
    overrides,
    pricing_context,
    receipts,
)
from storecrm.services.till.bill_lines import Basket
from storecrm.services.till.coupon_terms import CouponTerms
from storecrm.services.till.pricing_context import PricingContext
from storecrm.services.till.receipts import BillView, TakenCoupon
from storecrm.values import MemberId, Money, OfferId, Refusal, SaleId, VersionId

_USE = tables.redemption.c
_SALE = tables.sale.c
_OFFER = tables.offer.c
_THE_USE = _USE.id == bindparam("which")
# what stays as it is is not written again
_OTHER_DISCOUNT = _USE.discount != bindparam("new")
_CHANGED = update(tables.redemption).where(_THE_USE, _OTHER_DISCOUNT)
_REPRICE = Hot(_CHANGED.values(discount=bindparam("new")))
_THE_BILL = _SALE.id == bindparam("which")
_SUMS: dict[str, Any] = {
    "gross": bindparam("g"),
    "discount": bindparam("d"),
    "points_paid": bindparam("p"),
    "rounding": bindparam("r"),
    "net": bindparam("n"),
}
_EARNING: dict[str, Any] = {"points_times": bindparam("x"), "trace": bindparam("t")}
_SET_PRICES = Hot(update(tables.sale).where(_THE_BILL).values(**_SUMS, **_EARNING))
_THE_SALE = _SALE.id == bindparam("sale")
_TOUCHED = update(tables.sale).where(_THE_SALE)
_TOUCH = Hot(_TOUCHED.values(touched_at=bindparam("now")))
_THE_OFFER = _OFFER.id == bindparam("offer")
_OFFER_NAME = Hot(select(_OFFER.name).where(_THE_OFFER))
_LIVE = _USE.reversed_at.is_(None)
LIVE_USES = Hot(receipts.VIEW_USES.statement.where(_LIVE))
"""Each use of a coupon that stands on a bill."""

MEMBER_OF = Hot(select(_SALE.member_id).where(_THE_SALE))
# no blank in the trace: it is kept with each bill
_write = json.JSONEncoder(separators=(",", ":")).encode
# the trace says the steps in the order in which a price is made
_PLACES = {step.value: place for place, step in enumerate(pricing.Step)}
MOST_NEAR = 3


def on_bill(session: Session, store: Store, sale: SaleId) -> list[tuple[CouponTerms, Any]]:
    """Each coupon on a bill with its use, under the rule as it was judged."""
    found = []
    for use in LIVE_USES.rows(session, sale=sale):
        terms = coupon_terms.of_coupon(session, store, use.coupon_id)
        rule = overrides.lenient(session, store, terms.rule, use.override)
        judged = CouponTerms(terms.row, rule)
        found.append((judged, use))
    return found


def write_prices(
    session: Session,
    sale: SaleId,
    here: PricingContext,
    priced: pricing.Priced,
    ids: dict[int, int],
    fresh: int = 0,
) -> None:
    """Store a price: coupons' shares with their redemptions (`ids`, by coupon; `fresh` is new in
    this transaction), the other steps beside them, the sums and the trace with the sale."""
    sales.drop_steps(session, sale)
    trace = _write_steps(session, sale, here, priced)
    if priced.multiplied_by:
        trace.append(_write_multiplier(session, sale, here, priced))
    trace += _write_shares(session, priced, ids, fresh)
    # a return asks what the goods that stay would have been given instead
    beside = [here.named(key) for key in priced.beside]
    versions = [live.version for live in beside if live.rule.budget is None]
    if versions:
        trace.append({"step": pricing.Step.LINE, "beside": versions})
    trace.sort(key=lambda step: _PLACES[step["step"]])
    text = _write(trace)
    _SET_PRICES.run(
        session,
        which=sale,
        g=priced.gross,
        d=priced.discount,
        p=priced.points_paid,
        r=priced.rounding,
        n=priced.net,
        x=priced.times,
        t=text,
    )


def _write_steps(
    session: Session, sale: SaleId, here: PricingContext, priced: pricing.Priced
) -> list[dict[str, Any]]:
    """The steps that are no coupons; returns what the trace says of them."""
    trace: list[dict[str, Any]] = []
    for step in priced.applied:
        # tier price, points and rounding are nobody's offer
        live = here.named(step.key) if step.key else None
        offer = live.offer if live else None
        version = live.version if live else None
        code = live.code if live else ""
        shares = dict(enumerate(step.shares, 1))
        sales.write_step(
            session,
            sale,
            step.step,
            step.discount,
            offer=offer,
            version=version,
            shares=shares,
        )
        said = {
            "step": step.step,
            "offer": code,
            "eligible": step.eligible,
            "discount": step.discount,
        }
        trace.append(said)
    return trace


def _write_multiplier(
    session: Session, sale: SaleId, here: PricingContext, priced: pricing.Priced
) -> dict[str, Any]:
    """The promotion that multiplies the points; what the trace says of it."""
    live = here.named(priced.multiplied_by)
    # nobody earns on a bill without member, so that no limit is used up by it
    if MEMBER_OF.scalar(session, sale=sale) is not None:
        multiplied(session, sale, live.offer, live.version)
    return {
        "step": pricing.Step.EARNING,
        "offer_id": live.offer,
        "version": live.version,
        "times": priced.times,
    }


def _write_shares(
    session: Session, priced: pricing.Priced, ids: dict[int, int], fresh: int
) -> list[dict[str, Any]]:
    """What each coupon takes from each line; returns what the trace says of them."""
    trace: list[dict[str, Any]] = []
    for step in priced.taken:
        redemption = ids[step.key]
        shares = dict(enumerate(step.shares, 1))
        if redemption == fresh:
            redemptions.share_new(session, redemption, shares)
        else:
            _REPRICE.run(session, which=redemption, new=step.discount)
            redemptions.share(session, redemption, shares)
        said = {
            "step": step.step,
            "redemption": redemption,
            "eligible": step.eligible,
            "discount": step.discount,
        }
        trace.append(said)
    return trace


def multiplied(session: Session, sale: SaleId, offer: OfferId, version: VersionId) -> None:
    """Say that a points promotion was used for a member's sale. It takes nothing off; its limits
    count these rows."""
    step = pricing.Step.EARNING
    sales.write_step(session, sale, step, 0, offer=offer, version=version)


def settle(
    session: Session,
    store: Store,
    sale: SaleId,
    basket: Basket,
    points_money: Money = Money(0),
) -> pricing.Priced:
    """Price the bill as it stands and store it; its coupons must all still qualify."""
    bill = on_bill(session, store, sale)
    here = _here(session, store, sale)
    coupons = _asked(session, sale, bill)
    priced = here.price(basket.lines, coupons, points_money)
    if not priced.refused:
        ids = _ids(bill)
        write_prices(session, sale, here, priced, ids)
    return priced


def _here(session: Session, store: Store, sale: SaleId) -> PricingContext:
    member: MemberId | None = MEMBER_OF.scalar(session, sale=sale)
    shop = shop_settings.current(session)
    return pricing_context.of(session, store, shop, member, sale)


def _asked(
    session: Session, sale: SaleId, bill: Sequence[tuple[CouponTerms, Any]]
) -> list[pricing.AppliedOffer]:
    """The coupons of a bill for pricing."""
    return [member_coupons.asked(session, terms, sale) for terms, _ in bill]


def _ids(bill: Sequence[tuple[CouponTerms, Any]]) -> dict[int, int]:
    """The redemptions of a bill by their coupons."""
    return {terms.row.id: use.id for terms, use in bill}


def worded_near(
    session: Session, near: Sequence[pricing.NearPromotion]
) -> tuple[tuple[str, Refusal], ...]:
    """What almost applied, by the promotion's name, the nearest first."""
    nearest = sorted(near, key=_distance)[:MOST_NEAR]
    worded = []
    for one in nearest:
        name = str(_OFFER_NAME.scalar(session, offer=one.key))
        worded.append((name, one.refusal))
    return tuple(worded)


def _distance(one: pricing.NearPromotion) -> tuple[int, int]:
    """The money and the pieces that lack."""
    return one.refusal.short or 0, one.refusal.pieces or 0


def priced_view(
    session: Session, store: Store, sale: SaleId, lines: Sequence[dict[str, Any]]
) -> BillView:
    """The open bill with these lines instead of its own, priced anew; with what was handed back and
    what almost applies."""
    sales.replace_lines(session, sale, lines)
    basket = bill_lines.stored_basket(session, sale)
    back, priced = settle_kept(session, store, sale, basket)
    near = worded_near(session, priced.near)
    view = receipts.view(session, store, sale)
    return replace(view, handed_back=tuple(back), near=near)


def reprice(session: Session, store: Store, sale: SaleId, basket: Basket) -> list[TakenCoupon]:
    """A new amount, new prices; what no longer qualifies goes back to its holder. Returns what went
    back.

    Raises:
        Conflict: bill_has_goods (its sum follows from its lines).
    """
    lines = bill_lines.stored_basket(session, sale).lines
    if any(line.sku for line in lines):
        raise Conflict("bill_has_goods")
    sales.replace_lines(session, sale, basket.stored)
    back, _ = settle_kept(session, store, sale, basket)
    amount = basket.gross
    gone = len(back)
    audit.log(session, store, "bill_priced", sale=sale, amount=amount, handed_back=gone)
    return back


@dataclass(frozen=True)
class Fitted:
    """A bill's price as it would be now, with the coupons that it keeps and those that do not fit
    it any more. Nothing is written yet."""

    priced: pricing.Priced
    here: PricingContext
    kept: list[tuple[CouponTerms, Any]]
    gone: list[tuple[CouponTerms, Any]]


def fit(
    session: Session,
    store: Store,
    sale: SaleId,
    basket: Basket,
    points_money: Money = Money(0),
) -> Fitted:
    """Price the bill with the coupons that still qualify; nothing is changed."""
    here = _here(session, store, sale)
    ceilings = overrides.ceilings(session, sale)
    kept = on_bill(session, store, sale)
    gone: list[tuple[CouponTerms, Any]] = []
    # a coupon that leaves the bill may take the ground from another one
    while True:
        coupons = _asked(session, sale, kept)
        priced = here.price(basket.lines, coupons, points_money)
        out = set(priced.refused) or _too_dear(priced, ceilings)
        if not out:
            return Fitted(priced, here, kept, gone)
        fitting: list[tuple[CouponTerms, Any]] = []
        for terms, use in kept:
            place = gone if terms.row.id in out else fitting
            place.append((terms, use))
        kept = fitting


def _too_dear(priced: pricing.Priced, ceilings: dict[int, int]) -> set[int]:
    """Coupons that give more than the emergency code that stands for them allows."""
    dear = set()
    for step in priced.taken:
        most = ceilings.get(step.key)
        if most is not None and step.discount > most:
            dear.add(step.key)
    return dear


def keep(session: Session, store: Store, sale: SaleId, fitted: Fitted) -> list[TakenCoupon]:
    """Write a fitted price down; the coupons that did not fit go back to their holders. Returns
    those."""
    back = []
    for terms, use in fitted.gone:
        shop = shop_settings.current(session)
        redemptions.release(session, store, shop, use, "repriced")
        back.append(receipts.taken(terms, use, reversed=True))
    ids = _ids(fitted.kept)
    write_prices(session, sale, fitted.here, fitted.priced, ids)
    return back


def settle_kept(
    session: Session, store: Store, sale: SaleId, basket: Basket
) -> tuple[list[TakenCoupon], pricing.Priced]:
    """Price the bill without the coupons that no longer qualify; returns those."""
    fitted = fit(session, store, sale, basket)
    back = keep(session, store, sale, fitted)
    _TOUCH.run(session, sale=sale, now=store.clock.now())
    return back, fitted.priced
