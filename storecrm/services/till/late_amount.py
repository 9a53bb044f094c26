"""A bill that closed without an amount, and the amount that comes later: what it would have earned
then is kept with it.

At its close the tier's multiplier and the points promotions that held are written down; when the
amount is known, the best of them whose minimum it reaches and whose limits are not used up counts.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import LivePromotion
from storecrm.domain.shop_rules import ShopRules
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.services.till import bill_prices, pricing_context
from storecrm.services.till.bill_lines import Basket
from storecrm.services.till.pricing_context import PricingContext
from storecrm.values import WHOLE, MemberId, Money, OfferKind, SaleId, VersionId

_OFFER = tables.offer.c
_THE_SALE = tables.sale.c.id == bindparam("which")
_KEPT: dict[str, Any] = {"points_times": bindparam("x"), "trace": bindparam("t")}
_REMEMBER = Hot(update(tables.sale).where(_THE_SALE).values(_KEPT))
_THE_OFFER = _OFFER.id == bindparam("offer")
_NAMES = Hot(select(*_OFFER["code", "name"]).where(_THE_OFFER))


def remember(
    session: Session, store: Store, shop: ShopRules, sale: SaleId, member: MemberId | None
) -> None:
    """Write down what would multiply the points of this bill if its amount were known now."""
    here = pricing_context.of(session, store, shop, member, sale)
    held = [_earning(live) for live in here.live if _multiplies(live, here)]
    trace = json.dumps(held)
    _REMEMBER.run(session, which=sale, x=here.tier_times, t=trace)


def _multiplies(live: LivePromotion, here: PricingContext) -> bool:
    """True of a points promotion whose conditions hold, whatever the amount."""
    if live.rule.kind is not OfferKind.POINTS_TIMES:
        return False
    return not pricing.at_all(live.rule, here.buyer, here.now)


def _earning(live: LivePromotion) -> Mapping[str, Any]:
    return {"step": pricing.Step.EARNING, "offer_id": live.offer, "version": live.version}


def settle(session: Session, store: Store, shop: ShopRules, row: Any, basket: Basket) -> Money:
    """Price the bill (its stored row) by the amount that is known now: every use gives what it
    gave, capped at what is left. Returns what was paid."""
    uses = bill_prices.LIVE_USES.rows(session, sale=row.id)
    line = basket.lines[0]
    left = int(line.amount)
    taken = []
    for use in uses:
        # what it gave by its face, as far as the amount bears it
        off = Money(min(int(use.discount), left))
        step = pricing.AppliedStep(use.coupon_id, off, (off,), Money(left))
        taken.append(step)
        left -= off
    then = _then(session, store, shop, row)
    chosen = pricing.earning_offer([line], then.promotions)
    # the tier's multiplier of that day was kept with the bill
    by_promotion = chosen.rule.value if chosen else WHOLE
    times = row.points_times * by_promotion // WHOLE
    multiplied_by = chosen.key if chosen else 0
    discount = Money(line.amount - left)
    priced = pricing.Priced(
        gross=line.amount,
        discount=discount,
        taken=tuple(taken),
        refused={},
        times=times,
        multiplied_by=multiplied_by,
    )
    ids = {use.coupon_id: use.id for use in uses}
    bill_prices.write_prices(session, row.id, then, priced, ids)
    return Money(left)


def _then(session: Session, store: Store, shop: ShopRules, row: Any) -> PricingContext:
    """The points promotions that held when the bill closed, less those whose limits are used up
    meanwhile."""
    trace = json.loads(row.trace)
    kept = [step for step in trace if step["step"] == pricing.Step.EARNING]
    live = [_live(session, store, step) for step in kept]
    free = []
    for one in live:
        if not pricing_context.used_up(session, one.offer, one.rule, row.member_id, row.id):
            free.append(pricing.AppliedOffer(one.offer, one.rule))
    now = pricing_context.of(session, store, shop, row.member_id, row.id)
    return replace(now, live=tuple(live), promotions=tuple(free))


def _live(session: Session, store: Store, kept: Mapping[str, Any]) -> LivePromotion:
    offer = kept["offer_id"]
    version = VersionId(kept["version"])
    named = _NAMES.one(session, offer=offer)
    rule = design.frozen(session, store, version)
    return LivePromotion(offer=offer, version=version, code=named.code, name=named.name, rule=rule)
