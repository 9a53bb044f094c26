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
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.services import rights, shop_settings
from storecrm.services.loyalty import points_account
from storecrm.services.members import verification
from storecrm.services.members.verification import VOUCHED, Proof
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    bill_prices,
    coupon_check,
    open_bill,
    overrides,
    pricing_context,
    receipts,
    scan,
    voids,
)
from storecrm.values import Money, Points, SaleId, SaleState

_SALE: Any = Sale.__table__
_C: Any = Coupon.__table__
MOST = 20
_HELD = Hot(select(_C.c.id, _C.c.code).where(_C.c.held_by == bindparam("sale")).order_by(_C.c.id))
"""Every coupon that was held for the bill: one that was voided meanwhile too, so that it is missed
when the bill goes on."""


@repeatable
def suspend(
    store: Store,
    *,
    amount: Money | None = None,
    lines: Sequence[coupon_check.LineIn] = (),
    member: str | None = None,
    coupons: Sequence[str] = (),
    points_used: int = 0,
    proof: Proof = VOUCHED,
) -> receipts.BillView:
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
            _room(session, store)
            basket = coupon_check.basket_of(session, amount, lines)
            sale = open_bill.start(
                session,
                store,
                open_bill.person_of(session, store, member),
                basket,
                None,
                "suspended",
            )
            session.execute(
                update(_SALE)
                .where(_SALE.c.id == sale)
                .values(state=SaleState.SUSPENDED, request_hash=None)
            )
            _hold(session, store, sale, coupons, basket, proof)
            if points_used:
                row = receipts.VIEW_SALE.one(session, sale=sale)
                if row.member_id is not None:
                    database.lock_row(session, Member, row.member_id)
                shop = shop_settings.current(session)
                points_account.require_payable(shop, row, points_used)
                points_account.require_cap(shop, Money(row.net + row.rounding), points_used)
                worth = shop.points_money(points_used)
                verification.require(session, store, proof, worth, whose=row.member_id)
                points.burn(
                    session,
                    store,
                    member=row.member_id,
                    points=Points(points_used),
                    sale=sale,
                    day=row.business_date,
                )
            audit.log(
                session,
                store,
                "bill_suspended",
                sale=sale,
                coupons=len(coupons),
                points=points_used,
            )
            return receipts.view(session, store, sale)
    except CouponRefused as refused:
        scan.log_refused(store, refused, refused.coupon)
        raise


@repeatable
def suspend_open(store: Store, *, bill: str | None = None) -> receipts.BillView:
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
        _room(session, store)
        shop = shop_settings.current(session)
        for redeemed in receipts.VIEW_USES.rows(session, sale=sale):
            if redeemed.reversed_at is None:
                redemptions.release(session, store, shop, redeemed, "suspended", held=True)
                redemptions.hold(session, redeemed.coupon_id, sale)
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(state=SaleState.SUSPENDED))
        bill_prices.settle(session, store, sale, coupon_check.stored_basket(session, sale))
        audit.log(session, store, "bill_suspended", sale=sale)
        return receipts.view(session, store, sale)


@repeatable
def reopen(store: Store, *, receipt: str) -> tuple[receipts.BillView, Points]:
    """A suspended bill is this till's open bill again, priced anew; a coupon that no longer
    qualifies is handed back. Returns the bill and the points that were held for it: they are free,
    and asked for again when it is closed.

    Raises:
        NotFound: receipt.
        Conflict: sale_state, sale_posted, open_bill_first.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = receipts.locked(session, receipts.row_of(session, receipt))
        require_clock(session, store)
        _require_waiting(row)
        if receipts.open_at(session, store) is not None:
            raise Conflict("open_bill_first")
        held = _HELD.rows(session, sale=row.id)
        used = -sum(held_points.points for held_points in points.burnt_by(session, row.id))
        _let_go(session, store, row.id)
        values = {
            "state": SaleState.OPEN,
            "business_date": store.clock.today(),
            "occurred_at": store.clock.now(),
            "till_id": store.till,
        }
        session.execute(
            update(_SALE)
            .where(_SALE.c.id == row.id)
            .values(**values, touched_at=store.clock.now(), staff_id=store.staff)
        )
        basket, back = coupon_check.stored_basket(session, row.id), []
        bill_prices.settle(session, store, row.id, basket)
        for coupon in held:
            try:
                _take_again(session, store, row.id, coupon, basket)
            except CouponRefused as refused:
                stamps.break_reward(session, store, coupon.id)
                if refused.view is not None:
                    back.append(refused.view)
        audit.log(session, store, "bill_resumed", sale=row.id, handed_back=len(back))
        return replace(receipts.view(session, store, row.id), lost=tuple(back)), Points(used)


def _take_again(
    session: Session, store: Store, sale: SaleId, held: Any, basket: coupon_check.Basket
) -> None:
    """A held coupon is redeemed, on the word that was given for it before."""
    word = overrides.given_before(session, store, sale, held.id)
    open_bill.take_on(
        session, store, sale, held.code, basket, approval=word, proof=verification.HELD
    )


def _require_waiting(row: Any) -> None:
    """Refuse a bill that does not wait.

    Raises:
        Conflict: sale_posted (it is sold), sale_state (it was given up).
    """
    if row.state != SaleState.SUSPENDED:
        raise Conflict(
            "sale_posted" if row.state == SaleState.POSTED else "sale_state",
            where=row.receipt_no,
            state=row.state,
        )


def _room(session: Session, store: Store) -> None:
    waiting = select(_SALE.c.id).where(
        _SALE.c.till_id == store.till, _SALE.c.state == SaleState.SUSPENDED
    )
    if len(session.execute(waiting.limit(MOST)).all()) >= MOST:
        raise Conflict("suspended_many", most=MOST)


def _hold(
    session: Session,
    store: Store,
    sale: SaleId,
    codes: Sequence[str],
    basket: coupon_check.Basket,
    proof: Proof,
) -> None:
    shop, member = (
        shop_settings.current(session),
        receipts.VIEW_SALE.one(session, sale=sale).member_id,
    )
    here = pricing_context.of(session, store, shop, member, sale)
    held: list[coupon_check.CouponTerms] = []
    for code in codes:
        found = coupon_check.find(session, store, code)
        coupon_check.judge(
            session,
            store,
            found,
            shop,
            member=member,
            sale=sale,
            bill=held,
            basket=basket,
            here=here,
        )
        if found.row.member_id is not None:
            verification.require(
                session,
                store,
                proof,
                pricing.face_value(found.rule) or 0,
                whose=found.row.member_id,
            )
        if not redemptions.hold(session, found.row.id, sale):
            raise Conflict("coupon_used", where=code)
        held.append(found)
    bill_prices.settle(session, store, sale, basket)


@repeatable
def resume(
    store: Store,
    *,
    receipt: str,
    points_used: int | None = None,
    request_no: str | None = None,
    expect: Money | None = None,
    proof: Proof = VOUCHED,
) -> receipts.BillView:
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
        row = receipts.locked(session, receipts.row_of(session, receipt))
        asked = f"resume:{row.id}:{points_used}"
        if (first := requests.of_request(session, request_no, asked)) is not None:
            return replace(receipts.view(session, store, first.id), repeated=True)
        require_clock(session, store)
        _require_waiting(row)
        held = _HELD.rows(session, sale=row.id)
        used = -sum(held_points.points for held_points in points.burnt_by(session, row.id))
        _let_go(session, store, row.id)
        values = {
            "state": SaleState.POSTED,
            "business_date": store.clock.today(),
            "occurred_at": store.clock.now(),
            "till_id": store.till,
        }
        values |= {
            "staff_id": store.staff,
            "request_no": request_no,
            "request_hash": asked if request_no else None,
        }
        session.execute(update(_SALE).where(_SALE.c.id == row.id).values(**values))
        basket = coupon_check.stored_basket(session, row.id)
        for coupon in held:
            _take_again(session, store, row.id, coupon, basket)
        if not held:
            bill_prices.settle(session, store, row.id, basket)
        count, held_back = (used, True) if points_used is None else (points_used, False)
        # what was held was proved when it was held
        shown = verification.HELD if held_back else proof
        ending = open_bill.ClosedBill(shown, count, expect=expect, points_at_most=held_back)
        open_bill.finish(session, store, row.id, ending, "resumed", priced=True)
        return receipts.view(session, store, row.id)


@repeatable
def drop(store: Store, *, receipt: str) -> receipts.BillView:
    """Give a suspended bill up: coupons and points are free again.

    Raises:
        NotFound: receipt.
        Conflict: sale_state, sale_posted.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = receipts.locked(session, receipts.row_of(session, receipt))
        _require_waiting(row)
        held = _HELD.rows(session, sale=row.id)
        _let_go(session, store, row.id)
        for coupon in held:
            stamps.break_reward(session, store, coupon.id)
        return voids.take_back(session, store, row.id, "dropped")


def waiting(store: Store) -> list[receipts.BillView]:
    """The suspended bills of this shop, oldest first."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        ids = session.scalars(
            select(_SALE.c.id).where(_SALE.c.state == SaleState.SUSPENDED).order_by(_SALE.c.id)
        ).all()
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
        old = select(_SALE.c.receipt_no).where(
            _SALE.c.state == SaleState.SUSPENDED, _SALE.c.business_date < store.clock.today()
        )
        receipts_ = session.scalars(old).all()
    for receipt in receipts_:
        drop(store, receipt=receipt)
    return len(receipts_)


def _let_go(session: Session, store: Store, sale: SaleId) -> None:
    held = [coupon.id for coupon in _HELD.rows(session, sale=sale)]
    redemptions.let_go(session, sale)
    points.give_back_exchanged(session, store, shop_settings.current(session), held)
    points.reverse_sale(
        session,
        store,
        shop_settings.current(session),
        sale=sale,
        mirror=sale,
        day=store.clock.today(),
    )
