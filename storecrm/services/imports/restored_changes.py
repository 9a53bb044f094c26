"""Fields that an import changed are put back, as far as they still say what it gave them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.base import Base, DayType
from storecrm.models.import_batch import ImportChange
from storecrm.services.members import name_index

Fields = dict[str, Any]
RowKey = tuple[str, str]
"""A table's name, and the key of the row as a change notes it (JSON)."""
_CHANGE = tables.import_change.c
_MEMBER = tables.member.c
_PHONE = tables.member_phone.c
_LIVE = select(_MEMBER.id).where(_MEMBER.state == "live")


class RestoredChanges:
    """Some changes of one import, to be put back. `now` is what the rows say, `heirs` are changes
    of later imports to the same rows."""

    def __init__(self, session: Session, changes: Sequence[Any]) -> None:
        self.session = session
        self.changes = changes
        self.now: dict[RowKey, Fields | None] = {}
        self.put: dict[RowKey, Fields] = defaultdict(dict)
        self.heirs: dict[RowKey, list[Any]] = defaultdict(list)
        numbers = [change.id for change in changes]
        batch = changes[0].import_id
        others = (_CHANGE.import_id != batch, _CHANGE.id > min(numbers))
        # most often no other import came later
        newer = select(_CHANGE.id).where(*others, _CHANGE.id > max(numbers))
        if session.scalar(newer.limit(1)) is not None:
            self._find_heirs(others)

    def _find_heirs(self, others: tuple[Any, ...]) -> None:
        keys = {change.row_key for change in self.changes}
        same_rows = database.among(self.session, _CHANGE.row_key, keys)
        later = select(ImportChange).where(*others, same_rows).order_by(_CHANGE.id)
        for change in self.session.scalars(later):
            self.heirs[change.table_name, change.row_key].append(change)

    def go(self) -> None:
        for change in self.changes:
            key = (change.table_name, change.row_key)
            if json.loads(change.before) is None:
                self._take_row_away(change, key)
            else:
                self._restore_fields(change, key)
        called, calling = self._names()
        for key, values in self.put.items():
            if values and self.now[key] is not None:
                self._write(key, values)
        name_index.add(self.session, calling)
        name_index.let_go(self.session, called)

    def _write(self, key: RowKey, values: dict[str, Any]) -> None:
        table, where = _row(key)
        typed = dict[str, Any]()
        for name, value in values.items():
            typed[name] = _typed(table.c[name], value)
        self.session.execute(update(table).where(*where).values(typed))

    def _take_row_away(self, change: Any, key: RowKey) -> None:
        """A row that the import made goes, while it says what the import wrote."""
        now = self._now(key)
        after = _after(change) or {}
        if now is not None and all(now.get(name) == value for name, value in after.items()):
            table, where = _row(key)
            self.session.execute(delete(table).where(*where))
            self.now[key] = None

    def _restore_fields(self, change: Any, key: RowKey) -> None:
        before: dict[str, Any] = json.loads(change.before)
        now = self._now(key)
        after = _after(change)
        for name, value in before.items():
            heir = self._heir(change, key, name)
            if heir is not None:
                # the later import learns what was there before
                later, seen = heir
                if after is None or seen[name] == after[name]:
                    later.before = json.dumps(seen | {name: value})
                continue
            # what an older version of the program noted says only what was there before
            if now is None or (after is not None and now[name] != after[name]):
                continue
            if not self._taken(key, name, value):
                now[name] = value
                self.put[key][name] = value

    def _now(self, key: RowKey) -> dict[str, Any] | None:
        """What a row says, as a change notes it."""
        if key not in self.now:
            table, where = _row(key)
            found = self.session.execute(select(table).where(*where))
            row = found.mappings().first()
            self.now[key] = None if row is None else _as_noted(row)
        return self.now[key]

    def _heir(self, change: Any, key: RowKey, name: str) -> tuple[Any, dict[str, Any]] | None:
        """The next change of the same field by a later import, and what it says was there
        before."""
        for later in self.heirs[key]:
            before = json.loads(later.before)
            if later.id > change.id and before is not None and name in before:
                return later, before
        return None

    def _taken(self, key: RowKey, name: str, value: Any) -> bool:
        """True of a phone that is somebody's now, as the first or a further one (of this member
        too): it belongs to one member."""
        table_name, row_key = key
        if (table_name, name) != ("member", "phone") or not value:
            return False
        member = json.loads(row_key)["id"]
        first = _LIVE.where(_MEMBER.phone == value, _MEMBER.id != member)
        if self.session.scalar(first) is not None:
            return True
        further = select(_PHONE.member_id).where(_PHONE.phone == value)
        return self.session.scalar(further) is not None

    def _names(self) -> tuple[list[str], list[str]]:
        """(names that members no longer bear, names that they bear again)."""
        people = dict[int, str]()
        for (table_name, row_key), values in self.put.items():
            if table_name == "member" and "name" in values:
                member = json.loads(row_key)["id"]
                people[member] = values["name"]
        these = database.among(self.session, _MEMBER.id, people)
        called = self.session.scalars(select(_MEMBER.name).where(these))
        return list(called), list(people.values())


def _after(change: Any) -> dict[str, Any] | None:
    """What the import wrote; None where an older version of the program did not note it."""
    return None if change.after is None else json.loads(change.after)


def _as_noted(row: Any) -> dict[str, Any]:
    """A row as JSON gives it back."""
    text = json.dumps(dict(row), default=str)
    said: dict[str, Any] = json.loads(text)
    return said


def _row(key: RowKey) -> tuple[Table, list[Any]]:
    """A table, and what is true of the one row."""
    table_name, row_key = key
    table = Base.metadata.tables[table_name]
    where = list[Any]()
    for name, value in json.loads(row_key).items():
        column = table.c[name]
        where.append(column == _typed(column, value))
    return table, where


def _typed(column: Any, value: Any) -> Any:
    if isinstance(value, str) and isinstance(column.type, DayType):
        return date.fromisoformat(value)
    return value
