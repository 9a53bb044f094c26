"""The lines of a bill as they are typed: goods that are sold, goods that come back, tenders."""

import re
from typing import Any

from storecrm.cli.arguments import amount, pieces, several
from storecrm.cli.context import CommandContext
from storecrm.domain.tenders import Tender
from storecrm.errors import BadInput
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Money, TenderKind, parse_money

_LINE_NO = re.compile(r"[0-9]{1,4}")
_COUNT = re.compile(r"[0-9]{1,6}")


def sold_arguments(command: Any) -> None:
    """What a bill is made of, whether it is paid or put aside."""
    command.add_argument("--amount")
    several(command, "--line", metavar="SKU:QTY[:PRICE]")
    command.add_argument("--member")
    several(command, "--coupon")


def sold_line(here: CommandContext, text: str) -> LineIn:
    """SKU:QTY or SKU:QTY:PRICE; an article's number may hold a colon itself.

    Raises:
        BadInput: quantity, amount.
    """
    parts = text.rsplit(":", 2) if text.count(":") >= 2 else text.rsplit(":", 1)
    quantity = pieces(parts[1]) if len(parts) > 1 else None
    if quantity is None:
        raise BadInput("quantity", where=text[:40])
    price = amount(here, parts[2]) if len(parts) == 3 else None
    return LineIn(parts[0], quantity, price)


def sold_lines(here: CommandContext, texts: list[str]) -> list[LineIn]:
    return [sold_line(here, text) for text in texts]


def returned_lines(texts: list[str]) -> list[ReturnLine]:
    """N:QTY, a line of the receipt and how much of it comes back.

    Raises:
        BadInput: return_line.
    """
    lines = []
    for text in texts:
        number, _, count = text.partition(":")
        quantity = pieces(count)
        if quantity is None or not _LINE_NO.fullmatch(number):
            raise BadInput("return_line", where=text[:40])
        lines.append(ReturnLine(int(number), quantity))
    return lines


def counted_pieces(texts: list[str]) -> dict[str, int]:
    """OFFER:PIECES as given on the command line.

    Raises:
        BadInput: counted, counted_twice.
    """
    found: dict[str, int] = {}
    for text in texts:
        code, _, count = text.rpartition(":")
        if not code or not _COUNT.fullmatch(count):
            raise BadInput("counted", where=text[:40])
        # counted twice is a slip of the pen, not a sum
        if code in found:
            raise BadInput("counted_twice", where=code[:40])
        found[code] = int(count)
    return found


def tenders(here: CommandContext, texts: list[str]) -> list[Tender]:
    """KIND:AMOUNT as given on the command line.

    Raises:
        BadInput: tender.
    """
    return [_tender(here, text) for text in texts]


def _tender(here: CommandContext, text: str) -> Tender:
    kind, _, paid = text.partition(":")
    try:
        tender = Tender(TenderKind(kind), Money(parse_money(paid, digits=here.words.digits)))
    except ValueError:
        raise BadInput("tender", where=text[:40]) from None
    # goods in exchange are no money that somebody hands over
    if tender.kind is TenderKind.EXCHANGE:
        raise BadInput("tender", where=text[:40])
    return tender
