"""Is today today? A clock that was moved asks the person at the till before money is taken."""

from sqlalchemy import update

from storecrm.errors import BadInput
from storecrm.ledger import audit
from storecrm.models.shop import Shop
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, believe
from storecrm.values import Day


def confirm_day(store: Store, *, day: Day) -> None:
    """The person says that `day` is today, although the clock stands far from what was recorded
    last; it is written down with the name, and from now on this clock is believed. Allowances are
    counted by it only where the owner says so.

    Raises:
        BadInput: not_today (the clock says another day).
    """
    rights.require(store, Right.SELL)
    if day != store.clock.today():
        raise BadInput("not_today", where=day.isoformat(), today=store.clock.today())
    with store.write(Topic.SALES) as session:
        session.execute(update(Shop).values(clock_high=store.clock.now()))
        # a cashier's word moves no allowance to a new day
        if rights.holds(store.actor, Right.RULES):
            believe(session, store)
        audit.log(session, store, "day_confirmed", day=day.isoformat())
