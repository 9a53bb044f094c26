"""Who acts, where and when, as far as a written row says it."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.values import Actor, Day, Moment, StaffId, StoreDay, TillId


def till_named(session: Session, name: str) -> TillId:
    """The till's id; its row is made at first use."""
    till = tables.till.c
    found = session.scalar(select(till.id).where(till.name == name))
    if found is None:
        # a computer is known from its first act on
        new = insert(tables.till).values(name=name).returning(till.id)
        found = session.execute(new).scalar_one()
    return TillId(found)


@dataclass(frozen=True)
class ShopInfo:
    """What every floor needs to know of the shop. `digits`: decimals of its money; `region`: where
    a phone without a country code is from (CLDR)."""

    uid: str
    name: str
    store: str
    currency: str
    timezone: str
    demo: bool
    audit_key: str
    digits: int
    region: str


class StoreClock(Protocol):
    """The shop's time."""

    def now(self) -> Moment: ...
    def today(self) -> Day: ...
    def day(self) -> StoreDay: ...
    def date(self) -> Day: ...


class Acting(Protocol):
    """Whoever writes: the person at a till, the time, the shop with its key. An open store is one.

    Raises:
        NotAllowed: `staff` or `till` is asked for and nobody acts.
    """

    @property
    def shop(self) -> ShopInfo: ...
    @property
    def clock(self) -> StoreClock: ...
    @property
    def actor(self) -> Actor | None: ...
    @property
    def staff(self) -> StaffId: ...
    @property
    def till(self) -> TillId: ...
