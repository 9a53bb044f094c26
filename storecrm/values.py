"""The ground floor: exact, pure values. Money and points are integers, days are dates, codes are strings.

Nothing here knows a database, a screen or a language. Parse with these as early as possible.
"""

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, NewType, cast
from zoneinfo import ZoneInfo

Money = NewType("Money", int)
"""An amount in minor units (分, cents)."""
Points = NewType("Points", int)
Percent = NewType("Percent", int)
"""A share in whole percent."""
BasisPoints = NewType("BasisPoints", int)
"""A share in hundredths of a percent: 1500 is 15 %."""
Quantity = NewType("Quantity", int)
"""Thousandths of a piece or kilogram."""
Moment = NewType("Moment", int)
"""Microseconds since 1970-01-01 UTC."""
Day = date
Code = NewType("Code", str)
Phone = NewType("Phone", str)

ShopId = NewType("ShopId", int)
StaffId = NewType("StaffId", int)
TillId = NewType("TillId", int)
MemberId = NewType("MemberId", int)
ProductId = NewType("ProductId", int)
OfferId = NewType("OfferId", int)
VersionId = NewType("VersionId", int)
BatchId = NewType("BatchId", int)
CouponId = NewType("CouponId", int)
RedemptionId = NewType("RedemptionId", int)
SaleId = NewType("SaleId", int)
LineId = NewType("LineId", int)
LotId = NewType("LotId", int)
EntryId = NewType("EntryId", int)
ImportId = NewType("ImportId", int)

MAX_MONEY = Money(10**12)
MAX_POINTS = Points(10**9)
"""Points that one entry of the ledger holds at the most."""
"""No single amount may reach ten thousand million: keeps sums far inside 64 bits."""
WHOLE = 10_000
PIECE = Quantity(1000)


class Role(StrEnum):
    """What a person may do is decided by the role (see services.rights)."""

    CASHIER = "cashier"
    MANAGER = "manager"
    OWNER = "owner"


class Kind(StrEnum):
    """What a scanned key stands for."""

    COUPON = "coupon"
    MEMBER = "member"
    RECEIPT = "receipt"
    STAFF = "staff"
    PRODUCT = "product"


KIND_DIGITS = {Kind.COUPON: "21", Kind.MEMBER: "22", Kind.RECEIPT: "23", Kind.STAFF: "24"}
DIGITS_KIND = {digits: kind for kind, digits in KIND_DIGITS.items()}


class OfferKind(StrEnum):
    """What an offer gives. `EXTERNAL` was decided by another system and only takes imported redemptions."""

    PERCENT_OFF = "percent_off"
    AMOUNT_OFF = "amount_off"
    THRESHOLD_OFF = "threshold_off"
    EVERY_THRESHOLD = "every_threshold"
    FIXED_PRICE = "fixed_price"
    BUY_GET = "buy_get"
    NTH_ITEM = "nth_item"
    GIFT = "gift"
    ADD_ON = "add_on"
    POINTS_TIMES = "points_times"
    STAMPS = "stamps"
    EXTERNAL = "external"


class OfferState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"


class CouponState(StrEnum):
    """Stored states. "Not yet valid" and "expired" are derived from the dates."""

    ISSUED = "issued"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    VOIDED = "voided"


class BatchState(StrEnum):
    ISSUING = "issuing"
    READY = "ready"
    VOIDED = "voided"


ARRIVING = "arriving"
"""The state of rows of an import that is not at its end: nobody sees them."""


class SaleState(StrEnum):
    OPEN = "open"
    SUSPENDED = "suspended"
    POSTED = "posted"
    VOIDED = "voided"
    DROPPED = "dropped"


class EntryKind(StrEnum):
    """The kinds of points movement, one row per direction."""

    OPENING = "opening"
    EARN = "earn"
    BURN = "burn"
    EXCHANGE = "exchange"
    EXPIRE = "expire"
    ADJUST = "adjust"
    CLAW_BACK = "claw_back"
    RESTORE = "restore"
    REVERSE = "reverse"


class TenderKind(StrEnum):
    """What a sale was paid with."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    EXCHANGE = "exchange"
    OTHER = "other"


class Override(StrEnum):
    """On whose word a coupon was taken although a rule says no."""

    NONE = ""
    MANAGER = "manager"
    ALLOWANCE = "allowance"
    EMERGENCY = "emergency"


class PaperAct(StrEnum):
    """What happens to a range of printed serials."""

    HANDED_OUT = "handed_out"
    RETURNED = "returned"
    VOIDED = "voided"


class StampKind(StrEnum):
    """The kinds of stamp movement."""

    STAMP = "stamp"
    CARD = "card"
    TAKE_BACK = "take_back"
    REVERSE = "reverse"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    WECHAT = "wechat"
    PHONE = "phone"
    POST = "post"


class Purpose(StrEnum):
    """What a member says yes or no to: offers, messages about their own affairs, questions."""

    PROMOTION = "promotion"
    SERVICE = "service"
    SURVEY = "survey"


class RefusalCode(StrEnum):
    """Why a coupon is not taken: stable codes for screens, JSON and reports."""

    NOT_FOUND = "not_found"
    CHECKSUM = "checksum"
    VOIDED = "voided"
    NOT_STARTED = "not_started"
    NOT_ACTIVATED = "not_activated"
    EXPIRED = "expired"
    ALREADY_REDEEMED = "already_redeemed"
    ON_THIS_BILL = "on_this_bill"
    PAYMENT_CODE = "payment_code"
    MEMBER_REQUIRED = "member_required"
    WRONG_MEMBER = "wrong_member"
    AMOUNT_REQUIRED = "amount_required"
    MIN_SPEND = "min_spend"
    MIN_QUANTITY = "min_quantity"
    TIER = "tier"
    STORE = "store"
    WEEKDAY_TIME = "weekday_time"
    FIRST_PURCHASE = "first_purchase"
    BIRTHDAY_WINDOW = "birthday_window"
    BUDGET = "budget"
    RESERVED_ELSEWHERE = "reserved_elsewhere"
    NO_ELIGIBLE_ITEM = "no_eligible_item"
    NOT_STACKABLE = "not_stackable"
    MEMBER_LIMIT = "member_limit"
    DAILY_LIMIT = "daily_limit"
    CAMPAIGN_PAUSED = "campaign_paused"
    AMBIGUOUS = "ambiguous"
    THROTTLED = "throttled"
    NO_EFFECT = "no_effect"
    CHANNEL = "channel"
    CARD_LOST = "card_lost"


@dataclass(frozen=True)
class Refusal:
    """One failing rule with its distance; only the facts that belong to the code are set."""

    code: RefusalCode
    short: Money | None = None
    day: Day | None = None
    at: Moment | None = None
    till: str | None = None
    staff: str | None = None
    member: str | None = None
    limit: int | None = None
    reason: str | None = None
    offer: str | None = None
    saves_more: Money | None = None
    pieces: int | None = None
    receipt: str | None = None
    """Of a coupon that the same person used just now at the same till: its receipt, should it never have come out of the printer."""


PERCENTAGES = frozenset({OfferKind.PERCENT_OFF, OfferKind.NTH_ITEM})
"""Kinds whose value is basis points off; the others' is money, except POINTS_TIMES (basis points times) and BUY_GET (none)."""


@dataclass(frozen=True)
class OfferRule:
    """What an offer says, frozen into a version once coupons are issued. None and an empty tuple mean "no limit".

    `value`: basis points off for PERCENTAGES; the price of one piece for FIXED_PRICE and ADD_ON; 20000 for double points; else money.
    `buy`, `get`: pieces to buy and pieces given (BUY_GET: 12 and 1; NTH_ITEM: `buy` = n; GIFT, ADD_ON: `get` pieces of `gifts`; STAMPS: `buy` stamps).
    `minutes`: first and last minute of the day, both included. `birthday`: "", "day" (7 days around it) or "month".
    `valid_delay`: days between issue and the first day. `budget`: all that may ever be given. `group`: of offers with the same word only the best applies.
    `stackable`: True goes beside others that say so, False stands alone, None is as the shop says (`coupons_per_bill`); of promotions of the
    whole bill one that does not say True applies.
    `reward`: the offer whose coupon a full stamp card gives (`buy` stamps, each `valid_days` long). `supplier_share`: basis points of what
    the offer gives that `supplier` pays.
    """

    kind: OfferKind
    value: int = 0
    cap: Money | None = None
    min_spend: Money | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    valid_days: int | None = None
    limit_total: int | None = None
    limit_per_member: int | None = None
    uses_allowed: int | None = 1
    bearer: bool = True
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    automatic: bool = False
    brands: tuple[str, ...] = ()
    not_products: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    min_quantity: int | None = None
    max_repeats: int | None = None
    buy: int | None = None
    get: int | None = None
    gifts: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    members_only: bool = False
    tiers: tuple[str, ...] = ()
    first_purchase: bool = False
    birthday: str = ""
    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    budget: Money | None = None
    priority: int = 0
    stackable: bool | None = None
    group: str = ""
    skip_discounted: bool = False
    valid_delay: int | None = None
    reward: str = ""
    supplier: str = ""
    supplier_share: int = 0

    @property
    def scoped(self) -> bool:
        """True when only some goods count."""
        return bool(self.products or self.categories or self.brands or self.not_products or self.not_categories)

    @property
    def needs_amount(self) -> bool:
        """True when the discount cannot be known without the bill's amount."""
        return self.kind is not OfferKind.AMOUNT_OFF or bool(self.min_spend) or bool(self.min_quantity) or self.scoped

    @property
    def for_members(self) -> bool:
        """True when the member must be known."""
        return bool(self.members_only or self.tiers or self.first_purchase or self.birthday or self.limit_per_member)


@dataclass(frozen=True)
class EarnRate:
    """`points` points for each full `per` minor units paid."""

    points: int
    per: Money

    def earn(self, net: Money, times: int = WHOLE) -> Points:
        """Points for `net` paid, `times` basis points of the plain rate, rounded down once; nothing for zero or less."""
        return Points(max(0, int(net)) * self.points * times // (self.per * WHOLE))


# --- days ------------------------------------------------------------------------------------------------------------

_DAY_MARKS = str.maketrans({"年": "-", "月": "-", "日": "", "号": "", "/": "-", ".": "-", "，": " ", ",": " "})
_MONTHS = {name: at for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_USUAL_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_EXCEL = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers (its 1900 was a leap year by mistake, so day 1 is one too late before March)."""


def read_day(text: str) -> Day:
    """A date as lists hold it: 1990-05-17, 1990/5/17, 1990.5.17, 1990年5月17日, 19900517, 17/05/1990, 17 May 1990, May 17, 1990, 33010 (a
    spreadsheet's serial number), each with or without a time behind it, in full-width digits too.

    Raises:
        ValueError: "not_date"; "date_ambiguous" (03/04/1990 is either of two days).
    """
    tidy = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    if usual := _USUAL_DAY.fullmatch(tidy):
        try:
            return date(int(usual[1]), int(usual[3]), int(usual[4]))
        except ValueError:
            raise ValueError("not_date") from None
    tidy = re.sub(r"[T ]\d{1,2}:\d\d.*$", "", tidy)
    if re.fullmatch(r"\d{5}(\.\d+)?", tidy) and 3_654 < int(tidy[:5]) < 73_051:
        return _EXCEL + timedelta(days=int(tidy[:5]))
    if re.fullmatch(r"\d{8}", tidy):
        tidy = f"{tidy[:4]}-{tidy[4:6]}-{tidy[6:]}"
    parts = [part for part in re.split(r"[-\s]+", tidy.translate(_DAY_MARKS)) if part]
    try:
        if len(parts) != 3:
            raise ValueError(text)
        return _day_of_parts(parts)
    except ValueError as error:
        raise ValueError("date_ambiguous" if str(error) == "date_ambiguous" else "not_date") from None


def _day_of_parts(parts: Sequence[str]) -> Day:
    named = [at for at, part in enumerate(parts) if part[:3].casefold() in _MONTHS and not part[:1].isdigit()]
    if named:
        month = _MONTHS[parts[named[0]][:3].casefold()]
        day, year = (re.sub(r"(st|nd|rd|th)$", "", part.casefold()) for at, part in enumerate(parts) if at != named[0])
        return date(int(year), month, int(day))
    first, second, third = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return date(first, second, third)
    if len(parts[2]) != 4:
        raise ValueError(parts)
    if first <= 12 and second <= 12 and first != second:
        raise ValueError("date_ambiguous")
    return date(third, second, first) if second <= 12 else date(third, first, second)


# --- money -----------------------------------------------------------------------------------------------------------

_FOLD = str.maketrans({"。": ".", "．": ".", "，": ",", "－": "-", "＋": "+", "￥": "", "¥": "", "$": "", "元": ""})


def parse_money(text: str, *, digits: int = 2, negative: bool = False) -> Money:
    """An amount as a person types it ("12.5", "1,280", "￥３０") in minor units.

    Raises:
        ValueError: not a number, more decimals than the currency has, negative where it may not be, or absurdly large.
    """
    whole, dot, part = text.partition(".")
    # most amounts of a list need no closer look
    if 0 < len(whole) < 10 and bool(part) == bool(dot) and len(part) <= digits and (whole + part).isdigit() and text.isascii():
        return Money(int(whole + part.ljust(digits, "0")))
    if len(text) > 30:
        raise ValueError(f"not an amount: {text[:40]!r}")
    folded = unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD).strip().replace(" ", "")
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|-?\.\d+", folded) or not folded.isascii():
        raise ValueError(f"not an amount: {text[:40]!r}")
    try:
        minor = Decimal(folded.replace(",", "")).scaleb(digits)
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {text[:40]!r}") from error
    if minor != minor.to_integral_value():
        raise ValueError(f"too many decimals: {text[:40]!r}")
    if abs(minor) >= MAX_MONEY:
        raise ValueError(f"too large: {text[:40]!r}")
    if minor < 0 and not negative:
        raise ValueError(f"negative: {text[:40]!r}")
    return Money(int(minor))


@lru_cache(maxsize=512)
def currency_digits(currency: str) -> int:
    """Decimals of a currency by CLDR: 2 for CNY, 0 for JPY, 3 for KWD.

    Raises:
        ValueError: no such currency.
    Source: CLDR supplemental currencyData, as Babel carries it.
    """
    known = _cldr("all_currencies")
    if currency not in known:
        raise ValueError(f"no currency: {currency[:10]!r}")
    fractions = _cldr("currency_fractions")
    return int(fractions.get(currency, fractions["DEFAULT"])[0])


def currencies() -> tuple[str, ...]:
    """Every currency that is somewhere legal tender today, by its code."""
    in_use = {
        code for periods in _cldr("territory_currencies").values() for code, _begun, ended, tender in periods if ended is None and tender
    }
    return tuple(sorted(in_use))


def regions() -> frozenset[str]:
    """Every country and territory of CLDR, by its two letters."""
    return frozenset(
        code for code, periods in _cldr("territory_currencies").items() if len(code) == 2 and code not in ("EU", "ZZ") and _now(periods)
    )


def _now(periods: Sequence[Any]) -> bool:
    """True where some money is used today (of a country that is gone, all of it ended)."""
    return any(ended is None for _code, _begun, ended, _tender in periods)


def region_of_zone(timezone: str) -> str:
    """The country in which a time zone lies, "" for one that lies in none (UTC)."""
    zones = _cldr("zone_territories")
    found = zones.get(timezone) or zones.get(_cldr("zone_aliases").get(timezone, ""), "")
    return found if found in regions() else ""


def _cldr(table: str) -> Any:
    # loaded here: only what asks for it pays for reading it
    from babel.core import get_global

    return get_global(cast(Any, table))


def money_text(amount: int, digits: int = 2) -> str:
    """Minor units as a plain decimal string for files and JSON: 1250 -> "12.50"."""
    if digits == 0:
        return str(amount)
    sign, whole = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def half_up(value: Decimal) -> int:
    """Rounded half-up to a whole number, the shop's one rounding rule."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split in proportion to `weights` by largest remainder, so that the parts add up exactly.

    Ties go to the earlier part. Weights are not negative; with none above zero every part is 0.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[:left]:
        parts[i] += 1
    return parts


def parse_percent(text: str) -> BasisPoints:
    """A percentage off, "15" or "12.5", as basis points.

    Raises:
        ValueError: not a number, or not above 0 and at most 100.
    """
    folded = unicodedata.normalize("NFKC", text).strip().rstrip("%")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", folded):
        raise ValueError(f"not a percentage: {text[:40]!r}")
    points = int(Decimal(folded) * 100)
    if not 0 < points <= WHOLE:
        raise ValueError(f"out of range: {text[:40]!r}")
    return BasisPoints(points)


def parse_zhe(text: str) -> BasisPoints:
    """A discount spoken in 折 ("8.5" or "85" = the customer pays 85 %) as basis points off.

    Raises:
        ValueError: not a number of 折 between 0.1 and 9.9 (or 10 to 99 without the point).
    """
    folded = unicodedata.normalize("NFKC", text).strip().rstrip("折")
    if not re.fullmatch(r"\d(\.\d{1,2})?|\d\d", folded):
        raise ValueError(f"not a 折: {text[:40]!r}")
    pays = Decimal(folded) if "." in folded or len(folded) == 1 else Decimal(folded) / 10
    off = WHOLE - int(pays * 1000)
    if not 0 < off < WHOLE:
        raise ValueError(f"out of range: {text[:40]!r}")
    return BasisPoints(off)


def zhe_text(off: int) -> str:
    """Basis points off as 折 digits: 1500 -> "8.5"."""
    return f"{Decimal(WHOLE - off) / 1000:f}".rstrip("0").rstrip(".") if off != WHOLE else "0"


def percent_text(points: int) -> str:
    """Basis points as a short percentage without the sign: 1250 -> "12.5"."""
    text = f"{Decimal(points) / 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- codes -----------------------------------------------------------------------------------------------------------

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
    """`count` distinct codes: two digits for the kind, 13 random from the operating system, one check digit."""
    codes: dict[str, None] = {}
    prefix = KIND_DIGITS[kind]
    while (missing := count - len(codes)) > 0:
        # bytes of 250 and above are thrown away, so that each digit is equally likely
        pool = os.urandom(missing * 14 + 64).translate(_TO_DIGIT, _BIASED)
        bodies = min(missing, len(pool) // _BODY)
        pool = pool[: bodies * _BODY]
        text, checks = pool.translate(_DIGIT_TEXT).decode(), _check_digits(prefix, pool).translate(_DIGIT_TEXT).decode()
        codes |= {f"{prefix}{text[at * _BODY : at * _BODY + _BODY]}{check}": None for at, check in enumerate(checks)}
    return [Code(code) for code in codes]


def _check_digits(prefix: str, digits: bytes) -> bytes:
    """The check digits of many bodies at once; `digits` are their digits (0 to 9), one body behind the other. The state of every body is
    a byte of one large number, so that one step of the table is one multiplication, one addition and one translation for all."""
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
    """WeChat Pay (18 digits from 10-15) or Alipay (16-24 digits from 25-30): a live credential, never to be kept."""
    if not (key.isascii() and key.isdigit()):
        return False
    head = int(key[:2]) if len(key) >= 16 else 0
    return (len(key) == 18 and 10 <= head <= 15) or (16 <= len(key) <= 24 and 25 <= head <= 30)


MAX_KEY = 128


def scan_key(text: str) -> str:
    """What a scanned or typed text is looked up by: NFKC, controls stripped, case folded; separators dropped
    only when what is left is one of our 16 digits. Never longer than 128 characters."""
    if text.isascii() and text.isdigit():
        return text[:MAX_KEY]
    folded = unicodedata.normalize("NFKC", text[: 4 * MAX_KEY])
    kept = "".join(c for c in folded if unicodedata.category(c)[0] != "C").strip().casefold()[:MAX_KEY]
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
    weighed = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits[:-1])))
    return -weighed % 10 == int(digits[-1])


def barcode_twin(key: str) -> str:
    """The other way of writing a number that is both: a UPC-A as an EAN-13 that begins with 0, and the reverse; "" for any other.

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


def masked_phone(phone: str | None) -> str:
    """138****5521: enough to recognise, not enough to call."""
    if not phone:
        return ""
    local = phone[3:] if phone.startswith("+86") else phone
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 8 else f"****{local[-2:]}"


_HAN_WORD = re.compile("[\u4e00-\u9fff]+")
"""Signs that no form of Unicode writes otherwise."""


def clean_text(text: str, limit: int = 500) -> str:
    """NFC text on one line without control characters, invisible marks or lone surrogates; full-width letters and spaces folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:limit]
    if _HAN_WORD.fullmatch(text):
        # as nearly every Chinese name
        return text[:limit]
    folded = "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or c == "\u3000" else c for c in text)
    kept = (c for c in unicodedata.normalize("NFC", folded) if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in "\t\n")
    return " ".join("".join(kept).split())[:limit]


# --- time ------------------------------------------------------------------------------------------------------------


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY = 86_400_000_000
"""Microseconds, as moments count."""


def moment(at: datetime) -> Moment:
    """An aware datetime as microseconds UTC."""
    delta = at - _EPOCH
    return Moment(delta.days * A_DAY + delta.seconds * 1_000_000 + delta.microseconds)


def micros(span: timedelta) -> int:
    """A length of time as moments count."""
    return span // timedelta(microseconds=1)


def as_datetime(at: Moment, zone: ZoneInfo) -> datetime:
    """A stored instant on the store's wall clock."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


CLOSE_HOUR = 4
"""When a shop's day ends that says nothing else, o'clock of the next morning."""


def business_date(at: Moment, zone: ZoneInfo, close_hour: int) -> Day:
    """The shop's day: it ends at `close_hour` o'clock of the next morning."""
    return (as_datetime(at, zone) - timedelta(hours=close_hour)).date()


@dataclass(frozen=True)
class StoreDay:
    """A moment as the two days in which it lies: the calendar's `date`, and the `business` day that has not closed yet. What has a first
    and a last day (a coupon, a promotion) holds from 00:00 of the first until the close of the business day that began on the last.

    Both may be columns or parameters of a statement, and so may the days asked about: the answer is then its condition.
    """

    date: Any
    business: Any

    def begun(self, first: Any) -> Any:
        """True from 00:00 of `first` on."""
        return first <= self.date

    def lasts(self, last: Any) -> Any:
        """True until the business day that began on `last` closes."""
        return last >= self.business


def opening_of(day: Day, zone: ZoneInfo, close_hour: int) -> Moment:
    """The instant at which the business day of `day` begins: `close_hour` o'clock as the clock on the wall says it, whatever hours that
    night left out or had twice."""
    return moment(datetime.combine(day, time(close_hour), zone))


def start_of(day: Day, zone: ZoneInfo) -> Moment:
    """Midnight of `day` on the store's clock."""
    return moment(datetime.combine(day, time(), zone))


# --- small shared records --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, at which till."""

    staff: StaffId
    name: str
    role: Role
    till: TillId
    till_name: str


@dataclass(frozen=True)
class ProblemKind:
    """Problems of one kind in one column: in how many rows, and some of what those say."""

    column: str
    kind: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of an imported file. `row` counts like the sheet does, the header is row 1; `who` is the name that the
    row says. A list may have a million of them."""

    row: int
    column: str
    kind: str
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
