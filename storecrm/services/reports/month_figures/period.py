"""All figures of a period, read in one transaction."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.redemption import RefusedScan
from storecrm.services import rights
from storecrm.services.reports.month_figures import days, members, points, redemption_rates
from storecrm.services.reports.month_figures.given_away import given_away
from storecrm.services.reports.month_figures.shapes import DayFigures, Figures, OfferFigures
from storecrm.services.reports.month_figures.tie_out import tie_out
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Moment, Money


def figures(store: Store, *, first: Day, last: Day) -> Figures:
    """All figures of a period.

    Raises:
        BadInput: period (it ends before it starts).
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        return read(session, store, first, last, now=store.clock.now())


def read(session: Session, store: Store, first: Day, last: Day, *, now: Moment) -> Figures:
    """The same in a snapshot of the caller's, as of `now`: expiry is told by that moment too."""
    totals = redemption_rates.of_all(session, first, last)
    every_offer = redemption_rates.of_each(session, first, last)
    moved = tuple(filter(_has_moved, every_offer))
    daily = days.by_day(session, first, last)
    shop_net, shop_receipts = _whole_shop(daily)
    recorded = sum(day.recorded_net for day in daily)
    receipts = sum(day.recorded_receipts for day in daily)
    today = store.clock.business_date(now)
    account = points.of_points(session, first, last, today=today)
    off = given_away(session, first, last)
    return Figures(
        first=first,
        last=last,
        cut_off=now,
        totals=totals,
        offers=moved,
        days=daily,
        points=account,
        members=members.of_members(session, first, last),
        shop_net=shop_net,
        shop_receipts=shop_receipts,
        recorded_net=Money(recorded),
        recorded_receipts=receipts,
        refused_by_reason=_refused(session, first, last),
        tie_out=tie_out(session, first, last, totals, moved, daily),
        **off._asdict(),
    )


def _has_moved(offer: OfferFigures) -> bool:
    return bool(offer.issued or offer.redemptions or offer.reversed)


def _whole_shop(daily: Sequence[DayFigures]) -> tuple[Money | None, int | None]:
    """Net and receipts of the whole shop; unknown until every day of the period is."""
    if not daily or any(day.shop_net is None for day in daily):
        return None, None
    net = sum(day.shop_net or 0 for day in daily)
    receipts = sum(day.shop_receipts or 0 for day in daily)
    return Money(net), receipts


_REASONS = select(RefusedScan.reasons, func.count()).group_by(RefusedScan.reasons)


def _refused(session: Session, first: Day, last: Day) -> dict[str, int]:
    """Refused scans by the first of their reasons, the most frequent first."""
    inside = RefusedScan.business_date.between(first, last)
    found = Counter[str]()
    # a scan may be refused for several reasons; it counts once
    for reasons, count in session.execute(_REASONS.where(inside)):
        main_reason, *_ = reasons.split(",")
        found[main_reason] += count
    return dict(found.most_common())
