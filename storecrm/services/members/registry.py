"""Members: register, find, show. A phone belongs to one live member."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain import birthdays, member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.errors import BadInput, Conflict, NotFound, Throttled
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.member import (
    Consent,
    LostCard,
    Member,
    MemberMerge,
    MemberPhone,
    NotDuplicate,
    Referral,
    StageChange,
)
from storecrm.models.scannable import Scannable
from storecrm.models.segment import SegmentMember
from storecrm.models.tag import MemberTag
from storecrm.services import rights
from storecrm.services.members import consent_ledger, name_index, search_limits, tier_qualification
from storecrm.services.members import tags as tag_words
from storecrm.services.rights import Right
from storecrm.services.staff import throttle
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import (
    Channel,
    Code,
    Day,
    Kind,
    MemberId,
    Phone,
    clean_text,
    damm,
    masked_phone,
    new_codes,
    own_kind,
    scan_key,
)

OF_AGE = 14
_M: Any = Member.__table__
_P: Any = MemberPhone.__table__
_KEY: Any = Scannable.__table__
_L: Any = LostCard.__table__
_ONE = Hot(select(_M).where(_M.c.id == bindparam("member")))
_PHONES = Hot(
    select(_P.c.phone).where(_P.c.member_id == bindparam("member")).order_by(_P.c.at, _P.c.phone)
)
_BY_PHONE = Hot(select(_M.c.id).where(_M.c.phone == bindparam("phone"), _M.c.state == "live"))
_BY_FURTHER = Hot(select(_P.c.member_id).where(_P.c.phone == bindparam("phone")))
_BY_CARD = Hot(
    select(_KEY.c.target_id)
    .join(_M, _M.c.id == _KEY.c.target_id)
    .where(_KEY.c.key == bindparam("key"), _KEY.c.kind == Kind.MEMBER, _M.c.state == "live")
)
_LOST = Hot(select(_L.c.member_id).where(_L.c.key == bindparam("key")))
_LIVE = Hot(select(_M.c.id).where(_M.c.id == bindparam("member"), _M.c.state == "live"))


@dataclass(frozen=True)
class MemberView:
    """A member as screens show it. `phone` and the further `phones` are whole only for those who
    may see them, else masked; `consent` is what holds for promotion, by channel."""

    id: MemberId
    member_no: Code
    phone: str
    name: str
    gender: str
    birthday: str
    email: str
    note: str
    tier: str
    registered_on: Day
    tags: tuple[str, ...] = ()
    consent: dict[str, bool] = field(default_factory=dict)
    phones: tuple[str, ...] = ()
    alert: str = ""
    guardian: str = ""
    birthday_type: str = birthdays.SOLAR

    @property
    def title(self) -> str:
        """The name, or the phone's tail when there is none."""
        return self.name or self.phone[-4:] or self.member_no[-4:]


MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
"""A mobile of mainland China as people write it: nearly every phone of a list there."""


def phone_of(text: str, region: str) -> Phone:
    """A phone in E.164.

    Raises:
        BadInput: phone (facts: example), phone_country (a region whose numbers are only known with
            their country).
    """
    china = region == "CN"
    if china and MOBILE.fullmatch(text):
        return Phone("+86" + text)
    tidy = clean_text(text, 40)
    if china and MOBILE.fullmatch(tidy):
        return Phone("+86" + tidy)
    # loaded here: most phones of a shop are told by their shape
    import phonenumbers

    try:
        parsed = phonenumbers.parse(tidy, region)
    except phonenumbers.NumberParseException:
        raise _no_phone(tidy, region) from None
    # a mobile number is told by its shape, with its country or without: the library does not know
    # every new range
    mobile = parsed.country_code == 86 and MOBILE.fullmatch(str(parsed.national_number))
    in_plan = parsed.country_code != 86 or mobile or phonenumbers.is_valid_number(parsed)
    if not phonenumbers.is_possible_number(parsed) or not in_plan:
        raise _no_phone(tidy, region)
    return Phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _no_phone(tidy: str, region: str) -> BadInput:
    import phonenumbers

    example = phonenumbers.example_number_for_type(
        region, phonenumbers.PhoneNumberType.MOBILE
    ) or phonenumbers.example_number(region)
    if example is None:
        return BadInput("phone_country", where=tidy)
    shown = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return BadInput("phone", where=tidy, digits=len(re.sub(r"\D", "", tidy)), example=shown)


def birthday_of(text: str) -> str:
    """A birthday of the common calendar, "1990-05-17" or without year "05-17".

    Raises:
        BadInput: birthday (one that says it is lunar too), birthday_ambiguous (03/04/1990).
    """
    birthday, calendar = birthdays.read(text)
    if calendar != birthdays.SOLAR:
        raise BadInput("birthday", where=text[:20])
    return birthday


@dataclass(frozen=True)
class NewMember:
    """What a registration card holds; only the phone (or a card number) is needed. `birthday_type`
    "" is as the birthday itself says
    ("农历 5-17" is lunar), else solar."""

    phone: str = ""
    name: str = ""
    gender: str = ""
    birthday: str = ""
    email: str = ""
    note: str = ""
    card_no: str = ""
    consent: tuple[Channel, ...] = ()
    alert: str = ""
    guardian: str = ""
    referrer: str = ""
    birthday_type: str = ""


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
    phone = phone_of(new.phone, store.shop.region) if new.phone.strip() else None
    referrer = resolve(session, store, new.referrer) if new.referrer.strip() else None
    row = _personal(store, new) | {
        "member_no": new_codes(Kind.MEMBER, 1)[0],
        "phone": phone,
        "registered_on": store.clock.today(),
        "registered_by": store.staff,
        "recorded_at": store.clock.now(),
        "referred_by": referrer,
    }
    if phone:
        require_free(session, phone)
    member = MemberId(
        session.execute(insert(Member).values(**row).returning(Member.id)).scalar_one()
    )
    session.execute(
        insert(Scannable).values(key=row["member_no"], kind=Kind.MEMBER, target_id=member)
    )
    if referrer is not None:
        brought = {
            "referrer_id": referrer,
            "friend_id": member,
            "state": "waiting",
            "registered_on": row["registered_on"],
        }
        session.execute(insert(Referral).values(**brought))
    if new.card_no.strip():
        add_card(session, member, new.card_no)
    name_index.add(session, [row["name"]])
    for channel in new.consent:
        consent_ledger.say(session, store, member, channel, True)
    consent_ledger.hold_to_list(session, store, member)
    audit.log(
        session, store, "member_registered", member=member, consent=[c.value for c in new.consent]
    )
    return view(session, store, member)


def _personal(store: Store, new: NewMember) -> dict[str, Any]:
    """What a card says of a person, checked."""
    row = {field.name: _read(field, getattr(new, field.name)) for field in member_fields.ON_CARD}
    birthday, calendar = birthdays.read(new.birthday, new.birthday_type)
    row |= {"birthday": birthday, "birthday_type": calendar}
    require_guardian(birthday, calendar, row["guardian"], store.clock.today())
    return row


def _read(field: MemberField, text: str) -> str:
    """What was typed for one field, checked."""
    if field.reads is Reads.GENDER:
        return gender_of(text)
    if field.reads is Reads.EMAIL:
        return email_of(text)
    return clean_text(text, field.limit)


def children(born: Iterable[tuple[str, str]], today: Day) -> set[tuple[str, str]]:
    """Those birthdays, each with its calendar, of somebody under 14 (PIPL, article 31); one without
    its year says nothing."""
    last = date(today.year - OF_AGE, today.month, min(today.day, 28)).isoformat()
    # the lunar year runs at most two months behind
    near = date(today.year - OF_AGE - 1, 1, 1).isoformat()
    return {
        (birthday, kind)
        for birthday, kind in born
        if len(birthday) == 10 and birthday > near and birthdays.born_on(birthday, kind) > last
    }


def require_guardian(birthday: str, calendar: str, guardian: str, today: Day) -> None:
    """A child's data need somebody who answers for it (PIPL, article 31: under 14).

    Raises:
        BadInput: guardian_missing.
    """
    if not guardian and children([(birthday, calendar)], today):
        raise BadInput("guardian_missing", where=birthday)


def require_free(session: Session, phone: Phone, besides: MemberId | None = None) -> None:
    """Refuse a phone that a member has already, as the first or as a further one.

    Raises:
        Conflict: phone_taken (facts: member_no, name).
    """
    # a phone may stand in two tables, and no index sees both
    database.hold(session, f"phone {phone}")
    holder = by_phone(session, phone)
    if holder is not None and holder != besides:
        other = session.execute(select(_M.c.member_no, _M.c.name).where(_M.c.id == holder)).one()
        raise Conflict(
            "phone_taken", where=masked_phone(phone), member_no=other.member_no, name=other.name
        )


def by_phone(session: Session, phone: Phone) -> MemberId | None:
    """Whose phone it is."""
    found = _BY_PHONE.scalar(session, phone=phone)
    return MemberId(found) if found is not None else _BY_FURTHER.scalar(session, phone=phone)


def add_card(session: Session, member: MemberId, card: str) -> None:
    """One more number that finds the member.

    Raises:
        Conflict: card_taken, card_lost.
    """
    key = scan_key(card)
    if session.scalar(select(LostCard.member_id).where(LostCard.key == key)) is not None:
        raise Conflict("card_lost", where=card)
    if (
        session.scalar(
            select(Scannable.target_id).where(Scannable.key == key, Scannable.kind == Kind.MEMBER)
        )
        is not None
    ):
        raise Conflict("card_taken", where=card)
    session.execute(insert(Scannable).values(key=key, kind=Kind.MEMBER, target_id=member))


def gender_of(text: str) -> str:
    """ "f", "m" or "", from a word in either language.

    Raises:
        BadInput: gender.
    """
    found = _GENDERS.get(clean_text(text).casefold())
    if found is None:
        raise BadInput("gender", where=text[:20])
    return found


_GENDERS = (
    {"": ""}
    | dict.fromkeys(("f", "female", "mrs", "ms", "女", "女性", "女士"), "f")
    | dict.fromkeys(("m", "male", "mr", "男", "男性", "先生"), "m")
)


def email_of(text: str) -> str:
    """A plausible e-mail address, or "".

    Raises:
        BadInput: email.
    """
    tidy = clean_text(text, 200)
    if tidy and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}", tidy):
        raise BadInput("email", where=tidy[:60])
    return tidy


@repeatable
def change(
    store: Store, *, member: str, new: NewMember, tags: Sequence[str] | None = None
) -> MemberView:
    """Correct what is known of a member, the phone and the card apart (see numbers); `tags` are all
    the words that the member shall have
    (None: as they are).

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
        before = session.scalars(select(_M.c.name).where(_M.c.id == found)).all()
        session.execute(update(Member).where(Member.id == found).values(**row))
        name_index.add(session, [row["name"]])
        name_index.let_go(session, before)
        consent_ledger.hold_to_list(session, store, found)
        if tags is not None:
            present = tag_words.of(session, found, store.clock.today())
            new_words = [word for word in dict.fromkeys(tags) if word not in present]
            tag_words.put(
                session, store, found, new_words, [word for word in present if word not in tags]
            )
        audit.log(session, store, "member_changed", member=found)
        return view(session, store, found)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Overwrite everything personal of these members: what is left is a number that the ledger's
    rows hang on."""
    called = session.scalars(select(_M.c.name).where(_M.c.id.in_(ids))).all()
    for table in (MemberTag, Consent, SegmentMember, MemberPhone, LostCard, StageChange):
        session.execute(delete(table).where(table.member_id.in_(ids)))
    # nobody is rewarded for, or by, somebody who is nobody any more
    waiting = or_(Referral.referrer_id.in_(ids), Referral.friend_id.in_(ids))
    session.execute(delete(Referral).where(waiting, Referral.state == "waiting"))
    session.execute(
        update(Member).where(Member.referred_by.in_(ids)).values(referred_by=None),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(NotDuplicate).where(
            or_(NotDuplicate.first_id.in_(ids), NotDuplicate.second_id.in_(ids))
        )
    )
    # a merge of before holds what both were; whoever was merged into one of these is the same
    # person
    merged = or_(MemberMerge.survivor_id.in_(ids), MemberMerge.merged_id.in_(ids))
    session.execute(
        update(MemberMerge).where(merged).values(before=""),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(Scannable).where(Scannable.kind == Kind.MEMBER, Scannable.target_id.in_(ids))
    )
    blank = member_fields.BLANK | {"state": "erased"}
    for member, number in zip(ids, new_codes(Kind.MEMBER, len(ids)), strict=True):
        session.execute(update(Member).where(Member.id == member).values(**blank, member_no=number))
    name_index.let_go(session, called)


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
        audit.log(
            session, store, "member_tagged", member=found, added=len(add), removed=len(remove)
        )
        return view(session, store, found)


def show(store: Store, *, member: str) -> MemberView:
    """A member by number, phone or card. What a cashier sees without the card in hand is counted as
    a search, and a card that does not exist as a guess.

    Raises:
        NotFound: member.
        Throttled: look_ups, codes_tried.
    """
    rights.require(store, Right.FIND)
    if not rights.holds(store.actor, Right.FULL_PHONES):
        _count_look(store, scan_key(member))
    with store.read() as session:
        return view(session, store, resolve(session, store, member))


def _count_look(store: Store, key: str) -> None:
    if own_kind(key) is not Kind.MEMBER or damm(key) != 0:
        search_limits.count(store)
        return
    with store.read() as session:
        if throttle.codes_tried(session, store) > throttle.CODES:
            raise Throttled("codes_tried")
        known = session.scalar(select(Scannable.target_id).where(Scannable.key == key))
        lost = session.scalar(select(LostCard.member_id).where(LostCard.key == key))
    if known is None and lost is None:
        with store.write() as session:
            throttle.note_code(session, store)


def resolve(session: Session, store: Store, text: str) -> MemberId:
    """The member meant by a member number, a card, or a whole phone.

    Raises:
        NotFound: member, card_lost.
    """
    key = scan_key(text)
    found: int | None = next(iter(_by_card(session, text)), None)
    if found is None:
        if _LOST.scalar(session, key=key) is not None:
            raise NotFound("card_lost", where=text[:40])
        try:
            phone = phone_of(text, store.shop.region)
        except BadInput:
            raise NotFound("member", where=text[:40]) from None
        found = by_phone(session, phone)
    if found is None:
        raise NotFound("member", where=text[:40])
    return MemberId(found)


def live(session: Session, member: MemberId | None) -> MemberId | None:
    """The member, None for nobody and for one who was erased."""
    return None if member is None else _LIVE.scalar(session, member=member)


SEEN_AT_ONCE = 20
"""So many of those that are found are shown to whoever has no right to whole lists."""


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
    if (
        len(digits) < 4
        if typed
        else not tidy or (not whole_list and len(tidy) < 2 and tidy.isascii())
    ):
        raise BadInput("too_short", where=tidy)
    if not whole_list:
        search_limits.count(store)
        limit = min(limit, SEEN_AT_ONCE)
    with store.read() as session:
        if typed:
            return views(session, store, _by_digits(session, store, tidy, digits, limit))
        card = _by_card(session, tidy)
        if card:
            return views(session, store, card)
        return views(session, store, name_index.bearers(session, tidy, limit))


def _by_card(session: Session, text: str) -> list[MemberId]:
    """The member whose number or card it is, if anybody may see the member yet."""
    return [MemberId(row.target_id) for row in _BY_CARD.rows(session, key=scan_key(text))]


def _by_digits(
    session: Session, store: Store, tidy: str, digits: str, limit: int
) -> list[MemberId]:
    found = _by_card(session, tidy)
    query = (
        select(_M.c.id)
        .where(
            _M.c.phone_tail == digits[-4:], _M.c.state == "live", _M.c.phone.endswith(digits[-11:])
        )
        .order_by(_M.c.id.desc())
    )
    found += list(session.scalars(query.limit(limit)))
    further = select(_P.c.member_id).where(
        _P.c.phone_tail == digits[-4:], _P.c.phone.endswith(digits[-11:])
    )
    found += list(session.scalars(further.limit(limit)))
    if not found and len(digits) >= 7:
        try:
            phone = phone_of(tidy, store.shop.region)
        except BadInput:
            return []
        holder = by_phone(session, phone)
        found = [holder] if holder is not None else []
    return [MemberId(member) for member in dict.fromkeys(found)][:limit]


def view(session: Session, store: Store, member: MemberId) -> MemberView:
    """One member as screens show it."""
    row = _ONE.one(session, member=member)
    further = [found.phone for found in _PHONES.rows(session, member=member)]
    words = tag_words.of(session, member, store.clock.today())
    return _shown(
        store,
        row,
        further,
        words,
        consent_ledger.standing(session, member),
        _tiers(session, store, [row])[member],
    )


def views(session: Session, store: Store, ids: Sequence[MemberId]) -> list[MemberView]:
    """Members as screens show them, in the order of `ids`: a handful of statements, however many
    they are."""
    found = {
        row.id: row
        for row in session.execute(select(_M).where(database.among(session, _M.c.id, ids)))
    }
    return _views(session, store, [found[member] for member in ids])


def _views(session: Session, store: Store, rows: Sequence[Any]) -> list[MemberView]:
    ids = [row.id for row in rows]
    further: dict[int, list[str]] = defaultdict(list)
    phones = select(_P.c.member_id, _P.c.phone).where(database.among(session, _P.c.member_id, ids))
    for member, phone in session.execute(phones.order_by(_P.c.at, _P.c.phone)):
        further[member].append(phone)
    words = tag_words.of_many(session, ids, store.clock.today())
    consent, tiers = consent_ledger.standings(session, ids), _tiers(session, store, rows)
    return [
        _shown(
            store,
            row,
            further[row.id],
            words.get(row.id, ()),
            consent.get(row.id, {}),
            tiers[row.id],
        )
        for row in rows
    ]


def _shown(
    store: Store,
    row: Any,
    further: Sequence[str],
    words: tuple[str, ...],
    consent: dict[str, bool],
    tier: str,
) -> MemberView:
    whole = rights.holds(store.actor, Right.FULL_PHONES)
    phones = [
        phone if whole or not phone else masked_phone(phone)
        for phone in (row.phone or "", *further)
    ]
    seen = {field.name: getattr(row, field.name) for field in member_fields.VIEWED}
    seen |= {"phone": phones[0], "tier": tier}
    return MemberView(id=row.id, **seen, tags=words, consent=consent, phones=tuple(phones[1:]))


def _tiers(session: Session, store: Store, rows: Sequence[Any]) -> dict[int, str]:
    """Each member's tier; after the last day of one by hand what the spend says, reviewed or
    not."""
    tiers = {row.id: str(row.tier) for row in rows}
    ended = {
        row.id: row.opening_spent or 0
        for row in rows
        if tier_qualification.ended(row.tier_until, store.clock.today())
    }
    if ended:
        on = tier_qualification.ladder(session, store)
        spent = tier_qualification.qualifying(session, on, list(ended))
        tiers |= {
            member: on.named(on.reached(spent.get(member, 0) + opening))
            for member, opening in ended.items()
        }
    return tiers


def count(store: Store) -> int:
    """How many live members there are."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        return int(
            session.scalar(select(func.count()).select_from(_M).where(_M.c.state == "live")) or 0
        )


def page(store: Store, *, offset: int, limit: int = 200) -> list[MemberView]:
    """A stretch of all members, newest first; for those who may see the list.

    Raises:
        NotAllowed: right_missing.
    """
    rights.require(store, Right.FULL_PHONES)
    with store.read() as session:
        newest = select(_M).where(_M.c.state == "live").order_by(_M.c.id.desc())
        return _views(session, store, session.execute(newest.offset(offset).limit(limit)).all())
