"""An offer read from plain keys, as a file or a form gives it, and written back as them; what no
offer may say is refused here."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from storecrm.domain.offers import contradictions, kinds
from storecrm.domain.offers.rule import PERCENTAGES, OfferRule
from storecrm.errors import BadInput
from storecrm.values import (
    WHOLE,
    Day,
    Money,
    OfferId,
    OfferKind,
    OfferState,
    VersionId,
    clean_text,
    money_text,
    parse_money,
    parse_percent,
    parse_zhe,
    percent_text,
)

_NAMED = ("code", "name", "campaign", "kind")
_WORTH = ("value", "zhe", "cap", "min_spend")
_VALIDITY = ("valid_from", "valid_to", "valid_days")
_LIMITS = ("limit_total", "limit_per_member", "uses_allowed", "bearer")
_GOODS = ("products", "categories", "automatic", "brands", "not_products", "not_categories")
_PIECES = ("min_quantity", "max_repeats", "buy", "get", "gifts")
_TIMES = ("weekdays", "month_days", "time_from", "time_to")
_BUYERS = ("members_only", "tiers", "first_purchase", "birthday", "stores", "channels")
_TOGETHER = ("budget", "priority", "stackable", "group", "skip_discounted")
_RARER = ("valid_delay", "reward", "supplier", "supplier_share")
KEYS = (
    *_NAMED,
    *_WORTH,
    *_VALIDITY,
    *_LIMITS,
    *_GOODS,
    *_PIECES,
    *_TIMES,
    *_BUYERS,
    *_TOGETHER,
    *_RARER,
)
"""The keys of an offer, as in a TOML file; see docs/manual.md."""
_FLAGS = ("automatic", "members_only", "first_purchase", "skip_discounted")
_EXCLUDED = ("not_products", "not_categories")
_LISTS = ("products", "categories", "brands", *_EXCLUDED, "gifts", "tiers", "stores", "channels")
_LIFE = ("valid_days", "valid_delay", "limit_total", "limit_per_member")
_COUNTS = (*_LIFE, "min_quantity", "max_repeats", "buy", "get")
_AMOUNTS = ("cap", "min_spend", "budget")
_DAYS = ("valid_from", "valid_to")
_BETWEEN = {"weekdays": (1, 7), "month_days": (1, 31)}
_TEXTS = {"group": 40, "reward": 40, "supplier": 80}
"""Each with the signs it may have."""
_YES = ("true", "yes", "1", "是")
_NO = ("false", "no", "0", "否")


@dataclass(frozen=True)
class OfferView:
    """An offer with the rule of its newest version."""

    id: OfferId
    code: str
    name: str
    campaign: str
    state: OfferState
    version: int
    version_id: VersionId
    rule: OfferRule
    issued: int = 0


@dataclass(frozen=True)
class OfferDraft:
    """A checked offer that is not kept yet."""

    code: str
    name: str
    rule: OfferRule
    campaign: str = ""


def draft(raw: dict[str, Any], digits: int = 2) -> OfferDraft:
    """Check an offer given as plain keys (see KEYS); amounts are strings, dates are dates or ISO
    text.

    Raises:
        BadInput: offer_key (unknown), offer_missing, offer_value, or the rule that the whole
            breaks.
    """
    # a key that is spelt wrongly would be passed over in silence
    for key in raw:
        if key not in KEYS:
            raise BadInput("offer_key", where=key, known=", ".join(KEYS))
    code = clean_text(str(raw.get("code", "")), 40)
    if not re.fullmatch(r"[^\s]{1,40}", code):
        raise BadInput("offer_missing", where="code")
    kind = _kind(raw)
    # of several mistakes the first of this order is told
    said: dict[str, Any] = {"kind": kind, "birthday": _birthday(raw)}
    said |= {key: _count(raw, key) for key in _COUNTS}
    said |= {key: _words(raw, key) for key in _LISTS}
    said |= {key: _flag(raw, key) for key in _FLAGS}
    said["value"] = _benefit(raw, kind, digits)
    said |= {key: _money(raw, key, digits) for key in _AMOUNTS}
    said |= {key: _day(raw, key) for key in _DAYS}
    said["uses_allowed"] = _uses(raw)
    said["bearer"] = _flag(raw, "bearer", usual=True)
    said |= {key: _numbers(raw, key, *bounds) for key, bounds in _BETWEEN.items()}
    said["minutes"] = _minutes(raw)
    said["stackable"] = _stackable(raw)
    said["priority"] = _priority(raw)
    said |= {key: _text(raw, key, limit) for key, limit in _TEXTS.items()}
    said["supplier_share"] = _share(raw)
    rule = OfferRule(**said)
    contradictions.check(rule)
    name = clean_text(str(raw.get("name") or code), 80)
    campaign = clean_text(str(raw.get("campaign", "")), 80)
    return OfferDraft(code, name, rule, campaign)


def as_keys(offer: OfferView | OfferDraft, digits: int = 2) -> dict[str, Any]:
    """All that an offer says as the plain keys that `draft` reads; what is not set is left out. A
    form that shows only some of them gives the others back as they are.
    """
    rule = offer.rule
    keys: dict[str, Any] = {
        "code": offer.code,
        "name": offer.name,
        "campaign": offer.campaign,
        "kind": rule.kind.value,
    }
    # as the rule holds them
    plain = (*_FLAGS, "bearer", "stackable", *_COUNTS, "birthday", "group", "reward", "supplier")
    keys |= {name: getattr(rule, name) for name in plain}
    keys |= {name: list(getattr(rule, name)) for name in (*_LISTS, *_BETWEEN)}
    for name in _AMOUNTS:
        amount = getattr(rule, name)
        keys[name] = money_text(amount, digits) if amount else None
    for name in _DAYS:
        day = getattr(rule, name)
        keys[name] = day.isoformat() if day else None
    keys["value"] = _benefit_text(rule, digits)
    keys["uses_allowed"] = "*" if rule.uses_allowed is None else rule.uses_allowed
    keys["priority"] = rule.priority or None
    keys["supplier_share"] = percent_text(rule.supplier_share) if rule.supplier_share else ""
    if rule.minutes:
        first, last = rule.minutes
        keys["time_from"] = _clock(first)
        # the last minute counts: a form says when it is over
        keys["time_to"] = _clock(last + 1)
    return {name: value for name, value in keys.items() if value not in (None, "", [])}


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours:02d}:{rest:02d}"


def _benefit_text(rule: OfferRule, digits: int) -> str:
    """What `_benefit` reads from the key `value`."""
    if rule.kind in kinds.WITHOUT_VALUE and not rule.value:
        return ""
    if rule.kind in PERCENTAGES:
        return percent_text(rule.value)
    if rule.kind is OfferKind.POINTS_TIMES:
        return percent_text(rule.value // 100)
    return money_text(rule.value, digits)


def _wrong(key: str, value: object) -> BadInput:
    return BadInput("offer_value", where=key, value=str(value)[:40])


def _kind(raw: dict[str, Any]) -> OfferKind:
    said = str(raw.get("kind", ""))
    try:
        return OfferKind(said)
    except ValueError:
        raise _wrong("kind", said) from None


def _text(raw: dict[str, Any], key: str, limit: int) -> str:
    return clean_text(str(raw.get(key) or ""), limit)


def _birthday(raw: dict[str, Any]) -> str:
    said = _text(raw, "birthday", 10)
    if said not in ("", "day", "month"):
        raise _wrong("birthday", said)
    return said


def _uses(raw: dict[str, Any]) -> int | None:
    """How often a coupon can be used, None for as often as wanted."""
    if raw.get("uses_allowed") == "*":
        return None
    return _count(raw, "uses_allowed") or 1


def _stackable(raw: dict[str, Any]) -> bool | None:
    """None where nothing is said: then the kind decides."""
    if raw.get("stackable") in (None, ""):
        return None
    return _flag(raw, "stackable")


def _priority(raw: dict[str, Any]) -> int:
    said = _numbers(raw, "priority", -1000, 1000)
    return said[0] if said else 0


def _benefit(raw: dict[str, Any], kind: OfferKind, digits: int) -> int:
    if "zhe" in raw and "value" in raw:
        raise BadInput("zhe_and_value", where="zhe")
    if "zhe" in raw and kind not in PERCENTAGES:
        raise BadInput("zhe_without_percent", where="zhe")
    key = "zhe" if "zhe" in raw else "value"
    text = str(raw.get(key, "")).strip()
    if kind in kinds.WITHOUT_VALUE and not text:
        return 0
    try:
        if kind in PERCENTAGES:
            return parse_zhe(text) if key == "zhe" else parse_percent(text)
        if kind is OfferKind.POINTS_TIMES:
            return _times(text)
        return parse_money(text, digits=digits)
    except ValueError:
        raise _wrong(key, text) from None


def _money(raw: dict[str, Any], key: str, digits: int) -> Money | None:
    text = str(raw.get(key, "")).strip()
    if not text:
        return None
    try:
        # nothing is off for nothing: what is not wanted is left out
        amount = parse_money(text, digits=digits)
    except ValueError:
        raise _wrong(key, text) from None
    if amount <= 0:
        raise _wrong(key, text)
    return amount


def _count(raw: dict[str, Any], key: str) -> int | None:
    value = raw.get(key)
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value)) or int(value) < 1:
        raise _wrong(key, value)
    return int(value)


def _day(raw: dict[str, Any], key: str) -> Day | None:
    value = raw.get(key)
    if value in (None, ""):
        return None
    # a file may hold dates as dates
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _wrong(key, value) from None


def _times(text: str) -> int:
    """ "2" or "1.5" times as basis points, above 1 and up to 100."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or not 1 < float(text) <= 100:
        raise ValueError(text)
    return int(Decimal(text) * WHOLE)


def _share(raw: dict[str, Any]) -> int:
    """The supplier's part in percent as basis points, 0 for none."""
    text = str(raw.get("supplier_share") or "").strip()
    try:
        return int(parse_percent(text)) if text else 0
    except ValueError:
        raise _wrong("supplier_share", text) from None


def _numbers(raw: dict[str, Any], key: str, low: int, high: int) -> tuple[int, ...]:
    value = raw.get(key)
    if value in (None, "", []):
        return ()
    parts = value if isinstance(value, list) else re.split(r"[,;，；\s]+", str(value).strip())
    numbers: set[int] = set()
    for part in parts:
        if not re.fullmatch(r"-?\d{1,4}", str(part)) or not low <= int(part) <= high:
            raise _wrong(key, value)
        numbers.add(int(part))
    return tuple(sorted(numbers))


def _minutes(raw: dict[str, Any]) -> tuple[int, ...]:
    """First and last minute of the day from "HH:MM"; an offer until 24:00 ends with the last
    minute."""
    first = _minute(raw, "time_from", "00:00")
    end = _minute(raw, "time_to", "24:00")
    if not raw.get("time_from") and not raw.get("time_to"):
        return ()
    if first >= end:
        raise BadInput("times_reversed", where="time_to")
    return first, end - 1


def _minute(raw: dict[str, Any], key: str, usual: str) -> int:
    text = str(raw.get(key) or "").strip()
    # a spreadsheet writes seconds too
    shape = re.fullmatch(r"(\d{1,2}):(\d\d)(:00)?", text or usual)
    if shape is None:
        raise _wrong(key, text)
    hours, minutes = int(shape[1]), int(shape[2])
    whole = hours * 60 + minutes
    if minutes > 59 or whole > 24 * 60:
        raise _wrong(key, text)
    return whole


def _flag(raw: dict[str, Any], key: str, *, usual: bool = False) -> bool:
    # a spreadsheet leaves a cell empty where a file leaves the key out
    value = raw.get(key, usual)
    if value in ("", None):
        return usual
    word = value.casefold() if isinstance(value, str) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not isinstance(value, bool):
        raise _wrong(key, value)
    return value


def _words(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    value = raw.get(key) or []
    parts = re.split(r"[,;，；]", value) if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise _wrong(key, value)
    words = [clean_text(part, 80) for part in parts]
    # each once, in the order they were said
    return tuple(dict.fromkeys(filter(None, words)))
