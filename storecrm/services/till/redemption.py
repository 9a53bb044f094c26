"""A coupon is taken on a bill: judged, then used, exactly once.

The conditional UPDATE of the ledger decides, whatever anybody read before: of two tills that take
the last use only one has it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import CouponRefused
from storecrm.ledger import audit, redemptions
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.services import shop_settings
from storecrm.services.members import verification
from storecrm.services.members.verification import Proof
from storecrm.services.store import Store
from storecrm.services.till import (
    bill_prices,
    coupon_check,
    coupon_terms,
    overrides,
    pricing_context,
)
from storecrm.services.till.bill_lines import Basket
from storecrm.services.till.coupon_check import CheckedBill
from storecrm.services.till.coupon_terms import CouponTerms
from storecrm.services.till.overrides import Approval
from storecrm.values import MemberId, Money, Override, RedemptionId, Refusal, RefusalCode, SaleId

_SET_DISCOUNT = Hot(
    update(tables.sale)
    .where(tables.sale.c.id == bindparam("sale"))
    .values(discount=bindparam("total"), touched_at=bindparam("now"))
)


def take_on(
    session: Session,
    store: Store,
    sale: SaleId,
    code: str,
    basket: Basket,
    request: tuple[str, str] | None = None,
    approval: Approval | None = None,
    *,
    proof: Proof,
) -> pricing.Priced | None:
    """Judge the coupon, then use it. `request` is the number of the request with what it stands
    for. Returns the price of the bill with it, None while its amount is not known.

    Raises:
        CouponRefused: with every failing rule; nothing was changed.
        NotAllowed: allowance_used.
        NotPossible: proof_required, proof_card, proof_second, emergency_over.
    """
    terms = coupon_terms.find(session, store, code)
    approval = _needed(session, store, sale, terms, basket, approval)
    overrides.require_left(session, store, approval)
    terms = _leniently(session, store, terms, approval)
    # the offer's limits and the member's are counted and then used by one till at a time
    database.lock_row(session, Offer, terms.row.offer_id)
    member = bill_prices.MEMBER_OF.scalar(session, sale=sale)
    if member is not None:
        database.lock_row(session, Member, member)
    bill = bill_prices.on_bill(session, store, sale)
    coupons = [one for one, _ in bill]
    checked = checked_bill(session, store, sale, member, coupons, basket)
    priced = coupon_check.judge(session, store, terms, checked, approval)
    discount = _discount(terms, priced)
    owner = terms.row.member_id
    # a named coupon is used by its member alone
    if owner is not None:
        verification.require(session, store, proof, discount, whose=owner)
    columns = _columns(terms, basket, request, approval)
    whose = member or owner
    # the conditional UPDATE, whose row count must be 1
    redemption = redemptions.take(
        session, store, terms.row, sale=sale, member=whose, discount=discount, **columns
    )
    if redemption is None:
        raise _taken_meanwhile(terms)
    overrides.spend(session, store, approval, redemption, discount)
    if priced is None:
        _add_discount(session, store, sale, bill, discount, basket)
    else:
        ids = {one.row.id: use.id for one, use in bill}
        ids[terms.row.id] = redemption
        bill_prices.write_prices(session, sale, checked.here, priced, ids, redemption)
    _log(session, store, terms, redemption, sale, discount, approval)
    return priced


def _leniently(
    session: Session, store: Store, terms: CouponTerms, approval: Approval | None
) -> CouponTerms:
    """The coupon without the rules that somebody's word sets aside."""
    if approval is None:
        return terms
    lenient = overrides.lenient(session, store, terms.rule, approval.how)
    return replace(terms, rule=lenient)


def _log(
    session: Session,
    store: Store,
    terms: CouponTerms,
    redemption: RedemptionId,
    sale: SaleId,
    discount: Money,
    approval: Approval | None,
) -> None:
    """Say in the trail what was taken, and on whose word."""
    word: dict[str, Any] = {}
    if approval is not None:
        who = approval.staff
        why = approval.reason
        word = {"approved_by": who, "reason": why, "override": approval.how}
    audit.log(
        session,
        store,
        "coupon_redeemed",
        coupon=terms.row.id,
        redemption=redemption,
        sale=sale,
        discount=discount,
        **word,
    )


def checked_bill(
    session: Session,
    store: Store,
    sale: SaleId,
    member: MemberId | None,
    coupons: Sequence[CouponTerms],
    basket: Basket,
) -> CheckedBill:
    """A bill of this till for a coupon to be judged on."""
    shop = shop_settings.current(session)
    here = pricing_context.of(session, store, shop, member, sale)
    return CheckedBill(
        shop=shop, member=member, sale=sale, coupons=coupons, basket=basket, here=here
    )


def _taken_meanwhile(terms: CouponTerms) -> CouponRefused:
    """Somebody was faster."""
    view = coupon_terms.verdict(terms, None)
    used = [Refusal(RefusalCode.ALREADY_REDEEMED)]
    return CouponRefused(used, coupon=terms.row.code, view=view)


def _needed(
    session: Session,
    store: Store,
    sale: SaleId,
    terms: CouponTerms,
    basket: Basket,
    approval: Approval | None,
) -> Approval | None:
    """The word, where it stands and the coupon needs one."""
    standing = overrides.standing(session, store, approval)
    if standing is None or _needs_no_word(session, store, sale, terms, basket):
        return None
    return standing


def _needs_no_word(
    session: Session, store: Store, sale: SaleId, terms: CouponTerms, basket: Basket
) -> bool:
    """True of a coupon that applies by itself: then nobody's word is used up for it."""
    member = bill_prices.MEMBER_OF.scalar(session, sale=sale)
    coupons = [one for one, _ in bill_prices.on_bill(session, store, sale)]
    bill = checked_bill(session, store, sale, member, coupons, basket)
    try:
        coupon_check.judge(session, store, terms, bill)
    except CouponRefused:
        return False
    return True


def _discount(terms: CouponTerms, priced: pricing.Priced | None) -> Money:
    """What the coupon gives on this bill; what its face says while the amount is not known."""
    # the price says it line by line; without one only the face is known
    for step in priced.taken if priced else ():
        if step.key == terms.row.id:
            return step.discount
    return pricing.face_value(terms.rule)


def _confirmed_scope(terms: CouponTerms, basket: Basket) -> int:
    """1 where the cashier alone said that the goods are those of the offer."""
    no_goods = all(line.sku is None for line in basket.lines)
    return int(terms.rule.scoped and no_goods)


def _columns(
    terms: CouponTerms,
    basket: Basket,
    request: tuple[str, str] | None,
    approval: Approval | None,
) -> dict[str, Any]:
    """What is stored with the use besides: its request, and whose word it is taken on."""
    number, asked = request or (None, None)
    columns: dict[str, Any] = {
        "confirmed_scope": _confirmed_scope(terms, basket),
        "request_no": number,
        "request_hash": asked,
        "approved_by": None,
        "approve_reason": "",
        "override": Override.NONE,
        "approval_no": None,
    }
    if approval is not None:
        columns["approved_by"] = approval.staff
        columns["approve_reason"] = approval.reason
        columns["override"] = approval.how
        # a word that was spent when the bill was put aside is not spent twice
        columns["approval_no"] = None if approval.renews else approval.number
    return columns


def _add_discount(
    session: Session,
    store: Store,
    sale: SaleId,
    bill: Sequence[tuple[CouponTerms, Any]],
    discount: Money,
    basket: Basket,
) -> None:
    """What the coupons of a bill without amount give by their faces."""
    # with an amount the price says it
    total = sum(use.discount for _, use in bill) + discount
    known = total if basket.gross is None else 0
    _SET_DISCOUNT.run(session, sale=sale, total=known, now=store.clock.now())
