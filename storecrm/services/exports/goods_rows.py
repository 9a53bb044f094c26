"""The rows of lists of articles, of offers with the articles they are for, and of day totals."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain.offers import reading
from storecrm.models import tables
from storecrm.models.day_total import DayTotal
from storecrm.models.offer import Offer, OfferScope
from storecrm.models.product import SHOWN, Product
from storecrm.services.exports.cells import Rows, money, shortened, yes
from storecrm.services.exports.streams import streamed
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import OfferKind

_ARTICLES = select(tables.product).where(SHOWN).order_by(Product.id)
_PAIR = (OfferScope.version_id, OfferScope.value)
_IS_SCOPE = Product.sku == OfferScope.value
_SCOPES = select(*_PAIR).join(Product, _IS_SCOPE)
# goods that nobody sees yet go out with their own import's end
_PAIRS = _SCOPES.where(OfferScope.field == "product", SHOWN).order_by(*_PAIR)
_DAYS = select(tables.day_total).order_by(DayTotal.day, DayTotal.store)


def articles(session: Session, store: Store) -> Rows:
    """Every article that is shown."""
    for article in streamed(session, _ARTICLES):
        name = (article.sku, article.barcode, article.name)
        kind = (article.category, article.brand)
        price = money(store.shop.digits, article.price)
        cost = money(store.shop.digits, article.cost)
        flags = (yes(article.no_points), yes(article.no_promotion), article.medicine)
        incomplete = yes(article.to_complete)
        yield (*name, *kind, price, cost, *flags, incomplete)


def offers(session: Session, store: Store) -> Rows:
    """Every offer by its plain keys, as it is now."""
    every = session.scalars(select(Offer).order_by(Offer.id))
    views = [design.view_of(session, offer) for offer in every]
    # a stamp card names the offer that is its reward, so it comes after the others
    for view in sorted(views, key=lambda view: view.rule.kind is OfferKind.STAMPS):
        keys = reading.as_keys(view, store.shop.digits)
        said = (_said(keys.get(name, "")) for name in reading.KEYS)
        yield *said, view.state.value


def _said(value: Any) -> str:
    """What a key of an offer says, as one cell; goods that do not go in stand in the list of
    offers' goods."""
    if isinstance(value, bool):
        return yes(value)
    return shortened(value) if isinstance(value, list) else str(value)


def offer_articles(session: Session, store: Store) -> Rows:  # noqa: ARG001
    """Articles that offers in force are for; of an offer that was changed only what it says now."""
    codes = dict[int, str]()
    for offer, code in session.execute(select(Offer.id, Offer.code)):
        newest = design.newest_version(session, offer)
        codes[newest] = code
    for row in streamed(session, _PAIRS):
        if row.version_id in codes:
            yield codes[row.version_id], row.value


def day_totals(session: Session, store: Store) -> Rows:
    """What other tills took, by day and store."""
    for row in streamed(session, _DAYS):
        net = money(store.shop.digits, row.net_sales)
        yield row.day, row.store, net, row.receipts
