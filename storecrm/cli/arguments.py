"""Arguments that several commands have, and how their texts are read."""

import argparse
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from storecrm.cli.context import CommandContext
from storecrm.errors import BadInput
from storecrm.values import Money, Quantity, parse_money

MOST = 1_000_000_000
"""Beyond this nobody counts anything in a shop."""
_PIECES = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")


def noun(top: Any, name: str, say: str | None = None) -> Any:
    """A command that has verbs, `say` what it is about; verbs are added to what this returns."""
    # help=None would still list the command with an empty line
    about = {} if say is None else {"help": say}
    command = top.add_parser(name, **about)
    return command.add_subparsers(dest="verb", required=True)


def number(text: str) -> int:
    """A whole number typed as an option.

    Raises:
        BadInput: number (facts: most).
    """
    try:
        found = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text[:20]} is not a whole number") from error
    if abs(found) > MOST:
        shown = f"{text[:20]}…" if len(text) > 20 else text
        raise BadInput("number", where=shown, most=f"{MOST:,}")
    return found


def day_of(text: str) -> date:
    """A date typed as an option."""
    try:
        found = date.fromisoformat(text)
        if not 1970 <= found.year <= 2200:
            raise ValueError(text)
        return found
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-11-30") from error


def period(command: Any, *, required: bool = True) -> None:
    """The first and the last day that a command looks at."""
    # argparse takes the word `from` for the option, Python takes none as a name
    command.add_argument("--from", dest="first", type=day_of, required=required)
    command.add_argument("--to", dest="last", type=day_of, required=required)


def writes(command: Any) -> None:
    """The option of every command that writes a file."""
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="write over another file that lies there (never the store's own)",
    )


def output(command: Any, *, metavar: str | None = None) -> None:
    """The file that a command cannot do without."""
    command.add_argument("--output", type=Path, required=True, metavar=metavar)
    writes(command)


def several(command: Any, name: str, **said: Any) -> None:
    """An option that may be given more than once."""
    command.add_argument(name, action="append", default=[], **said)


def request_no(command: Any) -> None:
    """The number by which a request that is sent again is known."""
    command.add_argument("--request-no")


def expected_sum(command: Any, option: str, what: str) -> None:
    """The sum that whoever asks has seen: `what` says where."""
    told = f"{what}: another one is refused (price_changed)"
    command.add_argument(option, metavar="SUM", help=told)


def amount(here: CommandContext, text: str | None) -> Money | None:
    """A sum in the shop's money, None where none was given.

    Raises:
        BadInput: amount.
    """
    if text is None:
        return None
    try:
        return parse_money(text, digits=here.words.digits)
    except ValueError:
        raise BadInput("amount", where=text[:40]) from None


def signed_amount(here: CommandContext, text: str | None) -> Money | None:
    """An amount that may go back to the customer: with a minus before it."""
    if text is None or not text.startswith("-"):
        return amount(here, text)
    return Money(-sum_of(here, text[1:]))


def sum_of(here: CommandContext, text: str | None) -> Money:
    """A sum in the shop's money, none where none was given."""
    return amount(here, text) or Money(0)


def pieces(text: str) -> Quantity | None:
    """Pieces with up to three decimals, as thousandths; None for any other text."""
    if not _PIECES.fullmatch(text):
        return None
    return Quantity(int(Decimal(text) * 1000))
