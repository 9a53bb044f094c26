"""What the ladder says of a member by the spend alone, and whether a tier given by hand still
holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import TierWindow
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.services import shop_settings
from storecrm.services.store import Store
from storecrm.values import Day, SaleState

YEAR = 365
"""Days of the rolling window, today included."""
_TIER = tables.tier.c
_LADDER = (_TIER.name, _TIER.threshold, _TIER.off, _TIER.points_times)
_STEPS = Hot(select(*_LADDER).order_by(_TIER.threshold))
_RECEIPT = tables.sale.c
_DAY: Any = _RECEIPT.business_date.type
_IS_POSTED = _RECEIPT.state == SaleState.POSTED
# a void stands beside what it undoes: the two are nothing together
_COUNTED = _IS_POSTED | (_RECEIPT.state == SaleState.VOIDED)
_OF_EITHER_STATE = _RECEIPT.state.in_((SaleState.POSTED, SaleState.VOIDED))
_MINE = _RECEIPT.member_id == bindparam("member")
_SINCE = _RECEIPT.business_date >= bindparam("since", type_=_DAY)
_BEFORE = _RECEIPT.business_date < bindparam("before", type_=_DAY)
_NET = func.sum(_RECEIPT.net)
_SPENT = select(_NET).where(_MINE, _SINCE, _BEFORE, _COUNTED)
_ONE = Hot(_SPENT)
_EVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Ladder:
    """The tiers from the lowest, the window in which spend counts, and since when one step down is
    enough for this period."""

    steps: tuple[Any, ...]
    since: Day
    before: Day | None
    period: Day

    def rank(self, tier: str) -> int:
        """The place of a tier, -1 for none and for one that is not on the ladder any more."""
        for rank, step in enumerate(self.steps):
            if step.name == tier:
                return rank
        return -1

    def named(self, rank: int) -> str:
        return str(self.steps[rank].name) if rank >= 0 else ""

    def reached(self, spent: int) -> int:
        """The place of the highest tier that this spend reaches; thresholds are inclusive."""
        reached = [rank for rank, step in enumerate(self.steps) if spent >= step.threshold]
        return max(reached, default=-1)


def ladder(session: Session, store: Store) -> Ladder:
    """The ladder as of today. `before`: in a calendar year, the first day of the year before, whose
    spend holds its tier until this year ends."""
    steps = tuple(_STEPS.rows(session))
    today = store.clock.today()
    if shop_settings.current(session).tier_window is TierWindow.CALENDAR:
        begun = date(today.year, 1, 1)
        year_before = date(today.year - 1, 1, 1)
        return Ladder(steps, begun, year_before, begun)
    since = today - timedelta(days=YEAR - 1)
    return Ladder(steps, since, None, since)


def spend(
    session: Session, since: Day, before: Day | None = None, among: Sequence[int] | None = None
) -> dict[int, int]:
    """Net spend of members from `since` on (up to the day before `before`): sales less returns and
    voids. `among` asks for these alone."""
    buyer = _RECEIPT.member_id
    query = select(buyer, _NET).where(buyer.is_not(None))
    query = query.where(_RECEIPT.business_date >= since, _OF_EITHER_STATE)
    if before is not None:
        query = query.where(_RECEIPT.business_date < before)
    if among is not None:
        query = query.where(database.among(session, buyer, among))
    rows = session.execute(query.group_by(buyer))
    return {member: int(net or 0) for member, net in rows}


def qualifying(session: Session, on: Ladder, among: Sequence[int] | None = None) -> dict[int, int]:
    """The spend by which each member's tier is judged, of members (or of these among them) who
    bought anything."""
    now = spend(session, on.since, among=among)
    if on.before is None:
        return now
    last = spend(session, on.before, on.since, among)
    # the better of the two periods holds the tier
    bought = now.keys() | last.keys()
    return {member: max(now.get(member, 0), last.get(member, 0)) for member in bought}


def held(tier_until: Day | None, by_hand: int, today: Day) -> bool:
    """True while a tier that was given by hand (or came with an end) is nobody's to change."""
    return bool(by_hand) if tier_until is None else tier_until >= today


def ended(tier_until: Day | None, today: Day) -> bool:
    """True of a tier whose last day is over: what the spend says holds at once."""
    return tier_until is not None and tier_until < today


def spent_by(session: Session, on: Ladder, member: int) -> int:
    """One member's net spend in the window."""
    net = _ONE.scalar(session, member=member, since=on.since, before=_EVER)
    return int(net or 0)


def place(session: Session, on: Ladder, member: int, opening: int | None) -> int:
    """The place on the ladder that one member's spend says; `opening`: what an old system had
    counted."""
    spent = spent_by(session, on, member)
    if on.before is not None:
        last = _ONE.scalar(session, member=member, since=on.before, before=on.since)
        spent = max(spent, int(last or 0))
    return on.reached(spent + (opening or 0))
