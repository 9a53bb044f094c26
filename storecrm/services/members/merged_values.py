"""What two records said of one person: said by one of them after a merge, and by each again when
the two are parted.

A phone that does not stay as the first becomes a further one. What somebody changed since the merge
stays as it was changed.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.models import tables
from storecrm.services.members import (
    consent_ledger,
    merged_rows,
    name_index,
    phones_and_cards,
    registry,
)
from storecrm.services.store import Store
from storecrm.values import MemberId, scan_key

_NAMES = tuple(field.name for field in member_fields.MERGED)
_KEPT = (*_NAMES, "id", "member_no", "import_id", "recorded_at")
"""What is written down of a record."""


def row_of(session: Session, person: MemberId) -> dict[str, Any]:
    """The whole record of a member."""
    found = session.execute(select(tables.member).where(tables.member.c.id == person))
    return dict(found.one()._mapping)


def together(
    keep: Mapping[str, Any], gone: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, Any]:
    """The survivor's values after the merge; nobody was brought by oneself."""
    values = member_fields.together(keep, gone, chosen)
    if values["referred_by"] in (keep["id"], gone["id"]):
        values["referred_by"] = None
    return values


def as_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is written down of a record, as JSON can hold it."""
    said = {name: row[name] for name in _KEPT if name in row}
    return merged_rows.as_texts(said)


def write(session: Session, person: MemberId, values: Mapping[str, Any]) -> None:
    """Say this of a member from now on."""
    session.execute(update(tables.member).where(tables.member.c.id == person).values(**values))


def take_phones(
    session: Session, store: Store, keep: MemberId, gone: MemberId, spare: set[str]
) -> dict[str, Any]:
    """Give the survivor the other's further phones, and as further ones those that did not stay as
    the first, while there is room; returns what moved."""
    owner = tables.member_phone.c.member_id
    further = list(session.scalars(select(tables.member_phone.c.phone).where(owner == gone)))
    theirs = update(tables.member_phone).where(owner == gone)
    session.execute(theirs.values(member_id=keep))
    for phone in spare:
        row = {
            "phone": phone,
            "member_id": keep,
            "phone_tail": phone[-4:],
            "note": "",
            "at": store.clock.now(),
            "staff_id": store.staff,
        }
        session.execute(insert(tables.member_phone).values(**row))
    return {"member_phone": further, "phone_new": sorted(spare)}


def restore(
    session: Session, store: Store, keep: MemberId, gone: MemberId, before: Mapping[str, Any]
) -> None:
    """Let each of the two say again what it said before the merge."""
    other = before["merged"]
    if other["phone"] not in _phones_of(session, keep):
        # taken off meanwhile: it is a stranger's now
        other = other | {"phone": None}
    _part_phones(session, keep, gone, before["moved"])
    now = as_texts(row_of(session, keep))
    back = _unchanged_since(before, now)
    if back.get("phone"):
        # the phone that stands there may be the other's again
        write(session, keep, {"phone": None})
    theirs = {name: other[name] for name in _NAMES if name in other}
    theirs |= {"state": "live", "merged_into": None, "member_no": other["member_no"]}
    _put_back(session, keep, back)
    _put_back(session, gone, theirs)
    for person in (keep, gone):
        consent_ledger.hold_to_list(session, store, person)
    called = select(tables.member.c.name).where(tables.member.c.id.in_((keep, gone)))
    name_index.add(session, session.scalars(called).all())
    name_index.let_go(session, [now["name"]])
    # a card that went to somebody else meanwhile finds that one
    if scan_key(other["member_no"]) not in phones_and_cards.cards_of(session, gone):
        write(session, gone, {"member_no": phones_and_cards.new_number(session, gone)})


def _phones_of(session: Session, person: MemberId) -> set[str | None]:
    first = select(tables.member.c.phone).where(tables.member.c.id == person)
    held = {session.execute(first).scalar_one()}
    owner = tables.member_phone.c.member_id
    further = select(tables.member_phone.c.phone).where(owner == person)
    return held | set(session.scalars(further))


def _part_phones(
    session: Session, keep: MemberId, gone: MemberId, moved: Mapping[str, Any]
) -> None:
    phone = tables.member_phone.c.phone
    mine = tables.member_phone.c.member_id == keep
    spare = phone.in_(moved["phone_new"])
    session.execute(delete(tables.member_phone).where(spare, mine))
    theirs = phone.in_(moved["member_phone"])
    session.execute(update(tables.member_phone).where(theirs, mine).values(member_id=gone))


def _unchanged_since(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The survivor's own values that the merge had overwritten, where nobody changed them since."""
    mine, made = before["survivor"], before["values"]
    untouched = [name for name in _NAMES if name in made and now[name] == made[name]]
    return {name: mine[name] for name in untouched if mine[name] != made[name]}


def _put_back(session: Session, person: MemberId, values: dict[str, Any]) -> None:
    phone = values.get("phone")
    if phone and registry.by_phone(session, phone) not in (None, person):
        # registered by somebody else meanwhile
        values["phone"] = None
    if values:
        write(session, person, merged_rows.typed(tables.member, values))
