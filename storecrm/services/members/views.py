"""Members as screens show them.

A page of them is read with a handful of statements, however many they are:

    views.of_members(session, store, ids)
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.domain.member_fields import CardText
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.members import consent_ledger, tags, tier_qualification
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Code, Day, MemberId, masked_phone

_MEMBER = select(tables.member).where(tables.member.c.id == bindparam("member"))
_ONE = Hot(_MEMBER)
_OLDEST_FIRST = (tables.member_phone.c.at, tables.member_phone.c.phone)
_OF_MEMBER = tables.member_phone.c.member_id == bindparam("member")
_FURTHER = select(tables.member_phone.c.phone).where(_OF_MEMBER)
_PHONES = Hot(_FURTHER.order_by(*_OLDEST_FIRST))


@dataclass(frozen=True, kw_only=True)
class MemberView(CardText):
    """A member as screens show it. `phone` and the further `phones` are whole only for those who
    may see them, else masked; `consent` is what holds for promotion, by channel."""

    id: MemberId
    member_no: Code
    phone: str
    tier: str
    registered_on: Day
    tags: tuple[str, ...] = ()
    consent: dict[str, bool] = field(default_factory=dict)
    phones: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name, or the phone's tail when there is none."""
        return self.name or self.phone[-4:] or self.member_no[-4:]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of a member in rows of other tables."""

    phones: Sequence[str]
    words: tuple[str, ...]
    consent: dict[str, bool]
    tier: str


def of_member(session: Session, store: Store, member: MemberId) -> MemberView:
    """One member as screens show it."""
    row = _ONE.one(session, member=member)
    further = _PHONES.rows(session, member=member)
    phones = [found.phone for found in further]
    words = tags.of(session, member, store.clock.today())
    consent = consent_ledger.standing(session, member)
    held = tiers(session, store, [row])
    beside = _Beside(phones, words, consent, held[member])
    return _shown(store, row, beside)


def of_members(session: Session, store: Store, ids: Sequence[MemberId]) -> list[MemberView]:
    """Members in the order of `ids`."""
    theirs = database.among(session, tables.member.c.id, ids)
    wanted = select(tables.member).where(theirs)
    found = {row.id: row for row in session.execute(wanted)}
    return of_rows(session, store, [found[member] for member in ids])


def of_rows(session: Session, store: Store, rows: Sequence[Any]) -> list[MemberView]:
    """Members whose whole rows are read already."""
    ids = [row.id for row in rows]
    # one statement for each kind of thing, not for each member
    phones = _further_phones(session, ids)
    words = tags.of_many(session, ids, store.clock.today())
    consent = consent_ledger.standings(session, ids)
    held = tiers(session, store, rows)
    views = []
    for row in rows:
        mine = phones.get(row.id, ())
        said = words.get(row.id, ())
        answers = consent.get(row.id, {})
        beside = _Beside(mine, said, answers, held[row.id])
        views.append(_shown(store, row, beside))
    return views


def _further_phones(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """By member; the longest known first."""
    owner = tables.member_phone.c.member_id
    query = select(owner, tables.member_phone.c.phone)
    query = query.where(database.among(session, owner, ids)).order_by(*_OLDEST_FIRST)
    phones: dict[int, list[str]] = defaultdict(list)
    for member, phone in session.execute(query):
        phones[member].append(phone)
    return phones


def _shown(store: Store, row: Any, beside: _Beside) -> MemberView:
    phones = [row.phone or "", *beside.phones]
    if not rights.holds(store.actor, Right.FULL_PHONES):
        # who was met without one has none to mask
        phones = [masked_phone(phone) if phone else "" for phone in phones]
    seen = {field.name: getattr(row, field.name) for field in member_fields.VIEWED}
    # the tier that holds today is not always the one in the row
    seen |= {"phone": phones[0], "tier": beside.tier}
    further = tuple(phones[1:])
    return MemberView(id=row.id, **seen, tags=beside.words, consent=beside.consent, phones=further)


def tiers(session: Session, store: Store, rows: Sequence[Any]) -> dict[int, str]:
    """The tier that holds today of each member; after the last day of one by hand what the spend
    says, reviewed or not."""
    today = store.clock.today()
    held = {row.id: str(row.tier) for row in rows}
    over = [row for row in rows if tier_qualification.ended(row.tier_until, today)]
    # nearly nobody's: the ladder is read for those alone
    if not over:
        return held
    ladder = tier_qualification.ladder(session, store)
    spent = tier_qualification.qualifying(session, ladder, [row.id for row in over])
    for row in over:
        opening = row.opening_spent or 0
        reached = ladder.reached(spent.get(row.id, 0) + opening)
        held[row.id] = ladder.named(reached)
    return held
