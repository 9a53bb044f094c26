"""Tries of secrets: what was guessed wrong, what is being looked at just now, and how often in a
row; and what each person did today that has a limit."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base
from storecrm.values import Day, StaffId, TillId


class Guess(Base):
    """One try of a secret of a kind: `open` while it is looked at, `wrong` afterwards; the right
    one leaves no row.

    `subject` is whose secret it is (a PIN, a password), or who tries (a code). `at` is on the
    steady clock
    (`models.database.steady`), which nobody sets.
    """

    __tablename__ = "guess"
    __table_args__ = (
        CheckConstraint("kind IN ('pin', 'password', 'emergency', 'code')", name="kind"),
        CheckConstraint("state IN ('open', 'wrong')", name="state"),
        # by the secret, by the till, and of the whole shop
        Index("ix_guess_subject", "kind", "subject", "at"),
        Index("ix_guess_till", "kind", "till_id", "at"),
        Index("ix_guess_at", "kind", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[int]
    till_id: Mapped[TillId | None] = mapped_column(ForeignKey("till.id"))
    at: Mapped[int]
    state: Mapped[str]


class GuessWait(Base):
    """Wrong tries of one secret since the last right one; the wait counts from `since`, on the
    steady clock."""

    __tablename__ = "guess_wait"
    __table_args__ = (STRICT_BY_KEY,)

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[int] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    since: Mapped[int]


class Allowance(Base):
    """How much of a person's allowance of a kind is used up on the last counted day
    (services.allowances) on which any was."""

    __tablename__ = "allowance"
    __table_args__ = (
        CheckConstraint("kind IN ('points', 'undo', 'word')", name="kind"),
        STRICT_BY_KEY,
    )

    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[Day]
    used: Mapped[int]
