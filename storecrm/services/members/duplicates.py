"""Who may be one person twice: the same e-mail, the same name and birthday, or alike enough; the
rest a person decides.

Comparing everybody with everybody would take hours: only members that share a block (a piece of the
phone, the initials with the birthday, the name, the mail's first part) are compared, so that
200,000 members take seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import birthdays
from storecrm.errors import NotFound
from storecrm.ledger import audit
from storecrm.models.member import Member, NotDuplicate
from storecrm.services import rights
from storecrm.services.members import registry, search_limits
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, masked_phone

_M: Any = Member.__table__
_N: Any = NotDuplicate.__table__
CROWD = 60
"""A block with more members than this says nothing: a common name, a phone that a shop typed for
everybody."""
ALIKE = 85
"""From how many in a hundred two names are alike (rapidfuzz.fuzz.ratio over the letters)."""
REASONS = ("email", "name_birthday", "phone_typo", "similar")


@dataclass(frozen=True)
class MergeCandidate:
    """A member in a group of duplicates."""

    id: MemberId
    member_no: str
    name: str
    phone: str
    birthday: str
    email: str
    registered_on: Day
    calendar: str = birthdays.SOLAR


@dataclass(frozen=True)
class Pair:
    """Two members of whom something says that they are one, the older first: why (REASONS) and how
    sure (0 to 100)."""

    reason: str
    score: int
    first: MergeCandidate
    second: MergeCandidate


@dataclass(frozen=True)
class DuplicateGroup:
    """Members that may be one person, the oldest first; the strongest reason of REASONS and how
    sure (0 to 100). `pairs` are those of whom something says so, the surest first: two others of
    the group need have nothing in common."""

    reason: str
    score: int
    members: tuple[MergeCandidate, ...]
    pairs: tuple[Pair, ...]


def groups(store: Store, *, progress: Progress = silent) -> list[DuplicateGroup]:
    """Every group of likely duplicates, the surest first. Pairs of which somebody said that they
    are two people are left out.

    Raises:
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        people = _people(session)
        apart = {(row.first_id, row.second_id) for row in session.execute(select(_N))}
    pairs: dict[tuple[int, int], tuple[str, int]] = {}
    blocks = list(_blocks(people))
    for at, block in enumerate(blocks):
        if at % 2000 == 0:
            progress(at, len(blocks))
        for one, other in combinations(block, 2):
            key = (min(one.id, other.id), max(one.id, other.id))
            if key in pairs or key in apart:
                continue
            found = compare(one, other)
            if found is not None:
                pairs[key] = found
    progress(len(blocks), len(blocks))
    return _grouped(pairs, {one.id: one for one in people})


def near(
    store: Store, *, name: str, birthday: str = "", email: str = "", limit: int = 3
) -> list[MergeCandidate]:
    """Members like one that is just being typed: the same e-mail, or a like name with the same
    birthday (no birthday typed: the same name).

    Raises:
        BadInput: birthday.
        Throttled: look_ups.
    """
    rights.require(store, Right.REGISTER)
    (born, calendar), whole = birthdays.read(birthday), rights.holds(store.actor, Right.FULL_PHONES)
    if not whole:
        search_limits.count(store)
    with store.read() as session:
        query = select(*_COLUMNS).where(_M.c.state == "live")
        same = query.where(_M.c.email == email.strip()) if email.strip() else None
        found = (
            [_one(row) for row in session.execute(same.limit(limit))] if same is not None else []
        )
        if name.strip():
            alike = (
                _M.c.birthday.endswith(born[-5:]) & (_M.c.birthday_type == calendar)
                if born
                else _M.c.name == name.strip()
            )
            born_too = query.where(alike)
            for row in session.execute(born_too.limit(2000)):
                one = _one(row)
                if one not in found and _names_alike(one.name, name.strip()) >= ALIKE:
                    found.append(one)
    if not whole:
        found = [
            replace(one, phone=masked_phone(one.phone), email="", birthday="") for one in found
        ]
    return found[:limit]


def keep_apart(store: Store, *, first: str, second: str) -> None:
    """Write down that two members are two people.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.IMPORT)
    with store.write() as session:
        one, other = sorted(registry.resolve(session, store, text) for text in (first, second))
        if one == other:
            raise NotFound("member", where=second[:40])
        if session.get(NotDuplicate, (one, other)) is None:
            session.add(NotDuplicate(first_id=one, second_id=other))
        audit.log(session, store, "kept_apart", first=one, second=other)


def compare(one: MergeCandidate, other: MergeCandidate) -> tuple[str, int] | None:
    """Why two members may be one person and how sure that is, None when nothing says so."""
    named = _names_alike(one.name, other.name)
    born = _birthdays(one, other)
    if (
        one.email
        and one.email.casefold() == other.email.casefold()
        and (not one.name or not other.name or named >= 60)
    ):
        return "email", 98
    if one.name and one.name == other.name and born and born > 0:
        return "name_birthday", 95 if born == 2 else 90
    if born is not None and born < 0:
        # two birthdays that contradict each other: two people
        return None
    typo = (
        bool(one.phone and other.phone)
        and DamerauLevenshtein.distance(one.phone, other.phone, score_cutoff=1) == 1
    )
    if typo and (named >= ALIKE or not one.name or not other.name):
        return "phone_typo", 88 if one.name and other.name else 70
    if named >= ALIKE and born:
        return "similar", round(named * 0.9)
    if one.name and one.name == other.name and (not one.phone or not other.phone):
        return "similar", 75
    return None


def _names_alike(one: str, other: str) -> float:
    """0 to 100; two names of Chinese signs are alike when at most one sign of three or more
    differs, or one is the other."""
    if not one or not other:
        return 0
    first, second = one.casefold().replace(" ", ""), other.casefold().replace(" ", "")
    if any("一" <= sign <= "鿿" for sign in first + second):
        if first == second:
            return 100
        longest = max(len(first), len(second))
        return (
            90
            if longest >= 3
            and first[0] == second[0]
            and DamerauLevenshtein.distance(first, second) == 1
            else 0
        )
    return max(fuzz.ratio(first, second), fuzz.token_sort_ratio(one.casefold(), other.casefold()))


def _birthdays(first: MergeCandidate, second: MergeCandidate) -> int | None:
    """2 the same with the year, 1 the same day, -1 another day, None when one is not known, or not
    in a calendar that both are said in."""
    one, other = first.birthday, second.birthday
    if first.calendar != second.calendar:
        one, other = (
            birthdays.born_on(one, first.calendar),
            birthdays.born_on(other, second.calendar),
        )
    if not one or not other:
        return None
    if one[-5:] != other[-5:]:
        return -1
    if len(one) == len(other) == 10:
        return 2 if one == other else -1
    return 1


_COLUMNS = (
    _M.c.id,
    _M.c.member_no,
    _M.c.name,
    _M.c.phone,
    _M.c.birthday,
    _M.c.email,
    _M.c.registered_on,
    _M.c.birthday_type,
)


def _people(session: Session) -> list[MergeCandidate]:
    return [
        _one(row)
        for row in session.execute(select(*_COLUMNS).where(_M.c.state == "live").order_by(_M.c.id))
    ]


def _one(row: Any) -> MergeCandidate:
    return MergeCandidate(
        row.id,
        row.member_no,
        row.name,
        row.phone or "",
        row.birthday,
        row.email,
        row.registered_on,
        row.birthday_type,
    )


def _blocks(people: Iterable[MergeCandidate]) -> Iterator[list[MergeCandidate]]:
    """Stretches of members that are worth comparing."""
    found: dict[tuple[str, str], list[MergeCandidate]] = defaultdict(list)
    for one in people:
        if one.email:
            found["mail", one.email.casefold()].append(one)
        if len(one.phone) >= 10:
            # a wrong digit stands either in the first or in the second half; a shop's members
            # bought their numbers in rows, so that the
            # first half says little without a name
            if one.name:
                found["head", one.phone[:-5] + one.name[0]].append(one)
            found["rest", one.phone[-6:]].append(one)
        if one.name:
            tidy = one.name.casefold().replace(" ", "")
            found["name", tidy].append(one)
            if one.birthday:
                born = birthdays.born_on(one.birthday, one.calendar) or one.birthday
                found["born", born[-5:] + tidy[0]].append(one)
    # a crowd says nothing: a common name is found by the birthday, and a phone that was typed for
    # everybody is nobody's
    yield from (block for block in found.values() if 1 < len(block) <= CROWD)


def _grouped(
    pairs: dict[tuple[int, int], tuple[str, int]], people: dict[MemberId, MergeCandidate]
) -> list[DuplicateGroup]:
    """Pairs that share a member are one group."""
    root: dict[int, int] = {}

    def top(one: int) -> int:
        while root.setdefault(one, one) != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for first, second in pairs:
        root[top(first)] = top(second)
    inside: dict[int, list[Pair]] = defaultdict(list)
    for (first, second), (reason, score) in pairs.items():
        inside[top(first)].append(
            Pair(reason, score, people[MemberId(first)], people[MemberId(second)])
        )
    made = []
    for found in inside.values():
        found.sort(key=lambda pair: (-pair.score, pair.first.id, pair.second.id))
        together = {one.id: one for pair in found for one in (pair.first, pair.second)}
        made.append(
            DuplicateGroup(
                found[0].reason,
                found[0].score,
                tuple(together[at] for at in sorted(together)),
                tuple(found),
            )
        )
    return sorted(made, key=lambda group: (-group.score, group.members[0].id))
