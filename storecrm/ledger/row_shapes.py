"""What a row needs, said once for every writer of its table.

A column either stands in `blank`, with what it says when a writer has nothing to say, or every
writer has to name it: one row at the till, thousands of an import, the mirror of an older row.

    SALE = RowShape(Sale.__table__, discount=0, trace="[]")
    SALE.row({"receipt_no": number, ...})
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from storecrm.models import database


class RowShape:
    """The columns of one table as its writers know them. An `id` that the database gives is none
    of them; a writer may name it.

    Raises:
        TypeError: `blank` names a column that the table does not have.
    """

    def __init__(self, table: Any, **blank: Any) -> None:
        self.table = table
        self.blank = blank
        names = [column.name for column in table.c if column.name != "id"]
        if unknown := blank.keys() - set(names):
            raise TypeError(f"{table.name} has no {sorted(unknown)}")
        self.needs = frozenset(names) - blank.keys()
        # always in the same order, so that a prepared statement stays the same one
        self._whole: dict[str, Any] = dict.fromkeys(names) | blank

    def row(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A whole row out of what a writer says.

        Raises:
            TypeError: a column that it must name is missing, or it names one that is not there.
        """
        row = {**self._whole, **given}
        if not given.keys() >= self.needs or len(row) != len(self._whole):
            self._refuse(given)
        return row

    def insert_many(
        self, session: Session, columns: Mapping[str, Sequence[Any]], **same: Any
    ) -> None:
        """Many rows column by column through the driver itself (days as ISO text); `same` are
        columns with one value for all rows.

        Raises:
            TypeError: as `row`.
        """
        said = {**columns, **same}
        if not said.keys() >= self.needs or said.keys() - self._whole.keys() - {"id"}:
            self._refuse(said)
        rest = {name: value for name, value in self.blank.items() if name not in said}
        database.insert_columns(session, self.table, columns, **same, **rest)

    def _refuse(self, said: Mapping[str, Any]) -> None:
        missing = sorted(self.needs - said.keys())
        unknown = sorted(said.keys() - self._whole.keys())
        raise TypeError(f"{self.table.name}: missing {missing}, unknown {unknown}")
