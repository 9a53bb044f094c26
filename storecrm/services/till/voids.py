"""Taking back: undo at the till, undo of a coupon, void of a receipt. Coupons and points come back
with it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit, coupons, points, redemptions, sales, stamps, tenders
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.staff import Staff
from storecrm.services import allowances, rights, shop_settings
from storecrm.services.allowances import AllowanceKind
from storecrm.services.coupons import code_lookup
from storecrm.services.loyalty import referrals
from storecrm.services.rights import Right
from storecrm.services.store import BACK_JUMP, Store, Topic, repeatable, require_clock
from storecrm.services.till import receipt_numbers, receipts, stamp_counting
from storecrm.values import Code, Kind, SaleId, SaleState, micros

_COUPON = tables.coupon.c
_USE = tables.redemption.c
_SALE = tables.sale.c
_AT_TILL = _SALE.till_id == bindparam("till")
_OF_ITS_OWN = _SALE.voids_id.is_(None)
_NOT_DROPPED = _SALE.state != SaleState.DROPPED
_BILLS = select(*_SALE["id", "state"]).where(_AT_TILL, _OF_ITS_OWN, _NOT_DROPPED)
# the till's index stands in this order
_NEWEST = _BILLS.order_by(_SALE.business_date.desc(), _SALE.id.desc())
_LAST = Hot(_NEWEST.limit(1))
_SINCE = _SALE.business_date >= bindparam("day")
_AFTER = _SALE.id > bindparam("sale")
_LATER = select(_SALE.id).where(_AT_TILL, _SINCE, _AFTER, _OF_ITS_OWN)
_NEWER = Hot(_LATER.limit(1))
_CAME_BACK = _SALE.returns_id == bindparam("sale")
_RETURN = Hot(select(_SALE.id).where(_CAME_BACK).limit(1))
_THE_SALE = _SALE.id == bindparam("sale")
_SET_STATE = Hot(update(tables.sale).where(_THE_SALE).values(state=bindparam("then")))
_LIVE = _USE.reversed_at.is_(None)
_ON_SALE = _USE.sale_id == bindparam("sale")
_USES = Hot(select(tables.redemption).where(_ON_SALE, _LIVE))
_OF_COUPON = _USE.coupon_id == bindparam("coupon")
_SALES = select(_USE.sale_id).where(_OF_COUPON, _LIVE)
_LAST_USE = Hot(_SALES.order_by(_USE.id.desc()).limit(1))


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
            sale = _last_posted(session, store)
        if receipt and receipt_numbers.row_of_sale(session, sale).receipt_no != receipt:
            raise NotFound("nothing_to_undo")
        _may_undo(session, store, sale)
        return take_back(session, store, sale, "undo")


def _last_posted(session: Session, store: Store) -> SaleId:
    """This till's last bill; one before it is not meant.

    Raises:
        NotFound: nothing_to_undo.
    """
    last = _LAST.first(session, till=store.till)
    if last is None or last.state != SaleState.POSTED:
        raise NotFound("nothing_to_undo")
    return SaleId(last.id)


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
        sale = _LAST_USE.scalar(session, coupon=hit.target)
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
        row = receipt_numbers.row_of(session, receipt)
        receipt_numbers.require_posted(row)
        _may_undo(session, store, row.id)
        return take_back(session, store, row.id, reason or "void")


def _may_undo(session: Session, store: Store, sale: SaleId) -> None:
    """Free while the bill is open and until the next bill starts, a few minutes and a few times a
    day; later a manager's.

    Raises:
        NotAllowed: undo_late, undo_often.
    """
    require_clock(session, store)
    row = receipt_numbers.row_of_sale(session, sale)
    if row.state == SaleState.OPEN and row.till_id == store.till:
        return
    shop = shop_settings.current(session)
    # a late amount makes the bill young again
    touched = max(row.touched_at, row.filled_at or 0)
    ago = store.clock.now() - touched
    fresh = -BACK_JUMP <= ago <= micros(shop.undo_within)
    if not fresh and row.business_date != store.clock.today():
        raise NotPossible("void_too_late", where=row.receipt_no, day=row.business_date)
    if store.actor is not None and rights.may(store.actor.role, Right.VOID_LATER):
        return
    newer = _NEWER.first(session, till=store.till, day=row.business_date, sale=sale)
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
    row = receipt_numbers.locked(session, receipt_numbers.row_of_sale(session, sale))
    _require_undoable(session, row)
    shop = shop_settings.current(session)
    for use in _USES.rows(session, sale=sale):
        redemptions.restore(session, store, shop, use, reason, row.business_date)
    # a sale stays in the books beside its mirror image; a bill that was never one is dropped
    if row.state == SaleState.POSTED:
        _mirror(session, store, row)
    else:
        _SET_STATE.run(session, sale=sale, then=SaleState.DROPPED)
    audit.log(session, store, "sale_taken_back", sale=sale, reason=reason)
    return receipts.view(session, store, sale)


def _require_undoable(session: Session, row: Any) -> None:
    """Refuse what something else hangs on: a return, an exchange.

    Raises:
        Conflict: sale_state.
        NotPossible: return_final, was_exchanged, has_returns.
    """
    receipt: Code = row.receipt_no
    if row.state not in (SaleState.OPEN, SaleState.SUSPENDED, SaleState.POSTED):
        raise Conflict("sale_state", where=receipt, state=row.state)
    if row.returns_id is not None or row.closed_by == "no_receipt":
        raise NotPossible("return_final", where=receipt)
    if tenders.exchanged(session, row.id):
        raise NotPossible("was_exchanged", where=receipt)
    if _RETURN.first(session, sale=row.id) is not None:
        raise NotPossible("has_returns", where=receipt)


def _mirror(session: Session, store: Store, row: Any) -> None:
    """The mirror image of a posted sale, with everything that it gave."""
    sale = SaleId(row.id)
    day = row.business_date
    shop = shop_settings.current(session)
    void_given(session, store, sale, "undone")
    mirror = sales.mirror(session, store, row)
    points.reverse_sale(session, store, shop, sale=sale, mirror=mirror, day=day)
    referrals.sale_gone(session, sale)
    stamp_counting.reverse_sale(session, store, sale, mirror)
    _SET_STATE.run(session, sale=sale, then=SaleState.VOIDED)


def void_given(session: Session, store: Store, sale: SaleId, reason: str) -> list[Code]:
    """Coupons that a sale gave go with it while they are unused, held by another bill or not;
    stamps see to those of full cards. Returns them."""
    given = (_COUPON.by_sale == sale, ~stamps.REWARD)
    unused = _COUPON.state.in_(coupons.UNUSED)
    found = list(session.scalars(select(_COUPON.code).where(*given, unused)))
    coupons.void(session, store, *given, reason=reason, states=coupons.UNUSED)
    return found
