"""Members of a period, and what they bought."""

from typing import Any

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.services.reports.month_figures.counted import SOLD
from storecrm.services.reports.month_figures.shapes import MonthMembers
from storecrm.values import Day, Money


def of_members(session: Session, first: Day, last: Day) -> MonthMembers:
    """Members at the end, new ones, and the sales of members beside those of others."""
    sales = _sales(session, first, last)
    own, others = sales.get(1), sales.get(0)
    return MonthMembers(
        total=_count(session, Member.registered_on <= last),
        new=_count(session, Member.registered_on.between(first, last)),
        buying=own.buyers if own else 0,
        member_sales=own.receipts if own else 0,
        member_net=Money(int(own.net or 0)) if own else Money(0),
        other_sales=others.receipts if others else 0,
        other_net=Money(int(others.net or 0)) if others else Money(0),
    )


def _count(session: Session, where: Any) -> int:
    live = select(func.count()).select_from(Member).where(Member.state == "live")
    return session.scalar(live.where(where)) or 0


def _sales(session: Session, first: Day, last: Day) -> dict[int, Any]:
    """Receipts, net and buyers: of members (1) and of others (0)."""
    known = case((Sale.member_id.is_not(None), 1), else_=0)
    receipts = func.count(case((SOLD, 1))).label("receipts")
    buyers = func.count(distinct(case((SOLD, Sale.member_id)))).label("buyers")
    query = select(known.label("known"), receipts, func.sum(Sale.net).label("net"), buyers)
    stands = (Sale.state == "posted", Sale.voids_id.is_(None), Sale.net.is_not(None))
    query = query.where(Sale.business_date.between(first, last), *stands)
    return {row.known: row for row in session.execute(query.group_by(known))}
