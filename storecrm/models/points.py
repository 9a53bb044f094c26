"""Points: lots with an expiry, and an append-only ledger of what moved in them. Balances are sums,
never stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base, partial, sparse
from storecrm.values import (
    CouponId,
    Day,
    EntryId,
    EntryKind,
    ImportId,
    LotId,
    MemberId,
    Moment,
    Points,
    SaleId,
    StaffId,
)


class PointLot(Base):
    """Points of one earning with one expiry; usable from `active_from` (None: at once) up to and
    including `expires_on` (None: for ever). `swept`: it has ended and nothing is left in it, until
    another entry comes (a trigger says so)."""

    __tablename__ = "point_lot"
    __table_args__ = (partial("ix_point_lot_due", "expires_on", where="swept = 0"), STRICT)

    id: Mapped[LotId] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    expires_on: Mapped[Day | None]
    opened_on: Mapped[Day]
    active_from: Mapped[Day | None]
    swept: Mapped[int] = mapped_column(server_default="0")


class PointEntry(Base):
    """One movement in one lot, in one direction; never changed, reversed by another row. `mac` is
    the shop's keyed mark of it (ledger.audit.mark), "" in rows from before there was one: those are
    sealed together."""

    __tablename__ = "point_entry"
    __table_args__ = (
        CheckConstraint("points BETWEEN -1000000000 AND 1000000000 AND points <> 0", name="range"),
        CheckConstraint(
            "kind IN ('opening', 'earn', 'burn', 'exchange', 'expire', 'adjust', 'claw_back', "
            "'restore', 'reverse')",
            name="kind",
        ),
        # the month is read by days, a member by the lots
        Index("ix_point_entry_day", "business_date", "kind"),
        sparse("point_entry", "sale_id"),
        sparse("point_entry", "coupon_id"),
        sparse("point_entry", "import_id"),
        # an entry is reversed once
        sparse("point_entry", "reverses_id", name="uq_point_entry_reverses_id", unique=True),
        STRICT,
    )

    id: Mapped[EntryId] = mapped_column(primary_key=True)
    lot_id: Mapped[LotId] = mapped_column(ForeignKey("point_lot.id"), index=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[EntryKind]
    points: Mapped[Points]
    business_date: Mapped[Day]
    at: Mapped[Moment]
    sale_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    reverses_id: Mapped[EntryId | None] = mapped_column(ForeignKey("point_entry.id"))
    reason: Mapped[str] = mapped_column(default="")
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
    coupon_id: Mapped[CouponId | None] = mapped_column(ForeignKey("coupon.id"))
    mac: Mapped[str] = mapped_column(server_default="")
