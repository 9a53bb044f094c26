"""What a list that goes out does not carry, of what really is there: said with every export, so
that nobody finds out in the new shop.

for one in left_behind.of(session, "members"): one.code, one.count
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from storecrm.models.coupon import Coupon
from storecrm.models.member import (
    ErasedMark,
    LostCard,
    Member,
    MemberMerge,
    NotDuplicate,
    Referral,
    StageChange,
    Suppression,
)
from storecrm.models.offer import OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.redemption import Redemption, RefusedScan
from storecrm.models.sale import Allocation, Sale, SaleStep, SaleTender
from storecrm.models.stamp import StampEntry
from storecrm.models.tag import MemberTag, Tag
from storecrm.models.tier import TierChange
from storecrm.values import CouponState, SaleState


@dataclass(frozen=True)
class LeftBehind:
    """Something that a list does not carry (see wording.LEFT_BEHIND), and how many there are."""

    code: str
    count: int


def of(session: Session, kind: str) -> tuple[LeftBehind, ...]:
    """What the list `kind` does not carry, of what is there."""
    found = []
    for code, (table, where) in KEPT.get(kind, {}).items():
        count = int(session.scalar(select(func.count()).select_from(table).where(where)) or 0)
        if count:
            found.append(LeftBehind(code, count))
    return tuple(found)


_M: Any = Member.__table__
_S: Any = Sale.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_V: Any = OfferVersion.__table__
_LIVE: ColumnElement[bool] = _M.c.state == "live"
_VOIDED = or_(_S.c.state == SaleState.VOIDED, _S.c.voids_id.is_not(None))
_NEWEST = select(func.max(_V.c.id)).group_by(_V.c.offer_id)
_Kept = dict[str, tuple[Any, ColumnElement[bool]]]
KEPT: dict[str, _Kept] = {
    "members": {
        "passwords": (_M, _LIVE & _M.c.password_hash.is_not(None)),
        "lost_cards": (LostCard.__table__, true()),
        "merges": (
            MemberMerge.__table__,
            MemberMerge.undone_at.is_(None) & (MemberMerge.before != ""),
        ),
        "kept_apart": (NotDuplicate.__table__, true()),
        "tier_history": (TierChange.__table__, true()),
        "stage_history": (StageChange.__table__, true()),
        "tag_rules": (Tag.__table__, (Tag.rule != "") | Tag.days.is_not(None)),
        "tag_ends": (MemberTag.__table__, MemberTag.expires_on.is_not(None)),
        "opt_outs": (Suppression.__table__, true()),
        "erased_marks": (ErasedMark.__table__, true()),
    },
    "referrals": {"referral_sales": (Referral.__table__, Referral.sale_id.is_not(None))},
    "stamps": {"stamp_history": (StampEntry.__table__, true())},
    "points": {"points_history": (PointEntry.__table__, true())},
    "offers": {"offer_history": (_V, _V.c.id.not_in(_NEWEST))},
    "coupons": {"coupon_holds": (_C, _C.c.state == CouponState.RESERVED)},
    "redemptions": {
        "reversed_uses": (_R, _R.c.reversed_at.is_not(None)),
        "refused_scans": (RefusedScan.__table__, true()),
    },
    "sales": {
        "voided_receipts": (_S, _VOIDED),
        "open_bills": (_S, _S.c.state.in_((SaleState.OPEN, SaleState.SUSPENDED))),
        "tenders": (SaleTender.__table__, true()),
        "promotion_steps": (SaleStep.__table__, true()),
        "coupon_shares": (Allocation.__table__, true()),
    },
}
