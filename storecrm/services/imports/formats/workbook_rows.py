"""The rows of a workbook's sheet, each cell as a person reads it. Runs in the reader's child
process."""

import io
import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from storecrm.services.imports.formats import (
    sheet_choice,
    styled_numbers,
    workbook_cells,
    workbook_guard,
    xls_records,
)
from storecrm.services.imports.formats.text_rows import CELL, unguarded
from storecrm.services.imports.formats.workbook_cells import Said
from storecrm.services.imports.formats.workbook_guard import Refuse

_EXACT = 1e15
"""Below this every whole number is itself."""
_SEEN_COLUMNS = 40
_SOME_DAY = date(2000, 1, 1)


def of_file(path: Path, asked: str) -> tuple[dict[str, Any], Iterator[list[str]]]:
    """What the file is, and the rows of the sheet that was asked for (its name or number), else of
    the one that holds a table.

    Raises:
        Refuse: see workbook_guard.require; sheet_unknown (facts: known).
    """
    seen = workbook_guard.require(path)
    # loaded here: a text needs it not, and the guard comes first
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    about = _about("xlsx", book, asked)
    chosen = about["sheet"]
    close = partial(_close, path, chosen, seen.zeros)
    rows = _rows(book.get_sheet_by_name(chosen), close, at_once=seen.close)
    return about, map(unguarded, rows) if seen.apostrophes else rows


def of_old_file(path: Path, asked: str) -> tuple[dict[str, Any], Iterator[list[str]]]:
    """The same of a workbook of Excel 97 to 2003; the caller sees to little memory.

    Raises:
        Refuse: see xls_records.look; sheet_unknown (facts: known).
    """
    data = path.read_bytes() if path.stat().st_size <= xls_records.XLS_BYTES else b""
    if not data:
        raise Refuse("too_large", where=path.name)
    old = xls_records.look(data, path.name)
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    about = _about("xls", book, asked)
    place = book.sheet_names.index(about["sheet"])
    said = old.said[place] if place < len(old.said) else {}
    return about, _rows(book.get_sheet_by_index(place), lambda: said, at_once=True)


def _about(kind: str, book: Any, asked: str) -> dict[str, Any]:
    """What is read of a workbook: the sheet asked for, else the one that holds a table."""
    chosen = _asked(book, asked) if asked else ""
    sheets = _with_rows(book)
    chosen = chosen or _table(sheets) or book.sheet_names[0]
    held = tuple(name for name in sheets if sheets[name])
    return {"encoding": kind, "delimiter": "", "sheet": chosen, "sheets": held}


def _close(path: Path, sheet: str, zeros: dict[str, int]) -> workbook_cells.Said:
    with workbook_cells.part_of(path, sheet) as part:
        data = part.read()
    quick = styled_numbers.of(data, zeros)
    if quick is not None:
        return quick
    return workbook_cells.Close(zeros).read(io.BytesIO(data))


def _asked(book: Any, asked: str) -> str:
    """The name of a sheet by its name or its number; a name is stronger."""
    names = book.sheet_names
    if asked in names:
        return str(asked)
    tidy = asked.strip().casefold()
    alike = [name for name in names if name.strip().casefold() == tidy]
    if len(alike) == 1:
        return str(alike[0])
    return sheet_choice.by_number(names, asked)


def _with_rows(book: Any) -> dict[str, int]:
    """How many rows of each sheet in sight are filled, up to two, and two rows of two cells at the
    least count as three: a table."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    # lists for drop-downs are out of sight
    in_sight = [page for page in pages if page.visible == SheetVisibleEnum.Visible]
    seen = [page.name for page in in_sight or pages]
    if len(seen) == 1:
        return {seen[0]: 1}
    return {name: _fullness(book.get_sheet_by_name(name)) for name in seen}


def _fullness(sheet: Any) -> int:
    filled = wide = 0
    for row in sheet.iter_rows():
        cells = sum(cell not in ("", None) for cell in itertools.islice(row, _SEEN_COLUMNS))
        filled += cells > 0
        wide += cells > 1
        if wide > 1:
            return 3
    return min(filled, 2)


def _table(sheets: dict[str, int]) -> str:
    """The first sheet that is most of a table."""
    return max(sheets, key=lambda name: sheets[name], default="")


def _rows(sheet: Any, close: Callable[[], Said], *, at_once: bool) -> Iterator[list[str]]:
    """The rows of a sheet; `close` says what some cells say themselves, and is asked at once, or
    when a number is too long."""
    said = close() if at_once else None
    number = -1
    long = False
    for number, row in enumerate(sheet.iter_rows()):
        cells = []
        for cell in row:
            # a text or a number, as nearly every cell is, needs no closer look
            if type(cell) is str:
                cells.append(cell[:CELL])
            elif type(cell) is float and -_EXACT < cell < _EXACT:
                cells.append(str(int(cell)) if cell.is_integer() else repr(cell))
            else:
                long = long or (type(cell) is float and abs(cell) >= _EXACT)
                cells.append(_text(cell))
        if long and said is None:
            said = close()
        if said and number in said:
            _say(cells, said[number])
        yield cells
    # rows that hold nothing but formulas without a value
    left = said or {}
    for further in range(number + 1, max(left, default=-1) + 1):
        cells = []
        _say(cells, left.get(further, {}))
        yield cells


def _say(cells: list[str], said: dict[int, str]) -> None:
    for column, text in said.items():
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text[:CELL]


def _text(cell: Any) -> str:
    """A cell as a person reads it: 13800138000.0 is a phone, midnight is a date."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell)
        return str(int(cell)) if abs(cell) < _EXACT else workbook_cells.long_number(cell)
    if isinstance(cell, datetime):
        at = _to_the_second(cell)
        return at.date().isoformat() if at.time() == time() else at.isoformat(sep=" ")
    if isinstance(cell, time):
        at = _to_the_second(datetime.combine(_SOME_DAY, cell))
        return at.time().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return "" if cell is None else str(cell)[:CELL]


def _to_the_second(at: datetime) -> datetime:
    """A day's part as a fraction is a little off."""
    return (at + timedelta(milliseconds=500)).replace(microsecond=0)
