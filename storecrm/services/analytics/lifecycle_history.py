"""The log of stages: each member's step from one stage of life to the next, noted on the day it was
seen.

`lifecycle.moves` compares two days as they are computed now; the log says what was noted then, and
stays when receipts come late.
"""

from collections import Counter

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
    total, today = 0, store.clock.today().isoformat()
    for start in range(0, len(changes), CHUNK):
        part = changes[start : start + CHUNK]
        with store.write() as session:
            # two programs that look at the same moment note one after the other
            database.lock_row(session, Shop, 1)
            known = _known(session, [member for member, _, _ in part])
            rows = [
                (member, today, was, stage)
                for member, was, stage in part
                if known.get(member, "") == was
            ]
            database.bulk_insert(
                session, tables.stage_change, ("member_id", "business_date", "was", "stage"), rows
            )
            total += len(rows)
    if total:
        with store.write() as session:
            audit.log(session, store, "stages_noted", members=total)
    return total


def _changes(session: Session, store: Store) -> list[tuple[int, str, str]]:
    known = _known(session)
    now = lifecycle.of_members(session, store)
    return [
        (member, known.get(member, ""), stage)
        for member, stage in now.items()
        if known.get(member, "") != stage
    ]


def _known(session: Session, only: list[int] | None = None) -> dict[int, str]:
    """The newest stage noted of each member."""
    newest = select(func.max(tables.stage_change.c.id)).group_by(tables.stage_change.c.member_id)
    newest = newest if only is None else newest.where(tables.stage_change.c.member_id.in_(only))
    return {
        row.member_id: row.stage
        for row in session.execute(
            select(tables.stage_change.c.member_id, tables.stage_change.c.stage).where(
                tables.stage_change.c.id.in_(newest)
            )
        )
    }


def moves(store: Store, *, first: Day, last: Day) -> dict[tuple[str, str], int]:
    """How many steps from which stage to which were noted in a period, both days included; "" is
    noted for the first time.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        query = select(tables.stage_change.c.was, tables.stage_change.c.stage, func.count()).where(
            tables.stage_change.c.business_date.between(first, last)
        )
        rows = session.execute(
            query.group_by(tables.stage_change.c.was, tables.stage_change.c.stage)
        )
        return dict(Counter({(was, stage): int(n) for was, stage, n in rows}))


def of_member(session: Session, member: MemberId) -> list[tuple[Day, str, str]]:
    """(day, from, to) of one member, the oldest first."""
    query = (
        select(
            tables.stage_change.c.business_date,
            tables.stage_change.c.was,
            tables.stage_change.c.stage,
        )
        .where(tables.stage_change.c.member_id == member)
        .order_by(tables.stage_change.c.id)
    )
    return [(row.business_date, row.was, row.stage) for row in session.execute(query)]
