"""The rows of a workbook's sheet, each cell as a person reads it. Runs in the reader's child process."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from storecrm.services.keeping import workbook_guard
from storecrm.services.keeping.text_rows import CELL
from storecrm.services.keeping.workbook_guard import Refuse


def of_file(path: Path, asked: str) -> tuple[dict[str, Any], Iterator[list[str]]]:
    """What the file is, and the rows of the sheet that was asked for (its name or number), else of the one that holds a table.

    Raises:
        Refuse: see workbook_guard.require; sheet_unknown (facts: known).
    """
    workbook_guard.require(path)
    # loaded here: a text needs it not, and the guard comes first
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    if asked:
        chosen = _asked(book, asked)
    sheets = _with_rows(book)
    if not asked:
        chosen = _table(sheets) or book.sheet_names[0]
    about = {"encoding": "xlsx", "delimiter": "", "sheet": chosen, "sheets": tuple(name for name in sheets if sheets[name])}
    return about, _rows(book.get_sheet_by_name(chosen))


def _asked(book: Any, asked: str) -> str:
    """The name of a sheet by its name or its number; a name is stronger."""
    names = book.sheet_names
    if asked in names:
        return str(asked)
    alike = [name for name in names if name.strip().casefold() == asked.strip().casefold()]
    if len(alike) == 1:
        return str(alike[0])
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= len(names):
        return str(names[int(asked) - 1])
    raise Refuse("sheet_unknown", where=asked[:40], known=", ".join(names)[:400])


def _with_rows(book: Any) -> dict[str, int]:
    """How many rows of each sheet in sight are filled, up to two, and two rows of two cells at the least count as three: a table."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    # lists for drop-downs are out of sight
    seen = [page.name for page in pages if page.visible == SheetVisibleEnum.Visible] or [page.name for page in pages]
    if len(seen) == 1:
        return {seen[0]: 1}
    return {name: _fullness(book.get_sheet_by_name(name)) for name in seen}


def _fullness(sheet: Any) -> int:
    filled, wide = 0, 0
    for row in sheet.iter_rows():
        cells = sum(cell not in ("", None) for cell in itertools.islice(row, 40))
        filled, wide = filled + (cells > 0), wide + (cells > 1)
        if wide > 1:
            return 3
    return min(filled, 2)


def _table(sheets: dict[str, int]) -> str:
    """The first sheet that is most of a table."""
    return max(sheets, key=lambda name: sheets[name], default="")


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        # a text or a whole number, as nearly every cell is, needs no closer look
        yield [
            cell if type(cell) is str and len(cell) <= CELL
            else str(int(cell)) if type(cell) is float and cell.is_integer() and -1e15 < cell < 1e15
            else _text(cell)
            for cell in row
        ]  # fmt: skip


def _text(cell: Any) -> str:
    """A cell as a person reads it: 13800138000.0 is a phone, midnight is a date."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)[:CELL]
