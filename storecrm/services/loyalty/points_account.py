"""Points: earned in lots, burnt from the lot that expires first, reversed with the sale. Balances
are sums over the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storecrm.domain.points import Balance
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotAllowed, NotPossible
from storecrm.ledger import audit, point_entries
from storecrm.ledger.point_balances import balance, due_lots
from storecrm.ledger.point_entries import NewEntry
from storecrm.models import database, tables
from storecrm.services import allowances, rights
from storecrm.services.allowances import AllowanceKind
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.shop_settings import current
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, counted_day, require_clock
from storecrm.values import Day, EntryKind, ImportId, Moment, Money, Points

SWEPT_AT_ONCE = 5000
"""Lots in one transaction, behind which a till may wait."""
_POINT_FILES = ("members", "points", "sales")
"""Kinds of files that give points."""
_SUM = func.sum(tables.point_entry.c.points)
_ENDED = (tables.point_lot.c.id, tables.point_lot.c.member_id, tables.point_lot.c.expires_on)
_IN_LOT = tables.point_entry.c.lot_id == tables.point_lot.c.id
_LEFT = func.coalesce(_SUM, 0).label("left")
_LOTS = select(*_ENDED, _LEFT).group_by(*_ENDED)
_LEFT_IN_LOTS = _LOTS.outerjoin(tables.point_entry, _IN_LOT)

_OF_SALE = tables.sale.c.id == tables.point_entry.c.sale_id
_BY_PERSON = tables.staff.c.id == tables.point_entry.c.staff_id
_ENDS = tables.point_lot.c.expires_on
_PERSON = tables.staff.c.name.label("staff")
_ENTRIES = select(tables.point_entry, _ENDS, tables.sale.c.receipt_no, _PERSON)
_WITH_LOT = _ENTRIES.join(tables.point_lot, _IN_LOT)
# what a file brought or time did has no sale, and nobody
_WITH_SALE = _WITH_LOT.outerjoin(tables.sale, _OF_SALE).outerjoin(tables.staff, _BY_PERSON)
_STATEMENT = _WITH_SALE.order_by(tables.point_entry.c.id.desc())


@dataclass(frozen=True)
class Movement:
    """One row of the statement."""

    at: Moment
    business_date: Day
    kind: EntryKind
    points: Points
    expires_on: Day | None
    receipt_no: str
    reason: str
    staff: str


def require_gift(
    session: Session, store: Store, shop: ShopRules, counts: Sequence[int], *, earned: bool = False
) -> None:
    """Refuse points by hand or by a file above what a manager may give (or take) at once and in a
    day; the owner may. Each way in asks here. What a file's sales `earned` counts in the day only:
    their amounts say how many it is at once.

    Raises:
        NotAllowed: adjust_limit, adjust_limit_day, card_unsaid (nobody said whose card is theirs:
            no more in a day than at once), all with the fact most.
    """
    # who may change the ladder may give as much as they like
    if not counts or rights.holds(store.actor, Right.TIERS):
        return
    once, day = shop.adjust_limit, shop.adjust_limit_day
    if not earned and any(abs(count) > once for count in counts):
        raise NotAllowed("adjust_limit", most=once)
    # taking points is as good as giving them to somebody else
    asked = sum(abs(count) for count in counts)
    total = _given_today(session, store) + asked
    # whose card is whose must be known before much is given
    if total > once and own_card.unsaid(session, store):
        raise NotAllowed("card_unsaid", most=once)
    if total > day:
        raise NotAllowed("adjust_limit_day", most=day)


def _given_today(session: Session, store: Store) -> int:
    """Points that the person who acts gave or took today, by hand and by files."""
    by_hand = allowances.used(session, store, AllowanceKind.POINTS)
    files = _files_today(session, store)
    if not files:
        return by_hand
    return by_hand + _given_by(session, files) + _waiting_in(session, files)


def _files_today(session: Session, store: Store) -> Sequence[ImportId]:
    """Files with points that the person read today."""
    batch = tables.import_batch.c
    # a file says its own days: what counts is when it was read
    lately = batch.counted_on >= counted_day(session, store)
    mine = select(batch.id).where(batch.staff_id == store.staff, lately)
    return session.scalars(mine.where(batch.kind.in_(_POINT_FILES))).all()


def _given_by(session: Session, files: Sequence[ImportId]) -> int:
    """Points that files gave or took, those of sales too."""
    entry = tables.point_entry.c
    total = select(func.coalesce(func.sum(func.abs(entry.points)), 0))
    given = entry.kind.in_((EntryKind.OPENING, EntryKind.EARN))
    return int(session.scalar(total.where(given, entry.import_id.in_(files))) or 0)


def _waiting_in(session: Session, files: Sequence[ImportId]) -> int:
    """Points of files that are not at their end: they give too."""
    waiting = tables.import_waiting.c
    total = select(func.coalesce(func.sum(waiting.points), 0))
    return int(session.scalar(total.where(waiting.import_id.in_(files))) or 0)


def show(store: Store, *, member: str) -> Balance:
    """A member's buckets today.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        return balance(session, person, store.clock.today())


def statement(store: Store, *, member: str, limit: int = 200) -> list[Movement]:
    """The member's points, newest first, each row with its receipt, reason and person.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        mine = _STATEMENT.where(tables.point_entry.c.member_id == person)
        return [_movement(row) for row in session.execute(mine.limit(limit))]


def _movement(row: Any) -> Movement:
    return Movement(
        at=row.at,
        business_date=row.business_date,
        kind=EntryKind(row.kind),
        points=row.points,
        expires_on=row.expires_on,
        receipt_no=row.receipt_no or "",
        reason=row.reason,
        staff=row.staff or "",
    )


def sweep(store: Store) -> int:
    """Write the expiry rows that are due, dated at the expiry; as often as wanted with the same
    result. Returns points expired. A lot that has ended and is empty is not looked at again, unless
    something moves in it.

    Raises:
        NotAllowed: clock_suspect (a clock that leapt expires nothing).
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        require_clock(session, store)
    due = due_lots(store.clock.today())
    any_due = select(tables.point_lot.c.id).where(*due).limit(1)
    ended = _LEFT_IN_LOTS.where(*due).limit(SWEPT_AT_ONCE)
    total = 0
    while True:
        # whoever looks for nothing does not hold the lock
        with store.read() as look:
            if look.execute(any_due).first() is None:
                return total
        with store.write(Topic.POINTS) as session:
            total += _sweep(session, store, session.execute(ended).all())


def _sweep(session: Session, store: Store, ended: Sequence[Any]) -> int:
    """Empty these lots, and mark them so that they are not looked at again."""
    left = [lot for lot in ended if lot.left > 0]
    for lot in left:
        over = NewEntry(
            lot=lot.id,
            member=lot.member_id,
            kind=EntryKind.EXPIRE,
            points=-lot.left,
            day=lot.expires_on,
            nobody=True,
        )
        point_entries.write(session, store, over)
    looked_at = database.among(session, tables.point_lot.c.id, [lot.id for lot in ended])
    session.execute(update(tables.point_lot).where(looked_at).values(swept=1))
    points = int(sum(lot.left for lot in left))
    if left:
        audit.log(session, store, "points_expired", lots=len(left), points=points)
    return points


@dataclass(frozen=True)
class PointsOffer:
    """How many points a member may use on a bill: the balance, the most by cap and step, the step,
    and what the most is worth."""

    active: Points
    most: Points
    step: int
    worth: Money


def most_usable(store: Store, *, member: str | None, net: Money) -> PointsOffer:
    """What a member could pay of `net` with points.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        shop = current(session)
        active = Points(0)
        if member is not None:
            person = registry.resolve(session, store, member)
            active = balance(session, person, store.clock.today()).active
        most = most_for(shop, net, active)
        worth = shop.points_money(most)
        return PointsOffer(active, most, shop.points_step, worth)


def most_for(shop: ShopRules, due: Money, have: int) -> Points:
    """As many of `have` points as may pay for `due`, by the rules `points_cap_percent` and
    `points_step`."""
    # the cap is rounded down to the minor unit before it is turned into points
    payable = due * shop.points_cap // 100
    affordable = payable * shop.points_per_unit // 10**shop.digits
    step = shop.points_step
    usable = max(0, min(have, affordable))
    return Points(usable // step * step)


def require_payable(shop: ShopRules, row: Any, asked: int) -> None:
    """Refuse points for a bill (its stored row) without member or amount, or another number than
    whole steps.

    Raises:
        NotPossible: points_member, points_step.
    """
    step = shop.points_step
    if row.member_id is None or row.gross is None:
        raise NotPossible("points_member")
    if asked < 0 or asked % step:
        raise NotPossible("points_step", step=step)


def require_cap(shop: ShopRules, due: Money, asked: int) -> None:
    """Refuse more points than may pay for `due`.

    Raises:
        NotPossible: points_cap.
    """
    cap = shop.points_cap
    if shop.points_money(asked) * 100 > due * cap:
        raise NotPossible("points_cap", cap=cap)
