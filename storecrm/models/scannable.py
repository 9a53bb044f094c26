"""The one table every scan is looked up in."""

from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT_BY_KEY, Base, partial
from storecrm.values import Kind


class Scannable(Base):
    """`key` (see values.scan_key) stands for row `target_id` of `kind`; several kinds for one key
    are ambiguous."""

    __tablename__ = "scannable"
    # a member's or an article's keys; a coupon and a receipt are asked for by theirs
    __table_args__ = (
        partial("ix_scannable_target", "target_id", where="kind = 'member' OR kind = 'product'"),
        STRICT_BY_KEY,
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    target_id: Mapped[int]
