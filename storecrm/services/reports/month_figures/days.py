"""The figures day by day."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.day_total import DayTotal
from storecrm.models.member import Member
from storecrm.models.redemption import Redemption, RefusedScan
from storecrm.models.sale import Sale
from storecrm.services.reports.month_figures.counted import COUNTED, KEPT_NET, LIVE, READY, SOLD
from storecrm.services.reports.month_figures.counts import Counts, number, total
from storecrm.services.reports.month_figures.shapes import DayFigures
from storecrm.values import Day


def by_day(session: Session, first: Day, last: Day) -> tuple[DayFigures, ...]:
    """Every day from `first` to `last`, those without anything too."""
    counts = Counts(session)

    def add(query: Any, day: Any) -> None:
        """Count a figure by the column that says on which day it falls."""
        counts.add(day, query.where(day.between(first, last)))

    add(_ISSUED, Coupon.issued_on)
    add(_USED, Redemption.business_date)
    add(_REFUSED, RefusedScan.business_date)
    add(_SALES, Sale.business_date)
    add(_NEW, Member.registered_on)
    add(_WHOLE_SHOP, DayTotal.day)
    # the day of a sale says whose it is, the days of its redemptions whether it counts
    counts.add(Sale.business_date, _sales_with_coupon(first, last))
    length = (last - first).days + 1
    days = (first + timedelta(days=offset) for offset in range(length))
    return tuple(DayFigures(day=day, **counts.of(day)) for day in days)


_ISSUED = select(number("issued")).select_from(Coupon).join(Batch, READY)

_DISCOUNT = total(Redemption.discount, "discount")
_USED = select(number("redemptions"), _DISCOUNT).where(LIVE)

_REFUSED = select(number("refused")).select_from(RefusedScan)

# a void stands as a sale of its own, which is no receipt more
_IS_RECEIPT = (Sale.state == "posted") & Sale.voids_id.is_(None) & SOLD
_RECEIPT = case((_IS_RECEIPT, 1), else_=0)
_RECEIPTS = total(_RECEIPT, "recorded_receipts")
_OF_MEMBER = Sale.member_id.is_not(None)
_NET_OF_MEMBER = case((_OF_MEMBER, Sale.net), else_=0)
_MEMBER_NET = total(_NET_OF_MEMBER, "member_net")
_NET = total(Sale.net, "recorded_net")
_SALES = select(_NET, _RECEIPTS, _MEMBER_NET).where(COUNTED, Sale.net.is_not(None))

_NEW = select(number("new_members")).where(Member.state == "live")

_SHOP_NET = total(DayTotal.net_sales, "shop_net")
_SHOP_RECEIPTS = total(DayTotal.receipts, "shop_receipts")
_WHOLE_SHOP = select(_SHOP_NET, _SHOP_RECEIPTS)

_KEPT = total(KEPT_NET, "sales_with_coupon_net")
_HAS_SALE = Redemption.sale_id.is_not(None)


def _sales_with_coupon(first: Day, last: Day) -> Any:
    """What sales with a live redemption kept; one with two coupons counts once."""
    inside = Redemption.business_date.between(first, last)
    linked = select(Redemption.sale_id).where(LIVE, inside, _HAS_SALE)
    pairs = linked.distinct().subquery()
    sales = select(_KEPT).join(pairs, pairs.c.sale_id == Sale.id)
    return sales.where(COUNTED)
