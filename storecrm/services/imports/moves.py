"""What an act of moving in consists of: its planned files, what each brought, how it is kept."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storecrm.errors import BadFile
from storecrm.services.imports.mappings import FileMapping
from storecrm.services.imports.options import Imported
from storecrm.services.imports.reader import About
from storecrm.values import Moment


@dataclass(frozen=True)
class PlannedFile:
    """A file and the list it is; `told_by` is titles, mapping or person, `choices` are the kinds it
    may be. `kind` is "" while nobody said it. `way` is how it is read where somebody said so;
    `doubt` why it could not be read yet, for a person to say how; `about` what was read."""

    path: Path
    kind: str
    told_by: str
    choices: tuple[str, ...] = ()
    way: FileMapping = field(default_factory=FileMapping)
    doubt: BadFile | None = None
    about: About | None = None


@dataclass(frozen=True)
class MovedFile:
    """What one file brought (or would bring)."""

    file: PlannedFile
    result: Imported


@dataclass(frozen=True)
class Moved:
    """What all files brought. `group` is the number of the act, None for a rehearsal."""

    group: int | None
    files: tuple[MovedFile, ...]

    @property
    def rejected(self) -> int:
        """Rows with problems."""
        return sum(one.result.rejected for one in self.files)

    @property
    def rows(self) -> dict[str, int]:
        """Rows that were taken, by the kind of list."""
        found: Counter[str] = Counter()
        for one in self.files:
            result = one.result
            left_out = result.skipped + result.rejected
            found[one.file.kind] += result.rows - left_out
        return dict(found)

    @property
    def totals(self) -> dict[str, int]:
        """Control totals over all files: points as they are, money in minor units."""
        found: Counter[str] = Counter()
        for one in self.files:
            for name, value in one.result.totals.items():
                found[name] += value
        return dict(found)


@dataclass(frozen=True)
class FileView:
    """A file of an act as it is kept: its counts, its control totals (points, money in minor
    units)."""

    file: str
    kind: str
    batch: int | None
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    totals: dict[str, int]
    # acts of an older version do not say what follows
    skipped: int = 0
    left_out: tuple[str, ...] = ()
    said: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MoveView:
    """An act as lists and paper show it."""

    group: int
    state: str
    at: Moment
    by: str
    files: tuple[FileView, ...]


Ways = Mapping[str, FileMapping]
"""How files are read, by their names, where somebody said so."""


def kept_as(one: MovedFile) -> dict[str, Any]:
    """What the printed page says of a file."""
    result = one.result
    kept: dict[str, Any] = {"file": one.file.path.name, "kind": one.file.kind}
    kept |= {name: getattr(result, name) for name in _COUNTS}
    kept |= {"totals": result.totals, "left_out": list(result.left_out)}
    kept["said"] = result.said
    return kept


# the words that are stored, so they stay
_COUNTS = ("batch", "rows", "created", "updated", "unchanged", "skipped", "rejected")


def view_of(row: Any) -> MoveView:
    files = tuple(FileView(**one) for one in json.loads(row.files))
    return MoveView(group=row.id, state=row.state, at=row.at, by=row.by or "", files=files)
