"""Stamps: a card for a member and an offer, counted from rows like points."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base, sparse
from storecrm.values import (
    CouponId,
    Day,
    MemberId,
    Moment,
    OfferId,
    SaleId,
    StaffId,
    StampKind,
    VersionId,
)


class StampEntry(Base):
    """Stamps gained with a sale, given for a full card (negative), taken back with a return
    (negative), or reversed. Stamps gained work up to and including `expires_on` (None: for
    ever)."""

    __tablename__ = "stamp_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('stamp', 'card', 'take_back', 'reverse')", name="kind"),
        CheckConstraint("stamps <> 0", name="stamps"),
        # a card is the sum of its member's rows
        Index("ix_stamp_entry_member", "member_id", "offer_id"),
        *(sparse("stamp_entry", column) for column in ("sale_id", "coupon_id", "reverses_id")),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"))
    offer_id: Mapped[OfferId] = mapped_column(ForeignKey("offer.id"))
    version_id: Mapped[VersionId] = mapped_column(ForeignKey("offer_version.id"))
    kind: Mapped[StampKind]
    stamps: Mapped[int]
    business_date: Mapped[Day]
    at: Mapped[Moment]
    expires_on: Mapped[Day | None]
    sale_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
    coupon_id: Mapped[CouponId | None] = mapped_column(ForeignKey("coupon.id"))
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_entry.id"))
