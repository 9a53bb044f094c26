"""The steps of a roll back: each is one transaction, and may be done again."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.base import Base
from storecrm.services.imports import references
from storecrm.services.imports.references import Hindrance
from storecrm.services.store import Store
from storecrm.values import ImportId

STEP = 2000
TRIES = 3
"""How often a step is done when somebody began to use a row between the look and the deletion."""
Act = Callable[[Session, list[int]], None]
Where = ColumnElement[bool]


class RollbackSteps:
    """The steps of the roll back of one import."""

    def __init__(self, store: Store, batch: ImportId) -> None:
        self.store = store
        self.batch = batch

    def each(self, table: Table, where: Where, act: Act, *, size: int = STEP) -> None:
        """Do something to all rows of a table, so many in a transaction, each once."""
        after = 0
        while True:
            following = select(table.c.id).where(where, table.c.id > after)
            ids = self._step(following.order_by(table.c.id).limit(size), act)
            if not ids:
                return
            after = ids[-1]

    def mine(self, table: Table, act: Act, *, size: int = STEP) -> None:
        """Do something to all rows of a table that came with the import."""
        self.each(table, table.c.import_id == self.batch, act, size=size)

    def _step(self, query: Any, act: Act) -> list[int]:
        for turn in range(1, TRIES + 1):
            try:
                with self.store.write() as session:
                    ids = list(session.scalars(query))
                    if ids:
                        act(session, ids)
                return ids
            except IntegrityError:
                # a till of PostgreSQL began to use one of them just now: it is found the next time
                if turn == TRIES:
                    raise
        raise AssertionError("a step ends or is refused")


def delete_rows(session: Session, target: str, ids: Collection[int]) -> None:
    """Delete rows with what goes with them; what only names them names nothing afterwards."""
    for name, at in references.foreign_keys():
        table, column = references.named(name)
        if at != target or table.name in references.APART:
            continue
        naming = database.among(session, column, ids)
        answer = references.ANSWERS[name]
        if answer is Hindrance.GOES:
            session.execute(delete(table).where(naming))
        elif answer is Hindrance.LETS_GO:
            nameless = {column.name: None}
            session.execute(update(table).where(naming).values(nameless))
    # now nothing names them any more
    table = Base.metadata.tables[target]
    gone = database.among(session, table.c.id, ids)
    session.execute(delete(table).where(gone))
