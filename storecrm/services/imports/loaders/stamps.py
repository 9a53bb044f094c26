"""What stands on members' stamp cards, from a list."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.ledger import stamps
from storecrm.models import database
from storecrm.models.import_batch import ImportChange
from storecrm.models.offer import Offer
from storecrm.models.stamp import StampEntry
from storecrm.services.imports.loaders.base import Loader, Parsed, said_in
from storecrm.services.imports.loaders.cell_readers import cell, key_cell, who_of, whole
from storecrm.services.offers import design
from storecrm.values import Day, ImportId, MemberId, OfferId, OfferKind, StampKind

MOST = 100_000
"""Stamps of one row at the most."""
_ENTRIES = select(StampEntry.id, StampEntry.member_id, StampEntry.offer_id)
_NOTED = select(ImportChange.row_key).where(ImportChange.table_name == "stamp_entry")

Card = tuple[int, int]
"""Member and offer."""


class StampsLoader(Loader):
    """stamps: what stands on members' stamp cards, a row for each day on which stamps end; a minus
    is what is owed. Key is member and
    offer: a card that has stamps here already must say the same."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.cards = dict[str, tuple[OfferId, int]]()
        """The offer of a stamp card and its newest version, by its code."""
        with self.store.read() as session:
            for code, offer in session.execute(select(Offer.code, Offer.id)):
                version = design.newest_version(session, offer)
                if design.rule_of(session, version).kind is OfferKind.STAMPS:
                    self.cards[code] = (offer, version)

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who = who_of(cells)
        code = key_cell(cells, "offer_code")
        count = cell(cells, "stamps", whole)
        if code not in self.cards:
            raise ValueError("offer_code:not_a_stamp_card" if code else "offer_code:missing")
        if not count or abs(count) > MOST:
            raise ValueError("stamps:missing" if count is None else "stamps:out_of_range")
        ends = cell(cells, "expires_on", self._end)
        return {"who": who, "code": code, "stamps": count, "ends": ends and ends.isoformat()}

    def _end(self, text: str) -> Day | None:
        """The day on which stamps end; None for those that never do."""
        return None if text == "*" else self.cells.day_of(text)

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, said_in(part, "who"))
        standing = self._standing(session, set(people.values()), batch)
        for number, row in part:
            member = people.get(row["who"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
                continue
            offer, _ = self.cards[row["code"]]
            card = standing.get((member, offer))
            stamp = (row["ends"], row["stamps"])
            if card is None:
                self.counts["created"] += 1
                if batch is not None:
                    self._put(session, member, row, batch)
            elif card[stamp]:
                # each part of the card stands for one row of the list
                card[stamp] -= 1
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "stamps", "stamps_here_before", str(row["stamps"]))

    def _standing(
        self, session: Session, ids: Collection[int], batch: ImportId | None
    ) -> dict[Card, Counter[Any]]:
        """What stands on the cards that had stamps before this import, by (end, stamps)."""
        today = self.store.clock.today()
        found = defaultdict[Card, Counter[Any]](Counter)
        for member, offer in sorted(self._cards_before(session, ids, batch)):
            card = found[member, offer]
            for count, ends in stamps.parts(session, MemberId(member), OfferId(offer), today):
                card[ends and ends.isoformat(), count] += 1
        return dict(found)

    def _cards_before(
        self, session: Session, ids: Collection[int], batch: ImportId | None
    ) -> set[Card]:
        """The cards with an entry that this import did not write."""
        own = set[str]()
        if batch is not None:
            noted = _NOTED.where(ImportChange.import_id == batch)
            own.update(session.scalars(noted))
        theirs = database.among(session, StampEntry.member_id, ids)
        cards = set[Card]()
        for row in session.execute(_ENTRIES.where(theirs)):
            # as `change` notes the key of a row
            key = f'{{"id": {row.id}}}'
            if key not in own:
                cards.add((row.member_id, row.offer_id))
        return cards

    def _put(self, session: Session, member: int, row: dict[str, Any], batch: ImportId) -> None:
        offer, version = self.cards[row["code"]]
        count = row["stamps"]
        made = dict[str, Any](member_id=member, offer_id=offer, version_id=version)
        made["stamps"] = count
        made["kind"] = StampKind.STAMP if count > 0 else StampKind.TAKE_BACK
        ends = Day.fromisoformat(row["ends"]) if row["ends"] else None
        key = stamps.write(session, self.store, **made, expires_on=ends)
        # as `_cards_before` knows them again
        self.change(session, batch, "stamp_entry", {"id": key}, None, made)
