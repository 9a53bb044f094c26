"""Every redemption of a period, a line each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store
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


def redemption_rows(store: Store, *, first: Day, last: Day) -> list[RedemptionRow]:
    """Every redemption of the period, reversed ones too, by time."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        return [_told(row) for row in session.execute(_query(first, last))]


def _query(first: Day, last: Day) -> Any:
    use = (Redemption.business_date, Redemption.at, Redemption.discount, Redemption.reversed_at)
    offer = (Offer.code.label("offer_code"), Offer.name.label("offer_name"))
    # the receipt of the bill, or the one that another system's list names
    sale = (Sale.receipt_no.label("receipt"), Redemption.receipt_no, Sale.gross, Sale.net)
    place = (Staff.name.label("staff"), Till.name.label("till"))
    query = select(*use, Coupon.code, *offer, Member.member_no, *sale, *place)
    query = query.select_from(Redemption)
    query = query.join(Coupon, Coupon.id == Redemption.coupon_id)
    query = query.join(Offer, Offer.id == Redemption.offer_id)
    query = query.outerjoin(Member, Member.id == Redemption.member_id)
    query = query.outerjoin(Sale, Sale.id == Redemption.sale_id)
    query = query.outerjoin(Staff, Staff.id == Redemption.staff_id)
    query = query.outerjoin(Till, Till.id == Redemption.till_id)
    query = query.where(Redemption.business_date.between(first, last))
    return query.order_by(Redemption.at, Redemption.id)


def _told(row: Any) -> RedemptionRow:
    return RedemptionRow(
        day=row.business_date,
        at=row.at,
        code=row.code,
        offer_code=row.offer_code,
        offer_name=row.offer_name,
        member_no=row.member_no or "",
        receipt_no=row.receipt or row.receipt_no,
        discount=row.discount,
        gross=row.gross,
        net=row.net,
        staff=row.staff or "",
        till=row.till or "",
        reversed=row.reversed_at is not None,
    )
