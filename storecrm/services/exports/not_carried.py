"""What a list that goes out does not carry, of what really is there: said with every export, so
that nobody finds out in the new shop.

for one in left_behind.of(session, "members"): one.code, one.count
"""

from collections import defaultdict
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
_EVERY = true()
_HAS_PASSWORD = (Member.state == "live") & Member.password_hash.is_not(None)
# a merge that can be undone
_UNDOABLE = MemberMerge.undone_at.is_(None) & (MemberMerge.before != "")
_BY_RULE = (Tag.rule != "") | Tag.days.is_not(None)
_NEWEST = select(func.max(OfferVersion.id)).group_by(OfferVersion.offer_id)
_VOIDED = or_(Sale.state == SaleState.VOIDED, Sale.voids_id.is_not(None))
_OPEN = Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED))
KEPT: dict[str, _Kept] = defaultdict(dict)
"""By the kind of list: each thing that it does not carry, and which rows of a table are that."""


def _keep(kind: str, code: str, table: Table, rows: ColumnElement[bool] = _EVERY) -> None:
    KEPT[kind][code] = (table, rows)


_keep("members", "passwords", tables.member, _HAS_PASSWORD)
_keep("members", "lost_cards", tables.lost_card)
_keep("members", "merges", tables.member_merge, _UNDOABLE)
_keep("members", "kept_apart", tables.not_duplicate)
_keep("members", "tier_history", tables.tier_change)
_keep("members", "stage_history", tables.stage_change)
_keep("members", "tag_rules", tables.tag, _BY_RULE)
_keep("members", "tag_ends", tables.member_tag, MemberTag.expires_on.is_not(None))
_keep("members", "opt_outs", tables.suppression)
_keep("members", "erased_marks", tables.erased_mark)
_keep("referrals", "referral_sales", tables.referral, Referral.sale_id.is_not(None))
_keep("stamps", "stamp_history", tables.stamp_entry)
_keep("points", "points_history", tables.point_entry)
_keep("offers", "offer_history", tables.offer_version, OfferVersion.id.not_in(_NEWEST))
_keep("coupons", "coupon_holds", tables.coupon, Coupon.state == CouponState.RESERVED)
_keep("redemptions", "reversed_uses", tables.redemption, Redemption.reversed_at.is_not(None))
_keep("redemptions", "refused_scans", tables.refused_scan)
_keep("sales", "voided_receipts", tables.sale, _VOIDED)
_keep("sales", "open_bills", tables.sale, _OPEN)
_keep("sales", "tenders", tables.sale_tender)
_keep("sales", "promotion_steps", tables.sale_step)
_keep("sales", "coupon_shares", tables.allocation)
