"""Redemptions: a coupon is used exactly once for each of its uses, and comes back with its sale.

One conditional UPDATE takes the use, whatever anybody read before; a unique index on (coupon,
use_no) of live rows stands behind it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.ledger import audit, points, sales, stamps
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.hot import Hot
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale
from storecrm.values import (
    BatchState,
    CouponState,
    Day,
    MemberId,
    Money,
    Override,
    PaperAct,
    RedemptionId,
    SaleId,
    SaleState,
)

_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_A: Any = Allocation.__table__
_B: Any = Batch.__table__
_P: Any = PaperMove.__table__
REDEMPTION = RowShape(
    _R,
    confirmed_scope=0,
    request_no=None,
    request_hash=None,
    redemption_no=None,
    receipt_no="",
    reversed_at=None,
    reversed_on=None,
    reversed_by=None,
    reverse_reason="",
    import_id=None,
    approved_by=None,
    approve_reason="",
    override=Override.NONE.value,
    approval_no=None,
)
_GIVER: Any = Sale.__table__.alias()
_GIVER_BACK: Any = Sale.__table__.alias()
_GIVER_GONE = or_(
    _GIVER.c.state == SaleState.VOIDED,
    select(_GIVER_BACK.c.id)
    .where(
        _GIVER_BACK.c.returns_id == _GIVER.c.id,
        _GIVER_BACK.c.closed_by == sales.ALL_RETURNED,
    )
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
_STATE_BACK = case((GONE, CouponState.VOIDED.value), else_=CouponState.ISSUED.value)
_LIVE_COUNT = (
    select(func.count())
    .select_from(_R)
    .where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None))
    .scalar_subquery()
)
_SPEND = Hot(
    update(_C)
    .where(_C.c.id == bindparam("coupon"), _C.c.state == CouponState.ISSUED)
    .values(state=bindparam("next"))
)
_UNSPEND = Hot(
    update(_C)
    .where(
        _C.c.id == bindparam("coupon"),
        _C.c.state == CouponState.REDEEMED,
        _C.c.uses_allowed > _LIVE_COUNT,
    )
    .values(state=_STATE_BACK)
)
_HOLD = Hot(
    update(_C)
    .where(_C.c.id == bindparam("coupon"), _C.c.state == CouponState.ISSUED)
    .values(state=CouponState.RESERVED, held_by=bindparam("sale"))
)
_LET_GO = Hot(
    update(_C)
    .where(_C.c.held_by == bindparam("sale"), _C.c.state == CouponState.RESERVED)
    .values(state=_STATE_BACK, held_by=None)
)
_USES = Hot(
    select(_R.c.use_no).where(_R.c.coupon_id == bindparam("coupon"), _R.c.reversed_at.is_(None))
)
_NEW = Hot(insert(_R).returning(_R.c.id))
_NEW_SHARE = Hot(insert(_A))
_NO_SHARES = Hot(delete(_A).where(_A.c.redemption_id == bindparam("which")))


def take(
    session: Session,
    acting: Acting,
    coupon: Any,
    *,
    sale: SaleId,
    member: MemberId | None,
    discount: Money,
    **more: Any,
) -> RedemptionId | None:
    """Use a coupon (its stored row: id, offer_id, uses_allowed) on a sale; `more` are further
    columns (see REDEMPTION). None when it was used by another one a moment ago."""
    numbers = set[int]()
    if coupon.uses_allowed != 1:
        numbers = {use.use_no for use in _USES.rows(session, coupon=coupon.id)}
    use_no = next(n for n in range(1, len(numbers) + 2) if n not in numbers)
    last = coupon.uses_allowed is not None and len(numbers) + 1 >= coupon.uses_allowed
    then = CouponState.REDEEMED if last else CouponState.ISSUED
    if _SPEND.run(session, coupon=coupon.id, next=then) != 1:
        return None
    now = acting.clock.now()
    said = {
        **more,
        "coupon_id": coupon.id,
        "use_no": use_no,
        "offer_id": coupon.offer_id,
        "sale_id": sale,
        "member_id": member,
        "till_id": acting.till,
        "staff_id": acting.staff,
        "at": now,
        "business_date": acting.clock.today(),
        "recorded_at": now,
        "discount": discount,
    }
    return RedemptionId(_NEW.scalar(session, **REDEMPTION.row(said)))


def write_many(session: Session, columns: Mapping[str, Sequence[Any]], **same: Any) -> None:
    """Uses that an import brings, column by column (see REDEMPTION); `same` are columns with one
    value for all."""
    REDEMPTION.insert_many(session, columns, **same)


def share(session: Session, redemption: int, shares: Mapping[int, int]) -> None:
    """What each line (by its number) bears of a use's discount, instead of what it bore before."""
    _NO_SHARES.run(session, which=redemption)
    share_new(session, redemption, shares)


def share_new(session: Session, redemption: int, shares: Mapping[int, int]) -> None:
    """The same for a use that no line bears anything of yet."""
    rows = ((line, amount) for line, amount in shares.items() if amount)
    _NEW_SHARE.many(
        session,
        ({"redemption_id": redemption, "line_no": line, "amount": part} for line, part in rows),
    )


def release(
    session: Session,
    acting: Acting,
    rules: ShopRules,
    redeemed: Any,
    reason: str,
    *,
    held: bool = False,
) -> None:
    """A coupon leaves a bill that is still open: it can be used again (or is `held` for the bill),
    and no line bears a share of it."""
    restore(session, acting, rules, redeemed, reason, redeemed.business_date, held=held)
    _NO_SHARES.run(session, which=redeemed.id)


def restore(
    session: Session,
    acting: Acting,
    rules: ShopRules,
    redeemed: Any,
    reason: str,
    day: Day,
    *,
    held: bool = False,
) -> None:
    """Take one use of a coupon back; the coupon can be used again, or is `held` for the same bill,
    which has it still. What else hung on it follows: a full card while stamps are owed, points
    that were given for a coupon that is void now."""
    values = {
        "reversed_at": acting.clock.now(),
        "reversed_on": day,
        "reversed_by": acting.staff,
        "reverse_reason": reason[:200],
    }
    live = (_R.c.id == redeemed.id, _R.c.reversed_at.is_(None))
    done: Any = session.execute(update(_R).where(*live).values(**values))
    if done.rowcount != 1:
        return
    _UNSPEND.run(session, coupon=redeemed.coupon_id)
    if not held:
        stamps.break_reward(session, acting, redeemed.coupon_id)
        points.give_back_exchanged(session, acting, rules, [redeemed.coupon_id])
    audit.log(session, acting, "redemption_reversed", redemption=redeemed.id, reason=reason)


def hold(session: Session, coupon: int, sale: SaleId) -> bool:
    """Keep an unused coupon for a parked bill. False when it is not there to be kept."""
    return _HOLD.run(session, coupon=coupon, sale=sale) == 1


def let_go(session: Session, sale: SaleId) -> None:
    """The coupons that a parked bill holds can be used again, unless they are gone meanwhile."""
    _LET_GO.run(session, sale=sale)
