"""Members who became one with another since a list was read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models import database, tables

_MEMBER = tables.member.c
_GONE_INTO = _MEMBER.merged_into.is_not(None)
_MERGED = select(_MEMBER.id, _MEMBER.merged_into).where(_GONE_INTO)
_ANY = select(_MEMBER.id).where(_GONE_INTO).limit(1)


def now_of(session: Session, people: Sequence[int]) -> list[int]:
    """The members as they are now: a record that became one with another meanwhile is that one."""
    # most shops have no such record, and its index says so at once
    if session.scalar(_ANY) is None:
        return list(people)
    into = _survivors(session, set(people))
    return [_end_of(into, member) for member in people]


def _survivors(session: Session, asked: set[int]) -> dict[int, int]:
    """By each record that is merged the one that it went into."""
    into = dict[int, int]()
    while asked:
        among = database.among(session, _MEMBER.id, asked)
        found = {member: survivor for member, survivor in session.execute(_MERGED.where(among))}
        into |= found
        # that one may have become another's in its turn
        asked = set(found.values()) - into.keys()
    return into


def _end_of(into: dict[int, int], member: int) -> int:
    while member in into:
        member = into[member]
    return member
