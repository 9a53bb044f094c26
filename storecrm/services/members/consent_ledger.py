"""Yes and no to being written to, as rows: the newest for a channel and a purpose holds, no row is
a no.

Addresses that must never be written to are kept as keyed hashes: they outlive the member, and the
list tells nobody's number.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.services.store import Store
from storecrm.values import Channel, ImportId, MemberId, Purpose, clean_text

TEXT_VERSION = "2026-01"
LISTED = "suppression list"
"""The evidence of a no that comes from the list."""
BY_PHONE = (Channel.SMS, Channel.PHONE)
_ANSWER = tables.consent.c
_LISTED = tables.suppression.c
_HOLDING = (_ANSWER.channel, _ANSWER.granted)
_MINE = _ANSWER.member_id == bindparam("member")
_ASKED = _ANSWER.purpose == bindparam("purpose")
_OLDEST_FIRST = _ANSWER.id
_ANSWERS = select(*_HOLDING).where(_MINE, _ASKED)
_SAID = Hot(_ANSWERS.order_by(_OLDEST_FIRST))


def mac_of(key: str, address: str) -> str:
    """The keyed hash (HMAC-SHA256 with the shop's own key) of a phone in E.164 or of an e-mail
    address in small letters."""
    text = b"address\x1f" + address.casefold().encode()
    made = hmac.new(bytes.fromhex(key), text, hashlib.sha256)
    return made.hexdigest()


def say(
    session: Session,
    store: Store,
    member: MemberId,
    channel: Channel,
    granted: bool,
    *,
    purpose: Purpose = Purpose.PROMOTION,
    evidence: str = "",
    batch: ImportId | None = None,
    text_version: str = TEXT_VERSION,
) -> None:
    """Write down one yes or no with what proves it."""
    answer: dict[str, Any] = {"member_id": member, "channel": channel}
    answer |= {"purpose": purpose.value, "granted": int(granted)}
    proof = {"text_version": text_version, "evidence": clean_text(evidence, 200)}
    origin = {"staff_id": store.staff, "at": store.clock.now(), "import_id": batch}
    row = insert(tables.consent).values(**answer, **proof, **origin)
    session.execute(row)


def standing(
    session: Session, member: MemberId, purpose: Purpose = Purpose.PROMOTION
) -> dict[str, bool]:
    """What holds now for a purpose, by channel."""
    answers = _SAID.rows(session, member=member, purpose=purpose)
    # in their order: the newest of a channel takes the place of the others
    return {str(row.channel): bool(row.granted) for row in answers}


def standings(
    session: Session, ids: Sequence[MemberId], purpose: Purpose = Purpose.PROMOTION
) -> dict[int, dict[str, bool]]:
    """What holds now for a purpose, by channel, of each of these members who ever said anything."""
    theirs = database.among(session, _ANSWER.member_id, ids)
    query = select(_ANSWER.member_id, *_HOLDING)
    query = query.where(theirs, _ANSWER.purpose == purpose)
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for member, channel, granted in session.execute(query.order_by(_OLDEST_FIRST)):
        found[member][str(channel)] = bool(granted)
    return dict(found)


def addresses(session: Session, member: MemberId, channel: Channel) -> list[str]:
    """What a channel would write to."""
    person = tables.member.c
    own = select(person.phone, person.email)
    own = own.where(person.id == member)
    row = session.execute(own).one()
    if channel is Channel.EMAIL:
        return [row.email] if row.email else []
    if channel not in BY_PHONE:
        return []
    other = tables.member_phone.c
    query = select(other.phone).where(other.member_id == member)
    further = session.scalars(query)
    return [phone for phone in (row.phone, *further) if phone]


def suppressed(session: Session, store: Store, member: MemberId, channel: Channel) -> bool:
    """True when an address of the member's is on the list."""
    macs = _macs(store, addresses(session, member, channel))
    if not macs:
        return False
    theirs = _of_channel(channel, macs)
    found = select(_LISTED.address_mac).where(*theirs)
    return session.scalar(found.limit(1)) is not None


def _macs(store: Store, addresses_: Iterable[str]) -> list[str]:
    return [mac_of(store.shop.audit_key, address) for address in addresses_]


def _of_channel(channel: Channel, macs: list[str]) -> tuple[ColumnElement[bool], ...]:
    return _LISTED.channel == channel, _LISTED.address_mac.in_(macs)


def all_suppressed(session: Session) -> set[tuple[str, str]]:
    """The whole list as (channel, keyed hash), for imports."""
    rows = session.execute(select(_LISTED.channel, _LISTED.address_mac))
    return {(row.channel, row.address_mac) for row in rows}


def suppress(
    session: Session,
    store: Store,
    channel: Channel,
    address: str,
    reason: str,
    batch: ImportId | None = None,
) -> bool:
    """Put an address on the list; False when it is there already."""
    mac = mac_of(store.shop.audit_key, address)
    same = _of_channel(channel, [mac])
    listed = select(_LISTED.reason).where(*same)
    if session.scalar(listed) is not None:
        return False
    # the address itself is not kept
    row = {"channel": channel, "address_mac": mac, "reason": clean_text(reason, 200)}
    origin = {"at": store.clock.now(), "staff_id": store.staff, "import_id": batch}
    session.execute(insert(tables.suppression).values(**row, **origin))
    return True


def lift(session: Session, store: Store, channel: Channel, addresses_: Iterable[str]) -> None:
    """Take addresses off the list: their owner said yes anew, and it is proved."""
    macs = _macs(store, addresses_)
    theirs = _of_channel(channel, macs)
    session.execute(delete(tables.suppression).where(*theirs))


def hold_to_list(
    session: Session, store: Store, member: MemberId, batch: ImportId | None = None
) -> None:
    """A yes of a member whose address is on the list becomes a no: a new registration does not undo
    what its owner said before."""
    for purpose in Purpose:
        for name, granted in standing(session, member, purpose).items():
            channel = Channel(name)
            # asked of a yes alone: it takes another look
            if not granted or not suppressed(session, store, member, channel):
                continue
            told = (session, store, member, channel)
            say(*told, False, purpose=purpose, evidence=LISTED, batch=batch)
