"""import, export and report."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from storecrm.cli import json_form, moving, till
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import day_of, number, writes
from storecrm.domain.list_columns import COLUMNS
from storecrm.errors import BadInput, UsageError
from storecrm.services.exports import files
from storecrm.services.exports.lists import LISTS
from storecrm.services.imports import mappings, preview, rejected_rows, run
from storecrm.services.imports.amount_formats import ROUNDINGS
from storecrm.services.imports.day_formats import ORDERS
from storecrm.services.imports.mappings import OWN, FileMapping, Reading
from storecrm.services.imports.options import ImportOptions
from storecrm.services.reports import month_workbook, promotion_figures
from storecrm.values import clean_text
from storecrm.wording import labels


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    load = top.add_parser(
        "import",
        help=f"files of other systems: {', '.join(COLUMNS)}; "
        "or: template KIND FILE.xlsx; or: rollback BATCH; or: look KIND FILE; "
        "or: all FILE... (moving in); or: group list|GROUP; or: rollback --all GROUP",
    )
    load.add_argument("kind", action=_Import)
    load.add_argument("rest", nargs="*", metavar="FILE")
    load.add_argument(
        "--kind",
        dest="kinds",
        action="append",
        default=[],
        metavar="FILE=KIND",
        help="with all: which list a file is",
    )
    load.add_argument(
        "--for",
        dest="ways",
        action="append",
        default=[],
        metavar="FILE:NAME=VALUE",
        help="with all: how one file is read: encoding, sheet, header, mapping, decimal, days, "
        "points or blank-word",
    )
    load.add_argument(
        "--all",
        dest="whole",
        action=_Whole,
        nargs="?",
        metavar="GROUP",
        default=False,
        help="with rollback: everything that came in together",
    )
    load.add_argument(
        "--paper",
        type=Path,
        metavar="FILE.pdf",
        help="with all or group: what came in, to sign beside the old system's report",
    )
    load.add_argument("--mapping", help="a TOML file, or the name of a mapping that was kept")
    load.add_argument(
        "--decimal",
        default="",
        choices=(OWN, ".", ","),
        help="the sign before the decimals; else as the cells say",
    )
    load.add_argument(
        "--days",
        default="",
        choices=(OWN, *ORDERS),
        help="the order of day, month and year; else as each column says",
    )
    load.add_argument(
        "--points",
        default="",
        choices=(OWN, *ROUNDINGS),
        help="how parts of a point are rounded; else they are a problem",
    )
    load.add_argument(
        "--blank-word",
        action="append",
        default=[],
        metavar="WORD",
        help="a word of the file that says nothing",
    )
    load.add_argument(
        "--take",
        action="append",
        default=[],
        metavar="RULE",
        help="take rows that a rule of the mapping leaves out: void, refund",
    )
    load.add_argument(
        "--keep-mapping", default="", metavar="NAME", help="keep which column is which under a name"
    )
    load.add_argument(
        "--encoding",
        default="",
        help="what the text is: utf-8, gb18030, big5, shift_jis, cp1252 or any other that "
        "Python knows",
    )
    load.add_argument(
        "--sheet",
        default="",
        metavar="N|NAME",
        help="the sheet of a workbook, by its number or its name",
    )
    load.add_argument(
        "--header", type=number, metavar="ROW", help="the row of the titles, 1 the first"
    )
    load.add_argument(
        "--fix", action="append", default=[], metavar="ROW:COLUMN=TEXT", help="a cell put right"
    )
    load.add_argument(
        "--fix-alike",
        action="append",
        default=[],
        metavar="COLUMN:OLD=TEXT",
        help="every cell of a column that says OLD put right",
    )
    load.add_argument(
        "--blank",
        action="append",
        default=[],
        metavar="COLUMN[:CODE]",
        help="leave cells blank that cannot be read, or those of one code",
    )
    load.add_argument(
        "--leave",
        action="append",
        default=[],
        type=number,
        metavar="ROW",
        help="a row to leave out",
    )
    load.add_argument(
        "--expect",
        action="append",
        default=[],
        metavar="TOTAL=VALUE",
        help="rows, points or a sum of money that must come out",
    )
    load.add_argument(
        "--problems",
        type=Path,
        metavar="FILE.xlsx",
        help="the rows that cannot be taken, to put right",
    )
    load.add_argument("--dry-run", action="store_true")
    load.add_argument("--skip-bad", action="store_true")
    load.add_argument("--on-existing", default="fill")
    load.add_argument("--naive-zone", default="")
    load.add_argument(
        "--take-erased",
        action="store_true",
        help="members who were erased come in again (they asked for it)",
    )
    load.add_argument(
        "--new-products",
        action="store_true",
        help="make articles of sales that no list holds, to be completed",
    )
    load.add_argument("--earn", action="store_true", help="imported sales earn points")
    writes(load)
    load.set_defaults(go=_import)
    export = top.add_parser("export", help="lists to .xlsx or .csv: " + ", ".join(LISTS))
    export.add_argument("kind")
    export.add_argument("file", type=Path)
    writes(export)
    export.set_defaults(go=_export)
    report = top.add_parser("report").add_subparsers(dest="verb", required=True)
    month = report.add_parser("promotions", help="the workbook of a period")
    month.add_argument("--from", dest="first", required=True, type=day_of)
    month.add_argument("--to", dest="last", required=True, type=day_of)
    month.add_argument("--output", required=True, type=Path)
    writes(month)
    month.add_argument("--lang", dest="report_lang", choices=("en", "zh_CN"))
    month.set_defaults(go=_report)
    till.report_commands(report)


class _Whole(argparse.Action):
    """`rollback --all GROUP`: the number may stand behind the option."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        namespace.whole = True
        if values is not None:
            namespace.rest = [*(namespace.rest or ()), values]


class _Import(argparse.Action):
    """`import template` needs no store and nobody who acts."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        namespace.kind, namespace.free = values, values == "template"


def _import(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.kind == "template":
        if len(o.rest) != 2:
            raise UsageError("usage", reason="import template KIND FILE.xlsx")
        return _template(here, o.rest[0], o.rest[1], overwrite=o.overwrite)
    if o.kind == "list" and not o.rest:
        return {
            "ok": True,
            "imports": [json_form.import_row(row, here.words) for row in run.listed(here.open)],
        }
    if not o.rest:
        raise UsageError("usage", reason=f"import {o.kind} FILE")
    if o.kind in moving.VERBS or (o.kind == "rollback" and o.whole):
        return moving.act(here, o, _how(here, o))
    if o.kind in ("undo", "rollback"):
        return _roll_back(here, o.rest[0])
    if o.kind == "look":
        if len(o.rest) != 2:
            raise UsageError("usage", reason="import look KIND FILE")
        return _look(here, o)
    if len(o.rest) != 1:
        raise UsageError("usage", reason="import KIND FILE")
    return _take_in(here, o)


def _roll_back(here: CommandContext, text: str) -> dict[str, Any]:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise BadInput("count", where=text, most=10**9)
    back = run.undo(here.open, batch=int(text))
    return {"ok": True, "batch": back.batch, "taken_back": back.rows}


def _take_in(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    """Import one file; rows that cannot be taken are written to a file of their own first."""
    how, path = _how(here, o), Path(o.rest[0])
    if o.problems:
        wrong = rejected_rows.write(
            here.open,
            kind=o.kind,
            path=path,
            how=how,
            file=o.problems,
            words=here.words,
            overwrite=o.overwrite,
        )
        if o.dry_run or not o.skip_bad:
            return {"ok": True, "file": str(o.problems), "rows": wrong, "imported": False}
    done = run.load(here.open, kind=o.kind, path=path, how=how)
    if o.keep_mapping:
        mappings.keep(
            here.open, name=o.keep_mapping, kind=o.kind, columns=how.mapping, reading=how.reading
        )
    return json_form.imported(done, here.words)


def _mapping(here: CommandContext, o: argparse.Namespace) -> FileMapping:
    """A file, or the name of one that was kept; with what was said beside it of how cells are
    read."""
    found = mappings.asked(here.open, text=o.mapping) if o.mapping else FileMapping()
    said = Reading(
        decimal=o.decimal,
        days=o.days,
        points=o.points,
        blank=tuple(o.blank_word),
        taken=frozenset(o.take),
    )
    return replace(found, reading=said.over(found.reading))


def _how(here: CommandContext, o: argparse.Namespace) -> ImportOptions:
    fixes = {}
    for text in o.fix:
        place, _, cell = text.partition("=")
        row, _, column = place.partition(":")
        if not (row.isascii() and row.isdigit() and column):
            raise BadInput("fix_shape", where=text[:40])
        fixes[int(row), column] = cell
    alike = {}
    for text in o.fix_alike:
        place, _, cell = text.partition("=")
        column, _, said = place.partition(":")
        if not column or not said:
            raise BadInput("fix_alike_shape", where=text[:40])
        alike[column, clean_text(said, 60)] = cell
    mapping = _mapping(here, o)
    return ImportOptions(
        o.dry_run,
        o.skip_bad,
        o.on_existing,
        o.naive_zone,
        o.earn,
        dict(mapping.columns),
        o.encoding or mapping.encoding,
        o.header or mapping.header,
        fixes,
        frozenset(o.leave),
        dict(text.partition("=")[::2] for text in o.expect),
        alike=alike,
        blank=frozenset(o.blank),
        take_erased=o.take_erased,
        new_products=o.new_products,
        sheet=o.sheet or mapping.sheet,
        reading=mapping.reading,
        mapping_name=mapping.name,
        strict=mapping.strict,
    )


def _look(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    mapping = _mapping(here, o)
    chosen: dict[str, Any] = {
        "encoding": o.encoding or mapping.encoding,
        "header": o.header or mapping.header,
        "mapping": mapping,
    }
    found = preview.look(
        here.open, kind=o.rest[0], path=Path(o.rest[1]), sheet=o.sheet or mapping.sheet, **chosen
    )
    columns = [
        {
            "title": c.title,
            "filled": f"{c.filled:.4f}",
            "examples": list(c.examples),
            "stands_for": c.stands_for or None,
            "told_by": c.told_by,
        }
        for c in found.columns
    ]
    about = {
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "header": found.header,
        "rows": found.rows,
        "more": found.more,
    }
    if found.sheet:
        about |= {"sheet": found.sheet, "sheets": list(found.sheets)}
    return {
        "ok": True,
        **about,
        "mapping": found.mapping or None,
        "reading": json_form.reading(found.reading),
        "columns": columns,
    }


def _template(here: CommandContext, kind: str, file: str, *, overwrite: bool) -> dict[str, Any]:
    files.template(
        kind=kind, file=Path(file), words=here.words, store=here.name, overwrite=overwrite
    )
    return {"ok": True, "file": file, "columns": list(COLUMNS[kind])}


def _export(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rows = files.export(
        here.open, kind=o.kind, file=o.file, words=here.words, overwrite=o.overwrite
    )
    behind = [
        {
            "code": one.code,
            "count": one.count,
            "message": labels.left_behind(one.code, one.count, here.words),
        }
        for one in files.not_carried(here.open, kind=o.kind)
    ]
    return {"ok": True, "file": str(o.file), "rows": rows, "not_carried": behind}


def _report(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    words = here.words.into(o.report_lang) if o.report_lang else here.words
    figures = month_workbook.write(
        here.open, first=o.first, last=o.last, file=o.output, words=words, overwrite=o.overwrite
    )
    by_itself = [
        {
            "offer_code": p.offer_code,
            "offer": p.offer_name,
            "campaign": p.campaign,
            "sales": p.sales,
            "members": p.members,
            "sales_net": json_form.money(p.sales_net, here.words),
            "discount": json_form.money(p.discount, here.words),
        }
        for p in promotion_figures.figures(here.open, first=o.first, last=o.last)
    ]
    return json_form.report(figures, here.words) | {"promotions": by_itself, "file": str(o.output)}
