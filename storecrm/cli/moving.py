"""import all|group|rollback: all the files of an old system at once."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.context import CommandContext
from storecrm.cli.file_ways import OF_A_WAY, ways_of
from storecrm.cli.json_form import moved_in
from storecrm.cli.json_form.values import facts, money
from storecrm.errors import BadInput, ImportRejected, UsageError
from storecrm.services.imports import move_in, move_in_page
from storecrm.services.imports.moves import FileView, Moved, MovedFile, MoveView, PlannedFile
from storecrm.services.imports.options import ImportOptions

VERBS = ("all", "group")
_OF_TITLES = ("mapping", "keep_mapping", "header", "sheet")
_OF_CELLS = ("fix", "fix_alike", "blank", "leave", "expect", "problems")


def act(here: CommandContext, o: argparse.Namespace, how: ImportOptions) -> dict[str, Any]:
    """What `import all`, `group` and `rollback` do."""
    if o.kind == "group" and o.rest == ["list"]:
        groups = move_in.listed(here.open)
        return {"ok": True, "groups": [_view(here, view) for view in groups]}
    if o.kind == "all":
        return _all(here, o, how)
    if len(o.rest) != 1:
        raise UsageError("usage", reason=f"import {o.kind} GROUP")
    group = _group(o.rest[0])
    if o.kind == "rollback":
        gone = move_in.roll_back(here.open, group=group)
        return {"ok": True} | _view(here, gone)
    if o.paper:
        _paper(here, group, o)
    found = move_in.show(here.open, group=group)
    return {"ok": True} | _view(here, found)


def _group(text: str) -> int:
    # a group is a whole number that a database holds
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise BadInput("count", where=text, most=10**9)
    return int(text)


def _all(here: CommandContext, o: argparse.Namespace, how: ImportOptions) -> dict[str, Any]:
    _require_for_all(o)
    store = here.open
    files = [Path(name) for name in o.rest]
    kinds = dict(text.rpartition("=")[::2] for text in o.kinds)
    ways = ways_of(here, files, o.ways)
    plan = move_in.plan(store, files=files, kinds=kinds, encoding=o.encoding, ways=ways)
    # asked before hours of work, not after
    if o.paper:
        move_in_page.require(store, file=o.paper, overwrite=o.overwrite)
    # in a copy of the store: a mistake in the last file costs nothing
    tried = move_in.rehearse(store, plan=plan, how=how)
    if o.dry_run:
        return _answer(here, tried)
    _require_clean(tried, how)
    moved = move_in.load(store, plan=plan, how=how)
    if o.paper and moved.group is not None:
        _paper(here, moved.group, o)
    return _answer(here, moved)


def _require_for_all(o: argparse.Namespace) -> None:
    """Refuse what is said of the rows and columns of one file."""
    said = [name for name in (*_OF_TITLES, *_OF_CELLS) if getattr(o, name, None)]
    if not said:
        return
    name = said[0].replace("_", "-")
    way = "import that file by itself"
    if said[0] in OF_A_WAY:
        way = f"say it of one file: --for FILE:{name}=VALUE"
    raise UsageError("usage", reason=f"import all takes no --{name}: {way}")


def _require_clean(tried: Moved, how: ImportOptions) -> None:
    """Refuse before anything is touched what would be refused in the middle."""
    bad = [one for one in tried.files if one.result.rejected]
    if not bad or how.skip_bad:
        return
    # one at a time is put right
    result = bad[0].result
    unchanged = result.rows - result.rejected
    nothing_done = {"created": 0, "updated": 0, "unchanged": unchanged}
    counts = {"rows": result.rows, **nothing_done, "rejected": result.rejected}
    refused = ImportRejected(list(result.problems), counts, result.by_kind)
    refused.where = bad[0].file.path.name
    raise refused


def _paper(here: CommandContext, group: int, o: argparse.Namespace) -> None:
    view = move_in.show(here.open, group=group)
    move_in_page.write(here.open, view=view, file=o.paper, words=here.words, overwrite=o.overwrite)


def _planned(file: PlannedFile) -> dict[str, Any]:
    return {"file": str(file.path)} | facts(file, ("kind", "told_by", "choices"))


def _file(here: CommandContext, one: MovedFile) -> dict[str, Any]:
    answer = moved_in.imported(one.result, here.words)
    answer.pop("ok")
    said = {"said": one.result.said} if one.result.said else {}
    return _planned(one.file) | answer | said


def _answer(here: CommandContext, moved: Moved) -> dict[str, Any]:
    # what was only rehearsed has no number to roll it back by
    body: dict[str, Any] = {"ok": True, "group": moved.group, "rehearsed": moved.group is None}
    body["files"] = [_file(here, one) for one in moved.files]
    body["rows"] = moved.rows
    body["totals"] = _totals(here, moved.totals)
    return body


def _totals(here: CommandContext, totals: dict[str, int]) -> dict[str, Any]:
    return {name: _total(here, name, value) for name, value in totals.items()}


def _total(here: CommandContext, name: str, value: int) -> Any:
    return money(value, here.words) if name in move_in.MONEY else value


def _view(here: CommandContext, view: MoveView) -> dict[str, Any]:
    body = facts(view, ("group", "state", "at", "by"), here.words)
    return body | {"files": [_moved_file(here, file) for file in view.files]}


def _moved_file(here: CommandContext, file: FileView) -> dict[str, Any]:
    return vars(file) | {"totals": _totals(here, file.totals)}
