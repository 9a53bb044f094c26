"""Members: register, find, show. A phone belongs to one live member."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import birthdays, member_fields
from storecrm.domain.member_fields import CardText
from storecrm.errors import BadInput, Conflict, NotFound
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import LostCard, Member, Referral
from storecrm.models.scannable import Scannable
from storecrm.services import rights
from storecrm.services.members import (
    consent_ledger,
    name_index,
    personal_data,
    search_limits,
    views,
)
from storecrm.services.members import tags as tag_words
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import (
    Channel,
    Day,
    Kind,
    MemberId,
    Phone,
    clean_text,
    masked_phone,
    new_codes,
    scan_key,
)

SEEN_AT_ONCE = 20
"""So many of those that are found are shown to whoever has no right to whole lists."""
_LEAST_DIGITS = 4
_WHOLE_PHONE = 7
"""Digits from which on a text may be a phone as people write it."""
_PERSON = tables.member.c
_OTHER_PHONE = tables.member_phone.c
_KEY = tables.scannable.c
_LOST_CARD = tables.lost_card.c
_IS_LIVE = _PERSON.state == "live"
_PHONE: Any = bindparam("phone")
_SCANNED: Any = bindparam("key")
_LIVE_MEMBER = select(_PERSON.id).where(_IS_LIVE)
_LIVE = Hot(_LIVE_MEMBER.where(_PERSON.id == bindparam("member")))
_BY_PHONE = Hot(_LIVE_MEMBER.where(_PERSON.phone == _PHONE))
_FURTHER = select(_OTHER_PHONE.member_id)
_BY_FURTHER = Hot(_FURTHER.where(_OTHER_PHONE.phone == _PHONE))
_IS_CARD = _KEY.kind == Kind.MEMBER
_BEARER = select(_KEY.target_id).join(tables.member, _PERSON.id == _KEY.target_id)
_BY_CARD = Hot(_BEARER.where(_KEY.key == _SCANNED, _IS_CARD, _IS_LIVE))
_LOST = Hot(select(_LOST_CARD.member_id).where(_LOST_CARD.key == _SCANNED))


@dataclass(frozen=True, kw_only=True)
class NewMember(CardText):
    """What a registration card holds; only the phone (or a card number) is needed."""

    phone: str = ""
    card_no: str = ""
    consent: tuple[Channel, ...] = ()
    referrer: str = ""


@repeatable
def register(store: Store, *, new: NewMember) -> MemberView:
    """Take up a member.

    Raises:
        BadInput: phone_or_card, phone, birthday, email, gender, guardian_missing.
        Conflict: phone_taken (facts: member_no, name), card_taken, card_lost.
        NotFound: member (the referrer).
    """
    rights.require(store, Right.REGISTER)
    with store.write(Topic.MEMBERS) as session:
        return add(session, store, new)


def add(session: Session, store: Store, new: NewMember) -> MemberView:
    """The same inside the caller's transaction."""
    if not new.phone.strip() and not new.card_no.strip():
        raise BadInput("phone_or_card")
    phone = None
    if new.phone.strip():
        phone = personal_data.phone_of(new.phone, store.shop.region)
    referrer = None
    if new.referrer.strip():
        referrer = resolve(session, store, new.referrer)
    number = new_codes(Kind.MEMBER, 1)[0]
    today = store.clock.today()
    row = _personal(store, new)
    row |= {"member_no": number, "phone": phone, "referred_by": referrer}
    row |= {
        "registered_on": today,
        "registered_by": store.staff,
        "recorded_at": store.clock.now(),
    }
    if phone:
        require_free(session, phone)
    record = insert(Member).values(**row)
    written = session.execute(record.returning(Member.id))
    member = MemberId(written.scalar_one())
    _give_key(session, number, member)
    if referrer is not None:
        _note_referral(session, referrer, member, today)
    if new.card_no.strip():
        add_card(session, member, new.card_no)
    name_index.add(session, [row["name"]])
    for channel in new.consent:
        consent_ledger.say(session, store, member, channel, True)
    # a number that must not be written to stays on its list
    consent_ledger.hold_to_list(session, store, member)
    said = [channel.value for channel in new.consent]
    audit.log(session, store, "member_registered", member=member, consent=said)
    return views.of_member(session, store, member)


def _give_key(session: Session, key: str, member: MemberId) -> None:
    """From now on the key, when it is scanned, finds the member."""
    row = {"key": key, "kind": Kind.MEMBER, "target_id": member}
    session.execute(insert(Scannable).values(**row))


def _note_referral(session: Session, referrer: MemberId, friend: MemberId, day: Day) -> None:
    """Both wait for the friend's first purchase."""
    brought = {
        "referrer_id": referrer,
        "friend_id": friend,
        "state": "waiting",
        "registered_on": day,
    }
    session.execute(insert(Referral).values(**brought))


def _personal(store: Store, new: NewMember) -> dict[str, Any]:
    """What a card says of a person, checked."""
    row = {}
    for field in member_fields.ON_CARD:
        row[field.name] = personal_data.read(field, getattr(new, field.name))
    birthday, calendar = birthdays.read(new.birthday, new.birthday_type)
    row |= {"birthday": birthday, "birthday_type": calendar}
    today = store.clock.today()
    personal_data.require_guardian(birthday, calendar, row["guardian"], today)
    return row


def require_free(session: Session, phone: Phone, besides: MemberId | None = None) -> None:
    """Refuse a phone that a member has already, as the first or as a further one.

    Raises:
        Conflict: phone_taken (facts: member_no, name).
    """
    # a phone may stand in two tables, and no index sees both
    database.hold(session, f"phone {phone}")
    holder = by_phone(session, phone)
    if holder is None or holder == besides:
        return
    known = select(_PERSON.member_no, _PERSON.name)
    other = session.execute(known.where(_PERSON.id == holder)).one()
    shown = masked_phone(phone)
    raise Conflict("phone_taken", where=shown, member_no=other.member_no, name=other.name)


def by_phone(session: Session, phone: Phone) -> MemberId | None:
    """Whose phone it is."""
    found = _BY_PHONE.scalar(session, phone=phone)
    if found is not None:
        return MemberId(found)
    further: MemberId | None = _BY_FURTHER.scalar(session, phone=phone)
    return further


def add_card(session: Session, member: MemberId, card: str) -> None:
    """One more number that finds the member.

    Raises:
        Conflict: card_taken, card_lost.
    """
    key = scan_key(card)
    lost = select(LostCard.member_id).where(LostCard.key == key)
    if session.scalar(lost) is not None:
        raise Conflict("card_lost", where=card)
    # of a member who is not shown yet too
    bearer = select(_KEY.target_id).where(_KEY.key == key, _IS_CARD)
    if session.scalar(bearer) is not None:
        raise Conflict("card_taken", where=card)
    _give_key(session, key, member)


@repeatable
def change(
    store: Store, *, member: str, new: NewMember, tags: Sequence[str] | None = None
) -> MemberView:
    """Correct what is known of a member, the phone and the card apart (see phones_and_cards);
    `tags` are all the words that the member shall have (None: as they are).

    Raises:
        NotFound: member.
        BadInput: as register; tag.
    """
    rights.require(store, Right.REGISTER)
    if tags is not None:
        rights.require(store, Right.TAGS)
    row = _personal(store, new)
    with store.write(Topic.MEMBERS) as session:
        found = resolve(session, store, member)
        called = select(_PERSON.name).where(_PERSON.id == found)
        before = session.scalars(called).all()
        person = update(Member).where(Member.id == found)
        session.execute(person.values(**row))
        name_index.add(session, [row["name"]])
        name_index.let_go(session, before)
        # the e-mail address may be another now
        consent_ledger.hold_to_list(session, store, found)
        if tags is not None:
            tag_words.replace(session, store, found, tags)
        audit.log(session, store, "member_changed", member=found)
        return views.of_member(session, store, found)


@repeatable
def tag(
    store: Store, *, member: str, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> MemberView:
    """Put words on a member, or take them off.

    Raises:
        NotFound: member.
        BadInput: tag (empty, too long, or with a comma).
    """
    rights.require(store, Right.TAGS)
    with store.write(Topic.MEMBERS) as session:
        found = resolve(session, store, member)
        tag_words.put(session, store, found, add, remove)
        counts = {"added": len(add), "removed": len(remove)}
        audit.log(session, store, "member_tagged", member=found, **counts)
        return views.of_member(session, store, found)


def show(store: Store, *, member: str) -> MemberView:
    """A member by number, phone or card. What a cashier sees without the card in hand is counted as
    a search, and a card that does not exist as a guess.

    Raises:
        NotFound: member.
        Throttled: look_ups, codes_tried.
    """
    rights.require(store, Right.FIND)
    if not rights.holds(store.actor, Right.FULL_PHONES):
        search_limits.count_shown(store, scan_key(member))
    with store.read() as session:
        found = resolve(session, store, member)
        return views.of_member(session, store, found)


def resolve(session: Session, store: Store, text: str) -> MemberId:
    """The member meant by a member number, a card, or a whole phone.

    Raises:
        NotFound: member, card_lost.
    """
    key = scan_key(text)
    said = text[:40]
    # a card is what is scanned most
    found: int | None = next(iter(_by_card(session, text)), None)
    if found is None:
        if _LOST.scalar(session, key=key) is not None:
            raise NotFound("card_lost", where=said)
        try:
            phone = personal_data.phone_of(text, store.shop.region)
        except BadInput:
            raise NotFound("member", where=said) from None
        found = by_phone(session, phone)
    if found is None:
        raise NotFound("member", where=said)
    return MemberId(found)


def live(session: Session, member: MemberId | None) -> MemberId | None:
    """The member, None for nobody and for one who was erased."""
    return None if member is None else _LIVE.scalar(session, member=member)


def find(store: Store, *, text: str, limit: int = SEEN_AT_ONCE) -> list[MemberView]:
    """Members by the last four (or more) digits of the phone, the whole phone, a card or member
    number, a part of the name, or pinyin initials. Cashiers need four digits or two characters of a
    name, and see at most 20, however many are asked for.

    Raises:
        BadInput: too_short.
        Throttled: look_ups (a cashier searched too often in an hour).
    """
    rights.require(store, Right.FIND)
    tidy = clean_text(text, 60)
    digits = re.sub(r"[\s\-+]", "", tidy)
    whole_list = rights.holds(store.actor, Right.FULL_PHONES)
    typed = digits.isascii() and digits.isdigit()
    few_digits = typed and len(digits) < _LEAST_DIGITS
    if few_digits or (not typed and _too_short(tidy, whole_list=whole_list)):
        raise BadInput("too_short", where=tidy)
    if not whole_list:
        search_limits.count(store)
        limit = min(limit, SEEN_AT_ONCE)
    with store.read() as session:
        if typed:
            found = _by_digits(session, store, tidy, digits, limit)
        else:
            found = _by_card(session, tidy)
            found = found or name_index.bearers(session, tidy, limit)
        return views.of_members(session, store, found)


def _too_short(name: str, *, whole_list: bool) -> bool:
    """One Chinese sign is a surname; one letter is half the list."""
    one_letter = len(name) < 2 and name.isascii()
    return not name or (not whole_list and one_letter)


def _by_card(session: Session, text: str) -> list[MemberId]:
    """The member whose number or card it is, if anybody may see the member yet."""
    rows = _BY_CARD.rows(session, key=scan_key(text))
    return [MemberId(row.target_id) for row in rows]


def _by_digits(
    session: Session, store: Store, tidy: str, digits: str, limit: int
) -> list[MemberId]:
    tail = digits[-4:]
    ending = digits[-11:]
    found = _by_card(session, tidy)
    # by the tail first: that has an index
    of_tail = _PERSON.phone_tail == tail
    first = _LIVE_MEMBER.where(of_tail, _PERSON.phone.endswith(ending))
    newest_first = first.order_by(_PERSON.id.desc())
    found += list(session.scalars(newest_first.limit(limit)))
    further = _FURTHER.where(_OTHER_PHONE.phone_tail == tail)
    further = further.where(_OTHER_PHONE.phone.endswith(ending))
    found += list(session.scalars(further.limit(limit)))
    # written in a way of its own, with its country or a zero before it
    if not found and len(digits) >= _WHOLE_PHONE:
        try:
            phone = personal_data.phone_of(tidy, store.shop.region)
        except BadInput:
            return []
        holder = by_phone(session, phone)
        found = [holder] if holder is not None else []
    once = dict.fromkeys(found)
    return [MemberId(member) for member in once][:limit]


def count(store: Store) -> int:
    """How many live members there are."""
    rights.require(store, Right.FIND)
    counted = select(func.count()).select_from(tables.member)
    everybody = counted.where(_IS_LIVE)
    with store.read() as session:
        return int(session.scalar(everybody) or 0)


def page(store: Store, *, offset: int, limit: int = 200) -> list[MemberView]:
    """A stretch of all members, newest first; for those who may see the list.

    Raises:
        NotAllowed: right_missing.
    """
    rights.require(store, Right.FULL_PHONES)
    everybody = select(tables.member).where(_IS_LIVE)
    newest = everybody.order_by(_PERSON.id.desc())
    with store.read() as session:
        stretch = newest.offset(offset).limit(limit)
        rows = session.execute(stretch).all()
        return views.of_rows(session, store, rows)
