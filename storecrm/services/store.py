"""The open store: the only place where a session is born, and who acts in it."""

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import wraps
from threading import RLock
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, bindparam, or_, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Collided, NotAllowed
from storecrm.ledger.acting import ShopInfo
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.values import (
    A_DAY,
    CLOSE_HOUR,
    Actor,
    Day,
    Moment,
    StaffId,
    StoreDay,
    TillId,
    as_datetime,
    business_date,
)

BACK_JUMP = 5 * 60 * 1_000_000
"""A clock more than five minutes behind what was already written is not believed."""
AHEAD = 45 * 86_400 * 1_000_000
"""Nor is one that leaps further than a shop is ever closed: nothing expires by it before a person
says what day it is."""


A_MINUTE = 60_000_000


class Topic(StrEnum):
    """What a commit changed; windows that show it look again."""

    MEMBERS = "members"
    SALES = "sales"
    POINTS = "points"
    OFFERS = "offers"
    COUPONS = "coupons"
    STAFF = "staff"
    RULES = "rules"
    TOTALS = "totals"


@dataclass(frozen=True)
class ShopDetails:
    """What a new store is told of its shop: the names of shop and branch (`store`, the shop's own
    when left out), where its clock and its money are, `region` the country of phones that are typed
    without one (that of the time zone when left out), `demo` whether it is to be played with."""

    name: str
    store: str = ""
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    region: str = ""
    demo: bool = False


class Clock:
    """The store's time. Tests and the tour pass their own `wall` (microseconds UTC); `steady`
    stands for the clock of models.database.steady, by which waits are counted."""

    def __init__(
        self,
        zone: ZoneInfo,
        close_hour: int = CLOSE_HOUR,
        wall: Callable[[], int] | None = None,
        steady: Callable[[], int] | None = None,
    ) -> None:
        self.zone = zone
        self.close_hour = close_hour
        self.steady = steady
        self._wall = wall or (lambda: time.time_ns() // 1000)

    def now(self) -> Moment:
        return Moment(self._wall())

    def business_date(self, moment: Moment) -> Day:
        """The business date on which something at `moment` counts."""
        return business_date(moment, self.zone, self.close_hour)

    def today(self) -> Day:
        """The business date of now."""
        return self.business_date(self.now())

    def day(self) -> StoreDay:
        """The calendar date and the business date of now."""
        now = self.now()
        date = as_datetime(now, self.zone).date()
        return StoreDay(date, self.business_date(now))

    def date(self) -> Day:
        """The calendar date of now, on which something is issued."""
        return as_datetime(self.now(), self.zone).date()

    def tomorrow(self) -> Day:
        """The day before which everything up to now has happened."""
        return self.today() + timedelta(days=1)


P = ParamSpec("P")
R = TypeVar("R")
TRIES = 5
"""How often an act is tried that meets another one at the same moment."""


def repeatable(verb: Callable[P, R]) -> Callable[P, R]:
    """A verb that is one transaction, and is done again when that met another one and was undone
    whole: it had no effect, and its request number holds the second try to one effect.

    Raises:
        Collided: it met another one each time.
    """

    @wraps(verb)
    def tried(*arguments: P.args, **options: P.kwargs) -> R:
        for turn in range(1, TRIES):
            try:
                return verb(*arguments, **options)
            except Collided:
                # the longer it lasts, the further apart the two set out again
                time.sleep(random.uniform(0.005, 0.02) * turn)
        return verb(*arguments, **options)

    return tried


Listener = Callable[[frozenset[Topic]], None]


@dataclass(frozen=True)
class Store:
    """One open store, bound to one actor (or none). Copies made by `acting` share engine, clock,
    listeners, `frozen`: what offer versions say that have coupons out and so cannot change, and
    `kept`: when something was last written down."""

    engine: Engine
    shop: ShopInfo
    clock: Clock
    actor: Actor | None
    listeners: list[Listener]
    _lock: Any
    name: str = ""
    frozen: dict[int, Any] = field(default_factory=dict, repr=False)
    kept: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def on(cls, engine: Engine, shop: ShopInfo, clock: Clock, name: str = "") -> "Store":
        return cls(engine, shop, clock, None, [], RLock(), name)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One snapshot to look at."""
        with database.reading(self.engine) as session:
            yield session

    @contextmanager
    def write(self, *topics: Topic, keep: bool = True) -> Iterator[Session]:
        """One transaction that holds the write lock from its start; listeners hear of `topics`
        after the commit. With `keep` False everything is done as it would be and then undone: a
        rehearsal, of which nobody hears.

        Raises:
            StorageTrouble: the store cannot be written now; nothing was changed.
        """
        with self._lock, database.writing(self.engine, keep=keep) as session:
            yield session
            if not keep:
                return
            # the trail's entries, for example, are chained when all of them are known
            for last in session.info.pop("at_end", ()):
                last()
            now = self.clock.now()
            _RAISE_CLOCK.run(session, now=now, stale=now - A_MINUTE, believed=now - AHEAD)
            # once a minute is often enough for counting days, and spares each sale a statement
            if abs(self._ran() - self.kept.get("counted", -A_MINUTE)) >= A_MINUTE:
                _keep_counted(session, self, counted(session, self))
                self.kept["counted"] = self._ran()
        if topics:
            self._tell(frozenset(topics))

    def _tell(self, changed: frozenset[Topic]) -> None:
        """What is committed is committed: a listener that fails is written down and no more."""
        for listener in tuple(self.listeners):
            try:
                listener(changed)
            except Exception:
                logging.getLogger("storecrm").exception("bug in a listener of the store")

    def _ran(self) -> int:
        """The steady clock of this program."""
        return self.clock.steady() if self.clock.steady is not None else database.since_start()

    def acting(self, actor: Actor | None) -> "Store":
        """The same store for another person."""
        return replace(self, actor=actor)

    @property
    def staff(self) -> StaffId:
        """Who acts.

        Raises:
            NotAllowed: nobody does.
        """
        if self.actor is None:
            raise NotAllowed("no_actor")
        return self.actor.staff

    @property
    def till(self) -> TillId:
        """Where the actor stands."""
        if self.actor is None:
            raise NotAllowed("no_actor")
        return self.actor.till


_SHOP = tables.shop.c
_STALE = _SHOP.clock_high < bindparam("stale")
# a mark that lies too far ahead was set by a clock that nobody believes
_BELIEVED = or_(_SHOP.clock_high == 0, _SHOP.clock_high >= bindparam("believed"))
_RAISED = update(tables.shop).where(_STALE, _BELIEVED).values(clock_high=bindparam("now"))
_RAISE_CLOCK = Hot(_RAISED)


def require_clock(session: Session, store: Store) -> None:
    """Refuse money, and everything that ends by itself, while the clock stands before what was
    already written or far beyond it (see values.Moment), until a person says what day it is
    (till.clock_check.confirm_day).

    Raises:
        NotAllowed: clock_suspect.
    """
    high = _CLOCK.scalar(session)
    now = store.clock.now()
    # 0: nothing was ever written
    if now < high - BACK_JUMP or (high and now > high + AHEAD):
        raise NotAllowed("clock_suspect", high=high)


def steady(session: Session, store: Store) -> int:
    """Microseconds on a clock that only runs: nobody sets it."""
    given = store.clock.steady
    return given() if given is not None else database.steady(session)


def counted(session: Session, store: Store) -> Moment:
    """The time by which allowances are counted: what the wall clock says, but it runs only as time
    really passes, whoever sets that clock. Each start of the machine brings it nearer to the wall
    clock by at most `_ANEW`, as nothing says how long it stood."""
    row = _COUNTED.one(session)
    wall = store.clock.now()
    if not row.counted:
        return wall
    server = session.get_bind().dialect.name != "sqlite"
    ran = steady(session, store) - row.counted_steady
    # a wall clock that was set back showed nothing
    shown = max(0, wall - row.counted_wall)
    return Moment(row.counted + _passed(ran, shown, server=server))


def counted_day(session: Session, store: Store) -> Day:
    """The day on which an allowance is used up that is given by the day."""
    return store.clock.business_date(counted(session, store))


def _passed(ran: int, shown: int, *, server: bool) -> int:
    """How much time passed by the steady clock and by the one on the wall; a server's tills have a
    wall clock each."""
    if ran >= 0:
        return ran if server else min(ran, shown)
    # the machine was started anew: whole days beyond the first are left out, the hours of the day
    # stay
    return shown if shown <= _ANEW else A_DAY + shown % A_DAY


def believe(session: Session, store: Store) -> None:
    """From now on allowances are counted by the wall clock where it stands ahead: the owner says
    that it is right."""
    ahead = max(counted(session, store), store.clock.now())
    _keep_counted(session, store, ahead)


def _keep_counted(session: Session, store: Store, at: int) -> None:
    wall = store.clock.now()
    _COUNT.run(session, at=at, wall=wall, ran=steady(session, store))


_ANEW = 2 * A_DAY
_COUNTED = Hot(select(_SHOP.counted, _SHOP.counted_wall, _SHOP.counted_steady))
# the three are of one moment: what was counted, and what both clocks showed then
_CLOCKS: dict[str, Any] = {"counted_wall": bindparam("wall"), "counted_steady": bindparam("ran")}
_COUNT = Hot(update(tables.shop).values(counted=bindparam("at"), **_CLOCKS))


def require_period(first: Day, last: Day) -> None:
    """Refuse a period that ends before it starts.

    Raises:
        BadInput: period.
    """
    if first > last:
        raise BadInput("period", first=first, last=last)


_CLOCK = Hot(select(_SHOP.clock_high))


def shop_info(session: Session) -> ShopInfo:
    """The shop's one row."""
    row = session.execute(select(tables.shop)).one()
    return ShopInfo(
        uid=row.uid,
        name=row.name,
        store=row.store,
        currency=row.currency,
        timezone=row.timezone,
        demo=bool(row.demo),
        audit_key=row.audit_key,
        digits=row.decimals,
        region=row.region,
    )


def new_request() -> str:
    """A request number for one act; a retry with the same number returns the first answer."""
    return secrets.token_hex(12)
