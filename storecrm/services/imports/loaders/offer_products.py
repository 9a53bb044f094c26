"""Which articles an offer is for, a row for each pair of offer and article."""

from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.coupon import Batch
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.product import SHOWN, Product
from storecrm.services.imports.loaders.base import Loader, Parsed
from storecrm.services.imports.loaders.cell_readers import key_cell
from storecrm.values import ImportId

_NEWEST = select(func.max(OfferVersion.id)).group_by(OfferVersion.offer_id)
_IS_VERSION = OfferVersion.offer_id == Offer.id
_VERSIONS = select(Offer.code, OfferVersion.id).join(OfferVersion, _IS_VERSION)
_NEWEST_VERSIONS = _VERSIONS.where(OfferVersion.id.in_(_NEWEST))
_IS_GIVEN_OUT = Batch.offer_id == Offer.id
_FROZEN = select(Offer.code).join(Batch, _IS_GIVEN_OUT)
_SKUS = select(Product.sku).where(SHOWN)
_SCOPES = select(OfferScope.version_id, OfferScope.value)
_PAIRS = _SCOPES.where(OfferScope.field == "product")
_SCOPE_COLUMNS = ("version_id", "field", "value", "import_id")


class OfferProductsLoader(Loader):
    """offer-products: the pair is the key."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        with self.store.read() as session:
            self.versions: dict[str, int] = {}
            for code, version in session.execute(_NEWEST_VERSIONS):
                self.versions[code] = version
            self.frozen = set(session.scalars(_FROZEN))
            self.skus = set(session.scalars(_SKUS))
            self.pairs: set[tuple[int, str]] = set()
            for version, sku in session.execute(_PAIRS):
                self.pairs.add((version, sku))

    def read(self, cells: dict[str, str]) -> tuple[int, str, bool]:
        code = key_cell(cells, "offer_code")
        sku = key_cell(cells, "sku")
        if code not in self.versions:
            raise ValueError("offer_code:unknown")
        if sku not in self.skus:
            raise ValueError("sku:unknown")
        version = self.versions[code]
        fresh = (version, sku) not in self.pairs
        # an offer with coupons stays what it was when they were given out
        if fresh and code in self.frozen:
            raise ValueError("offer_code:offer_frozen")
        self.pairs.add((version, sku))
        return version, sku, fresh

    def thaw(self, row: Any) -> tuple[int, str, bool]:
        version, sku, fresh = row
        return version, sku, fresh

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        fresh = list[tuple[Any, ...]]()
        for _, (version, sku, new) in part:
            if new:
                fresh.append((version, "product", sku, batch))
        self.counts["created"] += len(fresh)
        self.counts["unchanged"] += len(part) - len(fresh)
        if batch is not None:
            # somebody may have added the pair meanwhile
            scope = tables.offer_scope
            database.bulk_insert(session, scope, _SCOPE_COLUMNS, fresh, known_stay=True)
