"""The loader of every import kind."""

from storecrm.services.imports.loaders.base import Loader
from storecrm.services.imports.loaders.member_lists import (
    ConsentsLoader,
    ReferralsLoader,
    StampsLoader,
)
from storecrm.services.imports.loaders.members import MembersLoader
from storecrm.services.imports.loaders.points import OptOutsLoader, PointsLoader
from storecrm.services.imports.loaders.sales import SalesLoader
from storecrm.services.imports.loaders.trade import (
    CouponsLoader,
    DayTotalsLoader,
    OfferProductsLoader,
    OffersLoader,
    ProductsLoader,
    RedemptionsLoader,
)

LOADERS: dict[str, type[Loader]] = {
    "members": MembersLoader,
    "points": PointsLoader,
    "opt-outs": OptOutsLoader,
    "products": ProductsLoader,
    "sales": SalesLoader,
    "offers": OffersLoader,
    "offer-products": OfferProductsLoader,
    "coupons": CouponsLoader,
    "day-totals": DayTotalsLoader,
    "redemptions": RedemptionsLoader,
    "consents": ConsentsLoader,
    "referrals": ReferralsLoader,
    "stamps": StampsLoader,
}
