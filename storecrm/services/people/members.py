"""Members: register, find, show. A phone belongs to one live member."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, NotFound
from storecrm.models.member import Consent, Member, MemberKey, MemberTag
from storecrm.models.scannable import Scannable
from storecrm.models.segment import SegmentMember
from storecrm.services import audit, rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Channel, Code, Day, Kind, MemberId, Phone, clean_text, masked_phone, new_codes, scan_key

CONSENT_TEXT = "2026-01"
_M: Any = Member.__table__


@dataclass(frozen=True)
class MemberView:
    """A member as screens show it. `phone` is whole only for those who may see it, else masked."""

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

    @property
    def title(self) -> str:
        """The name, or the phone's tail when there is none."""
        return self.name or self.phone[-4:] or self.member_no[-4:]


def phone_of(text: str, region: str) -> Phone:
    """A phone in E.164.

    Raises:
        BadInput: phone.
    """
    tidy = clean_text(text, 40)
    if region == "CN" and re.fullmatch(r"1[3-9]\d{9}", tidy):
        return Phone("+86" + tidy)
    # loaded here: most phones of a shop are told by their shape
    import phonenumbers

    try:
        parsed = phonenumbers.parse(tidy, region)
    except phonenumbers.NumberParseException:
        raise BadInput("phone", where=tidy) from None
    if not phonenumbers.is_possible_number(parsed) or (parsed.country_code == 86 and not phonenumbers.is_valid_number(parsed)):
        raise BadInput("phone", where=tidy, digits=len(re.sub(r"\D", "", tidy)))
    return Phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def birthday_of(text: str) -> str:
    """A birthday "1990-05-17" or without year "05-17".

    Raises:
        BadInput: birthday.
    """
    tidy = re.sub(r"[/.年月]", "-", clean_text(text, 20)).rstrip("日-")
    found = re.fullmatch(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})", tidy)
    if not tidy:
        return ""
    try:
        year, month, day = (int(part) if part else 0 for part in found.groups()) if found else (0, 0, 0)
        checked = date(year or 2024, month, day)
    except ValueError:
        raise BadInput("birthday", where=text[:20]) from None
    if year and not 1900 <= year <= 2100:
        raise BadInput("birthday", where=text[:20])
    return checked.isoformat() if year else checked.strftime("%m-%d")


@lru_cache(maxsize=50_000)
def search_keys(name: str) -> frozenset[str]:
    """What a name is found by: each tail of it and of its pinyin initials (every reading of the surname), each later word."""
    tidy = name.casefold().replace(" ", "") if any("一" <= c <= "鿿" for c in name) else name.casefold()
    if not tidy:
        return frozenset()
    keys = {tidy[i:] for i in range(len(tidy))} if tidy[0] >= "一" else {tidy[m.start() :] for m in re.finditer(r"\S+", tidy)}
    if any("一" <= c <= "鿿" for c in tidy):
        keys |= _initials(tidy)
    return frozenset(key[:60] for key in keys)


def _initials(name: str) -> set[str]:
    from pypinyin import Style, lazy_pinyin, pinyin

    rest = "".join(part[0] for part in lazy_pinyin(name[1:], style=Style.FIRST_LETTER) if part)
    whole = {first[0].lower() + rest.lower() for first in pinyin(name[0], style=Style.FIRST_LETTER, heteronym=True)[0] if first}
    return whole | {rest.lower()[at:] for at in range(len(rest))}


@dataclass(frozen=True)
class NewMember:
    """What a registration card holds; only the phone (or a card number) is needed."""

    phone: str = ""
    name: str = ""
    gender: str = ""
    birthday: str = ""
    email: str = ""
    note: str = ""
    card_no: str = ""
    consent: tuple[Channel, ...] = ()


def register(store: Store, *, new: NewMember) -> MemberView:
    """Take up a member.

    Raises:
        BadInput: phone_or_card, phone, birthday, email, gender.
        Conflict: phone_taken (facts: member_no, name), card_taken.
    """
    rights.require(store, Right.REGISTER)
    with store.write(Topic.MEMBERS) as session:
        return add(session, store, new)


def add(session: Session, store: Store, new: NewMember) -> MemberView:
    """The same inside the caller's transaction."""
    if not new.phone.strip() and not new.card_no.strip():
        raise BadInput("phone_or_card")
    phone = phone_of(new.phone, store.shop.region) if new.phone.strip() else None
    row = {
        "member_no": new_codes(Kind.MEMBER, 1)[0],
        "phone": phone,
        "name": clean_text(new.name, 60),
        "gender": gender_of(new.gender),
        "birthday": birthday_of(new.birthday),
        "email": email_of(new.email),
        "note": clean_text(new.note),
        "registered_on": store.clock.today(),
        "registered_by": store.staff,
        "recorded_at": store.clock.now(),
    }
    keys = search_keys(str(row["name"]))
    if phone and (other := session.execute(select(_M.c.member_no, _M.c.name).where(_M.c.phone == phone, _M.c.state == "live")).first()):
        raise Conflict("phone_taken", where=masked_phone(phone), member_no=other.member_no, name=other.name)
    member = MemberId(session.execute(insert(Member).values(**row).returning(Member.id)).scalar_one())
    session.execute(insert(Scannable).values(key=row["member_no"], kind=Kind.MEMBER, target_id=member))
    if new.card_no.strip():
        _add_card(session, member, new.card_no)
    _add_keys(session, member, keys)
    for channel in new.consent:
        given = {"channel": channel, "purpose": "promotion", "granted": 1, "text_version": CONSENT_TEXT, "staff_id": store.staff}
        session.execute(insert(Consent).values(member_id=member, at=store.clock.now(), **given))
    audit.log(session, store, "member_registered", member=member, consent=[c.value for c in new.consent])
    return view(session, store, member)


def _add_card(session: Session, member: MemberId, card: str) -> None:
    key = scan_key(card)
    if session.scalar(select(Scannable.target_id).where(Scannable.key == key, Scannable.kind == Kind.MEMBER)) is not None:
        raise Conflict("card_taken", where=card)
    session.execute(insert(Scannable).values(key=key, kind=Kind.MEMBER, target_id=member))


def _add_keys(session: Session, member: MemberId, keys: Iterable[str]) -> None:
    rows = [{"key": key, "member_id": member} for key in keys]
    if rows:
        session.execute(insert(MemberKey), rows)


def gender_of(text: str) -> str:
    """ "f", "m" or "", from a word in either language.

    Raises:
        BadInput: gender.
    """
    known = {"": "", "f": "f", "m": "m", "女": "f", "男": "m", "female": "f", "male": "m"}
    if clean_text(text).casefold() not in known:
        raise BadInput("gender", where=text[:20])
    return known[clean_text(text).casefold()]


def email_of(text: str) -> str:
    """A plausible e-mail address, or "".

    Raises:
        BadInput: email.
    """
    tidy = clean_text(text, 200)
    if tidy and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}", tidy):
        raise BadInput("email", where=tidy[:60])
    return tidy


def change(store: Store, *, member: str, new: NewMember, tags: Sequence[str] | None = None) -> MemberView:
    """Correct name, birthday, gender, e-mail and note of a member; `tags` are all the words that the member shall have (None: as they
    are).

    Raises:
        NotFound: member.
        BadInput: as register; tag.
    """
    rights.require(store, Right.REGISTER)
    if tags is not None:
        rights.require(store, Right.TAGS)
    row = {
        "name": clean_text(new.name, 60),
        "gender": gender_of(new.gender),
        "birthday": birthday_of(new.birthday),
        "email": email_of(new.email),
        "note": clean_text(new.note),
    }
    with store.write(Topic.MEMBERS) as session:
        found = resolve(session, store, member)
        session.execute(update(Member).where(Member.id == found).values(**row))
        session.execute(delete(MemberKey).where(MemberKey.member_id == found))
        _add_keys(session, found, search_keys(row["name"]))
        if tags is not None:
            present = session.scalars(select(MemberTag.tag).where(MemberTag.member_id == found)).all()
            _set_tags(session, found, tags, [word for word in present if word not in tags])
        audit.log(session, store, "member_changed", member=found)
        return view(session, store, found)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Overwrite everything personal of these members: what is left is a number that the ledger's rows hang on."""
    for table in (MemberKey, MemberTag, Consent, SegmentMember):
        session.execute(delete(table).where(table.member_id.in_(ids)))
    session.execute(delete(Scannable).where(Scannable.kind == Kind.MEMBER, Scannable.target_id.in_(ids)))
    blank = {"state": "erased", "phone": None, "birthday_type": "solar", "tier": "", "tier_until": None, "password_hash": None}
    blank |= dict.fromkeys(("name", "gender", "birthday", "email", "note"), "")
    for member, number in zip(ids, new_codes(Kind.MEMBER, len(ids)), strict=True):
        session.execute(update(Member).where(Member.id == member).values(**blank, member_no=number))


def _set_tags(session: Session, member: MemberId, add: Sequence[str], remove: Sequence[str]) -> None:
    for word in (*add, *remove):
        if not clean_text(word, 40) or clean_text(word, 40) != word or "," in word:
            raise BadInput("tag", where=word[:40])
    present = set(session.scalars(select(MemberTag.tag).where(MemberTag.member_id == member)))
    for word in dict.fromkeys(add):
        if word not in present:
            session.execute(insert(MemberTag).values(member_id=member, tag=word))
    session.execute(delete(MemberTag).where(MemberTag.member_id == member, MemberTag.tag.in_(remove)))


def tag(store: Store, *, member: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> MemberView:
    """Put words on a member, or take them off.

    Raises:
        NotFound: member.
        BadInput: tag (empty, too long, or with a comma).
    """
    rights.require(store, Right.TAGS)
    with store.write(Topic.MEMBERS) as session:
        found = resolve(session, store, member)
        _set_tags(session, found, add, remove)
        audit.log(session, store, "member_tagged", member=found, added=len(add), removed=len(remove))
        return view(session, store, found)


def set_consent(store: Store, *, member: str, channel: Channel, granted: bool, evidence: str = "") -> MemberView:
    """Write down a yes or a no to one channel; withdrawing is as easy as giving.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REGISTER)
    with store.write(Topic.MEMBERS) as session:
        found = resolve(session, store, member)
        row = {
            "channel": channel,
            "purpose": "promotion",
            "granted": int(granted),
            "text_version": CONSENT_TEXT,
            "evidence": clean_text(evidence),
        }
        session.execute(insert(Consent).values(member_id=found, staff_id=store.staff, at=store.clock.now(), **row))
        audit.log(session, store, "consent_set", member=found, channel=channel.value, granted=granted)
        return view(session, store, found)


def show(store: Store, *, member: str) -> MemberView:
    """A member by number, phone or card.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return view(session, store, resolve(session, store, member))


def resolve(session: Session, store: Store, text: str) -> MemberId:
    """The member meant by a member number, a card, or a whole phone.

    Raises:
        NotFound: member.
    """
    key = scan_key(text)
    found = session.scalar(select(Scannable.target_id).where(Scannable.key == key, Scannable.kind == Kind.MEMBER))
    if found is None:
        try:
            phone = phone_of(text, store.shop.region)
        except BadInput:
            raise NotFound("member", where=text[:40]) from None
        found = session.scalar(select(_M.c.id).where(_M.c.phone == phone, _M.c.state == "live"))
    if found is None:
        raise NotFound("member", where=text[:40])
    return MemberId(found)


def find(store: Store, *, text: str, limit: int = 20) -> list[MemberView]:
    """Members by the last four (or more) digits of the phone, the whole phone, a card or member number, a part of the name, or
    pinyin initials. Cashiers need four digits or two characters of a name, and see at most 20.

    Raises:
        BadInput: too_short.
    """
    rights.require(store, Right.FIND)
    tidy = clean_text(text, 60)
    digits = re.sub(r"[\s\-+]", "", tidy)
    whole_list = rights.holds(store.actor, Right.FULL_PHONES)
    with store.read() as session:
        if digits.isascii() and digits.isdigit():
            if len(digits) < 4:
                raise BadInput("too_short", where=tidy)
            return [view(session, store, member) for member in _by_digits(session, store, tidy, digits, limit)]
        if not tidy or (not whole_list and len(tidy) < 2 and tidy.isascii()):
            raise BadInput("too_short", where=tidy)
        card = session.scalars(select(Scannable.target_id).where(Scannable.key == scan_key(tidy), Scannable.kind == Kind.MEMBER)).all()
        if card:
            return [view(session, store, MemberId(member)) for member in card]
        prefix = tidy.casefold()
        words = select(MemberKey.member_id).where(MemberKey.key >= prefix, MemberKey.key < prefix + "\U0010ffff").distinct().limit(limit)
        return [view(session, store, MemberId(member)) for member in session.scalars(words)]


def _by_digits(session: Session, store: Store, tidy: str, digits: str, limit: int) -> list[MemberId]:
    found = list(session.scalars(select(Scannable.target_id).where(Scannable.key == scan_key(tidy), Scannable.kind == Kind.MEMBER)))
    query = (
        select(_M.c.id)
        .where(_M.c.phone_tail == digits[-4:], _M.c.state == "live", _M.c.phone.endswith(digits[-11:]))
        .order_by(_M.c.id.desc())
    )
    found += list(session.scalars(query.limit(limit)))
    if not found and len(digits) >= 7:
        try:
            phone = phone_of(tidy, store.shop.region)
        except BadInput:
            return []
        found = list(session.scalars(select(_M.c.id).where(_M.c.phone == phone, _M.c.state == "live")))
    return [MemberId(member) for member in dict.fromkeys(found)][:limit]


def view(session: Session, store: Store, member: MemberId) -> MemberView:
    row = session.execute(select(_M).where(_M.c.id == member)).one()
    tags = tuple(session.scalars(select(MemberTag.tag).where(MemberTag.member_id == member).order_by(MemberTag.tag)))
    said = session.execute(select(Consent.channel, Consent.granted).where(Consent.member_id == member).order_by(Consent.id))
    phone = row.phone or ""
    shown = phone if rights.holds(store.actor, Right.FULL_PHONES) else masked_phone(phone)
    base = MemberView(member, row.member_no, shown, row.name, row.gender, row.birthday, row.email, row.note, row.tier, row.registered_on)
    return replace(base, tags=tags, consent={channel: bool(granted) for channel, granted in said})


def count(store: Store) -> int:
    """How many live members there are."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        return int(session.scalar(select(func.count()).select_from(_M).where(_M.c.state == "live")) or 0)


def page(store: Store, *, offset: int, limit: int = 200) -> list[MemberView]:
    """A stretch of all members, newest first; for those who may see the list.

    Raises:
        NotAllowed: right_missing.
    """
    rights.require(store, Right.FULL_PHONES)
    with store.read() as session:
        ids = session.scalars(select(_M.c.id).where(_M.c.state == "live").order_by(_M.c.id.desc()).offset(offset).limit(limit))
        return [view(session, store, MemberId(member)) for member in ids]
