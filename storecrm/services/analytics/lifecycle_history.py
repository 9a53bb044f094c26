"""The log of stages: each member's step from one stage of life to the next, noted on the day it was
seen.

`lifecycle.moves` compares two days as they are computed now; the log says what was noted then, and
stays when receipts come late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.shop import Shop
from storecrm.services import rights
from storecrm.services.analytics import lifecycle
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_clock, require_period
from storecrm.values import Day, MemberId

CHUNK = 5000
_COLUMNS = ("member_id", "business_date", "was", "stage")
_NOTED = tables.stage_change.c


@dataclass(frozen=True)
class _Change:
    """A member whose stage is another than the one noted last; `was` is "" the first time."""

    member: int
    was: str
    stage: str


def note(store: Store) -> int:
    """Write down who changed the stage since the last time; as often as wanted with the same
    result. Returns how many did.

    Raises:
        NotAllowed: clock_suspect.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        require_clock(session, store)
        changes = _changes(session, store)
    total = 0
    for start in range(0, len(changes), CHUNK):
        part = changes[start : start + CHUNK]
        with store.write() as session:
            # two programs that look at the same moment note one after the other
            database.lock_row(session, Shop, 1)
            total += _write(session, part, store.clock.today())
    if total:
        with store.write() as session:
            audit.log(session, store, "stages_noted", members=total)
    return total


def _write(session: Session, changes: Sequence[_Change], today: Day) -> int:
    known = _known(session, [change.member for change in changes])
    day = today.isoformat()
    rows = []
    for change in changes:
        # noted by somebody else meanwhile
        if known.get(change.member, "") != change.was:
            continue
        rows.append((change.member, day, change.was, change.stage))
    database.bulk_insert(session, tables.stage_change, _COLUMNS, rows)
    return len(rows)


def _changes(session: Session, store: Store) -> list[_Change]:
    known = _known(session)
    now = lifecycle.of_members(session, store)
    changes = []
    for member, stage in now.items():
        was = known.get(member, "")
        if was != stage:
            changes.append(_Change(member, was, stage))
    return changes


def _known(session: Session, only: list[int] | None = None) -> dict[int, str]:
    """The newest stage noted of each member."""
    newest = select(func.max(_NOTED.id)).group_by(_NOTED.member_id)
    if only is not None:
        newest = newest.where(_NOTED.member_id.in_(only))
    query = select(_NOTED.member_id, _NOTED.stage)
    rows = session.execute(query.where(_NOTED.id.in_(newest)))
    return {row.member_id: row.stage for row in rows}


def moves(store: Store, *, first: Day, last: Day) -> dict[tuple[str, str], int]:
    """How many steps from which stage to which were noted in a period, both days included; "" is
    noted for the first time.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    step = (_NOTED.was, _NOTED.stage)
    in_period = _NOTED.business_date.between(first, last)
    query = select(*step, func.count()).where(in_period)
    with store.read() as session:
        rows = session.execute(query.group_by(*step))
        return {(was, stage): int(count) for was, stage, count in rows}


def of_member(session: Session, member: MemberId) -> list[tuple[Day, str, str]]:
    """(day, from, to) of one member, the oldest first."""
    query = select(_NOTED.business_date, _NOTED.was, _NOTED.stage)
    mine = query.where(_NOTED.member_id == member)
    rows = session.execute(mine.order_by(_NOTED.id))
    return [(row.business_date, row.was, row.stage) for row in rows]
