"""The points account of a period: opening + in - out = closing."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.ledger.point_balances import unswept
from storecrm.models.points import PointEntry, PointLot
from storecrm.services import shop_settings
from storecrm.services.reports.month_figures.shapes import PointFigures
from storecrm.services.store import Store
from storecrm.values import Day

SOON = timedelta(days=31)


def of_points(session: Session, store: Store, first: Day, last: Day) -> PointFigures:
    """The account from `first` to `last`, and what its closing is worth when used."""
    opening = _sum_before(session, first)
    kinds = _sums_by_kind(session, first, last)
    # expiry holds when read, written down already or not
    for lot in session.execute(unswept(store.clock.today())):
        if lot.expires_on < first:
            opening -= int(lot.left)
        elif lot.expires_on <= last:
            kinds["expire"] = kinds.get("expire", 0) - int(lot.left)
    closing = opening + sum(kinds.values())
    return PointFigures(
        opening=opening,
        earned=kinds.get("earn", 0),
        granted=kinds.get("opening", 0) + kinds.get("adjust", 0),
        used=-kinds.get("burn", 0) - kinds.get("exchange", 0),
        expired=-kinds.get("expire", 0),
        reversed=sum(kinds.get(kind, 0) for kind in ("reverse", "claw_back", "restore")),
        closing=closing,
        liability=shop_settings.current(session).points_money(max(0, closing)),
        expiring_next_month=_expiring(session, last),
    )


def _sum_before(session: Session, day: Day) -> int:
    query = select(func.sum(PointEntry.points)).where(PointEntry.business_date < day)
    return int(session.scalar(query) or 0)


def _sums_by_kind(session: Session, first: Day, last: Day) -> dict[str, int]:
    query = select(PointEntry.kind, func.sum(PointEntry.points))
    query = query.where(PointEntry.business_date.between(first, last))
    rows = session.execute(query.group_by(PointEntry.kind))
    return {kind: int(total or 0) for kind, total in rows}


def _expiring(session: Session, last: Day) -> int:
    """What is left at the end in lots that end within a month after it."""
    left = func.sum(PointEntry.points).label("left")
    query = select(left).join(PointLot, PointLot.id == PointEntry.lot_id)
    ends = (PointLot.expires_on > last, PointLot.expires_on <= last + SOON)
    query = query.where(PointEntry.business_date <= last, *ends)
    lots = session.execute(query.group_by(PointLot.id, PointLot.expires_on))
    return sum(max(0, row.left) for row in lots)
