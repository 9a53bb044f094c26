"""What was worked out of the receipts and takes too long to work out again at a glance; `verify` compares it with its rows."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base
from storecrm.values import Day, Moment, ProductId


class ProductPair(Base):
    """On how many receipts two articles were together (`first_id` < `second_id`), or one was (`first_id` = `second_id`)."""

    __tablename__ = "product_pair"
    __table_args__ = (STRICT_BY_KEY,)

    first_id: Mapped[ProductId] = mapped_column(ForeignKey("product.id"), primary_key=True)
    second_id: Mapped[ProductId] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    receipts: Mapped[int]


class Learned(Base):
    """One row a thing that was worked out: of which days, from how many rows, with what parameters (JSON)."""

    __tablename__ = "learned"
    __table_args__ = (CheckConstraint("what IN ('pairs', 'value')", name="what"), STRICT)

    what: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[Day]
    last_day: Mapped[Day]
    counted: Mapped[int]
    parameters: Mapped[str]
    at: Mapped[Moment]
