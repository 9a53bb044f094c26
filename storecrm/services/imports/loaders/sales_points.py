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
from storecrm.models import database
from storecrm.models.member import Member
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.sale import Sale
from storecrm.services.imports import pending_rows
from storecrm.services.loyalty import points_account
from storecrm.services.staff import own_card
from storecrm.services.store import Store
from storecrm.services.till import pricing_context, receipts
from storecrm.values import Day, EntryKind, ImportId, MemberId, SaleId

AT_ONCE = 2_000
"""Sales looked at, or written, at a time."""
_S: Any = Sale.__table__
_E: Any = PointEntry.__table__
_LOT: Any = PointLot.__table__
_RATE = update(_S).where(_S.c.id == bindparam("sale")).values(
    earn_points=bindparam("points"), earn_per=bindparam("per"), points_times=bindparam("times")
)  # fmt: skip
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
        self.sale, self.left, self.since, self.until = sale, left, since, until


def steps(store: Store, rules: ShopRules, batch: ImportId) -> Iterator[Step]:
    """The points of every sale of an import that has a member: each step is one transaction.

    Raises:
        NotAllowed: adjust_limit_day, own_card.
    """
    with store.read() as session:
        found = _earnings(session, store, rules, batch)
        kept = _earned_before(session, {one.member for one in found if one.points < 0})
    gives = [one for one in found if one.points > 0]
    for at in range(0, len(gives), AT_ONCE):
        yield _giving(store, rules, batch, gives[at : at + AT_ONCE])
    takes = list(_taken(rules, found, kept))
    for at in range(0, len(takes), AT_ONCE):
        yield _taking(batch, takes[at : at + AT_ONCE])


def _earnings(session: Session, store: Store, rules: ShopRules, batch: ImportId) -> list[Earning]:
    """What each sale of the import gives or takes, a member's in the order of time."""
    columns = (_S.c.id, _S.c.member_id, _S.c.business_date, _S.c.occurred_at, _S.c.returns_id)
    mine = (
        select(*columns)
        .join(Member, Member.id == _S.c.member_id)
        .where(_S.c.import_id == batch, Member.state != "erased")
    )
    found, page, last = list[Earning](), mine.order_by(_S.c.id).limit(AT_ONCE), 0
    while rows := session.execute(page.where(_S.c.id > last)).all():
        last = rows[-1].id
        paid = receipts.earning_paid(session, [row.id for row in rows])
        times = pricing_context.tier_times(
            session, store, [(row.member_id, row.business_date) for row in rows]
        )
        for row in rows:
            multiplied = times[row.member_id, row.business_date]
            count = points.worth(rules, paid.get(row.id, 0), multiplied)
            if count:
                found.append(
                    Earning(
                        row.member_id,
                        row.business_date,
                        row.id,
                        count,
                        multiplied,
                        row.occurred_at,
                        row.returns_id,
                    )
                )
    return sorted(found, key=lambda one: (one.member, one.day, one.at, one.sale))


def _earned_before(session: Session, people: Collection[MemberId]) -> dict[MemberId, list[Purse]]:
    """What these members earned on sales and still have, as it stands in the books."""
    left, sale = func.sum(_E.c.points), func.min(case((_E.c.kind == EntryKind.EARN, _E.c.sale_id)))
    lot = (_LOT.c.id, _LOT.c.member_id, _LOT.c.opened_on, _LOT.c.expires_on)
    query = select(*lot, sale.label("sale"), left.label("left")).join(_E, _E.c.lot_id == _LOT.c.id)
    query = (
        query.where(database.among(session, _LOT.c.member_id, people))
        .group_by(*lot)
        .having(left > 0, sale.is_not(None))
    )
    found: dict[MemberId, list[Purse]] = {}
    for row in session.execute(query):
        found.setdefault(row.member_id, []).append(
            Purse(row.sale, row.left, row.opened_on, row.expires_on)
        )
    return found


def _taken(
    rules: ShopRules, found: Sequence[Earning], kept: dict[MemberId, list[Purse]]
) -> Iterator[tuple[Any, ...]]:
    """What returns take from which earning, as waiting.TAKEN_FIELDS."""
    for member, mine in groupby(found, key=attrgetter("member")):
        purses = kept.get(member, [])
        for one in mine:
            if one.points > 0:
                purses.append(
                    Purse(one.sale, one.points, one.day, points.usable(rules, one.day)[0])
                )
                continue
            rest = -one.points
            for purse in sorted(purses, key=partial(_in_turn, one.returns)):
                usable = purse.since <= one.day and (purse.until is None or purse.until >= one.day)
                part = min(rest, purse.left) if usable else 0
                if part:
                    purse.left -= part
                    rest -= part
                    yield member, -part, one.day.isoformat(), purse.sale, one.sale


def _in_turn(returned: SaleId | None, purse: Purse) -> tuple[Any, ...]:
    """What the returned sale itself earned goes first, where the file says which that is."""
    return purse.sale != returned, purse.until is None, purse.until, purse.since


def _giving(store: Store, rules: ShopRules, batch: ImportId, part: Sequence[Earning]) -> Step:
    def write(session: Session) -> None:
        points_account.require_gift(
            session, store, rules, [one.points for one in part], earned=True
        )
        own_card.require_not_among(session, store, (one.member for one in part))
        rate = rules.earn_rate
        session.execute(
            _RATE,
            [
                {"sale": one.sale, "points": rate.points, "per": rate.per, "times": one.times}
                for one in part
            ],
        )
        owed = list[tuple[Any, ...]]()
        for one in part:
            until, since = points.usable(rules, one.day)
            lasting = (until and until.isoformat(), since and since.isoformat())
            owed.append(
                (
                    one.member,
                    EntryKind.EARN,
                    one.points,
                    one.day.isoformat(),
                    *lasting,
                    one.sale,
                    "",
                )
            )
        pending_rows.put(session, batch, pending_rows.POINTS, owed)

    return write


def _taking(batch: ImportId, part: Sequence[tuple[Any, ...]]) -> Step:
    return lambda session: pending_rows.put_taken(session, batch, part)
