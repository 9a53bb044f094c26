"""Phones and cards change hands: a new phone, a recycled one, a family's phones and cards. The
ledger stays with the member."""

from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.member import LostCard, Member
from storecrm.services import rights
from storecrm.services.members import consent_ledger, personal_data, registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import Code, Kind, MemberId, clean_text, new_codes, scan_key

PHONES = CARDS = 3
"""How many of each a family may have."""
_PERSON = tables.member.c
_FURTHER = tables.member_phone.c
_KEY = tables.scannable.c
_IS_CARD = _KEY.kind == Kind.MEMBER


@repeatable
def change_phone(store: Store, *, member: str, phone: str, fact: str = "") -> MemberView:
    """Another first phone. A cashier needs the old one to name the member, and one `fact` that only
    the member says: the name or the birthday (MM-DD) in the file; a manager vouches.

    Raises:
        NotFound: member.
        BadInput: phone.
        Conflict: phone_taken.
        NotAllowed: fact_wrong.
    """
    rights.require(store, Right.REGISTER)
    new = personal_data.phone_of(phone, store.shop.region)
    with store.write(Topic.MEMBERS) as session:
        person = registry.resolve(session, store, member)
        vouched = rights.holds(store.actor, Right.FULL_PHONES)
        if not vouched and clean_text(fact, 60) not in _facts(session, person):
            raise NotAllowed("fact_wrong")
        registry.require_free(session, new, besides=person)
        # a further phone of the member's own becomes the first
        _drop_further(session, new)
        _write(session, person, phone=new)
        consent_ledger.hold_to_list(session, store, person)
        audit.log(session, store, "phone_changed", member=person, vouched=vouched)
        return views.of_member(session, store, person)


def _facts(session: Session, person: MemberId) -> set[str]:
    """What only the member says: name and birthday, that with its year or without."""
    known = select(_PERSON.name, _PERSON.birthday)
    row = session.execute(known.where(_PERSON.id == person)).one()
    born = row.birthday
    return {row.name, born[-5:], born} - {""}


def _write(session: Session, person: MemberId, **values: str | None) -> None:
    """Another first phone or number of a member."""
    record = update(tables.member).where(_PERSON.id == person)
    session.execute(record.values(**values))


@repeatable
def detach_phone(store: Store, *, member: str, phone: str) -> MemberView:
    """A number that the phone company gave to somebody else: it leaves the member, who is found by
    the card from now on; points and coupons stay on it.

    Raises:
        BadInput: phone.
        NotFound: member, phone_of_member.
    """
    rights.require(store, Right.FULL_PHONES)
    number = personal_data.phone_of(phone, store.shop.region)
    with store.write(Topic.MEMBERS) as session:
        person = registry.resolve(session, store, member)
        if registry.by_phone(session, number) != person:
            raise NotFound("phone_of_member", where=phone[:40])
        _drop_further(session, number)
        first = select(_PERSON.phone).where(_PERSON.id == person)
        if session.scalar(first) == number:
            _let_follow(session, person)
        audit.log(session, store, "phone_detached", member=person)
        return views.of_member(session, store, person)


def _drop_further(session: Session, phone: str | None) -> None:
    this = _FURTHER.phone == phone
    session.execute(delete(tables.member_phone).where(this))


def _let_follow(session: Session, person: MemberId) -> None:
    """The further phone that is known longest becomes the first; none, where there is none."""
    theirs = select(_FURTHER.phone).where(_FURTHER.member_id == person)
    oldest_first = theirs.order_by(_FURTHER.at, _FURTHER.phone)
    phone = session.scalar(oldest_first.limit(1))
    _write(session, person, phone=phone)
    _drop_further(session, phone)


@repeatable
def add_phone(store: Store, *, member: str, phone: str, note: str = "") -> MemberView:
    """A further phone, up to three together: a family shares one card.

    Raises:
        NotFound: member.
        BadInput: phone.
        Conflict: phone_taken.
        NotPossible: phones_most.
    """
    rights.require(store, Right.FULL_PHONES)
    number = personal_data.phone_of(phone, store.shop.region)
    with store.write(Topic.MEMBERS) as session:
        person = registry.resolve(session, store, member)
        registry.require_free(session, number)
        database.lock_row(session, Member, person)
        if _further_phones(session, person) + 1 >= PHONES:
            raise NotPossible("phones_most", most=PHONES)
        row = {"phone": number, "member_id": person, "phone_tail": number[-4:]}
        row |= {
            "note": clean_text(note, 40),
            "at": store.clock.now(),
            "staff_id": store.staff,
        }
        session.execute(insert(tables.member_phone).values(**row))
        consent_ledger.hold_to_list(session, store, person)
        audit.log(session, store, "phone_added", member=person)
        return views.of_member(session, store, person)


@repeatable
def add_card(store: Store, *, member: str, card: str) -> MemberView:
    """A further card, up to three together with the member number.

    Raises:
        NotFound: member.
        Conflict: card_taken, card_lost.
        NotPossible: cards_most.
    """
    rights.require(store, Right.REGISTER)
    with store.write(Topic.MEMBERS) as session:
        person = registry.resolve(session, store, member)
        # two tills count one after the other
        database.lock_row(session, Member, person)
        if len(cards_of(session, person)) >= CARDS:
            raise NotPossible("cards_most", most=CARDS)
        registry.add_card(session, person, card)
        audit.log(session, store, "card_added", member=person)
        return views.of_member(session, store, person)


def cards_of(session: Session, member: MemberId) -> list[str]:
    """Every number that finds a member when scanned."""
    mine = _KEY.target_id == member
    theirs = select(_KEY.key).where(_IS_CARD, mine)
    return list(session.scalars(theirs.order_by(_KEY.key)))


def freeze_card(session: Session, store: Store, member: MemberId, card: str) -> Code:
    """A lost card finds nobody any more; where it was the member number, the member gets a new one.
    Returns the number that holds.

    Raises:
        NotFound: card.
        Conflict: card_lost.
    """
    key = scan_key(card)
    own = select(_PERSON.member_no).where(_PERSON.id == member)
    number = session.execute(own).scalar_one()
    lost = select(LostCard.member_id).where(LostCard.key == key)
    if session.scalar(lost) is not None:
        raise Conflict("card_lost", where=card)
    theirs = _KEY.target_id == member
    this_card = (_IS_CARD, _KEY.key == key, theirs)
    found = delete(tables.scannable).where(*this_card)
    gone: Any = session.execute(found)
    if not gone.rowcount:
        raise NotFound("card", where=card[:40])
    # who brings it again is told that it was lost
    frozen = {"key": key, "member_id": member, "at": store.clock.now(), "staff_id": store.staff}
    session.execute(insert(LostCard).values(**frozen))
    if key != scan_key(number):
        return Code(number)
    # the number itself is lost: the member goes on under a new one
    fresh = new_number(session, member)
    _write(session, member, member_no=fresh)
    return fresh


def new_number(session: Session, member: MemberId) -> Code:
    """A fresh member number that finds the member when scanned."""
    fresh = new_codes(Kind.MEMBER, 1)[0]
    row = {"key": fresh, "kind": Kind.MEMBER, "target_id": member}
    session.execute(insert(tables.scannable).values(**row))
    return fresh


def _further_phones(session: Session, person: MemberId) -> int:
    counted = select(func.count()).select_from(tables.member_phone)
    mine = _FURTHER.member_id == person
    return int(session.scalar(counted.where(mine)) or 0)
