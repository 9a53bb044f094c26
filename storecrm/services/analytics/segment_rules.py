"""Segments: rules over what is known of members, compiled to one statement, never evaluated member
by member.

A rule is a tree of plain values, as a file or the window writes it:
    {"all": [...]}, {"any": [...]}, {"not": {...}}, or a condition {"field": "visits", "op": ">=",
    "value": 3, "days": 90, "category": "dairy"}.
What a condition may look at stands in FIELDS; a member of whom nothing is known counts as 0 where a
count is asked for, and fits no condition where there is no answer (days since a visit of somebody
who never came).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, false, not_, or_, select, true

from storecrm.domain.segment_fields import FIELDS, NUMBER_OPS, THIS_MONTH
from storecrm.models import tables
from storecrm.services.analytics import segment_values
from storecrm.services.analytics.segment_values import Context
from storecrm.values import parse_money

_MEMBER = tables.member.c.id


def members_of(rule: Mapping[str, Any], here: Context) -> Select[Any]:
    """The ids of the live members that a checked rule picks, as one statement."""
    live = tables.member.c.state == "live"
    return select(_MEMBER).where(live, _fits(rule, here))


def _fits(node: Mapping[str, Any], here: Context) -> Any:
    # no part at all: "all" of nothing is everybody, "any" of nothing nobody
    if "all" in node:
        return and_(true(), *[_fits(part, here) for part in node["all"]])
    if "any" in node:
        return or_(false(), *[_fits(part, here) for part in node["any"]])
    if "not" in node:
        return not_(_fits(node["not"], here))
    name = node["field"]
    found = segment_values.READS[name](here, node).subquery()
    if FIELDS[name].kind == "text":
        return _text_fits(node, found)
    return _number_fits(node, found, here)


def _number_fits(node: Mapping[str, Any], found: Any, here: Context) -> Any:
    field = FIELDS[node["field"]]
    asked = _number_of(node["value"], field.kind, here)
    compare = NUMBER_OPS[node["op"]]
    right = compare(found.c.value, asked)
    owner = select(found.c.member_id)
    if field.missing is not None and compare(field.missing, asked):
        # whoever has no row fits: leave out those who have one that does not
        return _MEMBER.not_in(owner.where(not_(right)))
    return _MEMBER.in_(owner.where(right))


def _number_of(asked: Any, kind: str, here: Context) -> Any:
    if asked == THIS_MONTH:
        return here.today.month
    if kind == "money":
        return parse_money(asked, digits=here.digits, negative=True)
    return asked


def _text_fits(node: Mapping[str, Any], found: Any) -> Any:
    texts = node["value"] if node["op"] == "in" else [node["value"]]
    owner = select(found.c.member_id).where(found.c.value.in_(texts))
    inside = _MEMBER.in_(owner)
    return not_(inside) if node["op"] == "is_not" else inside
