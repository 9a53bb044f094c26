"""A bill put aside: its goods wait, its coupons and points are held for it, and both come back when
it is dropped."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import BadInput, Conflict, CouponRefused, NotPossible
from storecrm.ledger import audit, points, redemptions, requests, stamps
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.services import rights, shop_settings
from storecrm.services.loyalty import points_account
from storecrm.services.members import verification
from storecrm.services.members.verification import Proof
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    bill_lines,
    bill_opening,
    bill_prices,
    coupon_check,
    coupon_terms,
    overrides,
    posting,
    receipt_numbers,
    receipts,
    redemption,
    scan,
    voids,
)
from storecrm.services.till.bill_lines import Basket, LineIn
from storecrm.services.till.coupon_terms import CouponTerms, CouponVerdict
from storecrm.services.till.posting import Closing
from storecrm.services.till.receipts import BillView
from storecrm.values import CouponId, Money, Points, SaleId, SaleState

_COUPON = tables.coupon.c
_SALE = tables.sale.c
MOST = 20
_HELD_BY = _COUPON.held_by == bindparam("sale")
_COUPONS = select(*_COUPON["id", "code"]).where(_HELD_BY)
_HELD = Hot(_COUPONS.order_by(_COUPON.id))
"""Every coupon that was held for the bill: one that was voided meanwhile too, so that it is missed
when the bill goes on."""

_PARKED = _SALE.state == SaleState.SUSPENDED
_THE_SALE = _SALE.id == bindparam("which")
_CHANGED = update(tables.sale).where(_THE_SALE)
_PARK = Hot(_CHANGED.values(state=SaleState.SUSPENDED))
# a bill that is parked at once was begun as a whole one, which has a request
_PARK_NEW = Hot(_CHANGED.values(state=SaleState.SUSPENDED, request_hash=None))
_HERE: dict[str, Any] = {
    "business_date": bindparam("day"),
    "occurred_at": bindparam("now"),
    "till_id": bindparam("at"),
    "staff_id": bindparam("by"),
}
"""A bill that goes on is of the till, the person and the day where it does."""

_TOUCHED = {"touched_at": bindparam("now"), **_HERE}
_OPEN_AGAIN = Hot(_CHANGED.values(state=SaleState.OPEN, **_TOUCHED))
_REQUESTED = {"request_no": bindparam("number"), "request_hash": bindparam("asked"), **_HERE}
_SELL = Hot(_CHANGED.values(state=SaleState.POSTED, **_REQUESTED))


@repeatable
def suspend(
    store: Store,
    *,
    amount: Money | None = None,
    lines: Sequence[LineIn] = (),
    member: str | None = None,
    coupons: Sequence[str] = (),
    points_used: int = 0,
    proof: Proof,
) -> BillView:
    """Put a bill aside. Each coupon is judged now and held: no other till can use it; points are
    taken from the member's lots.

    Raises:
        CouponRefused: a coupon does not apply; nothing was kept.
        NotFound: member, product.
        NotPossible: points_short, points_cap, points_step, points_member, proof_required,
            proof_card, proof_second.
        Conflict: suspended_many.
        BadInput: amount, amount_or_lines, quantity.
    """
    rights.require(store, Right.SELL)
    if (amount is None) == (not lines):
        raise BadInput("amount_or_lines")
    try:
        with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
            _require_room(session, store)
            basket = bill_lines.basket_of(session, amount, lines)
            person = bill_opening.person_of(session, store, member)
            sale = bill_opening.start(session, store, person, basket, None, "suspended")
            # from here on it is no bill of this till, and cannot be closed by it
            _PARK_NEW.run(session, which=sale)
            _hold_coupons(session, store, sale, coupons, basket, proof)
            if points_used:
                _hold_points(session, store, sale, Points(points_used), proof)
            facts = {"sale": sale, "coupons": len(coupons), "points": points_used}
            audit.log(session, store, "bill_suspended", **facts)
            return receipts.view(session, store, sale)
    except CouponRefused as refused:
        scan.log_refused(store, refused, refused.coupon)
        raise


@repeatable
def suspend_open(store: Store, *, bill: str | None = None) -> BillView:
    """Put this till's open bill aside: its coupons are held for it instead of redeemed, the till is
    free for the next customer.

    Raises:
        NotFound: open_bill.
        Conflict: suspended_many.
        NotPossible: nothing_to_suspend (a bill without goods and without amount).
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS) as session:
        sale = receipts.need_open(session, store, bill)
        if receipts.VIEW_SALE.one(session, sale=sale).gross is None:
            raise NotPossible("nothing_to_suspend")
        _require_room(session, store)
        shop = shop_settings.current(session)
        for use in bill_prices.LIVE_USES.rows(session, sale=sale):
            redemptions.release(session, store, shop, use, "suspended", held=True)
            redemptions.hold(session, use.coupon_id, sale)
        _PARK.run(session, which=sale)
        bill_prices.settle(session, store, sale, bill_lines.stored_basket(session, sale))
        audit.log(session, store, "bill_suspended", sale=sale)
        return receipts.view(session, store, sale)


@repeatable
def reopen(store: Store, *, receipt: str) -> tuple[BillView, Points]:
    """A suspended bill is this till's open bill again, priced anew; a coupon that no longer
    qualifies is handed back. Returns the bill and the points that were held for it: they are free,
    and asked for again when it is closed.

    Raises:
        NotFound: receipt.
        Conflict: sale_state, sale_posted, open_bill_first.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = receipt_numbers.locked(session, receipt_numbers.row_of(session, receipt))
        require_clock(session, store)
        _require_waiting(row)
        if receipts.open_at(session, store) is not None:
            raise Conflict("open_bill_first")
        held = _HELD.rows(session, sale=row.id)
        used = _held_points(session, row.id)
        # what is held is let go first, so that each coupon is judged as any other
        _let_go(session, store, row.id)
        _OPEN_AGAIN.run(session, which=row.id, **_here(store))
        basket = bill_lines.stored_basket(session, row.id)
        bill_prices.settle(session, store, row.id, basket)
        lost: list[CouponVerdict] = []
        for coupon in held:
            try:
                _take_again(session, store, row.id, coupon, basket)
            except CouponRefused as refused:
                stamps.break_reward(session, store, coupon.id)
                if refused.view is not None:
                    lost.append(refused.view)
        audit.log(session, store, "bill_resumed", sale=row.id, handed_back=len(lost))
        view = receipts.view(session, store, row.id)
        return replace(view, lost=tuple(lost)), used


def _here(store: Store) -> dict[str, Any]:
    """What a bill that goes on takes over from where it does."""
    clock = store.clock
    return {"day": clock.today(), "now": clock.now(), "at": store.till, "by": store.staff}


def _held_points(session: Session, sale: SaleId) -> Points:
    """The points that a parked bill holds."""
    burnt = points.burnt_by(session, sale)
    return Points(-sum(entry.points for entry in burnt))


def _take_again(session: Session, store: Store, sale: SaleId, held: Any, basket: Basket) -> None:
    """A held coupon is redeemed, on the word that was given for it before."""
    word = overrides.given_before(session, store, sale, held.id)
    proof = verification.HELD
    redemption.take_on(session, store, sale, held.code, basket, approval=word, proof=proof)


def _require_waiting(row: Any) -> None:
    """Refuse a bill that does not wait.

    Raises:
        Conflict: sale_posted (it is sold), sale_state (it was given up).
    """
    if row.state != SaleState.SUSPENDED:
        code = "sale_posted" if row.state == SaleState.POSTED else "sale_state"
        raise Conflict(code, where=row.receipt_no, state=row.state)


def _require_room(session: Session, store: Store) -> None:
    """Raises:
    Conflict: suspended_many.
    """
    of_till = _SALE.till_id == store.till
    waiting = select(_SALE.id).where(of_till, _PARKED).limit(MOST)
    if len(session.execute(waiting).all()) >= MOST:
        raise Conflict("suspended_many", most=MOST)


def _hold_coupons(
    session: Session,
    store: Store,
    sale: SaleId,
    codes: Sequence[str],
    basket: Basket,
    proof: Proof,
) -> None:
    """Hold each coupon for the bill, beside those that it holds already, and price it with none.

    Raises:
        CouponRefused: with every failing rule.
        Conflict: coupon_used (somebody was faster).
    """
    member = receipts.VIEW_SALE.one(session, sale=sale).member_id
    # the bill that each coupon is judged on has those that were held before it
    held: list[CouponTerms] = []
    bill = redemption.checked_bill(session, store, sale, member, held, basket)
    for code in codes:
        terms = coupon_terms.find(session, store, code)
        coupon_check.judge(session, store, terms, bill)
        owner = terms.row.member_id
        if owner is not None:
            worth = pricing.face_value(terms.rule)
            verification.require(session, store, proof, worth, whose=owner)
        if not redemptions.hold(session, terms.row.id, sale):
            raise Conflict("coupon_used", where=code)
        held.append(terms)
    bill_prices.settle(session, store, sale, basket)


def _hold_points(session: Session, store: Store, sale: SaleId, count: Points, proof: Proof) -> None:
    """Take the points from the member's lots, as if they had paid.

    Raises:
        NotPossible: points_short, points_cap, points_step, points_member, proof_required,
            proof_card, proof_second.
    """
    row = receipts.VIEW_SALE.one(session, sale=sale)
    member = row.member_id
    # one bill of a member at a time: points are counted and then used
    if member is not None:
        database.lock_row(session, Member, member)
    shop = shop_settings.current(session)
    points_account.require_payable(shop, row, count)
    # points pay before small money is let off
    due = Money(row.net + row.rounding)
    points_account.require_cap(shop, due, count)
    worth = shop.points_money(count)
    verification.require(session, store, proof, worth, whose=member)
    points.burn(session, store, member=member, points=count, sale=sale, day=row.business_date)


@repeatable
def resume(
    store: Store,
    *,
    receipt: str,
    points_used: int | None = None,
    request_no: str | None = None,
    expect: Money | None = None,
    proof: Proof,
) -> BillView:
    """Sell the suspended bill: priced anew, its coupons redeemed, its points used (of those that
    were held, as many as the price takes), posted. `points_used` replaces what was held, `expect`
    is the sum that was shown.

    Raises:
        PriceChanged: it comes to another sum than `expect`; the bill stays suspended.
        NotFound: receipt.
        Conflict: sale_state, sale_posted, request_conflict.
        CouponRefused: a held coupon no longer applies (it ended meanwhile); the bill stays
            suspended.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = receipt_numbers.locked(session, receipt_numbers.row_of(session, receipt))
        asked = f"resume:{row.id}:{points_used}"
        first = requests.of_request(session, request_no, asked)
        if first is not None:
            return replace(receipts.view(session, store, first.id), repeated=True)
        require_clock(session, store)
        _require_waiting(row)
        held = _HELD.rows(session, sale=row.id)
        held_points = _held_points(session, row.id)
        _let_go(session, store, row.id)
        number = {"number": request_no, "asked": asked if request_no else None}
        _SELL.run(session, which=row.id, **number, **_here(store))
        basket = bill_lines.stored_basket(session, row.id)
        for coupon in held:
            _take_again(session, store, row.id, coupon, basket)
        # the last coupon has priced the bill
        if not held:
            bill_prices.settle(session, store, row.id, basket)
        if points_used is None:
            # what was held was proved when it was held
            closing = Closing(verification.HELD, held_points, points_at_most=True)
        else:
            closing = Closing(proof, points_used)
        closing = replace(closing, expect=expect, by="resumed")
        posting.finish(session, store, row.id, closing, priced=True)
        return receipts.view(session, store, row.id)


@repeatable
def drop(store: Store, *, receipt: str) -> BillView:
    """Give a suspended bill up: coupons and points are free again.

    Raises:
        NotFound: receipt.
        Conflict: sale_state, sale_posted.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = receipt_numbers.locked(session, receipt_numbers.row_of(session, receipt))
        _require_waiting(row)
        held = _HELD.rows(session, sale=row.id)
        _let_go(session, store, row.id)
        # the reward of a card that is broken meanwhile goes
        for coupon in held:
            stamps.break_reward(session, store, coupon.id)
        return voids.take_back(session, store, row.id, "dropped")


def waiting(store: Store) -> list[BillView]:
    """The suspended bills of this shop, oldest first."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        parked = select(_SALE.id).where(_PARKED).order_by(_SALE.id)
        ids = session.scalars(parked).all()
        return [receipts.view(session, store, sale) for sale in ids]


def drop_stale(store: Store) -> int:
    """Suspended bills of days that are over are dropped, so that no coupon stays held. Returns how
    many.

    Raises:
        NotAllowed: clock_suspect.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        require_clock(session, store)
        of_past_days = _SALE.business_date < store.clock.today()
        parked = select(_SALE.receipt_no).where(_PARKED, of_past_days)
        stale = session.scalars(parked).all()
    for receipt in stale:
        drop(store, receipt=receipt)
    return len(stale)


def _let_go(session: Session, store: Store, sale: SaleId) -> None:
    """Everything that a parked bill holds is free: coupons, points given for them, points."""
    coupons = _HELD.rows(session, sale=sale)
    held = [CouponId(coupon.id) for coupon in coupons]
    shop = shop_settings.current(session)
    today = store.clock.today()
    redemptions.let_go(session, sale)
    points.give_back_exchanged(session, store, shop, held)
    points.reverse_sale(session, store, shop, sale=sale, mirror=sale, day=today)
