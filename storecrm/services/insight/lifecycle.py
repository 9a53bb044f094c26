"""Where a member is in life with the shop, by days since the last visit or by multiples of the member's own gap.

prospect (registered, never bought) > new (the first visit is fresh) > active > warning > dormant > lost; back = active again after a pause
as long as a dormant one's. The rules `stage_new`, `stage_active`, `stage_dormant` and `stage_lost` say how many days, or "2x" for twice the
member's own mean gap between visits, which takes three visits; before that the plain days hold.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Float as FloatType
from sqlalchemy import Subquery, and_, case, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from storecrm.models.database import days_between
from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.services import rights, rules
from storecrm.services.insight import figures, visits
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money

_M: Any = Member.__table__
_S: Any = Sale.__table__
STAGES = ("prospect", "new", "active", "back", "warning", "dormant", "lost")
PLAIN = {"stage_new": 30, "stage_active": 30, "stage_dormant": 60, "stage_lost": 180}
"""Days that hold for a member with fewer than three visits where a rule counts in own gaps."""
ENOUGH = 3


@dataclass(frozen=True)
class Stage:
    """How many live members are in a stage, and what they spent in the last 365 days."""

    name: str
    members: int
    net: Money


@dataclass(frozen=True)
class Why:
    """A member's stage with the figures it follows from; `gap` is the mean number of days between visits."""

    stage: str
    visits: int
    first: Day | None
    last: Day | None
    days_since: int | None
    gap: float | None


def staged(before: Day, shop: rules.Rules, *, only: MemberId | None = None) -> Subquery:
    """Every live member, or `only` one, at a date (exclusive): member_id, stage, visits, first, last, since (days), gap (days, null under
    three visits)."""
    today = before - timedelta(days=1)
    ever = visits.activity(before) if only is None else visits.activity(before, more=[_S.c.member_id == only])
    whom = true() if only is None else _M.c.id == only
    day = _M.c.registered_on.type
    last_known = case((_M.c.opening_last_visit < before, _M.c.opening_last_visit), else_=None)
    last = case((and_(ever.c.last.is_not(None), or_(last_known.is_(None), ever.c.last >= last_known)), ever.c.last), else_=last_known)
    base = (
        select(
            _M.c.id.label("member_id"),
            func.coalesce(ever.c.visits, 0).label("visits"),
            ever.c.first,
            last.label("last"),
            days_between(last, literal(today, day)).label("since"),
            days_between(ever.c.first, literal(today, day)).label("since_first"),
            case(
                (
                    and_(ever.c.visits >= ENOUGH, ever.c.last > ever.c.first),
                    cast(days_between(ever.c.first, ever.c.last), FloatType) / (ever.c.visits - 1),
                ),
                else_=None,
            ).label("gap"),
        )
        .outerjoin(ever, ever.c.member_id == _M.c.id)
        .where(_M.c.state == "live", whom, or_(_M.c.registered_on < before, ever.c.member_id.is_not(None)))
        .subquery()
    )
    paused = _paused(before, shop, only)

    def within(rule: str, days: Any) -> Any:
        return days <= _span(rule, shop, base)

    stage = case(
        (base.c.last.is_(None), "prospect"),
        (and_(within("stage_active", base.c.since), base.c.member_id.in_(select(paused.c.member_id))), "back"),
        (and_(within("stage_new", base.c.since_first), within("stage_active", base.c.since)), "new"),
        (within("stage_active", base.c.since), "active"),
        (base.c.since < _span("stage_dormant", shop, base), "warning"),
        (within("stage_lost", base.c.since), "dormant"),
        else_="lost",
    )
    return select(base, stage.label("stage")).subquery()


def _span(rule: str, shop: rules.Rules, base: Any) -> Any:
    """How many days a rule means: for everybody, or by each member's own gap."""
    text = shop.text[rule]
    return func.coalesce(base.c.gap * float(text[:-1]), PLAIN[rule]) if text.endswith("x") else literal(int(text))


def _days(rule: str, shop: rules.Rules) -> int:
    """The same for everybody."""
    text = shop.text[rule]
    return PLAIN[rule] if text.endswith("x") else int(text)


def _paused(before: Day, shop: rules.Rules, only: MemberId | None) -> Subquery:
    """Members whose latest visits came after a pause that was as long as a dormant member's."""
    recent, least = figures.recent_edge(before, active_days(shop)), _days("stage_dormant", shop)
    fresh = func.min(_S.c.business_date).filter(_S.c.business_date >= recent)
    old = func.max(_S.c.business_date).filter(_S.c.business_date < recent)
    held, kept = figures.believed_recently(before, recent), figures.KEPT.c
    known = select(kept.member_id).where(held, days_between(kept.old, kept.fresh) >= least)
    whom = figures.others(held) if only is None else _S.c.member_id == only
    counted = (
        select(_S.c.member_id)
        .where(visits.LIVE, visits.VISIT, _S.c.business_date < before, whom)
        .group_by(_S.c.member_id)
        .having(days_between(old, fresh) >= least)
    )
    return union_all(known, counted).subquery() if only is None else counted.subquery()


def active_days(shop: rules.Rules) -> int:
    """For how many days a visit is a fresh one, the same for everybody."""
    return _days("stage_active", shop)


def overview(store: Store, *, before: Day | None = None) -> list[Stage]:
    """Every stage with its members at a date (exclusive; up to now without one)."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        end = before or store.clock.tomorrow()
        found, year = staged(end, rules.current(session)), visits.activity(end, end - timedelta(days=365))
        query = (
            select(found.c.stage, func.count(), func.coalesce(func.sum(year.c.net), 0))
            .select_from(found.outerjoin(year, year.c.member_id == found.c.member_id))
            .group_by(found.c.stage)
        )
        counted = {name: (count, net) for name, count, net in session.execute(query)}
    return [Stage(name, counted.get(name, (0, 0))[0], Money(int(counted.get(name, (0, 0))[1]))) for name in STAGES]


def of_members(session: Session, store: Store, before: Day | None = None) -> dict[MemberId, str]:
    """The stage of every live member."""
    found = staged(before or store.clock.tomorrow(), rules.current(session))
    return {MemberId(row.member_id): row.stage for row in session.execute(select(found.c.member_id, found.c.stage))}


def why(session: Session, store: Store, member: MemberId) -> Why:
    """One member's stage with its reasons."""
    found = staged(store.clock.tomorrow(), rules.current(session), only=member)
    row = session.execute(select(found)).first()
    if row is None:
        # registered by a clock that was ahead, or erased
        return Why("prospect", 0, None, None, None, None)
    return Why(row.stage, row.visits, row.first, row.last, row.since, row.gap)


def moves(store: Store, *, before: Day, then: Day) -> dict[tuple[str, str], int]:
    """How many members went from which stage to which between two dates; "" is not registered yet."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        shop = rules.current(session)
        return visits.steps(session, staged(before, shop), staged(then, shop), "stage")
