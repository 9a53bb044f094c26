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
        text, checks = (
            pool.translate(_DIGIT_TEXT).decode(),
            _check_digits(prefix, pool).translate(_DIGIT_TEXT).decode(),
        )
        codes |= {
            f"{prefix}{text[at * _BODY : at * _BODY + _BODY]}{check}": None
            for at, check in enumerate(checks)
        }
    return [Code(code) for code in codes]


def _check_digits(prefix: str, digits: bytes) -> bytes:
    """The check digits of many bodies at once; `digits` are their digits (0 to 9), one body behind
    the other. The state of every body is a byte of one large number, so that one step of the table
    is one multiplication, one addition and one translation for all."""
    count = len(digits) // _BODY
    states = bytes([damm(prefix)]) * count
    for place in range(_BODY):
        mixed = int.from_bytes(states, "big") * 10 + int.from_bytes(digits[place::_BODY], "big")
        states = mixed.to_bytes(count, "big").translate(_NEXT_STATE)
    return states


_BODY = 13
_BIASED = bytes(range(250, 256))
_TO_DIGIT = bytes(byte % 10 for byte in range(256))
_DIGIT_TEXT = bytes(48 + byte % 10 for byte in range(256))
_NEXT_STATE = bytes(int(_DAMM[at // 10][at % 10]) if at < 100 else 0 for at in range(256))


def own_kind(key: str) -> Kind | None:
    """The kind of a well-shaped own code (16 digits, known prefix), whatever its check digit."""
    return DIGITS_KIND.get(key[:2]) if len(key) == 16 and key.isascii() and key.isdigit() else None


def is_payment_code(key: str) -> bool:
    """WeChat Pay (18 digits from 10-15) or Alipay (16-24 digits from 25-30): a live credential,
    never to be kept."""
    if not (key.isascii() and key.isdigit()):
        return False
    head = int(key[:2]) if len(key) >= 16 else 0
    return (len(key) == 18 and 10 <= head <= 15) or (16 <= len(key) <= 24 and 25 <= head <= 30)


MAX_KEY = 128


def scan_key(text: str) -> str:
    """What a scanned or typed text is looked up by: NFKC, controls stripped, case folded;
    separators dropped only when what is left is one of our 16 digits. Never longer than 128
    characters."""
    if text.isascii() and text.isdigit():
        return text[:MAX_KEY]
    folded = unicodedata.normalize("NFKC", text[: 4 * MAX_KEY])
    kept = (
        "".join(c for c in folded if unicodedata.category(c)[0] != "C").strip().casefold()[:MAX_KEY]
    )
    bare = re.sub(r"[\s\-_.·]", "", kept)
    return bare if own_kind(bare) else kept


def grouped(code: str) -> str:
    """A 16-digit code as people read it, 4-4-4-4; other codes as they are."""
    return " ".join(code[i : i + 4] for i in range(0, 16, 4)) if own_kind(code) else code


def ean_ok(digits: str) -> bool:
    """True for a GS1 number (EAN-13, EAN-8, UPC-A) with the right check digit.

    Source: GS1 General Specifications 7.9.1 (weights 3, 1, 3 ... from the right).
    """
    if len(digits) not in (8, 12, 13) or not (digits.isascii() and digits.isdigit()):
        return False
    weighed = sum(
        int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits[:-1]))
    )
    return -weighed % 10 == int(digits[-1])


def barcode_twin(key: str) -> str:
    """The other way of writing a number that is both: a UPC-A as an EAN-13 that begins with 0, and
    the reverse; "" for any other.

    Source: GS1 General Specifications 1.4.3 (a GTIN-12 is a GTIN-13 with a zero before it).
    """
    if not ean_ok(key):
        return ""
    if len(key) == 12:
        return f"0{key}"
    return key[1:] if len(key) == 13 and key[0] == "0" else ""


def tail(text: str) -> str:
    """The last four characters, all that logs may show of a code or phone."""
    return text[-4:]
