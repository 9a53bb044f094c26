"""Day totals: what the whole shop took, from the other register, so that shares can exist."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from storecrm.errors import BadInput
from storecrm.ledger import audit
from storecrm.models.day_total import DayTotal
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Day, Money

_T: Any = DayTotal.__table__


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
    with store.write(Topic.TOTALS) as session:
        session.execute(delete(_T).where(_T.c.store == store.shop.store, _T.c.day == day))
        session.execute(
            insert(_T).values(
                store=store.shop.store, day=day, net_sales=net_sales, receipts=receipts
            )
        )
        audit.log(
            session, store, "day_total_set", day=day.isoformat(), net=net_sales, receipts=receipts
        )
    return Total(day, net_sales, receipts)


def listed(store: Store, *, first: Day, last: Day) -> list[Total]:
    """The days that have a total."""
    rights.require(store, Right.DAY_TOTALS)
    with store.read() as session:
        rows = session.execute(
            select(_T)
            .where(_T.c.store == store.shop.store, _T.c.day.between(first, last))
            .order_by(_T.c.day)
        )
        return [Total(row.day, row.net_sales, row.receipts) for row in rows]
