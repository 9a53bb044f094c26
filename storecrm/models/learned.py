"""What was worked out of the receipts and takes too long to work out again at a glance; `verify`
compares it with its rows."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base, partial
from storecrm.values import Day, MemberId, Moment, Money, ProductId


class ProductPair(Base):
    """On how many receipts two articles were together (`first_id` < `second_id`), or one was
    (`first_id` = `second_id`)."""

    __tablename__ = "product_pair"
    __table_args__ = (STRICT_BY_KEY,)

    first_id: Mapped[ProductId] = mapped_column(ForeignKey("product.id"), primary_key=True)
    second_id: Mapped[ProductId] = mapped_column(
        ForeignKey("product.id"), primary_key=True, index=True
    )
    receipts: Mapped[int]


class MemberFigures(Base):
    """What a member bought, summed up; `stale` from the moment a sale of the member's changes
    (triggers say so) until it is summed up again. It holds of every receipt up to `newest`;
    `year_…` of those since `year_from`, the earliest of them on `year_next`; `fresh` is the first
    visit since `recent_from`, `old` the last one before. How long a row may be believed follows
    from these days
    (see services.analytics.member_figures)."""

    __tablename__ = "member_figures"
    __table_args__ = (
        partial("ix_member_figures_stale", "member_id", where="stale = 1"),
        # not of those alone who came: every page would read the rows in its order, one by one
        Index("ix_member_figures_year_net", "year_net", "year_visits"),
        Index("ix_member_figures_year_next", "year_next"),
        STRICT_BY_KEY,
    )

    member_id: Mapped[MemberId] = mapped_column(primary_key=True)
    stale: Mapped[int]
    newest: Mapped[Day | None]
    first: Mapped[Day | None]
    last: Mapped[Day | None]
    visits: Mapped[int] = mapped_column(server_default="0")
    net: Mapped[Money] = mapped_column(server_default="0")
    year_from: Mapped[Day | None]
    year_next: Mapped[Day | None]
    year_first: Mapped[Day | None]
    year_last: Mapped[Day | None]
    year_visits: Mapped[int] = mapped_column(server_default="0")
    year_net: Mapped[Money] = mapped_column(server_default="0")
    recent_from: Mapped[Day | None]
    old: Mapped[Day | None]
    fresh: Mapped[Day | None]


class FiguresStep(Base):
    """How many members' kept figures of the year lie below a value (a day as its ordinal); `before`
    and `first` bear the days between which receipts may be asked for by them, and how many members
    there are. A `mark` stands while they are being counted
    (see services.analytics.rankings)."""

    __tablename__ = "figures_step"
    __table_args__ = (STRICT_BY_KEY,)

    what: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Money] = mapped_column(primary_key=True)
    below: Mapped[Money]


class Learned(Base):
    """One row a thing that was worked out: of which days, from how many rows, with what parameters
    (JSON)."""

    __tablename__ = "learned"
    __table_args__ = (CheckConstraint("what IN ('pairs', 'value')", name="what"), STRICT)

    what: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[Day]
    last_day: Mapped[Day]
    counted: Mapped[int]
    parameters: Mapped[str]
    at: Mapped[Moment]
