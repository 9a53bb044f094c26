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
from storecrm.domain.setting_kinds import VisitSpan
from storecrm.domain.shop_rules import ShopRules
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
"""Visits after which a member has a gap of one's own."""
YEAR = 365
_DAY: Any = tables.member.c.registered_on.type


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
    gap = _gap(base)
    since = days_between(base.c.last, literal(before - timedelta(days=1), _DAY))
    paused = _paused(before, shop, base, only)
    stage = _stage(base, since, _Spans.of(shop, before, gap), paused)
    return select(base, since.label("since"), gap.label("gap"), stage.label("stage")).subquery()


def _gap(base: Any) -> Any:
    """A member's own mean gap between visits, in days; null under three visits."""
    spanned = cast(days_between(base.c.first, base.c.here), FloatType)
    known = and_(base.c.visits >= ENOUGH, base.c.here > base.c.first)
    return case((known, spanned / (base.c.visits - 1)))


def _stage(base: Any, since: Any, spans: "_Spans", paused: Any) -> Any:
    """The first of the stages into which a member fits."""
    since_first = days_between(base.c.first, literal(spans.new.today, _DAY))
    active = spans.active.reaches(base.c.last, since)
    new = spans.new.reaches(base.c.first, since_first)
    return case(
        (base.c.last.is_(None), "prospect"),
        (and_(active, paused), "back"),
        (and_(new, active), "new"),
        (active, "active"),
        (spans.dormant.exceeds(base.c.last, since), "warning"),
        (spans.lost.reaches(base.c.last, since), "dormant"),
        else_="lost",
    )


def _of_all(before: Day, shop: ShopRules, year: Day | None) -> Select[Any]:
    """What stages of live members follow from: member_id, visits, first (visit), here (the last
    visit), last (where else it was known of as well), pause (days before the latest visits, null
    where they are not kept)."""
    source, ever = visits.beside(tables.member.c.id, tables.member, before, year)
    edge = member_figures.recent_edge(before, active_days(shop))
    kept = tables.member_figures.c
    paused = days_between(kept.old, kept.fresh)
    more = {"pause": case((member_figures.believed_recently(before, edge), paused))}
    if year is not None:
        more["year_net"] = ever["year_net"]
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
    query = _known(before, source, columns, {"pause": cast(null(), Integer)})
    return query.where(tables.member.c.id == member)


def _known(
    before: Day, source: Any, ever: Mapping[str, Any], more: Mapping[str, Any]
) -> Select[Any]:
    person = tables.member.c
    here = ever["last"]
    # the system before this one may have seen the member later than this shop did
    elsewhere = case((person.opening_last_visit < before, person.opening_last_visit))
    later = or_(here.is_(None), elsewhere > here)
    last = case((later, elsewhere), else_=here)
    columns = {"visits": ever["visits"], "first": ever["first"], "here": here, "last": last, **more}
    labelled = [value.label(name) for name, value in columns.items()]
    query = select(person.id.label("member_id"), *labelled).select_from(source)
    registered = or_(person.registered_on < before, ever["visits"] > 0)
    return query.where(person.state == "live", registered)


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
        if self.span.gaps:
            return since <= self._own()
        return day >= self._edge()

    def exceeds(self, day: Any, since: Any) -> Any:
        """True of a day that is less long ago than this."""
        if self.span.gaps:
            return since < self._own()
        return day > self._edge()

    def _edge(self) -> Day:
        return self.today - timedelta(days=self.span.days)

    def _own(self) -> Any:
        multiple = self.gap * self.span.gaps
        return func.coalesce(multiple, self.span.days)


@dataclass(frozen=True)
class _Spans:
    """What the settings of RULES say: up to when a first visit is new, a member active, one who
    stays away not dormant yet, and a dormant one not lost."""

    new: _Span
    active: _Span
    dormant: _Span
    lost: _Span

    @classmethod
    def of(cls, shop: ShopRules, before: Day, gap: Any) -> "_Spans":
        def span(rule: VisitSpan) -> _Span:
            return _Span(rule, before - timedelta(days=1), gap)

        return cls(
            new=span(shop.stage_new),
            active=span(shop.stage_active),
            dormant=span(shop.stage_dormant),
            lost=span(shop.stage_lost),
        )


def _paused(before: Day, shop: ShopRules, base: Any, only: MemberId | None) -> Any:
    """True of members whose latest visits came after a pause that was as long as a dormant
    member's."""
    recent = member_figures.recent_edge(before, active_days(shop))
    least = shop.stage_dormant.days
    buyer, day = tables.sale.c.member_id, tables.sale.c.business_date
    fresh = func.min(day).filter(day >= recent)
    old = func.max(day).filter(day < recent)
    if only is None:
        # of all the others the kept pause holds
        whom = member_figures.others(member_figures.believed_recently(before, recent))
    else:
        whom = buyer == only
    counted = select(buyer).where(visits.LIVE, visits.VISIT, day < before, whom)
    long = counted.group_by(buyer).having(days_between(old, fresh) >= least)
    return or_(base.c.pause >= least, base.c.member_id.in_(long))


def active_days(shop: ShopRules) -> int:
    """For how many days a visit is a fresh one, the same for everybody."""
    return shop.stage_active.days


def overview(store: Store, *, before: Day | None = None) -> list[Stage]:
    """Every stage with its members at a date (exclusive; up to now without one)."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        end = before or store.clock.tomorrow()
        shop = shop_settings.current(session)
        found = staged(end, shop, year=end - timedelta(days=YEAR))
        query = select(found.c.stage, func.count().label("members"), func.sum(found.c.year_net))
        rows = session.execute(query.group_by(found.c.stage))
        counted = {name: (members, net) for name, members, net in rows}
    stages = []
    for name in STAGES:
        members, net = counted.get(name, (0, 0))
        stages.append(Stage(name, members, Money(int(net))))
    return stages


def of_members(session: Session, store: Store, before: Day | None = None) -> dict[MemberId, str]:
    """The stage of every live member."""
    found = staged(before or store.clock.tomorrow(), shop_settings.current(session))
    rows = session.execute(select(found.c.member_id, found.c.stage))
    return {MemberId(row.member_id): row.stage for row in rows}


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
