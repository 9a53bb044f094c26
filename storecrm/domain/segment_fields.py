"""What a condition of a segment may ask, and which rules can be understood."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storecrm.domain.lifecycle import STAGES
from storecrm.errors import BadInput
from storecrm.values import Channel, parse_money

DEPTH = 6
MOST = 40
"""How deep and how long a rule may be."""
NUMBER_OPS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXT_OPS = ("is", "is_not", "in")


@dataclass(frozen=True)
class SegmentField:
    """One thing a condition may ask: `kind` is number, money or text, `more` which further keys
    narrow it, `known` the texts it may be, `missing` what holds for a member without an answer
    (None: fits nothing)."""

    kind: str
    more: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    missing: int | None = None


_GOODS = ("days", "category", "brand", "sku", "store", "from", "to")
_PERIOD = ("from", "to")
"""The first and the last day of a period, written 2026-10-01."""
PIECES = ("phone", "email", "name", "birthday")


_NUMBER = SegmentField("number")
_MONEY = SegmentField("money")
_TEXT = SegmentField("text")
# whoever never had a coupon used none: that is an answer
_COUPONS = SegmentField("number", ("days", "offer"), missing=0)
# no days: a span of time is what is asked for
_SINCE = SegmentField("number", _GOODS[1:])
_VISITS = {
    "visits": SegmentField("number", _GOODS, missing=0),
    "spent": SegmentField("money", _GOODS, missing=0),
    "visits_in_all": _NUMBER,
    "spent_in_all": _MONEY,
    "days_since_seen": _NUMBER,
    "average_basket": SegmentField("money", _GOODS),
    "days_since_visit": _SINCE,
    "days_since_first_visit": _SINCE,
    "own_gaps_since_visit": _NUMBER,
}
_LOYALTY = {
    "with_coupon_percent": SegmentField("number", ("days",)),
    "coupons_used": _COUPONS,
    "coupons_unused": _COUPONS,
    "points": SegmentField("number", missing=0),
    "points_ending": SegmentField("number", ("days",), missing=0),
}
_SCORES = {
    "r": _NUMBER,
    "f": _NUMBER,
    "m": _NUMBER,
    "rfm_group": _TEXT,
    "stage": SegmentField("text", known=STAGES),
}
_CHANNELS = tuple(channel.value for channel in Channel)
_PERSON = {
    "age": _NUMBER,
    "birthday_month": _NUMBER,
    "registered_days": _NUMBER,
    "gender": SegmentField("text", known=("f", "m", "")),
    "tier": _TEXT,
    "tag": _TEXT,
    "consent": SegmentField("text", ("purpose",), known=_CHANNELS),
    "has": SegmentField("text", known=PIECES),
}
FIELDS: dict[str, SegmentField] = _VISITS | _LOYALTY | _SCORES | _PERSON
THIS_MONTH = "this"
"""As the value of birthday_month: the month of the day that is asked for."""


def check(rule: Any, *, digits: int = 2) -> None:
    """Refuse a rule that cannot be understood, naming the place ("all[1].any[0]").

    Raises:
        BadInput: segment_shape, segment_deep, segment_long, segment_field, segment_op,
            segment_value, segment_more.
    """
    if _check(rule, "rule", DEPTH, digits) > MOST:
        raise BadInput("segment_long", most=MOST)


def _check(node: Any, place: str, deeper: int, digits: int) -> int:
    """Returns how many conditions there are."""
    if not isinstance(node, dict) or not node:
        raise BadInput("segment_shape", where=place)
    if deeper < 0:
        raise BadInput("segment_deep", where=place, most=DEPTH)
    for word in ("all", "any"):
        if word in node:
            parts = node[word]
            if len(node) != 1 or not isinstance(parts, list) or not parts:
                raise BadInput("segment_shape", where=place)
            found = 0
            for number, part in enumerate(parts, 1):
                inside = f"{place}.{word}[{number}]"
                found += _check(part, inside, deeper - 1, digits)
            return found
    if "not" in node:
        if len(node) != 1:
            raise BadInput("segment_shape", where=place)
        return _check(node["not"], f"{place}.not", deeper - 1, digits)
    _check_condition(node, place, digits)
    return 1


def _check_condition(node: Mapping[str, Any], place: str, digits: int) -> None:
    name = node.get("field")
    field = FIELDS.get(name) if isinstance(name, str) else None
    if field is None:
        raise BadInput("segment_field", where=place, field=str(name)[:40], known=", ".join(FIELDS))
    # a key that counts for nothing is a mistake of whoever wrote it
    _check_keys(node, field, place)
    ops = ops_of(field)
    op = node.get("op")
    if op not in ops:
        raise BadInput("segment_op", where=place, op=str(op)[:20], known=" ".join(ops))
    _check_more(node, field, place)
    value = node.get("value")
    if not _value_fits(field, str(name), str(op), value, digits):
        raise _wrong(place, value)


def _wrong(place: str, value: object) -> BadInput:
    return BadInput("segment_value", where=place, value=str(value)[:40])


def _check_keys(node: Mapping[str, Any], field: SegmentField, place: str) -> None:
    usable = ("field", "op", "value", *field.more)
    extra = [key for key in node if key not in usable]
    if extra:
        known = ", ".join(field.more) or "-"
        raise BadInput("segment_more", where=place, key=extra[0][:40], known=known)


def _check_more(node: Mapping[str, Any], field: SegmentField, place: str) -> None:
    """The keys that narrow a field."""
    days = node.get("days", 1)
    # to Python a yes is a number too
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 36_500:
        raise _wrong(f"{place}.days", days)
    for key in field.more:
        if key == "days" or key not in node:
            continue
        if not isinstance(node[key], str) or not node[key]:
            raise _wrong(place, "")
    for key in _PERIOD:
        if key in node and not _is_day(node[key]):
            raise _wrong(f"{place}.{key}", node[key])


def ops_of(field: SegmentField) -> tuple[str, ...]:
    """How a field may be compared."""
    return _TEXT_OPS if field.kind == "text" else tuple(NUMBER_OPS)


def _is_day(text: str) -> bool:
    try:
        return 1970 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False


def _is_money(text: str, digits: int) -> bool:
    try:
        parse_money(text, digits=digits, negative=True)
    except ValueError:
        return False
    return True


def _value_fits(field: SegmentField, name: str, op: str, value: Any, digits: int) -> bool:
    if field.kind == "text":
        texts = value if op == "in" else [value]
        if not isinstance(texts, list) or not texts or not all(map(_is_word, texts)):
            return False
        return not field.known or set(texts) <= set(field.known)
    if name == "birthday_month" and value == THIS_MONTH:
        return op == "="
    if field.kind == "money":
        return isinstance(value, str) and _is_money(value, digits)
    # the largest number is far above any count
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) < 10**9


def _is_word(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= 100
