"""All figures of a period, read in one transaction."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.redemption import RefusedScan
from storecrm.services import rights
from storecrm.services.reports.month_figures import days, members, points, redemption_rates
from storecrm.services.reports.month_figures.given_away import given_away
from storecrm.services.reports.month_figures.shapes import DayFigures, Figures
from storecrm.services.reports.month_figures.tie_out import tie_out
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Money


def figures(store: Store, *, first: Day, last: Day) -> Figures:
    """All figures of a period.

    Raises:
        BadInput: period (it ends before it starts).
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        totals = redemption_rates.of_all(session, first, last)
        each = redemption_rates.of_each(session, first, last)
        moved = tuple(one for one in each if one.issued or one.redemptions or one.reversed)
        daily = days.by_day(session, first, last)
        shop_net, shop_receipts = _whole_shop(daily)
        off = given_away(session, first, last)
        return Figures(
            first=first,
            last=last,
            cut_off=store.clock.now(),
            totals=totals,
            offers=moved,
            days=daily,
            points=points.of_points(session, store, first, last),
            members=members.of_members(session, first, last),
            shop_net=shop_net,
            shop_receipts=shop_receipts,
            recorded_net=Money(sum(day.recorded_net for day in daily)),
            recorded_receipts=sum(day.recorded_receipts for day in daily),
            refused_by_reason=_refused(session, first, last),
            tie_out=tie_out(session, first, last, totals, moved, daily),
            promotions=off.promotions,
            tier_prices=off.tier_prices,
            points_paid=off.points,
        )


def _whole_shop(daily: Sequence[DayFigures]) -> tuple[Money | None, int | None]:
    """Net and receipts of the whole shop; unknown until every day of the period is."""
    if not daily or any(day.shop_net is None for day in daily):
        return None, None
    net = sum(day.shop_net or 0 for day in daily)
    return Money(net), sum(day.shop_receipts or 0 for day in daily)


def _refused(session: Session, first: Day, last: Day) -> dict[str, int]:
    """Refused scans by the first of their reasons, the most frequent first."""
    query = select(RefusedScan.reasons, func.count())
    query = query.where(RefusedScan.business_date.between(first, last))
    found = Counter[str]()
    for reasons, count in session.execute(query.group_by(RefusedScan.reasons)):
        found[reasons.split(",")[0]] += count
    return dict(found.most_common())
