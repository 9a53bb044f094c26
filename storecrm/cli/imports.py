"""import: files of other systems."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import import_options, moving
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form import moved_in
from storecrm.cli.json_form.values import facts
from storecrm.domain.list_columns import COLUMNS
from storecrm.errors import BadInput, UsageError
from storecrm.services.exports import templates
from storecrm.services.imports import mappings, preview, rejected_rows, run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.imports.preview import FilePreview

_OTHERWISE = (
    "or: template KIND FILE.xlsx; or: rollback BATCH; or: look KIND FILE; "
    "or: all FILE... (moving in); or: group list|GROUP; or: rollback --all GROUP"
)


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    kinds = ", ".join(COLUMNS)
    load = top.add_parser("import", help=f"files of other systems: {kinds}; {_OTHERWISE}")
    load.add_argument("kind", action=_Import)
    load.add_argument("rest", nargs="*", metavar="FILE")
    import_options.group_arguments(load)
    import_options.reading_arguments(load)
    import_options.cell_arguments(load)
    import_options.row_arguments(load)
    load.set_defaults(go=_import)


class _Import(argparse.Action):
    """`import template` needs no store and nobody who acts."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        namespace.kind = values
        namespace.free = values == "template"


def _import(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.kind == "template":
        return _template(here, o)
    if o.kind == "list" and not o.rest:
        return _list(here)
    if not o.rest:
        raise UsageError("usage", reason=f"import {o.kind} FILE")
    if o.kind in moving.VERBS or (o.kind == "rollback" and o.whole):
        return moving.act(here, o, import_options.options_of(here, o))
    # "undo" was the word once, and scripts still say it
    if o.kind in ("undo", "rollback"):
        return _roll_back(here, o.rest[0])
    if o.kind == "look":
        return _look(here, o)
    if len(o.rest) != 1:
        raise UsageError("usage", reason="import KIND FILE")
    return _take_in(here, o)


def _template(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if len(o.rest) != 2:
        raise UsageError("usage", reason="import template KIND FILE.xlsx")
    kind, file = o.rest
    templates.template(
        kind=kind, file=Path(file), words=here.words, store=here.name, overwrite=o.overwrite
    )
    return {"ok": True, "file": file, "columns": list(COLUMNS[kind])}


def _list(here: CommandContext) -> dict[str, Any]:
    found = run.listed(here.open)
    return {"ok": True, "imports": [moved_in.import_row(row, here.words) for row in found]}


def _roll_back(here: CommandContext, text: str) -> dict[str, Any]:
    # a batch is a whole number that a database holds
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise BadInput("count", where=text, most=10**9)
    back = run.undo(here.open, batch=int(text))
    return {"ok": True, "batch": back.batch, "taken_back": back.rows}


def _take_in(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    """Import one file; rows that cannot be taken are written to a file of their own first."""
    how = import_options.options_of(here, o)
    path = Path(o.rest[0])
    if o.problems:
        wrong = _write_rejected(here, o, how)
        if o.dry_run or not o.skip_bad:
            return {"ok": True, "file": str(o.problems), "rows": wrong, "imported": False}
    done = run.load(here.open, kind=o.kind, path=path, how=how)
    # kept only after it has proved itself
    if o.keep_mapping:
        mappings.keep(
            here.open, name=o.keep_mapping, kind=o.kind, columns=how.mapping, reading=how.reading
        )
    return moved_in.imported(done, here.words)


def _write_rejected(here: CommandContext, o: argparse.Namespace, how: ImportOptions) -> int:
    return rejected_rows.write(
        here.open,
        kind=o.kind,
        path=Path(o.rest[0]),
        how=how,
        file=o.problems,
        words=here.words,
        overwrite=o.overwrite,
    )


def _look(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if len(o.rest) != 2:
        raise UsageError("usage", reason="import look KIND FILE")
    kind, file = o.rest
    mapping = import_options.mapping_of(here, o)
    found = preview.look(
        here.open,
        kind=kind,
        path=Path(file),
        sheet=o.sheet or mapping.sheet,
        encoding=o.encoding or mapping.encoding,
        header=o.header or mapping.header,
        mapping=mapping,
    )
    return _preview(found)


def _preview(found: FilePreview) -> dict[str, Any]:
    about = facts(found, ("encoding", "delimiter", "header", "rows", "more"))
    # a text has no sheets
    if found.sheet:
        about |= {"sheet": found.sheet, "sheets": list(found.sheets)}
    columns = [
        {"title": column.title, "filled": f"{column.filled:.4f}"}
        | {"examples": list(column.examples), "stands_for": column.stands_for or None}
        | {"told_by": column.told_by}
        for column in found.columns
    ]
    read = {"mapping": found.mapping or None, "reading": moved_in.reading(found.reading)}
    return {"ok": True} | about | read | {"columns": columns}
