"""What an offer says, as one frozen value."""

from dataclasses import dataclass

from storecrm.values import (
    Day,
    Money,
    OfferId,
    OfferKind,
    VersionId,
)

PERCENTAGES = frozenset({OfferKind.PERCENT_OFF, OfferKind.NTH_ITEM})
"""Kinds whose value is basis points off; the others' is money, except POINTS_TIMES (basis points
times) and BUY_GET (none)."""


@dataclass(frozen=True)
class OfferRule:
    """What an offer says, frozen into a version once coupons are issued. None and an empty tuple
    mean "no limit".

    `value`: basis points off for PERCENTAGES; the price of one piece for FIXED_PRICE and ADD_ON;
    20000 for double points; else money. `buy`, `get`: pieces to buy and pieces given (BUY_GET: 12
    and 1; NTH_ITEM: `buy` = n; GIFT, ADD_ON: `get` pieces of `gifts`; STAMPS: `buy` stamps).
    `minutes`: first and last minute of the day, both included. `birthday`: "", "day" (7 days around
    it) or "month". `valid_delay`: days between issue and the first day. `budget`: all that may ever
    be given. `group`: of offers with the same word only the best applies. `stackable`: True goes
    beside others that say so, False stands alone, None is as the shop says (`coupons_per_bill`); of
    promotions of the whole bill one that does not say True applies.
    `reward`: the offer whose coupon a full stamp card gives (`buy` stamps, each `valid_days` long).
    `supplier_share`: basis points of what the offer gives that `supplier` pays.
    """

    kind: OfferKind
    value: int = 0
    cap: Money | None = None
    min_spend: Money | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    valid_days: int | None = None
    limit_total: int | None = None
    limit_per_member: int | None = None
    uses_allowed: int | None = 1
    bearer: bool = True
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    automatic: bool = False
    brands: tuple[str, ...] = ()
    not_products: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    min_quantity: int | None = None
    max_repeats: int | None = None
    buy: int | None = None
    get: int | None = None
    gifts: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    members_only: bool = False
    tiers: tuple[str, ...] = ()
    first_purchase: bool = False
    birthday: str = ""
    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    budget: Money | None = None
    priority: int = 0
    stackable: bool | None = None
    group: str = ""
    skip_discounted: bool = False
    valid_delay: int | None = None
    reward: str = ""
    supplier: str = ""
    supplier_share: int = 0

    @property
    def scoped(self) -> bool:
        """True when only some goods count."""
        return bool(
            self.products
            or self.categories
            or self.brands
            or self.not_products
            or self.not_categories
        )

    @property
    def needs_amount(self) -> bool:
        """True when the discount cannot be known without the bill's amount."""
        return (
            self.kind is not OfferKind.AMOUNT_OFF
            or bool(self.min_spend)
            or bool(self.min_quantity)
            or self.scoped
        )

    @property
    def for_members(self) -> bool:
        """True when the member must be known."""
        return bool(
            self.members_only
            or self.tiers
            or self.first_purchase
            or self.birthday
            or self.limit_per_member
        )


@dataclass(frozen=True)
class LivePromotion:
    """An automatic promotion that is running today."""

    offer: OfferId
    version: VersionId
    code: str
    name: str
    rule: OfferRule


def is_line(rule: OfferRule) -> bool:
    """True for promotions of goods; the others are of the whole bill."""
    if rule.kind is OfferKind.PERCENT_OFF:
        return rule.scoped and rule.cap is None and not rule.min_spend and not rule.min_quantity
    return of_pieces(rule)


def of_pieces(rule: OfferRule) -> bool:
    """True of kinds that price pieces. As a coupon a percentage is none of them: it is one discount
    on a sum, rounded once."""
    return rule.kind in (
        OfferKind.FIXED_PRICE,
        OfferKind.BUY_GET,
        OfferKind.NTH_ITEM,
        OfferKind.GIFT,
        OfferKind.ADD_ON,
    )
