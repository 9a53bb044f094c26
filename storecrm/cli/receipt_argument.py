"""The receipt that a command is about."""

import argparse
from typing import Any

from storecrm.cli.arguments import day_of
from storecrm.services.till import receipt_numbers


def receipt_argument(command: Any, *, maybe: bool = False) -> None:
    """A number that begins anew every day is told apart by date and store."""
    command.add_argument("receipt", nargs="?" if maybe else None)
    command.add_argument(
        "--date",
        dest="receipt_date",
        type=day_of,
        help="which of several receipts of this number: its day",
    )
    command.add_argument(
        "--branch", dest="receipt_store", default="", help="with --date: its store"
    )


def receipt_of(o: argparse.Namespace) -> str:
    """The receipt as it was named."""
    # a number alone is enough as long as it names one
    return receipt_numbers.chosen(o.receipt, o.receipt_date, o.receipt_store)
