"""The points account of a period: opening + in - out = closing."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.ledger.point_balances import unswept
from storecrm.models.points import PointEntry, PointLot
from storecrm.services import shop_settings
from storecrm.services.reports.month_figures.shapes import PointFigures
from storecrm.values import Day

SOON = timedelta(days=31)
_GIVEN_BACK = ("reverse", "claw_back", "restore")
_SUM = func.sum(PointEntry.points)


def of_points(session: Session, first: Day, last: Day, *, today: Day) -> PointFigures:
    """The account from `first` to `last`, and what its closing is worth when used."""
    opening = _sum_before(session, first)
    kinds = _sums_by_kind(session, first, last)
    # expiry holds when read, written down already or not
    for lot in session.execute(unswept(today)):
        if lot.expires_on < first:
            opening -= int(lot.left)
        elif lot.expires_on <= last:
            kinds["expire"] -= int(lot.left)
    closing = opening + kinds.total()
    granted = kinds["opening"] + kinds["adjust"]
    used = kinds["burn"] + kinds["exchange"]
    given_back = sum(kinds[kind] for kind in _GIVEN_BACK)
    # an account that is overdrawn as a whole owes nobody anything
    owed = max(0, closing)
    shop = shop_settings.current(session)
    return PointFigures(
        opening=opening,
        earned=kinds["earn"],
        granted=granted,
        used=-used,
        expired=-kinds["expire"],
        reversed=given_back,
        closing=closing,
        liability=shop.points_money(owed),
        expiring_next_month=_expiring(session, last),
    )


def _sum_before(session: Session, day: Day) -> int:
    before = select(_SUM).where(PointEntry.business_date < day)
    return int(session.scalar(before) or 0)


def _sums_by_kind(session: Session, first: Day, last: Day) -> Counter[str]:
    inside = PointEntry.business_date.between(first, last)
    query = select(PointEntry.kind, _SUM).where(inside).group_by(PointEntry.kind)
    sums = Counter[str]()
    for kind, total in session.execute(query):
        sums[kind] = int(total or 0)
    return sums


_OF_LOT = PointLot.id == PointEntry.lot_id
_LEFT = select(_SUM.label("left")).join(PointLot, _OF_LOT)
_LEFT_BY_LOT = _LEFT.group_by(PointLot.id, PointLot.expires_on)


def _expiring(session: Session, last: Day) -> int:
    """What is left at the end in lots that end within a month after it."""
    end = PointLot.expires_on
    entered = PointEntry.business_date <= last
    query = _LEFT_BY_LOT.where(entered, end > last, end <= last + SOON)
    # a lot that is overdrawn takes nothing from the others
    return sum(max(0, row.left) for row in session.execute(query))
