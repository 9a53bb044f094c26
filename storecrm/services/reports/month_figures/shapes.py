"""What the figures are called and how they are held."""

from dataclasses import dataclass, field
from decimal import Decimal

from storecrm.values import Day, Moment, Money, half_up


def rate(part: int, whole: int) -> str | None:
    """part / whole with four decimals, None when there is no whole."""
    return None if not whole else f"{part / whole:.4f}"


@dataclass(frozen=True)
class OfferFigures:
    """One offer in the period (see docs/semantics.md for each figure)."""

    offer_code: str
    offer_name: str
    campaign: str
    issued: int = 0
    issued_to_date: int = 0
    members_issued_to_date: int = 0
    redemptions: int = 0
    reversed: int = 0
    members_redeeming: int = 0
    redeemed_to_date: int = 0
    members_redeemed_to_date: int = 0
    discount: Money = Money(0)
    sales_with_coupon: int = 0
    sales_with_coupon_net: Money = Money(0)
    matured_issued: int = 0
    matured_redeemed: int = 0
    without_amount: int = 0

    @property
    def redemption_rate(self) -> str | None:
        return rate(self.redeemed_to_date, self.issued_to_date)

    @property
    def member_rate(self) -> str | None:
        return rate(self.members_redeemed_to_date, self.members_issued_to_date)

    @property
    def matured_rate(self) -> str | None:
        return rate(self.matured_redeemed, self.matured_issued)

    @property
    def average_basket(self) -> Money | None:
        if not self.sales_with_coupon:
            return None
        basket = Decimal(self.sales_with_coupon_net) / self.sales_with_coupon
        return Money(half_up(basket))


@dataclass(frozen=True)
class DayFigures:
    """One business day. `shop_net` and `receipts` are of the whole shop, None until known."""

    day: Day
    issued: int = 0
    redemptions: int = 0
    refused: int = 0
    discount: Money = Money(0)
    sales_with_coupon_net: Money = Money(0)
    recorded_net: Money = Money(0)
    recorded_receipts: int = 0
    member_net: Money = Money(0)
    new_members: int = 0
    shop_net: Money | None = None
    shop_receipts: int | None = None


@dataclass(frozen=True)
class PointFigures:
    """The points account: opening + in - out = closing, and what the closing is worth."""

    opening: int
    earned: int
    granted: int
    used: int
    expired: int
    reversed: int
    closing: int
    liability: Money
    expiring_next_month: int


@dataclass(frozen=True)
class MonthMembers:
    """Members in the period."""

    total: int
    new: int
    buying: int
    member_sales: int
    member_net: Money
    other_sales: int
    other_net: Money


@dataclass(frozen=True)
class Figures:
    """Everything the month's workbook says."""

    first: Day
    last: Day
    cut_off: Moment
    totals: OfferFigures
    offers: tuple[OfferFigures, ...]
    days: tuple[DayFigures, ...]
    points: PointFigures
    members: MonthMembers
    shop_net: Money | None
    shop_receipts: int | None
    recorded_net: Money
    recorded_receipts: int
    refused_by_reason: dict[str, int] = field(default_factory=dict)
    tie_out: tuple[tuple[str, int, int], ...] = ()
    promotions: Money = Money(0)
    tier_prices: Money = Money(0)
    points_paid: Money = Money(0)
