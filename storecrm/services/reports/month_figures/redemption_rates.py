"""What offers gave and brought, each of them and all together."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services.reports.month_figures.counted import COUNTED, KEPT_NET, LIVE, READY
from storecrm.services.reports.month_figures.counts import (
    Counts,
    different,
    number,
    total,
)
from storecrm.services.reports.month_figures.shapes import OfferFigures
from storecrm.values import Day

_NAMES = (Offer.code.label("offer_code"), Offer.name.label("offer_name"), Offer.campaign)
_OFFERS = select(Offer.id, *_NAMES).order_by(Offer.code)


def of_all(session: Session, first: Day, last: Day) -> OfferFigures:
    """The figures of all offers together."""
    counts = _counts(session, first, last, by_offer=False)
    return OfferFigures(offer_code="", offer_name="", campaign="", **counts.of(None))


def of_each(session: Session, first: Day, last: Day) -> list[OfferFigures]:
    """The figures of every offer, by its code."""
    counts = _counts(session, first, last, by_offer=True)
    found = []
    for row in session.execute(_OFFERS).mappings():
        names = dict(row)
        figures = counts.of(names.pop("id"))
        found.append(OfferFigures(**names, **figures))
    return found


def _counts(session: Session, first: Day, last: Day, *, by_offer: bool) -> Counts:
    """The figures by the offer's id, or under None where all are counted together. A sale or a
    member that two offers share counts for each, and once for all."""
    counts = Counts(session)
    # a coupon says itself whose it is, and so does its use
    of_coupon = Coupon.offer_id if by_offer else None
    for query in _issued(first, last):
        counts.add(of_coupon, query)
    counts.add(of_coupon, _matured(first, last))
    of_use = Redemption.offer_id if by_offer else None
    for query in (*_used(first, last), *_sales(first, last)):
        counts.add(of_use, query)
    # distinct pairs of sale and offer, or distinct sales
    whose = [Redemption.offer_id] if by_offer else []
    uses = _uses_with_sale(first, last, whose)
    counts.add(uses.c.get("offer_id"), _kept_net(uses))
    return counts


_MEMBERS_ISSUED = different(Coupon.member_id, "members_issued_to_date")
_ISSUED = select(number("issued")).select_from(Coupon).join(Batch, READY)
_ISSUED_TO_DATE = select(number("issued_to_date"), _MEMBERS_ISSUED).join(Batch, READY)


def _issued(first: Day, last: Day) -> Iterator[Any]:
    """Coupons issued in the period, and up to its last day."""
    day = Coupon.issued_on
    yield _ISSUED.where(day.between(first, last))
    yield _ISSUED_TO_DATE.where(day <= last)


_MEMBERS_USED = different(Redemption.member_id, "members_redeeming")
_DISCOUNT = total(Redemption.discount, "discount")
_USED = select(number("redemptions"), _MEMBERS_USED, _DISCOUNT).where(LIVE)
_TAKEN_BACK = select(number("reversed")).select_from(Redemption)
_COUPONS_TO_DATE = different(Redemption.coupon_id, "redeemed_to_date")
_MEMBERS_TO_DATE = different(Redemption.member_id, "members_redeemed_to_date")
_USED_TO_DATE = select(_COUPONS_TO_DATE, _MEMBERS_TO_DATE).where(LIVE)


def _used(first: Day, last: Day) -> Iterator[Any]:
    """Uses in the period and up to its last day, and those that were taken back in it."""
    day = Redemption.business_date
    yield _USED.where(day.between(first, last))
    yield _USED_TO_DATE.where(day <= last)
    # taken back on the reversal's own day, whenever it was used
    yield _TAKEN_BACK.where(Redemption.reversed_on.between(first, last))


_OF_SALE = Sale.id == Redemption.sale_id
_KNOWN = different(Redemption.sale_id, "sales_with_coupon")
_UNKNOWN = different(Redemption.sale_id, "without_amount")
_SALES_KNOWN = select(_KNOWN).join(Sale, _OF_SALE).where(Sale.gross.is_not(None))
_SALES_UNKNOWN = select(_UNKNOWN).join(Sale, _OF_SALE).where(Sale.gross.is_(None))


def _sales(first: Day, last: Day) -> Iterator[Any]:
    """Sales with a coupon, and those of which nobody said an amount yet."""
    inside = Redemption.business_date.between(first, last)
    yield _SALES_KNOWN.where(LIVE, inside, COUNTED)
    yield _SALES_UNKNOWN.where(LIVE, inside, COUNTED)


def _matured(first: Day, last: Day) -> Any:
    """Of the coupons whose last day lies in the period: how many there were and were used."""
    upto = Redemption.business_date <= last
    used = select(Redemption.coupon_id).where(LIVE, upto).distinct().subquery()
    was_used = used.c.coupon_id.is_not(None)
    hits = total(case((was_used, 1), else_=0), "matured_redeemed")
    query = select(number("matured_issued"), hits).select_from(Coupon).join(Batch, READY)
    query = query.outerjoin(used, used.c.coupon_id == Coupon.id)
    # a cancelled coupon never had its chance
    return query.where(Coupon.valid_to.between(first, last), Coupon.state != "voided")


_HAS_SALE = Redemption.sale_id.is_not(None)
_KEPT = total(KEPT_NET, "sales_with_coupon_net")


def _uses_with_sale(first: Day, last: Day, whose: list[Any]) -> Any:
    """The distinct sales with a live redemption, by `whose` columns: one with two coupons of an
    offer counts once."""
    inside = Redemption.business_date.between(first, last)
    linked = select(Redemption.sale_id, *whose).where(LIVE, inside, _HAS_SALE)
    return linked.distinct().subquery()


def _kept_net(uses: Any) -> Any:
    """What those sales brought in the end."""
    sales = select(_KEPT).join(uses, uses.c.sale_id == Sale.id)
    return sales.where(COUNTED)
