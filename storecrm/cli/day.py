"""day: what the whole shop took on a day."""

import argparse
from typing import Any

from storecrm.cli.arguments import day_of, number
from storecrm.cli.context import CommandContext
from storecrm.errors import BadInput
from storecrm.services.reports import day_totals
from storecrm.values import parse_money


def commands(top: Any) -> None:
    """Register the command of this noun."""
    day = top.add_parser("day", help="what the whole shop took on a day")
    day.add_argument("date", type=day_of)
    # typed as money is written, so read with the shop's own decimals
    day.add_argument("net_sales")
    day.add_argument("receipts", type=number)
    day.set_defaults(go=_set_total)


def _set_total(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    try:
        net = parse_money(o.net_sales, digits=here.words.digits)
    except ValueError:
        raise BadInput("amount", where=o.net_sales) from None
    kept = day_totals.set_total(here.open, day=o.date, net_sales=net, receipts=o.receipts)
    date = kept.day.isoformat()
    return {"ok": True, "date": date, "net_sales": o.net_sales, "receipts": kept.receipts}
