"""The people who work here."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base
from storecrm.values import Code, Moment, Role, StaffId


class Staff(Base):
    """A person with a role and an Argon2id hash of the PIN; `demo_pin` is set in demo stores only."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('cashier', 'manager', 'owner')", name="role"), STRICT)

    id: Mapped[StaffId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    badge: Mapped[Code] = mapped_column(unique=True)
    pin_hash: Mapped[str | None]
    pin_length: Mapped[int]
    demo_pin: Mapped[str | None]
    disabled: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
