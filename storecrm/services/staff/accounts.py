"""Staff, roles and signing in by PIN, with waits kept in the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, NotAllowed, NotFound
from storecrm.ledger import audit
from storecrm.ledger.acting import till_named
from storecrm.models import database, tables
from storecrm.models.shop import Shop
from storecrm.models.staff import Staff
from storecrm.services import rights, sealing
from storecrm.services.rights import Right
from storecrm.services.staff import own_card, pin_hashes, throttle
from storecrm.services.staff.throttle import Secret
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import Actor, Kind, Role, StaffId, TillId, clean_text, new_codes

PIN_LENGTH = {Role.CASHIER: 4, Role.MANAGER: 6, Role.OWNER: 6}
_MONTH = r"(0[1-9]|1[0-2])"
_WITH_PIN = tables.staff.c.pin_hash.is_not(None)
_IS_OWNER = tables.staff.c.role == Role.OWNER
_STAFF_COUNT = select(func.count()).select_from(tables.staff)
_OWNERS = _STAFF_COUNT.where(_IS_OWNER, _WITH_PIN)
_DATES = (rf"(19|20)\d\d{_MONTH}", rf"\d\d{_MONTH}(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True)
class StaffView:
    """A person as lists show them; `pin` only in demo stores, `member` (the number of the own card)
    and `card_said` (the owner said whose card it is, or that there is none) only to the owner."""

    id: StaffId
    name: str
    role: Role
    badge: str
    pin_length: int
    has_pin: bool
    disabled: bool
    pin: str | None
    member: str = ""
    card_said: bool = False


def listed(store: Store) -> list[StaffView]:
    """Everybody. The sign-in page needs it before anybody acts: names and roles only."""
    # nobody is signed in yet when this is asked: it shows names, never hashes
    with store.read() as session:
        open_to_me = rights.holds(store.actor, Right.STAFF)
        cards = own_card.numbers(session) if open_to_me else {}
        rows = session.scalars(select(Staff).order_by(Staff.id))
        return [_view(row, cards, said=open_to_me) for row in rows]


def _view(
    row: Staff, cards: Mapping[StaffId, str] | None = None, *, said: bool = False
) -> StaffView:
    return StaffView(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        badge=row.badge,
        pin_length=row.pin_length,
        has_pin=row.pin_hash is not None,
        disabled=bool(row.disabled),
        pin=row.demo_pin,
        member=(cards or {}).get(row.id, ""),
        card_said=said and row.member_id is not None,
    )


def check_pin(pin: str, role: Role) -> None:
    """Refuse PINs of the wrong length or that everybody guesses.

    Raises:
        BadInput: pin_length, pin_obvious.
    """
    length = PIN_LENGTH[role]
    if not re.fullmatch(rf"[0-9]{{{length}}}", pin):
        raise BadInput("pin_length", length=length)
    if _is_ladder(pin) or _is_twice(pin) or _is_date(pin):
        raise BadInput("pin_obvious")


def _is_ladder(pin: str) -> bool:
    """1111, 1234, 4321."""
    digits = [int(digit) for digit in pin]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def _is_twice(pin: str) -> bool:
    """1212."""
    half = pin[: len(pin) // 2]
    return half * 2 == pin


def _is_date(pin: str) -> bool:
    """A month of a year, or a day as yymmdd."""
    return any(re.fullmatch(date, pin) for date in _DATES)


@repeatable
def add(store: Store, *, name: str, role: Role, pin: str | None = None) -> StaffView:
    """Take a person on. The first one of a new store is the owner, and nobody needs to act for
    that.

    Raises:
        BadInput: staff_name, first_is_owner, pin_length, pin_obvious.
        Conflict: staff_name_taken.
    """
    first = not listed(store)
    if not first:
        rights.require(store, Right.STAFF)
    elif role is not Role.OWNER:
        raise BadInput("first_is_owner")
    tidy = clean_text(name, 40)
    if not tidy:
        raise BadInput("staff_name")
    if pin is not None:
        check_pin(pin, role)
    hashed = pin_hashes.hashed(pin, cheap=store.shop.demo) if pin is not None else None
    with store.write(Topic.STAFF) as session:
        if session.scalar(select(tables.staff.c.id).where(tables.staff.c.name == tidy)):
            raise Conflict("staff_name_taken", where=tidy)
        row = _take_on(session, store, tidy, role, pin, hashed)
        acting = store
        if not store.actor:
            # the first one acts for the first time
            acting = _acting(session, store, _view(row))
        audit.log(session, acting, "staff_added", staff=row.id, role=role.value)
        sealing.seal(session, acting, "staff", row.id)
        if first:
            sealing.seal(session, acting, "shop", 1)
        return _view(row)


def _take_on(
    session: Session, store: Store, name: str, role: Role, pin: str | None, hashed: str | None
) -> Staff:
    """A person with a badge that can be scanned."""
    [badge] = new_codes(Kind.STAFF, 1)
    row = Staff(
        name=name,
        role=role,
        badge=badge,
        pin_hash=hashed,
        pin_length=PIN_LENGTH[role],
        created_at=store.clock.now(),
    )
    row.demo_pin = _shown(store, pin)
    session.add(row)
    session.flush()
    key = {"key": badge, "kind": Kind.STAFF, "target_id": row.id}
    session.execute(insert(tables.scannable).values(**key))
    return row


def _shown(store: Store, pin: str | None) -> str | None:
    """A PIN as it stands beside the name, in demo stores alone."""
    return pin if store.shop.demo else None


def _acting(session: Session, store: Store, who: StaffView) -> Store:
    """The store for a person who has not signed in, in the shop's office."""
    actor = Actor(
        staff=who.id,
        name=who.name,
        role=who.role,
        till=till_named(session, "office"),
        till_name="office",
    )
    return store.acting(actor)


def _keep_pin(session: Session, store: Store, who: StaffView, pin: str, hashed: str) -> None:
    this = update(tables.staff).where(tables.staff.c.id == who.id)
    session.execute(this.values(pin_hash=hashed, demo_pin=_shown(store, pin)))


def set_pin(store: Store, *, name: str, pin: str) -> StaffView:
    """Give a person a new PIN: one's own, or anybody's by the owner.

    Raises:
        NotFound: staff.
        BadInput: pin_length, pin_obvious.
    """
    who = named(store, name)
    if store.actor is None or store.actor.staff != who.id:
        rights.require(store, Right.STAFF)
    check_pin(pin, who.role)
    hashed = pin_hashes.hashed(pin, cheap=store.shop.demo)
    with store.write(Topic.STAFF) as session:
        _keep_pin(session, store, who, pin, hashed)
        throttle.forget(session, Secret.PIN, who.id)
        audit.log(session, store, "pin_set", staff=who.id)
        sealing.seal(session, store, "staff", who.id)
    return named(store, name)


def set_first_pin(store: Store, *, name: str, pin: str) -> None:
    """The one PIN that nobody has to sign in for: the owner's, while no owner has one.

    Raises:
        NotAllowed: an owner has a PIN already.
    """
    # this verb has no actor by its nature: it is how the first one comes to be
    who = named(store, name)
    check_pin(pin, who.role)
    hashed = pin_hashes.hashed(pin, cheap=store.shop.demo)
    with store.write(Topic.STAFF) as session:
        if session.scalar(_OWNERS):
            raise NotAllowed("no_actor")
        _keep_pin(session, store, who, pin, hashed)
        acting = _acting(session, store, who)
        audit.log(session, acting, "pin_set", staff=who.id)
        sealing.seal(session, acting, "staff", who.id)


@repeatable
def disable(store: Store, *, name: str) -> StaffView:
    """A person leaves; what they did stays theirs.

    Raises:
        NotFound: staff.
        NotAllowed: last_owner.
    """
    rights.require(store, Right.STAFF)
    who = named(store, name)
    with store.write(Topic.STAFF) as session:
        # two owners may not let each other go at the same moment
        database.lock_row(session, Shop, 1)
        if who.role is Role.OWNER:
            staff = tables.staff.c
            others = _OWNERS.where(staff.disabled == 0, staff.id != who.id)
            if not session.scalar(others):
                raise NotAllowed("last_owner", where=name)
        this = update(tables.staff).where(tables.staff.c.id == who.id)
        session.execute(this.values(disabled=1))
        audit.log(session, store, "staff_disabled", staff=who.id)
        sealing.seal(session, store, "staff", who.id)
    return named(store, name)


def named(store: Store, name: str) -> StaffView:
    """The person called `name`.

    Raises:
        NotFound: staff.
    """
    # names are on the sign-in page already
    for who in listed(store):
        if who.name == name:
            return who
    raise NotFound("staff", where=name)


def sign_in(store: Store, *, name: str, pin: str, till: str) -> Store:
    """The store for `name` at `till`. Wrong PINs make that person wait, longer each time and
    whatever till is named; each stands in the trail.

    Raises:
        NotFound: staff.
        NotAllowed: wrong_pin (facts: seconds to wait now), disabled, no_pin.
        Throttled: pin_wait.
    """
    # signing in is what makes an actor; it cannot ask for one
    who = named(store, name)
    place = clean_text(till, 60) or "till"
    if who.disabled:
        raise NotAllowed("disabled", where=name)
    with store.read() as session:
        staff, known_till = tables.staff.c, tables.till.c
        hash_of = select(staff.pin_hash).where(staff.id == who.id)
        till_of = select(known_till.id).where(known_till.name == place)
        hashed = session.scalar(hash_of)
        known = session.scalar(till_of)
    if hashed is None:
        raise NotAllowed("no_pin", where=name)
    tried = throttle.reserve(store, kind=Secret.PIN, subject=who.id, where=name, till=known)
    right = pin_hashes.matches(hashed, pin)

    def settle(session: Session) -> tuple[int, TillId | None]:
        wrong = throttle.settle(session, store, tried, right=right)
        if right:
            return wrong, till_named(session, place)
        facts = {"person": who.id, "till": place, "in_a_row": wrong}
        audit.log_at(session, store, known, "pin_wrong", **facts)
        return wrong, None

    wrong, till_id = throttle.patiently(store, settle)
    if till_id is None:
        raise NotAllowed("wrong_pin", where=name, seconds=throttle.seconds(wrong))
    actor = Actor(staff=who.id, name=who.name, role=who.role, till=till_id, till_name=till)
    return store.acting(actor)
