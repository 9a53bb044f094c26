"""What a person may do alone so often or so much a day: one count of each kind, whatever the way in
and wherever a clock is set.

The day is the counted one (`services.store.counted`): a clock that is set forward begins no new
one.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.staff import Staff
from storecrm.models.throttle import Allowance
from storecrm.services.store import Store, counted_day

_A: Any = Allowance.__table__
_MINE = (_A.c.staff_id == bindparam("staff"), _A.c.kind == bindparam("what"))
_USED = Hot(select(_A.c.day, _A.c.used).where(*_MINE))


class AllowanceKind(StrEnum):
    """What is counted: points given or taken by hand, undos at the till, coupons let pass on one's
    own word."""

    POINTS = "points"
    UNDO = "undo"
    WORD = "word"


def used(session: Session, store: Store, what: AllowanceKind) -> int:
    """How much the person who acts has used up today."""
    row = _USED.first(session, staff=store.staff, what=what.value)
    return int(row.used) if row is not None and row.day >= counted_day(session, store) else 0


def use(session: Session, store: Store, what: AllowanceKind, count: int = 1) -> None:
    """Count what the person who acts does now; the caller has compared it with the limit in this
    transaction."""
    # two programs of one person count one after the other
    database.lock_row(session, Staff, store.staff)
    today, so_far = counted_day(session, store), used(session, store, what)
    mine = (_A.c.staff_id == store.staff, _A.c.kind == what.value)
    kept = session.scalar(select(_A.c.day).where(*mine))
    if kept is None:
        session.execute(
            insert(_A).values(staff_id=store.staff, kind=what.value, day=today, used=count)
        )
    else:
        session.execute(update(_A).where(*mine).values(day=max(kept, today), used=so_far + count))
