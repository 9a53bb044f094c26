"""What stands in the scan box when Enter is pressed: an amount, a member, a code or a command.

The shape of the text decides alone, with three facts of the till: which numbered ways stand on the
panel, whether the till sells goods, and whether goods are on the bill.

>>> parse("128.50")
Amount(text='128.50')
>>> parse("0001")
MemberQuery(text='0001', whole_phone=False)
>>> parse("3*6901234567892", sells_goods=True)
Articles(code='6901234567892', quantity=3000)
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from storecrm.values import PIECE, Quantity, damm, own_kind, scan_key


@dataclass(frozen=True)
class Amount:
    """An amount as it was typed; whether it can be read depends on the currency."""

    text: str


@dataclass(frozen=True)
class MemberQuery:
    """Members are looked for by tail, phone, name or initials; a whole phone proves the member as
    a card does."""

    text: str
    whole_phone: bool = False


@dataclass(frozen=True)
class Code:
    """A coupon, card or article by its code."""

    text: str


@dataclass(frozen=True)
class Articles:
    """An article with its quantity in thousandths; None where the article says how many."""

    code: str
    quantity: Quantity | None


@dataclass(frozen=True)
class LineQuantity:
    """Another quantity of the chosen line, in thousandths; 0 takes the line out."""

    quantity: Quantity


@dataclass(frozen=True)
class Way:
    """A numbered way on that stands on the panel, counted from 1."""

    number: int


class Command(Enum):
    """What is done without any text."""

    CONFIRM = auto()
    """Enter on the empty box."""
    CLOSE = auto()
    """Post the bill."""


Entry = Amount | MemberQuery | Code | Articles | LineQuantity | Way | Command

_TIMES = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)[*×xX](.*)")
_AMOUNT = re.compile(r"\d{1,3}|\d+[.]\d*|[.]\d+")
_TAIL_OR_PHONE = re.compile(r"\d{4}|\d{11}")
_DIGITS = re.compile(r"[\d\s\-]+")
_WHOLE_PHONE = re.compile(r"\+?\d{11,15}")


def parse(
    text: str,
    *,
    ways: Collection[int] = (),
    sells_goods: bool = False,
    goods_on_bill: bool = False,
) -> Entry:
    """What the person means by `text`, with signs folded already.

    Args:
        ways: the numbers that stand on the panel.
        sells_goods: the till is a register; "3*CODE" and "3*" mean quantities there.
        goods_on_bill: "-" takes the chosen line out.
    """
    typed = text.strip()
    known: Entry | None = _command(typed) or _numbered(typed, ways)
    if known is None and sells_goods:
        known = _quantity(typed)
    if known is not None:
        return known
    if typed == "-" and goods_on_bill:
        return LineQuantity(Quantity(0))
    return _by_shape(typed)


def _command(typed: str) -> Command | None:
    if not typed:
        return Command.CONFIRM
    return Command.CLOSE if typed == "+" else None


def _numbered(typed: str, ways: Collection[int]) -> Way | None:
    """One digit is a way on where the panel shows it, and an amount elsewhere."""
    single = re.fullmatch(r"[1-9]", typed)
    return Way(int(typed)) if single and int(typed) in ways else None


def _quantity(typed: str) -> Articles | LineQuantity | None:
    """ "3*CODE" puts three of an article, "3*" makes the chosen line three."""
    found = _TIMES.fullmatch(typed)
    if found is None:
        return None
    quantity = Quantity(int(Decimal(found[1]) * PIECE))
    code = found[2].strip()
    return Articles(code, quantity or None) if code else LineQuantity(quantity)


def _by_shape(typed: str) -> Amount | MemberQuery | Code:
    if typed.endswith("+"):
        return Amount(typed[:-1])
    if _AMOUNT.fullmatch(typed):
        return Amount(typed)
    if _TAIL_OR_PHONE.fullmatch(typed) or not _DIGITS.fullmatch(typed):
        return MemberQuery(typed, whole_phone=_WHOLE_PHONE.fullmatch(typed) is not None)
    return Code(typed)


def ends_itself(text: str, *, begun: bool) -> bool:
    """True when "+" was typed last and needs no Enter: behind an amount, or alone on a bill."""
    return text.endswith("+") and (len(text) > 1 or begun)


def phone_in(text: str) -> str:
    """The text when it is a whole mobile number, else "": registering begins with it."""
    return text if text.isdigit() and len(text) == 11 else ""


def check_digit_right(text: str) -> bool | None:
    """While a code is typed: whether its check digit is right; None while it is not complete."""
    key = scan_key(text)
    return (damm(key) == 0) if own_kind(key) else None
