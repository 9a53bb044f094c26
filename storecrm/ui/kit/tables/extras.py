"""What a table is made with besides its columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypedDict, TypeVar

from PySide6.QtGui import QAction

from storecrm.ui.kit.tables.query import Query

T = TypeVar("T")


@dataclass(frozen=True)
class Empty:
    """What a list without rows says: a picture, a line, and the act that fills it."""

    icon: str
    text: str
    act: str = ""
    do: Callable[[], object] | None = None


class Extras(TypedDict, Generic[T], total=False):
    """What not every table has.

    by_store: the list is paged, sorted and filtered by the store.
    actions: of the page, for the menu of a row.
    totals: sums of the rows that are shown, by the keys of columns.
    every_row: all rows that fit a query, read one after the other: a paged list without it cannot
        be exported. Called in the window's thread, read in another one.
    same: what tells a record from others when it comes again; the record itself when left out.
    order: in which the rows come.
    open_end: how many there are is not counted; the total of `show` says only that more follow.
    """

    by_store: bool
    actions: Sequence[QAction]
    totals: Callable[[Sequence[T]], Mapping[str, str]]
    every_row: Callable[[Query], Iterable[T]]
    same: Callable[[T], object]
    order: tuple[tuple[str, bool], ...]
    open_end: bool
