"""A look at a file before it is imported: what kind of text it is, where its titles are, what each column holds and stands for.

Nothing is written. A column is told by its title; where the title says nothing, by what its cells look like.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from storecrm.errors import BadFile, BadInput
from storecrm.services import rights
from storecrm.services.keeping import reader
from storecrm.services.keeping.tables import COLUMNS, columns_of, header_row
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import clean_text, read_day

EXAMPLES = 3
SAMPLE = 5000
"""How many rows are looked at: a column that is filled further down only shows as empty here, and is read all the same."""
ENOUGH = 0.8
"""From what share of its filled cells a column is told by its content."""


@dataclass(frozen=True)
class FileColumn:
    """A column of the file: its title, what share of the rows looked at has a value, some values, the column it stands for ("" for none)
    and how that was told: mapping, title, content or "". `shapes` counts the ways its dates are written."""

    title: str
    filled: float
    examples: tuple[str, ...]
    stands_for: str
    told_by: str
    shapes: int = 0


@dataclass(frozen=True)
class Look:
    """A file as it was read: `header` is the row of the titles, 1 the first; `rows` how many rows were looked at, `more` that there are
    further ones; `sheet` the sheet of a workbook, `sheets` all that hold rows."""

    encoding: str
    delimiter: str
    header: int
    rows: int
    more: bool
    columns: tuple[FileColumn, ...]
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def look(
    store: Store,
    *,
    kind: str,
    path: Path,
    encoding: str = "",
    header: int | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
) -> Look:
    """Look at a file.

    Raises:
        BadInput: import_kind, encoding_unknown, header_row.
        BadFile: see reader.rows_of; empty_file.
    """
    rights.require(store, Right.IMPORT)
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    with reader.rows_of(path, encoding, sheet) as frames:
        about = frames.about
        top = next(iter(frames), [])
    if not top:
        raise BadFile("empty_file", where=path.name)
    if header is not None and not 1 <= header <= len(top):
        raise BadInput("header_row", where=str(header), most=len(top))
    title = header or header_row(kind, top, mapping) + 1
    rows = [row for row in top[title:] if any(cell.strip() for cell in row)]
    columns = _columns(kind, top[title - 1], rows, mapping or {}, store.shop.region)
    return Look(
        about.encoding, about.delimiter, title, len(rows), len(top) >= SAMPLE, tuple(columns), sheet=about.sheet, sheets=about.sheets
    )


def _columns(kind: str, titles: list[str], rows: list[list[str]], mapping: Mapping[str, str], region: str) -> list[FileColumn]:
    width = max(len(titles), max((len(row) for row in rows), default=0))
    named = columns_of(kind, titles, mapping)
    cells = [[text for row in rows if place < len(row) and (text := row[place].strip())] for place in range(width)]
    taken = set(named.values())
    found = []
    for place in range(width):
        title = clean_text(titles[place], 80) if place < len(titles) else ""
        name, told = named.get(place, ""), ""
        if name:
            told = "mapping" if title in mapping else "title"
        elif title not in mapping:
            name = _by_content(kind, cells[place], taken, region)
            told = "content" if name else ""
            taken |= {name} - {""}
        examples = tuple(dict.fromkeys(cells[place]))[:EXAMPLES]
        shapes = len({_shape(text) for text in cells[place]}) if name in _DAYS else 0
        found.append(FileColumn(title, len(cells[place]) / max(1, len(rows)), examples, name, told, shapes))
    return found


_DAYS = {"birthday", "registered_on", "last_visit", "sold_at", "redeemed_at", "issued_on", "date", "earned_on", "expires_on", "tier_until"}


def _shape(text: str) -> str:
    """How a date is written, its digits put aside."""
    return re.sub(r"[A-Za-z]+", "m", re.sub(r"\d+", "9", text))


def _is_day(first: int, last: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            return first <= read_day(text).year <= last
        except ValueError:
            return False

    return fits


_Told = tuple[str, Callable[[str], bool]]
_PHONE: _Told = ("phone", lambda text: bool(re.fullmatch(r"(\+?86)?1[3-9]\d{9}", re.sub(r"[\s-]", "", text))))
_EMAIL: _Told = ("email", lambda text: bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", text)))
_LOOKS: dict[str, tuple[_Told, ...]] = {
    "members": (
        _PHONE,
        _EMAIL,
        ("gender", lambda text: text.casefold() in ("男", "女", "f", "m", "male", "female")),
        ("name", lambda text: bool(re.fullmatch(r"[\u4e00-\u9fff·]{2,5}", text))),
        ("birthday", _is_day(1920, 2005)),
        ("registered_on", _is_day(2006, 2100)),
    ),
    "points": (_PHONE,),
    "opt-outs": (_PHONE, _EMAIL),
}


def _by_content(kind: str, cells: list[str], taken: set[str], region: str) -> str:
    """What a column stands for by its cells: only what cannot be anything else."""
    some = cells[:200]
    for name, fits in _LOOKS.get(kind, ()):
        if name not in taken and (name != "phone" or region == "CN") and some and sum(map(fits, some)) / len(some) >= ENOUGH:
            return name
    return ""
