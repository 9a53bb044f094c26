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

_PERSON = tables.member.c
_SALE = tables.sale.c
_USE = tables.redemption.c
_COUPON = tables.coupon.c
_LOT = tables.point_lot.c
_MEMBER = _PERSON.id.label("member_id")
_WHOLE: Any = _PERSON.id.type
_DAY: Any = _PERSON.registered_on.type
_BIRTHDAY = _PERSON.birthday
_OF_LUNAR = _PERSON.birthday_type == birthdays.LUNAR
_OF_GOODS = ("category", "brand", "sku")
_STANDS = _USE.reversed_at.is_(None)
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
    count = int(more.get("days", usual))
    return timedelta(days=count)


def _receipts(here: Context, more: Mapping[str, Any]) -> Any:
    """The receipts that a condition's days, goods and store leave."""
    first, before = _period(here, more)
    narrow: list[Any] = []
    if "store" in more:
        in_store = _SALE.store == more["store"]
        narrow.append(in_store)
    asked = [key for key in _OF_GOODS if key in more]
    if asked:
        goods = [getattr(Product, key) == more[key] for key in asked]
        narrow.append(_holds(goods))
    return visits.activity(before, first, more=narrow)


def _period(here: Context, more: Mapping[str, Any]) -> tuple[Day | None, Day]:
    """The first day that a condition asks for, and the day after the last."""
    first = None
    if "days" in more:
        first = here.before - _days(more)
    if "from" in more:
        begin = date.fromisoformat(more["from"])
        # the later of two beginnings
        first = max(begin, first or date.min)
    if "to" not in more:
        return first, here.before
    last = date.fromisoformat(more["to"])
    end = last + timedelta(days=1)
    return first, min(here.before, end)


def _holds(goods: list[Any]) -> Any:
    """True of a receipt on which such goods were sold; what came back stands on its own."""
    on_receipt = SaleLine.sale_id == _SALE.id
    sold = (on_receipt, SaleLine.quantity > 0)
    article = Product.id == SaleLine.product_id
    return exists().where(*sold, article, *goods)


def _answers(found: Any, value: Any) -> Select[Any]:
    """The value of each member who was found."""
    return select(found.c.member_id, value.label("value"))


def _of_receipts(value: Callable[[Any, Context], Any]) -> Read:
    def read(here: Context, more: Mapping[str, Any]) -> Select[Any]:
        found = _receipts(here, more)
        return _answers(found, value(found, here))

    return read


def _of_member(value: Callable[[Context], Any]) -> Read:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        answer = value(here)
        return select(_MEMBER, answer.label("value"))

    return read


def _of_scores(column: str) -> Read:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        found = rfm.scores(here.session, here.before, here.shop)
        return _answers(found, found.c[column])

    return read


def _of_stage(value: Callable[[Any], Any]) -> Read:
    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        found = lifecycle.staged(here.before, here.shop)
        return _answers(found, value(found))

    return read


def _days_to(day: Any, here: Context) -> Any:
    """Days from a column to the day that is asked for."""
    today = literal(here.today, _DAY)
    return days_between(day, today)


def _since(column: str) -> Callable[[Any, Context], Any]:
    def days(found: Any, here: Context) -> Any:
        return _days_to(found.c[column], here)

    return days


def _in_all(count: str, before: str) -> Read:
    """What was bought here and what the system before this program knew of."""

    def read(here: Context, _: Mapping[str, Any]) -> Select[Any]:
        bought = visits.activity(here.before, visited=False)
        mine = bought.c.member_id == _PERSON.id
        brought_along = func.coalesce(_PERSON[before], 0)
        counted = func.coalesce(bought.c[count], 0)
        # an empty row of the time before counts nothing
        value = counted + brought_along
        query = select(_MEMBER, value.label("value"))
        return query.outerjoin_from(tables.member, bought, mine)

    return read


def _registered_days(here: Context) -> Any:
    return _days_to(_PERSON.registered_on, here)


def _average(found: Any, _: Context) -> Any:
    return found.c.net // found.c.visits


def _own_gaps(found: Any) -> Any:
    """In the member's own gaps; who has none has no answer."""
    own = found.c.gap
    gap = case((own > 0, own), else_=None)
    return found.c.since / gap


def _age(here: Context) -> Any:
    """Whole years, of members whose year of birth is known; by the lunar calendar those of its
    years."""
    lunar_year, lunar_day = birthdays.lunar_day(here.today)
    solar_day = here.today.strftime("%m-%d")
    this_year = here.today.year
    now = case((_OF_LUNAR, lunar_year), else_=this_year)
    today = case((_OF_LUNAR, lunar_day), else_=solar_day)
    year = func.substr(_BIRTHDAY, 1, 4)
    born = year.cast(_WHOLE)
    day = func.substr(_BIRTHDAY, 6)
    had = day <= today
    # who has the birthday still before oneself is a year younger
    ahead = case((had, 0), else_=1)
    age = now - born - ahead
    known = func.length(_BIRTHDAY) == _WHOLE_BIRTHDAY
    return case((known, age), else_=None)


def _birthday_month(here: Context, _: Mapping[str, Any]) -> Any:
    """The month in which the birthday falls; a lunar one in the year of the day that is asked for,
    where it may fall in two, or none."""
    length = func.length(_BIRTHDAY)
    # month and day are its end, with its year or without
    key = func.substr(_BIRTHDAY, length - 4)
    digits = func.substr(key, 1, 2)
    month = digits.cast(_WHOLE)
    of_solar = (length >= _DAY_OF_YEAR, not_(_OF_LUNAR))
    solar = select(_MEMBER, month.label("value")).where(*of_solar)
    year = _lunar_year(here.today.year)
    inside = key.between(year.c.first, year.c.last)
    lunar = select(_PERSON.id, year.c.month)
    lunar = lunar.join(year, inside).where(_OF_LUNAR)
    return solar.union_all(lunar)


def _lunar_year(year: int) -> Any:
    """first, last (lunar days) and month of each stretch of a year of the common calendar."""
    spans = birthdays.lunar_spans_of(year)
    rows = [_span(*span) for span in spans]
    return union_all(*rows).subquery("lunar_year")


def _span(first: str, last: str, month: int) -> Any:
    """One row: the lunar days that fall in a month."""
    number = literal(month, _WHOLE).label("month")
    begin = literal(first)
    end = literal(last)
    return select(begin.label("first"), end.label("last"), number)


def _points(alive: list[Any]) -> Select[Any]:
    """What is left in the lots for which all of `alive` is true."""
    entry = tables.point_entry.c
    left = func.sum(entry.points)
    query = select(_LOT.member_id, left.label("left"))
    of_lot = entry.lot_id == _LOT.id
    query = query.join(tables.point_entry, of_lot)
    query = query.where(*alive)
    lots = query.group_by(_LOT.id, _LOT.member_id).subquery()
    in_lot = lots.c.left
    # more may have been taken from a lot than it held: that is nobody's other points
    usable = case((in_lot > 0, in_lot), else_=0)
    usable_points = _answers(lots, func.sum(usable))
    return usable_points.group_by(lots.c.member_id)


def _points_usable(here: Context, _: Mapping[str, Any]) -> Select[Any]:
    """Points that can be used today."""
    today = here.today
    end = _LOT.expires_on
    not_over = or_(end.is_(None), end >= today)
    begin = _LOT.active_from
    begun = or_(begin.is_(None), begin <= today)
    return _points([not_over, begun])


def _points_ending(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    """Points that end within the days asked."""
    last = here.today + _days(more, 30)
    ending = _LOT.expires_on.between(here.today, last)
    return _points([ending])


def _of_offer(query: Select[Any], offer: Any, more: Mapping[str, Any]) -> Select[Any]:
    """Of one offer, where a condition names it."""
    if "offer" not in more:
        return query
    named = Offer.code == more["offer"]
    return query.join(Offer, Offer.id == offer).where(named)


def _coupons_used(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    known = _USE.member_id.is_not(None)
    query = select(_USE.member_id, _COUNT)
    query = query.where(_STANDS, known)
    day = _USE.business_date
    query = query.where(day < here.before)
    if "days" in more:
        first = here.before - _days(more)
        query = query.where(day >= first)
    of_offer = _of_offer(query, _USE.offer_id, more)
    return of_offer.group_by(_USE.member_id)


def _coupons_unused(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    unused = _COUPON.state == CouponState.ISSUED
    today = StoreDay(here.today, here.today)
    not_over = today.lasts(_COUPON.valid_to)
    named = _COUPON.member_id.is_not(None)
    query = select(_COUPON.member_id, _COUNT)
    query = query.where(unused, named, not_over)
    if "days" in more:
        end = here.before + _days(more)
        query = query.where(_COUPON.valid_to < end)
    query = _of_offer(query, _COUPON.offer_id, more)
    return query.group_by(_COUPON.member_id)


def _with_coupon(here: Context, more: Mapping[str, Any]) -> Select[Any]:
    """Of all visits, how many in a hundred used a coupon, rounded down."""
    # without a period: of the year
    first = here.before - _days(more, 365)
    # from the coupons' side: to ask of each receipt whether it had one takes ten times as long
    sold = _USE.sale_id.is_not(None)
    redeemed = select(_USE.sale_id).where(sold, _STANDS)
    used = redeemed.distinct().subquery()
    day = _SALE.business_date
    inside = (day < here.before, day >= first)
    count = func.count().label("visits")
    visited = select(_SALE.member_id, count)
    of_sale = used.c.sale_id == _SALE.id
    visited = visited.join(used, of_sale)
    visited = visited.where(visits.LIVE, visits.VISIT, *inside)
    with_one = visited.group_by(_SALE.member_id).subquery()
    every = visits.activity(here.before, first)
    counted = func.coalesce(with_one.c.visits, 0)
    # whole numbers: rounded down
    percent = counted * 100 // every.c.visits
    mine = with_one.c.member_id == every.c.member_id
    return _answers(every, percent).outerjoin(with_one, mine)


def _consent(_: Context, more: Mapping[str, Any]) -> Select[Any]:
    purpose = more.get("purpose", Purpose.PROMOTION.value)
    asked = Consent.purpose == purpose
    # the newest answer of each channel holds
    last = func.max(Consent.id)
    answers = select(last).where(asked)
    by_channel = (Consent.member_id, Consent.channel)
    newest = answers.group_by(*by_channel)
    said_yes = Consent.granted == 1
    query = _answers(tables.consent, tables.consent.c.channel)
    return query.where(Consent.id.in_(newest), said_yes)


def _tags(here: Context, _: Mapping[str, Any]) -> Select[Any]:
    words = _answers(tables.member_tag, tables.member_tag.c.tag)
    return words.where(tags.alive(here.today))


def _piece(name: str) -> Select[Any]:
    """Members who said this of themselves."""
    piece = literal(name).label("value")
    said = _PERSON[name] != ""
    return select(_MEMBER, piece).where(said)


def _has(_: Context, __: Mapping[str, Any]) -> Select[Any]:
    first, *others = map(_piece, PIECES)
    return first.union_all(*others).subquery().select()


_WORTH: dict[str, Read] = {
    "spent": _of_receipts(lambda found, _: found.c.net),
    "spent_in_all": _in_all("net", "opening_spent"),
    "average_basket": _of_receipts(_average),
}
_BOUGHT: dict[str, Read] = {
    "visits": _of_receipts(lambda found, _: found.c.visits),
    "visits_in_all": _in_all("visits", "opening_visits"),
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
_SCORES: dict[str, Read] = {letter: _of_scores(letter) for letter in "rfm"}
_SCORES["rfm_group"] = _of_scores("group")
_SAID: dict[str, Read] = {
    "age": _of_member(_age),
    "birthday_month": _birthday_month,
    "registered_days": _of_member(_registered_days),
    "gender": _of_member(lambda _: _PERSON.gender),
    "tier": _of_member(lambda _: _PERSON.tier),
}
_TOLD: dict[str, Read] = {"tag": _tags, "consent": _consent, "has": _has}
_READ_ALIKE = _BOUGHT | _WORTH | _LIFE | _REWARDS
READS = _READ_ALIKE | _SCORES | _SAID | _TOLD
"""One for each field of `segment_fields.FIELDS`."""
