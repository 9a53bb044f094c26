"""The road of one customer at the till: check a coupon, take it on the bill, the amount, points,
close, undo, void.

A bill is a sale in state open, one per till, stored from its first coupon. Every coupon is redeemed
at once and exactly once: one transaction that holds the write lock, one conditional UPDATE whose
row count must be 1, a partial unique index behind it.

    bill = open_bill.take(store, code="C-1234-5678", amount=Money(5000), request_no="1")
    done = open_bill.close(store, bill=bill.receipt_no)
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import BadInput, Conflict, CouponRefused
from storecrm.ledger import audit, redemptions, requests, sales
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry
from storecrm.services.members.verification import Proof
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    bill_lines,
    bill_opening,
    bill_prices,
    late_amount,
    posting,
    receipt_numbers,
    receipts,
    redemption,
    sale_rewards,
    scan,
)
from storecrm.services.till.bill_lines import Basket, LineIn
from storecrm.services.till.overrides import Approval
from storecrm.services.till.posting import UNPROVED, Closing
from storecrm.services.till.receipts import BillView, TakenCoupon
from storecrm.services.till.sale_rewards import PostedSale
from storecrm.values import Money, SaleId, SaleState, scan_key

_THE_SALE = tables.sale.c.id == bindparam("sale")
_CHANGED = update(tables.sale).where(_THE_SALE)
_NOTHING_OFF = {"discount": 0, "points_paid": 0, "rounding": 0}
_UNPRICE = Hot(_CHANGED.values(net=tables.sale.c.gross, **_NOTHING_OFF))
_TOUCH = Hot(_CHANGED.values(touched_at=bindparam("now")))
# on whose sheet a late amount is
_TYPED: dict[str, Any] = {"filled_by": bindparam("staff"), "filled_till": bindparam("till")}
_FILL = Hot(_CHANGED.values(filled_at=bindparam("now"), filled_cut=bindparam("cut"), **_TYPED))


@repeatable
def record(
    store: Store,
    *,
    amount: Money | None = None,
    lines: Sequence[LineIn] = (),
    member: str | None = None,
    coupons: Sequence[str] = (),
    approval: Approval | None = None,
    closing: Closing = UNPROVED,
    request_no: str | None = None,
    dry_run: bool = False,
) -> BillView:
    """A whole bill in one transaction: priced, coupons taken, points earned, posted. With `dry_run`
    nothing is kept. `closing` says with what it ends, and the sum that was shown for it, if one
    was.

    Raises:
        PriceChanged: it comes to another sum than the one shown; nothing was kept.
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
    asked = _asked_to_record(amount, lines, member, coupons, closing)
    try:
        with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS, keep=not dry_run) as session:
            first = requests.of_request(session, request_no, asked)
            if first is not None:
                return replace(receipts.view(session, store, first.id), repeated=True)
            basket = bill_lines.basket_of(session, amount, lines)
            person = bill_opening.person_of(session, store, member)
            sale = bill_opening.start(session, store, person, basket, request_no, asked)
            priced = _take_all(session, store, sale, coupons, basket, approval, closing.proof)
            closing = replace(closing, by=closing.by or "whole")
            posting.finish(session, store, sale, closing, priced=True)
            near = bill_prices.worded_near(session, priced.near if priced else ())
            return replace(receipts.view(session, store, sale), near=near)
    except CouponRefused as refused:
        # trying codes without effect is trying codes
        if not dry_run or scan.is_guess(refused):
            scan.log_refused(store, refused, refused.coupon)
        raise


def _take_all(
    session: Session,
    store: Store,
    sale: SaleId,
    coupons: Sequence[str],
    basket: Basket,
    approval: Approval | None,
    proof: Proof,
) -> pricing.Priced | None:
    """Take each coupon on a whole bill; one without coupons is priced as it stands."""
    if not coupons:
        if basket.gross is None:
            return None
        return bill_prices.settle(session, store, sale, basket)
    priced = None
    for code in coupons:
        priced = redemption.take_on(
            session, store, sale, code, basket, approval=approval, proof=proof
        )
    return priced


@repeatable
def take(
    store: Store,
    *,
    code: str,
    amount: Money | None = None,
    member: str | None = None,
    request_no: str,
    approval: Approval | None = None,
    proof: Proof,
    bill: str | None = None,
) -> BillView:
    """Take a coupon on the till's open bill (opened now if there is none) and redeem it at once.
    `bill` names the bill that is meant, "" a new one.

    Raises:
        CouponRefused: with every failing rule; nothing was changed.
        NotFound: member.
        Conflict: request_conflict.
    """
    rights.require(store, Right.REDEEM)
    # a request that comes twice, as after a lost answer, takes one coupon
    asked = _hash("take", scan_key(code), amount, member)
    request = (request_no, asked)
    try:
        with store.write(Topic.COUPONS) as session:
            first = _repeated_take(session, store, request_no, asked)
            if first is not None:
                return first
            basket = bill_lines.basket_of(session, amount, ())
            sale = receipts.expected(session, store, bill)
            if sale is None:
                person = bill_opening.person_of(session, store, member)
                sale = bill_opening.start(session, store, person, basket, None, None)
            else:
                _continue(session, store, sale, member, basket)
            # without a new amount the one that it has counts
            if basket.gross is None:
                basket = bill_lines.stored_basket(session, sale)
            redemption.take_on(session, store, sale, code, basket, request, approval, proof=proof)
            return receipts.view(session, store, sale)
    except CouponRefused as refused:
        scan.log_refused(store, refused, code)
        raise


def _continue(
    session: Session, store: Store, sale: SaleId, member: str | None, basket: Basket
) -> None:
    """The open bill gets the member and the amount that came with its next coupon."""
    if member:
        bill_opening.join_sale(session, sale, registry.resolve(session, store, member))
    if basket.gross is not None:
        bill_prices.reprice(session, store, sale, basket)


@repeatable
def swap(
    store: Store, *, code: str, request_no: str, proof: Proof, bill: str | None = None
) -> BillView:
    """Hand the open bill's coupons back and take this one instead, for the same amount and member:
    both or neither.

    Raises:
        CouponRefused: with every failing rule; the bill stays as it was.
        NotFound: open_bill.
        Conflict: request_conflict.
    """
    rights.require(store, Right.REDEEM)
    asked = _hash("swap", scan_key(code))
    request = (request_no, asked)
    try:
        with store.write(Topic.COUPONS) as session:
            first = _repeated_take(session, store, request_no, asked)
            if first is not None:
                return first
            sale = receipts.need_open(session, store, bill)
            shop = shop_settings.current(session)
            for use in bill_prices.LIVE_USES.rows(session, sale=sale):
                redemptions.release(session, store, shop, use, "swapped")
            # the one that comes is judged on the bill without the others
            _UNPRICE.run(session, sale=sale)
            basket = bill_lines.stored_basket(session, sale)
            redemption.take_on(session, store, sale, code, basket, request, proof=proof)
            return receipts.view(session, store, sale)
    except CouponRefused as refused:
        scan.log_refused(store, refused, code)
        raise


@repeatable
def set_amount(store: Store, *, amount: Money, bill: str | None = None) -> BillView:
    """Type the amount of the open bill: it is priced anew, and a coupon that no longer qualifies is
    handed back.

    Raises:
        NotFound: open_bill.
        BadInput: amount.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.COUPONS) as session:
        sale = receipts.need_open(session, store, bill)
        basket = bill_lines.basket_of(session, amount, ())
        back = bill_prices.reprice(session, store, sale, basket)
        return replace(receipts.view(session, store, sale), handed_back=tuple(back))


@repeatable
def join(store: Store, *, member: str, bill: str | None = None) -> BillView:
    """The member joins the open bill that has none; it is priced anew for this member.

    Raises:
        NotFound: open_bill, member.
        Conflict: other_member.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES) as session:
        sale = receipts.need_open(session, store, bill)
        person = registry.resolve(session, store, member)
        bill_opening.join_sale(session, sale, person)
        _TOUCH.run(session, sale=sale, now=store.clock.now())
        basket = bill_lines.stored_basket(session, sale)
        back: list[TakenCoupon] = []
        if basket.gross is not None:
            # the member's tier and promotions count from now on
            back, _ = bill_prices.settle_kept(session, store, sale, basket)
        return replace(receipts.view(session, store, sale), handed_back=tuple(back))


@repeatable
def close(
    store: Store,
    *,
    closing: Closing = UNPROVED,
    dry_run: bool = False,
    bill: str | None = None,
) -> BillView:
    """Post the open bill: priced, points used, then earned on what was paid. Without an amount it
    is a redemption only. With `dry_run` nothing is kept: the answer says what would be due.
    `closing` names the sum that was shown last, with points; without it the bill's stored price is.

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
        closing = replace(closing, by=closing.by or "key")
        posting.finish(session, store, sale, closing, look=dry_run)
        return receipts.view(session, store, sale)


@repeatable
def fill_amount(store: Store, *, receipt: str, amount: Money) -> BillView:
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
        row = receipt_numbers.locked(session, receipt_numbers.row_of(session, receipt))
        if row.state != SaleState.POSTED:
            raise Conflict("sale_state", where=receipt, state=row.state)
        if row.gross is not None:
            raise Conflict("amount_known", where=receipt)
        if row.member_id is not None:
            database.lock_row(session, Member, row.member_id)
        shop = shop_settings.current(session)
        sale = SaleId(row.id)
        basket = bill_lines.basket_of(session, amount, ())
        sales.write_lines(session, sale, basket.stored)
        net = late_amount.settle(session, store, shop, row, basket)
        # what its coupons gave by their faces and the amount did not bear
        cut = row.discount - (amount - net)
        now = store.clock.now()
        _FILL.run(session, sale=sale, now=now, staff=store.staff, till=store.till, cut=cut)
        # the customer has gone: what is the member's own is given, nothing that would have to be
        # handed over
        posted = PostedSale(sale, row.business_date, net, present=False)
        earned = sale_rewards.award(session, store, shop, posted)
        mine = own_card.facts(session, store, row.member_id)
        audit.log(session, store, "amount_filled", sale=sale, amount=amount, points=earned, **mine)
        return receipts.view(session, store, sale)


def _asked_to_record(
    amount: Money | None,
    lines: Sequence[LineIn],
    member: str | None,
    coupons: Sequence[str],
    closing: Closing,
) -> str:
    """What the request number of a whole bill stands for."""
    goods = [(line.sku, line.quantity, line.unit_price) for line in lines]
    paid = [(tender.kind, tender.amount) for tender in closing.paid]
    pieces = sorted(closing.pieces.items())
    points = (closing.points_used, closing.no_points)
    return _hash("record", amount, goods, member, list(coupons), *points, *paid, *pieces)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _repeated_take(session: Session, store: Store, request: str, asked: str) -> BillView | None:
    found = requests.use_of_request(session, request, asked)
    if found is None:
        return None
    return replace(receipts.view(session, store, found.sale_id), repeated=True)
