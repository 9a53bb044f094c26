"""Day totals: what the whole shop took, from the other register, so that shares can exist."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from storecrm.errors import BadInput
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Day, Money


@dataclass(frozen=True)
class Total:
    """One business day of this store."""

    day: Day
    net_sales: Money
    receipts: int


def set_total(store: Store, *, day: Day, net_sales: Money, receipts: int) -> Total:
    """Keep (or correct) the total of one day.

    Raises:
        BadInput: day_future, receipts.
    """
    rights.require(store, Right.DAY_TOTALS)
    if day > store.clock.today():
        raise BadInput("day_future", where=day.isoformat())
    if receipts < 0:
        raise BadInput("receipts", where=str(receipts))
    of_day = (tables.day_total.c.store == store.shop.store, tables.day_total.c.day == day)
    total = {"net_sales": net_sales, "receipts": receipts}
    with store.write(Topic.TOTALS) as session:
        # the day's total as it is now takes the place of what was typed or imported before
        session.execute(delete(tables.day_total).where(*of_day))
        session.execute(insert(tables.day_total).values(store=store.shop.store, day=day, **total))
        said = {"day": day.isoformat(), "net": net_sales, "receipts": receipts}
        audit.log(session, store, "day_total_set", **said)
    return Total(day, net_sales, receipts)


def listed(store: Store, *, first: Day, last: Day) -> list[Total]:
    """The days that have a total."""
    rights.require(store, Right.DAY_TOTALS)
    own = tables.day_total.c.store == store.shop.store
    query = select(tables.day_total).where(own, tables.day_total.c.day.between(first, last))
    with store.read() as session:
        rows = session.execute(query.order_by(tables.day_total.c.day))
        return [Total(row.day, row.net_sales, row.receipts) for row in rows]
