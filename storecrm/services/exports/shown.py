"""What a table of the window shows becomes a file: its columns in their order, its rows as they are
filtered and sorted, as a workbook or as text.

Cells come as values: money in the smallest unit, percentages as fractions, days, moments, texts; a
workbook gets them typed, so that they add up and sort. Columns about persons go out only with the
right to export members, and the trail says which did.

    table = ShownTable("Offers", (ShownColumn("net", "Net", CellKind.MONEY),), [(123_400,)])
    export_shown(store, table=table, file=Path("offers.xlsx"), words=words)
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.ledger import audit
from storecrm.services import files, rights
from storecrm.services.exports.written import is_text_file, titles_of, write_csv
from storecrm.services.files import Target
from storecrm.services.progress import Progress, silent
from storecrm.services.reports import workbook
from storecrm.services.reports.workbook import SheetColumn
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Moment, moment, money_text
from storecrm.values.texts import guarded

_BETWEEN_SIGNS = 500
"""Rows between two signs of progress."""
_PIXELS = 8
"""Pixels of a window that a sign of a workbook's column takes."""
_NARROW, _WIDE = 8, 60
"""Signs that a column of a workbook has at least and at most."""


class CellKind(StrEnum):
    """What stands in a column, and so how a file holds it."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"
    PHONE = "phone"
    CODE = "code"


_STYLES = {
    CellKind.NUMBER: workbook.BY_VALUE,
    CellKind.MONEY: "money",
    CellKind.PERCENT: "rate",
    CellKind.DAY: "day",
    CellKind.MOMENT: "stamp",
}
"""How a workbook writes a kind; what is not here is text, so that no digit of it is lost."""


@dataclass(frozen=True)
class ShownColumn:
    """A column as the window shows it: `width` in pixels; `personal` where its cells are about a
    person."""

    key: str
    title: str
    kind: CellKind = CellKind.TEXT
    width: int = 120
    personal: bool = False


@dataclass(frozen=True)
class ShownTable:
    """What is shown: a row has a cell for each column, None or "" where nothing is. `rows` may be
    read as they are written; `total` is how many there will be, 0 where nobody knows."""

    title: str
    columns: tuple[ShownColumn, ...]
    rows: Iterable[Sequence[Any]]
    total: int = 0


@dataclass(frozen=True)
class ShownExport:
    """How many rows were written, and the titles of what was `left_out` for want of the right."""

    rows: int
    left_out: tuple[str, ...] = ()


def export_shown(
    store: Store,
    *,
    table: ShownTable,
    file: Path,
    words: Catalogue,
    overwrite: bool = False,
    progress: Progress = silent,
) -> ShownExport:
    """Write what a table shows to .xlsx or .csv. Columns about persons are left out where the
    person who acts may not export members. The export is recorded.

    Raises:
        NotAllowed: right_missing (no column is left that may go out).
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole; sheet_full.
        Cancelled: `progress` said so; no file was written.
    """
    rights.require(store, Right.EXPORT)
    places = _exported(store, table.columns)
    if not places:
        rights.require(store, Right.EXPORT_MEMBERS)
    columns = tuple(table.columns[place] for place in places)
    rows = _told(_picked(table.rows, places), table.total, progress)
    is_text = is_text_file(file)
    target = Target(file, f"export shown {table.title}", store=store.name, overwrite=overwrite)
    if is_text:
        titles = tuple(guarded(column.title) for column in columns)
        target = replace(target, begins=titles_of(titles))
        files.require(target)
        count = write_csv(target, titles, _texts(rows, columns, words))
    else:
        files.require(target)
        count = _write_sheet(target, table.title, columns, rows, words, store.shop.name)
    _write_down(store, table.title, columns, count)
    left_out = (column.title for column in table.columns if column not in columns)
    return ShownExport(count, tuple(left_out))


def _exported(store: Store, columns: Sequence[ShownColumn]) -> list[int]:
    """The places of the columns that this person may take out."""
    everything = rights.holds(store.actor, Right.EXPORT_MEMBERS)
    return [at for at, column in enumerate(columns) if everything or not column.personal]


def _write_down(store: Store, title: str, columns: Sequence[ShownColumn], rows: int) -> None:
    personal = [column.title for column in columns if column.personal]
    with store.write() as session:
        audit.log(session, store, "table_exported", table=title, rows=rows, personal=personal)


def _picked(rows: Iterable[Sequence[Any]], places: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(row[place] for place in places)


def _told(
    rows: Iterator[tuple[Any, ...]], total: int, progress: Progress
) -> Iterator[tuple[Any, ...]]:
    """The rows, and now and then how many were read."""
    for done, row in enumerate(rows, 1):
        if done % _BETWEEN_SIGNS == 1:
            progress(done, max(done, total))
        yield row


def _texts(
    rows: Iterable[tuple[Any, ...]], columns: Sequence[ShownColumn], words: Catalogue
) -> Iterator[tuple[str, ...]]:
    """Rows as text that a spreadsheet reads again: amounts without sign and groups."""
    kinds = [column.kind for column in columns]
    for row in rows:
        yield tuple(_text(cell, kind, words) for cell, kind in zip(row, kinds, strict=True))


def _text(cell: Any, kind: CellKind, words: Catalogue) -> str:
    if cell is None or cell == "":
        return ""
    if kind is CellKind.MONEY and isinstance(cell, int):
        return money_text(cell, words.digits)
    if kind is CellKind.MOMENT and not isinstance(cell, str):
        return words.stamp(_moment(cell, words))
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _moment(cell: Any, words: Catalogue) -> Moment:
    """An instant, however the window holds it; a time without a zone is the shop's."""
    if not isinstance(cell, datetime):
        return Moment(cell)
    aware = cell if cell.tzinfo is not None else cell.replace(tzinfo=words.zone)
    return moment(aware)


def _write_sheet(
    target: Target,
    title: str,
    columns: Sequence[ShownColumn],
    rows: Iterable[tuple[Any, ...]],
    words: Catalogue,
    shop: str,
) -> int:
    sheet_columns = [_sheet_column(at, column, words) for at, column in enumerate(columns)]
    with workbook.writing(target, words, shop) as book:
        return book.stream(workbook.sheet_name(title), sheet_columns, rows)


def _sheet_column(at: int, column: ShownColumn, words: Catalogue) -> SheetColumn:
    cell_of = itemgetter(at)
    # wide enough for what the window shows, and for a long title on two lines
    width = min(_WIDE, max(_NARROW, column.width // _PIXELS))
    style = _STYLES.get(column.kind, "text")

    def read(row: tuple[Any, ...]) -> Any:
        return _cell(cell_of(row), column.kind, words)

    return SheetColumn(column.title, read, style, width=width)


def _cell(cell: Any, kind: CellKind, words: Catalogue) -> Any:
    """A cell as a workbook of ours takes it; what is not of its column's kind is text."""
    if cell is None:
        return ""
    if kind is CellKind.MONEY and isinstance(cell, Decimal):
        # a workbook of ours is given the smallest unit, and shows the amount
        return int(cell.scaleb(words.digits))
    if kind is CellKind.MOMENT and not isinstance(cell, str):
        return _moment(cell, words)
    is_value = kind in _STYLES and isinstance(cell, int | Decimal | float | date)
    return cell if is_value else str(cell)
