"""Taking back: undo at the till, undo of a coupon, void of a receipt. Coupons and points come back
with it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit, coupons, points, stamps, tenders
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.hot import Hot
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
    BatchState,
    Code,
    CouponState,
    Day,
    Kind,
    PaperAct,
    SaleId,
    SaleState,
    micros,
    new_codes,
)

_SALE: Any = Sale.__table__
_LINE: Any = SaleLine.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_A: Any = Allocation.__table__


_LIVE_COUNT = (
    select(func.count())
    .select_from(_R)
    .where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None))
    .scalar_subquery()
)


_B: Any = Batch.__table__
_P: Any = PaperMove.__table__
_GIVER, _GIVER_BACK = _SALE.alias(), _SALE.alias()
ALL_BACK = "all_returned"
"""How the return that completes a full return says so: only it frees the uses of limited offers."""
_GIVER_GONE = or_(
    _GIVER.c.state == SaleState.VOIDED,
    select(_GIVER_BACK.c.id)
    .where(_GIVER_BACK.c.returns_id == _GIVER.c.id, _GIVER_BACK.c.closed_by == ALL_BACK)
    .exists(),
)
GONE = or_(
    select(_B.c.id).where(_B.c.id == _C.c.batch_id, _B.c.state == BatchState.VOIDED).exists(),
    and_(
        select(_GIVER.c.id).where(_GIVER.c.id == _C.c.by_sale, _GIVER_GONE).exists(), ~stamps.REWARD
    ),
    select(_P.c.id)
    .where(
        _P.c.batch_id == _C.c.batch_id,
        _P.c.act == PaperAct.VOIDED,
        _C.c.serial.between(_P.c.first_serial, _P.c.last_serial),
    )
    .exists(),
)
"""True of a coupon that does not come back: its batch or its paper was voided meanwhile, or the
sale that gave it is gone."""
_UNSPEND = Hot(
    update(_C)
    .where(
        _C.c.id == bindparam("coupon"),
        _C.c.state == CouponState.REDEEMED,
        _C.c.uses_allowed > _LIVE_COUNT,
    )
    .values(state=case((GONE, CouponState.VOIDED.value), else_=CouponState.ISSUED.value))
)


_UNSHARE = Hot(delete(_A).where(_A.c.redemption_id == bindparam("which")))


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
    for redeemed in session.execute(
        select(_R).where(_R.c.sale_id == sale, _R.c.reversed_at.is_(None))
    ).all():
        reverse(session, store, redeemed, reason, row.business_date)
    if row.state in (SaleState.OPEN, SaleState.SUSPENDED):
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(state=SaleState.DROPPED))
    else:
        void_given(session, store, sale, "undone")
        mirror = _mirror(session, store, row)
        points.reverse_sale(
            session,
            store,
            shop_settings.current(session),
            sale=sale,
            mirror=mirror,
            day=row.business_date,
        )
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


def _mirror(session: Session, store: Store, row: Any) -> SaleId:
    now, receipt = store.clock.now(), new_codes(Kind.RECEIPT, 1)[0]
    values = {key: value for key, value in row._mapping.items() if key != "id"}
    flipped = {
        name: None if values[name] is None else -values[name]
        for name in (
            "gross",
            "discount",
            "points_paid",
            "rounding",
            "net",
            "no_points",
            "price_kept",
        )
    }
    values |= flipped | {
        "receipt_no": receipt,
        "request_no": None,
        "request_hash": None,
        "state": SaleState.POSTED,
        "voids_id": row.id,
    }
    values |= {
        "till_id": store.till,
        "staff_id": store.staff,
        "occurred_at": now,
        "touched_at": now,
        "recorded_at": now,
        "closed_by": "void",
        **dict.fromkeys(("attached_at", "attached_by", "filled_at", "filled_by", "filled_till")),
        "filled_cut": 0,
    }
    mirror = SaleId(receipts.NEW_SALE.scalar(session, **values))
    lines = session.execute(select(_LINE).where(_LINE.c.sale_id == row.id)).all()
    if lines:
        negative = [
            dict(line._mapping)
            | {
                "sale_id": mirror,
                "quantity": -line.quantity,
                "discount": -line.discount,
                "amount": -line.amount,
            }
            for line in lines
        ]
        receipts.NEW_LINES.many(session, negative)
    tenders.mirror(session, row.id, mirror)
    return mirror


def hand_back(
    session: Session, store: Store, redeemed: Any, reason: str, *, held: bool = False
) -> None:
    """A coupon leaves a bill that is still open: it can be used again (or is `held` for the bill),
    and no line bears a share of it."""
    reverse(session, store, redeemed, reason, redeemed.business_date, held=held)
    _UNSHARE.run(session, which=redeemed.id)


def reverse(
    session: Session, store: Store, redeemed: Any, reason: str, day: Day, *, held: bool = False
) -> None:
    """Take one use of a coupon back; the coupon can be used again, or is `held` for the same bill,
    which has it still."""
    values = {
        "reversed_at": store.clock.now(),
        "reversed_on": day,
        "reversed_by": store.staff,
        "reverse_reason": reason[:200],
    }
    done = session.execute(
        update(_R).where(_R.c.id == redeemed.id, _R.c.reversed_at.is_(None)).values(**values)
    )
    if done.rowcount == 1:  # type: ignore[attr-defined]
        _UNSPEND.run(session, coupon=redeemed.coupon_id)
        if not held:
            stamp_counting.reward_back(session, store, redeemed.coupon_id)
            points.give_back_exchanged(
                session, store, shop_settings.current(session), [redeemed.coupon_id]
            )
        audit.log(session, store, "redemption_reversed", redemption=redeemed.id, reason=reason)
