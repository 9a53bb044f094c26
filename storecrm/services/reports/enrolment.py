"""Who brings the shop new members, and hands out coupons that are used."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select

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

_M: Any = Member.__table__
_S: Any = Sale.__table__
_P: Any = PaperMove.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__


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
        soon = and_(
            visits.LIVE,
            visits.VISIT,
            visits.STANDS,
            _S.c.member_id == _M.c.id,
            days_between(_M.c.registered_on, _S.c.business_date) <= shop.recruit_days.days,
            _S.c.business_date >= _M.c.registered_on,
        )
        bought = select(_S.c.id).where(soon).exists()
        query = (
            select(Staff.name, func.count(), func.sum(case((bought, 1), else_=0)))
            .join(_M, _M.c.registered_by == Staff.id)
            .where(
                _M.c.state == "live",
                _M.c.import_id.is_(None),
                _M.c.registered_on.between(first, last),
            )
            .group_by(Staff.name)
        )
        brought = {name: (int(n), int(good or 0)) for name, n, good in session.execute(query)}
        used = select(_R.c.id).where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None)).exists()
        paper = (
            select(_P.c.person, func.count(_C.c.id), func.sum(case((used, 1), else_=0)))
            .join(
                _C,
                and_(
                    _C.c.batch_id == _P.c.batch_id,
                    _C.c.serial.between(_P.c.first_serial, _P.c.last_serial),
                ),
            )
            .where(
                _P.c.act == PaperAct.HANDED_OUT,
                _P.c.person != "",
                _P.c.business_date.between(first, last),
            )
            .group_by(_P.c.person)
        )
        handed = {name: (int(n), int(good or 0)) for name, n, good in session.execute(paper)}
        each = shop.recruit_bonus
    found = []
    for name in {*brought, *handed}:
        (n, good), (out, back) = brought.get(name, (0, 0)), handed.get(name, (0, 0))
        found.append(Recruiter(name, n, good, Money(good * each), out, back))
    return sorted(found, key=lambda row: (-row.effective, -row.registered, -row.used, row.name))
