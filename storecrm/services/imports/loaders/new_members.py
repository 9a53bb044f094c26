"""The members of a list whom nobody knew: their records, by what each is scanned, the points that
they bring along, their words and answers."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.domain.shop_rules import ShopRules
from storecrm.models import database, tables
from storecrm.services.imports import pending_rows
from storecrm.services.imports.loaders.base import OnlyOurs
from storecrm.services.imports.loaders.listed_member import ListedMember, answers_of
from storecrm.services.loyalty import points_account
from storecrm.services.members import consent_ledger, name_index, tags
from storecrm.services.staff import own_card
from storecrm.services.store import Store
from storecrm.values import ARRIVING, Channel, Day, EntryKind, ImportId, Kind, MemberId

Owed = tuple[int, ListedMember]
"""A member, and the row that says how many points are brought along."""
NAMES = 4_000
"""Names made findable in one transaction."""
STORED = tuple(
    field for field in member_fields.LISTED if field.stored and field.name != "member_no"
)
"""The fields that a list may change."""


def _is_needed(field: MemberField) -> bool:
    column = tables.member.c[field.name]
    return not column.nullable and column.server_default is None


_ALWAYS = frozenset(field.name for field in STORED if _is_needed(field))
"""What a new member needs although the list may not have it."""
_PUT_TAG = insert(tables.member_tag)


class NewMembers:
    """Writes the new members of one list, chunk by chunk."""

    def __init__(self, store: Store, rules: ShopRules) -> None:
        self._store = store
        self._rules = rules
        self._today = store.clock.today()
        self._names: set[str] = set()
        self._days_of_tags: dict[str, int | None] = {}
        self.only_ours = OnlyOurs(tables.member)
        self.answered: set[MemberId] = set()
        """Members of whom the list says an answer."""

    def create(
        self,
        session: Session,
        fresh: list[ListedMember],
        batch: ImportId,
        listed: Collection[str],
        numbers: Iterator[str],
    ) -> Sequence[int]:
        """Write new members. Returns their ids; `listed` are the columns that the list has,
        `numbers` those for members without one."""
        ids = database.next_ids(session, tables.member, len(fresh))
        self.only_ours.wrote(ids)
        said = zip(*fresh, strict=True)
        column: dict[str, Any] = dict(zip(ListedMember._fields, said, strict=True))
        own = [number or next(numbers) for number in column["member_no"]]
        columns: dict[str, Sequence[Any]] = {"id": ids, "member_no": own}
        for field in STORED:
            # what no row says stays as the store has it
            if field.column in listed or field.name in _ALWAYS:
                values = column[field.column]
                columns[field.name] = _stored(field, values)
        today = self._today.isoformat()
        since = columns["registered_on"]
        columns["registered_on"] = [day or today for day in since]
        same = self._same_of_all(batch)
        database.insert_columns(session, tables.member, columns, **same)
        _make_scannable(session, ids, own, column)
        self._names.update(column["name"])
        made = zip(ids, fresh, strict=True)
        # most lists of new members bring no points
        bringing = [(member, person) for member, person in made if person.points]
        self.open_lots(session, bringing, batch)
        return ids

    def _same_of_all(self, batch: ImportId) -> dict[str, Any]:
        same = dict[str, Any](state=ARRIVING, import_id=batch)
        same["registered_by"] = self._store.staff
        same["recorded_at"] = self._store.clock.now()
        return same

    def open_lots(self, session: Session, owed: Sequence[Owed], batch: ImportId) -> None:
        """What members bring along, a lot each; it waits for the end of the file."""
        today = self._today.isoformat()
        usual = self._rules.expires_on(self._today)
        counts = [int(person.points or 0) for _, person in owed]
        points_account.require_gift(session, self._store, self._rules, counts)
        members = (MemberId(member) for member, _ in owed)
        own_card.require_not_among(session, self._store, members)
        said = [person.points_expire_on or usual for _, person in owed]
        ends = _iso(said)
        lots = list[tuple[Any, ...]]()
        for (member, person), end in zip(owed, ends, strict=True):
            # in the order of pending_rows.POINTS_FIELDS
            lot = (member, EntryKind.OPENING, person.points, today, end, None, None, "")
            lots.append(lot)
        pending_rows.put(session, batch, pending_rows.POINTS, lots)

    def add_tags_and_answers(
        self, session: Session, member: MemberId, person: ListedMember, batch: ImportId
    ) -> None:
        """Words and answers of a new member; they go with the member when the import is rolled
        back."""
        staff = self._store.staff
        for word in dict.fromkeys(person.tags):
            if word not in self._days_of_tags:
                self._days_of_tags |= tags.days_of(session, [word])
            days = self._days_of_tags[word]
            row = tags.row(member, word, days, self._today, staff)
            session.execute(_PUT_TAG, row)
        proof = dict[str, Any](evidence=person.consent_evidence, batch=batch)
        proof["text_version"] = "import"
        for name, granted in answers_of(person).items():
            answer = (Channel(name), bool(granted))
            consent_ledger.say(session, self._store, member, *answer, **proof)
            self.answered.add(member)

    def naming(self) -> Iterator[Callable[[Session], None]]:
        """The steps that make the names of the new members findable: each name once, however many
        chunks bear it."""
        said = sorted(self._names)
        for at in range(0, len(said), NAMES):
            names = said[at : at + NAMES]
            yield partial(name_index.add, names=names)


def _make_scannable(
    session: Session, ids: Sequence[int], own: Sequence[str], column: dict[str, Any]
) -> None:
    """Let new members be scanned by their number and their card."""
    # a number that was made here is its own key
    keys = [key or number for key, number in zip(column["key"], own, strict=True)]
    scans = dict(zip(keys, ids, strict=True))
    for card, member in zip(column["card_key"], ids, strict=True):
        if card:
            scans[card] = member
    # in the order of the index: each page of it is written once
    in_order = sorted(scans)
    found = dict[str, Any](key=in_order)
    found["target_id"] = [scans[key] for key in in_order]
    database.insert_columns(session, tables.scannable, found, kind=Kind.MEMBER.value)


def _stored(field: MemberField, said: Sequence[Any]) -> Sequence[Any]:
    """A column as the store has it: a new member has what is blank where the list says nothing."""
    if field.reads is Reads.DAY:
        return _iso(said)
    if ListedMember._field_defaults[field.column] == field.blank:
        return said
    return [field.blank if one in (None, "") else one for one in said]


def _iso(days: Iterable[Day | None]) -> list[str | None]:
    """Days for the driver itself; a list says few of them, and each often."""
    each = list(days)
    said: dict[Day | None, str | None] = {None: None}
    for day in set(each):
        if day is not None:
            said[day] = day.isoformat()
    return [said[day] for day in each]
