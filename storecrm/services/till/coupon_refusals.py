"""Why a coupon itself is not taken today, for this member on this bill; what depends on amounts is
judged by pricing.

A decision reads as a list: every rule that is broken is said, each with its distance.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.coupons import paper_stock
from storecrm.services.store import Store
from storecrm.services.till import slip_prints
from storecrm.services.till.coupon_terms import CouponTerms
from storecrm.values import (
    BatchState,
    CouponState,
    MemberId,
    OfferKind,
    OfferState,
    Refusal,
    RefusalCode,
    SaleId,
    SaleState,
    masked_phone,
    micros,
)

_USE = tables.redemption.c
_SALE = tables.sale.c
_DESK = tables.till.c
_PERSON = tables.staff.c
_MEMBER = tables.member.c
_LIVE = _USE.reversed_at.is_(None)

_BY_MEMBER = _USE.member_id == bindparam("member")
_USES_BY_MEMBER = (
    select(func.count().label("uses")).select_from(tables.redemption).where(_BY_MEMBER, _LIVE)
)
_OF_OFFER = _USE.offer_id == bindparam("offer")
_OF_DAY = _USE.business_date == bindparam("today")
_USES_OF_OFFER = Hot(_USES_BY_MEMBER.where(_OF_OFFER))
_USES_OF_DAY = Hot(_USES_BY_MEMBER.where(_OF_DAY))

_ITS_TILL = _DESK.id == _USE.till_id
_ITS_PERSON = _PERSON.id == _USE.staff_id
# a receipt that was voided since is none to be found again
_POSTED = _SALE.state == SaleState.POSTED
_ITS_SALE = and_(_SALE.id == _USE.sale_id, _POSTED)
_OF_USE = _USE["at", "sale_id", "till_id", "staff_id"]
_TILL = _DESK.name.label("till")
_STAFF = _PERSON.name.label("staff")
_WITH_TILL = select(*_OF_USE, _TILL, _STAFF, _SALE.receipt_no).outerjoin(tables.till, _ITS_TILL)
_WITH_STAFF = _WITH_TILL.outerjoin(tables.staff, _ITS_PERSON)
_WITH_SALE = _WITH_STAFF.outerjoin(tables.sale, _ITS_SALE)
_OF_COUPON = _USE.coupon_id == bindparam("coupon")
_USES = Hot(_WITH_SALE.where(_OF_COUPON, _LIVE).order_by(_USE.at.desc()))
_THE_MEMBER = _MEMBER.id == bindparam("member")
_OWNER = Hot(select(*_MEMBER["name", "phone"]).where(_THE_MEMBER))


def of(
    session: Session,
    store: Store,
    terms: CouponTerms,
    shop: ShopRules,
    member: MemberId | None,
    sale: SaleId | None,
    bill: Sequence[CouponTerms],
) -> list[Refusal]:
    """Every rule the coupon itself breaks today, for this member on this bill."""
    failing = _of_state(session, terms, sale)
    failing += _of_uses(session, store, terms, sale, shop)
    failing += _of_offer(terms)
    failing += _of_dates(store, terms)
    failing += _of_person(session, terms, member)
    if member is not None:
        failing += _of_limits(session, store, terms, shop, member)
    # a coupon that cannot be taken alone needs no word about the others
    apart = None if failing else _apart(terms, bill, shop.coupons_per_bill)
    if apart is not None:
        failing.append(apart)
    return failing


def _of_state(session: Session, terms: CouponTerms, sale: SaleId | None) -> list[Refusal]:
    row = terms.row
    failing = []
    # a coupon goes with its batch
    if row.state == CouponState.VOIDED or row.batch_state == BatchState.VOIDED:
        failing.append(Refusal(RefusalCode.VOIDED, at=row.voided_at, reason=row.void_reason))
    # paper counts from the day on which it was handed out
    if row.activate and not paper_stock.is_out(session, row.batch_id, row.serial):
        failing.append(Refusal(RefusalCode.NOT_ACTIVATED))
    if row.state == CouponState.RESERVED and row.held_by != sale:
        failing.append(Refusal(RefusalCode.RESERVED_ELSEWHERE))
    return failing


def _of_uses(
    session: Session, store: Store, terms: CouponTerms, sale: SaleId | None, shop: ShopRules
) -> list[Refusal]:
    row = terms.row
    if row.state == CouponState.ISSUED and row.uses_allowed == 1:
        return []
    # the last use first
    uses = _USES.rows(session, coupon=row.id)
    if sale is not None:
        here = [use for use in uses if use.sale_id == sale]
        if here:
            return [Refusal(RefusalCode.ON_THIS_BILL, at=here[0].at)]
    used_up = row.uses_allowed is not None and len(uses) >= row.uses_allowed
    if row.state != CouponState.REDEEMED and not used_up:
        return []
    if not uses:
        return [Refusal(RefusalCode.ALREADY_REDEEMED)]
    return [_already(session, store, uses[0], shop)]


def _already(session: Session, store: Store, last: Any, shop: ShopRules) -> Refusal:
    """Where and by whom it was used; a use of a moment ago names its receipt, which may be lost."""
    lost = None
    # a receipt that went to paper since is not lost
    if _just_now(store, last, shop) and not slip_prints.printed(session, last.sale_id):
        lost = last.receipt_no
    code = RefusalCode.ALREADY_REDEEMED
    return Refusal(code, at=last.at, till=last.till, staff=last.staff, receipt=lost)


def _just_now(store: Store, use: Any, shop: ShopRules) -> bool:
    """True for a use by the same person at the same till a moment ago: after a power cut nobody at
    the till knows of it."""
    mine = bool(use.staff_id == store.staff and use.till_id == store.till)
    ago = int(store.clock.now() - use.at)
    return mine and ago <= micros(shop.undo_within)


def _of_offer(terms: CouponTerms) -> list[Refusal]:
    name = terms.row.offer_name
    failing = []
    if terms.row.offer_state == OfferState.STOPPED:
        failing.append(Refusal(RefusalCode.CAMPAIGN_PAUSED, offer=name))
    # what another system gives is used there
    if terms.rule.kind is OfferKind.EXTERNAL:
        failing.append(Refusal(RefusalCode.CHANNEL, offer=name))
    return failing


def _of_dates(store: Store, terms: CouponTerms) -> list[Refusal]:
    row = terms.row
    day = store.clock.day()
    failing = []
    if not day.begun(row.valid_from):
        failing.append(Refusal(RefusalCode.NOT_STARTED, day=row.valid_from))
    if not day.lasts(row.valid_to):
        failing.append(Refusal(RefusalCode.EXPIRED, day=row.valid_to))
    return failing


def _of_person(session: Session, terms: CouponTerms, member: MemberId | None) -> list[Refusal]:
    """A named coupon is its member's; an offer for members asks for one."""
    owner = terms.row.member_id
    if member is None:
        if owner is not None:
            return [Refusal(RefusalCode.MEMBER_REQUIRED, member=_owner(session, owner))]
        return [Refusal(RefusalCode.MEMBER_REQUIRED)] if terms.rule.for_members else []
    if owner is not None and owner != member:
        return [Refusal(RefusalCode.WRONG_MEMBER, member=_owner(session, owner))]
    return []


def _owner(session: Session, member: MemberId) -> str:
    """Whose it is, without telling a stranger who that is."""
    row = _OWNER.one(session, member=member)
    return f"{row.name[:1]}* {masked_phone(row.phone)}".strip()


def _of_limits(
    session: Session, store: Store, terms: CouponTerms, shop: ShopRules, member: MemberId
) -> list[Refusal]:
    failing = []
    most = terms.rule.limit_per_member
    if most is not None:
        uses = _USES_OF_OFFER.scalar(session, member=member, offer=terms.row.offer_id)
        if uses >= most:
            failing.append(Refusal(RefusalCode.MEMBER_LIMIT, limit=most))
    daily = shop.coupons_per_member_day
    if daily is not None:
        today = store.clock.day().business
        if _USES_OF_DAY.scalar(session, member=member, today=today) >= daily:
            failing.append(Refusal(RefusalCode.DAILY_LIMIT, limit=daily))
    return failing


def _apart(terms: CouponTerms, bill: Sequence[CouponTerms], most: int | None) -> Refusal | None:
    """Why a coupon does not go beside those on the bill; None when it does. A flag that is set
    decides: `stackable = false` stands alone, those that all say true go together whatever the
    shop's number, two of one group never do. Else the number decides."""
    if not bill:
        return None
    group = terms.rule.group
    for other in bill:
        if group and other.rule.group == group:
            return _not_beside(other, reason="group")
    for other in bill:
        if other.rule.stackable is False:
            return _not_beside(other, reason="other_alone")
    if terms.rule.stackable is False:
        return _not_beside(bill[0], reason="alone")
    if most is None or len(bill) < most:
        return None
    if all(one.rule.stackable for one in (*bill, terms)):
        return None
    return _not_beside(bill[0], limit=most)


def _not_beside(other: CouponTerms, **why: Any) -> Refusal:
    return Refusal(RefusalCode.NOT_STACKABLE, offer=other.row.offer_name, **why)
