"""Tiers: the ladder, what members spent in the window, up at once and one step down at the
review."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.tier import Tier, TierChange
from storecrm.services import rights, sealing
from storecrm.services.members import registry, tier_qualification
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, require_clock
from storecrm.values import WHOLE, BasisPoints, Day, MemberId, Money, clean_text

_T: Any = Tier.__table__
_M: Any = Member.__table__
_CHANGE: Any = TierChange.__table__


@dataclass(frozen=True)
class TierView:
    """One step of the ladder. `off` in basis points of the price, `points_times` in basis points of
    the plain rate."""

    name: str
    threshold: Money
    off: BasisPoints
    points_times: BasisPoints
    members: int = 0


@dataclass(frozen=True)
class TierStanding:
    """Where a member stands: spend in the window, what is missing for the next tier, and until when
    a manual tier holds."""

    tier: str
    spent: Money
    since: Day
    next_tier: str
    short: Money | None
    until: Day | None


@dataclass(frozen=True)
class TierMove:
    """One member's move at a review."""

    member_no: str
    before: str
    after: str


def ladder(store: Store) -> list[TierView]:
    """Every tier from the lowest, with its live members."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        count: dict[str, int] = dict(
            session.execute(
                select(_M.c.tier, func.count()).where(_M.c.state == "live").group_by(_M.c.tier)
            ).all()
        )
        steps = tier_qualification.ladder(session, store).steps
        return [
            TierView(t.name, t.threshold, t.off, t.points_times, count.get(t.name, 0))
            for t in steps
        ]


def keep(
    store: Store,
    *,
    name: str,
    threshold: Money,
    off: BasisPoints = BasisPoints(0),
    points_times: BasisPoints = BasisPoints(WHOLE),
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
        if (
            session.scalar(select(_T.c.id).where(_T.c.threshold == threshold, _T.c.name != tidy))
            is not None
        ):
            raise BadInput("tier_threshold", where=tidy)
        values = {"threshold": threshold, "off": off, "points_times": points_times}
        done: Any = session.execute(update(_T).where(_T.c.name == tidy).values(**values))
        if not done.rowcount:
            session.execute(insert(_T).values(name=tidy, **values))
        audit.log(session, store, "tier_kept", tier=tidy, **values)
        sealing.seal(session, store, "tier", tidy)
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
        session.execute(
            update(_M).where(_M.c.tier == name).values(tier="", tier_until=None, tier_by_hand=0)
        )
        audit.log(session, store, "tier_removed", tier=name)
        sealing.seal(session, store, "tier", name)
    return ladder(store)


def set_by_hand(
    store: Store, *, member: str, tier: str, until: Day | None, reason: str
) -> TierStanding:
    """Give a member a tier for a reason, up to and including a day (None: until another is given).
    Until then no sale and no review changes it.

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
        person = registry.resolve(session, store, member)
        if tier and session.scalar(select(_T.c.id).where(_T.c.name == tier)) is None:
            raise NotFound("tier", where=tier)
        _move(session, store, person, tier, reason=reason[:200], until=until, by_hand=True)
        audit.log(session, store, "tier_set", member=person, tier=tier)
        return _standing(session, store, person)


def standing(store: Store, *, member: str) -> TierStanding:
    """A member's tier with "¥x more to reach the next".

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return _standing(session, store, registry.resolve(session, store, member))


def review(store: Store, *, dry_run: bool = False) -> list[TierMove]:
    """Who spent enough goes up, who did not goes down one step, once a period however often this is
    asked; a tier by hand holds until its last day, and then what the spend says holds at once.

    Raises:
        NotAllowed: clock_suspect.
    """
    rights.require(store, Right.TIERS)
    return _review(store, dry_run=dry_run)


def keep_up(store: Store) -> list[TierMove]:
    """The review that the shop's computer makes by itself once a day.

    Raises:
        NotAllowed: clock_suspect.
    """
    rights.require(store, Right.SELL)
    return _review(store, dry_run=False)


CHUNK = 200
"""Members that are moved in one transaction."""


def _review(store: Store, *, dry_run: bool) -> list[TierMove]:
    with store.read() as session:
        require_clock(session, store)
        on = tier_qualification.ladder(session, store)
        spent = tier_qualification.qualifying(session, on)
        today, moves = store.clock.today(), dict[int, TierMove]()
        for row in session.execute(_JUDGED.where(_M.c.state == "live")).all():
            after = _judged(
                on, row, on.reached(spent.get(row.id, 0) + (row.opening_spent or 0)), today
            )
            if after is not None:
                moves[row.id] = TierMove(row.member_no, row.tier, after)
    if dry_run:
        return list(moves.values())
    ids, done = list(moves), list[TierMove]()
    for start in range(0, len(ids), CHUNK):
        with store.write(Topic.MEMBERS) as session:
            done += _move_due(session, store, ids[start : start + CHUNK])
    return done


def _move_due(session: Session, store: Store, members: list[int]) -> list[TierMove]:
    """Move those of these members who are still due: meanwhile somebody may have bought, or got a
    tier by hand."""
    on, today, moves = (
        tier_qualification.ladder(session, store),
        store.clock.today(),
        list[TierMove](),
    )
    for row in session.execute(_JUDGED.where(_M.c.id.in_(members), _M.c.state == "live")).all():
        after = _judged(
            on, row, tier_qualification.place(session, on, row.id, row.opening_spent), today
        )
        if after is not None:
            reason = "ended" if tier_qualification.ended(row.tier_until, today) else "review"
            _move(
                session,
                store,
                row.id,
                after,
                reason=reason,
                down_on=_down_on(on, row, after, today),
            )
            moves.append(TierMove(row.member_no, row.tier, after))
    audit.log(session, store, "tiers_reviewed", moves=len(moves))
    return moves


_JUDGED = select(
    _M.c.id,
    _M.c.member_no,
    _M.c.tier,
    _M.c.tier_until,
    _M.c.tier_by_hand,
    _M.c.tier_down_on,
    _M.c.opening_spent,
).order_by(_M.c.id)
_JUDGED_ONE = Hot(_JUDGED.where(_M.c.id == bindparam("member")))


def _judged(on: tier_qualification.Ladder, row: Any, wanted: int, today: Day) -> str | None:
    """The tier that holds from now on, None where nothing changes. `wanted`: the place that the
    spend says."""
    if tier_qualification.held(row.tier_until, row.tier_by_hand, today):
        return None
    now = on.rank(row.tier)
    if wanted < now and not tier_qualification.ended(row.tier_until, today):
        stepped = row.tier_down_on is not None and row.tier_down_on >= on.period
        wanted = now if stepped else now - 1
    after = on.named(wanted)
    return after if after != row.tier or row.tier_until is not None else None


def _down_on(on: tier_qualification.Ladder, row: Any, after: str, today: Day) -> Day | None:
    """The day of the last step down that counts for this period: none after a step up, or after a
    tier by hand."""
    stepped_down = on.rank(after) < on.rank(row.tier) and not tier_qualification.ended(
        row.tier_until, today
    )
    return today if stepped_down else None


def up_at_once(session: Session, store: Store, member: MemberId) -> str:
    """After a sale: the tier that was reached holds from the next sale on; one by hand stays until
    it ends. Returns the tier when it is new, else ""."""
    on = tier_qualification.ladder(session, store)
    if not on.steps:
        return ""
    row, today = _JUDGED_ONE.one(session, member=member), store.clock.today()
    if tier_qualification.held(row.tier_until, row.tier_by_hand, today):
        return ""
    over = tier_qualification.ended(row.tier_until, today)
    wanted = tier_qualification.place(session, on, member, row.opening_spent)
    if wanted <= on.rank(row.tier) and not over:
        return ""
    reached = on.named(wanted)
    _move(session, store, member, reached, reason="ended" if over else "reached")
    return reached if wanted > on.rank(row.tier) else ""


def _move(
    session: Session,
    store: Store,
    member: MemberId,
    tier: str,
    *,
    reason: str,
    until: Day | None = None,
    by_hand: bool = False,
    down_on: Day | None = None,
) -> None:
    values = {
        "tier": tier,
        "tier_until": until,
        "tier_by_hand": int(by_hand),
        "tier_down_on": down_on,
    }
    session.execute(update(_M).where(_M.c.id == member).values(**values))
    row = {
        "member_id": member,
        "tier": tier,
        "until": until,
        "business_date": store.clock.today(),
        "at": store.clock.now(),
    }
    session.execute(insert(_CHANGE).values(**row, staff_id=store.staff, reason=reason))


def _standing(session: Session, store: Store, member: MemberId) -> TierStanding:
    row = _JUDGED_ONE.one(session, member=member)
    on, today = tier_qualification.ladder(session, store), store.clock.today()
    tier, until = row.tier, row.tier_until
    if tier_qualification.ended(until, today):
        tier, until = (
            on.named(tier_qualification.place(session, on, member, row.opening_spent)),
            None,
        )
    spent = tier_qualification.spent_by(session, on, member) + (row.opening_spent or 0)
    place = on.rank(tier)
    above = next(
        (step for n, step in enumerate(on.steps) if n > place and step.threshold > spent), None
    )
    short = Money(above.threshold - spent) if above else None
    return TierStanding(
        tier=tier,
        spent=Money(spent),
        since=on.since,
        next_tier=above.name if above else "",
        short=short,
        until=until,
    )
