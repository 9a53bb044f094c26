"""Nobody reads the whole list of members four digits at a time: searches of people without full
rights are counted by the hour."""

from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from storecrm.errors import StorageTrouble, Throttled
from storecrm.models.hot import Hot
from storecrm.models.member import LookUp
from storecrm.models.staff import Staff
from storecrm.services import rights, shop_settings
from storecrm.services.rights import Right
from storecrm.services.store import Store, counted
from storecrm.values import A_DAY

_L: Any = LookUp.__table__
HOUR = A_DAY // 24
KEPT = 24 * 180
"""Hours after which a count is forgotten."""

_MINE = (_L.c.staff_id == bindparam("by"), _L.c.hour == bindparam("at_hour"))
_SO_FAR = Hot(select(_L.c.searches).where(*_MINE))
_ONE_MORE = Hot(update(_L).where(*_MINE).values(searches=_L.c.searches + 1))


def count(store: Store) -> None:
    """One more search of the person who acts.

    Raises:
        Throttled: look_ups.
    """
    rights.require(store, Right.FIND)
    try:
        _one_more(store)
    except StorageTrouble as error:
        # a customer waits: better a search that is not counted than one that is refused because the
        # office writes
        if error.code != "busy":
            raise


def _one_more(store: Store) -> None:
    with store.write() as session:
        hour = counted(session, store) // HOUR
        mine = {"by": store.staff, "at_hour": hour}
        limit = shop_settings.current(session).look_ups_per_hour
        so_far = int(_SO_FAR.scalar(session, **mine) or 0)
        if limit is not None and so_far >= limit:
            raise Throttled("look_ups", most=limit)
        if so_far:
            _ONE_MORE.run(session, **mine)
        else:
            session.execute(delete(_L).where(_L.c.hour < hour - KEPT))
            session.execute(insert(_L).values(staff_id=store.staff, hour=hour, searches=1))


def by_person(store: Store, *, days: int = 30) -> list[tuple[str, int, int]]:
    """(person, searches, the most in one hour) of the last days, the busiest first: what an owner
    looks at after a leak."""
    rights.require(store, Right.STAFF)
    since = (store.clock.now() - days * A_DAY) // HOUR
    total = func.sum(_L.c.searches)
    query = (
        select(Staff.name, total, func.max(_L.c.searches))
        .join(Staff, Staff.id == _L.c.staff_id)
        .where(_L.c.hour >= since)
    )
    with store.read() as session:
        return [
            (name, int(n), int(most))
            for name, n, most in session.execute(query.group_by(Staff.name).order_by(total.desc()))
        ]
