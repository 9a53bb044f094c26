"""What each field of a segment's rule reads: one statement with member_id and value.

Receipts are read through `visits`, stages through `lifecycle`, scores through `rfm`; whoever has no
row has no answer.

    READS["visits"](here, {"days": 90})
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import Session

from storecrm.domain import birthdays
from storecrm.domain.segment_fields import PIECES
from storecrm.domain.shop_rules import ShopRules
from storecrm.models import tables
from storecrm.models.database import days_between
from storecrm.models.member import Consent
from storecrm.models.offer import Offer
from storecrm.models.product import Product
from storecrm.models.sale import SaleLine
from storecrm.services.analytics import lifecycle, rfm, visits
from storecrm.services.members import tags
from storecrm.values import CouponState, Day, Purpose, StoreDay

_MEMBER = tables.member.c.id.label("member_id")
_WHOLE: Any = tables.member.c.id.type
_DAY: Any = tables.member.c.registered_on.type
_BIRTHDAY = tables.member.c.birthday
_OF_LUNAR = tables.member.c.birthday_type == birthdays.LUNAR
_WHOLE_BIRTHDAY = len("1990-05-17")
_DAY_OF_YEAR = len("05-17")
_COUNT = func.count().label("value")


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


Read = Callable[[Context, Mapping[str, Any]], Select[Any]]


def _days(more: Mapping[str, Any], usual: int = 0) -> timedelta:
    """How many days a condition asks for."""
    return timedelta(days=int(more.get("days", usual)))


def _receipts(here: Context, more: Mapping[str, Any]) -> Any:
    """The receipts that a condition's days, goods and store leave."""
    first = here.before - _days(more) if "days" in more else None
    if "from" in more:
        # the later of two beginnings
        first = max(date.fromisoformat(more["from"]), first or date.min)
    before = here.before
    if "to" in more:
        end = date.fromisoformat(more["to"]) + timedelta(days=1)
        before = min(before, end)
    narrow = [tables.sale.c.store == more["store"]] if "store" in more else []
    asked = [key for key in ("category", "brand", "sku") if key in more]
    if asked:
        goods = [getattr(Product, key) == more[key] for key in asked]
        narrow.append(_holds(goods))
    return visits.activity(before, first, more=narrow)


def _holds(goods: list[Any]) -> Any:
    """True of a receipt on which such goods were sold; what came back stands on its own."""
    line = (SaleLine.sale_id == tables.sale.c.id, SaleLine.quantity > 0)
    return exists().where(*line, Product.id == SaleLine.product_id, *goods)


def _of_receipts(value: Callable[[Any, Context], Any]) -> Read:
    def read(here: Context, more: Mapping[str, Any]) -> Select[Any]:
        found = _receipts(here, more)
        answer = value(found, here)
        return select(found.c.member_id, answer.label("value"))

    return read


def _of_member(value: Callable[[Context], Any]) -> Read:
    return lambda here, _: select(_MEMBER, value(here).label("value"))


def _of_scores(column: str) -> Read:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        found = rfm.scores(here.session, here.before, here.shop)
        score = found.c[column]
        return select(found.c.member_id, score.label("value"))

    return read


def _of_stage(value: Callable[[Any], Any]) -> Read:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        found = lifecycle.staged(here.before, here.shop)
        answer = value(found)
        return select(found.c.member_id, answer.label("value"))

    return read


def _days_to(day: Any, here: Context) -> Any:
    """Days from a column to the day that is asked for."""
    return days_between(day, literal(here.today, _DAY))


def _since(column: str) -> Callable[[Any, Context], Any]:
    return lambda found, here: _days_to(found.c[column], here)


def _in_all(count: str, before: str) -> Read:
    """What was bought here and what the system before this program knew of."""

    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        bought = visits.activity(here.before, visited=False)
        mine = bought.c.member_id == tables.member.c.id
        brought_along = func.coalesce(tables.member.c[before], 0)
        value = func.coalesce(bought.c[count], 0) + brought_along
        query = select(_MEMBER, value.label("value"))
        return query.outerjoin_from(tables.member, bought, mine)

    return read


def _average(found: Any, _: Context) -> Any:
    return found.c.net // found.c.visits


def _own_gaps(found: Any) -> Any:
    """In the member's own gaps; who has none has no answer."""
    gap = case((found.c.gap > 0, found.c.gap), else_=None)
    return found.c.since / gap


def _age(here: Context) -> Any:
    """Whole years, of members whose year of birth is known; by the lunar calendar those of its
    years."""
    lunar_year, lunar_day = birthdays.lunar_day(here.today)
    solar_day = here.today.strftime("%m-%d")
    now = case((_OF_LUNAR, lunar_year), else_=here.today.year)
    today = case((_OF_LUNAR, lunar_day), else_=solar_day)
    had = func.substr(_BIRTHDAY, 6) <= today
    born = func.substr(_BIRTHDAY, 1, 4).cast(_WHOLE)
    age = now - born - case((had, 0), else_=1)
    known = func.length(_BIRTHDAY) == _WHOLE_BIRTHDAY
    return case((known, age), else_=None)


def _birthday_month(here: Context, _: Mapping[str, Any]) -> Any:
    """The month in which the birthday falls; a lunar one in the year of the day that is asked for,
    where it may fall in two, or none."""
    length = func.length(_BIRTHDAY)
    # month and day are its end, with its year or without
    key = func.substr(_BIRTHDAY, length - 4)
    month = func.substr(key, 1, 2).cast(_WHOLE)
    solar = select(_MEMBER, month.label("value"))
    solar = solar.where(length >= _DAY_OF_YEAR, not_(_OF_LUNAR))
    spans = [_span(*span) for span in birthdays.lunar_spans_of(here.today.year)]
    year = union_all(*spans).subquery("lunar_year")
    inside = key.between(year.c.first, year.c.last)
    lunar = select(tables.member.c.id, year.c.month).join(year, inside)
    return solar.union_all(lunar.where(_OF_LUNAR))


def _span(first: str, last: str, month: int) -> Any:
    """One row: the lunar days that fall in a month."""
    number = literal(month, _WHOLE).label("month")
    return select(literal(first).label("first"), literal(last).label("last"), number)


def _points(alive: list[Any]) -> Select[Any]:
    """What is left in the lots for which all of `alive` is true."""
    owner = tables.point_lot.c.member_id
    left = func.sum(tables.point_entry.c.points).label("left")
    entries = tables.point_entry.c.lot_id == tables.point_lot.c.id
    query = select(owner, left).join(tables.point_entry, entries).where(*alive)
    lots = query.group_by(tables.point_lot.c.id, owner).subquery()
    # more may have been taken from a lot than it held: that is nobody's other points
    value = func.sum(case((lots.c.left > 0, lots.c.left), else_=0))
    left_over: Select[Any] = select(lots.c.member_id, value.label("value"))
    return left_over.group_by(lots.c.member_id)


def _points_usable(here: Context, _: Mapping[str, Any]) -> Select[Any]:
    """Points that can be used today."""
    end, begin = tables.point_lot.c.expires_on, tables.point_lot.c.active_from
    not_over = or_(end.is_(None), end >= here.today)
    begun = or_(begin.is_(None), begin <= here.today)
    return _points([not_over, begun])


def _points_ending(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    """Points that end within the days asked."""
    last = here.today + _days(more, 30)
    return _points([tables.point_lot.c.expires_on.between(here.today, last)])


def _of_offer(query: Select[Any], offer: Any, more: Mapping[str, Any]) -> Select[Any]:
    """Of one offer, where a condition names it."""
    if "offer" not in more:
        return query
    return query.join(Offer, Offer.id == offer).where(Offer.code == more["offer"])


def _coupons_used(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    use = tables.redemption.c
    query = select(use.member_id, _COUNT)
    query = query.where(use.reversed_at.is_(None), use.member_id.is_not(None))
    query = query.where(use.business_date < here.before)
    if "days" in more:
        query = query.where(use.business_date >= here.before - _days(more))
    return _of_offer(query, use.offer_id, more).group_by(use.member_id)


def _coupons_unused(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    coupon = tables.coupon.c
    unused = coupon.state == CouponState.ISSUED
    not_over = StoreDay(here.today, here.today).lasts(coupon.valid_to)
    query = select(coupon.member_id, _COUNT)
    query = query.where(unused, coupon.member_id.is_not(None), not_over)
    if "days" in more:
        query = query.where(coupon.valid_to < here.before + _days(more))
    return _of_offer(query, coupon.offer_id, more).group_by(coupon.member_id)


def _with_coupon(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    """Of all visits, how many in a hundred used a coupon, rounded down."""
    first = here.before - _days(more, 365)
    # from the coupons' side: to ask of each receipt whether it had one takes ten times as long
    use = tables.redemption.c
    redeemed = select(use.sale_id).where(use.sale_id.is_not(None), use.reversed_at.is_(None))
    used = redeemed.distinct().subquery()
    sale = tables.sale.c
    inside = (sale.business_date < here.before, sale.business_date >= first)
    visited = select(sale.member_id, func.count().label("visits"))
    visited = visited.join(used, used.c.sale_id == sale.id)
    visited = visited.where(visits.LIVE, visits.VISIT, *inside)
    with_one = visited.group_by(sale.member_id).subquery()
    every = visits.activity(here.before, first)
    value = func.coalesce(with_one.c.visits, 0) * 100 // every.c.visits
    query = select(every.c.member_id, value.label("value"))
    return query.outerjoin(with_one, with_one.c.member_id == every.c.member_id)


def _consent(_: Context, more: Mapping[str, Any]) -> Select[Any]:
    purpose = more.get("purpose", Purpose.PROMOTION.value)
    asked = Consent.purpose == purpose
    # the newest answer of each channel holds
    newest = select(func.max(Consent.id)).where(asked).group_by(Consent.member_id, Consent.channel)
    channel = tables.consent.c.channel.label("value")
    query = select(tables.consent.c.member_id, channel)
    return query.where(Consent.id.in_(newest), Consent.granted == 1)


def _tags(here: Context, _: Mapping[str, Any]) -> Select[Any]:
    word = tables.member_tag.c.tag.label("value")
    return select(tables.member_tag.c.member_id, word).where(tags.alive(here.today))


def _piece(name: str) -> Select[Any]:
    """Members who said this of themselves."""
    query = select(_MEMBER, literal(name).label("value"))
    return query.where(tables.member.c[name] != "")


def _has(_: Context, __: Mapping[str, Any]) -> Select[Any]:
    first, *others = map(_piece, PIECES)
    return first.union_all(*others).subquery().select()


_BOUGHT: dict[str, Read] = {
    "visits": _of_receipts(lambda found, _: found.c.visits),
    "spent": _of_receipts(lambda found, _: found.c.net),
    "visits_in_all": _in_all("visits", "opening_visits"),
    "spent_in_all": _in_all("net", "opening_spent"),
    "average_basket": _of_receipts(_average),
    "days_since_visit": _of_receipts(_since("last")),
    "days_since_first_visit": _of_receipts(_since("first")),
}
_LIFE: dict[str, Read] = {
    "stage": _of_stage(lambda found: found.c.stage),
    "days_since_seen": _of_stage(lambda found: found.c.since),
    "own_gaps_since_visit": _of_stage(_own_gaps),
}
_REWARDS: dict[str, Read] = {
    "with_coupon_percent": _with_coupon,
    "coupons_used": _coupons_used,
    "coupons_unused": _coupons_unused,
    "points": _points_usable,
    "points_ending": _points_ending,
}
_SCORES: dict[str, Read] = {letter: _of_scores(letter) for letter in ("r", "f", "m")}
_PERSON: dict[str, Read] = {
    "age": _of_member(_age),
    "birthday_month": _birthday_month,
    "registered_days": _of_member(lambda here: _days_to(tables.member.c.registered_on, here)),
    "gender": _of_member(lambda _: tables.member.c.gender),
    "tier": _of_member(lambda _: tables.member.c.tier),
    "tag": _tags,
    "consent": _consent,
    "has": _has,
}
READS: dict[str, Read] = {
    **_BOUGHT,
    **_LIFE,
    **_REWARDS,
    **_SCORES,
    "rfm_group": _of_scores("group"),
    **_PERSON,
}
