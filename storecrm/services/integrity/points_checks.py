"""Facts of the points ledger that must agree: lots, reversals, what sales earned, owners."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storecrm.domain.points import EarnRate
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import ProductFacts
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, StepShare
from storecrm.services.integrity.finding_ids import ids_of
from storecrm.values import Money

_R: Any = Redemption.__table__
_S: Any = Sale.__table__
_STEP: Any = SaleStep.__table__
_E: Any = PointEntry.__table__


def check_lots(session: Session) -> list[Any]:
    """No lot holds more than was put in, every lot has an entry."""
    left = (
        select(
            _E.c.lot_id,
            func.sum(_E.c.points).label("left"),
            func.sum(
                case(
                    (
                        _E.c.kind.in_(("earn", "opening", "restore"))
                        | ((_E.c.kind == "adjust") & (_E.c.points > 0)),
                        _E.c.points,
                    ),
                    else_=0,
                )
            ).label("put"),
        )
        .group_by(_E.c.lot_id)
        .subquery()
    )
    return ids_of(
        session,
        select(PointLot.id)
        .outerjoin(left, left.c.lot_id == PointLot.id)
        .where(left.c.left.is_(None) | (left.c.left > left.c.put)),
    )


def check_reversals(session: Session) -> list[Any]:
    """A reversal is the exact opposite of what it reverses, in the same lot."""
    first = _E.alias()
    return ids_of(
        session,
        select(_E.c.id)
        .join(first, first.c.id == _E.c.reverses_id)
        .where((_E.c.points + first.c.points != 0) | (_E.c.lot_id != first.c.lot_id)),
    )


def check_earned(session: Session) -> list[Any]:
    """What a sale earned is its rate for what was paid, less goods that earned nothing when it was
    sold."""
    total = func.coalesce(func.sum(Allocation.amount), 0)
    coupons = (
        select(total)
        .join(_R, _R.c.id == Allocation.redemption_id)
        .where(_R.c.sale_id == SaleLine.sale_id)
    )
    by_coupons = (
        coupons.where(Allocation.line_no == SaleLine.line_no).correlate(SaleLine).scalar_subquery()
    )
    total = func.coalesce(func.sum(StepShare.amount), 0)
    steps = (
        select(total)
        .join(_STEP, _STEP.c.id == StepShare.step_id)
        .where(_STEP.c.sale_id == SaleLine.sale_id)
    )
    by_steps = (
        steps.where(StepShare.line_no == SaleLine.line_no).correlate(SaleLine).scalar_subquery()
    )
    facts = select(ProductFacts.id).where(ProductFacts.no_points == 1)
    kept = select(SaleLine.sale_id, SaleLine.amount - by_coupons - by_steps).where(
        SaleLine.facts_id.in_(facts)
    )
    earning_nothing: dict[int, int] = {}
    for sale, paid in session.execute(kept):
        earning_nothing[sale] = earning_nothing.get(sale, 0) + int(paid)
    columns = (
        _S.c.id,
        _S.c.net,
        _S.c.no_points,
        _S.c.points_times,
        _S.c.earn_points,
        _S.c.earn_per,
        _E.c.points,
    )
    own = (_E.c.kind == "earn") & _S.c.earn_per.is_not(None) & _S.c.import_id.is_(None)
    rows = session.execute(
        select(*columns)
        .join(_E, _E.c.sale_id == _S.c.id)
        .where(own)
        .execution_options(yield_per=5000)
    )
    wrong = []
    for sale, net, less, times, points, per, earned in rows:
        base = Money(max(0, net - earning_nothing.get(sale, 0) - less))
        if EarnRate(points, per).earn(base, times) != earned:
            wrong.append(sale)
    return wrong


def check_owners(session: Session) -> list[Any]:
    """An entry belongs to whose lot it is in."""
    return ids_of(
        session,
        select(_E.c.id)
        .join(PointLot, PointLot.id == _E.c.lot_id)
        .where(_E.c.member_id != PointLot.member_id),
    )
