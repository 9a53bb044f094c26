"""The list of members as a table shows it: a stretch at a time, sorted and filtered by the store,
with what each of them bought.

    page(store, question=MemberQuestion(order=(("net", True),), filters={"tier": "金"}))

Who looks at the list alone reads rows of the stretch; who sorts by what was bought reads what is
kept of every member (see member_figures), never all receipts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, floor
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, false, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput
from storecrm.models import database, tables
from storecrm.services import rights
from storecrm.services.analytics import segments, visits
from storecrm.services.members import views
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money
from storecrm.values.ranges import Range, day_span, exact_text, number_span, typed_range

AT_ONCE = 200
_PERSON = tables.member.c
_LIVE = _PERSON.state == "live"
_NEWEST_FIRST = _PERSON.id.desc()
_WORDS = {"name": _PERSON.name, "tier": _PERSON.tier, "email": _PERSON.email, "note": _PERSON.note}
_DIGITS = {"phone": _PERSON.phone, "member_no": _PERSON.member_no}
_DAYS = {"registered_on": _PERSON.registered_on}
_OF_PERSON = _WORDS | _DIGITS | _DAYS
_BOUGHT = ("last", "visits", "net")


@dataclass(frozen=True)
class MemberQuestion:
    """Which members, and in which order: keys of columns, the weightiest first, with True for
    descending; by key what is typed above a column. Of a `segment` alone, or of those `within`."""

    order: tuple[tuple[str, bool], ...] = ()
    filters: dict[str, str] = field(default_factory=dict)
    segment: str = ""
    within: Sequence[MemberId] | None = None


@dataclass(frozen=True)
class ListedMember:
    """A member with the day of the last visit (None: never), visits and what was spent."""

    member: MemberView
    last: Day | None
    visits: int
    net: Money


@dataclass(frozen=True)
class MemberStretch:
    """Members of a list, and how many the list has."""

    rows: list[ListedMember]
    total: int


def page(
    store: Store, *, question: MemberQuestion | None = None, offset: int = 0, limit: int = AT_ONCE
) -> MemberStretch:
    """A stretch of the list, the newest first where nothing else is asked; for those who may see
    the list.

    Raises:
        BadInput: list_column (no column of the list).
        NotFound: segment.
        NotAllowed: right_missing.
    """
    rights.require(store, Right.FULL_PHONES)
    asked = question or MemberQuestion()
    with store.read() as session:
        source, bought = _source(store)
        where = list(_where(session, store, asked, bought))
        query = _facts(source, bought).where(*where).order_by(*_order(asked, bought))
        found = session.execute(query.offset(offset).limit(limit)).all()
        rows = _listed(session, store, found)
        return MemberStretch(rows, _count(session, asked, source, where))


def every(store: Store, *, question: MemberQuestion) -> Iterator[ListedMember]:
    """All members of the list as it is when the first is read, a stretch at a time; who is erased
    before their turn is left out."""
    # asked now, not when the first is read
    rights.require(store, Right.FULL_PHONES)
    return _stretches(store, question)


def _stretches(store: Store, question: MemberQuestion) -> Iterator[ListedMember]:
    # read once: who comes or goes meanwhile would move all that follow
    ids = _ids(store, question)
    for start in range(0, len(ids), AT_ONCE):
        yield from _of(store, ids[start : start + AT_ONCE])


def _ids(store: Store, asked: MemberQuestion) -> list[MemberId]:
    """Those of the whole list, in its order."""
    with store.read() as session:
        source, bought = _source(store)
        where = _where(session, store, asked, bought)
        query = select(_PERSON.id).select_from(source).where(*where)
        return list(session.scalars(query.order_by(*_order(asked, bought))))


def _of(store: Store, ids: Sequence[MemberId]) -> list[ListedMember]:
    """Those of `ids` who are still there, in that order."""
    with store.read() as session:
        source, bought = _source(store)
        query = _facts(source, bought).where(_LIVE, _among(session, ids))
        found = {row.id: row for row in session.execute(query)}
        return _listed(session, store, [found[member] for member in ids if member in found])


def _source(store: Store) -> tuple[FromClause, Any]:
    """Members beside what they bought until today."""
    tomorrow = store.clock.today() + timedelta(days=1)
    return visits.beside(_PERSON.id, tables.member, tomorrow)


def _facts(source: FromClause, bought: Any) -> Select[Any]:
    """The id of each member with what was bought."""
    facts = visits.labelled({name: bought[name] for name in _BOUGHT})
    return select(_PERSON.id, *facts).select_from(source)


def _listed(session: Session, store: Store, found: Sequence[Any]) -> list[ListedMember]:
    people = views.of_members(session, store, [row.id for row in found])
    return [
        ListedMember(member, last=row.last, visits=int(row.visits), net=Money(int(row.net)))
        for member, row in zip(people, found, strict=True)
    ]


def _count(
    session: Session, asked: MemberQuestion, source: FromClause, where: Sequence[Any]
) -> int:
    """How many there are; what was bought is only looked at where it is asked for."""
    about_bought = any(key in _BOUGHT for key in asked.filters)
    people = source if about_bought else tables.member
    counted = select(func.count()).select_from(people).where(*where)
    return int(session.scalar(counted) or 0)


# --- order ---


def _order(asked: MemberQuestion, bought: Any) -> Iterator[Any]:
    """What nobody knows stands last, whichever way it goes; of equals the newest is first."""
    for key, descending in asked.order:
        column = _column(key, bought)
        if key in _OF_PERSON and key not in _DAYS:
            yield or_(column.is_(None), column == "")
        else:
            yield column.is_(None)
        yield column.desc() if descending else column.asc()
    yield _NEWEST_FIRST


def _column(key: str, bought: Any) -> Any:
    if key in _BOUGHT:
        return bought[key]
    if key in _OF_PERSON:
        return _OF_PERSON[key]
    raise BadInput("list_column", where=key[:40])


# --- filters ---


def _where(
    session: Session, store: Store, asked: MemberQuestion, bought: Any
) -> Iterator[ColumnElement[bool]]:
    yield _LIVE
    if asked.segment:
        yield _among(session, segments.ids_of(session, store, asked.segment))
    if asked.within is not None:
        yield _among(session, asked.within)
    for key, typed in asked.filters.items():
        if key == "tier":
            yield _of_tier(session, store, typed.strip())
        else:
            yield _fits(store, key, typed.strip(), bought)


def _among(session: Session, ids: Iterable[MemberId]) -> ColumnElement[bool]:
    return database.among(session, _PERSON.id, list(ids))


def _of_tier(session: Session, store: Store, typed: str) -> ColumnElement[bool]:
    """By the tier that holds today, as it is shown; the row may still say one that is over."""
    today = store.clock.today()
    over = func.coalesce(_PERSON.tier_until < today, false())
    # few, and no longer than until the next review
    rows = session.execute(select(tables.member).where(_LIVE, over)).all()
    held = views.tiers(session, store, rows)
    theirs = [member for member, tier in held.items() if _is_like(tier, typed)]
    lasting = not_(over) & _fits(store, "tier", typed, None)
    return or_(lasting, database.among(session, _PERSON.id, theirs))


def _is_like(word: str, typed: str) -> bool:
    exact = exact_text(typed)
    if exact is not None:
        return word.casefold() == exact.casefold()
    return typed.casefold() in word.casefold()


def _fits(store: Store, key: str, typed: str, bought: Any) -> ColumnElement[bool]:
    """What one filter says of a member."""
    exact = exact_text(typed)
    if key in _WORDS and exact is not None:
        # a database lowers other letters than Python does
        return func.lower(_WORDS[key]) == func.lower(exact)
    if key in _WORDS:
        return _WORDS[key].icontains(typed, autoescape=True)
    if key in _DIGITS:
        digits = "".join(sign for sign in typed if sign.isdigit())
        if exact is not None:
            # numbers of China are shown without their +86
            forms = (digits, f"+{digits}", f"+86{digits}")
            return _DIGITS[key].in_(forms) if digits else false()
        return _DIGITS[key].contains(digits) if digits else false()
    column = _column(key, bought)
    if key in ("last", *_DAYS):
        span = day_span(typed)
        wanted = typed_range(typed, day_span) or (Range(*span) if span is not None else None)
        return _within(column, wanted)
    decimals = store.shop.digits if key == "net" else 0
    number = number_span(typed, decimals)
    wanted = typed_range(typed, lambda text: number_span(text, decimals))
    wanted = wanted or (Range(*number) if number is not None else None)
    return _within(column, wanted)


def _within(column: Any, wanted: Range | None) -> ColumnElement[bool]:
    """Nobody fits what cannot be read."""
    if wanted is None:
        return false()
    found = column.is_not(None)
    # the books hold whole numbers: beyond 2.5 begins at 3, and so does what is at least 2.5
    if wanted.low is not None:
        low = _bound(wanted.low, floor if wanted.beyond else ceil)
        found &= column > low if wanted.beyond else column >= low
    if wanted.high is not None:
        high = _bound(wanted.high, ceil if wanted.beyond else floor)
        found &= column < high if wanted.beyond else column <= high
    return found  # type: ignore[no-any-return]


def _bound(value: Any, whole: Callable[[Any], int]) -> Any:
    """A day, or a whole number."""
    if isinstance(value, date):
        return value
    # a count of rows would else be compared as a small number on PostgreSQL
    return literal(whole(value), _PERSON.id.type)
