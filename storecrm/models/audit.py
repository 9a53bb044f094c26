"""The audit trail: who did what, chained by a keyed hash, one chain per till."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base, partial
from storecrm.values import Moment, StaffId, TillId

_ANSWERED = "action IN ('restored', 'trail_accepted')"
"""What explains a trail that is shorter than it was: asked at each opening."""
ABOUT = (
    *("member", "survivor", "merged", "friend", "referrer"),
    *("sale", "back", "coupon", "instead_of", "redemption", "batch"),
)
"""Facts that are the number of a row, by which the trail of that row is found (see
database.fact)."""


def _about(name: str) -> Index:
    """An index of the entries that have this fact, the newest last."""
    said = f"json_extract(facts, '$.{name}')"
    return Index(
        f"ix_audit_{name}", text(said), "at", "id", sqlite_where=text(f"{said} IS NOT NULL")
    )


class AuditEntry(Base):
    """One change: a stable action name and its facts as JSON; `mac` covers the row and the row
    before. Whatever it is asked by, the trail is read from an index that ends with the moment."""

    __tablename__ = "audit"
    __table_args__ = (
        # a chain has no two entries at one place
        UniqueConstraint("till_id", "seq"),
        partial("ix_audit_answered", "action", where=_ANSWERED),
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_staff", "staff_id", "at", "id"),
        Index("ix_audit_action", "action", "at", "id"),
        Index("ix_audit_staff_action", "staff_id", "action", "at", "id"),
        *(_about(name) for name in (*ABOUT, "offer")),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[TillId] = mapped_column(ForeignKey("till.id"))
    seq: Mapped[int]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str]
    facts: Mapped[str]
    mac: Mapped[str]


class AuditHead(Base):
    """The last link of each till's chain; `marked` rows of the points ledger were written at that
    till, and `marks` are their keyed marks, XORed; `seal` is a keyed mark of the head itself:
    nobody without the key can put it back."""

    __tablename__ = "audit_head"
    __table_args__ = (STRICT,)

    till_id: Mapped[TillId] = mapped_column(ForeignKey("till.id"), primary_key=True)
    seq: Mapped[int]
    mac: Mapped[str]
    seal: Mapped[str] = mapped_column(server_default="")
    marked: Mapped[int] = mapped_column(server_default="0")
    marks: Mapped[str] = mapped_column(server_default="")
