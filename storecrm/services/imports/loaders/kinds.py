"""The loader of every import kind."""

from storecrm.services.imports.loaders.base import Loader
from storecrm.services.imports.loaders.consents import ConsentsLoader
from storecrm.services.imports.loaders.coupons import CouponsLoader
from storecrm.services.imports.loaders.day_totals import DayTotalsLoader
from storecrm.services.imports.loaders.members import MembersLoader
from storecrm.services.imports.loaders.offer_products import OfferProductsLoader
from storecrm.services.imports.loaders.offers import OffersLoader
from storecrm.services.imports.loaders.opt_outs import OptOutsLoader
from storecrm.services.imports.loaders.points import PointsLoader
from storecrm.services.imports.loaders.products import ProductsLoader
from storecrm.services.imports.loaders.redemptions import RedemptionsLoader
from storecrm.services.imports.loaders.referrals import ReferralsLoader
from storecrm.services.imports.loaders.sales import SalesLoader
from storecrm.services.imports.loaders.stamps import StampsLoader

LOADERS: dict[str, type[Loader]] = {
    "products": ProductsLoader,
    "offers": OffersLoader,
    "offer-products": OfferProductsLoader,
    "members": MembersLoader,
    "consents": ConsentsLoader,
    "referrals": ReferralsLoader,
    "opt-outs": OptOutsLoader,
    "points": PointsLoader,
    "stamps": StampsLoader,
    "coupons": CouponsLoader,
    "sales": SalesLoader,
    "redemptions": RedemptionsLoader,
    "day-totals": DayTotalsLoader,
}
"""In the order in which the lists of a shop go in: each needs those before it."""
