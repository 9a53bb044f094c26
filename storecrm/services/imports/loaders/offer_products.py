"""Which articles an offer is for, a row for each pair of offer and article."""

from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.coupon import Batch
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.product import SHOWN, Product
from storecrm.services.imports.loaders.base import Loader, Parsed, key_cell
from storecrm.values import ImportId


class OfferProductsLoader(Loader):
    """offer-products: the pair is the key."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        with self.store.read() as session:
            newest = select(func.max(OfferVersion.id)).group_by(OfferVersion.offer_id)
            self.versions = {
                code: version
                for code, version in session.execute(
                    select(Offer.code, OfferVersion.id)
                    .join(OfferVersion, OfferVersion.offer_id == Offer.id)
                    .where(OfferVersion.id.in_(newest))
                )
            }
            self.frozen = set(
                session.scalars(select(Offer.code).join(Batch, Batch.offer_id == Offer.id))
            )
            self.skus = set(session.scalars(select(Product.sku).where(SHOWN)))
            self.pairs = {
                (version, sku)
                for version, sku in session.execute(
                    select(OfferScope.version_id, OfferScope.value).where(
                        OfferScope.field == "product"
                    )
                )
            }

    def read(self, cells: dict[str, str]) -> tuple[int, str, bool]:
        code, sku = key_cell(cells, "offer_code"), key_cell(cells, "sku")
        if code not in self.versions:
            raise ValueError("offer_code:unknown")
        if sku not in self.skus:
            raise ValueError("sku:unknown")
        fresh = (self.versions[code], sku) not in self.pairs
        if fresh and code in self.frozen:
            raise ValueError("offer_code:offer_frozen")
        self.pairs.add((self.versions[code], sku))
        return self.versions[code], sku, fresh

    def thaw(self, row: Any) -> tuple[int, str, bool]:
        version, sku, fresh = row
        return version, sku, fresh

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        fresh = [(version, "product", sku, batch) for _, (version, sku, new) in part if new]
        self.counts["created"] += len(fresh)
        self.counts["unchanged"] += len(part) - len(fresh)
        if batch is not None:
            database.bulk_insert(
                session,
                OfferScope.__table__,
                ("version_id", "field", "value", "import_id"),
                fresh,
                known_stay=True,
            )
