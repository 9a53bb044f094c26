"""Registered people, their consent, and the keys they are found by; what becomes of them: merges,
referrals, stages."""

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base, partial, sparse
from storecrm.values import (
    Channel,
    Code,
    Day,
    ImportId,
    MemberId,
    Moment,
    Money,
    Phone,
    SaleId,
    StaffId,
)


class Member(Base):
    """One person. Phone (E.164) is unique among live members; `member_no` is the barcode of the
    card.

    `alert` is said at the till whenever the member is there, `guardian` stands for a child. A
    member that was merged into another is an erased one with `merged_into`: what it was lies in
    MemberMerge until the merge can no longer be undone. `tier_by_hand` keeps a tier from sales and
    reviews until `tier_until` (NULL: for good); `tier_down_on` is the day of the last step down.
    """

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("state IN ('live', 'erased', 'arriving')", name="state"),
        # two live records never share a phone; one that was merged keeps it in its past
        partial("uq_member_phone_live", "phone", where="state = 'live'", unique=True),
        sparse("member", "referred_by"),
        sparse("member", "merged_into"),
        sparse("member", "import_id"),
        STRICT,
    )

    id: Mapped[MemberId] = mapped_column(primary_key=True)
    member_no: Mapped[Code] = mapped_column(unique=True)
    phone: Mapped[Phone | None]
    phone_tail: Mapped[str | None] = mapped_column(
        Computed("substr(phone, length(phone) - 3)", persisted=True), index=True
    )
    name: Mapped[str] = mapped_column(default="", index=True)
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
    alert: Mapped[str] = mapped_column(server_default="")
    guardian: Mapped[str] = mapped_column(server_default="")
    referred_by: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"))
    merged_into: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"))
    tier_by_hand: Mapped[int] = mapped_column(server_default="0")
    tier_down_on: Mapped[Day | None]


class NameKey(Base):
    """A text prefix that finds a name: each tail of the name and of its pinyin initials."""

    __tablename__ = "name_key"
    __table_args__ = (STRICT_BY_KEY,)

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class ErasedMark(Base):
    """A keyed hash of a phone or number of somebody who was erased."""

    __tablename__ = "erased_mark"
    __table_args__ = (STRICT_BY_KEY,)

    mac: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Moment]


class MemberPhone(Base):
    """A further phone of a member (a family shares one card): unique among all, like the member's
    own."""

    __tablename__ = "member_phone"
    __table_args__ = (STRICT_BY_KEY,)

    phone: Mapped[Phone] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    phone_tail: Mapped[str] = mapped_column(index=True)
    note: Mapped[str]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))


class LostCard(Base):
    """A card that was reported lost: its key finds nobody any more, and whoever shows it is told
    why."""

    __tablename__ = "lost_card"
    __table_args__ = (STRICT_BY_KEY,)

    key: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))


class MemberMerge(Base):
    """Two records of one person that became one: `before` (JSON) holds what both were and which
    rows moved, emptied when it is over."""

    __tablename__ = "member_merge"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    survivor_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    merged_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    before: Mapped[str]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[Moment | None]


class NotDuplicate(Base):
    """Two members of whom somebody said that they are two people; `first_id` is the lower
    number."""

    __tablename__ = "not_duplicate"
    __table_args__ = (STRICT_BY_KEY,)

    first_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), primary_key=True)
    second_id: Mapped[MemberId] = mapped_column(
        ForeignKey("member.id"), primary_key=True, index=True
    )


class Referral(Base):
    """A member who was brought by another: rewarded with the friend's first qualifying sale, and
    waiting again without it."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'rewarded', 'capped')", name="state"),
        sparse("referral", "sale_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referrer_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), index=True)
    friend_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"), unique=True)
    state: Mapped[str]
    registered_on: Mapped[Day]
    rewarded_on: Mapped[Day | None]
    sale_id: Mapped[SaleId | None] = mapped_column(ForeignKey("sale.id"))


class Consent(Base):
    """One yes or no to one channel, with what was shown and who took it. The latest row holds; no
    row is a no."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("granted IN (0, 1)", name="granted"),
        sparse("consent", "import_id"),
        STRICT,
    )

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


class Suppression(Base):
    """An address that is never written to, whoever has it: kept as a keyed hash, so that the list
    itself tells nobody's number."""

    __tablename__ = "suppression"
    __table_args__ = (sparse("suppression", "import_id"), STRICT_BY_KEY)

    channel: Mapped[Channel] = mapped_column(primary_key=True)
    address_mac: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))


class LookUp(Base):
    """How often a person searched members in an hour (`hour`: hours since 1970 UTC), so that nobody
    reads the whole list at a till."""

    __tablename__ = "look_up"
    __table_args__ = (STRICT_BY_KEY,)

    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    searches: Mapped[int]


class StageChange(Base):
    """A member's step from one stage of life to the next, noted on the day it was seen; `was` is ""
    for the first."""

    __tablename__ = "stage_change"
    __table_args__ = (
        Index("ix_stage_change_member", "member_id", "id"),
        Index("ix_stage_change_day", "business_date"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("member.id"))
    business_date: Mapped[Day]
    was: Mapped[str]
    stage: Mapped[str]
