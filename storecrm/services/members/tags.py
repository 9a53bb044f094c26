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
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import ARRIVING, Day, MemberId, StaffId, clean_text

COLOURS = ("grey", "blue", "green", "amber", "red")
LONGEST_STAY = 36_500
"""Days; a word that stays longer stays for ever."""
_DEFINED = tables.tag.c
_WORD = tables.member_tag.c
_NO_END = _WORD.expires_on.is_(None)
_TODAY: Any = bindparam("today", type_=_WORD.expires_on.type)
_MINE = _WORD.member_id == bindparam("member")
_HOLDS = or_(_NO_END, _WORD.expires_on >= _TODAY)
_OF_MEMBER = select(_WORD.tag).where(_MINE, _HOLDS)
_WORDS = Hot(_OF_MEMBER.order_by(_WORD.tag))


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
    return or_(_NO_END, _WORD.expires_on >= today)


def listed(store: Store) -> list[TagView]:
    """Every word that is defined or in use, by group and name."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        used = _used(session, store.clock.today())
        defined = session.execute(select(tables.tag)).all()
    views = []
    for row in defined:
        members = used.get(row.name, 0)
        views.append(_view(row, members))
    named = {view.name for view in views}
    for name, count in used.items():
        if name not in named:
            views.append(_undefined(name, count))
    # words without a group last
    return sorted(views, key=_by_group)


def _by_group(view: TagView) -> tuple[bool, str, str]:
    return view.group == "", view.group, view.name


def _used(session: Session, today: Day) -> dict[str, int]:
    """How many members have each word today."""
    person = tables.member.c
    bears = person.id == _WORD.member_id
    bearer = select(person.id).where(bears)
    # those of a list that comes in just now are nobody's yet
    arriving = person.state == ARRIVING
    coming = bearer.where(arriving).exists()
    query = select(_WORD.tag, func.count())
    query = query.where(alive(today), ~coming)
    by_word = query.group_by(_WORD.tag)
    rows = session.execute(by_word)
    return {str(tag): int(count) for tag, count in rows}


def _view(row: Any, members: int) -> TagView:
    rule = None
    if row.rule:
        rule = json.loads(row.rule)
    return TagView(
        name=row.name,
        group=row.group_name,
        colour=row.colour,
        days=row.days,
        rule=rule,
        members=members,
    )


def _undefined(name: str, members: int) -> TagView:
    """A word that somebody put on without a definition."""
    return TagView(name=name, group="", colour=COLOURS[0], days=None, rule=None, members=members)


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
        colours = ", ".join(COLOURS)
        raise BadInput("tag_colour", where=colour[:20], known=colours)
    if days is not None and not 1 <= days <= LONGEST_STAY:
        raise BadInput("tag_days", where=str(days))
    with store.write(Topic.MEMBERS) as session:
        values = {"group_name": clean_text(group, 40), "colour": colour, "days": days}
        named = _DEFINED.name == name
        known = update(tables.tag).where(named)
        done: Any = session.execute(known.values(**values))
        if not done.rowcount:
            made = {"made_at": store.clock.now(), "made_by": store.staff}
            row = {"name": name, "rule": "", **made, **values}
            new = insert(tables.tag).values(**row)
            session.execute(new)
        audit.log(session, store, "tag_kept", tag=name)
    return listed(store)


def remove(store: Store, *, name: str) -> list[TagView]:
    """Forget a word and take it off everybody.

    Raises:
        NotFound: tag_name.
    """
    rights.require(store, Right.TAGS)
    with store.write(Topic.MEMBERS) as session:
        this = _DEFINED.name == name
        definition = delete(tables.tag).where(this)
        defined: Any = session.execute(definition)
        everywhere = delete(tables.member_tag).where(_WORD.tag == name)
        worn: Any = session.execute(everywhere)
        # a word that nobody defined can be worn, and the reverse
        if not defined.rowcount and not worn.rowcount:
            raise NotFound("tag_name", where=name[:40])
        audit.log(session, store, "tag_removed", tag=name, members=worn.rowcount)
    return listed(store)


def require_word(word: str) -> None:
    """Refuse what cannot be a word.

    Raises:
        BadInput: tag.
    """
    tidy = clean_text(word, 40)
    # a comma parts words in lists
    if not tidy or tidy != word or "," in word:
        raise BadInput("tag", where=word[:40])


def of(session: Session, member: MemberId, today: Day) -> tuple[str, ...]:
    """The words on a member that hold today."""
    rows = _WORDS.rows(session, member=member, today=today)
    return tuple(row.tag for row in rows)


def of_many(session: Session, ids: Sequence[MemberId], today: Day) -> dict[int, tuple[str, ...]]:
    """The words that hold today on each of these members that has any."""
    theirs = database.among(session, _WORD.member_id, ids)
    query = select(_WORD.member_id, _WORD.tag)
    query = query.where(theirs, alive(today))
    found: dict[int, list[str]] = defaultdict(list)
    for member, word in session.execute(query.order_by(_WORD.tag)):
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
    named = (*add, *remove_)
    for word in named:
        require_word(word)
    mine = _WORD.member_id == member
    these = _WORD.tag.in_(named)
    session.execute(delete(tables.member_tag).where(mine, these))
    today = store.clock.today()
    for word, days in days_of(session, add).items():
        new = row(member, word, days, today, store.staff)
        session.execute(insert(tables.member_tag).values(new))


def replace(session: Session, store: Store, member: MemberId, wanted: Sequence[str]) -> None:
    """Put on and take off until the member has the words that are wanted.

    Raises:
        BadInput: tag.
    """
    present = of(session, member, store.clock.today())
    # each once, in the order in which they were said
    missing = [word for word in dict.fromkeys(wanted) if word not in present]
    unwanted = [word for word in present if word not in wanted]
    put(session, store, member, missing, unwanted)


def days_of(session: Session, words: Sequence[str]) -> dict[str, int | None]:
    """How long each word stays, each once, in their order."""
    query = select(_DEFINED.name, _DEFINED.days)
    query = query.where(_DEFINED.name.in_(words))
    known = {name: days for name, days in session.execute(query)}
    return {word: known.get(word) for word in words}


def row(
    member: int, word: str, days: int | None, today: Day, staff: StaffId | None
) -> dict[str, Any]:
    """A word that a person (None: the tag's rule) puts on a member, as a row."""
    by_rule = staff is None
    # a rule takes its words off by itself
    ends = None
    if days is not None and not by_rule:
        # the first day counts
        ends = today + timedelta(days=days - 1)
    return {
        "member_id": member,
        "tag": word,
        "by_rule": int(by_rule),
        "set_on": today,
        "set_by": staff,
        "expires_on": ends,
    }
