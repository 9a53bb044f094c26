"""How a file is read, as it was said on the command line."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import number, several, writes
from storecrm.cli.context import CommandContext
from storecrm.errors import BadInput
from storecrm.services.imports import mappings
from storecrm.services.imports.amount_formats import ROUNDINGS
from storecrm.services.imports.day_formats import ORDERS
from storecrm.services.imports.mappings import OWN, FileMapping, Reading
from storecrm.services.imports.options import ImportOptions
from storecrm.values import clean_text


class _Whole(argparse.Action):
    """`rollback --all GROUP`: the number may stand behind the option."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        namespace.whole = True
        if values is not None:
            namespace.rest = [*(namespace.rest or ()), values]


def group_arguments(load: Any) -> None:
    """All the files of an old system at once."""
    which = "with all: which list a file is"
    several(load, "--kind", dest="kinds", metavar="FILE=KIND", help=which)
    one = (
        "with all: how one file is read: encoding, sheet, header, mapping, decimal, days, "
        "points or blank-word"
    )
    several(load, "--for", dest="ways", metavar="FILE:NAME=VALUE", help=one)
    load.add_argument(
        "--all",
        dest="whole",
        action=_Whole,
        nargs="?",
        metavar="GROUP",
        default=False,
        help="with rollback: everything that came in together",
    )
    paper = "with all or group: what came in, to sign beside the old system's report"
    load.add_argument("--paper", type=Path, metavar="FILE.pdf", help=paper)


def reading_arguments(load: Any) -> None:
    """What the text is, and which column is which."""
    load.add_argument("--mapping", help="a TOML file, or the name of a mapping that was kept")
    under_a_name = "keep which column is which under a name"
    load.add_argument("--keep-mapping", default="", metavar="NAME", help=under_a_name)
    text = (
        "what the text is: utf-8, gb18030, big5, shift_jis, cp1252 or any other that Python knows"
    )
    load.add_argument("--encoding", default="", help=text)
    sheet = "the sheet of a workbook, by its number or its name"
    load.add_argument("--sheet", default="", metavar="N|NAME", help=sheet)
    titles = "the row of the titles, 1 the first"
    load.add_argument("--header", type=number, metavar="ROW", help=titles)


def cell_arguments(load: Any) -> None:
    """How numbers and days of the file are meant."""
    signs = "the sign before the decimals; else as the cells say"
    load.add_argument("--decimal", default="", choices=(OWN, ".", ","), help=signs)
    order = "the order of day, month and year; else as each column says"
    load.add_argument("--days", default="", choices=(OWN, *ORDERS), help=order)
    parts = "how parts of a point are rounded; else they are a problem"
    load.add_argument("--points", default="", choices=(OWN, *ROUNDINGS), help=parts)
    nothing = "a word of the file that says nothing"
    several(load, "--blank-word", metavar="WORD", help=nothing)
    load.add_argument("--naive-zone", default="")
    right = "a cell put right"
    several(load, "--fix", metavar="ROW:COLUMN=TEXT", help=right)
    alike = "every cell of a column that says OLD put right"
    several(load, "--fix-alike", metavar="COLUMN:OLD=TEXT", help=alike)
    unread = "leave cells blank that cannot be read, or those of one code"
    several(load, "--blank", metavar="COLUMN[:CODE]", help=unread)


def row_arguments(load: Any) -> None:
    """Which rows come in, and what becomes of the rest."""
    taken = "take rows that a rule of the mapping leaves out: void, refund"
    several(load, "--take", metavar="RULE", help=taken)
    several(load, "--leave", type=number, metavar="ROW", help="a row to leave out")
    sums = "rows, points or a sum of money that must come out"
    several(load, "--expect", metavar="TOTAL=VALUE", help=sums)
    rejected = "the rows that cannot be taken, to put right"
    load.add_argument("--problems", type=Path, metavar="FILE.xlsx", help=rejected)
    load.add_argument("--dry-run", action="store_true")
    load.add_argument("--skip-bad", action="store_true")
    load.add_argument("--on-existing", default="fill")
    asked = "members who were erased come in again (they asked for it)"
    load.add_argument("--take-erased", action="store_true", help=asked)
    unknown = "make articles of sales that no list holds, to be completed"
    load.add_argument("--new-products", action="store_true", help=unknown)
    load.add_argument("--earn", action="store_true", help="imported sales earn points")
    writes(load)


def mapping_of(here: CommandContext, o: argparse.Namespace) -> FileMapping:
    """A file, or the name of one that was kept; with what was said beside it of how cells are
    read."""
    # what is said beside a mapping stands above it
    found = mappings.asked(here.open, text=o.mapping) if o.mapping else FileMapping()
    said = Reading(
        decimal=o.decimal,
        days=o.days,
        points=o.points,
        blank=tuple(o.blank_word),
        taken=frozenset(o.take),
    )
    return replace(found, reading=said.over(found.reading))


def options_of(here: CommandContext, o: argparse.Namespace) -> ImportOptions:
    """Everything that was said; what was not said of the text is as the mapping has it."""
    fixes = _fixes(o.fix)
    alike = _fixes_alike(o.fix_alike)
    mapping = mapping_of(here, o)
    expected = dict(text.partition("=")[::2] for text in o.expect)
    return ImportOptions(
        dry_run=o.dry_run,
        skip_bad=o.skip_bad,
        on_existing=o.on_existing,
        naive_zone=o.naive_zone,
        earn=o.earn,
        mapping=dict(mapping.columns),
        encoding=o.encoding or mapping.encoding,
        header=o.header or mapping.header,
        fixes=fixes,
        leave=frozenset(o.leave),
        expect=expected,
        alike=alike,
        blank=frozenset(o.blank),
        take_erased=o.take_erased,
        new_products=o.new_products,
        sheet=o.sheet or mapping.sheet,
        reading=mapping.reading,
        mapping_name=mapping.name,
        strict=mapping.strict,
    )


def _fixes(texts: list[str]) -> dict[tuple[int, str], str]:
    """ROW:COLUMN=TEXT.

    Raises:
        BadInput: fix_shape.
    """
    fixes = {}
    for text in texts:
        place, _, cell = text.partition("=")
        row, _, column = place.partition(":")
        if not (row.isascii() and row.isdigit() and column):
            raise BadInput("fix_shape", where=text[:40])
        fixes[int(row), column] = cell
    return fixes


def _fixes_alike(texts: list[str]) -> dict[tuple[str, str], str]:
    """COLUMN:OLD=TEXT.

    Raises:
        BadInput: fix_alike_shape.
    """
    alike = {}
    for text in texts:
        place, _, cell = text.partition("=")
        column, _, said = place.partition(":")
        if not column or not said:
            raise BadInput("fix_alike_shape", where=text[:40])
        # cells are compared as they are cleaned
        alike[column, clean_text(said, 60)] = cell
    return alike
