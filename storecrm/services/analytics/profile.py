"""What is known of one member, always derived from receipts and coupons, never typed."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

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


def of_member(store: Store, *, member: str) -> Profile:
    """Everything that is known of a member, with the figures it follows from.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        why = lifecycle.why(session, store, person)
        scored = rfm.of_member(session, store, person)
        mine = (visits.LIVE, tables.sale.c.member_id == person)
        sums = session.execute(
            select(
                func.coalesce(func.sum(tables.sale.c.net), 0),
                func.coalesce(func.sum(tables.sale.c.discount), 0),
            ).where(*mine)
        ).one()
        net, discount = (int(total) for total in sums)
        used = (
            select(tables.redemption.c.id)
            .where(
                tables.redemption.c.sale_id == tables.sale.c.id,
                tables.redemption.c.reversed_at.is_(None),
            )
            .exists()
        )
        with_coupon = session.scalar(
            select(func.count()).select_from(tables.sale).where(*mine, visits.VISIT, used)
        )
        next_visit = (
            why.last + timedelta(days=round(why.gap))
            if why.last is not None and why.gap is not None
            else None
        )
        return Profile(
            why=why,
            scores=scored[0] if scored is not None else None,
            group=scored[1] if scored is not None else "",
            net=Money(net),
            average=Money(net // why.visits) if why.visits else None,
            discount=Money(discount),
            with_coupon=int(with_coupon or 0),
            favourites=_favourites(session, person),
            next_visit=next_visit,
            coupons_given=int(
                session.scalar(
                    select(func.count())
                    .select_from(tables.coupon)
                    .where(tables.coupon.c.member_id == person)
                )
                or 0
            ),
            coupons_used=int(
                session.scalar(
                    select(func.count())
                    .select_from(tables.coupon)
                    .where(tables.coupon.c.member_id == person, tables.coupon.c.state == "redeemed")
                )
                or 0
            ),
            overdue=next_visit is not None and next_visit < store.clock.today(),
            months=_months(session, person, store.clock.today()),
            outlook=repurchase.of_member(session, store, person),
            likes=tuple(recommendation.suggest(session, store, person, LIKES)),
            before=_before(session, person),
        )


def _before(
    session: Session, member: MemberId
) -> tuple[Money | None, int | None, Day | None] | None:
    """What an import brought along of the time before."""
    row = session.execute(
        select(
            tables.member.c.opening_spent,
            tables.member.c.opening_visits,
            tables.member.c.opening_last_visit,
        ).where(tables.member.c.id == member)
    ).one()
    found = (row.opening_spent, row.opening_visits, row.opening_last_visit)
    return found if any(part is not None for part in found) else None


def _months(session: Session, member: MemberId, today: Day) -> tuple[Month, ...]:
    """The last twelve months, this one too, the earliest first."""
    edges = [
        date(*_first_of(today.year * 12 + today.month - 1 - back)) for back in range(11, -1, -1)
    ]
    rows = session.execute(
        select(
            tables.sale.c.business_date,
            tables.sale.c.net,
            case((visits.VISIT, 1), else_=0).label("visit"),
        ).where(
            visits.LIVE, tables.sale.c.member_id == member, tables.sale.c.business_date >= edges[0]
        )
    )
    spent: Counter[Day] = Counter()
    came: Counter[Day] = Counter()
    for row in rows:
        first = row.business_date.replace(day=1)
        spent[first] += int(row.net or 0)
        came[first] += row.visit
    return tuple(Month(first, Money(spent[first]), came[first]) for first in edges)


def _first_of(months: int) -> tuple[int, int, int]:
    """The first day of a month counted from year 0."""
    year, month = divmod(months, 12)
    return year, month + 1, 1


def _favourites(session: Session, member: MemberId) -> tuple[Favourite, ...]:
    amount = func.sum(SaleLine.amount)
    rows = session.execute(
        select(Product.category, func.count(tables.sale.c.id.distinct()), amount)
        .join(SaleLine, SaleLine.product_id == Product.id)
        .join(tables.sale, tables.sale.c.id == SaleLine.sale_id)
        .where(visits.LIVE, visits.VISIT, tables.sale.c.member_id == member, Product.category != "")
        .group_by(Product.category)
        .order_by(amount.desc(), Product.category)
        .limit(MOST_CATEGORIES)
    )
    return tuple(Favourite(category, count, Money(int(total))) for category, count, total in rows)
