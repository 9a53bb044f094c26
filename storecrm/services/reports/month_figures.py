"""The month's figures, each defined once: here, in the workbook's definitions, and in
docs/semantics.md.

Days are local business dates, both ends included. Live means not reversed. Each figure is its own
grouped query.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, distinct, func, select
from sqlalchemy.orm import Session

from storecrm.ledger import points
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.day_total import DayTotal
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.redemption import Redemption, RefusedScan
from storecrm.models.sale import Sale, SaleStep
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights, shop_settings
from storecrm.services.coupons.issue import REISSUED
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Moment, Money, half_up

_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_S: Any = Sale.__table__
_O: Any = Offer.__table__
_B: Any = Batch.__table__
_E: Any = PointEntry.__table__
_T: Any = DayTotal.__table__
LIVE = _R.c.reversed_at.is_(None)
READY = and_(_B.c.id == _C.c.batch_id, _B.c.state != "issuing", _C.c.void_reason != REISSUED)
"""Coupons that were handed out; one that was lost and given again under a new code counts once."""
_BACK = _S.alias()
_RETURNED = (
    select(func.coalesce(func.sum(_BACK.c.net), 0))
    .where(_BACK.c.returns_id == _S.c.id)
    .correlate(_S)
    .scalar_subquery()
)
_SOLD = _S.c.returns_id.is_(None) & (_S.c.closed_by != "no_receipt")
"""A receipt of goods sold, not of goods that came back."""
COUNTED = _S.c.state.in_(("posted", "voided"))


def rate(part: int, whole: int) -> str | None:
    """part / whole with four decimals, None when there is no whole."""
    return None if not whole else f"{part / whole:.4f}"


@dataclass(frozen=True)
class OfferFigures:
    """One offer in the period (see docs/semantics.md for each figure)."""

    offer_code: str
    offer_name: str
    campaign: str
    issued: int = 0
    issued_to_date: int = 0
    members_issued_to_date: int = 0
    redemptions: int = 0
    reversed: int = 0
    members_redeeming: int = 0
    redeemed_to_date: int = 0
    members_redeemed_to_date: int = 0
    discount: Money = Money(0)
    sales_with_coupon: int = 0
    sales_with_coupon_net: Money = Money(0)
    matured_issued: int = 0
    matured_redeemed: int = 0
    without_amount: int = 0

    @property
    def redemption_rate(self) -> str | None:
        return rate(self.redeemed_to_date, self.issued_to_date)

    @property
    def member_rate(self) -> str | None:
        return rate(self.members_redeemed_to_date, self.members_issued_to_date)

    @property
    def matured_rate(self) -> str | None:
        return rate(self.matured_redeemed, self.matured_issued)

    @property
    def average_basket(self) -> Money | None:
        return (
            Money(half_up(Decimal(self.sales_with_coupon_net) / self.sales_with_coupon))
            if self.sales_with_coupon
            else None
        )


@dataclass(frozen=True)
class DayFigures:
    """One business day. `shop_net` and `receipts` are of the whole shop, None until known."""

    day: Day
    issued: int
    redemptions: int
    refused: int
    discount: Money
    sales_with_coupon_net: Money
    recorded_net: Money
    recorded_receipts: int
    member_net: Money
    new_members: int
    shop_net: Money | None
    shop_receipts: int | None


@dataclass(frozen=True)
class PointFigures:
    """The points account: opening + in - out = closing, and what the closing is worth."""

    opening: int
    earned: int
    granted: int
    used: int
    expired: int
    reversed: int
    closing: int
    liability: Money
    expiring_next_month: int


@dataclass(frozen=True)
class MonthMembers:
    """Members in the period."""

    total: int
    new: int
    buying: int
    member_sales: int
    member_net: Money
    other_sales: int
    other_net: Money


@dataclass(frozen=True)
class Figures:
    """Everything the month's workbook says."""

    first: Day
    last: Day
    cut_off: Moment
    totals: OfferFigures
    offers: tuple[OfferFigures, ...]
    days: tuple[DayFigures, ...]
    points: PointFigures
    members: MonthMembers
    shop_net: Money | None
    shop_receipts: int | None
    recorded_net: Money
    recorded_receipts: int
    refused_by_reason: dict[str, int] = field(default_factory=dict)
    tie_out: tuple[tuple[str, int, int], ...] = ()
    promotions: Money = Money(0)
    tier_prices: Money = Money(0)
    points_paid: Money = Money(0)


def figures(store: Store, *, first: Day, last: Day) -> Figures:
    """All figures of a period.

    Raises:
        BadInput: period (it ends before it starts).
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        totals = _offer_figures(session, first, last, None)[0]
        per_offer = tuple(
            row
            for row in _offer_figures(session, first, last, _O.c.code)
            if row.issued or row.redemptions or row.reversed
        )
        days = _days(session, first, last)
        known = [d for d in days if d.shop_net is not None]
        whole = len(known) == len(days)
        return Figures(
            first,
            last,
            store.clock.now(),
            totals,
            per_offer,
            days,
            _points(session, store, first, last),
            _members(session, first, last),
            Money(sum(d.shop_net or 0 for d in known)) if known and whole else None,
            sum(d.shop_receipts or 0 for d in known) if known and whole else None,
            Money(sum(d.recorded_net for d in days)),
            sum(d.recorded_receipts for d in days),
            _refused(session, first, last),
            _tie_out(session, first, last, totals, per_offer, days),
            *_given_away(session, first, last),
        )


def _given_away(session: Session, first: Day, last: Day) -> tuple[Money, Money, Money]:
    """What promotions, tier prices and points took off, less what came back with returns, each on
    its own day."""
    inside = _S.c.business_date.between(first, last)
    steps = (
        select(SaleStep.step, func.sum(SaleStep.amount))
        .join(_S, _S.c.id == SaleStep.sale_id)
        .where(inside, _S.c.state == "posted")
    )
    by_step = {
        step: int(total or 0) for step, total in session.execute(steps.group_by(SaleStep.step))
    }
    points = session.scalar(select(func.sum(_S.c.points_paid)).where(inside, COUNTED)) or 0
    return (
        Money(by_step.get("line", 0) + by_step.get("order", 0)),
        Money(by_step.get("tier", 0)),
        Money(int(points)),
    )


def _offer_figures(session: Session, first: Day, last: Day, by: Any) -> list[OfferFigures]:
    """The figures of every offer, or of all together when `by` is None."""
    data: dict[str, dict[str, Any]] = {}

    def add(columns: list[Any], source: Any, *where: Any) -> None:
        if by is None:
            rows: Any = [
                (None, *session.execute(select(*columns).select_from(source).where(*where)).one())
            ]
        else:
            table = _R if source is _R or source is _WITH_SALE else _C
            rows = session.execute(
                select(table.c.offer_id, *columns)
                .select_from(source)
                .where(*where)
                .group_by(table.c.offer_id)
            )
        for key, *values in rows:
            data.setdefault(str(key), {}).update(
                dict(zip([c.name for c in columns], [v or 0 for v in values], strict=True))
            )

    ready = _C.join(_B, READY)
    inside, upto = _R.c.business_date.between(first, last), _R.c.business_date <= last
    add([func.count().label("issued")], ready, _C.c.issued_on.between(first, last))
    add(
        [
            func.count().label("issued_to_date"),
            func.count(distinct(_C.c.member_id)).label("members_issued_to_date"),
        ],
        ready,
        _C.c.issued_on <= last,
    )
    live = [
        func.count().label("redemptions"),
        func.count(distinct(_R.c.member_id)).label("members_redeeming"),
        func.sum(_R.c.discount).label("discount"),
    ]
    live.append(func.sum(case((_R.c.sale_id.is_(None), 1), else_=0)).label("unlinked"))
    add(live, _R, LIVE, inside)
    add([func.count().label("reversed")], _R, _R.c.reversed_on.between(first, last))
    to_date = [
        func.count(distinct(_R.c.coupon_id)).label("redeemed_to_date"),
        func.count(distinct(_R.c.member_id)).label("members_redeemed_to_date"),
    ]
    add(to_date, _R, LIVE, upto)
    add(
        [func.count(distinct(_R.c.sale_id)).label("sales_with_coupon")],
        _WITH_SALE,
        LIVE,
        inside,
        _S.c.gross.is_not(None),
        COUNTED,
    )
    add(
        [func.count(distinct(_R.c.sale_id)).label("without_amount")],
        _WITH_SALE,
        LIVE,
        inside,
        _S.c.gross.is_(None),
        COUNTED,
    )
    used = select(_R.c.coupon_id).where(LIVE, upto).distinct().subquery()
    matured = ready.outerjoin(used, used.c.coupon_id == _C.c.id)
    hits = func.sum(case((used.c.coupon_id.is_not(None), 1), else_=0)).label("matured_redeemed")
    add(
        [func.count().label("matured_issued"), hits],
        matured,
        _C.c.valid_to.between(first, last),
        _C.c.state != "voided",
    )
    _add_nets(session, first, last, by, data)
    if by is None:
        return [_as_figures("", "", "", data.get("None", {}))]
    names = session.execute(
        select(_O.c.id, _O.c.code, _O.c.name, _O.c.campaign).order_by(_O.c.code)
    )
    return [
        _as_figures(row.code, row.name, row.campaign, data.get(str(row.id), {})) for row in names
    ]


_WITH_SALE: Any = _R.join(_S, _S.c.id == _R.c.sale_id)


def _add_nets(
    session: Session, first: Day, last: Day, by: Any, data: dict[str, dict[str, Any]]
) -> None:
    """Net of the distinct sales with a live redemption: a sale with two coupons counts once."""
    keys = [_R.c.sale_id] if by is None else [_R.c.offer_id, _R.c.sale_id]
    pairs = (
        select(*keys)
        .where(LIVE, _R.c.business_date.between(first, last), _R.c.sale_id.is_not(None))
        .distinct()
        .subquery()
    )
    joined = pairs.join(_S, _S.c.id == pairs.c.sale_id)
    total = func.sum(_S.c.net + _RETURNED)
    if by is None:
        data.setdefault("None", {})["sales_with_coupon_net"] = (
            session.scalar(select(total).select_from(joined).where(COUNTED)) or 0
        )
        return
    for offer, net in session.execute(
        select(pairs.c.offer_id, total)
        .select_from(joined)
        .where(COUNTED)
        .group_by(pairs.c.offer_id)
    ):
        data.setdefault(str(offer), {})["sales_with_coupon_net"] = net or 0


def _as_figures(code: str, name: str, campaign: str, found: dict[str, Any]) -> OfferFigures:
    values: dict[str, Any] = {key: int(value) for key, value in found.items() if key != "unlinked"}
    return OfferFigures(code, name, campaign, **values)


def _by_day(
    session: Session, day: Any, columns: list[Any], source: Any, *where: Any
) -> dict[Day, tuple[Any, ...]]:
    return {
        key: tuple(values)
        for key, *values in session.execute(
            select(day, *columns).select_from(source).where(*where).group_by(day)
        )
    }


def _days(session: Session, first: Day, last: Day) -> tuple[DayFigures, ...]:
    ready = _C.join(_B, READY)
    issued = _by_day(
        session, _C.c.issued_on, [func.count()], ready, _C.c.issued_on.between(first, last)
    )
    used = _by_day(
        session,
        _R.c.business_date,
        [func.count(), func.sum(_R.c.discount)],
        _R,
        LIVE,
        _R.c.business_date.between(first, last),
    )
    refused = _by_day(
        session,
        RefusedScan.business_date,
        [func.count()],
        RefusedScan.__table__,
        RefusedScan.business_date.between(first, last),
    )
    receipts = func.sum(
        case((_S.c.state == "posted", case((_S.c.voids_id.is_(None) & _SOLD, 1), else_=0)), else_=0)
    )
    member = func.sum(case((_S.c.member_id.is_not(None), _S.c.net), else_=0))
    sales = _by_day(
        session,
        _S.c.business_date,
        [func.sum(_S.c.net), receipts, member],
        _S,
        COUNTED,
        _S.c.net.is_not(None),
        _S.c.business_date.between(first, last),
    )
    pairs = (
        select(_R.c.sale_id)
        .where(LIVE, _R.c.business_date.between(first, last), _R.c.sale_id.is_not(None))
        .distinct()
        .subquery()
    )
    with_coupon = _by_day(
        session,
        _S.c.business_date,
        [func.sum(_S.c.net + _RETURNED)],
        pairs.join(_S, _S.c.id == pairs.c.sale_id),
        COUNTED,
    )
    new = _by_day(
        session,
        Member.registered_on,
        [func.count()],
        Member.__table__,
        Member.state == "live",
        Member.registered_on.between(first, last),
    )
    shop = _by_day(
        session,
        _T.c.day,
        [func.sum(_T.c.net_sales), func.sum(_T.c.receipts)],
        _T,
        _T.c.day.between(first, last),
    )
    found = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        n, off = used.get(day, (0, 0))
        net, count, by_members = (int(value or 0) for value in sales.get(day, (0, 0, 0)))
        total = shop.get(day)
        found.append(
            DayFigures(
                day,
                issued.get(day, (0,))[0],
                n,
                refused.get(day, (0,))[0],
                Money(int(off or 0)),
                Money(int(with_coupon.get(day, (0,))[0] or 0)),
                Money(net),
                count,
                Money(by_members),
                new.get(day, (0,))[0],
                Money(int(total[0])) if total else None,
                int(total[1]) if total else None,
            )
        )
    return tuple(found)


def _points(session: Session, store: Store, first: Day, last: Day) -> PointFigures:
    opening = int(
        session.scalar(select(func.sum(_E.c.points)).where(_E.c.business_date < first)) or 0
    )
    rows = session.execute(
        select(_E.c.kind, func.sum(_E.c.points))
        .where(_E.c.business_date.between(first, last))
        .group_by(_E.c.kind)
    )
    kinds = {kind: int(total or 0) for kind, total in rows}
    # expiry holds when read, written down already or not
    for lot in session.execute(points.unswept(store.clock.today())):
        if lot.expires_on < first:
            opening -= int(lot.left)
        elif lot.expires_on <= last:
            kinds["expire"] = kinds.get("expire", 0) - int(lot.left)
    closing = opening + sum(kinds.values())
    left = func.sum(_E.c.points)
    lots = (
        select(left.label("left"), PointLot.expires_on)
        .join(PointLot, PointLot.id == _E.c.lot_id)
        .where(_E.c.business_date <= last)
    )
    lots = lots.where(
        PointLot.expires_on > last, PointLot.expires_on <= last + timedelta(days=31)
    ).group_by(PointLot.id, PointLot.expires_on)
    expiring = sum(max(0, row.left) for row in session.execute(lots))
    liability = shop_settings.current(session).points_money(max(0, closing))
    granted = kinds.get("opening", 0) + kinds.get("adjust", 0)
    return PointFigures(
        opening,
        kinds.get("earn", 0),
        granted,
        -kinds.get("burn", 0) - kinds.get("exchange", 0),
        -kinds.get("expire", 0),
        sum(kinds.get(kind, 0) for kind in ("reverse", "claw_back", "restore")),
        closing,
        liability,
        expiring,
    )


def _members(session: Session, first: Day, last: Day) -> MonthMembers:
    live = Member.state == "live"
    total = (
        session.scalar(
            select(func.count()).select_from(Member).where(live, Member.registered_on <= last)
        )
        or 0
    )
    new = (
        session.scalar(
            select(func.count())
            .select_from(Member)
            .where(live, Member.registered_on.between(first, last))
        )
        or 0
    )
    inside = (
        _S.c.business_date.between(first, last),
        _S.c.state == "posted",
        _S.c.voids_id.is_(None),
        _S.c.net.is_not(None),
    )
    known = case((_S.c.member_id.is_not(None), 1), else_=0)
    sold, buyer = func.count(case((_SOLD, 1))), case((_SOLD, _S.c.member_id))
    split = {
        row[0]: row
        for row in session.execute(
            select(known, sold, func.sum(_S.c.net), func.count(distinct(buyer)))
            .where(*inside)
            .group_by(known)
        )
    }
    with_, without = split.get(1, (1, 0, 0, 0)), split.get(0, (0, 0, 0, 0))
    return MonthMembers(
        total,
        new,
        with_[3],
        with_[1],
        Money(int(with_[2] or 0)),
        without[1],
        Money(int(without[2] or 0)),
    )


def _refused(session: Session, first: Day, last: Day) -> dict[str, int]:
    found: dict[str, int] = {}
    rows = session.execute(
        select(RefusedScan.reasons, func.count())
        .where(RefusedScan.business_date.between(first, last))
        .group_by(RefusedScan.reasons)
    )
    for reasons, count in rows:
        first_reason = reasons.split(",")[0]
        found[first_reason] = found.get(first_reason, 0) + count
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _tie_out(
    session: Session,
    first: Day,
    last: Day,
    totals: OfferFigures,
    offers: tuple[OfferFigures, ...],
    days: tuple[DayFigures, ...],
) -> tuple[tuple[str, int, int], ...]:
    """Pairs that must be equal: the report's figure, and the same thing counted another way from
    the ledger."""
    rows = select(func.count(), func.sum(_R.c.discount)).where(
        LIVE, _R.c.business_date.between(first, last)
    )
    count, discount = session.execute(rows).one()
    return (
        ("redemptions_offers", sum(o.redemptions for o in offers), int(count)),
        ("redemptions_days", sum(d.redemptions for d in days), int(count)),
        ("discount_offers", sum(o.discount for o in offers), int(discount or 0)),
        ("discount_days", sum(d.discount for d in days), int(discount or 0)),
        ("issued_days", sum(d.issued for d in days), totals.issued),
        (
            "sales_with_coupon_days",
            sum(d.sales_with_coupon_net for d in days),
            totals.sales_with_coupon_net,
        ),
    )


@dataclass(frozen=True)
class RedemptionRow:
    """One line of the detail sheet."""

    day: Day
    at: Moment
    code: str
    offer_code: str
    offer_name: str
    member_no: str
    receipt_no: str
    discount: Money
    gross: Money | None
    net: Money | None
    staff: str
    till: str
    reversed: bool


def redemption_rows(store: Store, *, first: Day, last: Day) -> list[RedemptionRow]:
    """Every redemption of the period, reversed ones too, by time."""
    rights.require(store, Right.REPORTS)
    query = (
        select(
            _R,
            _C.c.code,
            _O.c.code.label("offer_code"),
            _O.c.name.label("offer_name"),
            Member.member_no,
            _S.c.receipt_no.label("receipt"),
            _S.c.gross,
            _S.c.net,
            Staff.name.label("staff"),
            Till.name.label("till"),
        )
        .join(_C, _C.c.id == _R.c.coupon_id)
        .join(_O, _O.c.id == _R.c.offer_id)
        .outerjoin(Member, Member.id == _R.c.member_id)
        .outerjoin(_S, _S.c.id == _R.c.sale_id)
        .outerjoin(Staff, Staff.id == _R.c.staff_id)
        .outerjoin(Till, Till.id == _R.c.till_id)
        .where(_R.c.business_date.between(first, last))
        .order_by(_R.c.at, _R.c.id)
    )
    with store.read() as session:
        return [
            RedemptionRow(
                r.business_date,
                r.at,
                r.code,
                r.offer_code,
                r.offer_name,
                r.member_no or "",
                r.receipt or r.receipt_no,
                r.discount,
                r.gross,
                r.net,
                r.staff or "",
                r.till or "",
                r.reversed_at is not None,
            )
            for r in session.execute(query)
        ]
