"""Phones and cards change hands: a new phone, a recycled one, a family's phones and cards. The
ledger stays with the member."""

from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.member import LostCard, Member, MemberPhone
from storecrm.models.scannable import Scannable
from storecrm.services import rights
from storecrm.services.members import consent_ledger, personal_data, registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import Code, Kind, MemberId, clean_text, new_codes, scan_key

_M: Any = Member.__table__
_P: Any = MemberPhone.__table__
_S: Any = Scannable.__table__
PHONES = CARDS = 3
"""How many of each a family may have."""


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
        row = session.execute(select(_M.c.name, _M.c.birthday).where(_M.c.id == person)).one()
        known = {row.name, row.birthday[-5:], row.birthday} - {""}
        if not rights.holds(store.actor, Right.FULL_PHONES) and clean_text(fact, 60) not in known:
            raise NotAllowed("fact_wrong")
        registry.require_free(session, new, besides=person)
        session.execute(delete(_P).where(_P.c.phone == new))
        session.execute(update(_M).where(_M.c.id == person).values(phone=new))
        consent_ledger.hold_to_list(session, store, person)
        audit.log(
            session,
            store,
            "phone_changed",
            member=person,
            vouched=rights.holds(store.actor, Right.FULL_PHONES),
        )
        return views.of_member(session, store, person)


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
        session.execute(delete(_P).where(_P.c.phone == number))
        next_one = session.scalar(
            select(_P.c.phone)
            .where(_P.c.member_id == person)
            .order_by(_P.c.at, _P.c.phone)
            .limit(1)
        )
        if session.scalar(select(_M.c.phone).where(_M.c.id == person)) == number:
            session.execute(update(_M).where(_M.c.id == person).values(phone=next_one))
            session.execute(delete(_P).where(_P.c.phone == next_one))
        audit.log(session, store, "phone_detached", member=person)
        return views.of_member(session, store, person)


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
        if _count(session, _P.c.member_id == person) + 1 >= PHONES:
            raise NotPossible("phones_most", most=PHONES)
        row = {
            "phone": number,
            "member_id": person,
            "phone_tail": number[-4:],
            "note": clean_text(note, 40),
            "at": store.clock.now(),
        }
        session.execute(insert(_P).values(**row, staff_id=store.staff))
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
        database.lock_row(session, Member, person)
        if len(cards_of(session, person)) >= CARDS:
            raise NotPossible("cards_most", most=CARDS)
        registry.add_card(session, person, card)
        audit.log(session, store, "card_added", member=person)
        return views.of_member(session, store, person)


def cards_of(session: Session, member: MemberId) -> list[str]:
    """Every number that finds a member when scanned."""
    return list(
        session.scalars(
            select(_S.c.key)
            .where(_S.c.kind == Kind.MEMBER, _S.c.target_id == member)
            .order_by(_S.c.key)
        )
    )


def freeze_card(session: Session, store: Store, member: MemberId, card: str) -> Code:
    """A lost card finds nobody any more; where it was the member number, the member gets a new one.
    Returns the number that holds.

    Raises:
        NotFound: card.
        Conflict: card_lost.
    """
    key = scan_key(card)
    number = session.execute(select(_M.c.member_no).where(_M.c.id == member)).scalar_one()
    if session.scalar(select(LostCard.member_id).where(LostCard.key == key)) is not None:
        raise Conflict("card_lost", where=card)
    gone: Any = session.execute(
        delete(_S).where(_S.c.kind == Kind.MEMBER, _S.c.key == key, _S.c.target_id == member)
    )
    if not gone.rowcount:
        raise NotFound("card", where=card[:40])
    session.execute(
        insert(LostCard).values(
            key=key, member_id=member, at=store.clock.now(), staff_id=store.staff
        )
    )
    if key != scan_key(number):
        return Code(number)
    fresh = new_number(session, member)
    session.execute(update(_M).where(_M.c.id == member).values(member_no=fresh))
    return fresh


def new_number(session: Session, member: MemberId) -> Code:
    """A fresh member number that finds the member when scanned."""
    fresh = new_codes(Kind.MEMBER, 1)[0]
    session.execute(insert(_S).values(key=fresh, kind=Kind.MEMBER, target_id=member))
    return fresh


def _count(session: Session, *where: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(_P).where(*where)) or 0)
