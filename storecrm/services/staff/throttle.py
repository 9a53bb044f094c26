"""Whoever guesses waits: one door for every secret that a person can try, whatever till is named
and wherever a clock is set.

A try is reserved in the database before the secret is looked at and settled afterwards, so that
several programs together have no more tries than one, and a kill in between is no free try. Tries
that are looked at just now are waited for, not refused: eight people who know their PIN all get in.
Time is the steady clock of `models.database.steady`; a wait that a restart of the machine
interrupts begins anew, and none is longer than `WAITS` says.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from storecrm.errors import NotAllowed, StorageTrouble, Throttled
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.store import Store, steady
from storecrm.values import TillId

SECOND = 1_000_000
WAITS = (0, 0, 0, 15, 30, 60, 120, 300, 600, 900)
"""Seconds after the first, second, ... wrong try in a row; the last one for all further ones."""
PASSWORD_TRIES = 5
CODES = 5
"""Codes of ours that do not exist, in `WINDOW`, after which no further one is looked at."""
WINDOW = 600 * SECOND
SHOP_MOST = 30
"""Wrong tries in `WINDOW` in the whole shop, above which whoever failed in the last day waits
longer."""
SHOP_WAIT = 60 * SECOND
KEPT = 86_400 * SECOND
IN_FLIGHT = 20 * SECOND
"""A try that was not settled by then counts as wrong: its program was killed."""
_PAUSE = 0.05
"""Seconds between two looks at whether others are settled."""
_LOOKS = 20
"""How often one looks before the lock is asked for again."""
_ROUNDS = 100
_TURNS = 3
_COUNT = select(func.count()).select_from(tables.guess)


class Secret(StrEnum):
    """What is guessed: a person's PIN, a member's password, an emergency code, a coupon's or
    member's code."""

    PIN = "pin"
    PASSWORD = "password"
    EMERGENCY = "emergency"
    CODE = "code"


_SAID = {
    Secret.PIN: "pin_wait",
    Secret.PASSWORD: "guess_wait",
    Secret.EMERGENCY: "guess_wait",
    Secret.CODE: "guess_wait",
}


@dataclass(frozen=True)
class Try:
    """A try that was reserved."""

    id: int
    kind: Secret
    subject: int


def reserve(
    store: Store, *, kind: Secret, subject: int, where: str, till: TillId | None = None
) -> Try:
    """Announce one try, before the secret is looked at.

    Raises:
        Throttled: pin_wait, guess_wait (facts: seconds).
        NotAllowed: password_locked (a member's password that was wrong too often is none until it
            is set anew).
    """
    for _ in range(_ROUNDS):
        attempt = partial(_reserve, store=store, kind=kind, subject=subject, till=till)
        made = patiently(store, attempt)
        # raised after the commit: what was noted on the way stays
        if isinstance(made, int):
            raise Throttled(_SAID[kind], where=where, seconds=made)
        if made is not None:
            return made
        _wait_for_others(store, kind, subject)
    raise Throttled(_SAID[kind], where=where, seconds=1)


def _wait_for_others(store: Store, kind: Secret, subject: int) -> None:
    """Until one of the tries that are looked at just now is settled; only by reading, so that
    nobody waits for the lock."""
    pending = _COUNT.where(_pending(kind, subject))
    before = None
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        with store.read() as session:
            now = session.scalar(pending)
        settled = before is not None and now != before
        if settled or not now:
            return
        before = now


def settle(session: Session, store: Store, tried: Try, *, right: bool) -> int:
    """Write down how a try ended; returns how many were wrong in a row."""
    now = steady(session, store)
    wait = update(tables.guess_wait).where(_waits(tried.kind, tried.subject))
    this = tables.guess.c.id == tried.id
    if right:
        session.execute(wait.values(wrong=0))
        session.execute(delete(tables.guess).where(this))
        return 0
    wrong = tables.guess_wait.c.wrong
    # counted by the database, so that no try is lost between two programs
    one_more = wait.values(wrong=wrong + 1, since=now).returning(wrong)
    in_a_row = int(session.execute(one_more).scalar_one())
    failed = update(tables.guess).where(this).values(state="wrong", at=now)
    session.execute(failed)
    _drop_old(session, tried.kind, now)
    return in_a_row


def _drop_old(session: Session, kind: Secret, now: int) -> None:
    """Tries of more than a day ago count for nothing."""
    guess = tables.guess.c
    old = delete(tables.guess).where(guess.kind == kind, guess.at < now - KEPT)
    session.execute(old)


def _waits(kind: Secret, subject: int) -> ColumnElement[bool]:
    """True of the row that says how long a secret is waited for."""
    wait = tables.guess_wait.c
    return and_(wait.kind == kind, wait.subject == subject)


def _in_state(kind: Secret, subject: int, state: str) -> ColumnElement[bool]:
    """True of the tries of a secret that are `open` or `wrong`."""
    guess = tables.guess.c
    return and_(guess.kind == kind, guess.subject == subject, guess.state == state)


def _pending(kind: Secret, subject: int) -> ColumnElement[bool]:
    """True of tries that are looked at just now."""
    return _in_state(kind, subject, "open")


_T = TypeVar("_T")


def patiently(store: Store, work: Callable[[Session], _T]) -> _T:
    """One transaction that waits for its turn longer than others: many people who sign in at once,
    at a slow disk, all get in."""
    for _ in range(_TURNS):
        try:
            with store.write() as session:
                return work(session)
        except StorageTrouble as error:
            if error.code != "busy":
                raise
    with store.write() as session:
        return work(session)


def _reserve(
    session: Session, store: Store, kind: Secret, subject: int, till: TillId | None
) -> Try | int | None:
    """The try, the seconds to wait, or None while others must be settled first."""
    now = steady(session, store)
    wrong, since = _held(session, kind, subject, now)
    wrong += _count_killed(session, kind, subject, now, wrong)
    pending = _COUNT.where(_pending(kind, subject))
    open_now = int(session.scalar(pending) or 0)
    if kind is Secret.PASSWORD:
        return _of_few(session, subject, till, now, wrong=wrong, open_now=open_now)
    free_at = since + seconds(wrong) * SECOND
    failed_at = _failed_at(session, kind, subject, now)
    if failed_at is not None and _shop_is_tried(session, kind, now):
        free_at = max(free_at, failed_at + SHOP_WAIT)
        if open_now:
            return None
    if now < free_at:
        # whole seconds, rounded up
        return -(-(free_at - now) // SECOND)
    # those that are open may all be wrong
    possible = range(wrong + 1, wrong + open_now + 1)
    if any(seconds(nth) for nth in possible):
        return None
    return _open(session, kind, subject, till, now)


def _count_killed(session: Session, kind: Secret, subject: int, now: int, wrong: int) -> int:
    """Tries whose program was killed are wrong ones, besides the `wrong` in a row. Returns how
    many."""
    dead = tables.guess.c.at < now - IN_FLIGHT
    pending = update(tables.guess).where(_pending(kind, subject), dead)
    done: Any = session.execute(pending.values(state="wrong"))
    killed = int(done.rowcount)
    if killed:
        wait = update(tables.guess_wait).where(_waits(kind, subject))
        session.execute(wait.values(wrong=wrong + killed))
    return killed


def _of_few(
    session: Session, subject: int, till: TillId | None, now: int, *, wrong: int, open_now: int
) -> Try | None:
    """A member's password is not waited for in a queue: it has a few tries until it is set anew."""
    if wrong >= PASSWORD_TRIES:
        raise NotAllowed("password_locked")
    if wrong + open_now >= PASSWORD_TRIES:
        return None
    return _open(session, Secret.PASSWORD, subject, till, now)


def _open(session: Session, kind: Secret, subject: int, till: TillId | None, now: int) -> Try:
    row = {"kind": kind, "subject": subject, "till_id": till, "at": now, "state": "open"}
    new = insert(tables.guess).values(**row).returning(tables.guess.c.id)
    made = int(session.execute(new).scalar_one())
    return Try(made, kind, subject)


_FIRST = text(
    "INSERT INTO guess_wait (kind, subject, wrong, since) VALUES (:kind, :subject, 0, :now) "
    "ON CONFLICT DO NOTHING"
)


def _held(session: Session, kind: Secret, subject: int, now: int) -> tuple[int, int]:
    """(wrong tries in a row, since when), held by this transaction until its end."""
    # the row is made first, so that there is something to hold
    session.execute(_FIRST, {"kind": kind.value, "subject": subject, "now": now})
    # what lies ahead was read before the machine was started anew: the wait begins now
    wait = tables.guess_wait.c
    before = select(wait.since).where(_waits(kind, subject), wait.since <= now)
    start = func.coalesce(before.scalar_subquery(), now)
    this = update(tables.guess_wait).where(_waits(kind, subject))
    held = this.values(since=start).returning(wait.wrong, wait.since)
    row = session.execute(held).one()
    return int(row.wrong), int(row.since)


def _failed_at(session: Session, kind: Secret, subject: int, now: int) -> int | None:
    """When this secret was last tried wrongly within a day."""
    at = tables.guess.c.at
    wrong = select(func.max(at)).where(_in_state(kind, subject, "wrong"))
    # a time ahead of the clock is of before a restart
    found = session.scalar(wrong.where(at > now - KEPT))
    return None if found is None else min(int(found), now)


def _shop_is_tried(session: Session, kind: Secret, now: int) -> bool:
    """True while so many wrong PINs are typed in the shop that somebody tries one person after
    another."""
    if kind is not Secret.PIN:
        return False
    guess = tables.guess.c
    lately = _COUNT.where(guess.kind == kind, guess.at > now - WINDOW)
    return int(session.scalar(lately) or 0) > SHOP_MOST


def seconds(wrong: int) -> int:
    """The wait after so many wrong tries in a row."""
    return WAITS[min(wrong, len(WAITS)) - 1] if wrong else 0


_AT_TILL = tables.guess.c.till_id == bindparam("till")
_BY_PERSON = tables.guess.c.subject == bindparam("staff")
_SINCE = tables.guess.c.at > bindparam("since")
_IS_CODE = tables.guess.c.kind == Secret.CODE.value
_CODES = Hot(_COUNT.where(or_(_AT_TILL, _BY_PERSON), _SINCE, _IS_CODE))


def codes_tried(session: Session, store: Store) -> int:
    """Codes of ours that do not exist, tried lately by the person who acts or at this till."""
    since = steady(session, store) - WINDOW
    return int(_CODES.scalar(session, till=store.till, staff=store.staff, since=since))


def note_code(session: Session, store: Store) -> None:
    """One more code that does not exist."""
    now = steady(session, store)
    _drop_old(session, Secret.CODE, now)
    row = {
        "kind": Secret.CODE,
        "subject": store.staff,
        "till_id": store.till,
        "at": now,
        "state": "wrong",
    }
    session.execute(insert(tables.guess).values(**row))


def forgive_codes(session: Session, store: Store) -> None:
    """A manager vouches for the person and the till."""
    # the till and the person alike: either alone would still be shut out
    guess = tables.guess.c
    theirs = or_(guess.till_id == store.till, guess.subject == store.staff)
    session.execute(delete(tables.guess).where(_IS_CODE, theirs))


def forget(session: Session, kind: Secret, subject: int) -> None:
    """A new secret was set: what was tried of the old one no longer counts against it."""
    wait = update(tables.guess_wait).where(_waits(kind, subject))
    session.execute(wait.values(wrong=0))


def after_restart(session: Session, store: Store) -> bool:
    """True when tries lie ahead of the steady clock: the machine was started anew since."""
    newest = select(func.max(tables.guess.c.at))
    latest = session.scalar(newest)
    return latest is not None and int(latest) > steady(session, store)


def count_anew(session: Session, store: Store) -> None:
    """Tries from before the machine was started anew count as if made now."""
    now = steady(session, store)
    ahead = tables.guess.c.at > now
    session.execute(update(tables.guess).where(ahead).values(at=now))
