"""The trail as people read it: the newest entries first, a page at a time, by who, what, when and
about what.

A page reads as many rows as it shows, however long the trail is: each question has an index that
ends with the moment. What an entry is about are the rows that its facts name; of a member also the
receipts and coupons that are the member's.

    page(store, question=Question(about="13800138000"))"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_, union
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.models.audit import AuditEntry
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.reports.trail_names import TrailNames
from storecrm.services.reports.trail_ways import TrailWay, ways_to
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Moment, start_of
from storecrm.wording.audit import ACTIONS

MOST = 500
"""Entries of one page."""
_KEY = re.compile(r"(\d{1,17})-(\d{1,17})")


@dataclass(frozen=True)
class Question:
    """Which entries: of the calendar days `first` to `last`, by `staff` (a name, "-" for the
    program itself), of one `action`, `about` a member, a receipt, a coupon or an offer. What is
    empty does not matter."""

    first: Day | None = None
    last: Day | None = None
    staff: str = ""
    action: str = ""
    about: str = ""


NOBODY = "-"
"""Asks for what the program did by itself."""


@dataclass(frozen=True)
class Entry:
    """One entry. `seq` is its number in the chain of its till, `facts` name rows as people know
    them; `withheld` in them says that a reason is kept back because it may name somebody who was
    erased."""

    id: int
    at: Moment
    till: str
    seq: int
    who: str
    action: str
    facts: dict[str, Any]
    mac: str


@dataclass(frozen=True)
class Page:
    """Some entries, the newest first; `following` asks for those after them, "" at the end."""

    entries: tuple[Entry, ...]
    following: str


def page(
    store: Store, *, question: Question | None = None, after: str = "", limit: int = 100
) -> Page:
    """Entries of the trail, the newest first, from `after` on (a page's `following`).

    Raises:
        BadInput: period, trail_page (a key that no page gave), trail_limit.
        NotFound: staff, about, audit_action.
    """
    rights.require(store, Right.AUDIT)
    asked = question or Question()
    if not 1 <= limit <= MOST:
        raise BadInput("trail_limit", where=str(limit), most=MOST)
    about = asked.about.strip()
    with store.read() as session:
        branches = ways_to(session, store, about) if about else [TrailWay(None, ordered=True)]
        held = _held(about)
        where = [*_filters(session, store, asked, held), *_after(after, held)]
        # one more tells whether anything follows
        ids = _newest(session, where, branches, limit + 1)
        entries = _entries(session, ids[:limit])
    if len(ids) <= limit:
        return Page(entries, "")
    last = entries[-1]
    return Page(entries, f"{last.at}-{last.id}")


def people(store: Store) -> list[str]:
    """Everybody who may stand in the trail, by name."""
    rights.require(store, Right.AUDIT)
    with store.read() as session:
        return list(session.scalars(select(Staff.name).order_by(Staff.name)))


def _held(about: str) -> Any:
    """The columns that are filtered by. Beside what an entry is about they are no way to it: its
    few rows are looked through, while the index of a person or a day would lead through the whole
    trail."""
    if not about:
        return AuditEntry
    return SimpleNamespace(
        at=AuditEntry.at + 0,
        id=AuditEntry.id + 0,
        staff_id=AuditEntry.staff_id + 0,
        action=AuditEntry.action + "",
    )


def _filters(
    session: Session, store: Store, asked: Question, held: Any
) -> Iterator[ColumnElement[bool]]:
    if asked.first is not None and asked.last is not None:
        require_period(asked.first, asked.last)
    zone = store.clock.zone
    if asked.first is not None:
        yield held.at >= start_of(asked.first, zone)
    if asked.last is not None:
        following = asked.last + timedelta(days=1)
        yield held.at < start_of(following, zone)
    if asked.staff == NOBODY:
        yield held.staff_id.is_(None)
    elif asked.staff:
        person = select(Staff.id).where(Staff.name == asked.staff)
        who = session.scalar(person)
        if who is None:
            raise NotFound("staff", where=asked.staff[:40])
        yield held.staff_id == who
    if asked.action:
        if asked.action not in ACTIONS and not _stands(session, asked.action):
            raise NotFound("audit_action", where=asked.action[:40])
        yield held.action == asked.action


def _stands(session: Session, action: str) -> bool:
    """True of an action that an older version of the program wrote."""
    found = select(AuditEntry.id).where(AuditEntry.action == action).limit(1)
    return session.scalar(found) is not None


def _after(key: str, held: Any) -> Iterator[ColumnElement[bool]]:
    if not key:
        return
    found = _KEY.fullmatch(key)
    if found is None:
        raise BadInput("trail_page", where=key[:40])
    last_seen = tuple_(int(found[1]), int(found[2]))
    yield tuple_(held.at, held.id) < last_seen


_NEWEST_FIRST = (AuditEntry.at.desc(), AuditEntry.id.desc())


def _newest(
    session: Session, where: Sequence[ColumnElement[bool]], branches: Sequence[TrailWay], limit: int
) -> list[int]:
    """The ids of the newest entries that any branch finds."""
    parts = []
    for branch in branches:
        query = select(AuditEntry.id, AuditEntry.at).where(*where)
        if branch.where is not None:
            query = query.where(branch.where)
        if branch.ordered:
            # cut by itself, so that its own index ends it
            query = query.order_by(*_NEWEST_FIRST).limit(limit)
        parts.append(query)
    if len(parts) == 1 and branches[0].ordered:
        return list(session.scalars(parts[0]))
    # an entry that several branches find stands once
    selects = (select(part.subquery()) for part in parts)
    inner = union(*selects).subquery()
    newest = select(inner.c.id).order_by(inner.c.at.desc(), inner.c.id.desc())
    return list(session.scalars(newest.limit(limit)))


_ENTRY = (AuditEntry.id, AuditEntry.at, AuditEntry.seq, AuditEntry.action)
_SAID = (AuditEntry.facts, AuditEntry.mac)
_WHERE = (Till.name.label("till"), Staff.name.label("who"))
_COLUMNS = (*_ENTRY, *_SAID, *_WHERE)
_AT_TILL = select(*_COLUMNS).select_from(AuditEntry).join(Till, Till.id == AuditEntry.till_id)
# nobody acted where the program wrote by itself
_ENTRIES = _AT_TILL.outerjoin(Staff, Staff.id == AuditEntry.staff_id).order_by(*_NEWEST_FIRST)


def _entries(session: Session, ids: Sequence[int]) -> tuple[Entry, ...]:
    rows = session.execute(_ENTRIES.where(AuditEntry.id.in_(ids))).all()
    said = [(row.action, _read(row.facts)) for row in rows]
    known = TrailNames(session, said)
    told = [known.told(action, facts) for action, facts in said]
    return tuple(map(_entry, rows, told))


def _entry(row: Any, told: dict[str, Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        till=row.till,
        seq=row.seq,
        who=row.who or "",
        action=row.action,
        facts=told,
        mac=row.mac,
    )


def _read(text: str) -> dict[str, Any]:
    """The facts of an entry; what somebody else wrote there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
