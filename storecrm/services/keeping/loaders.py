"""The loader of every import kind."""

from storecrm.services.keeping.loading import Loader
from storecrm.services.keeping.member_lists import ConsentsLoader, ReferralsLoader, StampsLoader
from storecrm.services.keeping.members_loader import MembersLoader
from storecrm.services.keeping.people_loaders import OptOutsLoader, PointsLoader
from storecrm.services.keeping.sales_loader import SalesLoader
from storecrm.services.keeping.trade_loaders import (
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
