"""Batches and their coupons."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base, partial, sparse
from storecrm.values import (
    BatchId,
    BatchState,
    Code,
    CouponId,
    CouponState,
    Day,
    ImportId,
    MemberId,
    Moment,
    OfferId,
    PaperAct,
    SaleId,
    StaffId,
    VersionId,
)


class Batch(Base):
    """Coupons issued together under one version; answers not_found until its last coupon is in.
    With `activate` a coupon works only while its serial is handed out (see PaperMove). `printed`
    and `printed_at`: how many pieces first went to paper, and when; `prints`: how often paper was
    made of it, marked copies too."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("state IN ('issuing', 'ready', 'voided')", name="state"),
        # looked for at each opening: a batch whose issuing died
        partial("ix_batch_issuing", "id", where="state = 'issuing'"),
        STRICT,
    )

    id: Mapped[BatchId] = mapped_column(primary_key=True)
    offer_id: Mapped[OfferId] = mapped_column(ForeignKey("offer.id"), index=True)
    version_id: Mapped[VersionId] = mapped_column(ForeignKey("offer_version.id"))
    state: Mapped[BatchState]
    count: Mapped[int]
    bearer: Mapped[int]
    issued_on: Mapped[Day]
    issued_at: Mapped[Moment]
    issued_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    printed: Mapped[int] = mapped_column(default=0)
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
    activate: Mapped[int] = mapped_column(server_default="0")
    printed_at: Mapped[Moment | None]
    prints: Mapped[int] = mapped_column(server_default="0")


class PaperMove(Base):
    """What happened to a range of serials of a printed batch: handed out, activated, returned,
    voided. `import_id`: it came with the batch."""

    __tablename__ = "paper_move"
    __table_args__ = (
        CheckConstraint("act IN ('handed_out', 'returned', 'voided')", name="act"),
        CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name="serials"),
        # the last move of a serial decides
        Index("ix_paper_move_batch", "batch_id", "id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[BatchId] = mapped_column(ForeignKey("batch.id"))
    act: Mapped[PaperAct]
    first_serial: Mapped[int]
    last_serial: Mapped[int]
    channel: Mapped[str] = mapped_column(default="")
    person: Mapped[str] = mapped_column(default="")
    business_date: Mapped[Day]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))


class Coupon(Base):
    """One issued coupon, usable on the store's dates `valid_from` to `valid_to`, both included.

    `by_sale` is the sale that it was issued by (a next-purchase coupon, a full stamp card),
    `held_by` the suspended one that reserves it.
    """

    __tablename__ = "coupon"
    __table_args__ = (
        CheckConstraint("state IN ('issued', 'reserved', 'redeemed', 'voided')", name="state"),
        CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
        CheckConstraint("uses_allowed IS NULL OR uses_allowed >= 1", name="uses"),
        # coupons are printed and handed out by serial
        Index("ix_coupon_batch", "batch_id", "serial"),
        Index("ix_coupon_offer_issued", "offer_id", "issued_on"),
        *(sparse("coupon", column) for column in ("member_id", "by_sale", "held_by")),
        STRICT,
    )

    id: Mapped[CouponId] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(unique=True)
    batch_id: Mapped[BatchId] = mapped_column(ForeignKey("batch.id"))
    offer_id: Mapped[OfferId] = mapped_column(ForeignKey("offer.id"))
    serial: Mapped[int]
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"))
    state: Mapped[CouponState]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day]
    uses_allowed: Mapped[int | None]
    issued_on: Mapped[Day]
    voided_at: Mapped[Moment | None]
    voided_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(default="")
    by_sale: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
    held_by: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
