"""clock: what day it is."""

import argparse
from typing import Any

from storecrm.cli.arguments import day_of, noun
from storecrm.cli.context import CommandContext
from storecrm.services.till import clock_check


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "clock", "what day it is")
    moved = "say that DATE is today, after the computer's clock was moved far"
    confirm = verbs.add_parser("confirm", help=moved)
    confirm.add_argument("day", type=day_of, metavar="DATE")
    confirm.set_defaults(go=_confirm)


def _confirm(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # it stands in the trail with the name of who said it
    clock_check.confirm_day(here.open, day=o.day)
    return {"ok": True, "day": o.day.isoformat()}
