"""Taking back: undo at the till, undo of a coupon, void of a receipt. Coupons and points come back
with it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit, coupons, points, redemptions, sales, stamps, tenders
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine
from storecrm.models.staff import Staff
from storecrm.services import allowances, rights, shop_settings
from storecrm.services.allowances import AllowanceKind
from storecrm.services.coupons import code_lookup
from storecrm.services.loyalty import referrals
from storecrm.services.rights import Right
from storecrm.services.store import BACK_JUMP, Store, Topic, repeatable, require_clock
from storecrm.services.till import receipts, stamp_counting
from storecrm.values import (
    Code,
    Kind,
    SaleId,
    SaleState,
    micros,
)

_SALE: Any = Sale.__table__
_LINE: Any = SaleLine.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_A: Any = Allocation.__table__


@repeatable
def undo(store: Store, *, receipt: str = "") -> receipts.BillView:
    """F8: drop the open bill; else take back this till's last bill, while it is fresh. Coupons and
    points come back. With `receipt` only that bill is meant, so that a key pressed twice never
    reaches the customer before.

    Raises:
        NotFound: nothing_to_undo.
        NotAllowed: undo_late, undo_often (a manager may).
    """
    rights.require(store, Right.UNDO)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        sale = receipts.open_at(session, store)
        if sale is None:
            sale = session.scalar(
                select(_SALE.c.id)
                .where(
                    _SALE.c.till_id == store.till,
                    _SALE.c.state != SaleState.DROPPED,
                    _SALE.c.voids_id.is_(None),
                )
                # the till's index stands in this order
                .order_by(_SALE.c.business_date.desc(), _SALE.c.id.desc())
                .limit(1)
            )
            if (
                sale is None
                or session.scalar(select(_SALE.c.state).where(_SALE.c.id == sale))
                != SaleState.POSTED
            ):
                raise NotFound("nothing_to_undo")
        if (
            receipt
            and session.scalar(select(_SALE.c.receipt_no).where(_SALE.c.id == sale)) != receipt
        ):
            raise NotFound("nothing_to_undo")
        _may_undo(session, store, sale)
        return take_back(session, store, sale, "undo")


@repeatable
def undo_coupon(store: Store, *, code: str) -> receipts.BillView:
    """Take back the bill on which this coupon was last used.

    Raises:
        CouponRefused: not_found, checksum.
        NotFound: nothing_to_undo.
        NotAllowed: undo_late, undo_often.
    """
    rights.require(store, Right.UNDO)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        hit = code_lookup.resolve(session, code, Kind.COUPON)
        last = (
            select(_R.c.sale_id)
            .where(_R.c.coupon_id == hit.target, _R.c.reversed_at.is_(None))
            .order_by(_R.c.id.desc())
            .limit(1)
        )
        sale = session.scalar(last)
        if sale is None:
            raise NotFound("nothing_to_undo", where=code)
        _may_undo(session, store, sale)
        return take_back(session, store, sale, "undo")


@repeatable
def void(store: Store, *, receipt: str, reason: str = "") -> receipts.BillView:
    """The mirror image of a whole sale, on its own business date: coupons, points and figures as if
    it had not been.

    Raises:
        NotFound: receipt.
        Conflict: sale_state.
        NotPossible: void_too_late.
        NotAllowed: right_missing.
    """
    rights.require(store, Right.UNDO)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = receipts.row_of(session, receipt)
        receipts.require_posted(row)
        _may_undo(session, store, row.id)
        return take_back(session, store, row.id, reason or "void")


def _may_undo(session: Session, store: Store, sale: SaleId) -> None:
    """Free while the bill is open and until the next bill starts, a few minutes and a few times a
    day; later a manager's.

    Raises:
        NotAllowed: undo_late, undo_often.
    """
    require_clock(session, store)
    row = session.execute(select(_SALE).where(_SALE.c.id == sale)).one()
    if row.state == SaleState.OPEN and row.till_id == store.till:
        return
    shop = shop_settings.current(session)
    ago = store.clock.now() - max(row.touched_at, row.filled_at or 0)
    fresh = -BACK_JUMP <= ago <= micros(shop.undo_within)
    if not fresh and row.business_date != store.clock.today():
        raise NotPossible("void_too_late", where=row.receipt_no, day=row.business_date)
    if store.actor is not None and rights.may(store.actor.role, Right.VOID_LATER):
        return
    since = (
        _SALE.c.till_id == store.till,
        _SALE.c.business_date >= row.business_date,
        _SALE.c.id > sale,
    )
    newer = session.scalar(select(_SALE.c.id).where(*since, _SALE.c.voids_id.is_(None)).limit(1))
    if row.till_id != store.till or newer is not None or not fresh:
        raise NotAllowed("undo_late", minutes=shop.undo_within // timedelta(minutes=1))
    # two programs of one person do not both take the last one
    database.lock_row(session, Staff, store.staff)
    if allowances.used(session, store, AllowanceKind.UNDO) >= shop.undo_per_shift:
        raise NotAllowed("undo_often", most=shop.undo_per_shift)
    allowances.use(session, store, AllowanceKind.UNDO)


def take_back(session: Session, store: Store, sale: SaleId, reason: str) -> receipts.BillView:
    """Drop an open or suspended bill, mirror a posted one: coupons, points and given coupons with
    it."""
    row = receipts.locked(session, session.execute(select(_SALE).where(_SALE.c.id == sale)).one())
    if row.state not in (SaleState.OPEN, SaleState.SUSPENDED, SaleState.POSTED):
        raise Conflict("sale_state", where=row.receipt_no, state=row.state)
    if row.returns_id is not None or row.closed_by == "no_receipt":
        raise NotPossible("return_final", where=row.receipt_no)
    if tenders.exchanged(session, sale):
        raise NotPossible("was_exchanged", where=row.receipt_no)
    if session.scalar(select(_SALE.c.id).where(_SALE.c.returns_id == sale).limit(1)) is not None:
        raise NotPossible("has_returns", where=row.receipt_no)
    shop = shop_settings.current(session)
    for redeemed in session.execute(
        select(_R).where(_R.c.sale_id == sale, _R.c.reversed_at.is_(None))
    ).all():
        redemptions.restore(session, store, shop, redeemed, reason, row.business_date)
    if row.state in (SaleState.OPEN, SaleState.SUSPENDED):
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(state=SaleState.DROPPED))
    else:
        void_given(session, store, sale, "undone")
        mirror = sales.mirror(session, store, row)
        day = row.business_date
        points.reverse_sale(session, store, shop, sale=sale, mirror=mirror, day=day)
        referrals.sale_gone(session, sale)
        stamp_counting.reverse_sale(session, store, sale, mirror)
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(state=SaleState.VOIDED))
    audit.log(session, store, "sale_taken_back", sale=sale, reason=reason)
    return receipts.view(session, store, sale)


def void_given(session: Session, store: Store, sale: SaleId, reason: str) -> list[Code]:
    """Coupons that a sale gave go with it while they are unused, held by another bill or not;
    stamps see to those of full cards. Returns them."""
    given = (_C.c.by_sale == sale, ~stamps.REWARD)
    found = list(session.scalars(select(_C.c.code).where(*given, _C.c.state.in_(coupons.UNUSED))))
    coupons.void(session, store, *given, reason=reason, states=coupons.UNUSED)
    return found
