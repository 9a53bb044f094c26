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
_PERSON = tables.member.c
_DAY: Any = _PERSON.registered_on.type


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
    if only is not None:
        bought = _of_one(before, only)
    else:
        bought = _of_all(before, shop, year)
    # read once: every stage looks at it
    base = bought.cte().prefix_with("MATERIALIZED")
    gap = _gap(base)
    today = before - timedelta(days=1)
    asked_day = literal(today, _DAY)
    since = days_between(base.c.last, asked_day)
    spans = _Spans.of(shop, today, gap)
    paused = _paused(before, shop, base, only)
    stage = _stage(base, since, spans, paused)
    found = {"since": since, "gap": gap, "stage": stage}
    columns = visits.labelled(found)
    return select(base, *columns).subquery()


def _gap(base: Any) -> Any:
    """A member's own mean gap between visits, in days; null under three visits."""
    first = base.c.first
    here = base.c.here
    spanned = cast(days_between(first, here), FloatType)
    # three visits on one day are no gap
    enough = base.c.visits >= ENOUGH
    known = and_(enough, here > first)
    gap = spanned / (base.c.visits - 1)
    return case((known, gap))


def _stage(base: Any, since: Any, spans: "_Spans", paused: Any) -> Any:
    """The first of the stages into which a member fits."""
    first = base.c.first
    last = base.c.last
    today = literal(spans.new.today, _DAY)
    since_first = days_between(first, today)
    active = spans.active.reaches(last, since)
    new = spans.new.reaches(first, since_first)
    warning = spans.dormant.exceeds(last, since)
    dormant = spans.lost.reaches(last, since)
    return case(
        (last.is_(None), "prospect"),
        (and_(active, paused), "back"),
        (and_(new, active), "new"),
        (active, "active"),
        (warning, "warning"),
        (dormant, "dormant"),
        else_="lost",
    )


def _of_all(before: Day, shop: ShopRules, year: Day | None) -> Select[Any]:
    """What stages of live members follow from: member_id, visits, first (visit), here (the last
    visit), last (where else it was known of as well), pause (days before the latest visits, null
    where they are not kept)."""
    member = _PERSON.id
    source, ever = visits.beside(member, tables.member, before, year)
    edge = member_figures.recent_edge(before, active_days(shop))
    kept = tables.member_figures.c
    paused = days_between(kept.old, kept.fresh)
    believed = member_figures.believed_recently(before, edge)
    more = {"pause": case((believed, paused))}
    if year is not None:
        more["year_net"] = ever["year_net"]
    return _known(before, source, ever, more)


def _of_one(before: Day, member: MemberId) -> Select[Any]:
    """The same of one member, from the receipts."""
    theirs = tables.sale.c.member_id == member
    ever = visits.activity(before, more=[theirs])
    came = func.coalesce(ever.c.visits, 0)
    columns = {"first": ever.c.first, "last": ever.c.last, "visits": came}
    mine = ever.c.member_id == _PERSON.id
    source = tables.member.outerjoin(ever, mine)
    # counted from the receipts instead
    no_pause = cast(null(), Integer)
    query = _known(before, source, columns, {"pause": no_pause})
    return query.where(_PERSON.id == member)


def _known(
    before: Day, source: Any, ever: Mapping[str, Any], more: Mapping[str, Any]
) -> Select[Any]:
    here = ever["last"]
    # the system before this one may have seen the member later than this shop did
    seen_there = _PERSON.opening_last_visit
    elsewhere = case((seen_there < before, seen_there))
    later = or_(here.is_(None), elsewhere > here)
    last = case((later, elsewhere), else_=here)
    columns = {"visits": ever["visits"], "first": ever["first"]}
    columns |= {"here": here, "last": last, **more}
    member = _PERSON.id.label("member_id")
    query = select(member, *visits.labelled(columns))
    query = query.select_from(source)
    bought = ever["visits"] > 0
    # registered after the first visit: a card that came in late
    registered = or_(_PERSON.registered_on < before, bought)
    return query.where(_PERSON.state == "live", registered)


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
        days = self.span.days
        return self.today - timedelta(days=days)

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
    def of(cls, shop: ShopRules, today: Day, gap: Any) -> "_Spans":
        return cls(
            new=_Span(shop.stage_new, today, gap),
            active=_Span(shop.stage_active, today, gap),
            dormant=_Span(shop.stage_dormant, today, gap),
            lost=_Span(shop.stage_lost, today, gap),
        )


def _paused(before: Day, shop: ShopRules, base: Any, only: MemberId | None) -> Any:
    """True of members whose latest visits came after a pause that was as long as a dormant
    member's."""
    recent = member_figures.recent_edge(before, active_days(shop))
    least = shop.stage_dormant.days
    buyer = tables.sale.c.member_id
    day = tables.sale.c.business_date
    first = func.min(day)
    last = func.max(day)
    fresh = first.filter(day >= recent)
    old = last.filter(day < recent)
    if only is None:
        # of all the others the kept pause holds
        believed = member_figures.believed_recently(before, recent)
        whom = member_figures.others(believed)
    else:
        whom = buyer == only
    visit = (visits.LIVE, visits.VISIT, day < before, whom)
    long = days_between(old, fresh) >= least
    counted = select(buyer).where(*visit)
    counted = counted.group_by(buyer).having(long)
    kept = base.c.pause >= least
    return or_(kept, base.c.member_id.in_(counted))


def active_days(shop: ShopRules) -> int:
    """For how many days a visit is a fresh one, the same for everybody."""
    return shop.stage_active.days


def overview(store: Store, *, before: Day | None = None) -> list[Stage]:
    """Every stage with its members at a date (exclusive; up to now without one)."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        end = before or store.clock.tomorrow()
        shop = shop_settings.current(session)
        year = end - timedelta(days=YEAR)
        found = staged(end, shop, year=year)
        net = func.sum(found.c.year_net)
        stage = found.c.stage
        query = select(stage, func.count(), net)
        rows = session.execute(query.group_by(stage))
        counted = {name: (members, int(spent)) for name, members, spent in rows}
    stages = []
    for name in STAGES:
        # a stage without anybody is a line too
        members, spent = counted.get(name, (0, 0))
        stages.append(Stage(name, members, Money(spent)))
    return stages


def of_members(session: Session, store: Store, before: Day | None = None) -> dict[MemberId, str]:
    """The stage of every live member."""
    end = before or store.clock.tomorrow()
    found = staged(end, shop_settings.current(session))
    stages = select(found.c.member_id, found.c.stage)
    rows = session.execute(stages)
    return {MemberId(row.member_id): row.stage for row in rows}


def why(session: Session, store: Store, member: MemberId) -> StageReason:
    """One member's stage with its reasons."""
    shop = shop_settings.current(session)
    end = store.clock.tomorrow()
    found = staged(end, shop, only=member)
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
        old = staged(before, shop)
        new = staged(then, shop)
        return visits.steps(session, old, new, "stage")
