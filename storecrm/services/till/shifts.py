"""The shift sheet: what a person sold, gave away, took back and set aside at a till, handed over
with the counted paper."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption, RefusedScan
from storecrm.models.sale import Sale, SaleTender
from storecrm.models.shop import ShiftClose, Till
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_period
from storecrm.services.till import overrides
from storecrm.values import MAX_MONEY, Day, Moment, Money, SaleState, TenderKind, opening_of

_S: Any = Sale.__table__
_R: Any = Redemption.__table__
_T: Any = SaleTender.__table__
_X: Any = ShiftClose.__table__
_N: Any = RefusedScan.__table__
_OWN = _S.c.import_id.is_(None) & or_(
    _S.c.state == SaleState.POSTED, _S.c.state == SaleState.VOIDED
)
MOST_PIECES = 100_000


@dataclass(frozen=True)
class CouponCount:
    """Coupons of one offer taken in the shift; `counted` is the paper that the person counted."""

    offer_code: str
    name: str
    count: int
    discount: Money
    counted: int | None = None


@dataclass(frozen=True)
class ShiftSheet:
    """One shift of one person at one till. `given` is everything taken off: coupons, promotions,
    tier prices, points, rounding. A bill is on the sheet of its closing; `late_amounts` came for
    bills of shifts that were over, and are in `net` here."""

    staff: str
    till: str
    business_date: Day
    since: Moment
    until: Moment
    bills: int
    net: Money
    given: Money
    points_paid: Money
    undone: int
    returns: int
    returned_net: Money
    attached: int
    refused: int
    coupons: tuple[CouponCount, ...]
    tenders: dict[str, Money] = field(default_factory=dict)
    overrides: dict[str, int] = field(default_factory=dict)
    register_discount: Money | None = None
    late_amounts: int = 0

    @property
    def difference(self) -> Money | None:
        """What the other register gave away more than this program says; None when it was not
        told."""
        return (
            None if self.register_discount is None else Money(self.register_discount - self.given)
        )

    @property
    def paper_difference(self) -> int:
        """Pieces counted more (or less) than were taken."""
        return sum(c.counted - c.count for c in self.coupons if c.counted is not None)


def sheet(store: Store) -> ShiftSheet:
    """The running shift of the person at this till: since the last hand-over, at most since the day
    began."""
    rights.require(store, Right.OWN_TODAY)
    with store.read() as session:
        return _sheet(session, store)


@repeatable
def hand_over(
    store: Store,
    *,
    register_discount: Money | None = None,
    counted: Mapping[str, int] | None = None,
) -> ShiftSheet:
    """End the shift. `register_discount` is what the other register says was given away, `counted`
    the paper coupons by offer code; the differences are kept with the sheet.

    Raises:
        BadInput: amount, counted.
        NotFound: offer.
    """
    rights.require(store, Right.OWN_TODAY)
    if register_discount is not None and not 0 <= register_discount < MAX_MONEY:
        raise BadInput("amount", where=str(register_discount))
    pieces = dict(counted or {})
    for code, count in pieces.items():
        if not 0 <= count <= MOST_PIECES:
            raise BadInput("counted", where=code)
    with store.write(Topic.SALES) as session:
        done = _with_counts(session, _sheet(session, store), register_discount, pieces)
        values = {
            "till_id": store.till,
            "staff_id": store.staff,
            "business_date": done.business_date,
            "since": done.since,
            "at": done.until,
        }
        text = json.dumps(asdict(done), default=str, ensure_ascii=False)
        session.execute(
            insert(ShiftClose).values(
                **values,
                register_discount=register_discount,
                counted=json.dumps(pieces),
                sheet=text,
            )
        )
        audit.log(
            session,
            store,
            "shift_closed",
            bills=done.bills,
            given=done.given,
            difference=done.difference,
        )
        return done


def handed_over(store: Store, *, first: Day, last: Day) -> list[ShiftSheet]:
    """The shifts that ended in a period, as they were written down then.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        rows = session.scalars(
            select(_X.c.sheet).where(_X.c.business_date.between(first, last)).order_by(_X.c.id)
        )
        return [_stored(text) for text in rows]


def _stored(text: str) -> ShiftSheet:
    raw = json.loads(text)
    raw["business_date"] = Day.fromisoformat(raw["business_date"])
    raw["coupons"] = tuple(CouponCount(**coupon) for coupon in raw["coupons"])
    return ShiftSheet(**raw)


def _with_counts(
    session: Session, now: ShiftSheet, register: Money | None, pieces: dict[str, int]
) -> ShiftSheet:
    known = {c.offer_code: c for c in now.coupons}
    for code in pieces.keys() - known.keys():
        name = session.scalar(select(Offer.name).where(Offer.code == code))
        if name is None:
            raise NotFound("offer", where=code[:40])
        known[code] = CouponCount(code, name, 0, Money(0))
    coupons = tuple(
        CouponCount(c.offer_code, c.name, c.count, c.discount, pieces.get(c.offer_code))
        for c in known.values()
    )
    values = {name: getattr(now, name) for name in now.__dataclass_fields__}
    return ShiftSheet(**values | {"coupons": coupons, "register_discount": register})


_BEFORE = Hot(
    select(func.max(_X.c.at)).where(
        _X.c.till_id == bindparam("till"), _X.c.staff_id == bindparam("staff")
    )
)
_PERSON = Hot(select(Staff.name).where(Staff.id == bindparam("staff")))
_TILL = Hot(select(Till.name).where(Till.id == bindparam("till")))
_AT = (
    _S.c.till_id == bindparam("till"),
    _S.c.staff_id == bindparam("staff"),
    _S.c.touched_at > bindparam("since"),
    _S.c.touched_at <= bindparam("until"),
    _OWN,
)
_USES = (_R.c.reversed_at.is_(None), *_AT)
"""A use is on the sheet of its bill, whose closing may be another day than its scan."""
_SOLD = (
    _S.c.voids_id.is_(None)
    & _S.c.returns_id.is_(None)
    & (_S.c.closed_by != "no_receipt")
    & (_S.c.state == SaleState.POSTED)
)
_BACK = _S.c.returns_id.is_not(None) | (_S.c.closed_by == "no_receipt")
_SUMS = Hot(
    select(
        func.sum(case((_SOLD, 1), else_=0)).label("bills"),
        func.sum(_S.c.net).label("net"),
        func.sum(_S.c.discount + _S.c.points_paid + _S.c.rounding).label("given"),
        func.sum(_S.c.points_paid).label("points"),
        func.sum(case((_S.c.voids_id.is_not(None), 1), else_=0)).label("undone"),
        func.sum(case((_BACK, 1), else_=0)).label("returns"),
        func.sum(case((_BACK, _S.c.net), else_=0)).label("returned"),
    ).where(*_AT)
)
_OVER = select(_X.c.id).where(
    _X.c.till_id == _S.c.till_id,
    _X.c.staff_id == _S.c.staff_id,
    _X.c.at >= _S.c.touched_at,
    _X.c.at < _S.c.filled_at,
)
_LATE = Hot(
    select(
        func.count().label("count"),
        func.sum(_S.c.net).label("net"),
        func.sum(_S.c.filled_cut).label("cut"),
    ).where(
        _S.c.filled_by == bindparam("staff"),
        _S.c.filled_till == bindparam("till"),
        _S.c.filled_at > bindparam("since"),
        _S.c.filled_at <= bindparam("until"),
        or_(_OVER.exists(), _S.c.business_date < bindparam("today")),
        _OWN,
    )
)
"""Amounts that came for bills whose own shift was over: handed over, or of a day gone by. They are
on the sheet of who typed them; the bill and its coupons were on its own."""
_ATTACHED = Hot(
    select(func.count())
    .select_from(_S)
    .where(
        _S.c.attached_by == bindparam("staff"),
        _S.c.attached_at > bindparam("since"),
        _S.c.attached_at <= bindparam("until"),
        _OWN,
    )
)
_REFUSED = Hot(
    select(func.count())
    .select_from(_N)
    .where(
        _N.c.till_id == bindparam("till"),
        _N.c.staff_id == bindparam("staff"),
        _N.c.at > bindparam("since"),
    )
)
_COUPONS = Hot(
    select(Offer.code, Offer.name, func.count().label("n"), func.sum(_R.c.discount).label("off"))
    .join(Offer, Offer.id == _R.c.offer_id)
    .join(_S, _S.c.id == _R.c.sale_id)
    .where(*_USES)
    .group_by(Offer.code, Offer.name)
    .order_by(Offer.code)
)
_TENDERS = Hot(
    select(_T.c.kind, func.sum(_T.c.amount).label("total"))
    .join(_S, _S.c.id == _T.c.sale_id)
    .where(*_AT, _T.c.kind != TenderKind.EXCHANGE)
    .group_by(_T.c.kind)
)
_OVERRIDES = Hot(
    select(_R.c.override, func.count().label("n"))
    .join(_S, _S.c.id == _R.c.sale_id)
    .where(*_USES, overrides.WORD)
    .group_by(_R.c.override)
)


def _sheet(session: Session, store: Store) -> ShiftSheet:
    today, until = store.clock.today(), store.clock.now()
    shift = {"till": store.till, "staff": store.staff}
    before = _BEFORE.scalar(session, **shift) or 0
    since = Moment(max(int(before), opening_of(today, store.clock.zone, store.clock.close_hour)))
    shift |= {"since": since, "until": until}
    sums, late = _SUMS.one(session, **shift), _LATE.one(session, **shift, today=today)
    return ShiftSheet(
        staff=_PERSON.scalar(session, **shift) or "",
        till=_TILL.scalar(session, **shift) or "",
        business_date=today,
        since=since,
        until=until,
        bills=int(sums.bills or 0),
        net=Money(int(sums.net or 0) + int(late.net or 0)),
        given=Money(int(sums.given or 0) - int(late.cut or 0)),
        points_paid=Money(int(sums.points or 0)),
        undone=int(sums.undone or 0),
        returns=int(sums.returns or 0),
        returned_net=Money(-int(sums.returned or 0)),
        attached=int(_ATTACHED.scalar(session, **shift)),
        refused=int(_REFUSED.scalar(session, **shift)),
        coupons=tuple(
            CouponCount(row.code, row.name, row.n, Money(int(row.off)))
            for row in _COUPONS.rows(session, **shift)
        ),
        tenders={row.kind: Money(int(row.total)) for row in _TENDERS.rows(session, **shift)},
        overrides={row.override: int(row.n) for row in _OVERRIDES.rows(session, **shift)},
        late_amounts=int(late.count),
    )
