"""What coupons take off: a pure function from amounts and rules to discounts, shares per line, and a trace.

The order is fixed: percent before fixed amount, then the order of scanning. Thresholds are inclusive and measured on the
eligible lines before coupons. A discount is rounded half-up once, capped at what is left, and shared out by largest remainder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from storecrm.values import WHOLE, Money, OfferKind, OfferRule, Refusal, RefusalCode, half_up, share_out


@dataclass(frozen=True)
class Line:
    """One line of a bill; an amount-only bill is one open line without `sku`, eligible for everything."""

    amount: Money
    sku: str | None = None
    category: str = ""


@dataclass(frozen=True)
class Asked:
    """A coupon on the bill: `key` tells it apart."""

    key: int
    rule: OfferRule


@dataclass(frozen=True)
class Taken:
    """What one coupon took off, line by line, and the eligible amount it was measured on."""

    key: int
    discount: Money
    shares: tuple[Money, ...]
    eligible: Money


@dataclass(frozen=True)
class Priced:
    """A priced bill. `refused` holds the coupons that do not apply, with why."""

    gross: Money
    discount: Money
    taken: tuple[Taken, ...]
    refused: dict[int, list[Refusal]]

    @property
    def net(self) -> Money:
        return Money(self.gross - self.discount)


def eligible(rule: OfferRule, line: Line) -> bool:
    """True when the line counts for the rule; an open line always does (the cashier typed the eligible part)."""
    if not rule.scoped or line.sku is None:
        return True
    return line.sku in rule.products or line.category in rule.categories


def price(lines: Sequence[Line], coupons: Sequence[Asked]) -> Priced:
    """Apply `coupons` to `lines`.

    Raises:
        ValueError: a coupon of kind external, which never applies at the till.
    """
    left = [int(line.amount) for line in lines]
    taken: list[Taken] = []
    refused: dict[int, list[Refusal]] = {}
    for coupon in sorted(coupons, key=lambda c: c.rule.kind is not OfferKind.PERCENT_OFF):
        counts = [eligible(coupon.rule, line) and line.amount > 0 for line in lines]
        base = sum(line.amount for line, yes in zip(lines, counts, strict=True) if yes)
        rest = [value if yes else 0 for value, yes in zip(left, counts, strict=True)]
        failing = failing_amount(coupon.rule, Money(base), any(counts))
        discount = min(_worth(coupon.rule, sum(rest)), sum(rest))
        if not failing and discount <= 0:
            failing = [Refusal(RefusalCode.NO_EFFECT)]
        if failing:
            refused[coupon.key] = failing
            continue
        shares = share_out(discount, rest)
        left = [value - share for value, share in zip(left, shares, strict=True)]
        taken.append(Taken(coupon.key, Money(discount), tuple(Money(s) for s in shares), Money(base)))
    gross = sum(line.amount for line in lines)
    return Priced(Money(gross), Money(sum(t.discount for t in taken)), tuple(taken), refused)


def failing_amount(rule: OfferRule, base: Money, any_line: bool = True) -> list[Refusal]:
    """Why `base` eligible money is not enough; empty when it is."""
    if rule.scoped and not any_line:
        return [Refusal(RefusalCode.NO_ELIGIBLE_ITEM)]
    if rule.min_spend and base < rule.min_spend:
        return [Refusal(RefusalCode.MIN_SPEND, short=Money(rule.min_spend - base))]
    return []


def _worth(rule: OfferRule, rest: int) -> int:
    if rule.kind is OfferKind.EXTERNAL:
        raise ValueError("external offers are decided elsewhere")
    if rule.kind is OfferKind.PERCENT_OFF:
        off = half_up(Decimal(rest) * rule.value / WHOLE)
        return off if rule.cap is None else min(off, rule.cap)
    return rule.value


def face_value(rule: OfferRule) -> Money:
    """What a coupon gives when no amount is known: its value, nothing for a percentage."""
    return Money(0) if rule.needs_amount else Money(rule.value)
