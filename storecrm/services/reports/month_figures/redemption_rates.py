"""What offers gave and brought, each of them and all together."""

from typing import Any

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services.reports.month_figures.counted import COUNTED, KEPT_NET, LIVE, READY
from storecrm.services.reports.month_figures.shapes import OfferFigures
from storecrm.values import Day


def of_all(session: Session, first: Day, last: Day) -> OfferFigures:
    """The figures of all offers together."""
    found = _Found(session, first, last, by_offer=False)
    return OfferFigures(offer_code="", offer_name="", campaign="", **found.of(None))


def of_each(session: Session, first: Day, last: Day) -> list[OfferFigures]:
    """The figures of every offer, by its code."""
    found = _Found(session, first, last, by_offer=True)
    query = select(Offer.id, Offer.code, Offer.name, Offer.campaign).order_by(Offer.code)
    return [
        OfferFigures(
            offer_code=row.code, offer_name=row.name, campaign=row.campaign, **found.of(row.id)
        )
        for row in session.execute(query)
    ]


class _Found:
    """The figures by the offer's id, or under None where all are counted together. A sale or a
    member that two offers share counts for each, and once for all."""

    def __init__(self, session: Session, first: Day, last: Day, *, by_offer: bool) -> None:
        self._session, self._by_offer = session, by_offer
        self._first, self._last = first, last
        self._data: dict[int | None, dict[str, Any]] = {}
        self._add_issued()
        self._add_used()
        self._add_used_to_date()
        self._add_sales()
        self._add_matured()
        self._add_nets()

    def of(self, offer: int | None) -> dict[str, Any]:
        """The figures of one offer by their names; those that are missing are zero."""
        return self._data.get(offer, {})

    def _inside(self, day: Any) -> Any:
        return day.between(self._first, self._last)

    def _add(self, offer: Any, query: Any) -> None:
        """Count; `offer` is the column that says whose a row is."""
        if self._by_offer:
            query = query.add_columns(offer.label("of_offer")).group_by(offer)
        for row in self._session.execute(query).mappings():
            figures = dict(row)
            key = figures.pop("of_offer", None)
            counts = {name: int(value or 0) for name, value in figures.items()}
            self._data.setdefault(key, {}).update(counts)

    def _add_issued(self) -> None:
        issued = select(func.count().label("issued")).select_from(Coupon).join(Batch, READY)
        self._add(Coupon.offer_id, issued.where(self._inside(Coupon.issued_on)))
        members = func.count(distinct(Coupon.member_id)).label("members_issued_to_date")
        to_date = select(func.count().label("issued_to_date"), members)
        to_date = to_date.select_from(Coupon).join(Batch, READY)
        self._add(Coupon.offer_id, to_date.where(Coupon.issued_on <= self._last))

    def _add_used(self) -> None:
        count = func.count().label("redemptions")
        members = func.count(distinct(Redemption.member_id)).label("members_redeeming")
        discount = func.sum(Redemption.discount).label("discount")
        used = select(count, members, discount).select_from(Redemption)
        inside = self._inside(Redemption.business_date)
        self._add(Redemption.offer_id, used.where(LIVE, inside))
        # taken back on the reversal's own day, whenever it was used
        back = select(func.count().label("reversed")).select_from(Redemption)
        self._add(Redemption.offer_id, back.where(self._inside(Redemption.reversed_on)))

    def _add_used_to_date(self) -> None:
        coupons = func.count(distinct(Redemption.coupon_id)).label("redeemed_to_date")
        members = func.count(distinct(Redemption.member_id)).label("members_redeemed_to_date")
        upto = Redemption.business_date <= self._last
        self._add(Redemption.offer_id, select(coupons, members).where(LIVE, upto))

    def _add_sales(self) -> None:
        """Sales with a coupon, and those of which nobody said an amount yet."""
        sales = func.count(distinct(Redemption.sale_id))
        inside = (LIVE, self._inside(Redemption.business_date), COUNTED)
        names = {
            "sales_with_coupon": Sale.gross.is_not(None),
            "without_amount": Sale.gross.is_(None),
        }
        for name, where in names.items():
            query = select(sales.label(name)).select_from(Redemption)
            query = query.join(Sale, Sale.id == Redemption.sale_id)
            self._add(Redemption.offer_id, query.where(*inside, where))

    def _add_matured(self) -> None:
        """Of the coupons whose last day lies in the period: how many there were and were used."""
        upto = Redemption.business_date <= self._last
        used = select(Redemption.coupon_id).where(LIVE, upto).distinct().subquery()
        hits = func.sum(case((used.c.coupon_id.is_not(None), 1), else_=0))
        query = select(func.count().label("matured_issued"), hits.label("matured_redeemed"))
        query = query.select_from(Coupon).join(Batch, READY)
        query = query.outerjoin(used, used.c.coupon_id == Coupon.id)
        ended = (self._inside(Coupon.valid_to), Coupon.state != "voided")
        self._add(Coupon.offer_id, query.where(*ended))

    def _add_nets(self) -> None:
        """Net of the distinct sales with a live redemption: one with two coupons counts once."""
        whose = [Redemption.offer_id] if self._by_offer else []
        linked = (LIVE, self._inside(Redemption.business_date), Redemption.sale_id.is_not(None))
        pairs = select(Redemption.sale_id, *whose).where(*linked).distinct().subquery()
        query = select(func.sum(KEPT_NET).label("sales_with_coupon_net")).select_from(pairs)
        query = query.join(Sale, Sale.id == pairs.c.sale_id).where(COUNTED)
        self._add(pairs.c.get("offer_id"), query)
