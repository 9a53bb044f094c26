"""Points that another system owed members, from a list."""

from collections import Counter
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models import database, tables
from storecrm.models.points import PointEntry, PointLot
from storecrm.services.imports import pending_rows
from storecrm.services.imports.loaders.base import Loader, Parsed, said_in
from storecrm.services.imports.loaders.cell_readers import cell, key_text, who_of, whole
from storecrm.services.loyalty import points_account
from storecrm.services.staff import own_card
from storecrm.values import MAX_POINTS, EntryKind, ImportId, clean_text

_OLD_PARTS = 5
_MEMBER = pending_rows.POINTS_FIELDS.index("member_id")
_POINTS = pending_rows.POINTS_FIELDS.index("points")
_REVERSAL = tables.point_entry.alias("reversal")
_REVERSES = _REVERSAL.c.reverses_id == PointEntry.id
_STANDS = ~select(_REVERSAL.c.id).where(_REVERSES).exists()
_IS_OPENING = PointEntry.kind == EntryKind.OPENING
_ENTRIES = select(PointEntry.member_id, PointEntry.reason, PointEntry.points)
_OPENINGS = _ENTRIES.where(_IS_OPENING, _STANDS)
"""What stands of opening balances."""


class PointsLoader(Loader):
    """points: lots that another system owed, each with its end. Key is `reference`; without it
    member + expires_on (+ earned_on), of which a file may hold several, each with its own points:
    they were earned on several days."""

    TOTALS: ClassVar = {"points": "points"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[str] = set()
        self.opened: dict[int, _Opened] = {}

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who = who_of(cells)
        reference = cell(cells, "reference", key_text) or ""
        count = cell(cells, "points", whole)
        # only a shop of this program says what is owed: elsewhere a minus is what was used
        least = -MAX_POINTS if row_references.of_a_shop(reference) else 1
        if not count or not least <= count <= MAX_POINTS:
            raise ValueError("points:missing" if count is None else "points:out_of_range")
        reason = clean_text(cells.get("reason") or "", 200)
        row = {"who": who, "points": count, "reference": reference, "reason": reason}
        return row | self._days(cells)

    def _days(self, cells: dict[str, str]) -> dict[str, Any]:
        """From when to when the points of a row are good."""
        end = (cells.get("expires_on") or "").strip()
        # a star never ends; a blank cell ends as points of this shop do
        for_ever = end == "*"
        earned = cell(cells, "earned_on", self.cells.day_of)
        begins = cell(cells, "active_from", self.cells.day_of)
        ends = None if for_ever else cell(cells, "expires_on", self.cells.day_of)
        if earned and ends and ends < earned:
            raise ValueError("expires_on:before_start")
        return {"earned": earned, "ends": ends, "for_ever": for_ever, "begins": begins}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, said_in(part, "who"))
        self._look_up(session, set(people.values()))
        references = said_in(part, "reference")
        own = self.own_numbers(session, "L", PointLot.id, references)
        owed = list[tuple[Any, ...]]()
        for number, row in part:
            member = people.get(row["who"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
                continue
            opened = self.opened[member]
            reference = row["reference"]
            if reference in self.seen:
                self.problem(number, "reference", "twice_in_file", reference)
            elif reference in own or opened.has(row):
                self.counts["unchanged"] += 1
            elif opened.by_list:
                self.problem(number, "points", "points_opened_by_list", row["who"])
            elif opened.differs(row):
                said = str(row["points"])
                self.problem(number, "points", "points_opened_before", said)
            else:
                if reference:
                    self.seen.add(reference)
                self.counts["created"] += 1
                owed.append(self._lot(member, row))
        if batch is not None:
            self._put(session, owed, batch)

    def _put(self, session: Session, owed: list[tuple[Any, ...]], batch: ImportId) -> None:
        """Let the lots wait, unless they are more than the staff may give."""
        members = (lot[_MEMBER] for lot in owed)
        own_card.require_not_among(session, self.store, members)
        counts = [lot[_POINTS] for lot in owed]
        points_account.require_gift(session, self.store, self.rules, counts)
        pending_rows.put(session, batch, pending_rows.POINTS, owed)

    def _look_up(self, session: Session, people: set[int]) -> None:
        """What each of these members was opened with before this file."""
        new = people - self.opened.keys()
        for member in new:
            self.opened[member] = _Opened()
        theirs = database.among(session, PointEntry.member_id, list(new))
        for row in session.execute(_OPENINGS.where(theirs)):
            self.opened[row.member_id].add(row.reason, row.points)

    def _lot(self, member: int, row: dict[str, Any]) -> tuple[Any, ...]:
        """A lot in the order of pending_rows.POINTS_FIELDS."""
        day = row["earned"] or self.store.clock.today()
        ends = row["ends"]
        if not ends and not row["for_ever"]:
            ends = self.rules.expires_on(day)
        begins = row["begins"]
        until = ends and ends.isoformat()
        since = begins and begins.isoformat()
        reference = row["reference"] or _key(row)
        said = row_references.kept(reference, row["reason"])
        put_in = (EntryKind.OPENING, row["points"], day.isoformat())
        return (member, *put_in, until, since, None, said)


class _Opened:
    """What a member was opened with: by a list of members, by reference, and by days where there is
    none."""

    def __init__(self) -> None:
        self.by_list = False
        self._references: set[str] = set()
        self._counts: dict[str, Counter[int]] = {}

    def add(self, reason: str, count: int) -> None:
        """One opening entry, by what stands with it."""
        reference, _ = row_references.reference(reason)
        self.by_list |= not reference
        self._references.add(reference)
        if reference.startswith("="):
            parts = reference.removeprefix("=").split("|")
            # up to 1.0 the key held who it was, how many points and which of the same rows
            days = parts[1:3] if len(parts) == _OLD_PARTS else parts
            key = "=" + "|".join(days)
            counts = self._counts.setdefault(key, Counter())
            counts[count] += 1

    def has(self, row: dict[str, Any]) -> bool:
        """True when a row is here already; each entry stands for one row."""
        if row["reference"]:
            return row["reference"] in self._references
        left = self._counts.get(_key(row), Counter())
        count = row["points"]
        found = left[count] > 0
        left[count] -= found
        return found

    def differs(self, row: dict[str, Any]) -> bool:
        """True when the same days were opened with other points."""
        return not row["reference"] and _key(row) in self._counts


def _key(row: dict[str, Any]) -> str:
    """What a lot without a reference is known by: the days between which it was good."""
    begins = row["earned"] or ""
    ends = "*" if row["for_ever"] else row["ends"] or ""
    return f"={begins}|{ends}"
