"""Imports of members: lists are long, most of their columns blank, most of their words seen before,
so they are read column by column."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, repeat
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storecrm.domain import birthdays, member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.errors import BadInput, StoreError
from storecrm.models import database
from storecrm.models.member import Consent, LostCard, Member, MemberPhone
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.scannable import Scannable
from storecrm.models.tag import MemberTag
from storecrm.services.imports import member_changes, pending_rows
from storecrm.services.imports.loaders.base import (
    KEY,
    YES,
    Loader,
    OnlyOurs,
    Parsed,
    Row,
    key_text,
    whole,
    yes,
)
from storecrm.services.loyalty import points_account
from storecrm.services.members import (
    consent_ledger,
    erased_marks,
    name_index,
    personal_data,
    tags,
)
from storecrm.services.staff import own_card
from storecrm.values import (
    ARRIVING,
    MAX_POINTS,
    Channel,
    Code,
    Day,
    EntryKind,
    ImportId,
    Kind,
    MemberId,
    Money,
    Phone,
    Points,
    Purpose,
    clean_text,
    new_codes,
    scan_key,
)

NAMES = 4_000
"""Names made findable in one transaction."""


class ListedMember(NamedTuple):
    """One row of a list of members, read: its columns, and by which keys somebody is scanned."""

    member_no: str = ""
    phone: Phone | None = None
    name: str = ""
    gender: str = ""
    birthday: str = ""
    birthday_type: str = ""
    email: str = ""
    note: str = ""
    guardian: str = ""
    tier: str = ""
    spent_to_date: Money | None = None
    visits: int | None = None
    tier_until: Day | None = None
    registered_on: Day | None = None
    last_visit: Day | None = None
    old_card_no: str = ""
    points: Points | None = None
    points_expire_on: Day | None = None
    consent_evidence: str = ""
    tags: tuple[str, ...] = ()
    consent_sms: int | None = None
    consent_email: int | None = None
    consent_wechat: int | None = None
    consent_phone: int | None = None
    consent_post: int | None = None
    alert: str = ""
    tier_by_hand: int | None = None
    tier_down_on: Day | None = None
    further_phones: tuple[Phone, ...] = ()
    further_cards: tuple[str, ...] = ()
    key: str = ""
    card_key: str = ""


class MembersLoader(Loader):
    """members: key is member_no, else phone."""

    TOTALS: ClassVar = {
        name: ListedMember._fields.index(name) for name in ("points", "spent_to_date")
    }
    BLANKABLE: ClassVar = frozenset(
        field.column
        for field in member_fields.LISTED
        if field.reads in member_fields.CAN_BE_LEFT_BLANK
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}
        self.names: set[str] = set()
        self.only_ours = OnlyOurs(_M)
        self.today = self.store.clock.today()
        with self.store.read() as session:
            self.never = consent_ledger.all_suppressed(session)
        self.stays: dict[str, int | None] = {}
        self.touched: set[MemberId] = set()
        self.opened_here: dict[int, set[int]] = {}
        self.region = self.store.shop.region
        self.numbers: Iterator[Code] = iter(())
        self.readers = self._readers()
        self.further = False
        """True of a list in which members have further phones or cards."""

    def read(self, cells: dict[str, str]) -> ListedMember:
        said, column = dict[str, Any](), ""
        try:
            for name, text in cells.items():
                if name in self.readers and (tidy := text.strip()):
                    column, reader = name, self.readers[name]
                    # a birthday that says its calendar itself is right, whatever stands beside it
                    read = (
                        _birthday(tidy, cells.get("birthday_type", ""))
                        if name == "birthday"
                        else {name: reader(tidy)}
                    )
                    said = read | said if name == "birthday_type" else said | read
        except ValueError as error:
            raise ValueError(f"{column}:{error}") from None
        said |= {key: scan_key(said.get(field, "")) for key, field in _KEYS.items()}
        person = ListedMember(**said)
        personal_data.require_guardian(
            person.birthday, person.birthday_type, person.guardian, self.today
        )
        if not any(_keys(person)):
            raise ValueError("phone:missing")
        return person

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As every kind, but column by column: what many cells say is read once. A row that cannot
        be taken so is read on its own."""
        self.more = any(
            name == "tags" or name.startswith("consent_") for name in self.columns.values()
        )
        self.further = not _FURTHER.isdisjoint(self.columns.values())
        rows = self._without_lots(rows)
        people, odd = self._people([row for _, row in rows])
        parsed = list[Parsed]()
        for at, ((number, row), person) in enumerate(zip(rows, people, strict=True)):
            if at not in odd:
                parsed.append((number, person))
                continue
            try:
                parsed.append((number, self.read(self.named(row))))
            except (StoreError, ValueError) as error:
                parsed += self.reread(number, row, error)
        self.numbers = iter(
            sorted(new_codes(Kind.MEMBER, sum(not person.member_no for _, person in parsed)))
        )
        return parsed

    def _people(self, rows: list[list[str]]) -> tuple[list[ListedMember], set[int]]:
        """The rows read, and the places of those with a cell that was refused, or that lack
        something."""
        width, odd = max(self.columns, default=0) + 1, set[int]()
        columns = list(
            zip(
                *(row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in rows),
                strict=False,
            )
        )
        fields: dict[str, Iterable[Any]] = {
            name: repeat(blank) for name, blank in ListedMember._field_defaults.items()
        }
        for place, name in self.columns.items() if rows else ():
            if name in self.readers:
                if (plain := self._plain(name, columns[place])) is not None:
                    fields[name] = plain
                    continue
                read, refused = _read_once(
                    columns[place], self.readers[name], ListedMember._field_defaults[name]
                )
                fields[name] = list(map(read.__getitem__, columns[place]))
                odd |= (
                    {at for at, text in enumerate(columns[place]) if text in refused}
                    if refused
                    else set()
                )
        for key, field in _KEYS.items():
            if not isinstance(fields[field], repeat):
                # most numbers are digits, which are their own key
                fields[key] = [
                    text if text.isdigit() and text.isascii() else scan_key(text)
                    for text in fields[field]
                ]
        people = list(
            islice(map(ListedMember._make, zip(*fields.values(), strict=False)), len(rows))
        )
        odd |= {
            at
            for at, finding in enumerate(
                _together(fields, ("phone", "member_no", "old_card_no"), len(rows))
            )
            if not any(finding)
        }
        born = list(_together(fields, ("birthday", "birthday_type"), len(rows)))
        if young := personal_data.children(set(born) - {("", "")}, self.today):
            odd |= {at for at, said in enumerate(born) if said in young and not people[at].guardian}
        return people, odd

    def _plain(self, name: str, column: Sequence[str]) -> Sequence[Any] | None:
        """A column of plain numbers, of which every row says another one: told and read at once, in
        a third of the time that it takes text by text (of 100,000 phones 35 ms instead of 85); None
        for any other column."""
        if name in ("member_no", "old_card_no") and _each(_NUMBER, column):
            return column
        if name == "phone" and self.region == "CN" and _each(_MOBILE, column):
            return ["+86" + text if text else None for text in column]
        amount, scale = _AMOUNT[self.cells.digits], 10**self.cells.digits
        if name in _AMOUNTS and _each(amount, column):
            # a float of twelve digits is right to far less than half of the last one
            return [round(float(text) * scale) if text else None for text in column]
        return None

    def _without_lots(self, rows: list[Row]) -> list[Row]:
        """Rows whose points come lot by lot in a list of their own open none here."""
        places = {name: place for place, name in self.columns.items()}
        told, count = places.get("points_in_lots"), places.get("points")
        if count is None or (told is None and not self.lots_follow):
            return rows
        return [(number, self._pointless(row, told, count)) for number, row in rows]

    def _pointless(self, row: list[str], told: int | None, count: int) -> list[str]:
        listed = told is not None and told < len(row) and clean_text(row[told]).casefold() in YES
        if count >= len(row) or not (listed or self.lots_follow):
            return row
        try:
            self.elsewhere["points"] += whole(row[count].strip() or "0")
        except ValueError:
            # nobody's points: what the list of points says holds
            self.elsewhere["unread"] += 1
        return [*row[:count], "", *row[count + 1 :]]

    def _readers(self) -> dict[str, Callable[[str], Any]]:
        """How the cells of each column are read."""
        read: dict[Reads, Callable[[str], Any]] = {
            Reads.NUMBER: key_text,
            Reads.NUMBERS: _numbers,
            Reads.PHONE: self._phone,
            Reads.PHONES: self._phones_in,
            Reads.GENDER: personal_data.gender_of,
            Reads.BIRTHDAY: personal_data.birthday_of,
            Reads.CALENDAR: birthdays.calendar_of,
            Reads.EMAIL: personal_data.email_of,
            Reads.DAY: self.cells.day_of,
            Reads.MONEY: self.cells.money,
            Reads.COUNT: _count,
            Reads.BALANCE: _count,
            Reads.YES: yes,
            Reads.WORDS: _tags,
        }
        return {
            field.column: read.get(field.reads) or partial(clean_text, limit=field.limit)
            for field in member_fields.LISTED
            if field.reads is not Reads.NOTHING
        }

    def _phone(self, text: str) -> Phone:
        if self.region == "CN" and personal_data.MOBILE.fullmatch(text):
            return Phone("+86" + text)
        plain = len(text) == 11 and text.isdigit()
        tidy = text if plain else key_text(text)
        if self.region == "CN" and not plain and not (len(tidy) == 11 and tidy.isdigit()):
            digits = re.sub(r"\D", "", tidy)
            if digits.startswith("1") and len(digits) in (9, 10, 12) and not tidy.startswith("+"):
                raise ValueError("phone_short" if len(digits) < 11 else "phone_long")
        return personal_data.phone_of(tidy, self.region)

    def _phones_in(self, text: str) -> tuple[Phone, ...]:
        try:
            return tuple(dict.fromkeys(map(self._phone, _several(text))))
        except BadInput as error:
            # the refusal names the column of the first phone
            raise ValueError(error.code) from None

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        found = self._existing(session, part)
        self.finding = found.keys()
        self._know(session, set(found.values()))
        self.later: list[member_changes.Later] = []
        self.owed: list[tuple[int, ListedMember]] = []
        fresh = self._fresh(session, part, found, batch)
        self.counts["created"] += len(fresh)
        if batch is None:
            return
        if fresh:
            ids = self._create(session, fresh, batch)
            # what else finds somebody waits until the member is there
            self.later += [
                member_changes.Later(member=member, phones=_phones(person), cards=_cards(person))
                for member, person in zip(ids, fresh, strict=True)
                if person.further_phones or person.further_cards
            ]
        if self.owed:
            self._open_lots(session, self.owed, batch)
        member_changes.put(session, batch, self.later)
        if self.never:
            # a yes of somebody whose address is never written to is written down, and a no after it
            for member in sorted(self.touched):
                consent_ledger.hold_to_list(session, self.store, member, batch)
        self.touched.clear()

    def _fresh(
        self, session: Session, part: list[Parsed], found: dict[Any, int], batch: ImportId | None
    ) -> list[ListedMember]:
        """Those of a chunk whom nobody knows yet; the others are brought up to date, or are
        problems."""
        if self.further:
            return self._fresh_of_families(session, part, found, batch)
        known = found.keys() | self.lost | self._erased(session, part, found)
        each = [(key, number) for number, person in part for key in _keys(person) if key]
        said, before = dict(each), self.seen.keys()
        if len(said) == len(each) and before.isdisjoint(said) and known.isdisjoint(said):
            # almost every chunk of a first list: all of them are new, and each is somebody else
            self.seen |= said
            return [person for _, person in part]
        fresh = list[ListedMember]()
        for number, person in part:
            keys = _keys(person)
            if before.isdisjoint(keys) and known.isdisjoint(keys):
                self.seen |= dict.fromkeys([key for key in keys if key], number)
                fresh.append(person)
            elif self._is_new(session, number, person, found, batch):
                fresh.append(person)
        return fresh

    def _fresh_of_families(
        self, session: Session, part: list[Parsed], found: dict[Any, int], batch: ImportId | None
    ) -> list[ListedMember]:
        """As `_fresh`, where somebody may have further phones and cards."""
        self._erased(session, part, found)
        fresh = list[ListedMember]()
        for number, person in part:
            if not self._clashes(number, person, found):
                if self._is_new(session, number, person, found, batch):
                    fresh.append(person)
                self.seen |= {key: number for _, _, key in _further(person)}
        return fresh

    def _clashes(self, number: int, person: ListedMember, found: dict[Any, int]) -> bool:
        """True of somebody with a further phone or card that is another's, or stands in the file
        before: that is a problem of the row."""
        own = next((found[key] for key in _keys(person) if key and key in found), None)
        for column, text, key in _further(person):
            kind, facts = "", dict[str, str]()
            if key in self.seen:
                kind, facts = "twice_in_file", {"first": str(self.seen[key])}
            elif key in self.lost:
                kind = "card_lost"
            elif key in self.gone:
                kind = "erased_before"
            elif found.get(key, own) != own:
                kind = "phone_of_another" if column == "further_phones" else "card_of_another"
            if kind:
                self.problem(number, column, kind, text, who=person.name, **facts)
                return True
        return False

    def _is_new(
        self,
        session: Session,
        number: int,
        person: ListedMember,
        found: dict[Any, int],
        batch: ImportId | None,
    ) -> bool:
        """True for somebody whom nobody knows yet; a known one is brought up to date, and what
        cannot be is a problem."""
        number_key, _, card_key = keys = _keys(person)
        said = [key for key in keys if key]
        twice = next((key for key in said if key in self.seen), "")
        if twice:
            column, value = (
                "member_no" if number_key in self.seen else "phone",
                person.member_no or person.phone or person.old_card_no,
            )
            self.problem(
                number, column, "twice_in_file", value, first=str(self.seen[twice]), who=person.name
            )
            return False
        self.seen |= dict.fromkeys(said, number)
        by_no, by_phone = (
            found.get(number_key or ("" if person.phone else card_key)),
            found.get(person.phone),
        )
        if number_key in self.lost or card_key in self.lost:
            column, value = (
                ("member_no", person.member_no)
                if number_key in self.lost
                else ("old_card_no", person.old_card_no)
            )
            self.problem(number, column, "card_lost", value, who=person.name)
        elif card_key and found.get(card_key, by_no or by_phone) != (by_no or by_phone):
            self.problem(
                number, "old_card_no", "card_of_another", person.old_card_no, who=person.name
            )
        elif by_phone and (by_no or person.member_no) and by_no != by_phone:
            self.problem(number, "phone", "phone_of_another", person.phone or "", who=person.name)
        elif not (by_no or by_phone) and not self.gone.isdisjoint(said):
            column = (
                "member_no"
                if number_key in self.gone
                else "phone"
                if person.phone in self.gone
                else "old_card_no"
            )
            self.problem(
                number,
                column,
                "erased_before",
                person.member_no or person.phone or person.old_card_no,
                who=person.name,
            )
        elif by_no or by_phone:
            self._update(session, number, MemberId(by_no or by_phone or 0), person, batch)
        else:
            return True
        return False

    def _erased(self, session: Session, part: list[Parsed], found: dict[Any, int]) -> set[Any]:
        """Keys of people who were erased and whom nobody said to take again."""
        self.gone = set[Any]()
        if self.take_erased or not erased_marks.any_borne(session):
            return self.gone
        keys = (
            key
            for _, person in part
            for key in (*_keys(person), *(more for _, _, more in _further(person)))
        )
        said = {key: str(key) for key in keys if key and key not in found}
        gone = erased_marks.borne(session, self.store, set(said.values()))
        self.gone = {key for key, word in said.items() if word in gone}
        return self.gone

    def _existing(self, session: Session, part: list[Parsed]) -> dict[Any, int]:
        """The members whom a chunk names already, by scan key and by phone."""
        self.lost = set[str]()
        if self.only_ours.holds(session):
            # nobody is here but whom this list brought, and those are `seen`
            return {}
        keys = {key for _, person in part for key in (person.key, person.card_key) if key}
        phones = [person.phone for _, person in part if person.phone]
        if self.further:
            keys |= {
                key
                for _, person in part
                for column, _, key in _further(person)
                if column == "further_cards"
            }
            phones += [phone for _, person in part for phone in person.further_phones]
        gone = select(LostCard.key).where(database.among(session, LostCard.key, keys))
        # most shops have no lost card and no further phone: one look spares a look-up of every row
        self.lost = set(session.scalars(gone)) if _any(session, LostCard.key) else set()
        cards = select(Scannable.key, Scannable.target_id).where(
            Scannable.kind == Kind.MEMBER, database.among(session, Scannable.key, keys)
        )
        found: dict[Any, int] = {key: target for key, target in session.execute(cards)}
        first = select(Member.phone, Member.id).where(
            database.among(session, Member.phone, phones), Member.state == "live"
        )
        further = select(MemberPhone.phone, MemberPhone.member_id).where(
            database.among(session, MemberPhone.phone, phones)
        )
        for query in (first, further) if _any(session, MemberPhone.phone) else (first,):
            found |= {phone: member for phone, member in session.execute(query)}
        return found

    def _know(self, session: Session, ids: set[int]) -> None:
        """What is here of the members that a chunk names, read at once."""
        self.rows: dict[int, Any] = {}
        self.opened: dict[int, set[int]] = {}
        self.tagged: dict[int, set[str]] = {}
        self.said: dict[tuple[int, str], bool] = {}
        if not ids:
            return
        self.rows = {
            row.id: row
            for row in session.execute(select(_M).where(database.among(session, _M.c.id, ids)))
        }
        opened = select(_ENTRY.c.member_id, _ENTRY.c.points).where(
            database.among(session, _ENTRY.c.member_id, ids)
        )
        standing = ~select(_LATER.c.id).where(_LATER.c.reverses_id == _ENTRY.c.id).exists()
        for member, count in session.execute(
            opened.where(_ENTRY.c.kind == EntryKind.OPENING, standing)
        ):
            # each of two records that became one may have had a balance
            self.opened.setdefault(member, set()).add(count)
        tagged = select(_TAG.c.member_id, _TAG.c.tag).where(
            database.among(session, _TAG.c.member_id, ids), tags.alive(self.today)
        )
        for member, word in session.execute(tagged):
            self.tagged.setdefault(member, set()).add(word)
        asked = select(_CONSENT).where(
            database.among(session, _CONSENT.c.member_id, ids),
            _CONSENT.c.purpose == Purpose.PROMOTION,
        )
        for row in session.execute(asked.order_by(_CONSENT.c.id)):
            self.said[row.member_id, row.channel] = bool(row.granted)

    def _create(
        self, session: Session, fresh: list[ListedMember], batch: ImportId
    ) -> Sequence[int]:
        ids = database.next_ids(session, _M, len(fresh))
        self.only_ours.wrote(ids)
        column: dict[str, Any] = dict(
            zip(ListedMember._fields, zip(*fresh, strict=True), strict=True)
        )
        own = [number or next(self.numbers) for number in column["member_no"]]
        listed = set(self.columns.values())
        columns: dict[str, Sequence[Any]] = {"id": ids, "member_no": own}
        # what no row says stays as the store has it
        columns |= {
            field.name: _stored(field, column[field.column])
            for field in _CHANGEABLE
            if field.column in listed or field.name in _ALWAYS
        }
        today = self.today.isoformat()
        columns["registered_on"] = [day or today for day in columns["registered_on"]]
        same: dict[str, Any] = {
            "state": ARRIVING,
            "registered_by": self.store.staff,
            "recorded_at": self.store.clock.now(),
            "import_id": batch,
        }
        database.insert_columns(session, _M, columns, **same)
        # a number that was made here is its own key
        scans = dict(
            zip(
                [key or number for key, number in zip(column["key"], own, strict=True)],
                ids,
                strict=True,
            )
        )
        scans |= {
            card: member for card, member in zip(column["card_key"], ids, strict=True) if card
        }
        keys = sorted(scans)
        found: dict[str, Any] = {"key": keys, "target_id": [scans[key] for key in keys]}
        database.insert_columns(session, Scannable.__table__, found, kind=Kind.MEMBER.value)
        self.names |= set(column["name"])
        self._open_lots(
            session,
            [(member, person) for member, person in zip(ids, fresh, strict=True) if person.points],
            batch,
        )
        for member, person in zip(ids, fresh, strict=True) if self.more else ():
            if person.tags or _answers(person):
                self._extras(session, MemberId(member), person, batch)
        return ids

    def closing(self, batch: ImportId) -> Iterator[Callable[[Session], None]]:
        """Make the names of the new members findable before these are shown: each once, however
        many chunks bear it."""
        said = sorted(self.names)
        for at in range(0, len(said), NAMES):
            yield partial(name_index.add, names=said[at : at + NAMES])

    def _open_lots(
        self, session: Session, owed: list[tuple[int, ListedMember]], batch: ImportId
    ) -> None:
        """What members bring along, a lot each; it waits for the end of the file."""
        today, usual = self.today.isoformat(), self.rules.expires_on(self.today)
        points_account.require_gift(
            session, self.store, self.rules, [int(person.points or 0) for _, person in owed]
        )
        own_card.require_not_among(session, self.store, (MemberId(member) for member, _ in owed))
        ends = _iso([person.points_expire_on or usual for _, person in owed])
        lots = [
            (member, EntryKind.OPENING, person.points, today, end, None, None, "")
            for (member, person), end in zip(owed, ends, strict=True)
        ]
        pending_rows.put(session, batch, pending_rows.POINTS, lots)

    def _extras(
        self, session: Session, member: MemberId, person: ListedMember, batch: ImportId
    ) -> None:
        """Words and answers of a new member; they go with the member when the import is taken
        back."""
        for word in dict.fromkeys(person.tags):
            if word not in self.stays:
                self.stays |= tags.days_of(session, [word])
            session.execute(
                _PUT_TAG, tags.row(member, word, self.stays[word], self.today, self.store.staff)
            )
        for name, granted in _answers(person).items():
            more: dict[str, Any] = {
                "evidence": person.consent_evidence,
                "batch": batch,
                "text_version": "import",
            }
            consent_ledger.say(session, self.store, member, Channel(name), bool(granted), **more)
            self.touched.add(member)

    def _update(
        self,
        session: Session,
        number: int,
        member: MemberId,
        person: ListedMember,
        batch: ImportId | None,
    ) -> None:
        """What a list says anew of a known member waits for the end of the list."""
        now = self.rows[member]
        other = _of_another_record(now, person)
        opened = self.opened_here.get(member) or self.opened.get(member) or set()
        if (
            person.points is not None
            and opened
            and person.points not in opened
            and not (other and not person.points)
        ):
            before = ", ".join(map(str, sorted(opened)))
            self.problem(
                number,
                "points",
                "points_opened_before",
                str(person.points),
                before=before,
                who=person.name,
            )
            return
        if self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        # what the record said that became one with this one fills only what is blank
        keep = self.on_existing == "fill" or other
        fields = {
            name: (getattr(now, name), getattr(person, column))
            for name, column in _SOURCES.items()
            if getattr(person, column) not in (None, "", getattr(now, name))
            and not (keep and getattr(now, name) not in (None, ""))
        }
        if "tier" in fields and person.tier_by_hand:
            fields["tier_by_hand"] = (now.tier_by_hand, 1)
        words = [
            word for word in dict.fromkeys(person.tags) if word not in self.tagged.get(member, ())
        ]
        held = {name: self.said.get((member, name)) for name in _ASKED}
        said = {
            name: (held[name], granted)
            for name, granted in _answers(person).items()
            if held[name] != bool(granted)
        }
        opens = bool(person.points) and not opened
        more = {"phones": self._unknown(_phones(person)), "cards": self._unknown(_cards(person))}
        changes = bool(fields or words or said or more["phones"] or more["cards"])
        self.counts["updated" if changes or opens else "unchanged"] += 1
        if opens:
            self.opened_here[member] = {int(person.points or 0)}
            self.owed.append((member, person))
        if changes:
            self.later.append(
                member_changes.Later(member, fields, words, said, person.consent_evidence, **more)
            )

    def _unknown(self, numbers: list[str]) -> list[str]:
        """Those that find nobody yet; what is another's was refused."""
        return [number for number in numbers if number not in self.finding]


def _count(text: str) -> int:
    """An opening balance, or how often somebody came."""
    count = whole(text)
    if not 0 <= count <= MAX_POINTS:
        raise ValueError("out_of_range")
    return count


def _several(text: str) -> list[str]:
    """The parts of a cell that holds several; one with a comma in it stands in quotes."""
    parts = next(csv.reader([text], skipinitialspace=True)) if '"' in text else _BETWEEN.split(text)
    return [part for one in parts if (part := one.strip())]


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(key_text, _several(text))))


def _tags(text: str) -> tuple[str, ...]:
    return tuple(word for part in _several(text) if (word := clean_text(part, 40)))


def _phones(person: ListedMember) -> list[str]:
    """The further phones of somebody."""
    return [phone for phone in person.further_phones if phone != person.phone]


def _cards(person: ListedMember) -> list[str]:
    """What else scans as somebody."""
    keys = dict.fromkeys(map(scan_key, person.further_cards))
    return [key for key in keys if key and key not in (person.key, person.card_key)]


def _further(person: ListedMember) -> list[tuple[str, str, str]]:
    """(column, what it says, what it is found by) of each further phone and card."""
    return [
        *(("further_phones", each, each) for each in _phones(person)),
        *(("further_cards", each, each) for each in _cards(person)),
    ]


def _answers(person: ListedMember) -> dict[str, int]:
    """What the list says of consent, by channel."""
    said = ((name, getattr(person, column)) for name, column in _ASKED.items())
    return {name: granted for name, granted in said if granted is not None}


_ASKED = {
    field.column.removeprefix("consent_"): field.column
    for field in member_fields.LISTED
    if field.column.startswith("consent_") and field.reads is Reads.YES
}
"""The column that says whether a channel was agreed to, by the channel."""
_FURTHER = frozenset(("further_phones", "further_cards"))


def _any(session: Session, column: Any) -> bool:
    return session.scalar(select(column).limit(1)) is not None


def _of_another_record(now: Any, person: ListedMember) -> bool:
    """True of a row that names its member (the stored row `now`) by neither the own number nor the
    own phone: by those of a record that became one with this one, or by what was added to it."""
    return person.key != scan_key(now.member_no) and person.phone != now.phone


_keys: Callable[[ListedMember], tuple[str, str | None, str]] = itemgetter(
    *map(ListedMember._fields.index, ("key", "phone", "card_key"))
)
"""What finds one person: the member number and the card as they are scanned, and the phone between
them."""


_KEYS = {"key": "member_no", "card_key": "old_card_no"}


def _together(
    fields: Mapping[str, Iterable[Any]], names: Iterable[str], count: int
) -> Iterator[tuple[Any, ...]]:
    """Some fields of `count` rows, side by side; a field that the list does not have is endless."""
    return islice(zip(*(fields[name] for name in names), strict=False), count)


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
    said = {day: day.isoformat() for day in set(each) if day is not None}
    return [None if day is None else said[day] for day in each]


def _birthday(text: str, calendar: str) -> dict[str, str]:
    """A birthday in the calendar that it says itself, or that stands beside it; where neither says
    any, what is known of the member stays."""
    try:
        beside = birthdays.calendar_of(calendar) if calendar.strip() else ""
    except ValueError:
        # the row is refused for that column
        beside = ""
    born, kind = birthdays.read(text, beside)
    return {"birthday": born} | ({"birthday_type": kind} if kind == birthdays.LUNAR else {})


def _each(lines: re.Pattern[str], column: Sequence[str]) -> bool:
    """True when each text of a column is a line of such a kind, or blank."""
    together = "\n".join((*column, ""))
    # a cell may hold several lines itself
    return together.count("\n") == len(column) and lines.fullmatch(together) is not None


def _read_once(
    column: Iterable[str], reader: Callable[[str], Any], blank: Any
) -> tuple[dict[str, Any], set[str]]:
    """What each text of a column means, and which of the texts were refused."""
    read, refused = dict[str, Any](), set[str]()
    for text in set(column):
        try:
            read[text] = reader(tidy) if (tidy := text.strip()) else blank
        except (StoreError, ValueError):
            read[text] = blank
            refused.add(text)
    return read, refused


_BETWEEN = re.compile("[,;，；]")
_NUMBER = re.compile(rf"(?:\d{{0,{KEY}}}\n)*", re.ASCII)
_MOBILE = re.compile(rf"(?:(?:{personal_data.MOBILE.pattern})?\n)*", re.ASCII)
_AMOUNT = [re.compile(r"(?:(?:\d{1,9})?\n)*", re.ASCII)] + [
    re.compile(rf"(?:(?:\d{{1,9}}(?:\.\d{{1,{digits}}})?)?\n)*", re.ASCII) for digits in range(1, 4)
]
"""Amounts without a sign or thousands, by the digits of the currency."""
_AMOUNTS = frozenset(field.column for field in member_fields.LISTED if field.reads is Reads.MONEY)
_M: Any = Member.__table__
_LOT: Any = PointLot.__table__
_ENTRY: Any = PointEntry.__table__
_LATER = _ENTRY.alias()
_TAG: Any = MemberTag.__table__
_CONSENT: Any = Consent.__table__
_PUT_TAG = insert(_TAG)
_CHANGEABLE = tuple(
    field for field in member_fields.LISTED if field.stored and field.name != "member_no"
)
_SOURCES = {field.name: field.column for field in _CHANGEABLE}
_ALWAYS = frozenset(
    field.name
    for field in _CHANGEABLE
    if not _M.c[field.name].nullable and _M.c[field.name].server_default is None
)
"""What a new member needs although the list may not have it."""
