"""What comes back and what a return of it answers.

back = ReturnLine(line_no=2, quantity=Quantity(1000))
"""

from dataclasses import dataclass

from storecrm.values import Code, Money, Points, Quantity, TenderKind


@dataclass(frozen=True)
class ReturnLine:
    """Goods asked back: a line of the receipt and thousandths of its quantity."""

    line_no: int
    quantity: Quantity


@dataclass(frozen=True)
class LineBack:
    """One line that comes back, with the cash for it."""

    line_no: int
    sku: str
    name: str
    quantity: Quantity
    cash: Money


@dataclass(frozen=True)
class GiftDue:
    """Goods that stay with the customer and are not earned any more as cheap as they were (a gift,
    an add-on, a piece of a group): the difference is charged."""

    line_no: int
    name: str
    charge: Money


@dataclass(frozen=True)
class Returned:
    """What a return does (or, as a preview, would do). `cash` is what the customer gets, after
    gifts and missing points, by `way`
    (None when another register took the money)."""

    receipt_no: Code
    original: Code
    cash: Money
    lines: tuple[LineBack, ...]
    points_given_back: Points
    points_taken_back: Points
    points_missing: Points
    shortfall: str
    cash_for_points: Money
    coupons_back: tuple[Code, ...]
    coupons_kept: tuple[Code, ...]
    coupons_void: tuple[Code, ...]
    gifts_due: tuple[GiftDue, ...]
    everything: bool
    repeated: bool = False
    stamps_taken_back: int = 0
    way: TenderKind | None = None
