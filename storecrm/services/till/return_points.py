"""Points of a sale whose goods come back: earned ones go, used ones are given back.

What is taken follows the rate of the sale, so that all slices together take what was earned; what
the member has used already is handled by the shop's rule `return_shortfall`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.domain.points import EarnRate
from storecrm.domain.shop_rules import ShopRules, Shortfall
from storecrm.ledger import point_balances, points
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.store import Store
from storecrm.services.till.return_plan import OpenLine, ReturnPlan
from storecrm.values import EntryKind, LotId, Money, Points, SaleId

_ENTRY = tables.point_entry.c
_SALE = tables.sale.c
_OF_SALE = _ENTRY.sale_id == bindparam("sale")
_OF_KIND = _ENTRY.kind == bindparam("kind")
EARNED = Hot(select(*_ENTRY["lot_id", "points"]).where(_OF_SALE, _ENTRY.kind == EntryKind.EARN))
_THE_RETURN = _SALE.id == _ENTRY.sale_id
_RETURNED = _SALE.returns_id == bindparam("sale")
_BY_RETURNS = select(func.sum(_ENTRY.points)).join(tables.sale, _THE_RETURN)
_MOVED = Hot(_BY_RETURNS.where(_RETURNED, _OF_KIND))
_OTHERS = _SALE.id != bindparam("back")
_PAID_BACK = Hot(select(func.sum(_SALE.points_paid)).where(_RETURNED, _OTHERS))


@dataclass
class TakenPoints:
    """Points to take back, from which lots, and what is missing; `cash` is kept for those."""

    points: int = 0
    missing: int = 0
    policy: str = ""
    cash: int = 0
    from_lots: list[tuple[LotId, int]] = field(default_factory=list)


def taken(session: Session, store: Store, shop: ShopRules, plan: ReturnPlan) -> TakenPoints:
    """How many of the earned points go, and what happens when they are not there any more."""
    sale = plan.sale
    earned = EARNED.first(session, sale=sale.id)
    if earned is None or sale.member_id is None:
        return TakenPoints()
    want = _wanted(session, shop, plan, int(earned.points))
    # what ended unused is taken where it ended: nobody owes it
    points.take_up(session, store, [earned.lot_id])
    policy = shop.return_shortfall
    # its own lot first; what is pending cannot have been used yet
    own = earned.lot_id
    today = store.clock.today()
    pending = policy is Shortfall.PENDING
    found = point_balances.reachable(session, sale.member_id, today, own=own, pending_only=pending)
    lots = _parts(found, want)
    left = want - sum(part for _, part in lots)
    if not left:
        return TakenPoints(want, from_lots=lots)
    if policy is Shortfall.DEBT:
        # the lot of the sale goes below nothing: the next earnings repay it
        lots.append((own, left))
        return TakenPoints(want, left, policy, from_lots=lots)
    worth = int(shop.points_money(left)) if policy is Shortfall.CASH else 0
    kept = min(worth, plan.cash - plan.charge)
    return TakenPoints(points=want - left, missing=left, policy=policy, cash=kept, from_lots=lots)


def _wanted(session: Session, shop: ShopRules, plan: ReturnPlan, earned: int) -> int:
    """How many points this return takes, never more than earlier ones have left."""
    want = _claw(shop, plan, earned)
    kind = EntryKind.CLAW_BACK
    clawed = _MOVED.scalar(session, sale=plan.sale.id, kind=kind) or 0
    left = earned + int(clawed)
    return max(0, min(want, left))


def _parts(lots: Sequence[tuple[LotId, int]], want: int) -> list[tuple[LotId, int]]:
    """What each lot gives of the points wanted, in their order."""
    parts: list[tuple[LotId, int]] = []
    left = want
    for lot, have in lots:
        part = min(left, have)
        if part:
            parts.append((lot, part))
        left -= part
    return parts


def _claw(shop: ShopRules, plan: ReturnPlan, earned: int) -> int:
    """earn(what was paid before this return) - earn(what stays paid after it): slices add up to
    what was earned, at the rate of the sale."""
    sale = plan.sale
    rate = EarnRate(sale.earn_points, sale.earn_per) if sale.earn_per else shop.earn_rate
    earning = [line for line in plan.lines if not line.row.no_points]
    # a sale from before its facts were kept may have earned on goods that earn nothing any more
    times = sale.points_times
    for lines in (earning, plan.lines):
        whole = _whole(plan, lines)
        if rate.earn(whole, times) == earned:
            then = rate.earn(_stays(plan, lines, after=False), times)
            now = rate.earn(_stays(plan, lines, after=True), times)
            return int(then) - int(now)
    # no rate explains what was earned: in proportion to what was paid
    lines = earning if _whole(plan, earning) else plan.lines
    whole = _whole(plan, lines)
    if not whole:
        return 0
    stood = _stays(plan, lines, after=False)
    stands = _stays(plan, lines, after=True)
    return earned * stood // whole - earned * stands // whole


def _whole(plan: ReturnPlan, lines: Sequence[OpenLine]) -> Money:
    """What earned when it was sold."""
    paid = sum(line.paid for line in lines)
    return Money(max(0, paid - plan.sale.no_points))


def _stays(plan: ReturnPlan, lines: Sequence[OpenLine], *, after: bool) -> Money:
    """What is paid for the lines before or after this return, with what is charged for them."""
    paid = sum(line.rest(line.paid, now=after) + line.charges[after] for line in lines)
    return Money(max(0, paid - plan.sale.no_points))


def move(
    session: Session,
    store: Store,
    shop: ShopRules,
    plan: ReturnPlan,
    back: SaleId,
    lots: Sequence[tuple[LotId, int]],
) -> Points:
    """Write the points down: those taken from `lots`, and those that had paid. Returns how many
    were given back."""
    member = plan.sale.member_id
    if member is None:
        return Points(0)
    today = store.clock.today()
    for lot, count in lots:
        points.claw_back(session, store, lot=lot, member=member, count=count, day=today, sale=back)
    return _give_back(session, store, shop, plan, back)


def _give_back(
    session: Session, store: Store, shop: ShopRules, plan: ReturnPlan, back: SaleId
) -> Points:
    """Give the points back that had paid for what comes back, lot by lot as they were used."""
    burnt = points.burnt_by(session, plan.sale.id)
    used = -sum(row.points for row in burnt)
    money = plan.sale.points_paid
    if not used or not money:
        return Points(0)
    earlier = -(_PAID_BACK.scalar(session, sale=plan.sale.id, back=back) or 0)
    until_now = earlier + plan.of_steps("points")
    # earlier returns gave back the first ones
    skip = used * earlier // money
    give = used * until_now // money - skip
    for lot, part in _unreturned(burnt, skip, give):
        points.give_back(session, store, shop, lot=lot, count=part, sale=back)
    return Points(int(give))


def _unreturned(burnt: Sequence[Any], skip: int, give: int) -> list[tuple[LotId, int]]:
    """Lot by lot the next `give` points after the first `skip` of those that were used."""
    left: list[tuple[LotId, int]] = []
    for row in burnt:
        passed = min(skip, -row.points)
        skip -= passed
        left.append((row.lot_id, -row.points - passed))
    return _parts(left, give)
