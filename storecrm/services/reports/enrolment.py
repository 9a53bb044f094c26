"""Who brings the shop new members, and hands out coupons that are used."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Coupon, PaperMove
from storecrm.models.database import days_between
from storecrm.models.member import Member
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.staff import Staff
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import visits
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Money, PaperAct


@dataclass(frozen=True)
class Recruiter:
    """One person in a period: members registered, of them effective (bought within the rule
    `recruit_days`), what that earns; printed coupons handed out and of them used."""

    name: str
    registered: int
    effective: int
    bonus: Money
    handed_out: int
    used: int


def figures(store: Store, *, first: Day, last: Day) -> list[Recruiter]:
    """Everybody who registered a member or handed a coupon out in the period, the most effective
    first.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        shop = shop_settings.current(session)
        brought = _two(session, _registered(first, last, shop.recruit_days.days))
        handed = _two(session, _handed_out(first, last))
    found = []
    for name in {*brought, *handed}:
        registered, effective = brought.get(name, (0, 0))
        given, used = handed.get(name, (0, 0))
        found.append(
            Recruiter(
                name=name,
                registered=registered,
                effective=effective,
                bonus=Money(effective * shop.recruit_bonus),
                handed_out=given,
                used=used,
            )
        )
    return sorted(found, key=lambda row: (-row.effective, -row.registered, -row.used, row.name))


def _two(session: Session, query: Any) -> dict[str, tuple[int, int]]:
    """How many, and how many of them counted, by name."""
    return {name: (int(all_), int(good or 0)) for name, all_, good in session.execute(query)}


def _registered(first: Day, last: Day, days: int) -> Any:
    """Members that somebody registered, and those who bought within `days` of it."""
    since = Sale.business_date >= Member.registered_on
    soon = days_between(Member.registered_on, Sale.business_date) <= days
    theirs = (Sale.member_id == Member.id, since, soon)
    bought = select(Sale.id).where(visits.LIVE, visits.VISIT, visits.STANDS, *theirs).exists()
    query = select(Staff.name, func.count(), func.sum(case((bought, 1), else_=0)))
    query = query.join(Member, Member.registered_by == Staff.id)
    # those of a list were registered by nobody here
    own = (Member.state == "live", Member.import_id.is_(None))
    query = query.where(*own, Member.registered_on.between(first, last))
    return query.group_by(Staff.name)


def _handed_out(first: Day, last: Day) -> Any:
    """Printed coupons that somebody handed out, and those that were used."""
    uses = select(Redemption.id).where(Redemption.coupon_id == Coupon.id)
    used = uses.where(Redemption.reversed_at.is_(None)).exists()
    counts = (func.count(Coupon.id), func.sum(case((used, 1), else_=0)))
    serials = Coupon.serial.between(PaperMove.first_serial, PaperMove.last_serial)
    query = select(PaperMove.person, *counts).select_from(PaperMove)
    query = query.join(Coupon, and_(Coupon.batch_id == PaperMove.batch_id, serials))
    given = (PaperMove.act == PaperAct.HANDED_OUT, PaperMove.person != "")
    query = query.where(*given, PaperMove.business_date.between(first, last))
    return query.group_by(PaperMove.person)
