"""What is shown, for a file: the columns in their order, the rows as they are filtered and
sorted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from storecrm.ui.kit.tables.columns import Column, Value
from storecrm.ui.kit.tables.query import Query


@dataclass(frozen=True)
class Shown:
    """A table as somebody sees it now. `records` are all of them where the table holds them; of a
    paged list those that came, and `query` finds the rest."""

    title: str
    columns: tuple[Column[Any], ...]
    records: Sequence[Any]
    total: int
    query: Query

    def cells(self, record: Any) -> tuple[Value, ...]:
        """What the row of `record` is worth, cell by cell."""
        return tuple(column.worth(record) for column in self.columns)


class TableFiles(Protocol):
    """Who writes what is shown to a file; found at the window as its attribute `table_files`."""

    def may_export(self) -> bool:
        """Whether the person at the window may."""

    def write(self, shown: Shown, file: Path) -> None:
        """Write it in the background, and say when it is done."""
