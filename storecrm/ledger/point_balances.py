"""What members have in points: sums over the entries of their lots. Expiry holds when it is read,
whether or not a sweep has written it down."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.points import Balance
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import Day, EntryKind, LotId, MemberId, Points

_lot = tables.point_lot.c.id
_ends = tables.point_lot.c.expires_on
_begins = tables.point_lot.c.active_from
_owner = tables.point_lot.c.member_id
_kind = tables.point_entry.c.kind
_member = tables.point_entry.c.member_id
_reversed = tables.point_entry.c.reverses_id
_left = func.sum(tables.point_entry.c.points)
_OF_LOT = tables.point_entry.c.lot_id == _lot
_OF_MEMBER = _member == bindparam("member")

_LEFT = _left.label("left")
_LEFT_IN_LOTS = select(_lot, _ends, _begins, _LEFT).group_by(_lot, _ends, _begins)
_EACH_LOT = _LEFT_IN_LOTS.join(tables.point_entry, _OF_LOT)
_OWN = _owner == bindparam("member")
_LOTS = Hot(_EACH_LOT.where(_OWN))

_BY_KIND = select(_kind, _left.label("total")).group_by(_kind)
_KINDS = Hot(_BY_KIND.where(_OF_MEMBER))

# what was reversed came back by another entry, so it was not spent
_GIVEN_BACK = select(_reversed).where(_OF_MEMBER, _reversed.is_not(None))
_STANDS = tables.point_entry.c.id.not_in(_GIVEN_BACK)
_SPENDING = or_(_kind == EntryKind.BURN, _kind == EntryKind.EXCHANGE)
_SPENT = select(_left).where(_OF_MEMBER)
_BURNT = Hot(_SPENT.where(_SPENDING, _STANDS))

_BY_MEMBER = select(_member, _left).group_by(_member)
_SWEPT = tables.point_lot.c.swept == 1
_SWEPT_LOTS = select(_lot).join(tables.point_entry, _OF_LOT).where(_SWEPT).group_by(_lot)
_OVERFULL = _SWEPT_LOTS.having(_left > 0).limit(100)


def lots_of(session: Session, member: MemberId) -> Sequence[Any]:
    """The member's lots: id, expires_on, active_from, left."""
    return _LOTS.rows(session, member=member)


def balance(session: Session, member: MemberId, today: Day) -> Balance:
    """The five buckets as of `today`."""
    alive = pending = dead = owed = 0
    for lot in lots_of(session, member):
        left = max(0, lot.left)
        owed += left - lot.left
        # a lot may wait and be over at once: its days are declared by themselves
        if _over(lot, today):
            dead += left
        elif not _waiting(lot, today):
            alive += left
        if _waiting(lot, today):
            pending += left
    spent, swept = _gone(session, member)
    # what is owed is taken from what could be used
    usable = max(0, alive - owed)
    missing = max(0, owed - alive)
    return Balance(
        pending=Points(pending),
        active=Points(usable),
        spent=Points(spent),
        expired=Points(swept + dead),
        owed=Points(missing),
    )


def _gone(session: Session, member: MemberId) -> tuple[int, int]:
    """(spent, expired and written down) of a member."""
    kinds = {row.kind: row.total for row in _KINDS.rows(session, member=member)}
    burnt = -int(_BURNT.scalar(session, member=member) or 0)
    restored = int(kinds.get(EntryKind.RESTORE, 0))
    swept = -int(kinds.get(EntryKind.EXPIRE, 0))
    return burnt - restored, swept


def expiring(session: Session, member: MemberId, today: Day, until: Day) -> Points:
    """Points that can be used today and end not after `until`; neither those that still wait nor
    what is owed."""
    most = ending = 0
    for lot in lots_of(session, member):
        if lot.left < 0:
            # what is owed is taken from what could be used
            most += lot.left
        elif _alive(lot, today):
            most += lot.left
            if lot.expires_on and lot.expires_on <= until:
                ending += lot.left
    return Points(max(0, min(ending, most)))


def usable_lots(lots: Iterable[Any], today: Day) -> list[Any]:
    """Those of the lots out of which a member can use points, the earliest expiry first."""
    filled = [lot for lot in lots if lot.left > 0]
    usable = [lot for lot in filled if _alive(lot, today)]
    return sorted(usable, key=_ending)


def reachable(
    session: Session, member: MemberId, today: Day, *, own: LotId, pending_only: bool
) -> list[tuple[LotId, int]]:
    """(lot, points) that a return can take: the sale's own lot first, then what the member could
    use, the earliest expiry first."""
    lots = [lot for lot in lots_of(session, member) if lot.left > 0]
    reached = [lot for lot in lots if lot.id == own]
    if pending_only:
        reached = [lot for lot in reached if _waiting(lot, today)]
    else:
        others = [lot for lot in lots if lot.id != own]
        reached += usable_lots(others, today)
    return [(lot.id, lot.left) for lot in reached]


def totals(session: Session, today: Day) -> dict[MemberId, int]:
    """What every member has: with what is pending, less what is owed, without what is over."""
    sums = session.execute(_BY_MEMBER).all()
    found: dict[MemberId, int] = {member: left for member, left in sums}
    for lot in session.execute(unswept(today)):
        found[lot.member_id] -= lot.left
    return found


def unswept(today: Day) -> Any:
    """Lots that are over, with points left in them whose expiry was not written down yet:
    member_id, expires_on, left (a query)."""
    lots = select(_owner, _ends, _LEFT).group_by(_lot, _owner, _ends)
    due = lots.join(tables.point_entry, _OF_LOT).where(*due_lots(today))
    return due.having(_left > 0)


def due_lots(today: Day) -> tuple[Any, Any]:
    """True of lots that are over and were not swept empty."""
    # a constant, so that the index of what is due is taken
    kept = tables.point_lot.c.swept == literal_column("0")
    return _ends < today, kept


def swept_too_soon(session: Session) -> list[int]:
    """Lots that say that nothing is left in them, and something is."""
    return list(session.scalars(_OVERFULL))


def _over(lot: Any, today: Day) -> bool:
    return bool(lot.expires_on and lot.expires_on < today)


def _waiting(lot: Any, today: Day) -> bool:
    return bool(lot.active_from and lot.active_from > today)


def _alive(lot: Any, today: Day) -> bool:
    """Neither over nor still pending."""
    return not _over(lot, today) and not _waiting(lot, today)


def _ending(lot: Any) -> tuple[bool, Day | None, LotId]:
    """Sorts lots by their end; those without one are last."""
    return lot.expires_on is None, lot.expires_on, lot.id
