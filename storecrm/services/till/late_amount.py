"""A bill that closed without an amount, and the amount that comes later: what it would have earned
then is kept with it.

At its close the tier's multiplier and the points promotions that held are written down; when the
amount is known, the best of them whose minimum it reaches and whose limits are not used up counts.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers import rule
from storecrm.domain.shop_rules import ShopRules
from storecrm.models.offer import Offer
from storecrm.models.sale import Sale
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.services.till import bill_prices, coupon_check, pricing_context
from storecrm.values import WHOLE, MemberId, Money, OfferKind, SaleId, VersionId

_SALE: Any = Sale.__table__


def remember(
    session: Session, store: Store, shop: ShopRules, sale: SaleId, member: MemberId | None
) -> None:
    """Write down what would multiply the points of this bill if its amount were known now."""
    here = pricing_context.of(session, store, shop, member, sale)
    held = [
        live
        for live in here.live
        if live.rule.kind is OfferKind.POINTS_TIMES
        and not pricing.at_all(live.rule, here.buyer, here.now)
    ]
    trace = json.dumps(
        [
            {"step": pricing.Step.EARNING, "offer_id": live.offer, "version": live.version}
            for live in held
        ]
    )
    session.execute(
        update(_SALE).where(_SALE.c.id == sale).values(points_times=here.tier_times, trace=trace)
    )


def settle(
    session: Session, store: Store, shop: ShopRules, row: Any, basket: coupon_check.Basket
) -> Money:
    """Price the bill (its stored row) by the amount that is known now: every use gives what it
    gave, capped at what is left. Returns what was paid."""
    uses = bill_prices.LIVE_USES.rows(session, sale=row.id)
    line, left, taken = basket.lines[0], int(basket.lines[0].amount), []
    for use in uses:
        off = min(int(use.discount), left)
        taken.append(pricing.AppliedStep(use.coupon_id, Money(off), (Money(off),), Money(left)))
        left -= off
    then = _then(session, store, shop, row)
    chosen = pricing.earning_offer([line], then.promotions)
    times = row.points_times * (chosen.rule.value if chosen else WHOLE) // WHOLE
    priced = pricing.Priced(
        gross=line.amount,
        discount=Money(line.amount - left),
        taken=tuple(taken),
        refused={},
        times=times,
        multiplied_by=chosen.key if chosen else 0,
    )
    bill_prices.write_prices(session, row.id, then, priced, {use.coupon_id: use.id for use in uses})
    return Money(left)


def _then(
    session: Session, store: Store, shop: ShopRules, row: Any
) -> pricing_context.PricingContext:
    """The points promotions that held when the bill closed, less those whose limits are used up
    meanwhile."""
    live = tuple(
        _live(session, store, kept)
        for kept in json.loads(row.trace)
        if kept["step"] == pricing.Step.EARNING
    )
    free = [
        one
        for one in live
        if not pricing_context.used_up(session, one.offer, one.rule, row.member_id, row.id)
    ]
    asked = tuple(pricing.AppliedOffer(one.offer, one.rule) for one in free)
    return replace(
        pricing_context.of(session, store, shop, row.member_id, row.id), live=live, promotions=asked
    )


def _live(session: Session, store: Store, kept: Mapping[str, Any]) -> rule.LivePromotion:
    offer, version = kept["offer_id"], VersionId(kept["version"])
    named = session.execute(select(Offer.code, Offer.name).where(Offer.id == offer)).one()
    return rule.LivePromotion(
        offer, version, named.code, named.name, design.frozen(session, store, version)
    )
