"""Every redemption of a period, a line each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.values import Day, Moment, Money


@dataclass(frozen=True)
class RedemptionRow:
    """One line of the detail sheet."""

    day: Day
    at: Moment
    code: str
    offer_code: str
    offer_name: str
    member_no: str
    receipt_no: str
    discount: Money
    gross: Money | None
    net: Money | None
    staff: str
    till: str
    reversed: bool


def redemption_rows(session: Session, first: Day, last: Day) -> list[RedemptionRow]:
    """Every redemption of the period, reversed ones too, by time."""
    inside = Redemption.business_date.between(first, last)
    rows = session.execute(_REDEMPTIONS.where(inside))
    return [_told(row) for row in rows]


_USE = (Redemption.business_date, Redemption.at, Redemption.discount, Redemption.reversed_at)
_OFFER = (Offer.code.label("offer_code"), Offer.name.label("offer_name"))
# the receipt of the bill, or the one that another system's list names
_RECEIPT = (Sale.receipt_no.label("receipt"), Redemption.receipt_no)
_PLACE = (Staff.name.label("staff"), Till.name.label("till"))
_COLUMNS = (*_USE, Coupon.code, *_OFFER, Member.member_no, *_RECEIPT, Sale.gross, Sale.net, *_PLACE)
_OF_COUPON = Coupon.id == Redemption.coupon_id
_OF_OFFER = Offer.id == Redemption.offer_id
_OF_MEMBER = Member.id == Redemption.member_id
_OF_SALE = Sale.id == Redemption.sale_id
_OF_STAFF = Staff.id == Redemption.staff_id
_OF_TILL = Till.id == Redemption.till_id
_USES = select(*_COLUMNS).select_from(Redemption)
_WITH_OFFER = _USES.join(Coupon, _OF_COUPON).join(Offer, _OF_OFFER)
# a use taken over from another system has no sale, and may have no member, staff or till
_WITH_SALE = _WITH_OFFER.outerjoin(Member, _OF_MEMBER).outerjoin(Sale, _OF_SALE)
_WITH_PLACE = _WITH_SALE.outerjoin(Staff, _OF_STAFF).outerjoin(Till, _OF_TILL)
_REDEMPTIONS = _WITH_PLACE.order_by(Redemption.at, Redemption.id)


def _told(row: Any) -> RedemptionRow:
    receipt = row.receipt or row.receipt_no
    return RedemptionRow(
        day=row.business_date,
        at=row.at,
        code=row.code,
        offer_code=row.offer_code,
        offer_name=row.offer_name,
        member_no=row.member_no or "",
        receipt_no=receipt,
        discount=row.discount,
        gross=row.gross,
        net=row.net,
        staff=row.staff or "",
        till=row.till or "",
        reversed=row.reversed_at is not None,
    )
