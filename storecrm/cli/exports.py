"""export: lists as files."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import writes
from storecrm.cli.context import CommandContext
from storecrm.services.exports import files
from storecrm.services.exports.lists import LISTS
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.wording import labels


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    kinds = ", ".join(LISTS)
    export = top.add_parser("export", help=f"lists to .xlsx or .csv: {kinds}")
    export.add_argument("kind")
    export.add_argument("file", type=Path)
    writes(export)
    export.set_defaults(go=_export)


def _export(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rows = files.export(
        here.open, kind=o.kind, file=o.file, words=here.words, overwrite=o.overwrite
    )
    # what the file cannot hold is said, else it would be missed only when it comes in elsewhere
    behind = [_left_behind(here, one) for one in files.not_carried(here.open, kind=o.kind)]
    return {"ok": True, "file": str(o.file), "rows": rows, "not_carried": behind}


def _left_behind(here: CommandContext, one: LeftBehind) -> dict[str, Any]:
    message = labels.left_behind(one.code, one.count, here.words)
    return {"code": one.code, "count": one.count, "message": message}
