"""Codes that are scanned: our own of 16 digits with their check digit, GS1 numbers, and how any
text is looked up."""

import os
import re
import unicodedata
from enum import StrEnum
from typing import NewType

Code = NewType("Code", str)


class Kind(StrEnum):
    """What a scanned key stands for."""

    COUPON = "coupon"
    MEMBER = "member"
    RECEIPT = "receipt"
    STAFF = "staff"
    PRODUCT = "product"


KIND_DIGITS = {Kind.COUPON: "21", Kind.MEMBER: "22", Kind.RECEIPT: "23", Kind.STAFF: "24"}
DIGITS_KIND = {digits: kind for kind, digits in KIND_DIGITS.items()}
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def damm(digits: str) -> int:
    """The Damm check digit of ASCII `digits`: catches every single error and every neighbour swap.

    Raises:
        ValueError: `digits` is empty or holds anything but 0-9.
    Source: H. M. Damm, Total anti-symmetrische Quasigruppen (2004), the quasigroup of order 10.
    """
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not all digits: {digits[:20]!r}")
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def new_codes(kind: Kind, count: int) -> list[Code]:
    """`count` distinct codes: two digits for the kind, 13 random from the operating system, one
    check digit."""
    codes: dict[str, None] = {}
    prefix = KIND_DIGITS[kind]
    while (missing := count - len(codes)) > 0:
        # bytes of 250 and above are thrown away, so that each digit is equally likely
        pool = os.urandom(missing * 14 + 64).translate(_TO_DIGIT, _BIASED)
        bodies = min(missing, len(pool) // _BODY)
        pool = pool[: bodies * _BODY]
        text = pool.translate(_DIGIT_TEXT).decode()
        checks = _check_digits(prefix, pool).translate(_DIGIT_TEXT).decode()
        for at, check in enumerate(checks):
            body = text[at * _BODY : at * _BODY + _BODY]
            codes[f"{prefix}{body}{check}"] = None
    return [Code(code) for code in codes]


def _check_digits(prefix: str, digits: bytes) -> bytes:
    """The check digits of many bodies at once; `digits` are their digits (0 to 9), one body behind
    the other. The state of every body is a byte of one large number, so that one step of the table
    is one multiplication, one addition and one translation for all."""
    count = len(digits) // _BODY
    states = bytes([damm(prefix)]) * count
    for place in range(_BODY):
        # ten states of ten digits: no byte reaches the next one
        column = int.from_bytes(digits[place::_BODY], "big")
        mixed = int.from_bytes(states, "big") * 10 + column
        states = mixed.to_bytes(count, "big").translate(_NEXT_STATE)
    return states


_BODY = 13
_BIASED = bytes(range(250, 256))
_TO_DIGIT = bytes(byte % 10 for byte in range(256))
_DIGIT_TEXT = bytes(48 + byte % 10 for byte in range(256))
_STATES = bytes(int(state) for state in "".join(_DAMM))
_NEXT_STATE = _STATES.ljust(256, b"\0")


def own_kind(key: str) -> Kind | None:
    """The kind of a well-shaped own code (16 digits, known prefix), whatever its check digit."""
    if len(key) != 16 or not (key.isascii() and key.isdigit()):
        return None
    return DIGITS_KIND.get(key[:2])


def is_payment_code(key: str) -> bool:
    """WeChat Pay (18 digits from 10-15) or Alipay (16-24 digits from 25-30): a live credential,
    never to be kept."""
    if not (key.isascii() and key.isdigit()):
        return False
    length = len(key)
    head = int(key[:2]) if length >= 16 else 0
    wechat = length == 18 and 10 <= head <= 15
    return wechat or (length <= 24 and 25 <= head <= 30)


MAX_KEY = 128


def scan_key(text: str) -> str:
    """What a scanned or typed text is looked up by: NFKC, controls stripped, case folded;
    separators dropped only when what is left is one of our 16 digits. Never longer than 128
    characters."""
    # what a scanner sends needs no closer look
    if text.isascii() and text.isdigit():
        return text[:MAX_KEY]
    folded = unicodedata.normalize("NFKC", text[: 4 * MAX_KEY])
    printed = "".join(sign for sign in folded if unicodedata.category(sign)[0] != "C")
    kept = printed.strip().casefold()[:MAX_KEY]
    # an article's number may have a hyphen, ours has none
    bare = re.sub(r"[\s\-_.·]", "", kept)
    return bare if own_kind(bare) else kept


def grouped(code: str) -> str:
    """A 16-digit code as people read it, 4-4-4-4; other codes as they are."""
    if not own_kind(code):
        return code
    fours = [code[start : start + 4] for start in range(0, 16, 4)]
    return " ".join(fours)


def check_digit(digits: str) -> int:
    """The last digit of a GS1 number (EAN-13, EAN-8, UPC-A) whose other `digits` these are, ASCII
    0-9.

    Source: GS1 General Specifications 7.9.1 (weights 3, 1, 3 ... from the right).
    """
    weighed = 0
    for place, digit in enumerate(reversed(digits)):
        weighed += int(digit) if place % 2 else 3 * int(digit)
    return -weighed % 10


def ean_ok(digits: str) -> bool:
    """True for a GS1 number (EAN-13, EAN-8, UPC-A) with the right check digit."""
    if len(digits) not in (8, 12, 13) or not (digits.isascii() and digits.isdigit()):
        return False
    return check_digit(digits[:-1]) == int(digits[-1])


def barcode_twin(key: str) -> str:
    """The other way of writing a number that is both: a UPC-A as an EAN-13 that begins with 0, and
    the reverse; "" for any other.

    Source: GS1 General Specifications 1.4.3 (a GTIN-12 is a GTIN-13 with a zero before it).
    """
    if not ean_ok(key):
        return ""
    if len(key) == 12:
        return f"0{key}"
    # one of eight digits has no twin
    both = len(key) == 13 and key[0] == "0"
    return key[1:] if both else ""


def tail(text: str) -> str:
    """The last four characters, all that logs may show of a code or phone."""
    return text[-4:]
