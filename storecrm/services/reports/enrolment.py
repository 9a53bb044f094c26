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
    # whoever did one of the two stands in the list
    found = []
    for name in {*brought, *handed}:
        registered, effective = brought.get(name, (0, 0))
        handed_out, used = handed.get(name, (0, 0))
        bonus = Money(effective * shop.recruit_bonus)
        person = Recruiter(
            name=name,
            registered=registered,
            effective=effective,
            bonus=bonus,
            handed_out=handed_out,
            used=used,
        )
        found.append(person)
    return sorted(found, key=_most_effective_first)


def _most_effective_first(person: Recruiter) -> tuple[Any, ...]:
    return -person.effective, -person.registered, -person.used, person.name


def _two(session: Session, query: Any) -> dict[str, tuple[int, int]]:
    """How many, and how many of them counted, by name."""
    found = {}
    for name, all_, good in session.execute(query):
        found[name] = (int(all_), int(good or 0))
    return found


# those of a list were registered by nobody here
_OWN = (Member.state == "live", Member.import_id.is_(None))
_BOUGHT = (visits.LIVE, visits.VISIT, visits.STANDS, Sale.member_id == Member.id)


def _registered(first: Day, last: Day, days: int) -> Any:
    """Members that somebody registered, and those who bought within `days` of it."""
    since = Sale.business_date >= Member.registered_on
    soon = days_between(Member.registered_on, Sale.business_date) <= days
    bought = select(Sale.id).where(*_BOUGHT, since, soon).exists()
    effective = func.sum(case((bought, 1), else_=0))
    query = select(Staff.name, func.count(), effective)
    query = query.join(Member, Member.registered_by == Staff.id)
    query = query.where(*_OWN, Member.registered_on.between(first, last))
    return query.group_by(Staff.name)


_OF_COUPON = Redemption.coupon_id == Coupon.id
_USED = select(Redemption.id).where(_OF_COUPON, Redemption.reversed_at.is_(None)).exists()
_USES = func.sum(case((_USED, 1), else_=0))
_SERIALS = Coupon.serial.between(PaperMove.first_serial, PaperMove.last_serial)
_OF_MOVE = and_(Coupon.batch_id == PaperMove.batch_id, _SERIALS)
# what was handed out by nobody says nothing about a person
_GIVEN = (PaperMove.act == PaperAct.HANDED_OUT, PaperMove.person != "")
_COUPONS_GIVEN = select(PaperMove.person, func.count(Coupon.id), _USES).select_from(PaperMove)


def _handed_out(first: Day, last: Day) -> Any:
    """Printed coupons that somebody handed out, and those that were used."""
    query = _COUPONS_GIVEN.join(Coupon, _OF_MOVE)
    query = query.where(*_GIVEN, PaperMove.business_date.between(first, last))
    return query.group_by(PaperMove.person)
