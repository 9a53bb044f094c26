"""Is this coupon taken? Every rule that it breaks, each with its distance, and the member's better
coupon instead.

    coupon_check.check(store, code="C-1234-5678", amount=Money(5000))
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import CouponRefused
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import (
    bill_lines,
    coupon_refusals,
    coupon_terms,
    member_coupons,
    pricing_context,
    scan,
)
from storecrm.services.till.bill_lines import Basket
from storecrm.services.till.coupon_terms import CouponTerms, CouponVerdict
from storecrm.services.till.overrides import Approval, left_over, small_enough
from storecrm.services.till.pricing_context import PricingContext
from storecrm.values import MemberId, Money, OfferKind, Refusal, RefusalCode, SaleId


@dataclass(frozen=True)
class CheckedBill:
    """The bill that a coupon is judged on: whose it is, the coupons it has, its goods, and what it
    is priced under."""

    shop: ShopRules
    member: MemberId | None
    sale: SaleId | None
    coupons: Sequence[CouponTerms]
    basket: Basket
    here: PricingContext


def check(
    store: Store, *, code: str, amount: Money | None = None, member: str | None = None
) -> CouponVerdict:
    """Would this coupon be taken? Nothing is changed; only guessed codes are counted.

    Raises:
        CouponRefused: with every failing rule.
        NotFound: member.
    """
    rights.require(store, Right.REDEEM)
    try:
        with store.read() as session:
            basket = bill_lines.basket_of(session, amount, ())
            person = registry.resolve(session, store, member) if member else None
            terms = coupon_terms.find(session, store, code)
            shop = shop_settings.current(session)
            here = pricing_context.of(session, store, shop, person)
            bill = CheckedBill(
                shop=shop, member=person, sale=None, coupons=(), basket=basket, here=here
            )
            priced = judge(session, store, terms, bill)
            return coupon_terms.verdict(terms, _discount(terms, priced))
    except CouponRefused as refused:
        if scan.is_guess(refused):
            scan.log_refused(store, refused, code)
        raise


def _discount(terms: CouponTerms, priced: pricing.Priced | None) -> Money | None:
    return priced.taken[0].discount if priced else pricing.face_value(terms.rule)


def usable(store: Store, *, member: str, amount: Money | None = None) -> list[CouponVerdict]:
    """The member's coupons that could be taken now, one of each offer, the most valuable first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REDEEM)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        shop = shop_settings.current(session)
        basket = bill_lines.basket_of(session, amount, ())
        here = pricing_context.of(session, store, shop, person)
        found = []
        offered = member_coupons.offered(session, store, shop, person, basket, here)
        for terms, discount in offered:
            # without an amount it is what its face says, where it says something
            if basket.gross is None and not discount:
                discount = pricing.face_value(terms.rule) or None
            found.append(coupon_terms.verdict(terms, discount))
    return sorted(found, key=lambda verdict: -(verdict.discount or 0))


def judge(
    session: Session,
    store: Store,
    terms: CouponTerms,
    bill: CheckedBill,
    approval: Approval | None = None,
) -> pricing.Priced | None:
    """Refuse or price the bill with the coupon on it; None when no amount is needed and none was
    given.

    Raises:
        CouponRefused: with every failing rule.
    """
    own = coupon_refusals.of(session, store, terms, bill.shop, bill.member, bill.sale, bill.coupons)
    priced = None
    if bill.basket.gross is None:
        failing = left_over(session, store, own, approval)
        failing += _without_amount(session, terms, bill.here)
        if terms.rule.needs_amount and not failing:
            failing.append(Refusal(RefusalCode.AMOUNT_REQUIRED, short=terms.rule.min_spend))
    elif terms.rule.kind is OfferKind.EXTERNAL:
        failing = own
    else:
        priced = _priced(session, terms, bill)
        of_price = priced.refused.get(terms.row.id, [])
        failing = left_over(session, store, [*own, *of_price], approval)
        # it fits, but takes the ground from one that is on the bill
        harmed = [one for one in bill.coupons if one.row.id in priced.refused]
        if harmed and not failing:
            offer = harmed[0].row.offer_name
            failing.append(Refusal(RefusalCode.NOT_STACKABLE, offer=offer))
    if failing:
        raise _refused(session, store, terms, bill, failing, approval)
    return priced


def _without_amount(session: Session, terms: CouponTerms, here: PricingContext) -> list[Refusal]:
    """What stands against the coupon whatever the bill comes to."""
    rule = terms.rule
    # that a member is required was said with the coupon's own rules
    failing = [
        refusal
        for refusal in pricing.at_all(rule, here.buyer, here.now)
        if refusal.code is not RefusalCode.MEMBER_REQUIRED
    ]
    left = pricing_context.budget_left(session, terms.row.offer_id, rule)
    if left is not None and pricing.face_value(rule) > left:
        failing.append(Refusal(RefusalCode.BUDGET))
    return failing


def _priced(session: Session, terms: CouponTerms, bill: CheckedBill) -> pricing.Priced:
    together = [member_coupons.asked(session, one, bill.sale) for one in (*bill.coupons, terms)]
    return bill.here.price(bill.basket.lines, together)


def _refused(
    session: Session,
    store: Store,
    terms: CouponTerms,
    bill: CheckedBill,
    failing: list[Refusal],
    approval: Approval | None,
) -> CouponRefused:
    """The refusal with what helps: the member's better coupon, whether one's own word is enough."""
    best = member_coupons.best(
        session, store, bill.shop, terms, bill.member, bill.basket, bill.here
    )
    view = coupon_terms.verdict(terms, None)
    own = approval is None and small_enough(session, store, failing)
    return CouponRefused(failing, coupon=terms.row.code, best=best, view=view, own=own)
