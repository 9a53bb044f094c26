"""What a list that goes out does not carry, of what really is there: said with every export, so
that nobody finds out in the new shop.

for one in left_behind.of(session, "members"): one.code, one.count
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, func, or_, select, true
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member, MemberMerge, Referral
from storecrm.models.offer import OfferVersion
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.tag import MemberTag, Tag
from storecrm.values import CouponState, SaleState


@dataclass(frozen=True)
class LeftBehind:
    """Something that a list does not carry (see wording.LEFT_BEHIND), and how many there are."""

    code: str
    count: int


def of(session: Session, kind: str) -> tuple[LeftBehind, ...]:
    """What the list `kind` does not carry, of what is there."""
    found = list[LeftBehind]()
    for code, (table, where) in KEPT.get(kind, {}).items():
        rows = select(func.count()).select_from(table)
        count = int(session.scalar(rows.where(where)) or 0)
        # nothing is said of what is not there
        if count:
            found.append(LeftBehind(code, count))
    return tuple(found)


_Kept = dict[str, tuple[Table, ColumnElement[bool]]]
_HAS_PASSWORD = (Member.state == "live") & Member.password_hash.is_not(None)
# a merge that can be undone
_UNDOABLE = MemberMerge.undone_at.is_(None) & (MemberMerge.before != "")
_BY_RULE = (Tag.rule != "") | Tag.days.is_not(None)
_NEWEST = select(func.max(OfferVersion.id)).group_by(OfferVersion.offer_id)
_VOIDED = or_(Sale.state == SaleState.VOIDED, Sale.voids_id.is_not(None))
_OPEN = Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED))
_MEMBERS: _Kept = {
    "passwords": (tables.member, _HAS_PASSWORD),
    "lost_cards": (tables.lost_card, true()),
    "merges": (tables.member_merge, _UNDOABLE),
    "kept_apart": (tables.not_duplicate, true()),
    "tier_history": (tables.tier_change, true()),
    "stage_history": (tables.stage_change, true()),
}
_WORDS: _Kept = {
    "tag_rules": (tables.tag, _BY_RULE),
    "tag_ends": (tables.member_tag, MemberTag.expires_on.is_not(None)),
}
_STOPS: _Kept = {
    "opt_outs": (tables.suppression, true()),
    "erased_marks": (tables.erased_mark, true()),
}
_USES: _Kept = {
    "reversed_uses": (tables.redemption, Redemption.reversed_at.is_not(None)),
    "refused_scans": (tables.refused_scan, true()),
}
_SALES: _Kept = {
    "voided_receipts": (tables.sale, _VOIDED),
    "open_bills": (tables.sale, _OPEN),
    "tenders": (tables.sale_tender, true()),
    "promotion_steps": (tables.sale_step, true()),
    "coupon_shares": (tables.allocation, true()),
}
KEPT: dict[str, _Kept] = {
    "members": _MEMBERS | _WORDS | _STOPS,
    "referrals": {"referral_sales": (tables.referral, Referral.sale_id.is_not(None))},
    "stamps": {"stamp_history": (tables.stamp_entry, true())},
    "points": {"points_history": (tables.point_entry, true())},
    "offers": {"offer_history": (tables.offer_version, OfferVersion.id.not_in(_NEWEST))},
    "coupons": {"coupon_holds": (tables.coupon, Coupon.state == CouponState.RESERVED)},
    "redemptions": _USES,
    "sales": _SALES,
}
"""By the kind of list: each thing that it does not carry, and which rows of a table are that."""
