"""What stays of a sold bill when goods come back, and what it no longer earns.

The goods that stay are priced by the same engine as the bill was, under the rules that it was sold
under. What was paid for them, less than that price, is charged: a gift, an add-on's price, a free
or cheaper piece of a group. The charge depends on what stays alone, so returns in slices add up to
the return at once, and when everything is back nothing is charged.

    bill = kept_goods.read(session, store, sale, rows, shares)
    charges = bill.charges([line.stays for line in lines])
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import OfferRule
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.services.till import coupon_check, overrides
from storecrm.values import PIECE, Money, OfferKind, Quantity, share_out

_R: Any = Redemption.__table__
_A: Any = Allocation.__table__
_C: Any = Coupon.__table__
_B: Any = Batch.__table__
_COUPONS = Hot(
    select(_R.c.id, _R.c.override, _B.c.version_id)
    .join(_C, _C.c.id == _R.c.coupon_id)
    .join(_B, _B.c.id == _C.c.batch_id)
    .where(_R.c.sale_id == bindparam("sale"), _R.c.reversed_at.is_(None), _R.c.import_id.is_(None))
    .order_by(_R.c.id)
)
_SHARES = Hot(
    select(_A.c.redemption_id, _A.c.line_no, _A.c.amount)
    .join(_R, _R.c.id == _A.c.redemption_id)
    .where(_R.c.sale_id == bindparam("sale"))
)


@dataclass(frozen=True)
class SoldBill:
    """A posted sale as it was priced: its lines, and each promotion and coupon with its share of
    every line."""

    lines: tuple[pricing.Line, ...]
    given: tuple[pricing.GivenReduction, ...]

    @property
    def grouped(self) -> list[int]:
        """What groups gave each line when it was sold."""
        groups = [one for one in self.given if pricing.in_groups(one.asked.rule)]
        return [sum(one.shares[n] for one in groups) for n in range(len(self.lines))]

    def charges(self, stays: Sequence[int]) -> list[int]:
        """What is charged in all, line by line, while `stays` thousandths of each line are not
        returned."""
        grouped = self.grouped
        if not any(grouped):
            return [0] * len(stays)
        left = [
            _stays(line.amount, line, rest) for line, rest in zip(self.lines, stays, strict=True)
        ]
        lines = [
            replace(line, amount=Money(amount), quantity=Quantity(rest))
            for line, amount, rest in zip(self.lines, left, stays, strict=True)
        ]
        given = [replace(one, shares=self._parts(one.shares, stays)) for one in self.given]
        earned = pricing.still_earned(lines, given)
        # what lies on the rest of a line is what its price lacks: so the parts of a line are never
        # more than the line
        missing = [
            amount - _stays(line.amount - share, line, rest) - now
            for amount, line, share, rest, now in zip(
                left, self.lines, grouped, stays, earned, strict=True
            )
        ]
        return share_out(max(0, sum(missing)), [max(0, one) for one in missing])

    def _parts(self, shares: Sequence[int], stays: Sequence[int]) -> list[int]:
        return [
            _stays(share, line, rest)
            for share, line, rest in zip(shares, self.lines, stays, strict=True)
        ]


def _stays(total: int, line: pricing.Line, rest: int) -> int:
    """What stays of a line's `total` with `rest` of its quantity; the part that went is rounded
    down."""
    whole = line.quantity or PIECE
    return int(total - total * (whole - rest) // whole)


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
    # a promotion has a step for each line that it priced by itself
    parts: dict[tuple[str, int | None], list[int]] = {}
    for step in steps:
        before = parts.setdefault((step.step, step.version_id), [0] * len(rows))
        parts[step.step, step.version_id] = [
            had + shares.get(n, {}).get(step.id, 0) for had, n in zip(before, numbers, strict=True)
        ]
    parts |= {(pricing.Step.LINE, version): [0] * len(rows) for version in _beside(sale)}
    given = []
    for (name, version), share in parts.items():
        if name in _BEFORE_COUPONS:
            rule = design.frozen(session, store, version) if version is not None else _TIER
            # a budget gave so much and no more
            left = None if rule.budget is None else Money(sum(share))
            given.append(
                pricing.GivenReduction(
                    pricing.AppliedOffer(version or 0, rule, left), pricing.Step(name), share
                )
            )
    given += _coupons(session, store, sale, numbers)
    return SoldBill(tuple(coupon_check.lines_of(rows)), tuple(given))


_BEFORE_COUPONS = (pricing.Step.LINE, pricing.Step.TIER, pricing.Step.ORDER)
_TIER = OfferRule(OfferKind.PERCENT_OFF)
"""A tier's price stands on its lines whatever else is bought."""


def _beside(sale: Any) -> list[int]:
    """Versions of promotions that applied to the bill too and took nothing there; kept in its
    trace."""
    return [version for step in json.loads(sale.trace) for version in step.get("beside", ())]


def _coupons(
    session: Session, store: Store, sale: Any, numbers: Sequence[int]
) -> list[pricing.GivenReduction]:
    parts: dict[int, dict[int, int]] = {}
    for share in _SHARES.rows(session, sale=sale.id):
        parts.setdefault(share.redemption_id, {})[share.line_no] = share.amount
    found = []
    for use in _COUPONS.rows(session, sale=sale.id):
        rule = overrides.lenient(
            session, store, design.frozen(session, store, use.version_id), use.override
        )
        shares = [parts.get(use.id, {}).get(number, 0) for number in numbers]
        found.append(
            pricing.GivenReduction(pricing.AppliedOffer(use.id, rule), pricing.Step.COUPON, shares)
        )
    return found
