"""Fields that an import changed are put back, as far as they still say what it gave them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.base import Base, DayType
from storecrm.models.import_batch import ImportChange
from storecrm.models.member import Member, MemberPhone
from storecrm.services.members import name_index

_CHANGE: Any = ImportChange.__table__


class RestoredChanges:
    """Some changes of one import, to be put back. `now` is what the rows say, `heirs` are changes
    of later imports to the same rows."""

    def __init__(self, session: Session, changes: Sequence[Any]) -> None:
        self.session, self.changes = session, changes
        self.now: dict[tuple[str, str], dict[str, Any] | None] = {}
        self.put: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        self.heirs: dict[tuple[str, str], list[Any]] = defaultdict(list)
        keys = {change.row_key for change in changes}
        newest, batch = max(change.id for change in changes), changes[0].import_id
        others = (_CHANGE.c.import_id != batch, _CHANGE.c.id > min(change.id for change in changes))
        if (
            session.scalar(select(_CHANGE.c.id).where(*others, _CHANGE.c.id > newest).limit(1))
            is not None
        ):
            later = (
                select(ImportChange)
                .where(*others, database.among(session, _CHANGE.c.row_key, keys))
                .order_by(_CHANGE.c.id)
            )
            for change in session.scalars(later):
                self.heirs[change.table_name, change.row_key].append(change)

    def go(self) -> None:
        for change in self.changes:
            self._back(change, (change.table_name, change.row_key))
        called, calling = self._names()
        for key, values in self.put.items():
            if values and self.now[key] is not None:
                table, where = _row(*key)
                self.session.execute(
                    update(table)
                    .where(*where)
                    .values({n: _typed(table.c[n], v) for n, v in values.items()})
                )
        name_index.add(self.session, calling)
        name_index.let_go(self.session, called)

    def _back(self, change: Any, key: tuple[str, str]) -> None:
        before, after = (
            json.loads(change.before),
            None if change.after is None else json.loads(change.after),
        )
        now = self._now(key)
        if before is None:
            if now is not None and (
                after is None or all(now.get(name) == value for name, value in after.items())
            ):
                table, where = _row(*key)
                self.session.execute(delete(table).where(*where))
                self.now[key] = None
            return
        for name, value in before.items():
            heir = self._heir(change, key, name)
            # what an older version of the program noted says only what was there before
            given = (
                after[name] if after is not None else (heir[1][name] if heir else now and now[name])
            )
            if heir is not None:
                if heir[1][name] == given:
                    heir[0].before = json.dumps(heir[1] | {name: value})
            elif now is not None and now[name] == given and not self._taken(key, name, value):
                now[name] = self.put[key][name] = value

    def _now(self, key: tuple[str, str]) -> dict[str, Any] | None:
        """What a row says, as a change notes it."""
        if key not in self.now:
            table, where = _row(*key)
            row = self.session.execute(select(table).where(*where)).mappings().first()
            self.now[key] = None if row is None else json.loads(json.dumps(dict(row), default=str))
        return self.now[key]

    def _heir(
        self, change: Any, key: tuple[str, str], name: str
    ) -> tuple[Any, dict[str, Any]] | None:
        """The next change of the same field by a later import, and what it says was there
        before."""
        for later in self.heirs[key]:
            before = json.loads(later.before)
            if later.id > change.id and before is not None and name in before:
                return later, before
        return None

    def _taken(self, key: tuple[str, str], name: str, value: Any) -> bool:
        """True of a phone that is somebody's now, as the first or a further one (of this member
        too): it belongs to one member."""
        if (key[0], name) != ("member", "phone") or not value:
            return False
        member = json.loads(key[1])["id"]
        first = self.session.scalar(
            select(Member.id).where(
                Member.phone == value, Member.state == "live", Member.id != member
            )
        )
        return (
            first is not None
            or self.session.scalar(select(MemberPhone.member_id).where(MemberPhone.phone == value))
            is not None
        )

    def _names(self) -> tuple[list[str], list[str]]:
        """(names that members no longer bear, names that they bear again)."""
        people = {
            json.loads(key)["id"]: values["name"]
            for (table, key), values in self.put.items()
            if table == "member" and "name" in values
        }
        called = self.session.scalars(
            select(Member.name).where(database.among(self.session, Member.id, people))
        ).all()
        return list(called), list(people.values())


def _row(table_name: str, row_key: str) -> tuple[Any, list[Any]]:
    """A table, and what is true of the one row."""
    table = Base.metadata.tables[table_name]
    return table, [
        table.c[name] == _typed(table.c[name], value) for name, value in json.loads(row_key).items()
    ]


def _typed(column: Any, value: Any) -> Any:
    return (
        date.fromisoformat(value)
        if isinstance(value, str) and isinstance(column.type, DayType)
        else value
    )
