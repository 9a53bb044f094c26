"""Mappings that were kept: which column of another system's file is which of ours, so that the next month's file needs no question."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from storecrm.errors import BadInput, NotFound
from storecrm.models.import_batch import ImportMapping
from storecrm.services import audit, rights
from storecrm.services.keeping.tables import COLUMNS
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import clean_text

_MAP: Any = ImportMapping.__table__


@dataclass(frozen=True)
class MappingView:
    """A mapping under its name: header of the file to column of ours ("" leaves it out)."""

    name: str
    kind: str
    columns: dict[str, str]


def listed(store: Store, *, kind: str = "") -> list[MappingView]:
    """The mappings of a kind (of all without one), by name."""
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        query = select(_MAP).order_by(_MAP.c.name)
        rows = session.execute(query.where(_MAP.c.kind == kind) if kind else query)
        return [MappingView(row.name, row.kind, json.loads(row._mapping["columns"])) for row in rows]


def keep(store: Store, *, name: str, kind: str, columns: Mapping[str, str]) -> MappingView:
    """Keep a mapping; one of the same name is replaced.

    Raises:
        BadInput: import_kind, mapping_name, mapping_column.
    """
    rights.require(store, Right.IMPORT)
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    tidy = clean_text(name, 60)
    if not tidy:
        raise BadInput("mapping_name", where=name[:40])
    wrong = [column for column in columns.values() if column and column not in COLUMNS[kind]]
    if wrong:
        raise BadInput("mapping_column", where=wrong[0][:40], known=", ".join(COLUMNS[kind]))
    with store.write() as session:
        session.execute(delete(_MAP).where(_MAP.c.name == tidy))
        row = {"name": tidy, "kind": kind, "columns": json.dumps(dict(columns), ensure_ascii=False), "at": store.clock.now()}
        session.execute(insert(_MAP).values(**row, staff_id=store.staff))
        audit.log(session, store, "mapping_kept", mapping=tidy)
    return MappingView(tidy, kind, dict(columns))


def named(store: Store, *, name: str) -> MappingView:
    """One mapping.

    Raises:
        NotFound: mapping.
    """
    rights.require(store, Right.IMPORT)
    for found in listed(store):
        if found.name == name:
            return found
    raise NotFound("mapping", where=name[:60])


def remove(store: Store, *, name: str) -> None:
    """Forget a mapping.

    Raises:
        NotFound: mapping.
    """
    rights.require(store, Right.IMPORT)
    with store.write() as session:
        done: Any = session.execute(delete(_MAP).where(_MAP.c.name == name))
        if not done.rowcount:
            raise NotFound("mapping", where=name[:60])
