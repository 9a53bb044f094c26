"""What is known of one member, always derived from receipts and coupons, never typed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, case, func, select
from sqlalchemy.orm import Session

from storecrm.domain.lifecycle import StageReason
from storecrm.domain.profile import Favourite, Month, Profile
from storecrm.models import tables
from storecrm.models.product import Product
from storecrm.models.sale import SaleLine
from storecrm.services import rights
from storecrm.services.analytics import lifecycle, recommendation, repurchase, rfm, visits
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money

MOST_CATEGORIES = 3
LIKES = 5
_MONTHS = 12
_RECEIPT = tables.sale.c
_COUPON = tables.coupon.c


@dataclass(frozen=True)
class _Spent:
    """What all receipts of a member add up to."""

    net: Money
    discount: Money


def of_member(store: Store, *, member: str) -> Profile:
    """Everything that is known of a member, with the figures it follows from.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        # each of them looks at this member's rows alone
        why = lifecycle.why(session, store, person)
        scored = rfm.of_member(session, store, person)
        scores, group = scored or (None, "")
        spent = _spent(session, person)
        next_visit = _next_visit(why)
        today = store.clock.today()
        average = _average(spent, why)
        with_coupon = _visits_with_coupon(session, person)
        favourites = _favourites(session, person)
        given = _coupons(session, person)
        used = _coupons(session, person, _COUPON.state == "redeemed")
        months = _months(session, person, today)
        outlook = repurchase.of_member(session, store, person)
        likes = recommendation.suggest(session, store, person, LIKES)
        before = _before(session, person)
    return Profile(
        why=why,
        scores=scores,
        group=group,
        net=spent.net,
        average=average,
        discount=spent.discount,
        with_coupon=with_coupon,
        favourites=favourites,
        next_visit=next_visit,
        coupons_given=given,
        coupons_used=used,
        overdue=next_visit is not None and next_visit < today,
        months=months,
        outlook=outlook,
        likes=tuple(likes),
        before=before,
    )


def _spent(session: Session, member: MemberId) -> _Spent:
    mine = (visits.LIVE, _RECEIPT.member_id == member)
    sums = (func.sum(_RECEIPT.net), func.sum(_RECEIPT.discount))
    query = select(*sums).where(*mine)
    net, discount = session.execute(query).one()
    # none at all is no sum
    spent = Money(int(net or 0))
    return _Spent(spent, Money(int(discount or 0)))


def _visits_with_coupon(session: Session, member: MemberId) -> int:
    use = tables.redemption.c
    of_receipt = use.sale_id == _RECEIPT.id
    stands = use.reversed_at.is_(None)
    used = select(use.id).where(of_receipt, stands).exists()
    mine = (visits.LIVE, _RECEIPT.member_id == member, visits.VISIT)
    return _count(session, tables.sale, *mine, used)


def _count(session: Session, table: Table, *which: Any) -> int:
    counted = select(func.count()).select_from(table)
    return int(session.scalar(counted.where(*which)) or 0)


def _average(spent: _Spent, why: StageReason) -> Money | None:
    """Of a visit, rounded down."""
    if not why.visits:
        return None
    return Money(spent.net // why.visits)


def _next_visit(why: StageReason) -> Day | None:
    """One gap after the last visit, where the member has a gap."""
    if why.last is None or why.gap is None:
        return None
    return why.last + timedelta(days=round(why.gap))


def _coupons(session: Session, member: MemberId, *which: Any) -> int:
    mine = _COUPON.member_id == member
    return _count(session, tables.coupon, mine, *which)


def _before(
    session: Session, member: MemberId
) -> tuple[Money | None, int | None, Day | None] | None:
    """What an import brought along of the time before."""
    person = tables.member.c
    known = select(person.opening_spent, person.opening_visits, person.opening_last_visit)
    mine = known.where(person.id == member)
    spent, visited, last = session.execute(mine).one()
    known_of = (spent, visited, last)
    if known_of == (None, None, None):
        return None
    return known_of


def _months(session: Session, member: MemberId, today: Day) -> tuple[Month, ...]:
    """The last twelve months, this one too, the earliest first."""
    # counted from year 0
    this_month = today.year * 12 + today.month - 1
    months_back = range(_MONTHS - 1, -1, -1)
    edges = [_first_of(this_month - back) for back in months_back]
    visit = case((visits.VISIT, 1), else_=0).label("visit")
    query = select(_RECEIPT.business_date, _RECEIPT.net, visit)
    # the earliest of them
    since = _RECEIPT.business_date >= edges[0]
    mine = (visits.LIVE, _RECEIPT.member_id == member, since)
    spent: Counter[Day] = Counter()
    came: Counter[Day] = Counter()
    for row in session.execute(query.where(*mine)):
        first = row.business_date.replace(day=1)
        spent[first] += int(row.net or 0)
        came[first] += row.visit
    months = []
    for first in edges:
        net = Money(spent[first])
        months.append(Month(first, net, came[first]))
    return tuple(months)


def _first_of(months: int) -> Day:
    """The first day of a month counted from year 0."""
    year, month = divmod(months, 12)
    return date(year, month + 1, 1)


def _favourites(session: Session, member: MemberId) -> tuple[Favourite, ...]:
    """The categories for which the member spent most."""
    amount = func.sum(SaleLine.amount)
    receipts = func.count(_RECEIPT.id.distinct())
    query = select(Product.category, receipts, amount)
    query = query.join(SaleLine, SaleLine.product_id == Product.id)
    of_receipt = _RECEIPT.id == SaleLine.sale_id
    query = query.join(tables.sale, of_receipt)
    mine = (visits.LIVE, visits.VISIT, _RECEIPT.member_id == member)
    named = Product.category != ""
    query = query.where(*mine, named)
    query = query.group_by(Product.category)
    # of equal ones always the same first
    most_first = query.order_by(amount.desc(), Product.category)
    favourites = []
    for category, count, total in session.execute(most_first.limit(MOST_CATEGORIES)):
        spent = Money(int(total))
        favourites.append(Favourite(category, count, spent))
    return tuple(favourites)
