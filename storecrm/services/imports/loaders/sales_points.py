"""What imported sales give their members, as the till gives it: one receipt, one earning, whatever
lay between its lines in the file.

A receipt of negative sum (goods came back, and the file does not say which sale they are of) takes
back what its amount earned: from what the member earned on sales up to that day and still has, the
purse that ends first before the others. What was never earned here is not owed.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.ledger import points
from storecrm.models import database, tables
from storecrm.models.member import Member
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.sale import Sale
from storecrm.services.imports import pending_rows
from storecrm.services.loyalty import points_account
from storecrm.services.staff import own_card
from storecrm.services.store import Store
from storecrm.services.till import paid_lines, pricing_context
from storecrm.values import Day, EntryKind, ImportId, MemberId, SaleId

AT_ONCE = 2_000
"""Sales looked at, or written, at a time."""
_IS_SALE = tables.sale.c.id == bindparam("sale")
_POINTS: Any = bindparam("points")
_PER: Any = bindparam("per")
_TIMES: Any = bindparam("times")
_THIS_SALE = update(tables.sale).where(_IS_SALE)
_RATE = _THIS_SALE.values(earn_points=_POINTS, earn_per=_PER, points_times=_TIMES)
_WHEN = (Sale.business_date, Sale.occurred_at)
_IS_BUYER = Member.id == Sale.member_id
_COLUMNS = (Sale.id, Sale.member_id, *_WHEN, Sale.returns_id)
_OF_MEMBERS = select(*_COLUMNS).join(Member, _IS_BUYER)
# nobody owes an erased member points
_SALES = _OF_MEMBERS.where(Member.state != "erased")
_PAGES = _SALES.order_by(Sale.id).limit(AT_ONCE)
_LOT = (PointLot.id, PointLot.member_id, PointLot.opened_on, PointLot.expires_on)
_LEFT = func.sum(PointEntry.points)
_IS_EARNING = PointEntry.kind == EntryKind.EARN
_OF_SALE = func.min(case((_IS_EARNING, PointEntry.sale_id)))
_IS_OF_LOT = PointEntry.lot_id == PointLot.id
_SUMS = (_OF_SALE.label("sale"), _LEFT.label("left"))
_LOTS = select(*_LOT, *_SUMS).join(PointEntry, _IS_OF_LOT)
_EARNED = _LOTS.group_by(*_LOT).having(_OF_SALE.is_not(None))
_PURSES = _EARNED.having(_LEFT > 0)
Step = Callable[[Session], None]


class Earning(NamedTuple):
    """What one sale gives, or takes when it is negative."""

    member: MemberId
    day: Day
    sale: SaleId
    points: int
    times: int
    at: int
    returns: SaleId | None


class Purse:
    """Points of one earning that returns may take from: what is left, and until when."""

    def __init__(self, sale: SaleId, left: int, since: Day, until: Day | None) -> None:
        self.sale = sale
        self.left = left
        self.since = since
        self.until = until

    def is_usable(self, day: Day) -> bool:
        """True on a day on which these points could be used."""
        ended = self.until is not None and self.until < day
        return self.since <= day and not ended


def steps(store: Store, rules: ShopRules, batch: ImportId) -> Iterator[Step]:
    """The points of every sale of an import that has a member: each step is one transaction.

    Raises:
        NotAllowed: adjust_limit_day, own_card.
    """
    with store.read() as session:
        found = _earnings(session, store, rules, batch)
        # only returns ask what was earned before
        returning = {one.member for one in found if one.points < 0}
        kept = _earned_before(session, returning)
    # all that is given is written before anything is taken from it
    gives = [one for one in found if one.points > 0]
    for at in range(0, len(gives), AT_ONCE):
        part = gives[at : at + AT_ONCE]
        yield _giving(store, rules, batch, part)
    takes = list(_taken(rules, found, kept))
    for at in range(0, len(takes), AT_ONCE):
        taken = takes[at : at + AT_ONCE]
        yield _taking(batch, taken)


def _earnings(session: Session, store: Store, rules: ShopRules, batch: ImportId) -> list[Earning]:
    """What each sale of the import gives or takes, a member's in the order of time."""
    found = list[Earning]()
    page = _PAGES.where(Sale.import_id == batch)
    last = 0
    while rows := session.execute(page.where(Sale.id > last)).all():
        last = rows[-1].id
        paid = paid_lines.earning(session, [row.id for row in rows])
        visits = [(row.member_id, row.business_date) for row in rows]
        times = pricing_context.tier_times(session, store, visits)
        for row, visit in zip(rows, visits, strict=True):
            multiplied = times[visit]
            count = points.worth(rules, paid.get(row.id, 0), multiplied)
            if count:
                found.append(_earning(row, count, multiplied))
    return sorted(found, key=attrgetter("member", "day", "at", "sale"))


def _earning(row: Any, count: int, times: int) -> Earning:
    facts = dict[str, Any](member=row.member_id, sale=row.id)
    facts["day"] = row.business_date
    facts["at"] = row.occurred_at
    facts["returns"] = row.returns_id
    return Earning(points=count, times=times, **facts)


def _earned_before(session: Session, people: Collection[MemberId]) -> dict[MemberId, list[Purse]]:
    """What these members earned on sales and still have, as it stands in the books."""
    theirs = database.among(session, PointLot.member_id, people)
    found: dict[MemberId, list[Purse]] = {}
    for row in session.execute(_PURSES.where(theirs)):
        purse = Purse(row.sale, row.left, row.opened_on, row.expires_on)
        found.setdefault(row.member_id, []).append(purse)
    return found


def _taken(
    rules: ShopRules, found: Sequence[Earning], kept: dict[MemberId, list[Purse]]
) -> Iterator[tuple[Any, ...]]:
    """What returns take from which earning, as pending_rows.TAKEN_FIELDS."""
    for member, mine in groupby(found, key=attrgetter("member")):
        purses = kept.get(member, [])
        for one in mine:
            if one.points > 0:
                until, _ = points.usable(rules, one.day)
                earned = Purse(one.sale, one.points, one.day, until)
                purses.append(earned)
                continue
            rest = -one.points
            # what was never earned here is not owed: a rest is left at that
            for purse in sorted(purses, key=partial(_in_turn, one.returns)):
                part = min(rest, purse.left) if purse.is_usable(one.day) else 0
                if part:
                    purse.left -= part
                    rest -= part
                    day = one.day.isoformat()
                    yield member, -part, day, purse.sale, one.sale


def _in_turn(returned: SaleId | None, purse: Purse) -> tuple[Any, ...]:
    """What the returned sale itself earned goes first, where the file says which that is."""
    return purse.sale != returned, purse.until is None, purse.until, purse.since


def _giving(store: Store, rules: ShopRules, batch: ImportId, part: Sequence[Earning]) -> Step:
    def write(session: Session) -> None:
        counts = [one.points for one in part]
        points_account.require_gift(session, store, rules, counts, earned=True)
        own_card.require_not_among(session, store, (one.member for one in part))
        # a sale says by which rate it earned, so that it can be returned by the same
        rate = {"points": rules.earn_rate.points, "per": rules.earn_rate.per}
        rates = [rate | {"sale": one.sale, "times": one.times} for one in part]
        session.execute(_RATE, rates)
        owed = [_lot(rules, one) for one in part]
        pending_rows.put(session, batch, pending_rows.POINTS, owed)

    return write


def _lot(rules: ShopRules, one: Earning) -> tuple[Any, ...]:
    """An earning in the order of pending_rows.POINTS_FIELDS."""
    until, since = points.usable(rules, one.day)
    ends = until and until.isoformat()
    begins = since and since.isoformat()
    earned = (EntryKind.EARN, one.points, one.day.isoformat())
    return (one.member, *earned, ends, begins, one.sale, "")


def _taking(batch: ImportId, part: Sequence[tuple[Any, ...]]) -> Step:
    return lambda session: pending_rows.put_taken(session, batch, part)
