"""Redemptions: a coupon is used exactly once for each of its uses, and comes back with its sale.

One conditional UPDATE takes the use, whatever anybody read before; a unique index on (coupon,
use_no) of live rows stands behind it.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.ledger import audit, points, sales, stamps
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models import tables
from storecrm.models.hot import Hot
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

REDEMPTION = RowShape(
    tables.redemption,
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

_coupon = tables.coupon.c.id
_state = tables.coupon.c.state
_batch_of_coupon = tables.coupon.c.batch_id
_coupon_of_use = tables.redemption.c.coupon_id

# the sale that gave the coupon, and the return of all its goods
_GIVER = tables.sale.alias("giver")
_RETURN = tables.sale.alias("giver_return")
_OF_GIVER = _RETURN.c.returns_id == _GIVER.c.id
_WHOLE = _RETURN.c.closed_by == sales.ALL_RETURNED
_ALL_RETURNED = select(_RETURN.c.id).where(_OF_GIVER, _WHOLE).exists()
_VOIDED = _GIVER.c.state == SaleState.VOIDED
_GIVER_GONE = or_(_VOIDED, _ALL_RETURNED)
_GAVE_IT = tables.coupon.c.by_sale == _GIVER.c.id
_GIFT_GONE = select(_GIVER.c.id).where(_GAVE_IT, _GIVER_GONE).exists()

_ITS_BATCH = tables.batch.c.id == _batch_of_coupon
_BATCH = select(tables.batch.c.id).where(_ITS_BATCH)
_BATCH_VOID = _BATCH.where(tables.batch.c.state == BatchState.VOIDED).exists()

_OF_ITS_BATCH = tables.paper_move.c.batch_id == _batch_of_coupon
_PAPER = select(tables.paper_move.c.id).where(_OF_ITS_BATCH)
# paper is void by ranges of serials, its coupons stay as they are until they are asked for
_first = tables.paper_move.c.first_serial
_last = tables.paper_move.c.last_serial
_ITS_PAPER = tables.coupon.c.serial.between(_first, _last)
_PAPER_VOIDED = tables.paper_move.c.act == PaperAct.VOIDED
_VOID_PAPER = _PAPER.where(_PAPER_VOIDED, _ITS_PAPER)

GONE = or_(_BATCH_VOID, and_(_GIFT_GONE, ~stamps.REWARD), _VOID_PAPER.exists())
"""True of a coupon that does not come back: its batch or its paper was voided meanwhile, or the
sale that gave it is gone."""
_WHERE_GONE = (GONE, CouponState.VOIDED.value)
_STATE_BACK = case(_WHERE_GONE, else_=CouponState.ISSUED.value)

_STANDS = tables.redemption.c.reversed_at.is_(None)
_USES_COUNTED = select(func.count()).select_from(tables.redemption)
_OF_COUPON = _coupon_of_use == _coupon
_LIVE_COUNT = _USES_COUNTED.where(_OF_COUPON, _STANDS).scalar_subquery()
_USES_LEFT = tables.coupon.c.uses_allowed > _LIVE_COUNT

_THIS = update(tables.coupon).where(_coupon == bindparam("coupon"))
_ISSUED = _state == CouponState.ISSUED
# the row count of this update says who was first: nothing that was read before does
_UNUSED = _THIS.where(_ISSUED)
_SPEND = Hot(_UNUSED.values(state=bindparam("next")))
_REDEEMED = _state == CouponState.REDEEMED
_SPENT = _THIS.where(_REDEEMED, _USES_LEFT)
_UNSPEND = Hot(_SPENT.values(state=_STATE_BACK))

# a parked bill holds its coupons, so that no other till takes them meanwhile
_KEPT = {"state": CouponState.RESERVED, "held_by": bindparam("sale")}
_HOLD = Hot(_UNUSED.values(**_KEPT))
_HELD_BY = tables.coupon.c.held_by == bindparam("sale")
_HELD = update(tables.coupon).where(_HELD_BY)
_RESERVED = _state == CouponState.RESERVED
_STILL_HELD = _HELD.where(_RESERVED)
_LET_GO = Hot(_STILL_HELD.values(state=_STATE_BACK, held_by=None))

_NUMBERS = select(tables.redemption.c.use_no)
_OF_THIS = _coupon_of_use == bindparam("coupon")
_USES = Hot(_NUMBERS.where(_OF_THIS, _STANDS))
_NEW = Hot(insert(tables.redemption).returning(tables.redemption.c.id))
_NEW_SHARE = Hot(insert(tables.allocation))
_OF_USE = tables.allocation.c.redemption_id == bindparam("which")
_NO_SHARES = Hot(delete(tables.allocation).where(_OF_USE))


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
    numbers: set[int] = set()
    if coupon.uses_allowed != 1:
        numbers = {use.use_no for use in _USES.rows(session, coupon=coupon.id)}
    # a use that was taken back leaves its number free
    use_no = next(number for number in count(1) if number not in numbers)
    last = coupon.uses_allowed is not None and len(numbers) + 1 >= coupon.uses_allowed
    then = CouponState.REDEEMED if last else CouponState.ISSUED
    taken = _SPEND.run(session, coupon=coupon.id, next=then)
    if taken != 1:
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
    for line, amount in shares.items():
        if amount:
            _NEW_SHARE.run(session, redemption_id=redemption, line_no=line, amount=amount)


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
    # the use stays in the book as one that was taken back
    values = {
        "reversed_at": acting.clock.now(),
        "reversed_on": day,
        "reversed_by": acting.staff,
        "reverse_reason": reason[:200],
    }
    this_use = tables.redemption.c.id == redeemed.id
    this = update(tables.redemption).where(this_use, _STANDS)
    done: Any = session.execute(this.values(**values))
    # somebody else was faster
    if done.rowcount != 1:
        return
    _UNSPEND.run(session, coupon=redeemed.coupon_id)
    # a bill that is priced anew has its coupon still: nothing falls back to the member
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
