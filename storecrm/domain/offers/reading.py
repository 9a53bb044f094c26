"""An offer read from plain keys, as a file or a form gives it, and written back as them; what no
offer may say is refused here."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from storecrm.domain.offers.rule import PERCENTAGES, OfferRule, is_line
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

KEYS = (
    "code",
    "name",
    "campaign",
    "kind",
    "value",
    "zhe",
    "cap",
    "min_spend",
    "valid_from",
    "valid_to",
    "valid_days",
    "limit_total",
    "limit_per_member",
    "uses_allowed",
    "bearer",
    "products",
    "categories",
    "automatic",
    "brands",
    "not_products",
    "not_categories",
    "min_quantity",
    "max_repeats",
    "buy",
    "get",
    "gifts",
    "weekdays",
    "month_days",
    "time_from",
    "time_to",
    "members_only",
    "tiers",
    "first_purchase",
    "birthday",
    "stores",
    "channels",
    "budget",
    "priority",
    "stackable",
    "group",
    "skip_discounted",
    "valid_delay",
    "reward",
    "supplier",
    "supplier_share",
)
"""The keys of an offer, as in a TOML file; see docs/manual.md."""
_FLAGS = ("automatic", "members_only", "first_purchase", "skip_discounted")
_LISTS = (
    "products",
    "categories",
    "brands",
    "not_products",
    "not_categories",
    "gifts",
    "tiers",
    "stores",
    "channels",
)
_COUNTS = (
    "valid_days",
    "valid_delay",
    "limit_total",
    "limit_per_member",
    "min_quantity",
    "max_repeats",
    "buy",
    "get",
)
LONGEST = 3660
"""No coupon is valid for more than ten years."""


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
    for key in raw:
        if key not in KEYS:
            raise BadInput("offer_key", where=key, known=", ".join(KEYS))
    code = clean_text(str(raw.get("code", "")), 40)
    if not re.fullmatch(r"[^\s]{1,40}", code):
        raise BadInput("offer_missing", where="code")
    try:
        kind = OfferKind(str(raw.get("kind", "")))
    except ValueError:
        raise BadInput("offer_value", where="kind", value=str(raw.get("kind", ""))[:40]) from None
    birthday = clean_text(str(raw.get("birthday") or ""), 10)
    if birthday not in ("", "day", "month"):
        raise BadInput("offer_value", where="birthday", value=birthday)
    rest: dict[str, Any] = {key: _count(raw, key) for key in _COUNTS} | {
        key: _words(raw, key) for key in _LISTS
    }
    rest |= {key: _flag(raw, key) for key in _FLAGS}
    rule = OfferRule(
        kind=kind,
        value=_benefit(raw, kind, digits),
        cap=_money(raw, "cap", digits),
        min_spend=_money(raw, "min_spend", digits),
        budget=_money(raw, "budget", digits),
        valid_from=_day(raw, "valid_from"),
        valid_to=_day(raw, "valid_to"),
        uses_allowed=None if raw.get("uses_allowed") == "*" else _count(raw, "uses_allowed") or 1,
        bearer=_flag(raw, "bearer", usual=True),
        weekdays=_numbers(raw, "weekdays", 1, 7),
        month_days=_numbers(raw, "month_days", 1, 31),
        minutes=_minutes(raw),
        birthday=birthday,
        stackable=_flag(raw, "stackable") if raw.get("stackable") not in (None, "") else None,
        priority=(_numbers(raw, "priority", -1000, 1000) or (0,))[0],
        group=clean_text(str(raw.get("group") or ""), 40),
        reward=clean_text(str(raw.get("reward") or ""), 40),
        supplier=clean_text(str(raw.get("supplier") or ""), 80),
        supplier_share=_share(raw),
        **rest,
    )
    check(rule)
    return OfferDraft(
        code,
        clean_text(str(raw.get("name") or code), 80),
        rule,
        clean_text(str(raw.get("campaign", "")), 80),
    )


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
    keys |= {
        name: getattr(rule, name)
        for name in (*_FLAGS, "bearer", "stackable", *_COUNTS, "birthday", "group", "reward")
    }
    keys |= {name: list(getattr(rule, name)) for name in (*_LISTS, "weekdays", "month_days")}
    for name in ("cap", "min_spend", "budget"):
        amount = getattr(rule, name)
        keys[name] = money_text(amount, digits) if amount else None
    for name in ("valid_from", "valid_to"):
        day = getattr(rule, name)
        keys[name] = day.isoformat() if day else None
    keys |= {
        "value": _benefit_text(rule, digits),
        "uses_allowed": "*" if rule.uses_allowed is None else rule.uses_allowed,
    }
    keys |= {
        "priority": rule.priority or None,
        "supplier": rule.supplier,
        "supplier_share": percent_text(rule.supplier_share) if rule.supplier_share else "",
    }
    if rule.minutes:
        first, last = rule.minutes[0], rule.minutes[1] + 1
        keys |= {
            "time_from": f"{first // 60:02d}:{first % 60:02d}",
            "time_to": f"{last // 60:02d}:{last % 60:02d}",
        }
    return {name: value for name, value in keys.items() if value not in (None, "", [])}


def _benefit_text(rule: OfferRule, digits: int) -> str:
    """What `_benefit` reads from the key `value`."""
    if rule.kind in _WITHOUT_VALUE and not rule.value:
        return ""
    if rule.kind in PERCENTAGES:
        return percent_text(rule.value)
    if rule.kind is OfferKind.POINTS_TIMES:
        return percent_text(rule.value // 100)
    return money_text(rule.value, digits)


def check(rule: OfferRule) -> None:
    """Refuse a rule that contradicts itself.

    Raises:
        BadInput: offer_no_value, threshold_missing, value_over_threshold, cap_without_percent,
            dates_reversed, validity_missing, buy_missing, reward_missing, reward_stamps,
            stamps_condition, supplier_half, gifts_missing, gift_circular, scope_missing,
            automatic_only, automatic_days, value_over_budget, offer_no_effect, offer_coupon_only,
            offer_automatic_only, alone_in_group, scope_empty, never_on.
    """
    if rule.kind not in _WITHOUT_VALUE and rule.value <= 0:
        raise BadInput("offer_no_value", where="value")
    if rule.kind in (OfferKind.THRESHOLD_OFF, OfferKind.EVERY_THRESHOLD) and not rule.min_spend:
        raise BadInput("threshold_missing", where="min_spend")
    _check_pieces(rule)
    _check_way_in(rule)
    if rule.kind is OfferKind.POINTS_TIMES and (rule.scoped or rule.min_quantity):
        raise BadInput("points_scope", where="products")
    if rule.automatic and rule.valid_days is not None and rule.kind is not OfferKind.STAMPS:
        raise BadInput("automatic_days", where="valid_days")
    if bool(rule.supplier) != bool(rule.supplier_share):
        raise BadInput("supplier_half", where="supplier_share" if rule.supplier else "supplier")
    _check_bounds(rule)
    _check_dates(rule)
    _check_effect(rule)
    _check_possible(rule)


def _check_way_in(rule: OfferRule) -> None:
    """Some kinds apply by themselves only, what another system decides never does."""
    only_coupon = rule.kind is OfferKind.EXTERNAL
    only_automatic = rule.kind in BY_ITSELF
    if (only_coupon and rule.automatic) or (only_automatic and not rule.automatic):
        raise BadInput("automatic_only", where="automatic")


def _check_bounds(rule: OfferRule) -> None:
    """Amounts against the budget, the threshold and the cap."""
    if rule.budget is not None and rule.kind in _AMOUNTS and rule.value > rule.budget:
        raise BadInput("value_over_budget", where="budget", value=rule.value, budget=rule.budget)
    if rule.kind in _AMOUNTS and rule.min_spend is not None and rule.value > rule.min_spend:
        raise BadInput(
            "value_over_threshold", where="value", value=rule.value, threshold=rule.min_spend
        )
    if rule.cap is not None and rule.kind not in kinds_of("cap"):
        raise BadInput("cap_without_percent", where="cap")


def _check_dates(rule: OfferRule) -> None:
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        raise BadInput(
            "dates_reversed", where="valid_to", first=rule.valid_from, last=rule.valid_to
        )
    for key, days in (("valid_days", rule.valid_days), ("valid_delay", rule.valid_delay)):
        if days is not None and days > LONGEST:
            raise BadInput("offer_value", where=key, value=str(days))
    if rule.valid_delay is not None and rule.valid_days is None:
        raise BadInput("delay_without_days", where="valid_delay")
    if rule.valid_days is None and rule.valid_to is None and not rule.automatic:
        raise BadInput("validity_missing", where="valid_to")


def _check_effect(rule: OfferRule) -> None:
    """Refuse what is said and counts for nothing: an offer does all that it says.

    Raises:
        BadInput: offer_no_effect (of this kind), offer_coupon_only, offer_automatic_only,
            alone_in_group.
    """
    if rule.kind is OfferKind.EXTERNAL:
        # another system decides; what is said here is for people
        return
    for name, kinds in _COUNTS_FOR.items():
        if getattr(rule, name) and rule.kind not in kinds:
            raise BadInput("offer_no_effect", where=name)
    if rule.automatic:
        _check_automatic(rule)
    elif rule.priority:
        raise BadInput("offer_automatic_only", where="priority")
    elif rule.group and rule.stackable is False:
        raise BadInput("alone_in_group", where="group")


def _check_automatic(rule: OfferRule) -> None:
    for name, unset in (("uses_allowed", 1), ("bearer", True)):
        if getattr(rule, name) != unset:
            raise BadInput("offer_coupon_only", where=name)
    if is_line(rule) or rule.kind in BY_ITSELF:
        # a promotion of goods goes beside those of the whole bill anyway, and only one of them is
        # taken for a line
        for name in ("stackable", "group", "skip_discounted"):
            if getattr(rule, name):
                raise BadInput("offer_no_effect", where=name)


_COUNTS_FOR = {
    "value": frozenset(OfferKind) - {OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.STAMPS},
    "buy": {
        OfferKind.BUY_GET,
        OfferKind.NTH_ITEM,
        OfferKind.GIFT,
        OfferKind.ADD_ON,
        OfferKind.STAMPS,
    },
    "get": {OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.ADD_ON},
    "gifts": {OfferKind.GIFT, OfferKind.ADD_ON},
    "max_repeats": {
        OfferKind.EVERY_THRESHOLD,
        OfferKind.BUY_GET,
        OfferKind.NTH_ITEM,
        OfferKind.GIFT,
        OfferKind.ADD_ON,
    },
    "budget": frozenset(OfferKind) - {OfferKind.POINTS_TIMES, OfferKind.STAMPS},
    "supplier": frozenset(OfferKind) - {OfferKind.POINTS_TIMES, OfferKind.STAMPS},
    "priority": frozenset(OfferKind) - {OfferKind.STAMPS},
}
"""Kinds for which a field counts; every other field counts for all of them."""


def kinds_of(name: str) -> frozenset[OfferKind]:
    """The kinds of offers that have the field `name`; a form asks for it with these alone."""
    if name in _OWN:
        return _OWN[name]
    kinds = frozenset(_COUNTS_FOR.get(name, OfferKind))
    return kinds - {OfferKind.STAMPS} if name in _NOT_FOR_STAMPS else kinds


def _check_possible(rule: OfferRule) -> None:
    """Refuse an offer that could never be used.

    Raises:
        BadInput: scope_empty (all its goods are left out), never_on (no day of its time is one of
            its days).
    """
    products, categories = (
        set(rule.products) - set(rule.not_products),
        set(rule.categories) - set(rule.not_categories),
    )
    if (rule.products or rule.categories) and not (products or categories or rule.brands):
        raise BadInput("scope_empty", where="not_products" if rule.products else "not_categories")
    if rule.valid_from is None or rule.valid_to is None or not (rule.weekdays or rule.month_days):
        return
    # every weekday and day of the month comes within two months
    length = min((rule.valid_to - rule.valid_from).days, 62)
    days = (rule.valid_from + timedelta(days=n) for n in range(length + 1))
    if not any(day.isoweekday() in rule.weekdays or day.day in rule.month_days for day in days):
        raise BadInput("never_on", where="weekdays" if rule.weekdays else "month_days")


_NOT_FOR_STAMPS = (
    "min_spend",
    "min_quantity",
    "cap",
    "budget",
    "limit_total",
    "limit_per_member",
    "max_repeats",
    "gifts",
    "get",
    "group",
)
_WITHOUT_VALUE = (OfferKind.EXTERNAL, OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.STAMPS)
BY_ITSELF = (OfferKind.POINTS_TIMES, OfferKind.STAMPS)
"""Kinds that never have a coupon."""
_OWN = {"cap": frozenset({OfferKind.PERCENT_OFF}), "reward": frozenset({OfferKind.STAMPS})}
"""Fields that are refused, each by its own word, for every other kind."""
_AMOUNTS = (OfferKind.THRESHOLD_OFF, OfferKind.AMOUNT_OFF, OfferKind.EVERY_THRESHOLD)


def _check_pieces(rule: OfferRule) -> None:
    """What kinds of pieces need: how many, of what, and which gifts."""
    least = {OfferKind.BUY_GET: 1, OfferKind.NTH_ITEM: 2, OfferKind.STAMPS: 2}.get(rule.kind)
    if least is not None and (rule.buy or 0) < least:
        raise BadInput("buy_missing", where="buy", least=least)
    if (rule.kind is OfferKind.STAMPS) != bool(rule.reward):
        raise BadInput("reward_missing" if not rule.reward else "reward_stamps", where="reward")
    if rule.kind is OfferKind.STAMPS:
        for key in _NOT_FOR_STAMPS:
            if getattr(rule, key):
                raise BadInput("stamps_condition", where=key)
    if rule.kind in (OfferKind.FIXED_PRICE, OfferKind.STAMPS) and not rule.scoped:
        raise BadInput("scope_missing", where="products")
    if rule.kind in (OfferKind.GIFT, OfferKind.ADD_ON):
        if not rule.gifts:
            raise BadInput("gifts_missing", where="gifts")
        if not rule.min_spend and not rule.buy:
            raise BadInput("threshold_missing", where="min_spend")
        if rule.products and set(rule.products) <= set(rule.gifts):
            raise BadInput("gift_circular", where="gifts")


def _benefit(raw: dict[str, Any], kind: OfferKind, digits: int) -> int:
    if "zhe" in raw and "value" in raw:
        raise BadInput("zhe_and_value", where="zhe")
    if "zhe" in raw and kind not in PERCENTAGES:
        raise BadInput("zhe_without_percent", where="zhe")
    key = "zhe" if "zhe" in raw else "value"
    text = str(raw.get(key, "")).strip()
    if kind in _WITHOUT_VALUE and not text:
        return 0
    try:
        if kind in PERCENTAGES:
            return parse_zhe(text) if key == "zhe" else parse_percent(text)
        if kind is OfferKind.POINTS_TIMES:
            return _times(text)
        return parse_money(text, digits=digits)
    except ValueError:
        raise BadInput("offer_value", where=key, value=text[:40]) from None


def _money(raw: dict[str, Any], key: str, digits: int) -> Money | None:
    text = str(raw.get(key, "")).strip()
    if not text:
        return None
    try:
        amount = parse_money(text, digits=digits)
    except ValueError:
        raise BadInput("offer_value", where=key, value=text[:40]) from None
    if amount <= 0:
        raise BadInput("offer_value", where=key, value=text[:40])
    return amount


def _count(raw: dict[str, Any], key: str) -> int | None:
    value = raw.get(key)
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value)) or int(value) < 1:
        raise BadInput("offer_value", where=key, value=str(value)[:40])
    return int(value)


def _day(raw: dict[str, Any], key: str) -> Day | None:
    value = raw.get(key)
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadInput("offer_value", where=key, value=str(value)[:40]) from None


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
        raise BadInput("offer_value", where="supplier_share", value=text[:40]) from None


def _numbers(raw: dict[str, Any], key: str, low: int, high: int) -> tuple[int, ...]:
    value = raw.get(key)
    if value in (None, "", []):
        return ()
    parts = value if isinstance(value, list) else re.split(r"[,;，；\s]+", str(value).strip())
    if not all(
        re.fullmatch(r"-?\d{1,4}", str(part)) and low <= int(part) <= high for part in parts
    ):
        raise BadInput("offer_value", where=key, value=str(value)[:40])
    return tuple(sorted({int(part) for part in parts}))


def _minutes(raw: dict[str, Any]) -> tuple[int, ...]:
    """First and last minute of the day from "HH:MM"; an offer until 24:00 ends with the last
    minute."""
    found = []
    for key, usual in (("time_from", "00:00"), ("time_to", "24:00")):
        text = str(raw.get(key) or "").strip()
        shape = re.fullmatch(r"(\d{1,2}):(\d\d)(:00)?", text or usual)
        if shape is None or int(shape[1]) * 60 + int(shape[2]) > 24 * 60 or int(shape[2]) > 59:
            raise BadInput("offer_value", where=key, value=text[:40])
        found.append(int(shape[1]) * 60 + int(shape[2]))
    if not raw.get("time_from") and not raw.get("time_to"):
        return ()
    if found[0] >= found[1]:
        raise BadInput("times_reversed", where="time_to")
    return found[0], found[1] - 1


def _flag(raw: dict[str, Any], key: str, *, usual: bool = False) -> bool:
    value = raw.get(key, usual)
    if value in ("", None):
        return usual
    if isinstance(value, str) and value.casefold() in (
        "true",
        "false",
        "yes",
        "no",
        "1",
        "0",
        "是",
        "否",
    ):
        return value.casefold() in ("true", "yes", "1", "是")
    if not isinstance(value, bool):
        raise BadInput("offer_value", where=key, value=str(value)[:40])
    return value


def _words(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    value = raw.get(key) or []
    parts = re.split(r"[,;，；]", value) if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise BadInput("offer_value", where=key, value=str(value)[:40])
    return tuple(dict.fromkeys(tidy for part in parts if (tidy := clean_text(part, 80))))
