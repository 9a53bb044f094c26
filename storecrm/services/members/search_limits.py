"""Nobody reads the whole list of members four digits at a time: searches of people without full
rights are counted by the hour."""

from sqlalchemy import bindparam, delete, func, insert, select, update

from storecrm.errors import StorageTrouble, Throttled
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.models.member import LostCard
from storecrm.models.scannable import Scannable
from storecrm.models.staff import Staff
from storecrm.services import rights, shop_settings
from storecrm.services.rights import Right
from storecrm.services.staff import throttle
from storecrm.services.store import Store, counted
from storecrm.values import A_DAY, Kind, damm, own_kind

HOUR = A_DAY // 24
KEPT = 24 * 180
"""Hours after which a count is forgotten."""
_COUNT = tables.look_up.c
_BY_ME = _COUNT.staff_id == bindparam("by")
_MINE = (_BY_ME, _COUNT.hour == bindparam("at_hour"))
_SO_FAR = Hot(select(_COUNT.searches).where(*_MINE))
_MY_COUNT = update(tables.look_up).where(*_MINE)
_ONE_MORE = Hot(_MY_COUNT.values(searches=_COUNT.searches + 1))


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
        counted_now = _SO_FAR.scalar(session, **mine)
        so_far = int(counted_now or 0)
        if limit is not None and so_far >= limit:
            raise Throttled("look_ups", most=limit)
        if so_far:
            _ONE_MORE.run(session, **mine)
        else:
            # the first of an hour takes away what is long over
            over = _COUNT.hour < hour - KEPT
            session.execute(delete(tables.look_up).where(over))
            first = {"staff_id": store.staff, "hour": hour, "searches": 1}
            session.execute(insert(tables.look_up).values(**first))


def count_shown(store: Store, key: str) -> None:
    """Somebody is shown whom this names: a search without the card in hand, and a guess where the
    card does not exist.

    Raises:
        Throttled: look_ups, codes_tried.
    """
    rights.require(store, Right.FIND)
    # whoever types a whole number of ours has the card in hand
    if own_kind(key) is not Kind.MEMBER or damm(key) != 0:
        count(store)
        return
    bearer = select(Scannable.target_id).where(Scannable.key == key)
    lost = select(LostCard.member_id).where(LostCard.key == key)
    with store.read() as session:
        if throttle.codes_tried(session, store) > throttle.CODES:
            raise Throttled("codes_tried")
        known = session.scalar(bearer) or session.scalar(lost)
    if known is None:
        with store.write() as session:
            throttle.note_code(session, store)


def by_person(store: Store, *, days: int = 30) -> list[tuple[str, int, int]]:
    """(person, searches, the most in one hour) of the last days, the busiest first: what an owner
    looks at after a leak."""
    rights.require(store, Right.STAFF)
    begin = store.clock.now() - days * A_DAY
    since = begin // HOUR
    total = func.sum(_COUNT.searches)
    query = select(Staff.name, total, func.max(_COUNT.searches))
    query = query.join(Staff, Staff.id == _COUNT.staff_id)
    query = query.where(_COUNT.hour >= since)
    busiest = query.group_by(Staff.name).order_by(total.desc())
    with store.read() as session:
        rows = session.execute(busiest)
        return [(name, int(searches), int(most)) for name, searches, most in rows]
