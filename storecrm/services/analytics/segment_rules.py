"""Segments: rules over what is known of members, compiled to one statement, never evaluated member by member.

A rule is a tree of plain values, as a file or the window writes it:
    {"all": [...]}, {"any": [...]}, {"not": {...}}, or a condition {"field": "visits", "op": ">=", "value": 3, "days": 90, "category": "dairy"}.
What a condition may look at stands in FIELDS; a member of whom nothing is known counts as 0 where a count is asked for, and fits no
condition where there is no answer (days since a visit of somebody who never came).
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, false, func, literal, not_, or_, select, true, union_all
from sqlalchemy.orm import Session

from storecrm.domain import birthdays
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput
from storecrm.models.coupon import Coupon
from storecrm.models.database import days_between
from storecrm.models.member import Consent, Member
from storecrm.models.offer import Offer
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine
from storecrm.models.tag import MemberTag
from storecrm.services.analytics import lifecycle, rfm, visits
from storecrm.services.members import tags
from storecrm.values import Channel, CouponState, Day, Purpose, StoreDay, parse_money

_M: Any = Member.__table__
_S: Any = Sale.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_E: Any = PointEntry.__table__
_LOT: Any = PointLot.__table__
_WHOLE: Any = _M.c.id.type
DEPTH, MOST = 6, 40
"""How deep and how long a rule may be."""

_NUMBER_OPS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXT_OPS = ("is", "is_not", "in")


@dataclass(frozen=True)
class Here:
    """What compiling needs to know: where to ask, the day before which everything has happened, the shop's rules, the decimals of its
    money."""

    session: Session
    before: Day
    shop: ShopRules
    digits: int

    @property
    def today(self) -> Day:
        return self.before - timedelta(days=1)


@dataclass(frozen=True)
class Field:
    """One thing a condition may ask: `kind` is number, money or text, `more` which further keys narrow it, `known` the texts it may be,
    `missing` what holds for a member without an answer (None: fits nothing). `read` gives a query of member_id and value."""

    kind: str
    read: Callable[[Here, Mapping[str, Any]], Select[Any]]
    more: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    missing: int | None = None


_GOODS = ("days", "category", "brand", "sku", "store", "from", "to")
_PERIOD = ("from", "to")
"""The first and the last day of a period, written 2026-10-01."""


def _receipts(here: Here, more: Mapping[str, Any]) -> Any:
    """The receipts that a condition's days, goods and store leave."""
    first = here.before - timedelta(days=int(more["days"])) if "days" in more else None
    if "from" in more:
        first = max(date.fromisoformat(more["from"]), first or date.min)
    before = min(here.before, date.fromisoformat(more["to"]) + timedelta(days=1)) if "to" in more else here.before
    narrow = [_S.c.store == more["store"]] if "store" in more else []
    goods = [getattr(Product, key) == more[key] for key in ("category", "brand", "sku") if key in more]
    if goods:
        narrow.append(exists().where(SaleLine.sale_id == _S.c.id, Product.id == SaleLine.product_id, SaleLine.quantity > 0, *goods))
    return visits.activity(before, first, more=narrow)


def _of_receipts(value: Callable[[Any, Here], Any]) -> Callable[[Here, Mapping[str, Any]], Select[Any]]:
    def read(here: Here, more: Mapping[str, Any]) -> Select[Any]:
        found = _receipts(here, more)
        return select(found.c.member_id, value(found, here).label("value"))

    return read


def _of_member(value: Callable[[Here], Any]) -> Callable[[Here, Mapping[str, Any]], Select[Any]]:
    return lambda here, _: select(_M.c.id.label("member_id"), value(here).label("value"))


def _of_scores(column: str) -> Callable[[Here, Mapping[str, Any]], Select[Any]]:
    def read(here: Here, _: Mapping[str, Any]) -> Select[Any]:
        found = rfm.scores(here.session, here.before, here.shop)
        return select(found.c.member_id, found.c[column].label("value"))

    return read


def _of_stage(value: Callable[[Any], Any]) -> Callable[[Here, Mapping[str, Any]], Select[Any]]:
    def read(here: Here, _: Mapping[str, Any]) -> Select[Any]:
        found = lifecycle.staged(here.before, here.shop)
        return select(found.c.member_id, value(found).label("value"))

    return read


def _since(column: str) -> Callable[[Any, Here], Any]:
    return lambda found, here: days_between(found.c[column], literal(here.today, _M.c.registered_on.type))


def _in_all(count: str, before: str) -> Callable[[Here, Mapping[str, Any]], Select[Any]]:
    """What was bought here and what the system before this program knew of."""

    def read(here: Here, _: Mapping[str, Any]) -> Select[Any]:
        here_too = visits.activity(here.before, visited=False)
        value = func.coalesce(here_too.c[count], 0) + func.coalesce(_M.c[before], 0)
        return select(_M.c.id.label("member_id"), value.label("value")).outerjoin_from(_M, here_too, here_too.c.member_id == _M.c.id)

    return read


def _age(here: Here) -> Any:
    """Whole years, of members whose year of birth is known; by the lunar calendar those of its years."""
    birthday = _M.c.birthday
    lunar_year, lunar_day = birthdays.lunar_day(here.today)
    lunar = _M.c.birthday_type == birthdays.LUNAR
    now = case((lunar, lunar_year), else_=here.today.year)
    had = func.substr(birthday, 6) <= case((lunar, lunar_day), else_=here.today.strftime("%m-%d"))
    year = func.substr(birthday, 1, 4).cast(_WHOLE)
    return case((func.length(birthday) == 10, now - year - case((had, 0), else_=1)), else_=None)


def _birthday_month(here: Here, _: Mapping[str, Any]) -> Any:
    """The month in which the birthday falls; a lunar one in the year of the day that is asked for, where it may fall in two, or none."""
    key = func.substr(_M.c.birthday, func.length(_M.c.birthday) - 4)
    of_lunar = _M.c.birthday_type == birthdays.LUNAR
    solar = select(_M.c.id.label("member_id"), func.substr(key, 1, 2).cast(_WHOLE).label("value")).where(
        func.length(_M.c.birthday) >= 5, not_(of_lunar)
    )
    spans = [
        select(literal(first).label("first"), literal(last).label("last"), literal(month, _WHOLE).label("month"))
        for first, last, month in birthdays.lunar_spans_of(here.today.year)
    ]
    year = union_all(*spans).subquery("lunar_year")
    lunar = select(_M.c.id, year.c.month).join(year, key.between(year.c.first, year.c.last)).where(of_lunar)
    return solar.union_all(lunar)


def _points(ending: bool) -> Callable[[Here, Mapping[str, Any]], Select[Any]]:
    """Points that can be used today; with `ending` only those that end within the days asked."""

    def read(here: Here, more: Mapping[str, Any]) -> Select[Any]:
        today, day = here.today, _LOT.c.expires_on
        alive = [or_(day.is_(None), day >= today), or_(_LOT.c.active_from.is_(None), _LOT.c.active_from <= today)]
        if ending:
            alive = [day.between(today, today + timedelta(days=int(more.get("days", 30))))]
        lots = (
            select(_LOT.c.member_id, func.sum(_E.c.points).label("left"))
            .join(_E, _E.c.lot_id == _LOT.c.id)
            .where(*alive)
            .group_by(_LOT.c.id, _LOT.c.member_id)
            .subquery()
        )
        return select(lots.c.member_id, func.sum(case((lots.c.left > 0, lots.c.left), else_=0)).label("value")).group_by(lots.c.member_id)

    return read


def _coupons_used(here: Here, more: Mapping[str, Any]) -> Select[Any]:
    query = select(_R.c.member_id, func.count().label("value")).where(
        _R.c.reversed_at.is_(None), _R.c.member_id.is_not(None), _R.c.business_date < here.before
    )
    if "days" in more:
        query = query.where(_R.c.business_date >= here.before - timedelta(days=int(more["days"])))
    if "offer" in more:
        query = query.join(Offer, Offer.id == _R.c.offer_id).where(Offer.code == more["offer"])
    return query.group_by(_R.c.member_id)


def _coupons_unused(here: Here, more: Mapping[str, Any]) -> Select[Any]:
    query = select(_C.c.member_id, func.count().label("value")).where(
        _C.c.state == CouponState.ISSUED, _C.c.member_id.is_not(None), StoreDay(here.today, here.today).lasts(_C.c.valid_to)
    )
    if "days" in more:
        query = query.where(_C.c.valid_to < here.before + timedelta(days=int(more["days"])))
    if "offer" in more:
        query = query.join(Offer, Offer.id == _C.c.offer_id).where(Offer.code == more["offer"])
    return query.group_by(_C.c.member_id)


def _with_coupon(here: Here, more: Mapping[str, Any]) -> Select[Any]:
    """Of all visits, how many in a hundred used a coupon, rounded down."""
    first = here.before - timedelta(days=int(more.get("days", 365)))
    # from the coupons' side: to ask of each receipt whether it had one takes ten times as long
    used = select(_R.c.sale_id).where(_R.c.sale_id.is_not(None), _R.c.reversed_at.is_(None)).distinct().subquery()
    with_one = (
        select(_S.c.member_id, func.count().label("visits"))
        .join(used, used.c.sale_id == _S.c.id)
        .where(visits.LIVE, visits.VISIT, _S.c.business_date < here.before, _S.c.business_date >= first)
        .group_by(_S.c.member_id)
        .subquery()
    )
    every = visits.activity(here.before, first)
    value = func.coalesce(with_one.c.visits, 0) * 100 // every.c.visits
    return select(every.c.member_id, value.label("value")).outerjoin(with_one, with_one.c.member_id == every.c.member_id)


def _consent(_: Here, more: Mapping[str, Any]) -> Select[Any]:
    asked = Consent.purpose == more.get("purpose", Purpose.PROMOTION.value)
    newest = select(func.max(Consent.id)).where(asked).group_by(Consent.member_id, Consent.channel)
    table: Any = Consent.__table__
    return select(table.c.member_id, table.c.channel.label("value")).where(Consent.id.in_(newest), Consent.granted == 1)


def _tags(here: Here, more: Mapping[str, Any]) -> Select[Any]:  # noqa: ARG001
    table: Any = MemberTag.__table__
    return select(table.c.member_id, table.c.tag.label("value")).where(tags.alive(here.today))


def _has(_: Here, more: Mapping[str, Any]) -> Select[Any]:  # noqa: ARG001
    pieces = [select(_M.c.id.label("member_id"), literal(name).label("value")).where(_M.c[name] != "") for name in _PIECES]
    return pieces[0].union_all(*pieces[1:]).subquery().select()


_PIECES = ("phone", "email", "name", "birthday")

FIELDS: dict[str, Field] = {
    "visits": Field("number", _of_receipts(lambda found, _: found.c.visits), _GOODS, missing=0),
    "spent": Field("money", _of_receipts(lambda found, _: found.c.net), _GOODS, missing=0),
    "visits_in_all": Field("number", _in_all("visits", "opening_visits")),
    "spent_in_all": Field("money", _in_all("net", "opening_spent")),
    "days_since_seen": Field("number", _of_stage(lambda found: found.c.since)),
    "average_basket": Field("money", _of_receipts(lambda found, _: found.c.net // found.c.visits), _GOODS),
    "days_since_visit": Field("number", _of_receipts(_since("last")), _GOODS[1:]),
    "days_since_first_visit": Field("number", _of_receipts(_since("first")), _GOODS[1:]),
    "own_gaps_since_visit": Field("number", _of_stage(lambda found: found.c.since / case((found.c.gap > 0, found.c.gap), else_=None))),
    "with_coupon_percent": Field("number", _with_coupon, ("days",)),
    "coupons_used": Field("number", _coupons_used, ("days", "offer"), missing=0),
    "coupons_unused": Field("number", _coupons_unused, ("days", "offer"), missing=0),
    "points": Field("number", _points(ending=False), missing=0),
    "points_ending": Field("number", _points(ending=True), ("days",), missing=0),
    "r": Field("number", _of_scores("r")),
    "f": Field("number", _of_scores("f")),
    "m": Field("number", _of_scores("m")),
    "rfm_group": Field("text", _of_scores("group")),
    "stage": Field("text", _of_stage(lambda found: found.c.stage), known=lifecycle.STAGES),
    "age": Field("number", _of_member(_age)),
    "birthday_month": Field("number", _birthday_month),
    "registered_days": Field(
        "number", _of_member(lambda here: days_between(_M.c.registered_on, literal(here.today, _M.c.registered_on.type)))
    ),
    "gender": Field("text", _of_member(lambda _: _M.c.gender), known=("f", "m", "")),
    "tier": Field("text", _of_member(lambda _: _M.c.tier)),
    "tag": Field("text", _tags),
    "consent": Field("text", _consent, ("purpose",), known=tuple(channel.value for channel in Channel)),
    "has": Field("text", _has, known=_PIECES),
}
THIS_MONTH = "this"
"""As the value of birthday_month: the month of the day that is asked for."""


def check(rule: Any, *, digits: int = 2) -> None:
    """Refuse a rule that cannot be understood, naming the place ("all[1].any[0]").

    Raises:
        BadInput: segment_shape, segment_deep, segment_long, segment_field, segment_op, segment_value, segment_more.
    """
    if _check(rule, "rule", DEPTH, digits) > MOST:
        raise BadInput("segment_long", most=MOST)


def _check(node: Any, place: str, deeper: int, digits: int) -> int:
    if not isinstance(node, dict) or not node:
        raise BadInput("segment_shape", where=place)
    if deeper < 0:
        raise BadInput("segment_deep", where=place, most=DEPTH)
    for word in ("all", "any"):
        if word in node:
            parts = node[word]
            if len(node) != 1 or not isinstance(parts, list) or not parts:
                raise BadInput("segment_shape", where=place)
            return sum(_check(part, f"{place}.{word}[{at}]", deeper - 1, digits) for at, part in enumerate(parts, 1))
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
    extra = [key for key in node if key not in ("field", "op", "value", *field.more)]
    if extra:
        raise BadInput("segment_more", where=place, key=extra[0][:40], known=", ".join(field.more) or "-")
    ops = ops_of(field)
    if node.get("op") not in ops:
        raise BadInput("segment_op", where=place, op=str(node.get("op"))[:20], known=" ".join(ops))
    days = node.get("days", 1)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 36_500:
        raise BadInput("segment_value", where=f"{place}.days", value=str(days)[:40])
    if any(not isinstance(node[key], str) or not node[key] for key in field.more if key != "days" and key in node):
        raise BadInput("segment_value", where=place, value="")
    for key in _PERIOD:
        if key in node and not _is_day(node[key]):
            raise BadInput("segment_value", where=f"{place}.{key}", value=str(node[key])[:40])
    if not _value_fits(field, str(name), str(node["op"]), node.get("value"), digits):
        raise BadInput("segment_value", where=place, value=str(node.get("value"))[:40])


def ops_of(field: Field) -> tuple[str, ...]:
    """How a field may be compared."""
    return _TEXT_OPS if field.kind == "text" else tuple(_NUMBER_OPS)


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


def _value_fits(field: Field, name: str, op: str, value: Any, digits: int) -> bool:
    if field.kind == "text":
        texts = value if op == "in" else [value]
        fine = isinstance(texts, list) and bool(texts) and all(isinstance(text, str) and len(text) <= 100 for text in texts)
        return fine and (not field.known or set(texts) <= set(field.known))
    if name == "birthday_month" and value == THIS_MONTH:
        return op == "="
    if field.kind == "money":
        return isinstance(value, str) and _is_money(value, digits)
    return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) < 10**9


def members_of(rule: Mapping[str, Any], here: Here) -> Select[Any]:
    """The ids of the live members that a checked rule picks, as one statement."""
    return select(_M.c.id).where(_M.c.state == "live", _fits(rule, here))


def _fits(node: Mapping[str, Any], here: Here) -> Any:
    if "all" in node:
        return and_(true(), *(_fits(part, here) for part in node["all"]))
    if "any" in node:
        return or_(false(), *(_fits(part, here) for part in node["any"]))
    if "not" in node:
        return not_(_fits(node["not"], here))
    field = FIELDS[node["field"]]
    found = field.read(here, node).subquery()
    if field.kind == "text":
        return _text_fits(node, found)
    asked: Any = node["value"]
    if asked == THIS_MONTH:
        asked = here.today.month
    elif field.kind == "money":
        asked = parse_money(asked, digits=here.digits, negative=True)
    compare = _NUMBER_OPS[node["op"]]
    if field.missing is not None and compare(field.missing, asked):
        # whoever has no row fits: leave out those who have one that does not
        return _M.c.id.not_in(select(found.c.member_id).where(not_(compare(found.c.value, asked))))
    return _M.c.id.in_(select(found.c.member_id).where(compare(found.c.value, asked)))


def _text_fits(node: Mapping[str, Any], found: Any) -> Any:
    texts = node["value"] if node["op"] == "in" else [node["value"]]
    inside = _M.c.id.in_(select(found.c.member_id).where(found.c.value.in_(texts)))
    return not_(inside) if node["op"] == "is_not" else inside
