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
from storecrm.ledger import audit
from storecrm.ledger.points import balance, due_lots, move
from storecrm.models import database
from storecrm.models.import_batch import ImportBatch, ImportWaiting
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.sale import Sale
from storecrm.models.staff import Staff
from storecrm.services import allowances, rights
from storecrm.services.allowances import AllowanceKind
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.shop_settings import current
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, counted_day, require_clock
from storecrm.values import (
    Day,
    EntryKind,
    Moment,
    Money,
    Points,
)

_LOT: Any = PointLot.__table__
_ENTRY: Any = PointEntry.__table__


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
    if not counts or rights.holds(store.actor, Right.TIERS):
        return
    once, day = shop.adjust_limit, shop.adjust_limit_day
    if not earned and any(abs(count) > once for count in counts):
        raise NotAllowed("adjust_limit", most=once)
    total = _given_today(session, store) + sum(abs(count) for count in counts)
    if total > once and own_card.unsaid(session, store):
        raise NotAllowed("card_unsaid", most=once)
    if total > day:
        raise NotAllowed("adjust_limit_day", most=day)


def _given_today(session: Session, store: Store) -> int:
    """Points that the person who acts gave or took today, by hand and by files."""
    by_hand = allowances.used(session, store, AllowanceKind.POINTS)
    total = select(func.coalesce(func.sum(func.abs(_ENTRY.c.points)), 0))
    # a file says its own days: what counts is when it was read
    lately = select(ImportBatch.id).where(
        ImportBatch.staff_id == store.staff, ImportBatch.counted_on >= counted_day(session, store)
    )
    files = list(
        session.scalars(lately.where(ImportBatch.kind.in_(("members", "points", "sales"))))
    )
    if not files:
        return by_hand
    given = _ENTRY.c.kind.in_((EntryKind.OPENING, EntryKind.EARN))
    shown = int(session.scalar(total.where(given, _ENTRY.c.import_id.in_(files))) or 0)
    # a file that is not at its end gives too
    waiting = select(func.coalesce(func.sum(ImportWaiting.points), 0)).where(
        ImportWaiting.import_id.in_(files)
    )
    return by_hand + shown + int(session.scalar(waiting) or 0)


def show(store: Store, *, member: str) -> Balance:
    """A member's buckets today.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return balance(session, registry.resolve(session, store, member), store.clock.today())


def statement(store: Store, *, member: str, limit: int = 200) -> list[Movement]:
    """The member's points, newest first, each row with its receipt, reason and person.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        found = registry.resolve(session, store, member)
        query = (
            select(_ENTRY, _LOT.c.expires_on, Sale.receipt_no, Staff.name.label("staff"))
            .join(_LOT, _LOT.c.id == _ENTRY.c.lot_id)
            .outerjoin(Sale, Sale.id == _ENTRY.c.sale_id)
            .outerjoin(Staff, Staff.id == _ENTRY.c.staff_id)
            .where(_ENTRY.c.member_id == found)
            .order_by(_ENTRY.c.id.desc())
        )
        return [
            Movement(
                row.at,
                row.business_date,
                EntryKind(row.kind),
                row.points,
                row.expires_on,
                row.receipt_no or "",
                row.reason,
                row.staff or "",
            )
            for row in session.execute(query.limit(limit))
        ]


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
    waiting = due_lots(store.clock.today())
    left = func.coalesce(func.sum(_ENTRY.c.points), 0).label("left")
    query = select(_LOT.c.id, _LOT.c.member_id, _LOT.c.expires_on, left).outerjoin(
        _ENTRY, _ENTRY.c.lot_id == _LOT.c.id
    )
    query = (
        query.where(*waiting)
        .group_by(_LOT.c.id, _LOT.c.member_id, _LOT.c.expires_on)
        .limit(SWEPT_AT_ONCE)
    )
    total = 0
    while True:
        with store.read() as look:
            if look.execute(select(_LOT.c.id).where(*waiting).limit(1)).first() is None:
                return total
        with store.write(Topic.POINTS) as session:
            total += _sweep(session, store, session.execute(query).all())


SWEPT_AT_ONCE = 5000
"""Lots in one transaction, behind which a till may wait."""


def _sweep(session: Session, store: Store, ended: Sequence[Any]) -> int:
    due = [lot for lot in ended if lot.left > 0]
    for lot in due:
        move(
            session,
            store,
            lot=lot.id,
            member=lot.member_id,
            kind=EntryKind.EXPIRE,
            points=-lot.left,
            day=lot.expires_on,
            nobody=True,
        )
    session.execute(
        update(_LOT)
        .where(database.among(session, _LOT.c.id, [lot.id for lot in ended]))
        .values(swept=1)
    )
    points = int(sum(lot.left for lot in due))
    if due:
        audit.log(session, store, "points_expired", lots=len(due), points=points)
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
        shop, active = current(session), Points(0)
        if member is not None:
            active = balance(
                session, registry.resolve(session, store, member), store.clock.today()
            ).active
        most = most_for(shop, net, active)
        return PointsOffer(active, most, shop.points_step, shop.points_money(most))


def most_for(shop: ShopRules, due: Money, have: int) -> Points:
    """As many of `have` points as may pay for `due`, by the rules `points_cap_percent` and
    `points_step`."""
    affordable = due * shop.points_cap // 100 * shop.points_per_unit // 10**shop.digits
    step = shop.points_step
    return Points(max(0, min(have, affordable)) // step * step)


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
