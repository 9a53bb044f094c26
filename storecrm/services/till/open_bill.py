"""The road of one customer at the till: check a coupon, take it on the bill, the amount, points,
close, undo, void.

A bill is a sale in state open, one per till, stored from its first coupon. Every coupon is redeemed
at once and exactly once: one transaction that holds the write lock, one conditional UPDATE whose
row count must be 1, a partial unique index behind it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain import tenders as tenders_
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput, Conflict, CouponRefused
from storecrm.ledger import audit, points, redemptions, requests, sales, tenders
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import automatic
from storecrm.services.loyalty import referrals, tiers
from storecrm.services.members import registry, verification
from storecrm.services.members.verification import VOUCHED, Proof
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    bill_prices,
    closing_price,
    coupon_check,
    late_amount,
    overrides,
    pricing_context,
    receipts,
    scan,
    sold_articles,
    stamp_counting,
)
from storecrm.services.till.overrides import Approval
from storecrm.values import (
    Day,
    MemberId,
    Money,
    Override,
    Points,
    Refusal,
    RefusalCode,
    SaleId,
    SaleState,
    scan_key,
)

_SALE: Any = Sale.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__


_POST = Hot(
    update(_SALE)
    .where(_SALE.c.id == bindparam("sale"))
    .values(
        state=SaleState.POSTED,
        no_points=bindparam("x"),
        closed_by=bindparam("by"),
        touched_at=bindparam("t"),
    )
)
_TIMES = Hot(select(_SALE.c.points_times).where(_SALE.c.id == bindparam("sale")))


@repeatable
def record(
    store: Store,
    *,
    amount: Money | None = None,
    lines: Sequence[coupon_check.LineIn] = (),
    member: str | None = None,
    coupons: Sequence[str] = (),
    points_used: int = 0,
    no_points: Money = Money(0),
    request_no: str | None = None,
    dry_run: bool = False,
    closed_by: str = "whole",
    approval: Approval | None = None,
    paid: Sequence[tenders_.Tender] = (),
    proof: Proof = VOUCHED,
    pieces: Mapping[str, int] | None = None,
    no_points_for: str = "",
    expect: Money | None = None,
) -> receipts.BillView:
    """A whole bill in one transaction: priced, coupons taken, points earned, posted. With `dry_run`
    nothing is kept. `expect` is the sum that was shown for it, if one was.

    Raises:
        PriceChanged: it comes to another sum than `expect`; nothing was kept.
        CouponRefused: a coupon does not apply; nothing was kept.
        NotFound: member, product.
        NotPossible: points_short, points_cap, points_step, points_member, tender_short,
            tender_over.
        BadInput: amount, amount_or_lines, quantity, no_points, tender, tender_twice,
            expect_no_amount.
        Conflict: request_conflict.
    """
    rights.require(store, Right.SELL)
    if amount is not None and lines:
        raise BadInput("amount_or_lines")
    asked = _hash(
        "record",
        amount,
        [(line.sku, line.quantity, line.unit_price) for line in lines],
        member,
        list(coupons),
        points_used,
        no_points,
        *((tender.kind, tender.amount) for tender in paid),
        *sorted((pieces or {}).items()),
    )
    try:
        with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS, keep=not dry_run) as session:
            if (first := requests.of_request(session, request_no, asked)) is not None:
                return replace(receipts.view(session, store, first.id), repeated=True)
            basket = coupon_check.basket_of(session, amount, lines)
            sale = start(
                session, store, person_of(session, store, member), basket, request_no, asked
            )
            priced = None
            for code in coupons:
                priced = take_on(session, store, sale, code, basket, approval=approval, proof=proof)
            if not coupons and basket.gross is not None:
                priced = bill_prices.settle(session, store, sale, basket)
            ending = ClosedBill(
                proof, points_used, no_points, tuple(paid), pieces or {}, no_points_for, expect
            )
            finish(session, store, sale, ending, closed_by, priced=True)
            return replace(
                receipts.view(session, store, sale),
                near=bill_prices.worded_near(session, priced.near if priced else ()),
            )
    except CouponRefused as refused:
        # trying codes without effect is trying codes
        if not dry_run or scan.is_guess(refused):
            scan.log_refused(store, refused, refused.coupon)
        raise


@repeatable
def take(
    store: Store,
    *,
    code: str,
    amount: Money | None = None,
    member: str | None = None,
    request_no: str,
    approval: Approval | None = None,
    proof: Proof = VOUCHED,
    bill: str | None = None,
) -> receipts.BillView:
    """Take a coupon on the till's open bill (opened now if there is none) and redeem it at once.
    `bill` names the bill that is meant, "" a new one.

    Raises:
        CouponRefused: with every failing rule; nothing was changed.
        NotFound: member.
        Conflict: request_conflict.
    """
    rights.require(store, Right.REDEEM)
    asked = _hash("take", scan_key(code), amount, member)
    try:
        with store.write(Topic.COUPONS) as session:
            if (first := _repeated_take(session, store, request_no, asked)) is not None:
                return first
            basket = coupon_check.basket_of(session, amount, ())
            open_sale = receipts.expected(session, store, bill)
            sale = open_sale or start(
                session, store, person_of(session, store, member), basket, None, None
            )
            if open_sale and member:
                join_sale(session, sale, registry.resolve(session, store, member))
            if open_sale and basket.gross is not None:
                bill_prices.reprice(session, store, sale, basket)
            if basket.gross is None:
                basket = coupon_check.stored_basket(session, sale)
            take_on(session, store, sale, code, basket, request_no, asked, approval, proof=proof)
            return receipts.view(session, store, sale)
    except CouponRefused as refused:
        scan.log_refused(store, refused, code)
        raise


@repeatable
def swap(
    store: Store, *, code: str, request_no: str, proof: Proof = VOUCHED, bill: str | None = None
) -> receipts.BillView:
    """Hand the open bill's coupons back and take this one instead, for the same amount and member:
    both or neither.

    Raises:
        CouponRefused: with every failing rule; the bill stays as it was.
        NotFound: open_bill.
        Conflict: request_conflict.
    """
    rights.require(store, Right.REDEEM)
    asked = _hash("swap", scan_key(code))
    try:
        with store.write(Topic.COUPONS) as session:
            if (first := _repeated_take(session, store, request_no, asked)) is not None:
                return first
            sale = receipts.need_open(session, store, bill)
            shop = shop_settings.current(session)
            for redeemed in bill_prices.LIVE_USES.rows(session, sale=sale):
                redemptions.release(session, store, shop, redeemed, "swapped")
            session.execute(
                update(_SALE)
                .where(_SALE.c.id == sale)
                .values(discount=0, points_paid=0, rounding=0, net=_SALE.c.gross)
            )
            take_on(
                session,
                store,
                sale,
                code,
                coupon_check.stored_basket(session, sale),
                request_no,
                asked,
                proof=proof,
            )
            return receipts.view(session, store, sale)
    except CouponRefused as refused:
        scan.log_refused(store, refused, code)
        raise


@repeatable
def set_amount(store: Store, *, amount: Money, bill: str | None = None) -> receipts.BillView:
    """Type the amount of the open bill: it is priced anew, and a coupon that no longer qualifies is
    handed back.

    Raises:
        NotFound: open_bill.
        BadInput: amount.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.COUPONS) as session:
        sale = receipts.need_open(session, store, bill)
        basket = coupon_check.basket_of(session, amount, ())
        back = bill_prices.reprice(session, store, sale, basket)
        return replace(receipts.view(session, store, sale), handed_back=tuple(back))


@repeatable
def join(store: Store, *, member: str, bill: str | None = None) -> receipts.BillView:
    """The member joins the open bill that has none; it is priced anew for this member.

    Raises:
        NotFound: open_bill, member.
        Conflict: other_member.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES) as session:
        sale = receipts.need_open(session, store, bill)
        person = registry.resolve(session, store, member)
        join_sale(session, sale, person)
        session.execute(
            update(_SALE).where(_SALE.c.id == sale).values(touched_at=store.clock.now())
        )
        basket = coupon_check.stored_basket(session, sale)
        back: list[receipts.TakenCoupon] = []
        if basket.gross is not None:
            # the member's tier and promotions count from now on
            back, _ = bill_prices.settle_kept(session, store, sale, basket)
        return replace(receipts.view(session, store, sale), handed_back=tuple(back))


@repeatable
def close(
    store: Store,
    *,
    by: str = "key",
    points_used: int = 0,
    no_points: Money = Money(0),
    paid: Sequence[tenders_.Tender] = (),
    proof: Proof = VOUCHED,
    pieces: Mapping[str, int] | None = None,
    no_points_for: str = "",
    dry_run: bool = False,
    bill: str | None = None,
    expect: Money | None = None,
) -> receipts.BillView:
    """Post the open bill: priced, points used, then earned on what was paid. Without an amount it
    is a redemption only. With `dry_run` nothing is kept: the answer says what would be due.
    `expect` is the sum that was shown last, with points; without it the bill's stored price is.

    Raises:
        PriceChanged: it comes to another sum than the one shown; nothing was posted.
        NotFound: open_bill.
        NotPossible: points_member, points_step, points_cap, points_short, tender_short,
            tender_over.
        BadInput: tender, tender_twice.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.POINTS, Topic.COUPONS, keep=not dry_run) as session:
        sale = receipts.need_open(session, store, bill)
        ending = ClosedBill(
            proof, points_used, no_points, tuple(paid), pieces or {}, no_points_for, expect
        )
        finish(session, store, sale, ending, by, look=dry_run)
        return receipts.view(session, store, sale)


@repeatable
def fill_amount(store: Store, *, receipt: str, amount: Money) -> receipts.BillView:
    """The amount of a bill that closed without one: posted on its own day, the discount capped at
    the amount; points, tier and next coupon as if it had been given then (stamps were counted
    then). No rule is checked again.

    Raises:
        NotFound: receipt.
        Conflict: amount_known, sale_state.
        BadInput: amount.
        NotAllowed: clock_suspect.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.POINTS) as session:
        require_clock(session, store)
        row = receipts.locked(session, receipts.row_of(session, receipt))
        if row.state != SaleState.POSTED:
            raise Conflict("sale_state", where=receipt, state=row.state)
        if row.gross is not None:
            raise Conflict("amount_known", where=receipt)
        if row.member_id is not None:
            database.lock_row(session, Member, row.member_id)
        shop, sale, basket = (
            shop_settings.current(session),
            SaleId(row.id),
            coupon_check.basket_of(session, amount, ()),
        )
        sales.write_lines(session, sale, basket.stored)
        net = late_amount.settle(session, store, shop, row, basket)
        cut = row.discount - (amount - net)
        values = {
            "filled_at": store.clock.now(),
            "filled_by": store.staff,
            "filled_till": store.till,
            "filled_cut": cut,
        }
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(**values))
        # the customer has gone: what is the member's own is given, nothing that would have to be
        # handed over
        earned = award(session, store, shop, sale, day=row.business_date, net=net, present=False)
        mine = own_card.facts(session, store, row.member_id)
        audit.log(session, store, "amount_filled", sale=sale, amount=amount, points=earned, **mine)
        return receipts.view(session, store, sale)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _repeated_take(
    session: Session, store: Store, request: str, asked: str
) -> receipts.BillView | None:
    found = requests.use_of_request(session, request, asked)
    return (
        None
        if found is None
        else replace(receipts.view(session, store, found.sale_id), repeated=True)
    )


def person_of(session: Session, store: Store, member: str | None) -> MemberId | None:
    """The member meant by a number, card or phone; None for nobody.

    Raises:
        NotFound: member.
    """
    return registry.resolve(session, store, member) if member else None


def start(
    session: Session,
    store: Store,
    person: MemberId | None,
    basket: coupon_check.Basket,
    request: str | None,
    asked: str | None,
) -> SaleId:
    """A new sale with its lines: open at this till, or (with `asked`) a whole bill that is posted
    at once."""
    require_clock(session, store)
    # a whole bill is never "open": another one may be open at the same till
    state = SaleState.OPEN if asked is None else SaleState.POSTED
    sale = sales.new_sale(
        session,
        store,
        state=state,
        member=person,
        gross=basket.gross,
        net=basket.gross,
        request_no=request,
        request_hash=asked,
    )
    sales.write_lines(session, sale, basket.stored)
    return sale


def join_sale(session: Session, sale: SaleId, person: MemberId) -> None:
    """The open bill becomes this member's, its coupons' uses too.

    Raises:
        Conflict: other_member.
    """
    present = bill_prices.MEMBER_OF.scalar(session, sale=sale)
    if present is not None and present != person:
        raise Conflict("other_member")
    if present is None:
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(member_id=person))
        session.execute(
            update(_R)
            .where(_R.c.sale_id == sale, _R.c.member_id.is_(None), _R.c.reversed_at.is_(None))
            .values(member_id=person)
        )


def take_on(
    session: Session,
    store: Store,
    sale: SaleId,
    code: str,
    basket: coupon_check.Basket,
    request: str | None = None,
    asked: str | None = None,
    approval: Approval | None = None,
    *,
    proof: Proof,
) -> pricing.Priced | None:
    """Judge the coupon, then use it: the conditional UPDATE decides, whatever anybody read
    before."""
    found = coupon_check.find(session, store, code)
    approval = overrides.standing(session, store, approval)
    if approval is not None and _needs_no_word(session, store, sale, found, basket):
        approval = None
    overrides.require_left(session, store, approval)
    if approval is not None:
        found = replace(found, rule=overrides.lenient(session, store, found.rule, approval.how))
    database.lock_row(session, Offer, found.row.offer_id)
    member = bill_prices.MEMBER_OF.scalar(session, sale=sale)
    if member is not None:
        database.lock_row(session, Member, member)
    bill, shop = bill_prices.on_bill(session, store, sale), shop_settings.current(session)
    here = pricing_context.of(session, store, shop, member, sale)
    priced = coupon_check.judge(
        session,
        store,
        found,
        shop,
        member=member,
        sale=sale,
        bill=[f for f, _ in bill],
        basket=basket,
        here=here,
        approval=approval,
    )
    row = found.row
    mine = next((t for t in priced.taken if t.key == row.id), None) if priced else None
    discount = mine.discount if mine else pricing.face_value(found.rule)
    if row.member_id is not None:
        verification.require(session, store, proof, discount, whose=row.member_id)
    redemption = redemptions.take(
        session,
        store,
        row,
        sale=sale,
        member=member or row.member_id,
        discount=discount,
        confirmed_scope=int(found.rule.scoped and all(line.sku is None for line in basket.lines)),
        request_no=request,
        request_hash=asked,
        approved_by=approval.staff if approval else None,
        approve_reason=approval.reason if approval else "",
        override=approval.how if approval else Override.NONE,
        approval_no=approval.number if approval and not approval.renews else None,
    )
    if redemption is None:
        raise CouponRefused(
            [Refusal(RefusalCode.ALREADY_REDEEMED)],
            coupon=row.code,
            view=coupon_check.checked(found, None),
        )
    overrides.spend(session, store, approval, redemption, discount)
    if priced is None:
        total = sum(redeemed.discount for _, redeemed in bill) + discount
        session.execute(
            update(_SALE)
            .where(_SALE.c.id == sale)
            .values(discount=total if basket.gross is None else 0, touched_at=store.clock.now())
        )
    else:
        ids = {f.row.id: redeemed.id for f, redeemed in bill} | {row.id: redemption}
        bill_prices.write_prices(session, sale, here, priced, ids, redemption)
    facts = (
        {"approved_by": approval.staff, "reason": approval.reason, "override": approval.how}
        if approval
        else {}
    )
    audit.log(
        session,
        store,
        "coupon_redeemed",
        coupon=row.id,
        redemption=redemption,
        sale=sale,
        discount=discount,
        **facts,
    )
    return priced


def _needs_no_word(
    session: Session,
    store: Store,
    sale: SaleId,
    found: coupon_check.CouponTerms,
    basket: coupon_check.Basket,
) -> bool:
    """True of a coupon that applies by itself: then nobody's word is used up for it."""
    member, shop = bill_prices.MEMBER_OF.scalar(session, sale=sale), shop_settings.current(session)
    here, bill = (
        pricing_context.of(session, store, shop, member, sale),
        [f for f, _ in bill_prices.on_bill(session, store, sale)],
    )
    try:
        coupon_check.judge(
            session,
            store,
            found,
            shop,
            member=member,
            sale=sale,
            bill=bill,
            basket=basket,
            here=here,
        )
    except CouponRefused:
        return False
    return True


@dataclass(frozen=True)
class ClosedBill:
    """With what a bill ends: points used as payment (`points_at_most`: or as many as its price
    takes), what earns none, tenders, who the member was proved to be, stamp pieces counted by hand
    (offer code to pieces), the sum that was shown (`expect`)."""

    proof: Proof
    points_used: int = 0
    no_points: Money = Money(0)
    paid: tuple[tenders_.Tender, ...] = ()
    pieces: Mapping[str, int] = field(default_factory=dict)
    no_points_for: str = ""
    expect: Money | None = None
    points_at_most: bool = False


def finish(
    session: Session,
    store: Store,
    sale: SaleId,
    ending: ClosedBill,
    closed_by: str,
    *,
    priced: bool = False,
    look: bool = False,
) -> None:
    """Price, use the points, post, write down the tenders, earn, count stamps, move the tier up,
    give the next coupon. `priced`: it was priced in this transaction; `look`: nothing of it will be
    kept.

    Raises:
        PriceChanged: the sum is another than the one shown.
        NotPossible: points_member, points_step, points_cap, points_short, proof_card, proof_second,
            tender_short, tender_over.
        BadInput: no_points, tender, tender_twice, stamp_pieces, expect_no_amount.
    """
    row, day = receipts.VIEW_SALE.one(session, sale=sale), store.clock.today()
    shop = shop_settings.current(session)
    if row.business_date != day:
        _date(session, sale, day)
    if row.member_id is not None:
        # one bill of a member at a time: points, stamps and limits are counted and then used
        database.lock_row(session, Member, row.member_id)
    wish = closing_price.Wish(
        points_used=ending.points_used,
        points_at_most=ending.points_at_most,
        expect=ending.expect,
        by_itself=closed_by in closing_price.BY_ITSELF,
        priced=priced,
        look=look,
    )
    due = closing_price.settle(session, store, shop, row, wish)
    net = due.net
    if due.points:
        verification.require(session, store, ending.proof, due.points_money, whose=row.member_id)
        points.burn(session, store, member=row.member_id, points=due.points, sale=row.id, day=day)
    for redeemed in bill_prices.LIVE_USES.rows(session, sale=sale):
        if coupon_check.COUPON.one(session, coupon=redeemed.coupon_id).member_id is not None:
            # the card was seen when it was taken; it may have grown since
            verification.require(session, store, verification.seen(ending.proof), redeemed.discount)
    if ending.no_points < 0 or (row.gross is not None and ending.no_points > row.gross):
        raise BadInput("no_points")
    if ending.paid and net is None:
        raise BadInput("tender_no_amount")
    if ending.paid and net is not None:
        tenders.write(session, sale, tenders_.settle(net, ending.paid, store.shop.digits))
    sold_articles.keep_facts(session, sale)
    _POST.run(session, sale=sale, x=ending.no_points, by=closed_by, t=store.clock.now())
    if net is None:
        late_amount.remember(session, store, shop, sale, row.member_id)
    earned = award(
        session,
        store,
        shop,
        sale,
        day=day,
        net=net,
        no_points=ending.no_points,
        pieces=ending.pieces,
    )
    unearned = (
        {"no_points": ending.no_points, "for": ending.no_points_for[:40]}
        if ending.no_points
        else {}
    )
    mine = own_card.facts(session, store, row.member_id)
    audit.log(
        session,
        store,
        "sale_posted",
        sale=sale,
        net=net,
        points=earned,
        by=closed_by,
        **unearned,
        **mine,
    )


def _date(session: Session, sale: SaleId, day: Day) -> None:
    """The day closed while the bill was open: it is of the day on which it closes, and so is every
    use on it."""
    session.execute(update(_SALE).where(_SALE.c.id == sale).values(business_date=day))
    session.execute(
        update(_R).where(_R.c.sale_id == sale, _R.c.reversed_at.is_(None)).values(business_date=day)
    )


def award(
    session: Session,
    store: Store,
    shop: ShopRules,
    sale: SaleId,
    *,
    day: Day,
    net: Money | None,
    no_points: Money = Money(0),
    pieces: Mapping[str, int] | None = None,
    present: bool = True,
    gives: bool = True,
) -> Points:
    """What a posted sale gives its member, whenever the amount or the member came: points at its
    stored multiplier and the tier (with an amount), stamps, the next coupon (with `gives`; to hand
    over only while the customer is `present`), the reward for who brought the member. Everything
    bears the sale's `day`. Returns the points.

    Raises:
        BadInput: stamp_pieces, stamps_member, stamps_lines.
        NotFound: offer (of `pieces`).
    """
    member = registry.live(session, bill_prices.MEMBER_OF.scalar(session, sale=sale))
    earned = Points(0)
    if member is not None and net is not None:
        base, times = earning_base(session, sale, int(no_points)), _TIMES.scalar(session, sale=sale)
        earned = points.earn(
            session, store, shop, member=member, sale=sale, net=base, day=day, times=times
        )
        tiers.up_at_once(session, store, member)
    if net is not None or pieces:
        stamp_counting.after_sale(session, store, member, sale, pieces or {}, day)
    if gives and net is not None:
        automatic.after_sale(session, store, shop, member, sale, net, present=present)
    if net is not None:
        referrals.after_sale(session, store, shop, member, sale, net, day)
    return earned


def earning_base(session: Session, sale: SaleId, no_points: int = 0) -> int:
    """What was paid for goods that earn: without tobacco, top-ups and what the cashier named."""
    return max(
        0,
        sum(paid for paid, earns in receipts.paid_lines(session, sale).values() if earns)
        - no_points,
    )
