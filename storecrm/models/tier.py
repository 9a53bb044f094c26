"""The ladder of member tiers, and who moved on it when."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base
from storecrm.values import BasisPoints, Day, MemberId, Moment, Money, StaffId


class Tier(Base):
    """One step of the ladder: reached with `threshold` net spend in the qualifying window; `off`
    its price, `points_times` its points."""

    __tablename__ = "tier"
    __table_args__ = (
        CheckConstraint(
            # a tier takes less than everything, and gives at most a hundredfold
            "threshold >= 0 AND off BETWEEN 0 AND 9999 AND points_times BETWEEN 0 AND 1000000",
            name="range",
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    threshold: Mapped[Money] = mapped_column(unique=True)
    off: Mapped[BasisPoints]
    points_times: Mapped[BasisPoints]


class TierChange(Base):
    """A member's move: up after a sale, down at a review, by hand, or by a return. The newest row
    says what holds."""

    __tablename__ = "tier_change"
    __table_args__ = (Index("ix_tier_change_member", "member_id", "id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"))
    tier: Mapped[str]
    until: Mapped[Day | None]
    business_date: Mapped[Day]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str]
