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
_PERSON = tables.member.c
_FURTHER = tables.member_phone.c


def row_of(session: Session, person: MemberId) -> dict[str, Any]:
    """The whole record of a member."""
    record = select(tables.member).where(_PERSON.id == person)
    row = session.execute(record).one()
    return dict(row._mapping)


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
    record = update(tables.member).where(_PERSON.id == person)
    session.execute(record.values(**values))


def take_phones(
    session: Session, store: Store, keep: MemberId, gone: MemberId, spare: set[str]
) -> dict[str, Any]:
    """Give the survivor the other's further phones, and as further ones those that did not stay as
    the first, while there is room; returns what moved."""
    was_gone = _FURTHER.member_id == gone
    phones = select(_FURTHER.phone).where(was_gone)
    further = session.scalars(phones).all()
    theirs = update(tables.member_phone).where(was_gone)
    session.execute(theirs.values(member_id=keep))
    for phone in spare:
        row = {"phone": phone, "member_id": keep, "phone_tail": phone[-4:]}
        row |= {"note": "", "at": store.clock.now(), "staff_id": store.staff}
        session.execute(insert(tables.member_phone).values(**row))
    return {"member_phone": list(further), "phone_new": sorted(spare)}


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
    both = _PERSON.id.in_((keep, gone))
    called = session.scalars(select(_PERSON.name).where(both))
    name_index.add(session, called.all())
    name_index.let_go(session, [now["name"]])
    # a card that went to somebody else meanwhile finds that one
    number = scan_key(other["member_no"])
    if number not in phones_and_cards.cards_of(session, gone):
        fresh = phones_and_cards.new_number(session, gone)
        write(session, gone, {"member_no": fresh})


def _phones_of(session: Session, person: MemberId) -> set[str | None]:
    own = select(_PERSON.phone).where(_PERSON.id == person)
    first = session.execute(own).scalar_one()
    others = select(_FURTHER.phone).where(_FURTHER.member_id == person)
    further = session.scalars(others)
    return {first, *further}


def _part_phones(
    session: Session, keep: MemberId, gone: MemberId, moved: Mapping[str, Any]
) -> None:
    mine = _FURTHER.member_id == keep
    spare = _FURTHER.phone.in_(moved["phone_new"])
    session.execute(delete(tables.member_phone).where(spare, mine))
    brought = _FURTHER.phone.in_(moved["member_phone"])
    theirs = update(tables.member_phone).where(brought, mine)
    session.execute(theirs.values(member_id=gone))


def _unchanged_since(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The survivor's own values that the merge had overwritten, where nobody changed them since."""
    mine = before["survivor"]
    made = before["values"]
    back = {}
    for name in _NAMES:
        untouched = name in made and now[name] == made[name]
        if untouched and mine[name] != made[name]:
            back[name] = mine[name]
    return back


def _put_back(session: Session, person: MemberId, values: dict[str, Any]) -> None:
    phone = values.get("phone")
    if phone and registry.by_phone(session, phone) not in (None, person):
        # registered by somebody else meanwhile
        values["phone"] = None
    if values:
        write(session, person, merged_rows.typed(tables.member, values))
