"""Staff, roles and signing in by PIN, with waits kept in the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, NotAllowed, NotFound
from storecrm.ledger import audit
from storecrm.ledger.acting import till_named
from storecrm.models import database
from storecrm.models.scannable import Scannable
from storecrm.models.shop import Shop, Till
from storecrm.models.staff import Staff
from storecrm.services import rights, sealing
from storecrm.services.rights import Right
from storecrm.services.staff import own_card, pin_hashes, throttle
from storecrm.services.staff.throttle import Secret
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import Actor, Kind, Role, StaffId, TillId, clean_text, new_codes

PIN_LENGTH = {Role.CASHIER: 4, Role.MANAGER: 6, Role.OWNER: 6}


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
        cards = own_card.numbers(session) if rights.holds(store.actor, Right.STAFF) else {}
        open_to_me = rights.holds(store.actor, Right.STAFF)
        return [
            _view(row, cards, said=open_to_me)
            for row in session.scalars(select(Staff).order_by(Staff.id))
        ]


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
    steps = {(int(b) - int(a)) % 10 for a, b in zip(pin, pin[1:], strict=False)}
    dates = re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])", pin) or re.fullmatch(
        r"\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", pin
    )
    if len(steps) == 1 and steps <= {0, 1, 9} or pin[: length // 2] * 2 == pin or dates:
        raise BadInput("pin_obvious")


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
        if session.scalar(select(Staff.id).where(Staff.name == tidy)):
            raise Conflict("staff_name_taken", where=tidy)
        row = Staff(
            name=tidy,
            role=role,
            badge=new_codes(Kind.STAFF, 1)[0],
            pin_hash=hashed,
            pin_length=PIN_LENGTH[role],
            created_at=store.clock.now(),
        )
        row.demo_pin = pin if store.shop.demo else None
        session.add(row)
        session.flush()
        session.execute(insert(Scannable).values(key=row.badge, kind=Kind.STAFF, target_id=row.id))
        acting = (
            store
            if store.actor
            else store.acting(
                Actor(
                    staff=row.id,
                    name=tidy,
                    role=role,
                    till=till_named(session, "office"),
                    till_name="office",
                )
            )
        )
        audit.log(session, acting, "staff_added", staff=row.id, role=role.value)
        sealing.seal(session, acting, "staff", row.id)
        if first:
            sealing.seal(session, acting, "shop", 1)
        return _view(row)


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
        session.execute(
            update(Staff)
            .where(Staff.id == who.id)
            .values(pin_hash=hashed, demo_pin=pin if store.shop.demo else None)
        )
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
        if session.scalar(
            select(func.count())
            .select_from(Staff)
            .where(Staff.pin_hash.is_not(None), Staff.role == Role.OWNER)
        ):
            raise NotAllowed("no_actor")
        session.execute(
            update(Staff)
            .where(Staff.id == who.id)
            .values(pin_hash=hashed, demo_pin=pin if store.shop.demo else None)
        )
        acting = store.acting(
            Actor(
                staff=who.id,
                name=who.name,
                role=who.role,
                till=till_named(session, "office"),
                till_name="office",
            )
        )
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
        able = (
            Staff.role == Role.OWNER,
            Staff.disabled == 0,
            Staff.pin_hash.is_not(None),
            Staff.id != who.id,
        )
        if who.role is Role.OWNER and not session.scalar(
            select(func.count()).select_from(Staff).where(*able)
        ):
            raise NotAllowed("last_owner", where=name)
        session.execute(update(Staff).where(Staff.id == who.id).values(disabled=1))
        audit.log(session, store, "staff_disabled", staff=who.id)
        sealing.seal(session, store, "staff", who.id)
    return named(store, name)


def named(store: Store, name: str) -> StaffView:
    """The person called `name`.

    Raises:
        NotFound: staff.
    """
    # names are on the sign-in page already
    found = next((who for who in listed(store) if who.name == name), None)
    if found is None:
        raise NotFound("staff", where=name)
    return found


def sign_in(store: Store, *, name: str, pin: str, till: str) -> Store:
    """The store for `name` at `till`. Wrong PINs make that person wait, longer each time and
    whatever till is named; each stands in the trail.

    Raises:
        NotFound: staff.
        NotAllowed: wrong_pin (facts: seconds to wait now), disabled, no_pin.
        Throttled: pin_wait.
    """
    # signing in is what makes an actor; it cannot ask for one
    who, place = named(store, name), clean_text(till, 60) or "till"
    if who.disabled:
        raise NotAllowed("disabled", where=name)
    with store.read() as session:
        hashed = session.scalar(select(Staff.pin_hash).where(Staff.id == who.id))
        known = session.scalar(select(Till.id).where(Till.name == place))
    if hashed is None:
        raise NotAllowed("no_pin", where=name)
    tried = throttle.reserve(store, kind=Secret.PIN, subject=who.id, where=name, till=known)
    right = pin_hashes.matches(hashed, pin)

    def settle(session: Session) -> tuple[int, TillId | None]:
        wrong = throttle.settle(session, store, tried, right=right)
        if right:
            return wrong, till_named(session, place)
        audit.log_at(session, store, known, "pin_wrong", person=who.id, till=place, in_a_row=wrong)
        return wrong, None

    wrong, till_id = throttle.patiently(store, settle)
    if till_id is None:
        raise NotAllowed("wrong_pin", where=name, seconds=throttle.seconds(wrong))
    return store.acting(
        Actor(staff=who.id, name=who.name, role=who.role, till=till_id, till_name=till)
    )
