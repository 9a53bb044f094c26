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

_KEYS = select(Scannable.key, Scannable.target_id).where(Scannable.kind == Kind.COUPON)
_IS_ITS_OWN = (Scannable.key == Coupon.code, Scannable.target_id == Coupon.id)
_BY_CODE = select(Scannable.key).where(Scannable.kind == Kind.COUPON, *_IS_ITS_OWN)
_OTHERS = select(Coupon.id, Coupon.code).where(~_BY_CODE.exists())
"""Coupons that are not scanned by their codes themselves."""
_AT_ONCE = 5000
_NAMED = 100


def wrong_states(session: Session) -> list[Any]:
    """A single-use coupon is redeemed exactly when it has a live use; nobody exceeds the uses
    allowed by more than imports say."""
    live = counts(Redemption.coupon_id, Redemption.reversed_at.is_(None))
    is_limited = Coupon.uses_allowed.is_not(None)
    is_used_up = total_of(live) >= Coupon.uses_allowed
    is_redeemed = Coupon.state == "redeemed"
    spent = case((is_limited & is_used_up, 1), else_=0)
    stored = cast(case((is_redeemed, 1), else_=0), Integer)
    coupons = select(Coupon.id).where(Coupon.state != "voided")
    query = coupons.outerjoin(live, live.c.coupon_id == Coupon.id)
    return ids_of(session, query.where(spent != stored))


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
    held = counts(Coupon.batch_id, Coupon.void_reason != REISSUED)
    ready = select(Batch.id).where(Batch.state == "ready")
    query = ready.outerjoin(held, held.c.batch_id == Batch.id)
    return ids_of(session, query.where(Batch.count != total_of(held)))


def wrong_paper(session: Session) -> list[Any]:
    """What was printed is known from its first time on, and a slip that was made was made once at
    least."""
    never = Batch.prints == 0
    was_printed = or_(Batch.printed > 0, Batch.printed_at.is_not(None))
    batches = select(Batch.id).where(never, was_printed)
    slips = select(SlipPrint.sale_id).where(SlipPrint.prints < 1)
    return ids_of(session, batches) + ids_of(session, slips)
