"""Tells what each column of a file stands for: by the mapping given, by a ready one that the titles
choose, by the title itself, or by what the cells look like."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storecrm.domain.list_titles import HEADER_ROWS, columns_of, header_row, tidy_title
from storecrm.errors import BadInput
from storecrm.services.imports import column_looks
from storecrm.services.imports.mappings import FileMapping, ready, require_columns
from storecrm.values import clean_text

_TITLE_SIGNS = 80
AGAIN = re.compile(r" \(\d+\)$")
"""What is put behind the second title of one name."""


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
        title = clean_text(cell, _TITLE_SIGNS)
        name = title
        number = 2
        while title and name in found:
            name = f"{title} ({number})"
            number += 1
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
    if header:
        row = header - 1
    elif place is not None:
        row = place
    else:
        row = header_row(kind, top, _asked(mapping))
    titles = titles_of(top[row])
    # what somebody said stands above all
    said = _lines(titles, mapping, strict=True)
    by = dict.fromkeys(said, "mapping")
    found = _filled(said)
    if known is not None:
        lines = _lines(titles, known, strict=False)
        more = {place: name for place, name in lines.items() if place not in said}
        found |= _filled(more)
        by |= dict.fromkeys(more, "mapping")
    else:
        _by_title(kind, titles, found, by)
        if region is not None:
            column_looks.tell(kind, top[row + 1 :], region, found, by)
    order = _order(titles, known, mapping)
    columns = _in_order(found, order)
    return Told(header=row + 1, titles=titles, columns=columns, by=by, known=known)


def _filled(said: Mapping[int, str]) -> dict[int, str]:
    """The lines that name a column; the others leave theirs out."""
    return {place: name for place, name in said.items() if name}


def _in_order(found: Mapping[int, str], order: Mapping[int, int]) -> dict[int, str]:
    # a column beyond the titles comes last
    def rank(place: int) -> int:
        return order.get(place, len(order) + place)

    return {place: found[place] for place in sorted(found, key=rank)}


def _by_title(
    kind: str, titles: tuple[str, ...], found: dict[int, str], by: dict[int, str]
) -> None:
    """What nobody said, by its title."""
    free = ["" if place in by else AGAIN.sub("", title) for place, title in enumerate(titles)]
    # a further phone may come in too
    taken = set(found.values()) - {"phone"}
    named = columns_of(kind, free, taken=taken)
    found |= named
    by |= dict.fromkeys(named, "title")


def _asked(mapping: FileMapping) -> Mapping[str, str]:
    return {clean_text(title, _TITLE_SIGNS): name for title, name in mapping.columns.items()}


def _lines(titles: tuple[str, ...], mapping: FileMapping, *, strict: bool) -> dict[int, str]:
    """What a mapping says of each place. A line names a title as it is, in full-width signs or not,
    else but for its marks and brackets."""
    exact = dict[str, int]()
    loose = dict[str, int]()
    # of several titles of one name the first is meant
    for place, title in enumerate(titles):
        if title:
            exact.setdefault(title, place)
            loose.setdefault(tidy_title(title), place)
    found: dict[int, str] = {}
    for line, name in mapping.columns.items():
        at = exact.get(clean_text(line, _TITLE_SIGNS))
        tidy = tidy_title(line)
        if at is None and tidy:
            at = loose.get(tidy)
        if at is not None:
            found.setdefault(at, name)
        elif strict and (name or mapping.strict):
            known = ", ".join(filter(None, titles))
            raise BadInput("mapping_title", where=line[:60], known=known[:400])
    return found


def _order(
    titles: tuple[str, ...], known: FileMapping | None, mapping: FileMapping
) -> dict[int, int]:
    """Where several columns stand for one of ours, the first line of a mapping comes first; a ready
    one knows best which that is."""
    lines = [*(known.columns if known else ()), *mapping.columns]
    places = dict[str, int]()
    for at, line in enumerate(lines):
        places.setdefault(clean_text(line, _TITLE_SIGNS), at)
    return {place: places.get(title, len(lines) + place) for place, title in enumerate(titles)}


def _chosen(
    kind: str, top: Sequence[list[str]], header: int | None
) -> tuple[FileMapping | None, int | None]:
    """The ready mapping whose titles all stand in one row, the one with most of them; and the row,
    0 the first."""
    best: FileMapping | None = None
    best_row: int | None = None
    most = 0
    of_kind = [one for one in ready() if one.kind == kind]
    for at, row in enumerate(top[:HEADER_ROWS]):
        if header is not None and at != header - 1:
            continue
        titles = {tidy_title(cell) for cell in row if cell}
        for one in of_kind:
            if len(one.told_by) > most and titles.issuperset(map(tidy_title, one.told_by)):
                best, best_row = one, at
                most = len(one.told_by)
    return best, best_row


def ready_kind(top: Sequence[list[str]]) -> str:
    """The kind of list that the titles of a ready mapping say a file is; "" where none does."""
    kinds = {one.kind for one in ready()}
    chosen = (_chosen(kind, top, None)[0] for kind in kinds)
    found = [one for one in chosen if one is not None]
    # of two that tell it by as many titles, always the same one
    best = max(found, key=lambda one: (len(one.told_by), one.kind), default=FileMapping())
    return best.kind
