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
_SHARED = func.coalesce(func.sum(Allocation.amount), 0)
_COUPONS = select(_SHARED).join(Redemption, Redemption.id == Allocation.redemption_id)
_COUPONS = _COUPONS.where(Redemption.sale_id == SaleLine.sale_id)
_OF_LINE = _COUPONS.where(Allocation.line_no == SaleLine.line_no)
_BY_COUPONS = _OF_LINE.correlate(SaleLine).scalar_subquery()
_STEPPED = func.coalesce(func.sum(StepShare.amount), 0)
_STEPS = select(_STEPPED).join(SaleStep, SaleStep.id == StepShare.step_id)
_STEPS = _STEPS.where(SaleStep.sale_id == SaleLine.sale_id)
_STEPS_OF_LINE = _STEPS.where(StepShare.line_no == SaleLine.line_no)
_BY_STEPS = _STEPS_OF_LINE.correlate(SaleLine).scalar_subquery()
_NO_POINTS = select(ProductFacts.id).where(ProductFacts.no_points == 1)
_PAID = SaleLine.amount - _BY_COUPONS - _BY_STEPS
_EARNING_NOTHING = select(SaleLine.sale_id, _PAID).where(SaleLine.facts_id.in_(_NO_POINTS))
"""Sale and what was paid for a line of goods that earned nothing when it was sold."""
_RATE = (Sale.points_times, Sale.earn_points, Sale.earn_per)
_BASES = select(Sale.id, Sale.net, Sale.no_points, *_RATE, PointEntry.points)
_EARNED = _BASES.join(PointEntry, PointEntry.sale_id == Sale.id)
_OWN = (PointEntry.kind == "earn", Sale.earn_per.is_not(None), Sale.import_id.is_(None))


def wrong_lots(session: Session) -> list[Any]:
    """No lot holds more than was put in, every lot has an entry."""
    query = select(PointLot.id).outerjoin(_LOTS, _LOTS.c.lot_id == PointLot.id)
    has_too_much = _LOTS.c.left > _LOTS.c.put
    return ids_of(session, query.where(_LOTS.c.left.is_(None) | has_too_much))


def wrong_reversals(session: Session) -> list[Any]:
    """A reversal is the exact opposite of what it reverses, in the same lot."""
    query = select(PointEntry.id).join(_FIRST, _FIRST.c.id == PointEntry.reverses_id)
    is_no_opposite = PointEntry.points + _FIRST.c.points != 0
    is_elsewhere = PointEntry.lot_id != _FIRST.c.lot_id
    return ids_of(session, query.where(is_no_opposite | is_elsewhere))


def wrong_owners(session: Session) -> list[Any]:
    """An entry belongs to whose lot it is in."""
    query = select(PointEntry.id).join(PointLot, PointLot.id == PointEntry.lot_id)
    return ids_of(session, query.where(PointEntry.member_id != PointLot.member_id))


def wrong_earnings(session: Session) -> list[Any]:
    """What a sale earned is its rate for what was paid, less goods that earned nothing when it was
    sold."""
    earning_nothing: Counter[int] = Counter()
    for sale, paid in session.execute(_EARNING_NOTHING):
        earning_nothing[sale] += int(paid)
    # what the till wrote itself: imported receipts may have been earned elsewhere
    own = _EARNED.where(*_OWN).execution_options(yield_per=_AT_ONCE)
    rows: Iterable[Any] = session.execute(own)
    wrong = list[int]()
    for sale, net, less, times, points, per, earned in rows:
        base = max(0, net - earning_nothing[sale] - less)
        rate = EarnRate(points, per)
        if rate.earn(Money(base), times) != earned:
            wrong.append(sale)
    return wrong


def wrong_stamps(session: Session) -> list[Any]:
    """A reversed stamp row is the exact opposite of what it reverses, once."""
    reversals = select(StampEntry.id).join(_STAMP, _STAMP.c.id == StampEntry.reverses_id)
    wrong = reversals.where(StampEntry.stamps + _STAMP.c.stamps != 0)
    times = counts(StampEntry.reverses_id, StampEntry.reverses_id.is_not(None))
    twice = select(times.c.reverses_id).where(times.c.total > 1)
    return ids_of(session, wrong) + ids_of(session, twice)
