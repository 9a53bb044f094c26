"""Two records of one person become one: receipts, lots, coupons, stamps, consents and tags move,
nothing is added up; for thirty days the two can be parted again.

The record that goes keeps no personal data: what it was lies with the merge until that is over. Its
numbers find the survivor.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.member import Member
from storecrm.services import rights
from storecrm.services.members import (
    blank_records,
    consent_ledger,
    merged_rows,
    merged_values,
    name_index,
    registry,
    views,
)
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import A_DAY, MemberId, Moment, SaleState

UNDO_DAYS = 30
MOST_LISTED = 500
_CHANGED = (Topic.MEMBERS, Topic.COUPONS, Topic.POINTS, Topic.SALES)
_MERGE = tables.member_merge.c
_PERSON = tables.member.c
_RECEIPT = tables.sale.c
_HOLDS = _MERGE.undone_at.is_(None)
_NEWEST_FIRST = _MERGE.id.desc()
_WAITING = _RECEIPT.state.in_((SaleState.OPEN, SaleState.SUSPENDED))


@dataclass(frozen=True)
class Merged:
    """A merge as the list shows it; `undoable` while the two can still be parted."""

    id: int
    survivor: str
    survivor_name: str
    merged: str
    at: Moment
    undoable: bool


@repeatable
def merge(
    store: Store, *, survivor: str, merged: str, winners: Mapping[str, str] | None = None
) -> MemberView:
    """Make two records one. `winners` says for CHOOSABLE fields whose value stays: "survivor" or
    "merged"; without a word the survivor's stays unless it is empty. What an old system had counted
    of both is summed; the higher tier is the survivor's to choose.

    Raises:
        NotFound: member.
        BadInput: merge_same, merge_field.
        Conflict: member_busy (a bill of one of them is open or put aside).
        NotAllowed: own_card.
    """
    rights.require(store, Right.IMPORT)
    chosen = dict(winners or {})
    _require_choosable(chosen)
    with store.write(*_CHANGED) as session:
        keep = registry.resolve(session, store, survivor)
        gone = registry.resolve(session, store, merged)
        if keep == gone:
            raise BadInput("merge_same", where=merged[:40])
        _hold(session, store, (keep, gone))
        mine = merged_values.row_of(session, keep)
        other = merged_values.row_of(session, gone)
        values = merged_values.together(mine, other, chosen)
        said = {"survivor": mine, "merged": other, "values": values}
        before = {name: merged_values.as_texts(row) for name, row in said.items()}
        # written first: only a merge may change whose a use is
        merge_id = _begin(session, store, keep, gone)
        moved = merged_rows.move(session, keep, gone)
        moved["staff"] = own_card.follow(session, store, gone, keep)
        blank_records.blank_merged(session, gone, keep)
        phones = {mine["phone"], other["phone"]}
        spare = phones - {None, values["phone"]}
        moved |= merged_values.take_phones(session, store, keep, gone, spare)
        merged_values.write(session, keep, values)
        name_index.add(session, [values["name"]])
        called = [mine["name"], other["name"]]
        name_index.let_go(session, called)
        # a no to one of the addresses is a no of the one person
        consent_ledger.hold_to_list(session, store, keep)
        text = json.dumps(before | {"moved": moved}, ensure_ascii=False)
        _note(session, merge_id, before=text)
        audit.log(session, store, "members_merged", survivor=keep, merged=gone)
        return views.of_member(session, store, keep)


def _require_choosable(chosen: Mapping[str, str]) -> None:
    known = [field.name for field in member_fields.CHOOSABLE]
    unknown = set(chosen) - set(known)
    if unknown or set(chosen.values()) - {"survivor", "merged"}:
        raise BadInput("merge_field", where=", ".join(chosen), known=", ".join(known))


def _hold(session: Session, store: Store, people: tuple[MemberId, MemberId]) -> None:
    """Both records, against whoever merges or sells at the same moment."""
    # by number: two merges of the same two wait for each other instead of locking each other out
    for person in sorted(people):
        database.lock_row(session, Member, person)
    _require_idle(session, people)
    for person in people:
        # what somebody else had would be one's own
        own_card.require(session, store, person)


def _begin(session: Session, store: Store, keep: MemberId, gone: MemberId) -> int:
    row = {
        "survivor_id": keep,
        "merged_id": gone,
        "before": "",
        "at": store.clock.now(),
        "staff_id": store.staff,
    }
    made = insert(tables.member_merge).values(**row)
    written = session.execute(made.returning(_MERGE.id))
    return int(written.scalar_one())


def _note(session: Session, merge_id: int, **values: Any) -> None:
    one = update(tables.member_merge).where(_MERGE.id == merge_id)
    session.execute(one.values(**values))


@repeatable
def unmerge(
    store: Store, *, member: str, merge_id: int | None = None
) -> tuple[MemberView, MemberView]:
    """Part again what was merged last into `member` (any of its numbers); with `merge_id` only if
    that is the one. What happened since stays with the survivor, but for what hangs on a receipt
    that goes back.

    Raises:
        NotFound: member, merge.
        NotPossible: merge_over (more than thirty days, or one of them was erased), merge_newer (a
            later one must be parted first).
        Conflict: member_busy.
    """
    rights.require(store, Right.IMPORT)
    said = member[:40]
    with store.write(*_CHANGED) as session:
        keep = registry.resolve(session, store, member)
        row = _last_into(session, keep)
        if row is None:
            raise NotFound("merge", where=said)
        if merge_id is not None and row.id != merge_id:
            raise NotPossible("merge_newer", where=said)
        if not _undoable(store, row):
            raise NotPossible("merge_over", where=said, days=UNDO_DAYS)
        _require_idle(session, (keep,))
        gone = row.merged_id
        before = json.loads(row.before)
        moved = before["moved"]
        merged_rows.move_back(session, keep, gone, moved)
        # merges of earlier versions did not know of it
        staff = moved.get("staff", ())
        own_card.follow(session, store, keep, gone, staff)
        merged_values.restore(session, store, keep, gone, before)
        _note(session, row.id, undone_at=store.clock.now(), before="")
        audit.log(session, store, "members_parted", survivor=keep, merged=gone)
        kept = views.of_member(session, store, keep)
        return kept, views.of_member(session, store, gone)


def _last_into(session: Session, survivor: MemberId) -> Any:
    mine = _MERGE.survivor_id == survivor
    found = select(tables.member_merge).where(mine, _HOLDS)
    newest = found.order_by(_NEWEST_FIRST).limit(1)
    return session.execute(newest).first()


def listed(store: Store) -> list[Merged]:
    """Merges that hold, the newest first."""
    rights.require(store, Right.IMPORT)
    shown = (_PERSON.member_no, _PERSON.name, _PERSON.state)
    of_survivor = _PERSON.id == _MERGE.survivor_id
    query = select(tables.member_merge, *shown)
    query = query.join(tables.member, of_survivor)
    query = query.where(_HOLDS).order_by(_NEWEST_FIRST)
    with store.read() as session:
        found = session.execute(query.limit(MOST_LISTED)).all()
        # only the newest of a survivor that is still there can be parted
        newest = {row.survivor_id: row.id for row in reversed(found)}
        last = set(newest.values())
        return [_shown(store, row, row.id in last) for row in found]


def _shown(store: Store, row: Any, newest: bool) -> Merged:
    # emptied when the thirty days were over
    number = ""
    if row.before:
        number = json.loads(row.before)["merged"]["member_no"]
    there = newest and row.state == "live"
    return Merged(
        id=row.id,
        survivor=row.member_no,
        survivor_name=row.name,
        merged=str(number),
        at=Moment(row.at),
        undoable=there and _undoable(store, row),
    )


def let_go(store: Store) -> int:
    """Empty what merges of more than thirty days ago had kept; returns how many."""
    rights.require(store, Right.SELL)
    edge = store.clock.now() - UNDO_DAYS * A_DAY
    full = _MERGE.before != ""
    over = update(tables.member_merge).where(_MERGE.at < edge, full)
    with store.write() as session:
        done: Any = session.execute(over.values(before=""))
        return int(done.rowcount)


def _undoable(store: Store, row: Any) -> bool:
    age = store.clock.now() - row.at
    return bool(row.before) and age <= UNDO_DAYS * A_DAY


def _require_idle(session: Session, people: Sequence[int]) -> None:
    theirs = _RECEIPT.member_id.in_(people)
    waiting = select(_RECEIPT.id).where(theirs, _WAITING)
    if session.scalar(waiting.limit(1)) is not None:
        raise Conflict("member_busy", where="")
