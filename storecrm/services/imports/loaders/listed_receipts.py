"""The receipts of a list of sales: how a line of one is held, and which of them were met.

A list may hold millions of lines: a line is a small tuple that shares what its receipt says, and a
receipt that was read is a few numbers.
"""

from array import array
from itertools import groupby
from typing import Any

from storecrm.services.imports.loaders.base import Parsed
from storecrm.values import Day, Moment, share_out

ReceiptKey = tuple[str, str, Day]
"""Store, number and local day."""
Head = tuple[ReceiptKey, Moment, str]
"""What the lines of a receipt share: its key, its instant and its channel."""
Line = tuple[Any, ...]
FreshReceipt = tuple[ReceiptKey, list[Parsed], int | None]
"""A receipt that is not here yet: its key, its lines, its member."""

# where a line holds what
HEAD = 0
WHO = 1
"""The member by number or card."""
PHONE = 2
PRODUCT = 3
PIECES = 4
"""Thousandths; the unit price follows."""
OFF = 6
AMOUNT = 7
BACK = 8
"""Of goods that came back: how, the receipt they were sold on, its date, its line."""


class Receipts:
    """The receipts of the file so far: the sale of each (0 while only counting), its member (0:
    none), how many of its lines came, what they come to, and whether this import made it."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self.sales = array("q")
        self.members = array("q")
        self.lines = array("l")
        self.ours = array("b")
        self.nets = array("q")

    def place(self, key: ReceiptKey) -> int | None:
        """Where a receipt stands; None for one that was not met yet."""
        # 64 bits: two of a million receipts meet once in a hundred million files
        return self._places.get(hash(key))

    def add(
        self,
        key: ReceiptKey,
        sale: int,
        member: int | None,
        *,
        lines: int,
        ours: bool,
        net: int = 0,
    ) -> None:
        """Note a receipt that was not met before."""
        self._places[hash(key)] = len(self.sales)
        self.sales.append(sale)
        self.members.append(member or 0)
        self.lines.append(lines)
        self.ours.append(ours)
        self.nets.append(net)

    def unmet(self, keys: set[ReceiptKey]) -> set[str]:
        """The numbers of those that were not met yet."""
        return {number for _, number, _ in filter(self._is_unmet, keys)}

    def _is_unmet(self, key: ReceiptKey) -> bool:
        return self.place(key) is None


def back_of(parsed: Parsed) -> Any:
    """What a line says of goods that came back, None for others."""
    line = parsed[1]
    return line[BACK] if len(line) > BACK else None


def original_of(lines: list[Parsed]) -> ReceiptKey | None:
    """The receipt that these goods were sold on, as receipts are known."""
    back = back_of(lines[0])
    if not back:
        return None
    _, receipt, day, _ = back
    _, first = lines[0]
    (store, _, _), _, _ = first[HEAD]
    return (store, receipt, day) if receipt and day else None


def by_receipt(part: list[Parsed]) -> dict[ReceiptKey, list[Parsed]]:
    """The lines of a chunk by their receipt, in the order of the file."""
    groups: dict[ReceiptKey, list[Parsed]] = {}
    head = None
    lines = list[Parsed]()
    for parsed in part:
        # the lines of one receipt share one head
        if parsed[1][HEAD] is not head:
            head = parsed[1][HEAD]
            lines = groups.setdefault(head[0], [])
        lines.append(parsed)
    return groups


def share_discounts(found: list[Parsed]) -> list[Parsed]:
    """The lines with what was taken off a whole receipt shared over them, by largest remainder over
    what each comes to."""
    shared = list[Parsed]()
    for _, group in groupby(found, key=_head_of):
        lines = list(group)
        off = sum(line[OFF] for _, line in lines)
        full = [line[AMOUNT] + line[OFF] for _, line in lines]
        # goods that came back bear no part of it
        parts = share_out(off, [max(0, amount) for amount in full])
        if not off or sum(parts) != off:
            shared += lines
            continue
        for (number, line), amount, part in zip(lines, full, parts, strict=True):
            paid = amount - part
            shared_line = (*line[:OFF], part, paid, *line[BACK:])
            shared.append((number, shared_line))
    return shared


def _head_of(parsed: Parsed) -> int:
    return id(parsed[1][HEAD])
