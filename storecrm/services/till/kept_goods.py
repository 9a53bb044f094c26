"""What stays of a sold bill when goods come back, and what it no longer earns.

The goods that stay are priced by the same engine as the bill was, under the rules that it was sold
under. What was paid for them, less than that price, is charged: a gift, an add-on's price, a free
or cheaper piece of a group. The charge depends on what stays alone, so returns in slices add up to
the return at once, and when everything is back nothing is charged.

    bill = kept_goods.read(session, store, sale, rows, shares)
    charges = bill.charges([line.stays for line in lines])
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import OfferRule
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.offers import design, priced_lines
from storecrm.services.store import Store
from storecrm.services.till import overrides
from storecrm.values import PIECE, Money, OfferKind, Quantity, share_out

_USE = tables.redemption.c
_COUPON = tables.coupon.c
_BATCH = tables.batch.c
_ALLOCATION = tables.allocation.c
_OF_SALE = _USE.sale_id == bindparam("sale")
_LIVE = _USE.reversed_at.is_(None)
# what an import brought has no rule to be asked
_OURS = _USE.import_id.is_(None)
_ITS_COUPON = _COUPON.id == _USE.coupon_id
_ITS_BATCH = _BATCH.id == _COUPON.batch_id
_WITH_COUPON = select(*_USE["id", "override"], _BATCH.version_id).join(tables.coupon, _ITS_COUPON)
_USES = _WITH_COUPON.join(tables.batch, _ITS_BATCH).where(_OF_SALE, _LIVE, _OURS)
_COUPONS = Hot(_USES.order_by(_USE.id))
_ITS_USE = _USE.id == _ALLOCATION.redemption_id
_PARTS = select(*_ALLOCATION["redemption_id", "line_no", "amount"])
_SHARES = Hot(_PARTS.join(tables.redemption, _ITS_USE).where(_OF_SALE))
_BEFORE_COUPONS = (pricing.Step.LINE, pricing.Step.TIER, pricing.Step.ORDER)
_TIER = OfferRule(OfferKind.PERCENT_OFF)
"""A tier's price stands on its lines whatever else is bought."""


@dataclass(frozen=True)
class SoldBill:
    """A posted sale as it was priced: its lines, and each promotion and coupon with its share of
    every line."""

    lines: tuple[pricing.Line, ...]
    given: tuple[pricing.GivenReduction, ...]

    @property
    def grouped(self) -> list[int]:
        """What groups gave each line when it was sold."""
        total = [0] * len(self.lines)
        for one in self.given:
            if pricing.in_groups(one.asked.rule):
                total = [had + share for had, share in zip(total, one.shares, strict=True)]
        return total

    def charges(self, stays: Sequence[int]) -> list[int]:
        """What is charged in all, line by line, while `stays` thousandths of each line are not
        returned."""
        grouped = self.grouped
        if not any(grouped):
            return [0] * len(stays)
        amounts = [line.amount for line in self.lines]
        left = self._parts(amounts, stays)
        earned = self._still_earned(left, stays)
        ungrouped = [amount - off for amount, off in zip(amounts, grouped, strict=True)]
        paid = self._parts(ungrouped, stays)
        # what lies on the rest of a line is what its price lacks: so the parts of a line are never
        # more than the line
        columns = zip(left, paid, earned, strict=True)
        missing = [amount - part - now for amount, part, now in columns]
        total = max(0, sum(missing))
        return share_out(total, [max(0, one) for one in missing])

    def _still_earned(self, left: Sequence[int], stays: Sequence[int]) -> Sequence[int]:
        """What the goods that stay would be given today, line by line."""
        lines = []
        for line, amount, rest in zip(self.lines, left, stays, strict=True):
            kept = replace(line, amount=Money(amount), quantity=Quantity(rest))
            lines.append(kept)
        given = []
        for one in self.given:
            shares = self._parts(one.shares, stays)
            given.append(replace(one, shares=shares))
        return pricing.still_earned(lines, given)

    def _parts(self, shares: Sequence[int], stays: Sequence[int]) -> list[int]:
        """What stays of each line's share."""
        columns = zip(shares, self.lines, stays, strict=True)
        return [_stays(share, line, rest) for share, line, rest in columns]


def _stays(total: int, line: pricing.Line, rest: int) -> int:
    """What stays of a line's `total` with `rest` of its quantity; the part that went is rounded
    down."""
    whole = line.quantity or PIECE
    gone = total * (whole - rest) // whole
    return int(total - gone)


def read(
    session: Session,
    store: Store,
    sale: Any,
    rows: Sequence[Any],
    steps: Sequence[Any],
    shares: Mapping[int, Mapping[int, int]],
) -> SoldBill:
    """A sale as it was priced, from its rows: its lines joined with what their articles were, its
    steps, and their shares by line."""
    numbers = [row.line_no for row in rows]
    parts = _parts(steps, shares, numbers)
    for beside in _beside(sale):
        key = (pricing.Step.LINE, beside)
        parts[key] = [0] * len(rows)
    given = []
    for (name, version), share in parts.items():
        if name in _BEFORE_COUPONS:
            step = pricing.Step(name)
            gave = sum(share)
            offer = _promotion(session, store, version, gave)
            given.append(pricing.GivenReduction(offer, step, share))
    given += _coupons(session, store, sale, numbers)
    lines = priced_lines.of_rows(rows)
    return SoldBill(tuple(lines), tuple(given))


def _parts(
    steps: Iterable[Any], shares: Mapping[int, Mapping[int, int]], numbers: Sequence[int]
) -> dict[tuple[str, int | None], list[int]]:
    """What each promotion took from each line: it has a step for each line that it priced by
    itself."""
    parts: dict[tuple[str, int | None], list[int]] = {}
    for step in steps:
        key = (step.step, step.version_id)
        share = parts.setdefault(key, [0] * len(numbers))
        for place, number in enumerate(numbers):
            of_line = shares.get(number, {})
            share[place] += of_line.get(step.id, 0)
    return parts


def _promotion(
    session: Session, store: Store, version: int | None, gave: int
) -> pricing.AppliedOffer:
    """A promotion as it was on the bill; without a version it is the tier's price."""
    if version is None:
        return pricing.AppliedOffer(0, _TIER)
    rule = design.frozen(session, store, version)
    # a budget gave so much and no more
    left = None if rule.budget is None else Money(gave)
    return pricing.AppliedOffer(version, rule, left)


def _beside(sale: Any) -> list[int]:
    """Versions of promotions that applied to the bill too and took nothing there; kept in its
    trace."""
    trace = json.loads(sale.trace)
    return [version for step in trace for version in step.get("beside", ())]


def _coupons(
    session: Session, store: Store, sale: Any, numbers: Sequence[int]
) -> list[pricing.GivenReduction]:
    """The coupons of the bill, each under the rule as it was judged."""
    parts: dict[int, dict[int, int]] = {}
    for share in _SHARES.rows(session, sale=sale.id):
        of_use = parts.setdefault(share.redemption_id, {})
        of_use[share.line_no] = share.amount
    found = []
    for use in _COUPONS.rows(session, sale=sale.id):
        frozen = design.frozen(session, store, use.version_id)
        rule = overrides.lenient(session, store, frozen, use.override)
        of_use = parts.get(use.id, {})
        shares = [of_use.get(number, 0) for number in numbers]
        offer = pricing.AppliedOffer(use.id, rule)
        given = pricing.GivenReduction(offer, pricing.Step.COUPON, shares)
        found.append(given)
    return found
