"""import, export and report."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import counter, shape
from storecrm.cli.context import Here
from storecrm.cli.shop import day_of
from storecrm.errors import BadInput, UsageError
from storecrm.i18n import Catalogue
from storecrm.services.documents import monthly_report
from storecrm.services.insight import promotions
from storecrm.services.keeping import exporting, importing
from storecrm.services.keeping.tables import COLUMNS


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    load = top.add_parser("import", help=f"files of other systems: {', '.join(COLUMNS)}; or: template KIND FILE.xlsx; or: undo BATCH")
    load.add_argument("kind", action=_Import)
    load.add_argument("rest", nargs="+", metavar="FILE")
    load.add_argument("--mapping", type=Path)
    load.add_argument("--dry-run", action="store_true")
    load.add_argument("--skip-bad", action="store_true")
    load.add_argument("--on-existing", default="fill")
    load.add_argument("--naive-zone", default="")
    load.add_argument("--earn", action="store_true", help="imported sales earn points")
    load.set_defaults(go=_import)
    export = top.add_parser("export", help="members, sales, coupons, redemptions or points to .xlsx or .csv")
    export.add_argument("kind")
    export.add_argument("file", type=Path)
    export.set_defaults(go=_export)
    report = top.add_parser("report").add_subparsers(dest="verb", required=True)
    month = report.add_parser("promotions", help="the workbook of a period")
    month.add_argument("--from", dest="first", required=True, type=day_of)
    month.add_argument("--to", dest="last", required=True, type=day_of)
    month.add_argument("--output", required=True, type=Path)
    month.add_argument("--lang", dest="report_lang", choices=("en", "zh_CN"))
    month.set_defaults(go=_report)
    counter.report_commands(report)


class _Import(argparse.Action):
    """`import template` needs no store and nobody who acts."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:  # noqa: ARG002
        namespace.kind, namespace.free = values, values == "template"


def _import(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    if o.kind == "template":
        if len(o.rest) != 2:
            raise UsageError("usage", reason="import template KIND FILE.xlsx")
        return _template(here, o.rest[0], o.rest[1])
    if o.kind == "undo":
        if not (o.rest[0].isascii() and o.rest[0].isdigit() and len(o.rest[0]) < 18):
            raise BadInput("count", where=o.rest[0], most=10**9)
        back = importing.undo(here.open, batch=int(o.rest[0]))
        return {"ok": True, "batch": back.batch, "taken_back": back.rows}
    if len(o.rest) != 1:
        raise UsageError("usage", reason="import KIND FILE")
    mapping = importing.read_mapping(o.mapping) if o.mapping else {}
    how = importing.How(o.dry_run, o.skip_bad, o.on_existing, o.naive_zone, o.earn, mapping)
    return shape.imported(importing.load(here.open, kind=o.kind, path=Path(o.rest[0]), how=how), here.words)


def _template(here: Here, kind: str, file: str) -> dict[str, Any]:
    exporting.template(kind=kind, file=Path(file), words=here.words)
    return {"ok": True, "file": file, "columns": list(COLUMNS[kind])}


def _export(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "file": str(o.file), "rows": exporting.export(here.open, kind=o.kind, file=o.file, words=here.words)}


def _report(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    words = Catalogue(o.report_lang, here.words.currency, here.words.zone) if o.report_lang else here.words
    figures = monthly_report.write(here.open, first=o.first, last=o.last, file=o.output, words=words)
    by_itself = [
        {
            "offer_code": p.offer_code,
            "offer": p.offer_name,
            "campaign": p.campaign,
            "sales": p.sales,
            "members": p.members,
            "sales_net": shape.money(p.sales_net, here.words),
            "discount": shape.money(p.discount, here.words),
        }
        for p in promotions.figures(here.open, first=o.first, last=o.last)
    ]
    return shape.report(figures, here.words) | {"promotions": by_itself, "file": str(o.output)}
