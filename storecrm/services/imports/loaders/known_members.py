"""Those whom the store knows of a chunk's people: by what each is found, which numbers nobody may
bear, and what is kept of them; read at once for the whole chunk."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.member import Consent, LostCard, Member, MemberPhone
from storecrm.models.points import PointEntry
from storecrm.models.scannable import Scannable
from storecrm.models.tag import MemberTag
from storecrm.services.imports.loaders.listed_member import (
    CONSENT_COLUMNS,
    ListedMember,
    further_of,
    keys_of,
)
from storecrm.services.members import erased_marks, tags
from storecrm.services.store import Store
from storecrm.values import EntryKind, Kind, Purpose, scan_key

_REVERSAL = tables.point_entry.alias("reversal")
_REVERSES = _REVERSAL.c.reverses_id == PointEntry.id
_STANDS = ~select(_REVERSAL.c.id).where(_REVERSES).exists()
_IS_OPENING = PointEntry.kind == EntryKind.OPENING
_OPENED = select(PointEntry.member_id, PointEntry.points)
_TAGGED = select(MemberTag.member_id, MemberTag.tag)
_IS_OF_OFFERS = Consent.purpose == Purpose.PROMOTION
_ANSWERS = select(tables.consent).where(_IS_OF_OFFERS)
_IS_LIVE = Member.state == "live"
_IS_CARD = Scannable.kind == Kind.MEMBER
_CARDS = select(Scannable.key, Scannable.target_id).where(_IS_CARD)
_FIRST_PHONES = select(Member.phone, Member.id)
_FURTHER_PHONES = select(MemberPhone.phone, MemberPhone.member_id)


Asked = tuple[int, str]
"""Member and channel."""


class KnownMembers:
    """What is here of the people of one chunk. `found`: the member behind each scan key and phone;
    `lost`: cards that were given up; `erased`: keys of people who were erased and whom nobody said
    to take again."""

    def __init__(self) -> None:
        self.found: dict[Any, int] = {}
        self.lost: set[str] = set()
        self.erased: set[Any] = set()
        self.rows: dict[int, Any] = {}
        self._opened = dict[int, set[int]]()
        self._tagged = dict[int, set[str]]()
        self._said = dict[Asked, bool]()

    def same_number(self, person: ListedMember) -> int | None:
        """The member who bears the number, or, of a row with neither number nor phone, the card."""
        card = "" if person.phone else person.card_key
        return self.found.get(person.key or card)

    def keys(self) -> set[Any]:
        """Every number that somebody bears, or that nobody may bear."""
        return self.found.keys() | self.lost | self.erased

    def opened(self, member: int) -> set[int]:
        """The opening balances that stand: each of two records that became one may have one."""
        return self._opened.get(member, set())

    def new_tags(self, member: int, person: ListedMember) -> list[str]:
        """The words that the member does not have yet."""
        have = self._tagged.get(member, ())
        return [word for word in dict.fromkeys(person.tags) if word not in have]

    def answers(self, member: int) -> dict[str, bool | None]:
        """What holds for each channel, None where nothing was ever said."""
        return {name: self._said.get((member, name)) for name in CONSENT_COLUMNS}

    def unknown(self, numbers: Iterable[str]) -> list[str]:
        """Those that find nobody yet; what is another's was refused."""
        return [number for number in numbers if number not in self.found]

    # --- reading ---

    def find(self, session: Session, people: Sequence[ListedMember], *, families: bool) -> None:
        """Look up who is named already; of `families` by their further numbers too."""
        keys = {person.key for person in people}
        keys |= {person.card_key for person in people}
        keys.discard("")
        said = (person.phone for person in people)
        phones = [phone for phone in said if phone]
        if families:
            keys |= _further_cards(people)
            phones += [phone for person in people for phone in person.further_phones]
        # most shops have no lost card and no further phone: one look spares a look-up of every row
        if _any(session, LostCard.key):
            is_listed = database.among(session, LostCard.key, keys)
            lost = select(LostCard.key).where(is_listed)
            self.lost.update(session.scalars(lost))
        self._find_keys(session, keys)
        self._find_phones(session, phones)

    def _find_keys(self, session: Session, keys: Collection[str]) -> None:
        borne = database.among(session, Scannable.key, keys)
        for key, member in session.execute(_CARDS.where(borne)):
            self.found[key] = member

    def _find_phones(self, session: Session, phones: Collection[str]) -> None:
        # somebody's first phone stands in the record, further ones beside it
        is_first = database.among(session, Member.phone, phones)
        queries = [_FIRST_PHONES.where(is_first, _IS_LIVE)]
        if _any(session, MemberPhone.phone):
            is_further = database.among(session, MemberPhone.phone, phones)
            queries.append(_FURTHER_PHONES.where(is_further))
        for query in queries:
            for phone, member in session.execute(query):
                self.found[phone] = member

    def find_erased(self, session: Session, store: Store, people: Iterable[ListedMember]) -> None:
        """Look up whose numbers belonged to people who were erased."""
        if not erased_marks.any_borne(session):
            return
        said = dict[Any, str]()
        for person in people:
            further = (number for _, number in further_of(person))
            for key in (*keys_of(person), *further):
                if key and key not in self.found:
                    said[key] = str(key)
        # marks are kept of numbers, not the numbers
        gone = erased_marks.borne(session, store, set(said.values()))
        for key, word in said.items():
            if word in gone:
                self.erased.add(key)

    def recall(self, session: Session, store: Store) -> None:
        """Read what is kept of those who were found."""
        ids = set(self.found.values())
        if not ids:
            return
        is_found = database.among(session, Member.id, ids)
        records = select(tables.member).where(is_found)
        for row in session.execute(records):
            self.rows[row.id] = row
        self._recall_openings(session, ids)
        self._recall_words(session, store, ids)
        self._recall_answers(session, ids)

    def _recall_words(self, session: Session, store: Store, ids: Collection[int]) -> None:
        theirs = database.among(session, MemberTag.member_id, ids)
        alive = tags.alive(store.clock.today())
        words = _TAGGED.where(theirs, alive)
        for member, word in session.execute(words):
            self._tagged.setdefault(member, set()).add(word)

    def _recall_answers(self, session: Session, ids: Collection[int]) -> None:
        theirs = database.among(session, Consent.member_id, ids)
        # the newest answer is read last, and holds
        answers = _ANSWERS.where(theirs)
        for row in session.execute(answers.order_by(Consent.id)):
            about = (row.member_id, row.channel)
            self._said[about] = bool(row.granted)

    def _recall_openings(self, session: Session, ids: Collection[int]) -> None:
        theirs = database.among(session, PointEntry.member_id, ids)
        openings = _OPENED.where(theirs, _IS_OPENING, _STANDS)
        for member, count in session.execute(openings):
            self._opened.setdefault(member, set()).add(count)


def is_of_another_record(now: Any, person: ListedMember) -> bool:
    """True of a row that names its member (the stored row `now`) by neither the own number nor the
    own phone: by those of a record that became one with this one, or by what was added to it."""
    own_number = person.key == scan_key(now.member_no)
    own_phone = person.phone == now.phone
    return not own_number and not own_phone


def _further_cards(people: Iterable[ListedMember]) -> set[str]:
    cards = set[str]()
    for person in people:
        for column, number in further_of(person):
            if column == "further_cards":
                cards.add(number)
    return cards


def _any(session: Session, column: Any) -> bool:
    return session.scalar(select(column).limit(1)) is not None
