"""Points: earned in lots, burnt from the lot that expires first, reversed with the sale. Balances
are sums over the ledger."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain.points import Balance
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotPossible
from storecrm.ledger import audit
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models.coupon import Coupon
from storecrm.models.hot import Hot
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.values import (
    WHOLE,
    CouponId,
    CouponState,
    Day,
    EntryKind,
    ImportId,
    LotId,
    MemberId,
    Money,
    Points,
    SaleId,
)

_LOT: Any = PointLot.__table__
_ENTRY: Any = PointEntry.__table__
_COUPON: Any = Coupon.__table__
_SALE: Any = Sale.__table__
REISSUED = "reissued"
"""Why a code is void that was given again under another one."""
_LATER = _ENTRY.alias()
_STANDING = ~select(_LATER.c.id).where(_LATER.c.reverses_id == _ENTRY.c.id).exists()
"""True of a row that was not reversed."""
_RATE = Hot(
    update(_SALE)
    .where(_SALE.c.id == bindparam("sale"))
    .values(earn_points=bindparam("points"), earn_per=bindparam("per"))
)
"""The rate of a sale stands with it: a return takes points at the same one."""
LOT = RowShape(_LOT, active_from=None, swept=0)
ENTRY = RowShape(
    _ENTRY,
    sale_id=None,
    staff_id=None,
    reverses_id=None,
    reason="",
    import_id=None,
    coupon_id=None,
)
_NEW_LOT = Hot(insert(_LOT).returning(_LOT.c.id))
_NEW_ENTRY = Hot(insert(_ENTRY))


def earn(
    session: Session,
    acting: Acting,
    rules: ShopRules,
    *,
    member: MemberId,
    sale: SaleId,
    net: int,
    day: Day,
    times: int = WHOLE,
) -> Points:
    """Points of one sale in a lot of their own, rounded down once; nothing for zero. `times`
    multiplies, in basis points."""
    points = Points(max(0, worth(rules, net, times)))
    if points:
        keep_rate(session, rules, sale)
        ends, begins = usable(rules, day)
        earned: dict[str, Any] = {
            "member": member,
            "kind": EntryKind.EARN,
            "points": points,
            "day": day,
            "sale": sale,
        }
        add_lot(session, acting, expires_on=ends, active_from=begins, **earned)
    if rules.points_expiry.idle:
        # a visit keeps everything alive that has not ended, known at once or later
        later = {"expires_on": rules.expires_on(day)}
        session.execute(
            update(_LOT)
            .where(
                _LOT.c.member_id == member,
                _LOT.c.expires_on >= max(day, acting.clock.today()),
                _LOT.c.expires_on < later["expires_on"],
            )
            .values(**later)
        )
    return points


def worth(rules: ShopRules, net: int, times: int = WHOLE) -> int:
    """Points for what was paid for goods that earn, rounded down once; negative for what went back.
    `times` multiplies, in basis points."""
    given = int(rules.earn_rate.earn(Money(abs(net)), times))
    return given if net >= 0 else -given


def keep_rate(session: Session, rules: ShopRules, sale: SaleId) -> None:
    """Write down with a sale at what rate it earned."""
    rate = rules.earn_rate
    _RATE.run(session, sale=sale, points=rate.points, per=rate.per)


def usable(rules: ShopRules, day: Day) -> tuple[Day | None, Day | None]:
    """(last day, first day or None at once) of points earned on `day`."""
    pending = rules.points_pending
    return rules.expires_on(day), day + pending if pending else None


def add_lot(
    session: Session,
    acting: Acting,
    *,
    member: MemberId,
    kind: EntryKind,
    points: Points,
    day: Day,
    expires_on: Day | None,
    active_from: Day | None = None,
    sale: SaleId | None = None,
    reason: str = "",
    batch: ImportId | None = None,
) -> LotId:
    """A new lot with its first entry."""
    said = {
        "member_id": member,
        "expires_on": expires_on,
        "opened_on": day,
        "active_from": active_from,
    }
    lot = LotId(_NEW_LOT.scalar(session, **LOT.row(said)))
    move(
        session,
        acting,
        lot=lot,
        member=member,
        kind=kind,
        points=points,
        day=day,
        sale=sale,
        reason=reason,
        batch=batch,
    )
    return lot


def move(
    session: Session,
    acting: Acting,
    *,
    lot: LotId,
    member: MemberId,
    kind: EntryKind,
    points: int,
    day: Day,
    sale: SaleId | None = None,
    reverses: int | None = None,
    reason: str = "",
    batch: ImportId | None = None,
    coupon: CouponId | None = None,
    nobody: bool = False,
) -> None:
    """One row of the ledger; `nobody`: time did it, not who acts."""
    row = {
        "lot_id": lot,
        "member_id": member,
        "kind": kind,
        "points": points,
        "business_date": day,
        "at": acting.clock.now(),
        "sale_id": sale,
    }
    row |= {
        "staff_id": acting.actor.staff if acting.actor and not nobody else None,
        "reverses_id": reverses,
        "reason": reason,
        "import_id": batch,
        "coupon_id": coupon,
    }
    row["mac"] = audit.mark(session, acting, [_plain(row)])[0]
    _NEW_ENTRY.run(session, **ENTRY.row(row))


def write_many_lots(session: Session, columns: Mapping[str, Sequence[Any]]) -> None:
    """Lots that an import brings, column by column (see LOT)."""
    LOT.insert_many(session, columns)


def write_many(
    session: Session, acting: Acting, columns: Mapping[str, Sequence[Any]], **same: Any
) -> None:
    """Rows of the ledger that an import brings or takes back, column by column (see ENTRY), each
    with its mark; `same` are columns with one value for all."""
    marks = audit.mark_columns(session, acting, columns, **same)
    ENTRY.insert_many(session, {**columns, "mac": marks}, **same)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as its mark covers it."""
    return row | {"business_date": row["business_date"].isoformat()}


def reachable(
    session: Session, member: MemberId, today: Day, *, own: LotId, pending_only: bool
) -> list[tuple[LotId, int]]:
    """(lot, points) that a return can take: the sale's own lot first, then what the member could
    use, the earliest expiry first."""
    lots = [lot for lot in lots_of(session, member) if lot.left > 0]
    mine = [
        lot
        for lot in lots
        if lot.id == own and (not pending_only or (lot.active_from and lot.active_from > today))
    ]
    others = [] if pending_only else [lot for lot in lots if lot.id != own and _alive(lot, today)]
    others.sort(key=lambda lot: (lot.expires_on is None, lot.expires_on, lot.id))
    return [(lot.id, lot.left) for lot in (*mine, *others)]


def give_back(
    session: Session,
    acting: Acting,
    rules: ShopRules,
    *,
    lot: LotId,
    count: int,
    sale: SaleId | None,
    coupon: CouponId | None = None,
) -> None:
    """Points that paid for what is no longer had: to their own lot, whose owner may not be the
    sale's any more; where it is over, to a new one of the same member with some days of grace."""
    today = acting.clock.today()
    member = session.execute(select(_LOT.c.member_id).where(_LOT.c.id == lot)).scalar_one()
    move(
        session,
        acting,
        lot=lot,
        member=member,
        kind=EntryKind.RESTORE,
        points=count,
        day=today,
        sale=sale,
        coupon=coupon,
    )
    carry_over(session, acting, rules, lot, count, sale)


def carry_over(
    session: Session, acting: Acting, rules: ShopRules, lot: LotId, count: int, sale: SaleId | None
) -> None:
    """Points that came back into a lot: where it is over, as many as it does not owe move to a new
    one with some days of grace."""
    today = acting.clock.today()
    row = session.execute(select(_LOT.c.expires_on, _LOT.c.member_id).where(_LOT.c.id == lot)).one()
    if row.expires_on is None or row.expires_on >= today:
        return
    left = session.scalar(select(func.sum(_ENTRY.c.points)).where(_ENTRY.c.lot_id == lot))
    moved = min(count, int(left or 0))
    if moved <= 0:
        return
    grace = today + rules.return_grace
    member, restored = row.member_id, EntryKind.RESTORE
    move(
        session,
        acting,
        lot=lot,
        member=member,
        kind=restored,
        points=-moved,
        day=today,
        sale=sale,
        reason=GRACE,
    )
    add_lot(
        session,
        acting,
        member=member,
        kind=restored,
        points=Points(moved),
        day=today,
        expires_on=grace,
        sale=sale,
        reason=GRACE,
    )


GRACE = "grace"
"""Why points left a lot that is over for a new one."""


def take_up(session: Session, acting: Acting, lots: Collection[int]) -> None:
    """Take back what a sweep wrote into these lots, before anything is done to them: expiry holds
    when read, so an act comes to the same whether or not it was written down before. What is left
    over stays over, and the next sweep writes it down."""
    swept = select(_ENTRY).where(
        _ENTRY.c.lot_id.in_(lots),
        _ENTRY.c.kind == EntryKind.EXPIRE,
        _ENTRY.c.reverses_id.is_(None),
        _STANDING,
    )
    for row in session.execute(swept).all():
        more = {"points": -row.points, "day": row.business_date, "reverses": row.id}
        move(session, acting, lot=row.lot_id, member=row.member_id, kind=EntryKind.EXPIRE, **more)


def give_back_exchanged(session: Session, acting: Acting, rules: ShopRules, coupons: Any) -> int:
    """Coupons (a query of their ids) that are void for good and were never used: the points that
    paid for them go back to their lots, once. A coupon that was lost and given again is the same
    one under another code: what was paid stands with the first. Returns how many points."""
    code, first, later = _COUPON.alias(), _COUPON.alias(), _ENTRY.alias()
    same = and_(first.c.batch_id == code.c.batch_id, first.c.serial == code.c.serial)
    used = (
        select(Redemption.id)
        .where(Redemption.coupon_id == code.c.id, Redemption.reversed_at.is_(None))
        .exists()
    )
    given = (
        select(later.c.id)
        .where(later.c.coupon_id == _ENTRY.c.coupon_id, later.c.kind == EntryKind.RESTORE)
        .exists()
    )
    query = (
        select(_ENTRY.c.lot_id, _ENTRY.c.points, _ENTRY.c.coupon_id)
        .join(first, first.c.id == _ENTRY.c.coupon_id)
        .join(code, same)
        .where(
            code.c.id.in_(coupons),
            code.c.state == CouponState.VOIDED,
            code.c.void_reason != REISSUED,
        )
        .where(_ENTRY.c.kind == EntryKind.EXCHANGE, ~used, ~given)
    )
    rows = session.execute(query.order_by(_ENTRY.c.id)).all()
    take_up(session, acting, {row.lot_id for row in rows})
    for row in rows:
        give_back(
            session,
            acting,
            rules,
            lot=row.lot_id,
            count=-row.points,
            sale=None,
            coupon=row.coupon_id,
        )
    return -int(sum(row.points for row in rows))


def _alive(lot: Any, today: Day) -> bool:
    """Neither over nor still pending."""
    return (not lot.expires_on or lot.expires_on >= today) and (
        not lot.active_from or lot.active_from <= today
    )


_LOTS = Hot(
    select(
        _LOT.c.id, _LOT.c.expires_on, _LOT.c.active_from, func.sum(_ENTRY.c.points).label("left")
    )
    .join(_ENTRY, _ENTRY.c.lot_id == _LOT.c.id)
    .where(_LOT.c.member_id == bindparam("member"))
    .group_by(_LOT.c.id, _LOT.c.expires_on, _LOT.c.active_from)
)


def lots_of(session: Session, member: MemberId) -> Sequence[Any]:
    return _LOTS.rows(session, member=member)


def unswept(today: Day) -> Any:
    """Lots that are over, with points left in them whose expiry was not written down yet:
    member_id, expires_on, left (a query)."""
    left = func.sum(_ENTRY.c.points)
    query = select(_LOT.c.member_id, _LOT.c.expires_on, left.label("left")).join(
        _ENTRY, _ENTRY.c.lot_id == _LOT.c.id
    )
    return (
        query.where(*due_lots(today))
        .group_by(_LOT.c.id, _LOT.c.member_id, _LOT.c.expires_on)
        .having(left > 0)
    )


def due_lots(today: Day) -> tuple[Any, Any]:
    """True of lots that are over and were not swept empty: a constant, so that the index of what is
    due is taken."""
    return _LOT.c.expires_on < today, _LOT.c.swept == literal_column("0")


def totals(session: Session, today: Day) -> dict[MemberId, int]:
    """What every member has: with what is pending, less what is owed, without what is over."""
    found: dict[MemberId, int] = dict(
        session.execute(
            select(_ENTRY.c.member_id, func.sum(_ENTRY.c.points)).group_by(_ENTRY.c.member_id)
        ).all()
    )
    for lot in session.execute(unswept(today)):
        found[lot.member_id] -= lot.left
    return found


_KINDS = Hot(
    select(_ENTRY.c.kind, func.sum(_ENTRY.c.points).label("total"))
    .where(_ENTRY.c.member_id == bindparam("member"))
    .group_by(_ENTRY.c.kind)
)
_GIVEN_BACK = select(_ENTRY.c.reverses_id).where(
    _ENTRY.c.member_id == bindparam("member"), _ENTRY.c.reverses_id.is_not(None)
)
_BURNT = Hot(
    select(func.sum(_ENTRY.c.points)).where(
        _ENTRY.c.member_id == bindparam("member"),
        or_(_ENTRY.c.kind == EntryKind.BURN, _ENTRY.c.kind == EntryKind.EXCHANGE),
        _ENTRY.c.id.not_in(_GIVEN_BACK),
    )
)


def balance(session: Session, member: MemberId, today: Day) -> Balance:
    """The five buckets as of `today`; expiry holds when read, swept or not."""
    lots = lots_of(session, member)
    dead = sum(max(0, lot.left) for lot in lots if lot.expires_on and lot.expires_on < today)
    alive = sum(max(0, lot.left) for lot in lots if _alive(lot, today))
    pending = sum(max(0, lot.left) for lot in lots if lot.active_from and lot.active_from > today)
    owed = -sum(min(0, lot.left) for lot in lots)
    kinds = {row.kind: row.total for row in _KINDS.rows(session, member=member)}
    spent = -int(_BURNT.scalar(session, member=member) or 0) - int(kinds.get(EntryKind.RESTORE, 0))
    swept = -int(kinds.get(EntryKind.EXPIRE, 0))
    return Balance(
        Points(pending),
        Points(max(0, alive - owed)),
        Points(spent),
        Points(swept + dead),
        Points(max(0, owed - alive)),
    )


def expiring(session: Session, member: MemberId, today: Day, until: Day) -> Points:
    """Points that can be used today and end not after `until`; neither those that still wait nor
    what is owed."""
    lots = lots_of(session, member)
    usable = [lot for lot in lots if lot.left > 0 and _alive(lot, today)]
    owed = -sum(min(0, lot.left) for lot in lots)
    most = sum(lot.left for lot in usable) - owed
    ending = sum(lot.left for lot in usable if lot.expires_on and lot.expires_on <= until)
    return Points(max(0, min(ending, most)))


def burn(
    session: Session,
    acting: Acting,
    *,
    member: MemberId,
    points: Points,
    day: Day,
    sale: SaleId | None = None,
    coupon: CouponId | None = None,
    kind: EntryKind = EntryKind.BURN,
    reason: str = "",
) -> None:
    """Take `points` from the lots that expire first; each row names its lot.

    Raises:
        NotPossible: points_short (facts: have, asked).
    """
    usable = sorted(
        (lot for lot in lots_of(session, member) if lot.left > 0 and _alive(lot, day)),
        key=lambda lot: (lot.expires_on is None, lot.expires_on, lot.id),
    )
    have = balance(session, member, day).active
    if points > have:
        raise NotPossible("points_short", have=have, asked=points)
    rest = int(points)
    for lot in usable:
        part = min(rest, lot.left)
        if part:
            move(
                session,
                acting,
                lot=lot.id,
                member=member,
                kind=kind,
                points=-part,
                day=day,
                sale=sale,
                coupon=coupon,
                reason=reason,
            )
        rest -= part


def reverse_sale(
    session: Session,
    acting: Acting,
    rules: ShopRules,
    *,
    sale: SaleId,
    mirror: SaleId | None,
    day: Day,
) -> None:
    """One opposite row for every row of the sale, in the same lots; points it used come back from
    lots that are over with some days of grace, and nothing is owed for what ended unused."""
    rows = session.execute(
        select(_ENTRY).where(
            _ENTRY.c.sale_id == sale,
            _ENTRY.c.reverses_id.is_(None),
            _ENTRY.c.kind != EntryKind.REVERSE,
            _STANDING,
        )
    ).all()
    take_up(session, acting, {row.lot_id for row in rows})
    for row in rows:
        move(
            session,
            acting,
            lot=row.lot_id,
            member=row.member_id,
            kind=EntryKind.REVERSE,
            points=-row.points,
            day=day,
            sale=mirror,
            reverses=row.id,
        )
    for row in rows:
        if row.points < 0:
            carry_over(session, acting, rules, row.lot_id, -row.points, mirror)


def burnt_by(session: Session, sale: SaleId) -> list[Any]:
    """The rows (lot, negative points) by which a sale took points and that were not reversed, in
    their order."""
    query = select(_ENTRY.c.lot_id, _ENTRY.c.points).where(
        _ENTRY.c.sale_id == sale, _ENTRY.c.kind == EntryKind.BURN, _STANDING
    )
    return list(session.execute(query.order_by(_ENTRY.c.id)).all())


def swept_too_soon(session: Session) -> list[int]:
    """Lots that say that nothing is left in them, and something is."""
    query = select(_LOT.c.id).join(_ENTRY, _ENTRY.c.lot_id == _LOT.c.id).where(_LOT.c.swept == 1)
    return list(
        session.scalars(query.group_by(_LOT.c.id).having(func.sum(_ENTRY.c.points) > 0).limit(100))
    )


_OF_SALE = Hot(
    select(func.coalesce(func.sum(_ENTRY.c.points), 0)).where(
        _ENTRY.c.sale_id == bindparam("sale"), _ENTRY.c.kind == EntryKind.EARN
    )
)


def of_sale(session: Session, sale: SaleId) -> Points:
    """Points earned by a sale."""
    return Points(int(_OF_SALE.scalar(session, sale=sale) or 0))
