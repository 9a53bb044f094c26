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

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.member import Consent, Member, MemberPhone, Suppression
from storecrm.services.store import Store
from storecrm.values import Channel, ImportId, MemberId, Purpose, clean_text

TEXT_VERSION = "2026-01"
LISTED = "suppression list"
"""The evidence of a no that comes from the list."""
BY_PHONE = (Channel.SMS, Channel.PHONE)
_C: Any = Consent.__table__
_M: Any = Member.__table__
_P: Any = MemberPhone.__table__
_X: Any = Suppression.__table__


def mac_of(key: str, address: str) -> str:
    """The keyed hash (HMAC-SHA256 with the shop's own key) of a phone in E.164 or of an e-mail
    address in small letters."""
    return hmac.new(
        bytes.fromhex(key), b"address\x1f" + address.casefold().encode(), hashlib.sha256
    ).hexdigest()


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
    row = {
        "member_id": member,
        "channel": channel,
        "purpose": purpose.value,
        "granted": int(granted),
        "text_version": text_version,
    }
    row |= {
        "evidence": clean_text(evidence, 200),
        "staff_id": store.staff,
        "at": store.clock.now(),
        "import_id": batch,
    }
    session.execute(insert(_C).values(**row))


_SAID = Hot(
    select(_C.c.channel, _C.c.granted)
    .where(_C.c.member_id == bindparam("member"), _C.c.purpose == bindparam("purpose"))
    .order_by(_C.c.id)
)


def standing(
    session: Session, member: MemberId, purpose: Purpose = Purpose.PROMOTION
) -> dict[str, bool]:
    """What holds now for a purpose, by channel."""
    return {
        str(row.channel): bool(row.granted)
        for row in _SAID.rows(session, member=member, purpose=purpose)
    }


def standings(
    session: Session, ids: Sequence[MemberId], purpose: Purpose = Purpose.PROMOTION
) -> dict[int, dict[str, bool]]:
    """What holds now for a purpose, by channel, of each of these members who ever said anything."""
    query = select(_C.c.member_id, _C.c.channel, _C.c.granted).where(
        database.among(session, _C.c.member_id, ids), _C.c.purpose == purpose
    )
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for member, channel, granted in session.execute(query.order_by(_C.c.id)):
        found[member][str(channel)] = bool(granted)
    return dict(found)


def addresses(session: Session, member: MemberId, channel: Channel) -> list[str]:
    """What a channel would write to."""
    row = session.execute(select(_M.c.phone, _M.c.email).where(_M.c.id == member)).one()
    if channel is Channel.EMAIL:
        return [row.email] if row.email else []
    if channel not in BY_PHONE:
        return []
    return [
        phone
        for phone in (
            row.phone,
            *session.scalars(select(_P.c.phone).where(_P.c.member_id == member)),
        )
        if phone
    ]


def suppressed(session: Session, store: Store, member: MemberId, channel: Channel) -> bool:
    """True when an address of the member's is on the list."""
    macs = [
        mac_of(store.shop.audit_key, address) for address in addresses(session, member, channel)
    ]
    found = select(_X.c.address_mac).where(_X.c.channel == channel, _X.c.address_mac.in_(macs))
    return bool(macs) and session.scalar(found.limit(1)) is not None


def all_suppressed(session: Session) -> set[tuple[str, str]]:
    """The whole list as (channel, keyed hash), for imports."""
    return {
        (row.channel, row.address_mac)
        for row in session.execute(select(_X.c.channel, _X.c.address_mac))
    }


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
    if (
        session.scalar(select(_X.c.reason).where(_X.c.channel == channel, _X.c.address_mac == mac))
        is not None
    ):
        return False
    row = {
        "channel": channel,
        "address_mac": mac,
        "reason": clean_text(reason, 200),
        "at": store.clock.now(),
    }
    session.execute(insert(_X).values(**row, staff_id=store.staff, import_id=batch))
    return True


def lift(session: Session, store: Store, channel: Channel, addresses_: Iterable[str]) -> None:
    """Take addresses off the list: their owner said yes anew, and it is proved."""
    macs = [mac_of(store.shop.audit_key, address) for address in addresses_]
    session.execute(delete(_X).where(_X.c.channel == channel, _X.c.address_mac.in_(macs)))


def hold_to_list(
    session: Session, store: Store, member: MemberId, batch: ImportId | None = None
) -> None:
    """A yes of a member whose address is on the list becomes a no: a new registration does not undo
    what its owner said before."""
    for purpose in Purpose:
        for channel, granted in standing(session, member, purpose).items():
            if granted and suppressed(session, store, member, Channel(channel)):
                say(
                    session,
                    store,
                    member,
                    Channel(channel),
                    False,
                    purpose=purpose,
                    evidence=LISTED,
                    batch=batch,
                )
