"""What a list says anew of members whom the shop knows: it waits for the end of the list, and is
written when the import is shown.

A field is written only while it says what it said when the list was read: what a till wrote
meanwhile is later. The same holds of words and answers; a phone that somebody else registered
meanwhile stays the other one's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.base import DayType
from storecrm.services.members import consent_ledger, name_index, tags
from storecrm.services.store import Store
from storecrm.values import Channel, ImportId, Kind, MemberId

STEP = 2_000
"""Members whose changes are kept together, and written in one transaction."""
KIND = "changes"
_MEMBER = tables.member.c
_PHONE = tables.member_phone.c
_SCANNED = tables.scannable.c
_LIVE = select(tables.member).where(_MEMBER.state == "live")
_LIVE_IDS = _LIVE.with_only_columns(_MEMBER.id)
_OF_MEMBERS = _SCANNED.kind == Kind.MEMBER
_CARDS = select(_SCANNED.target_id).where(_OF_MEMBERS)
_LOST = tables.lost_card.c
_TAG = tables.member_tag.c
_DAY_COLUMNS = [column for column in _MEMBER if isinstance(column.type, DayType)]
_DAYS = frozenset(column.name for column in _DAY_COLUMNS)
"""Fields of members that are days: JSON holds them as text."""


SeenAndNew = tuple[Any, Any]
HeldAndSaid = tuple[bool | None, int]


@dataclass(frozen=True)
class Later:
    """What is new of one member: fields (as seen, as listed), words, answers by channel (what held,
    what is said), what proves those, further phones and cards."""

    member: int
    fields: Mapping[str, SeenAndNew] = field(default_factory=dict)
    words: Sequence[str] = ()
    said: Mapping[str, HeldAndSaid] = field(default_factory=dict)
    evidence: str = ""
    phones: Sequence[str] = ()
    cards: Sequence[str] = ()


def put(session: Session, batch: ImportId, rows: Sequence[Later]) -> None:
    """Let changes wait for the end of their import."""
    for start in range(0, len(rows), STEP):
        part = list(map(_as_list, rows[start : start + STEP]))
        body = json.dumps(part, default=str)
        waits = {"import_id": batch, "kind": KIND, "points": 0, "body": body}
        session.execute(insert(tables.import_waiting), waits)


def _as_list(row: Later) -> tuple[Any, ...]:
    """The member, and the other fields in their order (see `write`)."""
    new = (dict(row.fields), row.words, row.said)
    more = (row.evidence, row.phones, row.cards)
    return (row.member, *new, *more)


def write(
    session: Session, store: Store, rows: list[list[Any]], people: Sequence[int], batch: ImportId
) -> None:
    """Write changes down; `people` are the members as they are now (a record may have become one
    with another)."""
    later = list[Later]()
    for member, (_, *said) in zip(people, rows, strict=True):
        later.append(Later(member, *said))
    writing = _Writing(session, store, batch, later)
    writing.fields()
    writing.numbers()
    writing.words()
    writing.answers()


class _Writing:
    """The changes of one chunk, on the members as they are now."""

    def __init__(
        self, session: Session, store: Store, batch: ImportId, later: Sequence[Later]
    ) -> None:
        self.session = session
        self.store = store
        self.batch = batch
        ids = {row.member for row in later}
        among = database.among(session, _MEMBER.id, ids)
        found = session.execute(_LIVE.where(among)).mappings()
        people = [dict(row) for row in found]
        self.now = {row["id"]: row for row in people}
        # who was erased or became another's meanwhile is passed over
        self.later = [row for row in later if row.member in self.now]
        self.touched: set[int] = set()

    # --- fields ---

    def fields(self) -> None:
        called = list[str]()
        calling = list[str]()
        for row in self.later:
            now = self.now[row.member]
            diff = self._diff(row, now)
            if not diff:
                continue
            before = {name: now[name] for name in diff}
            self._note("member", {"id": row.member}, before, diff)
            member = update(tables.member).where(_MEMBER.id == row.member)
            self.session.execute(member.values(**diff))
            if "name" in diff:
                called.append(now["name"])
                calling.append(diff["name"])
            if not diff.keys().isdisjoint(("phone", "email")):
                self.touched.add(row.member)
            # a list may say one member twice
            now |= diff
        if calling:
            name_index.add(self.session, calling)
            name_index.let_go(self.session, called)

    def _diff(self, row: Later, now: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that still say what they said when the list was read, with what they will
        say."""
        diff = dict[str, Any]()
        for name, (seen, new) in row.fields.items():
            if _plain(now[name]) == seen:
                diff[name] = _typed(name, new)
        if diff.get("phone") and self._taken(diff["phone"]):
            del diff["phone"]
        return diff

    # --- phones and cards ---

    def numbers(self) -> None:
        """Further phones and cards; one that became somebody's meanwhile stays the other one's."""
        for row in self.later:
            for phone in row.phones:
                if not self._taken(phone):
                    self._add_phone(row.member, phone)
            for card in row.cards:
                if not self._finds(card):
                    self._add_card(row.member, card)

    def _add_phone(self, member: int, phone: str) -> None:
        shown = {"phone": phone, "phone_tail": phone[-4:], "note": ""}
        now = self.store.clock.now()
        made = {"at": now, "staff_id": self.store.staff}
        row = {"member_id": member} | shown | made
        self.session.execute(insert(tables.member_phone), row)
        self._note("member_phone", {"phone": phone}, None, {"member_id": member})
        self.touched.add(member)

    def _add_card(self, member: int, card: str) -> None:
        key = {"key": card, "kind": Kind.MEMBER.value}
        target = {"target_id": member}
        self.session.execute(insert(tables.scannable), key | target)
        self._note("scannable", key, None, target)

    def _taken(self, phone: str) -> bool:
        first = _LIVE_IDS.where(_MEMBER.phone == phone)
        further = select(_PHONE.member_id).where(_PHONE.phone == phone)
        return self._any(first.limit(1)) or self._any(further)

    def _finds(self, card: str) -> bool:
        # a card that was lost finds nobody again
        lost = select(_LOST.member_id).where(_LOST.key == card)
        held = _CARDS.where(_SCANNED.key == card)
        return self._any(held) or self._any(lost)

    def _any(self, query: Select[Any]) -> bool:
        return self.session.scalar(query) is not None

    # --- words ---

    def words(self) -> None:
        today = self.store.clock.today()
        staff = self.store.staff
        tagged = [row for row in self.later if row.words]
        said = {word for row in tagged for word in row.words}
        stays = tags.days_of(self.session, sorted(said))
        people = [MemberId(row.member) for row in tagged]
        have = tags.of_many(self.session, people, today)
        for row in tagged:
            has = have.get(row.member, ())
            for word in row.words:
                if word not in has:
                    made = tags.row(row.member, word, stays[word], today, staff)
                    self._add_word(row.member, word, made)

    def _add_word(self, member: int, word: str, made: dict[str, Any]) -> None:
        # one that is over may still stand there
        of_member = delete(tables.member_tag).where(_TAG.member_id == member)
        self.session.execute(of_member.where(_TAG.tag == word))
        self.session.execute(insert(tables.member_tag), made)
        self._note("member_tag", {"member_id": member, "tag": word}, None, made)

    # --- answers ---

    def answers(self) -> None:
        speaking = [row for row in self.later if row.said]
        people = [MemberId(row.member) for row in speaking]
        have = consent_ledger.standings(self.session, people) if speaking else {}
        for row in speaking:
            standing = have.get(row.member, {})
            for name, (seen, granted) in row.said.items():
                if standing.get(name) == seen:
                    self._say(row, Channel(name), bool(granted))
        # a yes of somebody whose address is never written to is written down, and a no after it
        for number in sorted(self.touched):
            member = MemberId(number)
            consent_ledger.hold_to_list(self.session, self.store, member, self.batch)

    def _say(self, row: Later, channel: Channel, granted: bool) -> None:
        member = MemberId(row.member)
        proof: dict[str, Any] = {"evidence": row.evidence, "batch": self.batch}
        proof["text_version"] = "import"
        session, store = self.session, self.store
        consent_ledger.say(session, store, member, channel, granted, **proof)
        self.touched.add(row.member)

    def _note(self, table: str, key: dict[str, Any], before: Any, after: Any) -> None:
        noted = {"import_id": self.batch, "table_name": table}
        texts = {"row_key": _json(key), "before": _json(before), "after": _json(after)}
        self.session.execute(insert(tables.import_change), noted | texts)


def _json(said: Any) -> str:
    return json.dumps(said, default=str)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(name: str, value: Any) -> Any:
    if value is None or name not in _DAYS:
        return value
    return date.fromisoformat(value)
