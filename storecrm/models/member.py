"""Registered people, their consent, tags, and the keys they are found by."""

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base
from storecrm.values import Channel, Code, Day, ImportId, MemberId, Moment, Money, Phone, StaffId


class Member(Base):
    """One person. Phone (E.164) is unique among live members; `member_no` is the barcode of the card."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("state IN ('live', 'erased')", name="state"),
        Index("uq_member_phone_live", "phone", unique=True, sqlite_where=text("state = 'live'"), postgresql_where=text("state = 'live'")),
        STRICT,
    )

    id: Mapped[MemberId] = mapped_column(primary_key=True)
    member_no: Mapped[Code] = mapped_column(unique=True)
    phone: Mapped[Phone | None]
    phone_tail: Mapped[str | None] = mapped_column(Computed("substr(phone, length(phone) - 3)", persisted=True), index=True)
    name: Mapped[str] = mapped_column(default="")
    gender: Mapped[str] = mapped_column(default="")
    birthday: Mapped[str] = mapped_column(default="")
    birthday_type: Mapped[str] = mapped_column(default="solar")
    email: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    tier: Mapped[str] = mapped_column(default="")
    tier_until: Mapped[Day | None]
    opening_spent: Mapped[Money | None]
    opening_visits: Mapped[int | None]
    opening_last_visit: Mapped[Day | None]
    state: Mapped[str] = mapped_column(default="live")
    registered_on: Mapped[Day] = mapped_column(index=True)
    registered_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Moment]
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
    password_hash: Mapped[str | None]
    password_wrong: Mapped[int] = mapped_column(server_default="0")


class MemberKey(Base):
    """A text prefix that finds a member: each tail of the name and of its pinyin initials."""

    __tablename__ = "member_key"
    __table_args__ = (STRICT_BY_KEY,)

    key: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)


class MemberTag(Base):
    """A word a person put on a member."""

    __tablename__ = "member_tag"
    __table_args__ = (STRICT_BY_KEY,)

    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class Consent(Base):
    """One yes or no to one channel, with what was shown and who took it. The latest row holds; no row is a no."""

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("granted IN (0, 1)", name="granted"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    channel: Mapped[Channel]
    purpose: Mapped[str]
    granted: Mapped[int]
    text_version: Mapped[str]
    evidence: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Moment]
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
