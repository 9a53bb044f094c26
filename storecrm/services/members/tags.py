"""Tags: the shop's words for its members, with group, colour and how long they stay; and the words
on a member.

A word needs no definition: whoever may tag puts it on. Rules for words are applied by
analytics.tag_rules.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.tag import MemberTag, Tag
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import ARRIVING, Day, MemberId, StaffId, clean_text

COLOURS = ("grey", "blue", "green", "amber", "red")
_T: Any = Tag.__table__
_ON: Any = MemberTag.__table__
_M: Any = Member.__table__


@dataclass(frozen=True)
class TagView:
    """A word: `members` have it today, `days` is how long it stays (None: for ever), `rule` whom it
    is put on by itself (None: by hand)."""

    name: str
    group: str
    colour: str
    days: int | None
    rule: dict[str, Any] | None
    members: int


def alive(today: Day) -> Any:
    """True of a word on a member that has not ended."""
    return or_(_ON.c.expires_on.is_(None), _ON.c.expires_on >= today)


def listed(store: Store) -> list[TagView]:
    """Every word that is defined or in use, by group and name."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        # those of a list that comes in just now are nobody's yet
        coming = select(_M.c.id).where(_M.c.id == _ON.c.member_id, _M.c.state == ARRIVING).exists()
        rows = session.execute(
            select(_ON.c.tag, func.count())
            .where(alive(store.clock.today()), ~coming)
            .group_by(_ON.c.tag)
        )
        used = {str(tag): int(count) for tag, count in rows}
        known = {row.name: row for row in session.execute(select(_T))}
    views = [
        TagView(
            t.name,
            t.group_name,
            t.colour,
            t.days,
            json.loads(t.rule) if t.rule else None,
            used.get(t.name, 0),
        )
        for t in known.values()
    ]
    views += [
        TagView(name, "", COLOURS[0], None, None, count)
        for name, count in used.items()
        if name not in known
    ]
    return sorted(views, key=lambda view: (view.group == "", view.group, view.name))


def keep(
    store: Store, *, name: str, group: str = "", colour: str = COLOURS[0], days: int | None = None
) -> list[TagView]:
    """Define a word or change what is said of it; members that have it keep it.

    Raises:
        BadInput: tag, tag_colour, tag_days.
    """
    rights.require(store, Right.TAGS)
    require_word(name)
    if colour not in COLOURS:
        raise BadInput("tag_colour", where=colour[:20], known=", ".join(COLOURS))
    if days is not None and not 1 <= days <= 36_500:
        raise BadInput("tag_days", where=str(days))
    with store.write(Topic.MEMBERS) as session:
        values = {"group_name": clean_text(group, 40), "colour": colour, "days": days}
        done: Any = session.execute(update(_T).where(_T.c.name == name).values(**values))
        if not done.rowcount:
            session.execute(
                insert(_T).values(
                    name=name, rule="", made_at=store.clock.now(), made_by=store.staff, **values
                )
            )
        audit.log(session, store, "tag_kept", tag=name)
    return listed(store)


def remove(store: Store, *, name: str) -> list[TagView]:
    """Forget a word and take it off everybody.

    Raises:
        NotFound: tag_name.
    """
    rights.require(store, Right.TAGS)
    with store.write(Topic.MEMBERS) as session:
        gone: list[Any] = [
            session.execute(delete(table).where(column == name))
            for table, column in ((_T, _T.c.name), (_ON, _ON.c.tag))
        ]
        if not any(done.rowcount for done in gone):
            raise NotFound("tag_name", where=name[:40])
        audit.log(session, store, "tag_removed", tag=name, members=gone[1].rowcount)
    return listed(store)


def require_word(word: str) -> None:
    """Refuse what cannot be a word.

    Raises:
        BadInput: tag.
    """
    if not clean_text(word, 40) or clean_text(word, 40) != word or "," in word:
        raise BadInput("tag", where=word[:40])


_WORDS = Hot(
    select(_ON.c.tag)
    .where(
        _ON.c.member_id == bindparam("member"),
        or_(
            _ON.c.expires_on.is_(None),
            _ON.c.expires_on >= bindparam("today", type_=_ON.c.expires_on.type),
        ),
    )
    .order_by(_ON.c.tag)
)


def of(session: Session, member: MemberId, today: Day) -> tuple[str, ...]:
    """The words on a member that hold today."""
    return tuple(row.tag for row in _WORDS.rows(session, member=member, today=today))


def of_many(session: Session, ids: Sequence[MemberId], today: Day) -> dict[int, tuple[str, ...]]:
    """The words that hold today on each of these members that has any."""
    query = select(_ON.c.member_id, _ON.c.tag).where(
        database.among(session, _ON.c.member_id, ids), alive(today)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for member, word in session.execute(query.order_by(_ON.c.tag)):
        found[member].append(word)
    return {member: tuple(words) for member, words in found.items()}


def put(
    session: Session,
    store: Store,
    member: MemberId,
    add: Sequence[str],
    remove_: Sequence[str] = (),
) -> None:
    """Put words on a member and take others off; a word that is there already begins its days anew.

    Raises:
        BadInput: tag.
    """
    for word in (*add, *remove_):
        require_word(word)
    session.execute(delete(_ON).where(_ON.c.member_id == member, _ON.c.tag.in_((*add, *remove_))))
    for word, days in days_of(session, add).items():
        session.execute(
            insert(_ON).values(row(member, word, days, store.clock.today(), store.staff))
        )


def days_of(session: Session, words: Sequence[str]) -> dict[str, int | None]:
    """How long each word stays, each once, in their order."""
    known = {
        name: days
        for name, days in session.execute(select(_T.c.name, _T.c.days).where(_T.c.name.in_(words)))
    }
    return {word: known.get(word) for word in words}


def row(
    member: int, word: str, days: int | None, today: Day, staff: StaffId | None
) -> dict[str, Any]:
    """A word that a person (None: the tag's rule) puts on a member, as a row."""
    ends = today + timedelta(days=days - 1) if days is not None and staff is not None else None
    return {
        "member_id": member,
        "tag": word,
        "by_rule": int(staff is None),
        "set_on": today,
        "set_by": staff,
        "expires_on": ends,
    }
