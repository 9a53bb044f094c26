"""import all|group|rollback: all the files of an old system at once."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from storecrm.cli import json_form
from storecrm.cli.context import CommandContext
from storecrm.errors import BadInput, ImportRejected, UsageError
from storecrm.services.imports import mappings, move_in, move_in_page
from storecrm.services.imports.amount_formats import ROUNDINGS
from storecrm.services.imports.day_formats import ORDERS
from storecrm.services.imports.mappings import OWN, FileMapping
from storecrm.services.imports.moves import Moved, MovedFile, MoveView, PlannedFile
from storecrm.services.imports.options import ImportOptions

VERBS = ("all", "group")


def act(here: CommandContext, o: argparse.Namespace, how: ImportOptions) -> dict[str, Any]:
    """What `import all`, `group` and `rollback` do."""
    if o.kind == "group" and o.rest == ["list"]:
        return {"ok": True, "groups": [_view(here, view) for view in move_in.listed(here.open)]}
    if o.kind == "all":
        return _all(here, o, how)
    if len(o.rest) != 1:
        raise UsageError("usage", reason=f"import {o.kind} GROUP")
    if not (o.rest[0].isascii() and o.rest[0].isdigit() and len(o.rest[0]) < 18):
        raise BadInput("count", where=o.rest[0], most=10**9)
    group = int(o.rest[0])
    if o.kind == "rollback":
        return {"ok": True} | _view(here, move_in.roll_back(here.open, group=group))
    if o.paper:
        _paper(here, group, o)
    return {"ok": True} | _view(here, move_in.show(here.open, group=group))


def _all(here: CommandContext, o: argparse.Namespace, how: ImportOptions) -> dict[str, Any]:
    _require_for_all(o)
    store, kinds = here.open, dict(text.rpartition("=")[::2] for text in o.kinds)
    files = [Path(name) for name in o.rest]
    plan = move_in.plan(
        store, files=files, kinds=kinds, encoding=o.encoding, ways=_ways(here, files, o.ways)
    )
    if o.paper:
        move_in_page.require(store, file=o.paper, overwrite=o.overwrite)
    tried = move_in.rehearse(store, plan=plan, how=how)
    if o.dry_run:
        return _answer(here, tried)
    _require_clean(tried, how)
    moved = move_in.load(store, plan=plan, how=how)
    if o.paper and moved.group is not None:
        _paper(here, moved.group, o)
    return _answer(here, moved)


_OF_ONE_FILE = (
    "mapping",
    "keep_mapping",
    "header",
    "fix",
    "fix_alike",
    "blank",
    "leave",
    "expect",
    "sheet",
    "problems",
)


def _require_for_all(o: argparse.Namespace) -> None:
    """Refuse what is said of the rows and columns of one file."""
    said = next((name for name in _OF_ONE_FILE if getattr(o, name, None)), "")
    if said:
        name = said.replace("_", "-")
        way = (
            f"say it of one file: --for FILE:{name}=VALUE"
            if said in _OF_A_WAY
            else "import that file by itself"
        )
        raise UsageError("usage", reason=f"import all takes no --{name}: {way}")


_OF_A_WAY = ("encoding", "sheet", "header", "mapping", "decimal", "days", "points", "blank-word")


def _ways(
    here: CommandContext, files: Sequence[Path], texts: Sequence[str]
) -> dict[str, FileMapping]:
    """How single files are read: FILE:NAME=VALUE, as often as wanted; a mapping first, so that the
    rest stands above it."""
    said = [_way(text, files) for text in texts]
    found = dict[str, FileMapping]()
    for file, name, value in sorted(said, key=lambda one: one[1] != "mapping"):
        found[file] = _with(here, found.get(file, FileMapping()), name, value)
    return found


def _way(text: str, files: Sequence[Path]) -> tuple[str, str, str]:
    # a name may hold a colon itself
    file = next((each.name for each in files if text.startswith((f"{each.name}:", f"{each}:"))), "")
    start = next((each for each in map(str, files) if text.startswith(f"{each}:")), file)
    name, sign, value = text[len(start) + 1 :].partition("=")
    if not file:
        raise BadInput(
            "no_such_file",
            where=text.partition(":")[0][:80],
            known=", ".join(each.name for each in files),
        )
    if not sign or name not in _OF_A_WAY:
        raise BadInput("way_shape", where=text[:80], known=", ".join(_OF_A_WAY))
    return file, name, value


_CHOICES = {"decimal": (OWN, ".", ","), "days": (OWN, *ORDERS), "points": (OWN, *ROUNDINGS)}


def _with(here: CommandContext, way: FileMapping, name: str, value: str) -> FileMapping:
    if name == "mapping":
        return mappings.asked(here.open, text=value)
    if name == "header":
        if not (value.isascii() and value.isdigit() and len(value) < 4):
            raise BadInput("count", where=value[:20], most=20)
        return replace(way, header=int(value))
    if name in ("encoding", "sheet"):
        return replace(way, **{name: value})  # type: ignore[arg-type]
    if name == "blank-word":
        return replace(way, reading=replace(way.reading, blank=(*way.reading.blank, value)))
    if value not in _CHOICES[name]:
        raise BadInput("way_shape", where=f"{name}={value}"[:80], known=", ".join(_CHOICES[name]))
    return replace(way, reading=replace(way.reading, **{name: value}))  # type: ignore[arg-type]


def _require_clean(tried: Moved, how: ImportOptions) -> None:
    """Refuse before anything is touched what would be refused in the middle."""
    bad = next((one for one in tried.files if one.result.rejected), None)
    if bad is None or how.skip_bad:
        return
    result = bad.result
    counts = {
        "rows": result.rows,
        "created": 0,
        "updated": 0,
        "unchanged": result.rows - result.rejected,
        "rejected": result.rejected,
    }
    refused = ImportRejected(list(result.problems), counts, result.by_kind)
    refused.where = bad.file.path.name
    raise refused


def _paper(here: CommandContext, group: int, o: argparse.Namespace) -> None:
    move_in_page.write(
        here.open,
        view=move_in.show(here.open, group=group),
        file=o.paper,
        words=here.words,
        overwrite=o.overwrite,
    )


def _planned(file: PlannedFile) -> dict[str, Any]:
    return {
        "file": str(file.path),
        "kind": file.kind,
        "told_by": file.told_by,
        "choices": list(file.choices),
    }


def _file(here: CommandContext, one: MovedFile) -> dict[str, Any]:
    answer = json_form.imported(one.result, here.words)
    answer.pop("ok")
    said = {"said": one.result.said} if one.result.said else {}
    return _planned(one.file) | answer | said


def _answer(here: CommandContext, moved: Moved) -> dict[str, Any]:
    files = [_file(here, one) for one in moved.files]
    return {
        "ok": True,
        "group": moved.group,
        "rehearsed": moved.group is None,
        "files": files,
        "rows": moved.rows,
        "totals": _totals(here, moved.totals),
    }


def _totals(here: CommandContext, totals: dict[str, int]) -> dict[str, Any]:
    return {
        name: json_form.money(value, here.words) if name in move_in.MONEY else value
        for name, value in totals.items()
    }


def _view(here: CommandContext, view: MoveView) -> dict[str, Any]:
    files = [vars(file) | {"totals": _totals(here, file.totals)} for file in view.files]
    return {
        "group": view.group,
        "state": view.state,
        "at": json_form.instant(view.at, here.words),
        "by": view.by,
        "files": files,
    }
