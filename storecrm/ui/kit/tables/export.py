"""What is shown, for a file: the columns in their order, the rows as they are filtered and
sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from storecrm.ui.kit.tables.columns import Column, Value
from storecrm.ui.kit.tables.query import Query
from storecrm.ui.kit.tasks import Task


@dataclass(frozen=True)
class Shown:
    """A table as somebody sees it now. `records` are all of them where the table holds them; of a
    paged list those that came, and `query` finds the rest: who writes the file puts them here,
    read one after the other."""

    title: str
    columns: tuple[Column[Any], ...]
    records: Iterable[Any]
    total: int
    query: Query

    def cells(self, record: Any) -> tuple[Value, ...]:
        """What the row of `record` is worth, cell by cell."""
        return tuple(column.worth(record) for column in self.columns)


class TableFiles(Protocol):
    """Who writes what is shown to a file; found at the window as its attribute `table_files`."""

    def may_export(self) -> bool:
        """Whether the person at the window may."""

    def may_export_persons(self) -> bool:
        """Whether columns that say who somebody is may leave, too."""

    def write(self, shown: Shown, file: Path) -> Task:
        """Write it in the background, and say how it ended."""
