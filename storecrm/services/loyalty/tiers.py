"""Tiers: the ladder, what members spent in the window, up at once and one step down at the
review."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights, sealing
from storecrm.services.members import registry, tier_qualification
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, require_clock
from storecrm.values import WHOLE, BasisPoints, Day, MemberId, Money, clean_text

CHUNK = 200
"""Members that are moved in one transaction."""
_LIVE = tables.member.c.state == "live"
_NO_TIER = {"tier": "", "tier_until": None, "tier_by_hand": 0}
_BY_TIER = select(tables.member.c.tier, func.count()).group_by(tables.member.c.tier)
_member = tables.member.c.id
_TIER = (tables.member.c.tier, tables.member.c.tier_until)
_HOW = (tables.member.c.tier_by_hand, tables.member.c.tier_down_on)
_WHOSE = (_member, tables.member.c.member_no, tables.member.c.opening_spent)
_JUDGED = select(*_WHOSE, *_TIER, *_HOW).order_by(_member)
"""What a move depends on, but for the spend."""
_THIS = _member == bindparam("member")
_JUDGED_ONE = Hot(_JUDGED.where(_THIS))


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
        rows = session.execute(_BY_TIER.where(_LIVE)).all()
        members: dict[str, int] = {tier: count for tier, count in rows}
        steps = tier_qualification.ladder(session, store).steps
        return [_view(step, members.get(step.name, 0)) for step in steps]


def _view(step: Any, members: int) -> TierView:
    return TierView(
        name=step.name,
        threshold=step.threshold,
        off=step.off,
        points_times=step.points_times,
        members=members,
    )


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
        _require_own_threshold(session, tidy, threshold)
        # the name is the key: whoever writes it anew changes the tier
        values = {"threshold": threshold, "off": off, "points_times": points_times}
        this = update(tables.tier).where(tables.tier.c.name == tidy)
        done: Any = session.execute(this.values(**values))
        if not done.rowcount:
            session.execute(insert(tables.tier).values(name=tidy, **values))
        audit.log(session, store, "tier_kept", tier=tidy, **values)
        sealing.seal(session, store, "tier", tidy)
    return ladder(store)


def _require_own_threshold(session: Session, name: str, threshold: Money) -> None:
    """Refuse a second tier that begins at the same spend."""
    tier = tables.tier.c
    same = select(tier.id).where(tier.threshold == threshold, tier.name != name)
    if session.scalar(same) is not None:
        raise BadInput("tier_threshold", where=name)


def remove(store: Store, *, name: str) -> list[TierView]:
    """Take a tier off the ladder; its members have none until the next review.

    Raises:
        NotFound: tier.
    """
    rights.require(store, Right.TIERS)
    with store.write(Topic.MEMBERS) as session:
        this = delete(tables.tier).where(tables.tier.c.name == name)
        done: Any = session.execute(this)
        if not done.rowcount:
            raise NotFound("tier", where=name)
        # nobody keeps a price that no tier gives
        its_members = update(tables.member).where(tables.member.c.tier == name)
        session.execute(its_members.values(**_NO_TIER))
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
        if tier:
            _require_tier(session, tier)
        _move(session, store, person, tier, reason=reason[:200], until=until, by_hand=True)
        audit.log(session, store, "tier_set", member=person, tier=tier)
        return _standing(session, store, person)


def _require_tier(session: Session, name: str) -> None:
    """Refuse a tier that is not on the ladder."""
    tier = tables.tier.c
    this = select(tier.id).where(tier.name == name)
    if session.scalar(this) is None:
        raise NotFound("tier", where=name)


def standing(store: Store, *, member: str) -> TierStanding:
    """A member's tier with "¥x more to reach the next".

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        return _standing(session, store, person)


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


def _review(store: Store, *, dry_run: bool) -> list[TierMove]:
    with store.read() as session:
        require_clock(session, store)
        moves = _due(session, store)
    if dry_run:
        return list(moves.values())
    members = list(moves)
    done: list[TierMove] = []
    # a till may come between two chunks
    for start in range(0, len(members), CHUNK):
        some = members[start : start + CHUNK]
        with store.write(Topic.MEMBERS) as session:
            done += _move_due(session, store, some)
    return done


def _due(session: Session, store: Store) -> dict[int, TierMove]:
    """The moves that the spend of every member says, by the member."""
    on = tier_qualification.ladder(session, store)
    spent = tier_qualification.qualifying(session, on)
    today = store.clock.today()
    moves: dict[int, TierMove] = {}
    for row in session.execute(_JUDGED.where(_LIVE)).all():
        # what was spent before the shop had this program counts too
        whole = spent.get(row.id, 0) + (row.opening_spent or 0)
        after = _judged(on, row, on.reached(whole), today)
        if after is not None:
            moves[row.id] = TierMove(row.member_no, row.tier, after)
    return moves


def _move_due(session: Session, store: Store, members: list[int]) -> list[TierMove]:
    """Move those of these members who are still due: meanwhile somebody may have bought, or got a
    tier by hand."""
    on = tier_qualification.ladder(session, store)
    today = store.clock.today()
    moves: list[TierMove] = []
    these = _JUDGED.where(_member.in_(members), _LIVE)
    for row in session.execute(these).all():
        place = tier_qualification.place(session, on, row.id, row.opening_spent)
        after = _judged(on, row, place, today)
        if after is None:
            continue
        over = tier_qualification.ended(row.tier_until, today)
        reason = "ended" if over else "review"
        down_on = _down_on(on, row, after, today)
        _move(session, store, row.id, after, reason=reason, down_on=down_on)
        moves.append(TierMove(row.member_no, row.tier, after))
    audit.log(session, store, "tiers_reviewed", moves=len(moves))
    return moves


def _judged(on: tier_qualification.Ladder, row: Any, wanted: int, today: Day) -> str | None:
    """The tier that holds from now on, None where nothing changes. `wanted`: the place that the
    spend says."""
    if tier_qualification.held(row.tier_until, row.tier_by_hand, today):
        return None
    now = on.rank(row.tier)
    if wanted < now and not tier_qualification.ended(row.tier_until, today):
        # one step down, once a period
        stepped = row.tier_down_on is not None and row.tier_down_on >= on.period
        wanted = now if stepped else now - 1
    after = on.named(wanted)
    # a tier by hand that ended is written down even where the same one follows
    changes = after != row.tier or row.tier_until is not None
    return after if changes else None


def _down_on(on: tier_qualification.Ladder, row: Any, after: str, today: Day) -> Day | None:
    """The day of the last step down that counts for this period: none after a step up, or after a
    tier by hand."""
    over = tier_qualification.ended(row.tier_until, today)
    stepped_down = on.rank(after) < on.rank(row.tier)
    return today if stepped_down and not over else None


def up_at_once(session: Session, store: Store, member: MemberId) -> str:
    """After a sale: the tier that was reached holds from the next sale on; one by hand stays until
    it ends. Returns the tier when it is new, else ""."""
    on = tier_qualification.ladder(session, store)
    # most shops have no ladder
    if not on.steps:
        return ""
    row = _JUDGED_ONE.one(session, member=member)
    today = store.clock.today()
    if tier_qualification.held(row.tier_until, row.tier_by_hand, today):
        return ""
    over = tier_qualification.ended(row.tier_until, today)
    now = on.rank(row.tier)
    wanted = tier_qualification.place(session, on, member, row.opening_spent)
    if wanted <= now and not over:
        return ""
    reached = on.named(wanted)
    _move(session, store, member, reached, reason="ended" if over else "reached")
    return reached if wanted > now else ""


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
    # the move and its reason go together: the trail of a tier has no gap
    this = update(tables.member).where(_member == member)
    session.execute(this.values(**values))
    row = {
        "member_id": member,
        "tier": tier,
        "until": until,
        "business_date": store.clock.today(),
        "at": store.clock.now(),
        "staff_id": store.staff,
        "reason": reason,
    }
    session.execute(insert(tables.tier_change).values(**row))


def _standing(session: Session, store: Store, member: MemberId) -> TierStanding:
    row = _JUDGED_ONE.one(session, member=member)
    on = tier_qualification.ladder(session, store)
    tier, until = row.tier, row.tier_until
    if tier_qualification.ended(until, store.clock.today()):
        # the tier by hand is over, whether or not a review has written it down
        place = tier_qualification.place(session, on, member, row.opening_spent)
        tier = on.named(place)
        until = None
    spent = tier_qualification.spent_by(session, on, member) + (row.opening_spent or 0)
    higher = on.steps[on.rank(tier) + 1 :]
    above = next((step for step in higher if step.threshold > spent), None)
    return TierStanding(
        tier=tier,
        spent=Money(spent),
        since=on.since,
        next_tier=above.name if above else "",
        short=Money(above.threshold - spent) if above else None,
        until=until,
    )
