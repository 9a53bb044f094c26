"""An offer tried on what was sold: how many receipts would have qualified, and what it would have
cost; and what it collides with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from storecrm.domain import birthdays, pricing
from storecrm.domain.offers.rule import OfferRule, is_line
from storecrm.errors import NotPossible
from storecrm.models import tables
from storecrm.services import rights
from storecrm.services.offers import design, priced_lines
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Money, OfferKind, OfferState, as_datetime


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
    # by itself it is had once a bill, whatever a member had before
    alone = replace(rule, automatic=True, limit_per_member=None)
    asked = [pricing.AppliedOffer(1, alone)]
    count = qualified = near = cost = net = 0
    with store.read() as session:
        for lines, buyer, now in _receipts(session, store, first, last):
            done = pricing.price(lines, promotions=asked, buyer=buyer, now=now)
            count += 1
            if done.discount:
                qualified += 1
                cost += done.discount
                net += done.net
            elif _nearly(done, rule):
                near += 1
    return Trial(
        receipts=count, qualified=qualified, near=near, cost=Money(cost), qualified_net=Money(net)
    )


def _nearly(done: pricing.Priced, rule: OfferRule) -> bool:
    """True of a bill that missed the threshold by less than a fifth of it."""
    missing = [close.refusal.short for close in done.near if close.refusal.short]
    return any(short * 5 <= (rule.min_spend or 0) for short in missing)


def _receipts(
    session: Session, store: Store, first: Day, last: Day
) -> Iterator[tuple[list[pricing.Line], pricing.Buyer | None, pricing.PricingTime]]:
    sale, line = tables.sale.c, tables.sale_line.c
    goods, member = tables.product.c, tables.member.c
    of_bill = (sale.id, sale.occurred_at, sale.business_date, sale.store, sale.member_id)
    of_member = (member.tier, member.birthday, member.birthday_type)
    of_goods = (goods.sku, goods.category, goods.brand, goods.no_promotion, goods.medicine)
    # bills that stand: neither voided nor returns themselves
    standing = and_(sale.state == "posted", sale.voids_id.is_(None), sale.returns_id.is_(None))
    query = (
        select(*of_bill, *of_member, line.amount, line.quantity, *of_goods)
        .join(tables.sale_line, line.sale_id == sale.id)
        .outerjoin(tables.product, goods.id == line.product_id)
        .outerjoin(tables.member, member.id == sale.member_id)
        .where(sale.business_date.between(first, last), standing)
        .order_by(sale.id, line.line_no)
    )
    rows = session.execute(query.execution_options(yield_per=5000))
    for _, group in groupby(rows, key=lambda row: row.id):
        part = list(group)
        head, local = part[0], as_datetime(part[0].occurred_at, store.clock.zone)
        # what was free or charged back takes no part in a promotion
        lines = priced_lines.of_rows([row for row in part if row.amount > 0])
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
    if not rule.automatic:
        return []
    found: list[Collision] = []
    for other in design.listed(store):
        if other.code == besides or other.state is OfferState.STOPPED:
            continue
        if other.rule.automatic and _share_days(rule, other.rule):
            why = _why(rule, other.rule)
            if why:
                found.append(Collision(other.code, other.name, why))
    return found


def _why(rule: OfferRule, other: OfferRule) -> str:
    """Why two rules of the same days cannot be had together, "" where they can."""
    of_line = is_line(rule)
    # a promotion of goods and one of the bill follow each other
    if of_line != is_line(other):
        return ""
    if of_line:
        return "one_a_line" if _share_goods(rule, other) else ""
    return "one_a_bill" if _one_a_bill(rule, other) else ""


def _share_days(one: OfferRule, other: OfferRule) -> bool:
    if _ends_before(one, other) or _ends_before(other, one):
        return False
    # a rule without weekdays holds on all of them
    if not one.weekdays or not other.weekdays:
        return True
    return _meet(one.weekdays, other.weekdays)


def _ends_before(one: OfferRule, other: OfferRule) -> bool:
    return bool(one.valid_to and other.valid_from and one.valid_to < other.valid_from)


def _meet(some: Iterable[object], others: Iterable[object]) -> bool:
    return not set(some).isdisjoint(others)


def _share_goods(one: OfferRule, other: OfferRule) -> bool:
    if not one.scoped or not other.scoped:
        return True
    # an article may be of any category
    if one.products and other.categories or one.categories and other.products:
        return True
    return (
        _meet(one.products, other.products)
        or _meet(one.categories, other.categories)
        or _meet(one.brands, other.brands)
    )


def _one_a_bill(one: OfferRule, other: OfferRule) -> bool:
    # more points take nothing off
    if OfferKind.POINTS_TIMES in (one.kind, other.kind):
        return False
    same_group = bool(one.group) and one.group == other.group
    return same_group or not (one.stackable or other.stackable)
