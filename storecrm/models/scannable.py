"""The one table every scan is looked up in."""

from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT_BY_KEY, Base
from storecrm.values import Kind


class Scannable(Base):
    """`key` (see values.scan_key) stands for row `target_id` of `kind`; several kinds for one key are ambiguous."""

    __tablename__ = "scannable"
    __table_args__ = (STRICT_BY_KEY,)

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    target_id: Mapped[int]
