"""Tells what each column of a file stands for: by the mapping given, by a ready one that the titles
choose, by the title itself, or by what the cells look like."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from storecrm.domain.list_titles import HEADER_ROWS, columns_of, header_row, tidy_title
from storecrm.errors import BadInput
from storecrm.services.imports.mappings import FileMapping, ready, require_columns
from storecrm.services.members.personal_data import MOBILE
from storecrm.values import clean_text, read_day

ENOUGH = 0.8
"""From what share of its filled cells a column is told by its content."""


@dataclass(frozen=True)
class Told:
    """`header` is the row of the titles, 1 the first; `titles` say each column by a name of its
    own; `columns` and `by` (mapping, title or content) go by the place of a column; `known` is the
    ready mapping that the titles chose."""

    header: int
    titles: tuple[str, ...]
    columns: dict[int, str]
    by: dict[int, str]
    known: FileMapping | None


def titles_of(row: Sequence[str]) -> tuple[str, ...]:
    """The titles, tidy; the second of one name is "电话 (2)", so that each can be spoken of."""
    found: list[str] = []
    for cell in row:
        title = clean_text(cell, 80)
        number, name = 2, title
        while title and name in found:
            name, number = f"{title} ({number})", number + 1
        found.append(name)
    return tuple(found)


def tell(
    kind: str,
    top: Sequence[list[str]],
    *,
    mapping: FileMapping,
    header: int | None = None,
    ready_ones: bool = True,
    region: str | None = None,
) -> Told:
    """Tell the columns of a file by its first rows. `region`: by their cells too, as a shop there
    would write them; that is for a person to look at.

    Raises:
        BadInput: header_row, mapping_title (a line that names no title; facts: known),
            mapping_column.
    """
    if header is not None and not 1 <= header <= len(top):
        raise BadInput("header_row", where=str(header), most=len(top))
    require_columns(kind, mapping.columns)
    known, place = _chosen(kind, top, header) if ready_ones else (None, None)
    row = (
        header - 1
        if header
        else place
        if place is not None
        else header_row(kind, top, _asked(mapping))
    )
    titles = titles_of(top[row])
    said = _lines(titles, mapping, strict=True)
    by = dict.fromkeys(said, "mapping")
    found = {place: name for place, name in said.items() if name}
    if known is not None:
        more = {
            place: name
            for place, name in _lines(titles, known, strict=False).items()
            if place not in said
        }
        found |= {place: name for place, name in more.items() if name}
        by |= dict.fromkeys(more, "mapping")
    else:
        _by_title(kind, titles, found, by)
        if region is not None:
            _by_cells(kind, top[row + 1 :], len(titles), region, found, by)
    order = _order(titles, known, mapping)
    return Told(
        row + 1,
        titles,
        dict(sorted(found.items(), key=lambda one: order.get(one[0], len(order) + one[0]))),
        by,
        known,
    )


def _by_title(
    kind: str, titles: tuple[str, ...], found: dict[int, str], by: dict[int, str]
) -> None:
    """What nobody said, by its title."""
    free = [
        "" if place in by else re.sub(r" \(\d+\)$", "", title) for place, title in enumerate(titles)
    ]
    named = columns_of(kind, free, taken={name for name in found.values() if name != "phone"})
    found |= named
    by |= dict.fromkeys(named, "title")


def _by_cells(
    kind: str,
    rows: Sequence[list[str]],
    width: int,
    region: str,
    found: dict[int, str],
    by: dict[int, str],
) -> None:
    """What no title says, by its cells."""
    filled = [row for row in rows if any(cell.strip() for cell in row)] if kind in _LOOKS else []
    for place in range(max((len(row) for row in filled), default=width)) if filled else ():
        if place not in by:
            cells = [
                text for row in filled[:1000] if place < len(row) and (text := row[place].strip())
            ]
            name = _by_content(kind, cells, set(found.values()), region)
            if name:
                found[place], by[place] = name, "content"


def _asked(mapping: FileMapping) -> Mapping[str, str]:
    return {clean_text(title, 80): name for title, name in mapping.columns.items()}


def _lines(titles: tuple[str, ...], mapping: FileMapping, *, strict: bool) -> dict[int, str]:
    """What a mapping says of each place. A line names a title as it is, in full-width signs or not,
    else but for its marks and brackets."""
    exact = {title: place for place, title in reversed(list(enumerate(titles))) if title}
    loose = {
        tidy_title(title): place for place, title in reversed(list(enumerate(titles))) if title
    }
    found: dict[int, str] = {}
    for line, name in mapping.columns.items():
        title = clean_text(line, 80)
        place = exact.get(title, loose.get(tidy_title(line)) if tidy_title(line) else None)
        if place is not None:
            found.setdefault(place, name)
        elif strict and (name or mapping.strict):
            raise BadInput(
                "mapping_title", where=line[:60], known=", ".join(filter(None, titles))[:400]
            )
    return found


def _order(
    titles: tuple[str, ...], known: FileMapping | None, mapping: FileMapping
) -> dict[int, int]:
    """Where several columns stand for one of ours, the first line of a mapping comes first; a ready
    one knows best which that is."""
    lines = [
        clean_text(title, 80)
        for one in (known, mapping)
        if one is not None
        for title in one.columns
    ]
    places = {title: at for at, title in reversed(list(enumerate(lines)))}
    return {place: places.get(title, len(lines) + place) for place, title in enumerate(titles)}


def _chosen(
    kind: str, top: Sequence[list[str]], header: int | None
) -> tuple[FileMapping | None, int | None]:
    """The ready mapping whose titles all stand in one row, the one with most of them; and the row,
    0 the first."""
    best: tuple[int, FileMapping | None, int | None] = (0, None, None)
    for at, row in enumerate(top[:HEADER_ROWS]):
        if header is None or at == header - 1:
            titles = {tidy_title(cell) for cell in row if cell}
            for one in ready():
                if (
                    one.kind == kind
                    and len(one.told_by) > best[0]
                    and all(tidy_title(title) in titles for title in one.told_by)
                ):
                    best = (len(one.told_by), one, at)
    return best[1], best[2]


def ready_kind(top: Sequence[list[str]]) -> str:
    """The kind of list that the titles of a ready mapping say a file is; "" where none does."""
    found = [
        (len(one.told_by), one.kind)
        for kind in {one.kind for one in ready()}
        if (one := _chosen(kind, top, None)[0]) is not None
    ]
    return max(found, default=(0, ""))[1]


def _is_day(first: int, last: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        # five digits are a serial number of a spreadsheet, a postal code, or anything
        if len(text) < 8 and text.isdigit():
            return False
        try:
            return first <= read_day(text).year <= last
        except ValueError:
            return False

    return fits


_Told = tuple[str, Callable[[str], bool]]
_PHONE: _Told = (
    "phone",
    lambda text: bool(
        MOBILE.fullmatch(re.sub(r"[\s-]", "", text).removeprefix("+").removeprefix("86"))
    ),
)
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
        if (
            name not in taken
            and (name != "phone" or region == "CN")
            and some
            and sum(map(fits, some)) / len(some) >= ENOUGH
        ):
            return name
    return ""
