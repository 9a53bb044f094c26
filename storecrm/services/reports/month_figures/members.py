"""Members of a period, and what they bought."""

from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.services.reports.month_figures.counted import SOLD
from storecrm.services.reports.month_figures.counts import (
    Counts,
    different,
    number,
    total,
)
from storecrm.services.reports.month_figures.shapes import MonthMembers
from storecrm.values import Day


def of_members(session: Session, first: Day, last: Day) -> MonthMembers:
    """Members at the end, new ones, and the sales of members beside those of others."""
    counts = Counts(session)
    counts.add(None, _live("total", Member.registered_on <= last))
    counts.add(None, _live("new", Member.registered_on.between(first, last)))
    counts.add(None, _sales(first, last))
    return MonthMembers(**counts.of(None))


def _live(name: str, where: Any) -> Any:
    return select(number(name)).where(Member.state == "live", where)


_BUYER = case((SOLD, Sale.member_id))
_OF_MEMBER = Sale.member_id.is_not(None)
_STANDS = (Sale.state == "posted", Sale.voids_id.is_(None), Sale.net.is_not(None))


def _sales(first: Day, last: Day) -> Any:
    """Receipts and net of members and of others, and how many members bought."""
    columns = [different(_BUYER, "buying")]
    for whose, of_them in (("member", _OF_MEMBER), ("other", ~_OF_MEMBER)):
        # goods that came back count with their money, not as a receipt
        receipt = case((SOLD & of_them, 1), else_=0)
        net = case((of_them, Sale.net), else_=0)
        columns.append(total(receipt, f"{whose}_sales"))
        columns.append(total(net, f"{whose}_net"))
    inside = Sale.business_date.between(first, last)
    return select(*columns).where(inside, *_STANDS)
