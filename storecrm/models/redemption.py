"""Uses of coupons, their reversals, and scans that were refused."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base, partial, sparse
from storecrm.values import (
    CouponId,
    Day,
    ImportId,
    MemberId,
    Moment,
    Money,
    OfferId,
    Override,
    RedemptionId,
    SaleId,
    StaffId,
    TillId,
)


class Redemption(Base):
    """One use of one coupon; `override` says on whose word a rule was set aside ("" for none),
    `approved_by` by whom, `approval_no` which word it was: each stands for one use. Live while
    `reversed_at` is None; (coupon, use_no) is unique among live rows."""

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint("discount >= 0 AND use_no >= 1", name="range"),
        CheckConstraint("override IN ('', 'manager', 'allowance', 'emergency')", name="override"),
        partial(
            "uq_redemption_approval_no", "approval_no", where="approval_no IS NOT NULL", unique=True
        ),
        partial(
            # two tills cannot both take the last use, whatever they read before
            "uq_redemption_live_use",
            "coupon_id",
            "use_no",
            where="reversed_at IS NULL",
            unique=True,
        ),
        # a budget is asked for by its offer, a day by itself
        Index("ix_redemption_offer_day", "offer_id", "business_date"),
        Index("ix_redemption_day", "business_date", "till_id"),
        *(
            sparse("redemption", column)
            for column in ("member_id", "sale_id", "reversed_on", "import_id")
        ),
        # what an import brings was at no till of ours
        sparse("redemption", "till_id", "recorded_at"),
        STRICT,
    )

    id: Mapped[RedemptionId] = mapped_column(primary_key=True)
    coupon_id: Mapped[CouponId] = mapped_column(ForeignKey("coupon.id"))
    use_no: Mapped[int]
    offer_id: Mapped[OfferId] = mapped_column(ForeignKey("offer.id"))
    sale_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"))
    till_id: Mapped[TillId | None] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Moment]
    business_date: Mapped[Day]
    recorded_at: Mapped[Moment]
    discount: Mapped[Money]
    confirmed_scope: Mapped[int] = mapped_column(default=0)
    request_no: Mapped[str | None] = mapped_column(unique=True)
    request_hash: Mapped[str | None]
    redemption_no: Mapped[str | None] = mapped_column(unique=True)
    receipt_no: Mapped[str] = mapped_column(default="")
    reversed_at: Mapped[Moment | None]
    reversed_on: Mapped[Day | None]
    reversed_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    reverse_reason: Mapped[str] = mapped_column(default="")
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
    approved_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    approve_reason: Mapped[str] = mapped_column(server_default="")
    override: Mapped[Override] = mapped_column(server_default="")
    approval_no: Mapped[str | None]


class RefusedScan(Base):
    """A scan that gave nothing, with every reason; the code is kept as its last four."""

    __tablename__ = "refused_scan"
    __table_args__ = (
        Index("ix_refused_scan_till", "till_id", "at"),
        Index("ix_refused_scan_day", "business_date", "till_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    business_date: Mapped[Day]
    till_id: Mapped[TillId | None] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    code_tail: Mapped[str]
    reasons: Mapped[str]
    offer_id: Mapped[OfferId | None] = mapped_column(ForeignKey("offer.id"))


class EmergencyCode(Base):
    """A one-time code in the safe for the day the manager is away; only its keyed hash is kept.
    `most` is what it may cost."""

    __tablename__ = "emergency_code"
    __table_args__ = (CheckConstraint("most > 0", name="most"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    mac: Mapped[str] = mapped_column(unique=True)
    code_tail: Mapped[str]
    most: Mapped[Money]
    made_at: Mapped[Moment]
    made_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]
    used_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    redemption_id: Mapped[RedemptionId | None] = mapped_column(ForeignKey("redemption.id"))
