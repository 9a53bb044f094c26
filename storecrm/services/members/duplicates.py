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
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storecrm.domain import birthdays
from storecrm.errors import NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.member import NotDuplicate
from storecrm.services import rights
from storecrm.services.members import registry, search_limits
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, masked_phone

CROWD = 60
"""A block with more members than this says nothing: a common name, a phone that a shop typed for
everybody."""
ALIKE = 85
"""From how many in a hundred two names are alike (rapidfuzz.fuzz.ratio over the letters)."""
REASONS = ("email", "name_birthday", "phone_typo", "similar")
LOOKED_AT = 2000
"""Members of the same birthday or name who are compared with one that is being typed."""
_NOT_UNLIKE = 60
_LEAST_PHONE = 10
_WHOLE_BIRTHDAY = len("1990-05-17")
_SAID_EACH = 2000
"""Blocks between two words of progress."""
_PERSON = tables.member.c
_CALLED = (_PERSON.id, _PERSON.member_no, _PERSON.name, _PERSON.phone, _PERSON.email)
_BORN = (_PERSON.birthday, _PERSON.birthday_type)
_ALL = select(*_CALLED, *_BORN, _PERSON.registered_on)
_LIVE = _ALL.where(_PERSON.state == "live")


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
        kept_apart = session.execute(select(tables.not_duplicate))
        apart = {(row.first_id, row.second_id) for row in kept_apart}
    pairs: dict[tuple[int, int], tuple[str, int]] = {}
    blocks = list(_blocks(people))
    for at, block in enumerate(blocks):
        if at % _SAID_EACH == 0:
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
    born, calendar = birthdays.read(birthday)
    whole = rights.holds(store.actor, Right.FULL_PHONES)
    if not whole:
        search_limits.count(store)
    mail = email.strip()
    called = name.strip()
    found: list[MergeCandidate] = []
    with store.read() as session:
        if mail:
            same_mail = _LIVE.where(_PERSON.email == mail)
            rows = session.execute(same_mail.limit(limit))
            found += map(_one, rows)
        if called:
            alike = _born_on(born, calendar) if born else _PERSON.name == called
            for row in session.execute(_LIVE.where(alike).limit(LOOKED_AT)):
                one = _one(row)
                if one not in found and _names_alike(one.name, called) >= ALIKE:
                    found.append(one)
    if not whole:
        found = [_masked(one) for one in found]
    return found[:limit]


def _born_on(born: str, calendar: str) -> ColumnElement[bool]:
    """True of members with this birthday, whatever their year."""
    day = born[-5:]
    return _PERSON.birthday.endswith(day) & (_PERSON.birthday_type == calendar)


def _masked(one: MergeCandidate) -> MergeCandidate:
    """As much as a cashier may see."""
    return replace(one, phone=masked_phone(one.phone), email="", birthday="")


def keep_apart(store: Store, *, first: str, second: str) -> None:
    """Write down that two members are two people.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.IMPORT)
    with store.write() as session:
        people = [registry.resolve(session, store, text) for text in (first, second)]
        one, other = sorted(people)
        if one == other:
            raise NotFound("member", where=second[:40])
        if session.get(NotDuplicate, (one, other)) is None:
            session.add(NotDuplicate(first_id=one, second_id=other))
        audit.log(session, store, "kept_apart", first=one, second=other)


def compare(one: MergeCandidate, other: MergeCandidate) -> tuple[str, int] | None:
    """Why two members may be one person and how sure that is, None when nothing says so."""
    named = _names_alike(one.name, other.name)
    born = _birthdays(one, other)
    nameless = not one.name or not other.name
    same_name = one.name == other.name and bool(one.name)
    # a couple may share an address
    mail = one.email.casefold()
    same_mail = bool(mail) and mail == other.email.casefold()
    if same_mail and (nameless or named >= _NOT_UNLIKE):
        return "email", 98
    if same_name and born and born > 0:
        return "name_birthday", 95 if born == 2 else 90
    if born is not None and born < 0:
        # two birthdays that contradict each other: two people
        return None
    if (nameless or named >= ALIKE) and _one_sign_apart(one.phone, other.phone):
        return "phone_typo", 70 if nameless else 88
    if named >= ALIKE and born:
        return "similar", round(named * 0.9)
    phoneless = not one.phone or not other.phone
    return ("similar", 75) if same_name and phoneless else None


def _one_sign_apart(one: str, other: str) -> bool:
    if not one or not other:
        return False
    # cut off: how far apart others are does not matter
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1


def _names_alike(one: str, other: str) -> float:
    """0 to 100; two names of Chinese signs are alike when at most one sign of three or more
    differs, or one is the other."""
    if not one or not other:
        return 0
    first = one.casefold()
    second = other.casefold()
    tidy = first.replace(" ", "")
    tidy_other = second.replace(" ", "")
    if any("一" <= sign <= "鿿" for sign in tidy + tidy_other):
        return _signs_alike(tidy, tidy_other)
    # given name and surname may stand in either order
    sorted_words = fuzz.token_sort_ratio(first, second)
    return max(fuzz.ratio(tidy, tidy_other), sorted_words)


def _signs_alike(one: str, other: str) -> int:
    if one == other:
        return 100
    # of two signs one is the surname: another second one is another person
    if max(len(one), len(other)) < 3 or one[0] != other[0]:
        return 0
    return 90 if DamerauLevenshtein.distance(one, other) == 1 else 0


def _birthdays(first: MergeCandidate, second: MergeCandidate) -> int | None:
    """2 the same with the year, 1 the same day, -1 another day, None when one is not known, or not
    in a calendar that both are said in."""
    one = first.birthday
    other = second.birthday
    if first.calendar != second.calendar:
        # both as days of the common calendar
        one = birthdays.born_on(one, first.calendar)
        other = birthdays.born_on(other, second.calendar)
    if not one or not other:
        return None
    if one[-5:] != other[-5:]:
        return -1
    if len(one) == len(other) == _WHOLE_BIRTHDAY:
        return 2 if one == other else -1
    return 1


def _people(session: Session) -> list[MergeCandidate]:
    rows = session.execute(_LIVE.order_by(_PERSON.id))
    return list(map(_one, rows))


def _one(row: Any) -> MergeCandidate:
    return MergeCandidate(
        id=row.id,
        member_no=row.member_no,
        name=row.name,
        phone=row.phone or "",
        birthday=row.birthday,
        email=row.email,
        registered_on=row.registered_on,
        calendar=row.birthday_type,
    )


def _blocks(people: Iterable[MergeCandidate]) -> Iterator[list[MergeCandidate]]:
    """Stretches of members that are worth comparing."""
    found: dict[tuple[str, str], list[MergeCandidate]] = defaultdict(list)
    for one in people:
        if one.email:
            found["mail", one.email.casefold()].append(one)
        if len(one.phone) >= _LEAST_PHONE:
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
    for block in found.values():
        if 1 < len(block) <= CROWD:
            yield block


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
    # looked up when all are joined: a root may have moved
    inside: dict[int, list[Pair]] = defaultdict(list)
    for (first, second), (reason, score) in pairs.items():
        one = people[MemberId(first)]
        other = people[MemberId(second)]
        inside[top(first)].append(Pair(reason, score, one, other))
    made = [_group(found) for found in inside.values()]
    return sorted(made, key=lambda group: (-group.score, group.members[0].id))


def _surest_first(pair: Pair) -> tuple[int, MemberId, MemberId]:
    return -pair.score, pair.first.id, pair.second.id


def _group(pairs: list[Pair]) -> DuplicateGroup:
    surest_first = sorted(pairs, key=_surest_first)
    surest = surest_first[0]
    together: dict[MemberId, MergeCandidate] = {}
    for pair in pairs:
        together[pair.first.id] = pair.first
        together[pair.second.id] = pair.second
    oldest_first = [together[member] for member in sorted(together)]
    return DuplicateGroup(surest.reason, surest.score, tuple(oldest_first), tuple(surest_first))
