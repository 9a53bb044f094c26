"""Tells which list a file is, by its titles and by what stands below them.

Every kind is asked how much of the file it understands; the one that understands clearly most of it
is the file's. Where two come close nobody guesses: a person says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storecrm.domain.list_columns import COLUMNS, NEEDED, NEEDED_ONE
from storecrm.domain.list_titles import columns_of, header_row
from storecrm.errors import BadFile
from storecrm.services.imports import column_matching, reader

CLOSE = 0.12
"""Shares of the titles that are nearer than this decide nothing."""
LOOKED_AT = 500
"""Rows below the titles that are looked at."""
SEVERAL = 0.2
"""From what share of repeated keys a list is not one of members or articles, but of what they
did."""
_ONE_ROW_EACH = {"members": ("member_no", "phone"), "products": ("sku",)}


@dataclass(frozen=True)
class Candidate:
    """A kind that a file may be: what share of its titles the kind knows, and which columns those
    are."""

    kind: str
    share: float
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """A file with the kinds it may be, the likeliest first. `kind` is "" where a person has to say
    it."""

    path: Path
    kind: str
    candidates: tuple[Candidate, ...]
    about: reader.About | None = None


def recognise(path: Path, encoding: str = "", sheet: str = "") -> Recognised:
    """Look at a file, as `reader.rows_of` reads it.

    Raises:
        BadFile: see reader.rows_of; empty_file.
    """
    with reader.rows_of(path, encoding, sheet) as frames:
        about = frames.about
        top = next(iter(frames), [])
    if not top:
        raise BadFile("empty_file", where=path.name)
    asked = (_candidate(kind, top) for kind in COLUMNS)
    found = [candidate for candidate in asked if candidate is not None]
    found.sort(key=lambda one: (one.share, len(one.columns)), reverse=True)
    # a ready mapping knows its file better than the titles do
    kind = column_matching.ready_kind(top) or _clear(found)
    return Recognised(path, kind, tuple(found), about)


def _clear(found: Sequence[Candidate]) -> str:
    """The kind that knows clearly most of a file, "" where none does."""
    if not found:
        return ""
    if len(found) == 1 or found[0].share - found[1].share >= CLOSE:
        return found[0].kind
    return ""


def _candidate(kind: str, top: Sequence[list[str]]) -> Candidate | None:
    row = header_row(kind, top)
    columns = columns_of(kind, top[row])
    said = set(columns.values())
    if not said.issuperset(NEEDED[kind]):
        return None
    one_of = NEEDED_ONE[kind]
    if one_of and one_of.isdisjoint(said):
        return None
    if _repeats(kind, columns, top[row + 1 : row + 1 + LOOKED_AT]):
        return None
    titles = sum(bool(cell.strip()) for cell in top[row])
    share = len(said) / max(1, titles)
    return Candidate(kind, share, tuple(columns.values()))


def _repeats(kind: str, columns: dict[int, str], rows: Sequence[list[str]]) -> bool:
    """True when what should stand once stands again and again."""
    # of several columns of one meaning the first is looked at
    places = {name: place for place, name in reversed(columns.items())}
    keys = [name for name in _ONE_ROW_EACH.get(kind, ()) if name in places]
    if not keys:
        return False
    place = places[keys[0]]
    cells = (row[place].strip() for row in rows if place < len(row))
    said = list(filter(None, cells))
    repeated = len(said) - len(set(said))
    return repeated > SEVERAL * len(said)
