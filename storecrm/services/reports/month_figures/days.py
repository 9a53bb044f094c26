"""The figures day by day."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.day_total import DayTotal
from storecrm.models.member import Member
from storecrm.models.redemption import Redemption, RefusedScan
from storecrm.models.sale import Sale
from storecrm.services.reports.month_figures.counted import COUNTED, KEPT_NET, LIVE, READY, SOLD
from storecrm.services.reports.month_figures.shapes import DayFigures
from storecrm.values import Day, Money


def by_day(session: Session, first: Day, last: Day) -> tuple[DayFigures, ...]:
    """Every day from `first` to `last`, those without anything too."""
    found = _Found(session, first, last)
    length = (last - first).days + 1
    return tuple(found.on(first + timedelta(days=offset)) for offset in range(length))


class _Found:
    """What was counted, each figure by its day; days without any are missing."""

    def __init__(self, session: Session, first: Day, last: Day) -> None:
        self._session, self._first, self._last = session, first, last
        self._issued = self._coupons_issued()
        self._used = self._coupons_used()
        self._refused = self._scans_refused()
        self._sales = self._sales_recorded()
        self._with_coupon = self._sales_with_coupon()
        self._new = self._members_new()
        self._shop = self._whole_shop()

    def on(self, day: Day) -> DayFigures:
        """One day's figures."""
        uses, off = self._used.get(day, (0, 0))
        [with_coupon] = self._with_coupon.get(day, (0,))
        net, receipts, by_members = self._sales.get(day, (0, 0, 0))
        shop = self._shop.get(day)
        return DayFigures(
            day=day,
            issued=_count(self._issued, day),
            redemptions=uses,
            refused=_count(self._refused, day),
            discount=_money(off),
            sales_with_coupon_net=_money(with_coupon),
            recorded_net=_money(net),
            recorded_receipts=int(receipts or 0),
            member_net=_money(by_members),
            new_members=_count(self._new, day),
            shop_net=_money(shop[0]) if shop else None,
            shop_receipts=int(shop[1]) if shop else None,
        )

    def _inside(self, day: Any) -> Any:
        return day.between(self._first, self._last)

    def _rows(self, day: Any, query: Any) -> dict[Day, tuple[Any, ...]]:
        """A query's columns by the day in front of them."""
        rows = self._session.execute(query.group_by(day))
        return {key: tuple(values) for key, *values in rows}

    def _coupons_issued(self) -> dict[Day, tuple[Any, ...]]:
        day = Coupon.issued_on
        query = select(day, func.count()).select_from(Coupon).join(Batch, READY)
        return self._rows(day, query.where(self._inside(day)))

    def _coupons_used(self) -> dict[Day, tuple[Any, ...]]:
        day = Redemption.business_date
        query = select(day, func.count(), func.sum(Redemption.discount))
        return self._rows(day, query.where(LIVE, self._inside(day)))

    def _scans_refused(self) -> dict[Day, tuple[Any, ...]]:
        day = RefusedScan.business_date
        query = select(day, func.count()).select_from(RefusedScan)
        return self._rows(day, query.where(self._inside(day)))

    def _sales_recorded(self) -> dict[Day, tuple[Any, ...]]:
        """Net, receipts of goods sold, and the net of members."""
        day = Sale.business_date
        # a void stands as a sale of its own, which is no receipt more
        is_receipt = (Sale.state == "posted") & Sale.voids_id.is_(None) & SOLD
        receipts = func.sum(case((is_receipt, 1), else_=0))
        of_members = func.sum(case((Sale.member_id.is_not(None), Sale.net), else_=0))
        query = select(day, func.sum(Sale.net), receipts, of_members)
        return self._rows(day, query.where(COUNTED, Sale.net.is_not(None), self._inside(day)))

    def _sales_with_coupon(self) -> dict[Day, tuple[Any, ...]]:
        """What sales with a live redemption kept; one with two coupons counts once."""
        linked = (LIVE, self._inside(Redemption.business_date), Redemption.sale_id.is_not(None))
        pairs = select(Redemption.sale_id).where(*linked).distinct().subquery()
        day = Sale.business_date
        query = select(day, func.sum(KEPT_NET)).select_from(pairs)
        query = query.join(Sale, Sale.id == pairs.c.sale_id)
        return self._rows(day, query.where(COUNTED))

    def _members_new(self) -> dict[Day, tuple[Any, ...]]:
        day = Member.registered_on
        query = select(day, func.count()).select_from(Member)
        return self._rows(day, query.where(Member.state == "live", self._inside(day)))

    def _whole_shop(self) -> dict[Day, tuple[Any, ...]]:
        day = DayTotal.day
        query = select(day, func.sum(DayTotal.net_sales), func.sum(DayTotal.receipts))
        return self._rows(day, query.where(self._inside(day)))


def _count(found: dict[Day, tuple[Any, ...]], day: Day) -> int:
    [count] = found.get(day, (0,))
    return int(count)


def _money(value: Any) -> Money:
    return Money(int(value or 0))
