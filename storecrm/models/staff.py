"""The people who work here."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base
from storecrm.values import Code, MemberId, Moment, Role, StaffId


class Staff(Base):
    """A person with a role and an Argon2id hash of the PIN; `demo_pin` is set in demo stores only.
    `member_id` is the member who this person is too, 0 when the owner said that there is none,
    empty while nobody said (no foreign key: members name who registered them)."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("role IN ('cashier', 'manager', 'owner')", name="role"),
        STRICT,
    )

    id: Mapped[StaffId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    badge: Mapped[Code] = mapped_column(unique=True)
    pin_hash: Mapped[str | None]
    pin_length: Mapped[int]
    demo_pin: Mapped[str | None]
    disabled: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    member_id: Mapped[MemberId | None]


class StaffPreference(Base):
    """How one person arranged a part of the window, such as the columns of a table: `value` is
    JSON that the window alone reads."""

    __tablename__ = "staff_preference"
    __table_args__ = (STRICT_BY_KEY,)

    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
