"""Tiers: the ladder, what members spent in the window, up at once and one step down at the review."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.models.tier import Tier, TierChange
from storecrm.services import audit, rights, rules
from storecrm.services.people import members
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, require_clock
from storecrm.values import WHOLE, BasisPoints, Day, MemberId, Money, SaleState, clean_text

_T: Any = Tier.__table__
_M: Any = Member.__table__
_S: Any = Sale.__table__
_CHANGE: Any = TierChange.__table__


@dataclass(frozen=True)
class TierView:
    """One step of the ladder. `off` in basis points of the price, `points_times` in basis points of the plain rate."""

    name: str
    threshold: Money
    off: BasisPoints
    points_times: BasisPoints
    members: int = 0


@dataclass(frozen=True)
class Standing:
    """Where a member stands: spend in the window, what is missing for the next tier, and until when a manual tier holds."""

    tier: str
    spent: Money
    since: Day
    next_tier: str
    short: Money | None
    until: Day | None


@dataclass(frozen=True)
class Move:
    """One member's move at a review."""

    member_no: str
    before: str
    after: str


def ladder(store: Store) -> list[TierView]:
    """Every tier from the lowest, with its live members."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        count: dict[str, int] = dict(session.execute(select(_M.c.tier, func.count()).where(_M.c.state == "live").group_by(_M.c.tier)).all())
        return [TierView(t.name, t.threshold, t.off, t.points_times, count.get(t.name, 0)) for t in _steps(session)]


def keep(
    store: Store, *, name: str, threshold: Money, off: BasisPoints = BasisPoints(0), points_times: BasisPoints = BasisPoints(WHOLE)
) -> list[TierView]:
    """Add a tier to the ladder or change it; what members have is reviewed at the next review.

    Raises:
        BadInput: tier_name, tier_range, tier_threshold (two tiers begin at the same spend).
    """
    rights.require(store, Right.TIERS)
    tidy = clean_text(name, 40)
    if not tidy:
        raise BadInput("tier_name")
    if threshold < 0 or not 0 <= off < WHOLE or not 0 <= points_times <= 100 * WHOLE:
        raise BadInput("tier_range", where=tidy)
    with store.write(Topic.MEMBERS) as session:
        if session.scalar(select(_T.c.id).where(_T.c.threshold == threshold, _T.c.name != tidy)) is not None:
            raise BadInput("tier_threshold", where=tidy)
        values = {"threshold": threshold, "off": off, "points_times": points_times}
        done: Any = session.execute(update(_T).where(_T.c.name == tidy).values(**values))
        if not done.rowcount:
            session.execute(insert(_T).values(name=tidy, **values))
        audit.log(session, store, "tier_kept", tier=tidy, **values)
    return ladder(store)


def remove(store: Store, *, name: str) -> list[TierView]:
    """Take a tier off the ladder; its members have none until the next review.

    Raises:
        NotFound: tier.
    """
    rights.require(store, Right.TIERS)
    with store.write(Topic.MEMBERS) as session:
        done: Any = session.execute(delete(_T).where(_T.c.name == name))
        if not done.rowcount:
            raise NotFound("tier", where=name)
        session.execute(update(_M).where(_M.c.tier == name).values(tier="", tier_until=None))
        audit.log(session, store, "tier_removed", tier=name)
    return ladder(store)


def set_by_hand(store: Store, *, member: str, tier: str, until: Day | None, reason: str) -> Standing:
    """Give a member a tier for a reason, up to and including a day.

    Raises:
        NotFound: member, tier.
        BadInput: reason_missing.
    """
    rights.require(store, Right.TIERS)
    if not reason.strip():
        raise BadInput("reason_missing")
    if until is not None and until < store.clock.today():
        raise BadInput("tier_until", where=until.isoformat())
    with store.write(Topic.MEMBERS) as session:
        person = members.resolve(session, store, member)
        if tier and session.scalar(select(_T.c.id).where(_T.c.name == tier)) is None:
            raise NotFound("tier", where=tier)
        _move(session, store, person, tier, until, reason[:200])
        audit.log(session, store, "tier_set", member=person, tier=tier)
        return _standing(session, store, person)


def standing(store: Store, *, member: str) -> Standing:
    """A member's tier with "¥x more to reach the next".

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return _standing(session, store, members.resolve(session, store, member))


def review(store: Store, *, dry_run: bool = False) -> list[Move]:
    """The review date: who spent enough goes up, who did not goes down one step; a manual tier holds until its last day.

    Raises:
        NotAllowed: clock_suspect.
    """
    rights.require(store, Right.TIERS)
    moves: list[Move] = []
    with store.write(Topic.MEMBERS) as session:
        require_clock(session, store)
        steps, today = _steps(session), store.clock.today()
        order = {"": -1} | {step.name: n for n, step in enumerate(steps)}
        spent = _spend(session, _since(session, store))
        rows = session.execute(select(_M.c.id, _M.c.member_no, _M.c.tier, _M.c.tier_until, _M.c.opening_spent).where(_M.c.state == "live"))
        for row in rows.all():
            if row.tier_until is not None and row.tier_until >= today:
                continue
            earned = _reached(steps, spent.get(row.id, 0) + (row.opening_spent or 0))
            now, wanted = order.get(row.tier, -1), order[earned]
            step = wanted if wanted >= now else now - 1
            after = steps[step].name if step >= 0 else ""
            if after != row.tier:
                moves.append(Move(row.member_no, row.tier, after))
                if not dry_run:
                    _move(session, store, row.id, after, None, "review")
        if not dry_run:
            audit.log(session, store, "tiers_reviewed", moves=len(moves))
    return moves


def up_at_once(session: Session, store: Store, member: MemberId) -> str:
    """After a sale: the tier that was reached holds from the next sale on. Returns it when it is new, else ""."""
    steps = _steps(session)
    if not steps:
        return ""
    row = session.execute(select(_M.c.tier, _M.c.tier_until, _M.c.opening_spent).where(_M.c.id == member)).one()
    reached = _reached(steps, _spend(session, _since(session, store), member).get(member, 0) + (row.opening_spent or 0))
    order = {"": -1} | {step.name: n for n, step in enumerate(steps)}
    if order[reached] <= order.get(row.tier, -1):
        return ""
    _move(session, store, member, reached, None, "reached")
    return reached


def _steps(session: Session) -> list[Any]:
    return list(session.execute(select(_T).order_by(_T.c.threshold)).all())


def _since(session: Session, store: Store) -> Day:
    """The first day of the qualifying window."""
    today = store.clock.today()
    calendar = rules.current(session).text["tier_window"] == "calendar"
    return date(today.year, 1, 1) if calendar else today - timedelta(days=364)


def _spend(session: Session, since: Day, member: MemberId | None = None) -> dict[int, int]:
    """Net spend of members since a day: sales less returns and voids."""
    query = select(_S.c.member_id, func.sum(_S.c.net)).where(
        _S.c.member_id.is_not(None), _S.c.business_date >= since, or_(_S.c.state == SaleState.POSTED, _S.c.state == SaleState.VOIDED)
    )
    query = query.where(_S.c.member_id == member) if member is not None else query
    return {row[0]: int(row[1] or 0) for row in session.execute(query.group_by(_S.c.member_id))}


def _reached(steps: list[Any], spent: int) -> str:
    """Thresholds are inclusive."""
    return str(next((step.name for step in reversed(steps) if spent >= step.threshold), ""))


def _move(session: Session, store: Store, member: MemberId, tier: str, until: Day | None, reason: str) -> None:
    session.execute(update(_M).where(_M.c.id == member).values(tier=tier, tier_until=until))
    row = {"member_id": member, "tier": tier, "until": until, "business_date": store.clock.today(), "at": store.clock.now()}
    session.execute(insert(_CHANGE).values(**row, staff_id=store.staff, reason=reason))


def _standing(session: Session, store: Store, member: MemberId) -> Standing:
    row = session.execute(select(_M.c.tier, _M.c.tier_until, _M.c.opening_spent).where(_M.c.id == member)).one()
    steps, since, today = _steps(session), _since(session, store), store.clock.today()
    tier = row.tier if row.tier_until is None or row.tier_until >= today else ""
    spent = _spend(session, since, member).get(member, 0) + (row.opening_spent or 0)
    order = [step.name for step in steps]
    place = order.index(tier) if tier in order else -1
    above = next((step for n, step in enumerate(steps) if n > place and step.threshold > spent), None)
    return Standing(
        tier, Money(spent), since, above.name if above else "", Money(above.threshold - spent) if above else None, row.tier_until
    )
