"""Points that another system owed members, from a list."""

from collections import Counter
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models import database
from storecrm.models.points import PointEntry, PointLot
from storecrm.services.imports import pending_rows
from storecrm.services.imports.loaders.base import Loader, Parsed, cell, key_cell, key_text, whole
from storecrm.services.loyalty import points_account
from storecrm.services.staff import own_card
from storecrm.values import MAX_POINTS, EntryKind, ImportId, clean_text


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
        who = key_cell(cells, "member_no") or key_cell(cells, "phone")
        if not who:
            raise ValueError("member_no:missing")
        reference, count = cell(cells, "reference", key_text) or "", cell(cells, "points", whole)
        # only a shop of this program says what is owed: elsewhere a minus is what was used
        least = -MAX_POINTS if row_references.of_a_shop(reference) else 1
        if not count or not least <= count <= MAX_POINTS:
            raise ValueError("points:missing" if count is None else "points:out_of_range")
        for_ever = (cells.get("expires_on") or "").strip() == "*"
        earned, begins = (
            cell(cells, name, self.cells.day_of) for name in ("earned_on", "active_from")
        )
        ends = None if for_ever else cell(cells, "expires_on", self.cells.day_of)
        if earned and ends and ends < earned:
            raise ValueError("expires_on:before_start")
        row = {
            "who": who,
            "points": count,
            "earned": earned,
            "ends": ends,
            "for_ever": for_ever,
            "begins": begins,
        }
        return row | {"reference": reference, "reason": clean_text(cells.get("reason") or "", 200)}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, {row["who"] for _, row in part})
        self._look_up(session, set(people.values()))
        own = self._own_lots(session, [row["reference"] for _, row in part])
        owed = list[tuple[Any, ...]]()
        for number, row in part:
            member = people.get(row["who"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
            elif row["reference"] in self.seen:
                self.problem(number, "reference", "twice_in_file", row["reference"])
            elif row["reference"] in own or self.opened[member].has(row):
                self.counts["unchanged"] += 1
            elif self.opened[member].by_list:
                self.problem(number, "points", "points_opened_by_list", row["who"])
            elif self.opened[member].differs(row):
                self.problem(number, "points", "points_opened_before", str(row["points"]))
            else:
                self.seen |= {row["reference"]} - {""}
                self.counts["created"] += 1
                owed.append(self._lot(member, row))
        if batch is not None:
            own_card.require_not_among(session, self.store, (lot[0] for lot in owed))
            points_account.require_gift(session, self.store, self.rules, [lot[2] for lot in owed])
            pending_rows.put(session, batch, pending_rows.POINTS, owed)

    def _look_up(self, session: Session, people: set[int]) -> None:
        """What each of these members was opened with before this file."""
        new = people - self.opened.keys()
        standing = ~select(_LATER.c.id).where(_LATER.c.reverses_id == _ENTRY.c.id).exists()
        mine = select(_ENTRY.c.member_id, _ENTRY.c.reason, _ENTRY.c.points).where(
            database.among(session, _ENTRY.c.member_id, list(new))
        )
        self.opened |= {member: _Opened() for member in new}
        for row in session.execute(mine.where(_ENTRY.c.kind == EntryKind.OPENING, standing)):
            self.opened[row.member_id].add(row.reason, row.points)

    def _own_lots(self, session: Session, references: list[str]) -> set[str]:
        """Which of the references are lots of this shop's own, as its own lists call them."""
        rows = {
            row: said
            for said in references
            if (row := row_references.own_row(self.store.shop.uid, "L", said)) is not None
        }
        return {
            rows[lot]
            for lot in session.scalars(
                select(PointLot.id).where(database.among(session, PointLot.id, list(rows)))
            )
        }

    def _lot(self, member: int, row: dict[str, Any]) -> tuple[Any, ...]:
        day = row["earned"] or self.store.clock.today()
        ends = row["ends"] if row["ends"] or row["for_ever"] else self.rules.expires_on(day)
        begins = row["begins"] and row["begins"].isoformat()
        said = row_references.kept(row["reference"] or _key(row), row["reason"])
        return (
            member,
            EntryKind.OPENING,
            row["points"],
            day.isoformat(),
            ends and ends.isoformat(),
            begins,
            None,
            said,
        )


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
            # up to 1.0 the key held who it was, how many points and which of the same rows
            parts = reference.removeprefix("=").split("|")
            key = "=" + "|".join(parts[1:3] if len(parts) == _OLD_PARTS else parts)
            self._counts.setdefault(key, Counter())[count] += 1

    def has(self, row: dict[str, Any]) -> bool:
        """True when a row is here already; each entry stands for one row."""
        if row["reference"]:
            return row["reference"] in self._references
        left = self._counts.get(_key(row), Counter())
        found = left[row["points"]] > 0
        left[row["points"]] -= found
        return found

    def differs(self, row: dict[str, Any]) -> bool:
        """True when the same days were opened with other points."""
        return not row["reference"] and _key(row) in self._counts


_OLD_PARTS = 5


def _key(row: dict[str, Any]) -> str:
    ends = "*" if row["for_ever"] else row["ends"] or ""
    return f"={row['earned'] or ''}|{ends}"


_ENTRY: Any = PointEntry.__table__


_LATER = _ENTRY.alias()
