"""Sales: bills while open, receipts once posted, mirror images when voided."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base, partial, sparse
from storecrm.values import (
    Code,
    Day,
    ImportId,
    LineId,
    MemberId,
    Moment,
    Money,
    OfferId,
    ProductId,
    Quantity,
    SaleId,
    SaleState,
    StaffId,
    TenderKind,
    TillId,
    VersionId,
)


class Sale(Base):
    """One bill or receipt. `gross` is None while no amount was typed; `net` = gross - discount -
    points_paid - rounding.

    A void is a sale of its own with negative amounts that points to the original by `voids_id`; a
    return likewise by `returns_id`. `points_times` is what points earned are multiplied by, in
    basis points. `attached_at`: the member came after the sale was posted. `earn_points` points for
    each `earn_per` paid is the rate it earned at; None where it earned nothing, or before the rate
    was kept. `price_kept` is what a bill that closed by itself gave beyond its price, because a
    lower sum had been shown for it. `filled_at`: the amount came after the sale was posted without
    one, typed by whom and where; `filled_cut` is what of its coupons' face value the amount did not
    reach.
    """

    __tablename__ = "sale"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'suspended', 'posted', 'voided', 'dropped', 'arriving')",
            name="state",
        ),
        CheckConstraint(
            "gross IS NULL OR net = gross - discount - points_paid - rounding", name="net"
        ),
        # a till has one open bill, whatever two programs do at it
        partial("uq_sale_open_at_till", "till_id", where="state = 'open'", unique=True),
        partial("ix_sale_suspended", "state", "till_id", where="state = 'suspended'"),
        # everything that is summed up by member is read from this index alone
        Index(
            "ix_sale_member", "member_id", "business_date", "net", "state", "voids_id", "returns_id"
        ),
        Index("ix_sale_day", "business_date", "state", "net"),
        # a till's own day and a person's shift; what an import brings was at no till
        sparse("sale", "till_id", "business_date", name="ix_sale_till_day"),
        sparse("sale", "till_id", "touched_at", name="ix_sale_till_touched"),
        sparse("sale", "filled_by", "filled_at"),
        sparse("sale", "attached_by", "attached_at"),
        sparse("sale", "import_id"),
        # a sale is void once
        sparse("sale", "voids_id", name="uq_sale_voids_id", unique=True),
        sparse("sale", "returns_id"),
        STRICT,
    )

    id: Mapped[SaleId] = mapped_column(primary_key=True)
    receipt_no: Mapped[Code]
    request_no: Mapped[str | None] = mapped_column(unique=True)
    request_hash: Mapped[str | None]
    store: Mapped[str]
    channel: Mapped[str] = mapped_column(default="store")
    till_id: Mapped[TillId | None] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"))
    state: Mapped[SaleState]
    business_date: Mapped[Day]
    occurred_at: Mapped[Moment]
    touched_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    gross: Mapped[Money | None]
    discount: Mapped[Money] = mapped_column(default=0)
    points_paid: Mapped[Money] = mapped_column(default=0)
    net: Mapped[Money | None]
    no_points: Mapped[Money] = mapped_column(default=0)
    trace: Mapped[str] = mapped_column(default="[]")
    closed_by: Mapped[str] = mapped_column(default="")
    voids_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
    rounding: Mapped[Money] = mapped_column(server_default="0")
    points_times: Mapped[int] = mapped_column(server_default="10000")
    returns_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))
    filled_at: Mapped[Moment | None]
    filled_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    filled_till: Mapped[TillId | None] = mapped_column(ForeignKey("till.id"))
    filled_cut: Mapped[Money] = mapped_column(server_default="0")
    price_kept: Mapped[Money] = mapped_column(server_default="0")
    earn_points: Mapped[int | None]
    earn_per: Mapped[Money | None]
    attached_at: Mapped[Moment | None]
    attached_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))


# the number first: a receipt is asked for by its number alone
Index("uq_sale_receipt", Sale.receipt_no, Sale.store, Sale.business_date, unique=True)


class SaleLine(Base):
    """One line. `amount` is its net after line discount; coupons' shares are in `Allocation`, the
    other steps' in `StepShare`.

    A line of a return names by `returns_line` the line of the original sale, and bears in
    `coupon_back` what of coupons' shares went back with it (negative). `facts_id` says what its
    article was when the sale was posted.
    """

    __tablename__ = "sale_line"
    # an article that goes must be named by no line, and each one asks
    __table_args__ = (sparse("sale_line", "product_id"), STRICT_BY_KEY)

    sale_id: Mapped[SaleId] = mapped_column(ForeignKey("sale.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[ProductId | None] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[Quantity]
    unit_price: Mapped[Money | None]
    discount: Mapped[Money] = mapped_column(default=0)
    amount: Mapped[Money]
    returns_line: Mapped[int | None]
    coupon_back: Mapped[Money] = mapped_column(server_default="0")
    facts_id: Mapped[int | None] = mapped_column(ForeignKey("product_facts.id"))


class SaleTender(Base):
    """How a sale was paid, one row a kind of tender; they add up to its net. `given` is the cash
    handed over, change included. `pair_id` of an exchange is the other receipt. Negative on a void
    and where money went back."""

    __tablename__ = "sale_tender"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('cash', 'wechat', 'alipay', 'card', 'exchange', 'other')", name="kind"
        ),
        # an exchange is found from the return and from the sale
        sparse("sale_tender", "pair_id"),
        STRICT_BY_KEY,
    )

    sale_id: Mapped[SaleId] = mapped_column(ForeignKey("sale.id"), primary_key=True)
    kind: Mapped[TenderKind] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    given: Mapped[Money | None]
    pair_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))


class SlipPrint(Base):
    """That a receipt went to paper: from the second time on it bears a copy mark."""

    __tablename__ = "slip_print"
    __table_args__ = (STRICT_BY_KEY,)

    sale_id: Mapped[SaleId] = mapped_column(
        ForeignKey("sale.id", ondelete="CASCADE"), primary_key=True
    )
    first_at: Mapped[Moment]
    prints: Mapped[int]


class Allocation(Base):
    """The share of one redemption's discount that one line carries."""

    __tablename__ = "allocation"
    __table_args__ = (STRICT_BY_KEY,)

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    line_no: Mapped[LineId] = mapped_column(primary_key=True)
    amount: Mapped[Money]


class SaleStep(Base):
    """One step of a sale's price that is no coupon: promotion, tier price, points, rounding.
    `amount` is negative on a return.

    A step `earning` takes nothing off: it says which points promotion multiplied what the sale
    earned.
    """

    __tablename__ = "sale_step"
    __table_args__ = (
        CheckConstraint(
            "step IN ('line', 'tier', 'order', 'points', 'rounding', 'earning')", name="step"
        ),
        Index("ix_sale_step_offer", "offer_id"),
        # a bill is priced anew by dropping its steps
        Index("ix_sale_step_sale", "sale_id", "offer_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sale_id: Mapped[SaleId] = mapped_column(ForeignKey("sale.id"))
    step: Mapped[str]
    offer_id: Mapped[OfferId | None] = mapped_column(ForeignKey("offer.id"))
    version_id: Mapped[VersionId | None] = mapped_column(ForeignKey("offer_version.id"))
    amount: Mapped[Money]


class StepShare(Base):
    """The share of one step that one line carries."""

    __tablename__ = "step_share"
    __table_args__ = (STRICT_BY_KEY,)

    step_id: Mapped[int] = mapped_column(ForeignKey("sale_step.id"), primary_key=True)
    line_no: Mapped[LineId] = mapped_column(primary_key=True)
    amount: Mapped[Money]
