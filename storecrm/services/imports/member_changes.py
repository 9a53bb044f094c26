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

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.base import DayType
from storecrm.models.import_batch import ImportChange, ImportWaiting
from storecrm.models.member import LostCard, Member, MemberPhone
from storecrm.models.scannable import Scannable
from storecrm.models.tag import MemberTag
from storecrm.services.members import consent_ledger, name_index, tags
from storecrm.services.store import Store
from storecrm.values import Channel, ImportId, Kind, MemberId

STEP = 2_000
"""Members whose changes are kept together, and written in one transaction."""
KIND = "changes"
_M: Any = Member.__table__
_TAG: Any = MemberTag.__table__
_CHANGE: Any = ImportChange.__table__


@dataclass(frozen=True)
class Later:
    """What is new of one member: fields (as seen, as listed), words, answers by channel (what held,
    what is said), what proves those, further phones and cards."""

    member: int
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    words: Sequence[str] = ()
    said: Mapping[str, tuple[bool | None, int]] = field(default_factory=dict)
    evidence: str = ""
    phones: Sequence[str] = ()
    cards: Sequence[str] = ()


def put(session: Session, batch: ImportId, rows: Sequence[Later]) -> None:
    """Let changes wait for the end of their import."""
    for start in range(0, len(rows), STEP):
        part = [
            (row.member, dict(row.fields), row.words, row.said, row.evidence, row.phones, row.cards)
            for row in rows[start : start + STEP]
        ]
        waits = {
            "import_id": batch,
            "kind": KIND,
            "points": 0,
            "body": json.dumps(part, default=str),
        }
        session.execute(insert(ImportWaiting).values(**waits))


def write(
    session: Session, store: Store, rows: list[list[Any]], people: Sequence[int], batch: ImportId
) -> None:
    """Write changes down; `people` are the members as they are now (a record may have become one
    with another)."""
    later = [Later(member, *row[1:]) for member, row in zip(people, rows, strict=True)]
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
        self.session, self.store, self.batch = session, store, batch
        ids = {row.member for row in later}
        live = select(_M).where(database.among(session, _M.c.id, ids), _M.c.state == "live")
        self.now = {row["id"]: dict(row) for row in session.execute(live).mappings()}
        self.later = [row for row in later if row.member in self.now]
        self.touched: set[int] = set()

    def fields(self) -> None:
        called, calling = list[str](), list[str]()
        for row in self.later:
            now = self.now[row.member]
            diff = {
                name: _typed(name, new)
                for name, (seen, new) in row.fields.items()
                if _plain(now[name]) == seen
            }
            if diff.get("phone") and self._taken(diff["phone"]):
                del diff["phone"]
            if not diff:
                continue
            self._note("member", {"id": row.member}, {name: now[name] for name in diff}, diff)
            self.session.execute(update(Member).where(Member.id == row.member).values(**diff))
            if "name" in diff:
                called.append(now["name"])
                calling.append(diff["name"])
            if not diff.keys().isdisjoint(("phone", "email")):
                self.touched.add(row.member)
            now |= diff
        if calling:
            name_index.add(self.session, calling)
            name_index.let_go(self.session, called)

    def numbers(self) -> None:
        """Further phones and cards; one that became somebody's meanwhile stays the other one's."""
        for row in self.later:
            for phone in row.phones:
                if not self._taken(phone):
                    made = {
                        "member_id": row.member,
                        "phone_tail": phone[-4:],
                        "note": "",
                        "at": self.store.clock.now(),
                    }
                    self.session.execute(
                        insert(MemberPhone).values(phone=phone, **made, staff_id=self.store.staff)
                    )
                    self._note("member_phone", {"phone": phone}, None, {"member_id": row.member})
                    self.touched.add(row.member)
            for card in row.cards:
                key = {"key": card, "kind": Kind.MEMBER.value}
                if not self._finds(card):
                    self.session.execute(insert(Scannable).values(**key, target_id=row.member))
                    self._note("scannable", key, None, {"target_id": row.member})

    def words(self) -> None:
        today = self.store.clock.today()
        stays = tags.days_of(
            self.session, sorted({word for row in self.later for word in row.words})
        )
        have = tags.of_many(
            self.session, [MemberId(row.member) for row in self.later if row.words], today
        )
        for row in self.later:
            for word in row.words:
                if word in have.get(row.member, ()):
                    continue
                key, made = (
                    {"member_id": row.member, "tag": word},
                    tags.row(row.member, word, stays[word], today, self.store.staff),
                )
                self.session.execute(
                    delete(_TAG).where(_TAG.c.member_id == row.member, _TAG.c.tag == word)
                )
                self.session.execute(insert(_TAG).values(made))
                self._note("member_tag", key, None, made)

    def answers(self) -> None:
        speaking = [row for row in self.later if row.said]
        have = (
            consent_ledger.standings(self.session, [MemberId(row.member) for row in speaking])
            if speaking
            else {}
        )
        for row in speaking:
            for name, (seen, granted) in row.said.items():
                if have.get(row.member, {}).get(name) == seen:
                    more: dict[str, Any] = {
                        "evidence": row.evidence,
                        "batch": self.batch,
                        "text_version": "import",
                    }
                    consent_ledger.say(
                        self.session,
                        self.store,
                        MemberId(row.member),
                        Channel(name),
                        bool(granted),
                        **more,
                    )
                    self.touched.add(row.member)
        # a yes of somebody whose address is never written to is written down, and a no after it
        for member in sorted(self.touched):
            consent_ledger.hold_to_list(self.session, self.store, MemberId(member), self.batch)

    def _taken(self, phone: str) -> bool:
        first = self.session.scalar(
            select(_M.c.id).where(_M.c.phone == phone, _M.c.state == "live").limit(1)
        )
        return (
            first is not None
            or self.session.scalar(select(MemberPhone.member_id).where(MemberPhone.phone == phone))
            is not None
        )

    def _finds(self, card: str) -> bool:
        mine = select(Scannable.target_id).where(
            Scannable.key == card, Scannable.kind == Kind.MEMBER
        )
        lost = select(LostCard.member_id).where(LostCard.key == card)
        return self.session.scalar(mine) is not None or self.session.scalar(lost) is not None

    def _note(self, table: str, key: dict[str, Any], before: Any, after: Any) -> None:
        texts = {
            name: json.dumps(what, default=str)
            for name, what in (("row_key", key), ("before", before), ("after", after))
        }
        self.session.execute(
            insert(_CHANGE).values(import_id=self.batch, table_name=table, **texts)
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(name: str, value: Any) -> Any:
    return (
        date.fromisoformat(value)
        if value is not None and isinstance(_M.c[name].type, DayType)
        else value
    )
