"""What pricing is given, and what it answers: lines, buyer, moment and offers; a priced bill with
its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from storecrm.domain import birthdays
from storecrm.domain.offers.rule import OfferRule
from storecrm.values import PIECE, WHOLE, Day, Money, Quantity, Refusal


class Step(StrEnum):
    """The steps of the calculation, in their order."""

    LINE = "line"
    TIER = "tier"
    ORDER = "order"
    COUPON = "coupon"
    POINTS = "points"
    ROUNDING = "rounding"
    EARNING = "earning"
    """Takes nothing off: a points promotion that counts for this bill."""


@dataclass(frozen=True)
class Line:
    """One line of a bill; an amount-only bill is one open line without `sku`, eligible for every
    coupon (the cashier typed the eligible part) and for promotions of the whole bill."""

    amount: Money
    sku: str | None = None
    category: str = ""
    quantity: Quantity = PIECE
    brand: str = ""
    no_promotion: bool = False
    never_given: bool = False

    @property
    def pieces(self) -> int:
        """Whole pieces; what is weighed counts as one."""
        return self.quantity // PIECE if self.quantity % PIECE == 0 else 1


@dataclass(frozen=True)
class Buyer:
    """What the rules ask of a member: tier with its discount and points multiplier, birthday
    "MM-DD" in its calendar, whether this is the first purchase."""

    tier: str = ""
    tier_off: int = 0
    birthday: str = ""
    first_purchase: bool = False
    calendar: str = birthdays.SOLAR


@dataclass(frozen=True)
class PricingTime:
    """The store's day and minute, its name and the channel."""

    day: Day = date(2000, 1, 1)
    minute: int = 12 * 60
    store: str = ""
    channel: str = "store"


@dataclass(frozen=True)
class AppliedOffer:
    """An offer to apply: `key` tells it apart; `left` is what its budget still holds, and coupons
    of one `purse`
    (offer) share it."""

    key: int
    rule: OfferRule
    left: Money | None = None
    purse: int = 0


@dataclass(frozen=True)
class AppliedStep:
    """What one step took off, line by line, and the eligible amount it was measured on. `key` is 0
    for tier, points and rounding."""

    key: int
    discount: Money
    shares: tuple[Money, ...]
    eligible: Money
    step: Step = Step.COUPON
    repeats: int = 1


@dataclass(frozen=True)
class NearPromotion:
    """A promotion that would apply with a little more: `short` money or `pieces`."""

    key: int
    refusal: Refusal


@dataclass(frozen=True)
class Priced:
    """A priced bill. `refused` holds the coupons that do not apply, with why; `near` what almost
    applied."""

    gross: Money
    discount: Money
    taken: tuple[AppliedStep, ...]
    refused: dict[int, list[Refusal]]
    applied: tuple[AppliedStep, ...] = ()
    points_paid: Money = Money(0)
    rounding: Money = Money(0)
    near: tuple[NearPromotion, ...] = ()
    times: int = WHOLE
    """What points earned are multiplied by, in basis points."""
    multiplied_by: int = 0
    """The key of the points promotion behind `times`, 0 for none."""
    beside: tuple[int, ...] = ()
    """Keys of promotions of goods that took nothing, because a group took their lines: what those
    lines would have without the group."""

    @property
    def net(self) -> Money:
        return Money(self.gross - self.discount - self.points_paid - self.rounding)

    @property
    def steps(self) -> tuple[AppliedStep, ...]:
        """Every step in the order of calculation."""
        return self.applied + self.taken

    def paid(self, lines: int) -> list[int]:
        """What is left to pay of each line after every step."""
        return [sum(-step.shares[n] for step in self.steps) for n in range(lines)]


@dataclass(frozen=True)
class GivenReduction:
    """A promotion or coupon of a sold bill, with what of its shares lies on the lines that stay."""

    asked: AppliedOffer
    step: Step
    shares: Sequence[int]
