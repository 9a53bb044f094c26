"""Facts of the ledgers of points and stamps that must agree: lots, reversals, what sales earned,
owners."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storecrm.domain.points import EarnRate
from storecrm.models import tables
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import ProductFacts
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, StepShare
from storecrm.models.stamp import StampEntry
from storecrm.services.integrity.sums import counts, ids_of
from storecrm.values import Money

_FIRST = tables.point_entry.alias("first")
_STAMP = tables.stamp_entry.alias("stamp")
_AT_ONCE = 5000

# whatever opens a lot or fills it again
_ADJUSTED_UP = (PointEntry.kind == "adjust") & (PointEntry.points > 0)
_PUTS_IN = PointEntry.kind.in_(("earn", "opening", "restore")) | _ADJUSTED_UP
_PUT = func.sum(case((_PUTS_IN, PointEntry.points), else_=0))
_LEFT = func.sum(PointEntry.points)
_ENTRIES = select(PointEntry.lot_id, _LEFT.label("left"), _PUT.label("put"))
_LOTS = _ENTRIES.group_by(PointEntry.lot_id).subquery()

# what was taken off a line, by coupons and by promotions
_BY_COUPON = func.coalesce(func.sum(Allocation.amount), 0)
_IS_SHARED = Redemption.id == Allocation.redemption_id
_COUPONS = select(_BY_COUPON).join(Redemption, _IS_SHARED)
_OF_SALE = Redemption.sale_id == SaleLine.sale_id
_OF_LINE = Allocation.line_no == SaleLine.line_no
_BY_COUPONS = _COUPONS.where(_OF_SALE, _OF_LINE).correlate(SaleLine).scalar_subquery()
_BY_STEP = func.coalesce(func.sum(StepShare.amount), 0)
_IS_STEP = SaleStep.id == StepShare.step_id
_STEPS = select(_BY_STEP).join(SaleStep, _IS_STEP)
_IN_SALE = SaleStep.sale_id == SaleLine.sale_id
_IN_LINE = StepShare.line_no == SaleLine.line_no
_BY_STEPS = _STEPS.where(_IN_SALE, _IN_LINE).correlate(SaleLine).scalar_subquery()
_HAS_NO_POINTS = ProductFacts.no_points == 1
_NO_POINTS = select(ProductFacts.id).where(_HAS_NO_POINTS)
_PAID = SaleLine.amount - _BY_COUPONS - _BY_STEPS
_EARNS_NOTHING = SaleLine.facts_id.in_(_NO_POINTS)
_EARNING_NOTHING = select(SaleLine.sale_id, _PAID).where(_EARNS_NOTHING)
"""Sale and what was paid for a line of goods that earned nothing when it was sold."""
_RATE = (Sale.points_times, Sale.earn_points, Sale.earn_per)
_BASE = (Sale.id, Sale.net, Sale.no_points)
_IS_OF_SALE = PointEntry.sale_id == Sale.id
_EARNED = select(*_BASE, *_RATE, PointEntry.points).join(PointEntry, _IS_OF_SALE)
_IS_EARNING = PointEntry.kind == "earn"
_HAS_RATE = Sale.earn_per.is_not(None)
_IS_OF_TILL = Sale.import_id.is_(None)


def wrong_lots(session: Session) -> list[Any]:
    """No lot holds more than was put in, every lot has an entry."""
    is_of_lot = _LOTS.c.lot_id == PointLot.id
    has_too_much = _LOTS.c.left > _LOTS.c.put
    has_no_entry = _LOTS.c.left.is_(None)
    query = select(PointLot.id).outerjoin(_LOTS, is_of_lot)
    return ids_of(session, query.where(has_no_entry | has_too_much))


def wrong_reversals(session: Session) -> list[Any]:
    """A reversal is the exact opposite of what it reverses, in the same lot."""
    is_reversed = _FIRST.c.id == PointEntry.reverses_id
    query = select(PointEntry.id).join(_FIRST, is_reversed)
    is_no_opposite = PointEntry.points + _FIRST.c.points != 0
    is_elsewhere = PointEntry.lot_id != _FIRST.c.lot_id
    return ids_of(session, query.where(is_no_opposite | is_elsewhere))


def wrong_owners(session: Session) -> list[Any]:
    """An entry belongs to whose lot it is in."""
    is_of_lot = PointLot.id == PointEntry.lot_id
    is_anothers = PointEntry.member_id != PointLot.member_id
    query = select(PointEntry.id).join(PointLot, is_of_lot)
    return ids_of(session, query.where(is_anothers))


def wrong_earnings(session: Session) -> list[Any]:
    """What a sale earned is its rate for what was paid, less goods that earned nothing when it was
    sold."""
    earning_nothing: Counter[int] = Counter()
    for sale, paid in session.execute(_EARNING_NOTHING):
        earning_nothing[sale] += int(paid)
    # what the till wrote itself: imported receipts may have been earned elsewhere
    own = _EARNED.where(_IS_EARNING, _HAS_RATE, _IS_OF_TILL)
    streamed = own.execution_options(yield_per=_AT_ONCE)
    rows: Iterable[Any] = session.execute(streamed)
    wrong = list[int]()
    for sale, net, less, times, points, per, earned in rows:
        base = max(0, net - earning_nothing[sale] - less)
        rate = EarnRate(points, per)
        if rate.earn(Money(base), times) != earned:
            wrong.append(sale)
    return wrong


def wrong_stamps(session: Session) -> list[Any]:
    """A reversed stamp row is the exact opposite of what it reverses, once."""
    is_reversed = _STAMP.c.id == StampEntry.reverses_id
    is_no_opposite = StampEntry.stamps + _STAMP.c.stamps != 0
    wrong = select(StampEntry.id).join(_STAMP, is_reversed).where(is_no_opposite)
    reverses = StampEntry.reverses_id.is_not(None)
    times = counts(StampEntry.reverses_id, reverses)
    is_twice = times.c.total > 1
    twice = select(times.c.reverses_id).where(is_twice)
    return ids_of(session, wrong) + ids_of(session, twice)
