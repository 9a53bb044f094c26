"""What a person may do alone so often or so much a day: one count of each kind, whatever the way in
and wherever a clock is set.

The day is the counted one (`services.store.counted`): a clock that is set forward begins no new
one.
"""

from enum import StrEnum

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.staff import Staff
from storecrm.services.store import Store, counted_day

_COUNT = tables.allowance.c
_OF_PERSON = _COUNT.staff_id == bindparam("staff")
_OF_KIND = _COUNT.kind == bindparam("what")
_USED = Hot(select(_COUNT.day, _COUNT.used).where(_OF_PERSON, _OF_KIND))


class AllowanceKind(StrEnum):
    """What is counted: points given or taken by hand, undos at the till, coupons let pass on one's
    own word."""

    POINTS = "points"
    UNDO = "undo"
    WORD = "word"


def used(session: Session, store: Store, what: AllowanceKind) -> int:
    """How much the person who acts has used up today."""
    row = _USED.first(session, staff=store.staff, what=what.value)
    # what was counted on a day before is used up no more
    if row is None or row.day < counted_day(session, store):
        return 0
    return int(row.used)


def use(session: Session, store: Store, what: AllowanceKind, count: int = 1) -> None:
    """Count what the person who acts does now; the caller has compared it with the limit in this
    transaction."""
    # two programs of one person count one after the other
    database.lock_row(session, Staff, store.staff)
    today = counted_day(session, store)
    now = count + used(session, store, what)
    kept = _USED.first(session, staff=store.staff, what=what.value)
    if kept is None:
        new = {"staff_id": store.staff, "kind": what.value, "day": today, "used": now}
        session.execute(insert(tables.allowance).values(**new))
        return
    mine = (_COUNT.staff_id == store.staff, _COUNT.kind == what.value)
    # the day never goes back: a clock that is set back gives nothing anew
    day = max(kept.day, today)
    session.execute(update(tables.allowance).where(*mine).values(day=day, used=now))
