"""The member's own coupons that can be taken now, and what each would save on a bill.

Coupons of one version of an offer are worth the same, so that a member with hundreds of them is
priced once an offer.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.shop_rules import ShopRules
from storecrm.services.store import Store
from storecrm.services.till import coupon_refusals, coupon_terms
from storecrm.services.till.bill_lines import Basket
from storecrm.services.till.coupon_terms import CouponTerms
from storecrm.services.till.pricing_context import PricingContext, budget_left, least_given
from storecrm.values import Code, MemberId, Money, SaleId


@dataclass(frozen=True)
class BetterCoupon:
    """The member's best usable coupon, offered instead of a refused one."""

    code: Code
    offer_code: str
    offer_name: str
    discount: Money | None


def asked(session: Session, terms: CouponTerms, sale: SaleId | None) -> pricing.AppliedOffer:
    """A coupon for pricing, with what its offer's budget still holds besides this bill."""
    # the bill's own share of the budget is still its own
    left = budget_left(session, terms.row.offer_id, terms.rule, sale or 0)
    return pricing.AppliedOffer(terms.row.id, terms.rule, left, terms.row.offer_id)


def best(
    session: Session,
    store: Store,
    shop: ShopRules,
    refused: CouponTerms,
    member: MemberId | None,
    basket: Basket,
    here: PricingContext,
) -> BetterCoupon | None:
    """The member's usable coupon that saves most on this bill, if there is one."""
    if member is None:
        return None
    best: BetterCoupon | None = None
    besides = refused.row.id
    for terms, discount in offered(session, store, shop, member, basket, here, besides):
        # it does not apply to this bill
        if basket.gross is not None and discount is None:
            continue
        if best is None or (discount or 0) > (best.discount or 0):
            row = terms.row
            best = BetterCoupon(row.code, row.offer_code, row.offer_name, discount)
    return best


def offered(
    session: Session,
    store: Store,
    shop: ShopRules,
    member: MemberId,
    basket: Basket,
    here: PricingContext,
    besides: int = 0,
) -> list[tuple[CouponTerms, Money | None]]:
    """Each offer of which the member has a coupon that can be taken now: the coupon that ends
    first, and what it saves on this bill (None where it does not apply, or where that depends on an
    amount that is not known)."""
    found = []
    for terms in coupon_terms.of_member(session, store, member, besides):
        refusals = coupon_refusals.of(session, store, terms, shop, member, None, ())
        if not refusals and not _spent(session, terms):
            found.append((terms, _worth(session, terms, basket, here)))
    return found


def _spent(session: Session, terms: CouponTerms) -> bool:
    """True when nothing of the offer's budget is left to give."""
    left = budget_left(session, terms.row.offer_id, terms.rule)
    return left is not None and left < least_given(terms.rule)


def _worth(
    session: Session, terms: CouponTerms, basket: Basket, here: PricingContext
) -> Money | None:
    if basket.gross is None:
        return None if terms.rule.needs_amount else pricing.face_value(terms.rule)
    priced = here.price(basket.lines, [asked(session, terms, None)])
    return None if priced.refused else priced.taken[0].discount
