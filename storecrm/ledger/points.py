"""Points: earned in lots, burnt from the lot that expires first, reversed with the sale, restored
to their own lot. What members have is in `point_balances`."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotPossible
from storecrm.ledger import point_balances, point_entries
from storecrm.ledger.acting import Acting
from storecrm.ledger.point_entries import NewEntry, NewLot, opposite
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import (
    WHOLE,
    CouponId,
    CouponState,
    Day,
    EntryKind,
    LotId,
    MemberId,
    Money,
    Points,
    SaleId,
)

REISSUED = "reissued"
"""Why a code is void that was given again under another one."""
GRACE = "grace"
"""Why points left a lot that is over for a new one."""

_entry = tables.point_entry.c.id
_kind = tables.point_entry.c.kind
_lot_of_entry = tables.point_entry.c.lot_id
_points = tables.point_entry.c.points
_sale = tables.point_entry.c.sale_id
_reverses = tables.point_entry.c.reverses_id
_paid_for = tables.point_entry.c.coupon_id
_lot = tables.point_lot.c.id
_owner = tables.point_lot.c.member_id
_ends = tables.point_lot.c.expires_on

# an entry is never changed: what undoes it is another one that names it
_LATER = tables.point_entry.alias("later")
_REVERSAL = select(_LATER.c.id).where(_LATER.c.reverses_id == _entry)
STANDING = and_(_reverses.is_(None), ~_REVERSAL.exists())
"""True of a row that neither reverses another one nor was reversed."""

_THIS_SALE = tables.sale.c.id == bindparam("sale")
_SALE = update(tables.sale).where(_THIS_SALE)
_RATE = Hot(_SALE.values(earn_points=bindparam("points"), earn_per=bindparam("per")))
"""The rate of a sale stands with it: a return takes points at the same one."""
_EARNED = and_(_sale == bindparam("sale"), _kind == EntryKind.EARN)
_LEFT = select(func.sum(_points))
_EARNED_POINTS = select(func.coalesce(func.sum(_points), 0))
_OF_SALE = Hot(_EARNED_POINTS.where(_EARNED))
_ENTRIES = select(tables.point_entry).where(STANDING)
_SWEPT = _ENTRIES.where(_kind == EntryKind.EXPIRE)
_REVERSIBLE = _ENTRIES.where(_kind != EntryKind.REVERSE)
_BURNS = select(_lot_of_entry, _points).where(STANDING).order_by(_entry)
_BURNT = _BURNS.where(_kind == EntryKind.BURN)

# a coupon that was lost and given again is the same one under another code: what was paid stands
# with the first
_CODE = tables.coupon.alias("code")
_FIRST = tables.coupon.alias("first_code")
_SAME_BATCH = _FIRST.c.batch_id == _CODE.c.batch_id
_SAME_COUPON = and_(_SAME_BATCH, _FIRST.c.serial == _CODE.c.serial)
_VOID = _CODE.c.state == CouponState.VOIDED
_VOID_FOR_GOOD = and_(_VOID, _CODE.c.void_reason != REISSUED)
_NOT_TAKEN_BACK = tables.redemption.c.reversed_at.is_(None)
_USE_OF_CODE = tables.redemption.c.coupon_id == _CODE.c.id
_USES = select(tables.redemption.c.id).where(_USE_OF_CODE)
_UNUSED = ~_USES.where(_NOT_TAKEN_BACK).exists()
_IS_RESTORED = _LATER.c.kind == EntryKind.RESTORE
_RESTORING = and_(_LATER.c.coupon_id == _paid_for, _IS_RESTORED)
_NOT_RESTORED = ~select(_LATER.c.id).where(_RESTORING).exists()
_PAID = select(_lot_of_entry, _points, _paid_for).where(_kind == EntryKind.EXCHANGE)
_OF_COUPON = _PAID.join(_FIRST, _FIRST.c.id == _paid_for).join(_CODE, _SAME_COUPON)
_LOST = _OF_COUPON.where(_VOID_FOR_GOOD, _UNUSED, _NOT_RESTORED)
_EXCHANGES = _LOST.order_by(_entry)
"""Points that paid for coupons which are void for good and were never used, once."""


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
    count = worth(rules, net, times)
    points = Points(max(0, count))
    if points:
        keep_rate(session, rules, sale)
        # what is earned late for an old day ends as if it had been earned then
        ends, begins = usable(rules, day)
        lot = NewLot(
            member=member,
            kind=EntryKind.EARN,
            points=points,
            day=day,
            expires_on=ends,
            active_from=begins,
            sale=sale,
        )
        point_entries.open_lot(session, acting, lot)
    if rules.points_expiry.idle:
        _keep_alive(session, acting, rules, member, day)
    return points


def _keep_alive(
    session: Session, acting: Acting, rules: ShopRules, member: MemberId, day: Day
) -> None:
    """A visit on `day` keeps everything alive that has not ended, known at once or later."""
    until = rules.expires_on(day)
    # what is over does not come alive again by a visit
    alive_on = max(day, acting.clock.today())
    not_ended = _ends >= alive_on
    sooner = _ends < until
    kept = update(tables.point_lot).where(_owner == member, not_ended, sooner)
    session.execute(kept.values(expires_on=until))


def worth(rules: ShopRules, net: int, times: int = WHOLE) -> int:
    """Points for what was paid for goods that earn, rounded down once; negative for what went back.
    `times` multiplies, in basis points."""
    amount = Money(abs(net))
    given = int(rules.earn_rate.earn(amount, times))
    return given if net >= 0 else -given


def keep_rate(session: Session, rules: ShopRules, sale: SaleId) -> None:
    """Write down with a sale at what rate it earned."""
    rate = rules.earn_rate
    _RATE.run(session, sale=sale, points=rate.points, per=rate.per)


def usable(rules: ShopRules, day: Day) -> tuple[Day | None, Day | None]:
    """(last day, first day or None at once) of points earned on `day`."""
    pending = rules.points_pending
    begins = day + pending if pending else None
    return rules.expires_on(day), begins


def of_sale(session: Session, sale: SaleId) -> Points:
    """Points earned by a sale."""
    return Points(int(_OF_SALE.scalar(session, sale=sale) or 0))


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
    # read before the balance: what is refused moves nothing
    lots = point_balances.lots_of(session, member)
    have = point_balances.balance(session, member, day).active
    if points > have:
        raise NotPossible("points_short", have=have, asked=points)
    rest = int(points)
    for lot in point_balances.usable_lots(lots, day):
        part = min(rest, lot.left)
        if not part:
            break
        taken = NewEntry(
            lot=lot.id,
            member=member,
            kind=kind,
            points=-part,
            day=day,
            sale=sale,
            coupon=coupon,
            reason=reason,
        )
        point_entries.write(session, acting, taken)
        rest -= part


def burnt_by(session: Session, sale: SaleId) -> Sequence[Any]:
    """The rows (lot, negative points) by which a sale took points and that were not reversed, in
    their order."""
    burnt = _BURNT.where(_sale == sale)
    return session.execute(burnt).all()


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
    rows = session.execute(_REVERSIBLE.where(_sale == sale)).all()
    # what a sweep took would be missing in the lots that are opened again
    take_up(session, acting, {row.lot_id for row in rows})
    for row in rows:
        reversal = opposite(row, kind=EntryKind.REVERSE, day=day, sale=mirror)
        point_entries.write(session, acting, reversal)
    # every lot is whole again before any of them is looked at
    for row in rows:
        if row.points < 0:
            carry_over(session, acting, rules, row.lot_id, -row.points, mirror)


def claw_back(
    session: Session,
    acting: Acting,
    *,
    lot: LotId,
    member: MemberId,
    count: int,
    day: Day,
    sale: SaleId,
) -> None:
    """Points that were earned for goods which came back with the return `sale`."""
    taken = NewEntry(
        lot=lot,
        member=member,
        kind=EntryKind.CLAW_BACK,
        points=-count,
        day=day,
        sale=sale,
    )
    point_entries.write(session, acting, taken)


def take_up(session: Session, acting: Acting, lots: Collection[int]) -> None:
    """Take back what a sweep wrote into these lots, before anything is done to them: expiry holds
    when read, so an act comes to the same whether or not it was written down before. What is left
    over stays over, and the next sweep writes it down."""
    swept = _SWEPT.where(_lot_of_entry.in_(lots))
    for row in session.execute(swept).all():
        back = opposite(row, kind=EntryKind.EXPIRE, day=row.business_date)
        point_entries.write(session, acting, back)


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
    this = select(_owner).where(_lot == lot)
    owner = session.execute(this).scalar_one()
    back = NewEntry(
        lot=lot,
        member=owner,
        kind=EntryKind.RESTORE,
        points=count,
        day=acting.clock.today(),
        sale=sale,
        coupon=coupon,
    )
    point_entries.write(session, acting, back)
    carry_over(session, acting, rules, lot, count, sale)


def carry_over(
    session: Session, acting: Acting, rules: ShopRules, lot: LotId, count: int, sale: SaleId | None
) -> None:
    """Points that came back into a lot: where it is over, as many as it does not owe move to a new
    one with some days of grace."""
    today = acting.clock.today()
    this = select(_ends, _owner).where(_lot == lot)
    old = session.execute(this).one()
    if old.expires_on is None or old.expires_on >= today:
        return
    # a lot that was taken below nothing repays itself first
    left = session.scalar(_LEFT.where(_lot_of_entry == lot))
    moved = min(count, int(left or 0))
    if moved <= 0:
        return
    out = NewEntry(
        lot=lot,
        member=old.member_id,
        kind=EntryKind.RESTORE,
        points=-moved,
        day=today,
        sale=sale,
        reason=GRACE,
    )
    into = NewLot(
        member=old.member_id,
        kind=EntryKind.RESTORE,
        points=Points(moved),
        day=today,
        expires_on=today + rules.return_grace,
        sale=sale,
        reason=GRACE,
    )
    point_entries.write(session, acting, out)
    point_entries.open_lot(session, acting, into)


def give_back_exchanged(session: Session, acting: Acting, rules: ShopRules, coupons: Any) -> int:
    """Coupons (a query of their ids) that are void for good and were never used: the points that
    paid for them go back to their lots, once. Returns how many points."""
    exchanges = _EXCHANGES.where(_CODE.c.id.in_(coupons))
    rows = session.execute(exchanges).all()
    take_up(session, acting, {row.lot_id for row in rows})
    given = 0
    for row in rows:
        paid = -row.points
        give_back(
            session,
            acting,
            rules,
            lot=row.lot_id,
            count=paid,
            sale=None,
            coupon=row.coupon_id,
        )
        given += paid
    return int(given)
