"""Goods, as far as promotions need to know them."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base, sparse
from storecrm.values import ImportId, Money, ProductId


class Product(Base):
    """One article; `no_points` goods (tobacco, top-ups) never earn, `no_promotion` goods are never
    cheaper; `medicine` is its class. `to_complete`: a list of sales named it and no list of
    articles did; its name is its number until one does. `arriving`: that list is not at its end,
    and nobody knows the article yet."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("medicine IN ('', 'rx', 'otc_a', 'otc_b')", name="medicine"),
        sparse("product", "import_id"),
        STRICT,
    )

    id: Mapped[ProductId] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    barcode: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="", index=True)
    brand: Mapped[str] = mapped_column(default="")
    price: Mapped[Money | None]
    cost: Mapped[Money | None]
    no_points: Mapped[int] = mapped_column(default=0)
    no_promotion: Mapped[int] = mapped_column(server_default="0")
    medicine: Mapped[str] = mapped_column(server_default="")
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
    to_complete: Mapped[int] = mapped_column(server_default="0")
    arriving: Mapped[int] = mapped_column(server_default="0")


SHOWN: Any = Product.__table__.c.arriving == 0
"""True of articles that there are for people."""


class ProductFacts(Base):
    """What rules ask of an article, kept once however many articles and sales share it: a sale's
    lines point here, so that a return is judged by what the article was when it was sold. Rows are
    never changed."""

    __tablename__ = "product_facts"
    __table_args__ = (
        UniqueConstraint(
            "category", "brand", "no_points", "no_promotion", "medicine", name="uq_product_facts"
        ),
        CheckConstraint("medicine IN ('', 'rx', 'otc_a', 'otc_b')", name="medicine"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str]
    brand: Mapped[str]
    no_points: Mapped[int]
    no_promotion: Mapped[int]
    medicine: Mapped[str]
