"""An offer tried on what was sold: how many receipts would have qualified, and what it would have
cost; and what it collides with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import birthdays, pricing
from storecrm.domain.offers.rule import OfferRule, is_line
from storecrm.errors import NotPossible
from storecrm.models.member import Member
from storecrm.models.product import Product
from storecrm.models.sale import Sale, SaleLine
from storecrm.services import rights
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Money, OfferKind, OfferState, as_datetime

_S: Any = Sale.__table__
_L: Any = SaleLine.__table__
_P: Any = Product.__table__
_M: Any = Member.__table__


@dataclass(frozen=True)
class Trial:
    """What an offer would have done in a period. `near` receipts missed it by less than a fifth of
    its threshold."""

    receipts: int
    qualified: int
    near: int
    cost: Money
    qualified_net: Money


@dataclass(frozen=True)
class Collision:
    """Another live offer that cannot be had together with this one: `one_a_line` or
    `one_a_bill`."""

    code: str
    name: str
    why: str


def try_out(store: Store, *, code: str, first: Day, last: Day) -> Trial:
    """Apply the offer alone to every receipt of a period, as an automatic promotion: limits and
    budgets are not counted.

    Raises:
        NotFound: offer.
        BadInput: period.
        NotPossible: offer_external.
    """
    rights.require(store, Right.OFFERS)
    return try_rule(store, rule=design.show(store, code=code).rule, first=first, last=last)


def try_rule(store: Store, *, rule: OfferRule, first: Day, last: Day) -> Trial:
    """The same for a rule that is still being designed.

    Raises:
        BadInput: period.
        NotPossible: offer_external.
    """
    rights.require(store, Right.OFFERS)
    require_period(first, last)
    if rule.kind in (OfferKind.EXTERNAL, OfferKind.POINTS_TIMES):
        raise NotPossible("offer_external", where=rule.kind.value)
    asked = [pricing.AppliedOffer(1, replace(rule, automatic=True, limit_per_member=None))]
    count = qualified = near = cost = net = 0
    with store.read() as session:
        for lines, buyer, now in _receipts(session, store, first, last):
            done = pricing.price(lines, promotions=asked, buyer=buyer, now=now)
            count += 1
            if done.discount:
                qualified, cost, net = qualified + 1, cost + done.discount, net + done.net
            elif any(
                (n.refusal.short or 0) * 5 <= (rule.min_spend or 0)
                for n in done.near
                if n.refusal.short
            ):
                near += 1
    return Trial(count, qualified, near, Money(cost), Money(net))


def _receipts(
    session: Session, store: Store, first: Day, last: Day
) -> Iterator[tuple[list[pricing.Line], pricing.Buyer | None, pricing.PricingTime]]:
    query = (
        select(_S.c.id, _S.c.occurred_at, _S.c.business_date, _S.c.store, _S.c.member_id, _M.c.tier, _M.c.birthday, _M.c.birthday_type, _L.c.amount, _L.c.quantity, _P.c.sku, _P.c.category, _P.c.brand, _P.c.no_promotion)
        .join(_L, _L.c.sale_id == _S.c.id)
        .outerjoin(_P, _P.c.id == _L.c.product_id)
        .outerjoin(_M, _M.c.id == _S.c.member_id)
        .where(_S.c.business_date.between(first, last), _S.c.state == "posted", _S.c.voids_id.is_(None), _S.c.returns_id.is_(None))
        .order_by(_S.c.id, _L.c.line_no)
    )  # fmt: skip
    rows = session.execute(query.execution_options(yield_per=5000))
    for _, group in groupby(rows, key=lambda row: row.id):
        part = list(group)
        head, local = part[0], as_datetime(part[0].occurred_at, store.clock.zone)
        lines = [
            pricing.Line(
                row.amount,
                row.sku,
                row.category or "",
                row.quantity,
                row.brand or "",
                bool(row.no_promotion),
            )
            for row in part
            if row.amount > 0
        ]
        buyer = None
        if head.member_id is not None:
            buyer = pricing.Buyer(
                head.tier or "",
                0,
                head.birthday or "",
                calendar=head.birthday_type or birthdays.SOLAR,
            )
        if lines:
            yield (
                lines,
                buyer,
                pricing.PricingTime(head.business_date, local.hour * 60 + local.minute, head.store),
            )


def collisions(store: Store, *, rule: OfferRule, besides: str = "") -> list[Collision]:
    """Live automatic offers that share days and goods (or the bill) with `rule` and cannot be had
    together with it."""
    rights.require(store, Right.FIND)
    found = []
    for other in design.listed(store):
        if (
            other.code == besides
            or other.state is OfferState.STOPPED
            or not other.rule.automatic
            or not rule.automatic
        ):
            continue
        if not _share_days(rule, other.rule):
            continue
        if is_line(rule) and is_line(other.rule) and _share_goods(rule, other.rule):
            found.append(Collision(other.code, other.name, "one_a_line"))
        elif not is_line(rule) and not is_line(other.rule) and _one_a_bill(rule, other.rule):
            found.append(Collision(other.code, other.name, "one_a_bill"))
    return found


def _share_days(one: OfferRule, other: OfferRule) -> bool:
    return not (
        (one.valid_to and other.valid_from and one.valid_to < other.valid_from)
        or (other.valid_to and one.valid_from and other.valid_to < one.valid_from)
        or (one.weekdays and other.weekdays and not set(one.weekdays) & set(other.weekdays))
    )


def _share_goods(one: OfferRule, other: OfferRule) -> bool:
    if not one.scoped or not other.scoped:
        return True
    return bool(
        set(one.products) & set(other.products)
        or set(one.categories) & set(other.categories)
        or set(one.brands) & set(other.brands)
    ) or bool((one.products and other.categories) or (one.categories and other.products))


def _one_a_bill(one: OfferRule, other: OfferRule) -> bool:
    if OfferKind.POINTS_TIMES in (one.kind, other.kind):
        return False
    return bool(one.group and one.group == other.group) or not (one.stackable or other.stackable)
