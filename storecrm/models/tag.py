"""Tags: the words a shop puts on its members, by hand or by a rule."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT_BY_KEY, Base
from storecrm.values import Day, MemberId, Moment, StaffId


class Tag(Base):
    """What a shop says of a word: its group and colour, for how many `days` it stays (None: for
    ever), and with `rule` (JSON, see segment rules; "" by hand only) whom it is put on by itself. A
    word without a row here is a plain one."""

    __tablename__ = "tag"
    __table_args__ = (CheckConstraint("days IS NULL OR days >= 1", name="days"), STRICT_BY_KEY)

    name: Mapped[str] = mapped_column(primary_key=True)
    group_name: Mapped[str]
    colour: Mapped[str]
    days: Mapped[int | None]
    rule: Mapped[str]
    made_at: Mapped[Moment]
    made_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))


class MemberTag(Base):
    """A word on a member: put there by a person, or (`by_rule` 1) by the tag's rule, which takes it
    off again. It holds up to and including `expires_on` (None: for ever)."""

    __tablename__ = "member_tag"
    __table_args__ = (STRICT_BY_KEY,)

    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    by_rule: Mapped[int] = mapped_column(server_default="0")
    set_on: Mapped[Day | None]
    set_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    expires_on: Mapped[Day | None]
