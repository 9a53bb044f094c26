"""Segments: rules that pick members, and lists that were kept of them."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base
from storecrm.values import Day, MemberId, Moment, StaffId


class Segment(Base):
    """A rule as JSON (a tree of all, any, not and conditions), or with `fixed` a list that stays as
    it was when it was kept."""

    __tablename__ = "segment"
    __table_args__ = (CheckConstraint("fixed IN (0, 1)", name="fixed"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    rule: Mapped[str]
    fixed: Mapped[int]
    made_at: Mapped[Moment]
    made_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))


class SegmentMember(Base):
    """A member of a kept list."""

    __tablename__ = "segment_member"
    __table_args__ = (STRICT_BY_KEY,)

    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"), primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("member.id"), primary_key=True, index=True
    )


class SegmentSize(Base):
    """How many members a segment had on a day on which somebody counted."""

    __tablename__ = "segment_size"
    __table_args__ = (Index("uq_segment_size_day", "code", "business_date", unique=True), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    business_date: Mapped[Day]
    members: Mapped[int]
