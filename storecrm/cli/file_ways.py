"""import all --for FILE:NAME=VALUE: how single files of an old system are read."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from storecrm.cli.context import CommandContext
from storecrm.errors import BadInput
from storecrm.services.imports import mappings
from storecrm.services.imports.amount_formats import ROUNDINGS
from storecrm.services.imports.day_formats import ORDERS
from storecrm.services.imports.mappings import OWN, FileMapping, Reading

OF_A_WAY = ("encoding", "sheet", "header", "mapping", "decimal", "days", "points", "blank-word")
"""What may be said of one file."""
_DECIMALS = (OWN, ".", ",")
_CHOICES = {"decimal": _DECIMALS, "days": (OWN, *ORDERS), "points": (OWN, *ROUNDINGS)}


def ways_of(
    here: CommandContext, files: Sequence[Path], texts: Sequence[str]
) -> dict[str, FileMapping]:
    """How single files are read: FILE:NAME=VALUE, as often as wanted; a mapping first, so that the
    rest stands above it.

    Raises:
        BadInput: no_such_file, way_shape, count.
    """
    said = [_way(text, files) for text in texts]
    said.sort(key=lambda way: way[1] != "mapping")
    found = dict[str, FileMapping]()
    for file, name, value in said:
        before = found.get(file, FileMapping())
        found[file] = _with(here, before, name, value)
    return found


def _way(text: str, files: Sequence[Path]) -> tuple[str, str, str]:
    """A file, what is said of it, and the value."""
    named = [file for file in files if _begins_with(text, file.name) or _begins_with(text, file)]
    if not named:
        known = ", ".join(file.name for file in files)
        said, _, _ = text.partition(":")
        raise BadInput("no_such_file", where=said[:80], known=known)
    # a path as it was typed is longer than the name that it ends with
    paths = [str(file) for file in files if _begins_with(text, file)]
    typed = paths[0] if paths else named[0].name
    rest = text[len(typed) + 1 :]
    name, sign, value = rest.partition("=")
    if not sign or name not in OF_A_WAY:
        raise BadInput("way_shape", where=text[:80], known=", ".join(OF_A_WAY))
    return named[0].name, name, value


def _begins_with(text: str, file: Path | str) -> bool:
    # a name may hold a colon itself
    return text.startswith(f"{file}:")


def _with(here: CommandContext, way: FileMapping, name: str, value: str) -> FileMapping:
    if name == "mapping":
        return mappings.asked(here.open, text=value)
    if name == "header":
        return replace(way, header=_row(value))
    if name == "encoding":
        return replace(way, encoding=value)
    if name == "sheet":
        return replace(way, sheet=value)
    return replace(way, reading=_reading(way.reading, name, value))


def _row(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise BadInput("count", where=text[:20], most=20)
    return int(text)


def _reading(reading: Reading, name: str, value: str) -> Reading:
    """How cells are read; words that say nothing add up, of the rest the last one holds."""
    if name == "blank-word":
        return replace(reading, blank=(*reading.blank, value))
    choices = _CHOICES[name]
    if value not in choices:
        said = f"{name}={value}"
        raise BadInput("way_shape", where=said[:80], known=", ".join(choices))
    return replace(reading, **{name: value})  # type: ignore[arg-type]
