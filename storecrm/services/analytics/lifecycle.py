"""Where a member is in life with the shop, by days since the last visit or by multiples of the
member's own gap.

prospect (registered, never bought) > new (the first visit is fresh) > active > warning > dormant >
lost; back = active again after a pause as long as a dormant one's. The rules `stage_new`,
`stage_active`, `stage_dormant` and `stage_lost` say how many days, or "2x" for twice the member's
own mean gap between visits, which takes three visits; before that the plain days hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Float as FloatType
from sqlalchemy import Integer, Select, Subquery, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.lifecycle import STAGES, StageReason
from storecrm.domain.shop_rules import ShopRules, VisitSpan
from storecrm.models import tables
from storecrm.models.database import days_between
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import member_figures, visits
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money

RULES = (ShopRules.stage_new, ShopRules.stage_active, ShopRules.stage_dormant, ShopRules.stage_lost)
"""The shop's settings that say where a stage ends, in the order of the stages."""
ENOUGH = 3


@dataclass(frozen=True)
class Stage:
    """How many live members are in a stage, and what they spent in the last 365 days."""

    name: str
    members: int
    net: Money


def staged(
    before: Day, shop: ShopRules, *, only: MemberId | None = None, year: Day | None = None
) -> Subquery:
    """Every live member, or `only` one, at a date (exclusive): member_id, stage, visits, first,
    last, since (days), gap (days, null under three visits), year_net (what was spent since `year`,
    where it is given)."""
    bought = _of_one(before, only) if only is not None else _of_all(before, shop, year)
    # read once: every stage looks at it
    base = bought.cte().prefix_with("MATERIALIZED")
    today = literal(before - timedelta(days=1), tables.member.c.registered_on.type)
    since, since_first = days_between(base.c.last, today), days_between(base.c.first, today)
    mean = cast(days_between(base.c.first, base.c.here), FloatType) / (base.c.visits - 1)
    gap = case((and_(base.c.visits >= ENOUGH, base.c.here > base.c.first), mean))
    new, fresh, paused, lost = (
        _Span(span, before - timedelta(days=1), gap) for span in _spans(shop)
    )
    active = fresh.reaches(base.c.last, since)
    stage = case(
        (base.c.last.is_(None), "prospect"),
        (and_(active, _paused(before, shop, base, only)), "back"),
        (and_(new.reaches(base.c.first, since_first), active), "new"),
        (active, "active"),
        (paused.exceeds(base.c.last, since), "warning"),
        (lost.reaches(base.c.last, since), "dormant"),
        else_="lost",
    )
    return select(base, since.label("since"), gap.label("gap"), stage.label("stage")).subquery()


def _of_all(before: Day, shop: ShopRules, year: Day | None) -> Select[Any]:
    """What stages of live members follow from: member_id, visits, first (visit), here (the last
    visit), last (where else it was known of as well), pause (days before the latest visits, null
    where they are not kept)."""
    source, ever = visits.beside(tables.member.c.id, tables.member, before, year)
    recent = member_figures.believed_recently(
        before, member_figures.recent_edge(before, active_days(shop))
    )
    pause = case((recent, days_between(member_figures.KEPT.c.old, member_figures.KEPT.c.fresh)))
    more = {"pause": pause} if year is None else {"pause": pause, "year_net": ever["year_net"]}
    return _known(before, source, ever, more)


def _of_one(before: Day, member: MemberId) -> Select[Any]:
    """The same of one member, from the receipts."""
    ever = visits.activity(before, more=[tables.sale.c.member_id == member])
    columns = {
        "first": ever.c.first,
        "last": ever.c.last,
        "visits": func.coalesce(ever.c.visits, 0),
    }
    source = tables.member.outerjoin(ever, ever.c.member_id == tables.member.c.id)
    return _known(before, source, columns, {"pause": cast(null(), Integer)}).where(
        tables.member.c.id == member
    )


def _known(
    before: Day, source: Any, ever: Mapping[str, Any], more: Mapping[str, Any]
) -> Select[Any]:
    here, elsewhere = (
        ever["last"],
        case((tables.member.c.opening_last_visit < before, tables.member.c.opening_last_visit)),
    )
    last = case((or_(here.is_(None), elsewhere > here), elsewhere), else_=here)
    columns = {"visits": ever["visits"], "first": ever["first"], "here": here, "last": last, **more}
    query = select(
        tables.member.c.id.label("member_id"),
        *(value.label(name) for name, value in columns.items()),
    ).select_from(source)
    return query.where(
        tables.member.c.state == "live",
        or_(tables.member.c.registered_on < before, ever["visits"] > 0),
    )


@dataclass(frozen=True)
class _Span:
    """How many days a rule means: as many for everybody, or a multiple ("2x") of each member's own
    gap, its days where that is not known.

    Where it can be, days are told by their dates: counting them for everybody takes as long as all
    the rest."""

    span: VisitSpan
    today: Day
    gap: Any

    def reaches(self, day: Any, since: Any) -> Any:
        """True of a day, `since` days ago, that is no longer ago than this."""
        return since <= self._own() if self.span.gaps else day >= self._edge()

    def exceeds(self, day: Any, since: Any) -> Any:
        """True of a day that is less long ago than this."""
        return since < self._own() if self.span.gaps else day > self._edge()

    def _edge(self) -> Day:
        return self.today - timedelta(days=self.span.days)

    def _own(self) -> Any:
        return func.coalesce(self.gap * self.span.gaps, self.span.days)


def _spans(shop: ShopRules) -> tuple[VisitSpan, ...]:
    """What the settings of RULES say."""
    return shop.stage_new, shop.stage_active, shop.stage_dormant, shop.stage_lost


def _paused(before: Day, shop: ShopRules, base: Any, only: MemberId | None) -> Any:
    """True of members whose latest visits came after a pause that was as long as a dormant
    member's."""
    recent, least = member_figures.recent_edge(before, active_days(shop)), shop.stage_dormant.days
    fresh = func.min(tables.sale.c.business_date).filter(tables.sale.c.business_date >= recent)
    old = func.max(tables.sale.c.business_date).filter(tables.sale.c.business_date < recent)
    whom = (
        member_figures.others(member_figures.believed_recently(before, recent))
        if only is None
        else tables.sale.c.member_id == only
    )
    counted = (
        select(tables.sale.c.member_id)
        .where(visits.LIVE, visits.VISIT, tables.sale.c.business_date < before, whom)
        .group_by(tables.sale.c.member_id)
        .having(days_between(old, fresh) >= least)
    )
    return or_(base.c.pause >= least, base.c.member_id.in_(counted))


def active_days(shop: ShopRules) -> int:
    """For how many days a visit is a fresh one, the same for everybody."""
    return shop.stage_active.days


def overview(store: Store, *, before: Day | None = None) -> list[Stage]:
    """Every stage with its members at a date (exclusive; up to now without one)."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        end = before or store.clock.tomorrow()
        found = staged(end, shop_settings.current(session), year=end - timedelta(days=365))
        query = select(found.c.stage, func.count(), func.sum(found.c.year_net)).group_by(
            found.c.stage
        )
        counted = {name: (count, net) for name, count, net in session.execute(query)}
    return [
        Stage(name, counted.get(name, (0, 0))[0], Money(int(counted.get(name, (0, 0))[1])))
        for name in STAGES
    ]


def of_members(session: Session, store: Store, before: Day | None = None) -> dict[MemberId, str]:
    """The stage of every live member."""
    found = staged(before or store.clock.tomorrow(), shop_settings.current(session))
    return {
        MemberId(row.member_id): row.stage
        for row in session.execute(select(found.c.member_id, found.c.stage))
    }


def why(session: Session, store: Store, member: MemberId) -> StageReason:
    """One member's stage with its reasons."""
    found = staged(store.clock.tomorrow(), shop_settings.current(session), only=member)
    row = session.execute(select(found)).first()
    if row is None:
        # registered by a clock that was ahead, or erased
        return StageReason(
            stage="prospect", visits=0, first=None, last=None, days_since=None, gap=None
        )
    return StageReason(
        stage=row.stage,
        visits=row.visits,
        first=row.first,
        last=row.last,
        days_since=row.since,
        gap=row.gap,
    )


def moves(store: Store, *, before: Day, then: Day) -> dict[tuple[str, str], int]:
    """How many members went from which stage to which between two dates; "" is not registered
    yet."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        shop = shop_settings.current(session)
        return visits.steps(session, staged(before, shop), staged(then, shop), "stage")
