"""Segments: rules over what is known of members, compiled to one statement, never evaluated member
by member.

A rule is a tree of plain values, as a file or the window writes it:
    {"all": [...]}, {"any": [...]}, {"not": {...}}, or a condition {"field": "visits", "op": ">=",
    "value": 3, "days": 90, "category": "dairy"}.
What a condition may look at stands in FIELDS; a member of whom nothing is known counts as 0 where a
count is asked for, and fits no condition where there is no answer (days since a visit of somebody
who never came).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from storecrm.domain import birthdays
from storecrm.domain.segment_fields import FIELDS, NUMBER_OPS, PIECES, THIS_MONTH
from storecrm.domain.shop_rules import ShopRules
from storecrm.models import tables
from storecrm.models.database import days_between
from storecrm.models.member import Consent
from storecrm.models.offer import Offer
from storecrm.models.product import Product
from storecrm.models.sale import SaleLine
from storecrm.models.tag import MemberTag
from storecrm.services.analytics import lifecycle, rfm, visits
from storecrm.services.members import tags
from storecrm.values import CouponState, Day, Purpose, StoreDay, parse_money

_WHOLE: Any = tables.member.c.id.type


@dataclass(frozen=True)
class Context:
    """What compiling needs to know: where to ask, the day before which everything has happened, the
    shop's rules, the decimals of its money."""

    session: Session
    before: Day
    shop: ShopRules
    digits: int

    @property
    def today(self) -> Day:
        return self.before - timedelta(days=1)


def _receipts(here: Context, more: Mapping[str, Any]) -> Any:
    """The receipts that a condition's days, goods and store leave."""
    first = here.before - timedelta(days=int(more["days"])) if "days" in more else None
    if "from" in more:
        first = max(date.fromisoformat(more["from"]), first or date.min)
    before = (
        min(here.before, date.fromisoformat(more["to"]) + timedelta(days=1))
        if "to" in more
        else here.before
    )
    narrow = [tables.sale.c.store == more["store"]] if "store" in more else []
    goods = [
        getattr(Product, key) == more[key] for key in ("category", "brand", "sku") if key in more
    ]
    if goods:
        narrow.append(
            exists().where(
                SaleLine.sale_id == tables.sale.c.id,
                Product.id == SaleLine.product_id,
                SaleLine.quantity > 0,
                *goods,
            )
        )
    return visits.activity(before, first, more=narrow)


def _of_receipts(
    value: Callable[[Any, Context], Any],
) -> Callable[[Context, Mapping[str, Any]], Select[Any]]:
    def read(here: Context, more: Mapping[str, Any]) -> Select[Any]:
        found = _receipts(here, more)
        return select(found.c.member_id, value(found, here).label("value"))

    return read


def _of_member(
    value: Callable[[Context], Any],
) -> Callable[[Context, Mapping[str, Any]], Select[Any]]:
    return lambda here, _: select(tables.member.c.id.label("member_id"), value(here).label("value"))


def _of_scores(column: str) -> Callable[[Context, Mapping[str, Any]], Select[Any]]:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        found = rfm.scores(here.session, here.before, here.shop)
        return select(found.c.member_id, found.c[column].label("value"))

    return read


def _of_stage(value: Callable[[Any], Any]) -> Callable[[Context, Mapping[str, Any]], Select[Any]]:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        found = lifecycle.staged(here.before, here.shop)
        return select(found.c.member_id, value(found).label("value"))

    return read


def _since(column: str) -> Callable[[Any, Context], Any]:
    return lambda found, here: days_between(
        found.c[column], literal(here.today, tables.member.c.registered_on.type)
    )


def _in_all(count: str, before: str) -> Callable[[Context, Mapping[str, Any]], Select[Any]]:
    """What was bought here and what the system before this program knew of."""

    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        here_too = visits.activity(here.before, visited=False)
        value = func.coalesce(here_too.c[count], 0) + func.coalesce(tables.member.c[before], 0)
        return select(tables.member.c.id.label("member_id"), value.label("value")).outerjoin_from(
            tables.member, here_too, here_too.c.member_id == tables.member.c.id
        )

    return read


def _age(here: Context) -> Any:
    """Whole years, of members whose year of birth is known; by the lunar calendar those of its
    years."""
    birthday = tables.member.c.birthday
    lunar_year, lunar_day = birthdays.lunar_day(here.today)
    lunar = tables.member.c.birthday_type == birthdays.LUNAR
    now = case((lunar, lunar_year), else_=here.today.year)
    had = func.substr(birthday, 6) <= case((lunar, lunar_day), else_=here.today.strftime("%m-%d"))
    year = func.substr(birthday, 1, 4).cast(_WHOLE)
    return case((func.length(birthday) == 10, now - year - case((had, 0), else_=1)), else_=None)


def _birthday_month(here: Context, _: Mapping[str, Any]) -> Any:
    """The month in which the birthday falls; a lunar one in the year of the day that is asked for,
    where it may fall in two, or none."""
    key = func.substr(tables.member.c.birthday, func.length(tables.member.c.birthday) - 4)
    of_lunar = tables.member.c.birthday_type == birthdays.LUNAR
    solar = select(
        tables.member.c.id.label("member_id"), func.substr(key, 1, 2).cast(_WHOLE).label("value")
    ).where(func.length(tables.member.c.birthday) >= 5, not_(of_lunar))
    spans = [
        select(
            literal(first).label("first"),
            literal(last).label("last"),
            literal(month, _WHOLE).label("month"),
        )
        for first, last, month in birthdays.lunar_spans_of(here.today.year)
    ]
    year = union_all(*spans).subquery("lunar_year")
    lunar = (
        select(tables.member.c.id, year.c.month)
        .join(year, key.between(year.c.first, year.c.last))
        .where(of_lunar)
    )
    return solar.union_all(lunar)


def _points(ending: bool) -> Callable[[Context, Mapping[str, Any]], Select[Any]]:
    """Points that can be used today; with `ending` only those that end within the days asked."""

    def read(here: Context, more: Mapping[str, Any]) -> Select[Any]:
        today, day = here.today, tables.point_lot.c.expires_on
        alive = [
            or_(day.is_(None), day >= today),
            or_(tables.point_lot.c.active_from.is_(None), tables.point_lot.c.active_from <= today),
        ]
        if ending:
            alive = [day.between(today, today + timedelta(days=int(more.get("days", 30))))]
        lots = (
            select(
                tables.point_lot.c.member_id, func.sum(tables.point_entry.c.points).label("left")
            )
            .join(tables.point_entry, tables.point_entry.c.lot_id == tables.point_lot.c.id)
            .where(*alive)
            .group_by(tables.point_lot.c.id, tables.point_lot.c.member_id)
            .subquery()
        )
        return select(
            lots.c.member_id, func.sum(case((lots.c.left > 0, lots.c.left), else_=0)).label("value")
        ).group_by(lots.c.member_id)

    return read


def _coupons_used(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    query = select(tables.redemption.c.member_id, func.count().label("value")).where(
        tables.redemption.c.reversed_at.is_(None),
        tables.redemption.c.member_id.is_not(None),
        tables.redemption.c.business_date < here.before,
    )
    if "days" in more:
        query = query.where(
            tables.redemption.c.business_date >= here.before - timedelta(days=int(more["days"]))
        )
    if "offer" in more:
        query = query.join(Offer, Offer.id == tables.redemption.c.offer_id).where(
            Offer.code == more["offer"]
        )
    return query.group_by(tables.redemption.c.member_id)


def _coupons_unused(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    query = select(tables.coupon.c.member_id, func.count().label("value")).where(
        tables.coupon.c.state == CouponState.ISSUED,
        tables.coupon.c.member_id.is_not(None),
        StoreDay(here.today, here.today).lasts(tables.coupon.c.valid_to),
    )
    if "days" in more:
        query = query.where(
            tables.coupon.c.valid_to < here.before + timedelta(days=int(more["days"]))
        )
    if "offer" in more:
        query = query.join(Offer, Offer.id == tables.coupon.c.offer_id).where(
            Offer.code == more["offer"]
        )
    return query.group_by(tables.coupon.c.member_id)


def _with_coupon(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    """Of all visits, how many in a hundred used a coupon, rounded down."""
    first = here.before - timedelta(days=int(more.get("days", 365)))
    # from the coupons' side: to ask of each receipt whether it had one takes ten times as long
    used = (
        select(tables.redemption.c.sale_id)
        .where(tables.redemption.c.sale_id.is_not(None), tables.redemption.c.reversed_at.is_(None))
        .distinct()
        .subquery()
    )
    with_one = (
        select(tables.sale.c.member_id, func.count().label("visits"))
        .join(used, used.c.sale_id == tables.sale.c.id)
        .where(
            visits.LIVE,
            visits.VISIT,
            tables.sale.c.business_date < here.before,
            tables.sale.c.business_date >= first,
        )
        .group_by(tables.sale.c.member_id)
        .subquery()
    )
    every = visits.activity(here.before, first)
    value = func.coalesce(with_one.c.visits, 0) * 100 // every.c.visits
    return select(every.c.member_id, value.label("value")).outerjoin(
        with_one, with_one.c.member_id == every.c.member_id
    )


def _consent(_: Context, more: Mapping[str, Any]) -> Select[Any]:
    asked = Consent.purpose == more.get("purpose", Purpose.PROMOTION.value)
    newest = select(func.max(Consent.id)).where(asked).group_by(Consent.member_id, Consent.channel)
    table: Any = Consent.__table__
    return select(table.c.member_id, table.c.channel.label("value")).where(
        Consent.id.in_(newest), Consent.granted == 1
    )


def _tags(here: Context, more: Mapping[str, Any]) -> Select[Any]:  # noqa: ARG001
    table: Any = MemberTag.__table__
    return select(table.c.member_id, table.c.tag.label("value")).where(tags.alive(here.today))


def _has(_: Context, more: Mapping[str, Any]) -> Select[Any]:  # noqa: ARG001
    pieces = [
        select(tables.member.c.id.label("member_id"), literal(name).label("value")).where(
            tables.member.c[name] != ""
        )
        for name in PIECES
    ]
    return pieces[0].union_all(*pieces[1:]).subquery().select()


READS: dict[str, Callable[[Context, Mapping[str, Any]], Select[Any]]] = {
    "visits": _of_receipts(lambda found, _: found.c.visits),
    "spent": _of_receipts(lambda found, _: found.c.net),
    "visits_in_all": _in_all("visits", "opening_visits"),
    "spent_in_all": _in_all("net", "opening_spent"),
    "days_since_seen": _of_stage(lambda found: found.c.since),
    "average_basket": _of_receipts(lambda found, _: found.c.net // found.c.visits),
    "days_since_visit": _of_receipts(_since("last")),
    "days_since_first_visit": _of_receipts(_since("first")),
    "own_gaps_since_visit": _of_stage(
        lambda found: found.c.since / case((found.c.gap > 0, found.c.gap), else_=None)
    ),
    "with_coupon_percent": _with_coupon,
    "coupons_used": _coupons_used,
    "coupons_unused": _coupons_unused,
    "points": _points(ending=False),
    "points_ending": _points(ending=True),
    "r": _of_scores("r"),
    "f": _of_scores("f"),
    "m": _of_scores("m"),
    "rfm_group": _of_scores("group"),
    "stage": _of_stage(lambda found: found.c.stage),
    "age": _of_member(_age),
    "birthday_month": _birthday_month,
    "registered_days": _of_member(
        lambda here: days_between(
            tables.member.c.registered_on, literal(here.today, tables.member.c.registered_on.type)
        )
    ),
    "gender": _of_member(lambda _: tables.member.c.gender),
    "tier": _of_member(lambda _: tables.member.c.tier),
    "tag": _tags,
    "consent": _consent,
    "has": _has,
}


def members_of(rule: Mapping[str, Any], here: Context) -> Select[Any]:
    """The ids of the live members that a checked rule picks, as one statement."""
    return select(tables.member.c.id).where(tables.member.c.state == "live", _fits(rule, here))


def _fits(node: Mapping[str, Any], here: Context) -> Any:
    if "all" in node:
        return and_(true(), *(_fits(part, here) for part in node["all"]))
    if "any" in node:
        return or_(false(), *(_fits(part, here) for part in node["any"]))
    if "not" in node:
        return not_(_fits(node["not"], here))
    field = FIELDS[node["field"]]
    found = READS[node["field"]](here, node).subquery()
    if field.kind == "text":
        return _text_fits(node, found)
    asked: Any = node["value"]
    if asked == THIS_MONTH:
        asked = here.today.month
    elif field.kind == "money":
        asked = parse_money(asked, digits=here.digits, negative=True)
    compare = NUMBER_OPS[node["op"]]
    if field.missing is not None and compare(field.missing, asked):
        # whoever has no row fits: leave out those who have one that does not
        return tables.member.c.id.not_in(
            select(found.c.member_id).where(not_(compare(found.c.value, asked)))
        )
    return tables.member.c.id.in_(select(found.c.member_id).where(compare(found.c.value, asked)))


def _text_fits(node: Mapping[str, Any], found: Any) -> Any:
    texts = node["value"] if node["op"] == "in" else [node["value"]]
    inside = tables.member.c.id.in_(select(found.c.member_id).where(found.c.value.in_(texts)))
    return not_(inside) if node["op"] == "is_not" else inside
