"""The articles that a list of sales names: those of the store, and those that are made of their
numbers because no list holds them."""

from collections.abc import Iterable

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.models.product import SHOWN, Product
from storecrm.services.imports.loaders.base import Parsed
from storecrm.services.imports.loaders.cell_readers import key_text
from storecrm.services.imports.loaders.listed_receipts import PRODUCT
from storecrm.values import ImportId

_GOODS = select(Product.sku, Product.id)


class SaleArticles:
    """Article ids by their numbers. One that is still to be made stands for itself as a negative
    number; `made` collects the numbers that no list holds."""

    def __init__(self, session: Session, made: set[str]) -> None:
        self.known: dict[str, int | None] = {"": None}
        for sku, product in session.execute(_GOODS.where(SHOWN)):
            self.known[sku] = product
        # what an import that cannot end made, and nobody has seen
        self._stray: dict[str, int] = {}
        for sku, product in session.execute(_GOODS.where(~SHOWN)):
            self._stray[sku] = product
        self._made = made
        self._unmade: list[str] = []
        self.may_make = False

    def of(self, sku: str) -> int | None:
        """The article with this number, in whatever way it is written.

        Raises:
            ValueError: "sku:problem".
        """
        if sku not in self.known:
            try:
                tidy = key_text(sku)
            except ValueError as error:
                raise ValueError(f"sku:{error}") from None
            if tidy not in self.known:
                self._stand_in(tidy)
            self.known[sku] = self.known[tidy]
        return self.known[sku]

    def _stand_in(self, sku: str) -> None:
        if not self.may_make:
            raise ValueError("sku:unknown")
        self._unmade.append(sku)
        # stands for the article until it is written
        self.known[sku] = -len(self._unmade)

    def put_in(self, session: Session, lines: list[Parsed], batch: ImportId | None) -> list[Parsed]:
        """Lines of one receipt with the articles that no list holds made out of their numbers."""
        if not self._unmade:
            return lines
        named = (line[PRODUCT] for _, line in lines)
        numbers = self._numbers(named)
        self._made |= numbers
        if batch is None:
            return lines
        for sku in sorted(numbers):
            product = self.known[sku]
            # an earlier receipt of the file may have made it
            if product is not None and product < 0:
                self.known[sku] = self._make(session, sku, batch)
        ready = list[Parsed]()
        for number, line in lines:
            with_article = list(line)
            with_article[PRODUCT] = self._now(line[PRODUCT])
            ready.append((number, tuple(with_article)))
        return ready

    def _numbers(self, products: Iterable[int | None]) -> set[str]:
        """The numbers of those articles that are or were still to be made."""
        standing_in = {product for product in products if product is not None and product < 0}
        return {self._unmade[-product - 1] for product in standing_in}

    def _now(self, product: int | None) -> int | None:
        if product is None or product >= 0:
            return product
        return self.known[self._unmade[-product - 1]]

    def _make(self, session: Session, sku: str, batch: ImportId) -> int:
        """An article of nothing but its number, which nobody knows before the import is at its
        end."""
        stray = self._stray.pop(sku, None)
        if stray is not None:
            taken = update(Product).where(Product.id == stray)
            session.execute(taken.values(import_id=batch))
            return stray
        values = {"sku": sku, "name": sku, "to_complete": 1, "arriving": 1, "import_id": batch}
        made = insert(Product).values(**values)
        return session.execute(made.returning(Product.id)).scalar_one()
