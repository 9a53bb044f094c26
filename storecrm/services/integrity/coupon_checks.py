"""Facts of coupons that must agree: states, codes that can be scanned, batches, paper."""

from typing import Any

from sqlalchemy import Integer, case, cast, or_, select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.redemption import Redemption
from storecrm.models.sale import SlipPrint
from storecrm.models.scannable import Scannable
from storecrm.services.coupons.issue import REISSUED
from storecrm.services.integrity.sums import counts, ids_of, total_of
from storecrm.values import Kind, scan_key

_IS_COUPON = Scannable.kind == Kind.COUPON
_KEYS = select(Scannable.key, Scannable.target_id).where(_IS_COUPON)
_IS_ITS_CODE = Scannable.key == Coupon.code
_FINDS_IT = Scannable.target_id == Coupon.id
_BY_CODE = select(Scannable.key).where(_IS_COUPON, _IS_ITS_CODE, _FINDS_IT)
_OTHERS = select(Coupon.id, Coupon.code).where(~_BY_CODE.exists())
"""Coupons that are not scanned by their codes themselves."""
_AT_ONCE = 5000
_NAMED = 100


def wrong_states(session: Session) -> list[Any]:
    """A single-use coupon is redeemed exactly when it has a live use; nobody exceeds the uses
    allowed by more than imports say."""
    is_live = Redemption.reversed_at.is_(None)
    live = counts(Redemption.coupon_id, is_live)
    is_limited = Coupon.uses_allowed.is_not(None)
    is_used_up = total_of(live) >= Coupon.uses_allowed
    is_redeemed = Coupon.state == "redeemed"
    spent = case((is_limited & is_used_up, 1), else_=0)
    stored = cast(case((is_redeemed, 1), else_=0), Integer)
    is_of_coupon = live.c.coupon_id == Coupon.id
    is_voided = Coupon.state == "voided"
    coupons = select(Coupon.id).outerjoin(live, is_of_coupon)
    return ids_of(session, coupons.where(~is_voided, spent != stored))


def not_scannable(session: Session) -> list[Any]:
    """Every coupon can be scanned: by its code, or by what a scanner makes of an imported one."""
    lost = list[Any]()
    for part in session.execute(_OTHERS).partitions(_AT_ONCE):
        keys = {scan_key(coupon.code): coupon.id for coupon in part}
        named = database.among(session, Scannable.key, keys)
        found = session.execute(_KEYS.where(named))
        unfound = set(keys.items()) - set(map(tuple, found))
        # in the order of their keys, so that the same ones are named each time
        lost += sorted(unfound)
    return [coupon for _, coupon in lost[:_NAMED]]


def wrong_batches(session: Session) -> list[Any]:
    """A batch that is ready holds as many coupons as it says."""
    # one that was lost and given again under a new code counts once
    is_one = Coupon.void_reason != REISSUED
    held = counts(Coupon.batch_id, is_one)
    is_of_batch = held.c.batch_id == Batch.id
    is_ready = Batch.state == "ready"
    differs = Batch.count != total_of(held)
    batches = select(Batch.id).outerjoin(held, is_of_batch)
    return ids_of(session, batches.where(is_ready, differs))


def wrong_paper(session: Session) -> list[Any]:
    """What was printed is known from its first time on, and a slip that was made was made once at
    least."""
    never = Batch.prints == 0
    has_time = Batch.printed_at.is_not(None)
    was_printed = or_(Batch.printed > 0, has_time)
    batches = select(Batch.id).where(never, was_printed)
    slips = select(SlipPrint.sale_id).where(SlipPrint.prints < 1)
    return ids_of(session, batches) + ids_of(session, slips)
