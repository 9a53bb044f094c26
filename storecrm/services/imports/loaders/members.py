"""Imports of members: who of a list is new, who is known, and who cannot be taken."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.errors import StoreError
from storecrm.services.imports import member_changes
from storecrm.services.imports.loaders.base import Loader, Parsed, Row
from storecrm.services.imports.loaders.cell_readers import YES, whole
from storecrm.services.imports.loaders.known_members import KnownMembers, is_of_another_record
from storecrm.services.imports.loaders.listed_member import (
    FURTHER,
    ListedMember,
    answers_of,
    called,
    cards_of,
    further_of,
    keys_of,
    phones_of,
)
from storecrm.services.imports.loaders.member_columns import MemberColumns
from storecrm.services.imports.loaders.new_members import STORED, NewMembers
from storecrm.services.members import consent_ledger
from storecrm.values import Code, ImportId, Kind, MemberId, clean_text, new_codes

_BLANK = (None, "")
"""What a cell or a field says that says nothing."""
_SOURCES = {field.name: field.column for field in STORED}
"""The column of a list that says each field."""


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
        """In which row of the file each key stood first."""
        self.new = NewMembers(self.store, self.rules)
        with self.store.read() as session:
            self.never = consent_ledger.all_suppressed(session)
        self.opened_here = dict[int, set[int]]()
        self.numbers: Iterator[Code] = iter(())
        today = self.store.clock.today()
        self.reading = MemberColumns(self.cells, self.store.shop.region, today)
        self.families = False
        """True of a list in which members have further phones or cards."""

    # --- reading ---

    def read(self, cells: dict[str, str]) -> ListedMember:
        return self.reading.person(cells)

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As every kind, but column by column: what many cells say is read once. A row that cannot
        be taken so is read on its own."""
        names = self.columns.values()
        self.more = any(name == "tags" or name.startswith("consent_") for name in names)
        self.families = not FURTHER.isdisjoint(names)
        rows = self._without_lots(rows)
        cells = [row for _, row in rows]
        people, odd = self.reading.people(self.columns, cells)
        parsed = list[Parsed]()
        for at, ((number, row), person) in enumerate(zip(rows, people, strict=True)):
            if at not in odd:
                parsed.append((number, person))
                continue
            try:
                alone = self.read(self.named(row))
                parsed.append((number, alone))
            except (StoreError, ValueError) as error:
                parsed += self.reread(number, row, error)
        # made before the lock is taken
        unnumbered = sum(not person.member_no for _, person in parsed)
        codes = new_codes(Kind.MEMBER, unnumbered)
        self.numbers = iter(sorted(codes))
        return parsed

    def _without_lots(self, rows: list[Row]) -> list[Row]:
        """Rows whose points come lot by lot in a list of their own open none here."""
        places = {name: place for place, name in self.columns.items()}
        told = places.get("points_in_lots")
        count = places.get("points")
        if count is None or (told is None and not self.lots_follow):
            return rows
        without = list[Row]()
        for number, row in rows:
            pointless = self._pointless(row, told, count)
            without.append((number, pointless))
        return without

    def _pointless(self, row: list[str], told: int | None, count: int) -> list[str]:
        listed = told is not None and _says_yes(row, told)
        if count >= len(row) or not (listed or self.lots_follow):
            return row
        said = row[count].strip() or "0"
        try:
            self.elsewhere["points"] += whole(said)
        except ValueError:
            # nobody's points: what the list of points says holds
            self.elsewhere["unread"] += 1
        blank = list(row)
        blank[count] = ""
        return blank

    # --- writing ---

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        self._look_up(session, part)
        self.later: list[member_changes.Later] = []
        self.owed: list[tuple[int, ListedMember]] = []
        fresh = self._fresh(part)
        self.counts["created"] += len(fresh)
        if batch is None:
            return
        if fresh:
            self._create(session, fresh, batch)
        if self.owed:
            self.new.open_lots(session, self.owed, batch)
        member_changes.put(session, batch, self.later)
        answered = self.new.answered
        if self.never:
            # a yes of somebody whose address is never written to is written down, and a no after it
            for member in sorted(answered):
                consent_ledger.hold_to_list(session, self.store, member, batch)
        answered.clear()

    def _look_up(self, session: Session, part: list[Parsed]) -> None:
        """Find whom the store knows of a chunk."""
        self.here = KnownMembers()
        people = [person for _, person in part]
        # nobody is here but whom this list brought, and those are `seen`
        if not self.new.only_ours.holds(session):
            self.here.find(session, people, families=self.families)
        self.here.recall(session, self.store)
        if not self.take_erased:
            self.here.find_erased(session, self.store, people)

    def _create(self, session: Session, fresh: list[ListedMember], batch: ImportId) -> None:
        listed = set(self.columns.values())
        ids = self.new.create(session, fresh, batch, listed, self.numbers)
        made = list(zip(ids, fresh, strict=True))
        for member, person in made if self.more else ():
            if person.tags or answers_of(person):
                self.new.add_tags_and_answers(session, MemberId(member), person, batch)
        for member, person in made if self.families else ():
            # what else finds somebody waits until the member is there
            if person.further_phones or person.further_cards:
                phones = phones_of(person)
                cards = cards_of(person)
                later = member_changes.Later(member=member, phones=phones, cards=cards)
                self.later.append(later)

    def _fresh(self, part: list[Parsed]) -> list[ListedMember]:
        """Those of a chunk whom nobody knows yet; the others are brought up to date, or are
        problems."""
        if self.families:
            return self._fresh_of_families(part)
        known = self.here.keys()
        each = [(key, number) for number, person in part for key in keys_of(person) if key]
        said = dict(each)
        before = self.seen.keys()
        all_differ = len(said) == len(each)
        if all_differ and before.isdisjoint(said) and known.isdisjoint(said):
            # almost every chunk of a first list: all of them are new, and each is somebody else
            self.seen |= said
            return [person for _, person in part]
        fresh = list[ListedMember]()
        for number, person in part:
            keys = keys_of(person)
            if before.isdisjoint(keys) and known.isdisjoint(keys):
                borne = [key for key in keys if key]
                self.seen |= dict.fromkeys(borne, number)
                fresh.append(person)
            elif self._is_new(number, person):
                fresh.append(person)
        return fresh

    def _fresh_of_families(self, part: list[Parsed]) -> list[ListedMember]:
        """As `_fresh`, where somebody may have further phones and cards."""
        fresh = list[ListedMember]()
        for number, person in part:
            if self._clashes(number, person):
                continue
            if self._is_new(number, person):
                fresh.append(person)
            for _, key in further_of(person):
                self.seen[key] = number
        return fresh

    # --- who it is ---

    def _clashes(self, number: int, person: ListedMember) -> bool:
        """True of somebody with a further phone or card that is another's, or stands in the file
        before: that is a problem of the row."""
        found = self.here.found
        named = (found[key] for key in keys_of(person) if key in found)
        own = next(named, None)
        for column, key in further_of(person):
            if key in self.seen:
                first = str(self.seen[key])
                self.problem(number, column, "twice_in_file", key, who=person.name, first=first)
                return True
            kind = self._clash(column, key, own)
            if kind:
                self.problem(number, column, kind, key, who=person.name)
                return True
        return False

    def _clash(self, column: str, key: str, own: int | None) -> str:
        """Why a further number cannot be taken, "" when it can; `own` is whom the row names."""
        if key in self.here.lost:
            return "card_lost"
        if key in self.here.erased:
            return "erased_before"
        if self.here.found.get(key, own) != own:
            return "phone_of_another" if column == "further_phones" else "card_of_another"
        return ""

    def _is_new(self, number: int, person: ListedMember) -> bool:
        """True for somebody whom nobody knows yet; a known one is brought up to date, and what
        cannot be is a problem."""
        said = [key for key in keys_of(person) if key]
        met = (key for key in said if key in self.seen)
        twice = next(met, "")
        if twice:
            column = "member_no" if person.key in self.seen else "phone"
            first = str(self.seen[twice])
            value = called(person)
            self.problem(number, column, "twice_in_file", value, who=person.name, first=first)
            return False
        self.seen |= dict.fromkeys(said, number)
        by_no = self.here.same_number(person)
        by_phone = self.here.found.get(person.phone)
        if self._is_refused(number, person, by_no, by_phone):
            return False
        member = by_no or by_phone
        if member:
            self._update(number, MemberId(member), person)
            return False
        return True

    def _is_refused(
        self, number: int, person: ListedMember, by_no: int | None, by_phone: int | None
    ) -> bool:
        """True of somebody who cannot be taken, by the members whom the number and the phone find:
        that is a problem of the row."""
        who = person.name
        member = by_no or by_phone
        card = person.card_key
        names_two = by_phone and by_no != by_phone
        # the first reason is the one that is said
        if person.key in self.here.lost:
            self.problem(number, "member_no", "card_lost", person.member_no, who=who)
        elif card in self.here.lost:
            self.problem(number, "old_card_no", "card_lost", person.old_card_no, who=who)
        elif card and self.here.found.get(card, member) != member:
            self.problem(number, "old_card_no", "card_of_another", person.old_card_no, who=who)
        elif names_two and (by_no or person.member_no):
            self.problem(number, "phone", "phone_of_another", person.phone or "", who=who)
        elif not member and not self.here.erased.isdisjoint(keys_of(person)):
            column = self._erased_column(person)
            self.problem(number, column, "erased_before", called(person), who=who)
        else:
            return False
        return True

    def _erased_column(self, person: ListedMember) -> str:
        if person.key in self.here.erased:
            return "member_no"
        return "phone" if person.phone in self.here.erased else "old_card_no"

    # --- what is new of a known member ---

    def _update(self, number: int, member: MemberId, person: ListedMember) -> None:
        """What a list says anew of a known member waits for the end of the list."""
        now = self.here.rows[member]
        other = is_of_another_record(now, person)
        opened = self.opened_here.get(member) or self.here.opened(member)
        if _opens_otherwise(person, opened, other=other):
            said = str(person.points)
            before = ", ".join(map(str, sorted(opened)))
            who = person.name
            self.problem(number, "points", "points_opened_before", said, who=who, before=before)
            return
        if self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        # what the record said that became one with this one fills only what is blank
        fills = self.on_existing == "fill" or other
        news = self._news(now, person, fills=fills)
        opens = bool(person.points) and not opened
        if opens:
            self.opened_here[member] = {int(person.points or 0)}
            self.owed.append((member, person))
        if news:
            self.later.append(news)
        self.counts["updated" if news or opens else "unchanged"] += 1

    def _news(self, now: Any, person: ListedMember, *, fills: bool) -> member_changes.Later | None:
        """What a row says that the record (the stored row `now`) does not; None for nothing."""
        fields = _new_fields(now, person, fills=fills)
        words = self.here.new_tags(now.id, person)
        held = self.here.answers(now.id)
        said = dict[str, Any]()
        for name, granted in answers_of(person).items():
            if held[name] != bool(granted):
                said[name] = (held[name], granted)
        news = dict[str, Any](fields=fields, words=words, said=said)
        news["phones"] = self.here.unknown(phones_of(person))
        news["cards"] = self.here.unknown(cards_of(person))
        if not any(news.values()):
            return None
        proof = person.consent_evidence
        return member_changes.Later(member=now.id, evidence=proof, **news)

    def closing(self, batch: ImportId) -> Iterator[Callable[[Session], None]]:
        """Make the names of the new members findable before these are shown."""
        return self.new.naming()


def _says_yes(row: list[str], place: int) -> bool:
    if place >= len(row):
        return False
    return clean_text(row[place]).casefold() in YES


def _opens_otherwise(person: ListedMember, opened: set[int], *, other: bool) -> bool:
    """True of a row with another opening balance than those that stand; the record of `other` that
    became one with this one may say nought."""
    if person.points is None or not opened or person.points in opened:
        return False
    return bool(person.points) or not other


def _new_fields(now: Any, person: ListedMember, *, fills: bool) -> dict[str, tuple[Any, Any]]:
    """(as it is, as listed) of each field that the list says otherwise; one that only `fills`
    leaves what is not blank."""
    fields = dict[str, tuple[Any, Any]]()
    for name, column in _SOURCES.items():
        old = getattr(now, name)
        listed = getattr(person, column)
        kept = fills and old not in _BLANK
        if listed not in _BLANK and listed != old and not kept:
            fields[name] = (old, listed)
    # a tier that somebody gave by hand stays one
    if "tier" in fields and person.tier_by_hand:
        fields["tier_by_hand"] = (now.tier_by_hand, 1)
    return fields
