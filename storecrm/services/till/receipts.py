"""Bills and receipts as people see them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.tenders import Paid
from storecrm.errors import Conflict, NotFound
from storecrm.ledger import points, tenders
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, StepShare
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.members import registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_clock
from storecrm.services.till import coupon_check, sold_articles
from storecrm.values import (
    ARRIVING,
    Code,
    CouponState,
    Day,
    Moment,
    Money,
    Points,
    Quantity,
    Refusal,
    SaleId,
    SaleState,
    own_kind,
    scan_key,
)

_SALE: Any = Sale.__table__
_LINE: Any = SaleLine.__table__
_R: Any = Redemption.__table__
_A: Any = Allocation.__table__
_STEP: Any = SaleStep.__table__
_STEP_SHARE: Any = StepShare.__table__
_O: Any = Offer.__table__
_C: Any = Coupon.__table__
_B: Any = Batch.__table__


_OPEN = Hot(
    select(_SALE.c.id).where(_SALE.c.till_id == bindparam("till"), _SALE.c.state == SaleState.OPEN)
)
VIEW_SALE = Hot(
    select(_SALE, Staff.name.label("staff"), Till.name.label("till"))
    .outerjoin(Staff, Staff.id == _SALE.c.staff_id)
    .outerjoin(Till, Till.id == _SALE.c.till_id)
    .where(_SALE.c.id == bindparam("sale"))
)


VIEW_USES = Hot(select(_R).where(_R.c.sale_id == bindparam("sale")).order_by(_R.c.id))


VIEW_SHARES = Hot(
    select(_A.c.line_no, func.sum(_A.c.amount).label("share"))
    .join(_R, _R.c.id == _A.c.redemption_id)
    .where(_R.c.sale_id == bindparam("sale"))
    .group_by(_A.c.line_no)
)
"""What coupons took from each line. One that was handed back while the bill was open left no
shares; one that came back with a void or a return keeps them, so that the receipt shows what it
was."""


_VIEW_STEPS = Hot(
    select(_STEP.c.id, _STEP.c.step, _STEP.c.amount, _O.c.code, _O.c.name)
    .outerjoin(_O, _O.c.id == _STEP.c.offer_id)
    .where(_STEP.c.sale_id == bindparam("sale"), _STEP.c.step != "earning")
    .order_by(_STEP.c.id)
)


_VIEW_STEP_SHARES = Hot(
    select(_STEP_SHARE.c.line_no, func.sum(_STEP_SHARE.c.amount).label("share"))
    .join(_STEP, _STEP.c.id == _STEP_SHARE.c.step_id)
    .where(_STEP.c.sale_id == bindparam("sale"))
    .group_by(_STEP_SHARE.c.line_no)
)


_GIVEN = Hot(
    select(_C.c.code, _C.c.valid_from, _C.c.valid_to, _O.c.name, _B.c.version_id)
    .join(_B, _B.c.id == _C.c.batch_id)
    .join(_O, _O.c.id == _C.c.offer_id)
    .where(_C.c.by_sale == bindparam("sale"), _C.c.state == CouponState.ISSUED)
)


_RECEIPT_NO = Hot(select(_SALE.c.receipt_no).where(_SALE.c.id == bindparam("sale")))


_VIEW_LINES = Hot(
    select(_LINE, Product.sku, Product.name, sold_articles.NO_POINTS)
    .select_from(sold_articles.LINES)
    .where(_LINE.c.sale_id == bindparam("sale"))
    .order_by(_LINE.c.line_no)
)


@dataclass(frozen=True)
class TakenCoupon:
    """A coupon on a bill."""

    code: Code
    offer_code: str
    offer_name: str
    rule: OfferRule
    discount: Money
    redeemed_at: Moment
    valid_to: Day
    reversed: bool = False


@dataclass(frozen=True)
class GivenCoupon:
    """A coupon that was given with the sale."""

    code: Code
    offer_name: str
    rule: OfferRule
    valid_from: Day
    valid_to: Day


@dataclass(frozen=True)
class StepView:
    """A step of the price that is no coupon: promotion (with its name), tier price, points,
    rounding."""

    step: str
    offer_code: str
    offer_name: str
    amount: Money


@dataclass(frozen=True)
class LineView:
    """One line of a receipt; `share` is what promotions, coupons and points took from it."""

    line_no: int
    sku: str
    name: str
    quantity: Quantity
    unit_price: Money | None
    amount: Money
    share: Money


@dataclass(frozen=True)
class BillView:
    """A bill or receipt. Amounts are None while none was typed."""

    receipt_no: Code
    state: SaleState
    business_date: Day
    at: Moment
    gross: Money | None
    discount: Money
    points_paid: Money
    net: Money | None
    points_earned: Points
    coupons: tuple[TakenCoupon, ...]
    lines: tuple[LineView, ...]
    member: MemberView | None
    staff: str = ""
    till: str = ""
    handed_back: tuple[TakenCoupon, ...] = ()
    closed_by: str = ""
    price_kept: Money = Money(0)
    """What a bill that closed by itself gave beyond its price, because a lower sum had been
    shown."""
    repeated: bool = False
    rounding: Money = Money(0)
    steps: tuple[StepView, ...] = ()
    near: tuple[tuple[str, Refusal], ...] = ()
    returns: Code | None = None
    given: tuple[GivenCoupon, ...] = ()
    paid: tuple[Paid, ...] = ()
    lost: tuple[coupon_check.CouponVerdict, ...] = ()
    """Coupons that a bill taken up again could not keep."""

    id: SaleId = SaleId(0)

    @property
    def change(self) -> Money:
        """Cash that goes back over the counter."""
        return Money(sum(paid.change for paid in self.paid))

    @property
    def goods(self) -> bool:
        """True when articles were scanned, so that the bill is paid here."""
        return any(line.sku for line in self.lines)


def current(store: Store) -> BillView | None:
    """The till's open bill, as after a power cut."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        sale = open_at(session, store)
        return view(session, store, sale) if sale else None


def show(store: Store, *, receipt: str) -> BillView:
    """One receipt.

    Raises:
        NotFound: receipt.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        return view(session, store, row_of(session, receipt).id)


def open_at(session: Session, store: Store) -> SaleId | None:
    """The bill that is open at this till."""
    found: SaleId | None = _OPEN.scalar(session, till=store.till)
    return found


def need_open(session: Session, store: Store, bill: str | None = None) -> SaleId:
    """The same; it must be there, and be the one called `bill` when that is given.

    Raises:
        NotFound: open_bill.
        Conflict: open_bill_other.
        NotAllowed: clock_suspect.
    """
    sale = expected(session, store, bill)
    if sale is None:
        raise NotFound("open_bill")
    return sale


def expected(session: Session, store: Store, bill: str | None) -> SaleId | None:
    """The bill that is open at this till, if it is the one the caller means: "" means that none
    should be open, None that any will do.

    Raises:
        NotFound: open_bill (that bill is not open any more).
        Conflict: open_bill_other (another customer's bill is open).
        NotAllowed: clock_suspect (nothing is done to a bill by a clock that is not believed).
    """
    require_clock(session, store)
    sale = open_at(session, store)
    if bill is None:
        return sale
    number = "" if sale is None else str(VIEW_SALE.one(session, sale=sale).receipt_no)
    if number == bill:
        return sale
    if sale is None:
        raise NotFound("open_bill")
    raise Conflict("open_bill_other", where=number)


@dataclass(frozen=True)
class ReceiptChoice:
    """One of several receipts of the same number; `receipt` names it alone (see `chosen`)."""

    receipt: str
    business_date: Day
    store: str
    net: Money | None


def chosen(receipt: str, day: Day | None, store: str = "") -> str:
    """A receipt of another system by its number and its day, and by its store where several have
    that number on that day."""
    if day is None:
        return receipt
    return "@".join(part for part in (receipt.strip(), day.isoformat(), store) if part)


_CHOSEN = re.compile(r"(.+?)@(\d{4}-\d\d-\d\d)(?:@(.+))?")
MOST_CHOICES = 20


def row_of(session: Session, receipt: str) -> Any:
    """The stored row of a receipt, by our number or another system's; one that begins anew every
    day is named with its date, and its store if need be ("17@2026-11-22",
    "17@2026-11-22@Riverside").

    Raises:
        NotFound: receipt.
        Conflict: ambiguous (facts: candidates, the newest first).
    """
    rows = _rows(session, receipt)
    said = None if rows else _CHOSEN.fullmatch(receipt.strip())
    if said is not None:
        rows = _rows(session, said[1], said[2], said[3] or "")
    if not rows:
        raise NotFound("receipt", where=receipt[:40])
    if len(rows) > 1:
        days = [row.business_date for row in rows]
        candidates = [
            ReceiptChoice(
                receipt=chosen(
                    row.receipt_no,
                    row.business_date,
                    row.store if days.count(row.business_date) > 1 else "",
                ),
                business_date=row.business_date,
                store=row.store,
                net=row.net,
            )
            for row in rows
        ]
        raise Conflict("ambiguous", where=receipt[:40], candidates=candidates[:MOST_CHOICES])
    return rows[0]


def _day(text: str) -> Day | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rows(session: Session, receipt: str, day: str = "", store: str = "") -> list[Any]:
    key = scan_key(receipt)
    query = select(_SALE).where(
        _SALE.c.receipt_no == (key if own_kind(key) else receipt.strip()), _SALE.c.state != ARRIVING
    )
    if day:
        query = query.where(_SALE.c.business_date == _day(day))
    if store:
        query = query.where(_SALE.c.store == store)
    return list(
        session.execute(
            query.order_by(_SALE.c.business_date.desc(), _SALE.c.id.desc()).limit(MOST_CHOICES + 1)
        ).all()
    )


def locked(session: Session, row: Any) -> Any:
    """The row again, held until the end of the transaction: nobody at another till acts on this
    sale meanwhile."""
    database.lock_row(session, Sale, row.id)
    return session.execute(select(_SALE).where(_SALE.c.id == row.id)).one()


def require_posted(row: Any) -> None:
    """Refuse what is no posted sale.

    Raises:
        Conflict: sale_state (it was taken back), sale_suspended, not_a_sale (a mirror image).
    """
    if row.state == SaleState.SUSPENDED:
        raise Conflict("sale_suspended", where=row.receipt_no)
    if row.voids_id is not None:
        raise Conflict("not_a_sale", where=row.receipt_no)
    if row.state != SaleState.POSTED:
        raise Conflict("sale_state", where=row.receipt_no, state=row.state)


def view(session: Session, store: Store, sale: SaleId) -> BillView:
    """A bill or receipt as people see it."""
    row = VIEW_SALE.one(session, sale=sale)
    coupons = []
    for redeemed in VIEW_USES.rows(session, sale=sale):
        coupon = coupon_check.COUPON.one(session, coupon=redeemed.coupon_id)
        found = coupon_check.CouponTerms(coupon, design.frozen(session, store, coupon.version_id))
        coupons.append(taken(found, redeemed, reversed=redeemed.reversed_at is not None))
    member = views.of_member(session, store, row.member_id) if row.member_id is not None else None
    earned = points.of_sale(session, sale) if row.member_id is not None else Points(0)
    return BillView(
        row.receipt_no,
        SaleState(row.state),
        row.business_date,
        row.occurred_at,
        row.gross,
        row.discount,
        row.points_paid,
        row.net,
        earned,
        tuple(
            c
            for c in coupons
            if not c.reversed or row.state in (SaleState.VOIDED, SaleState.DROPPED)
        ),
        _lines(session, sale),
        member,
        row.staff or "",
        row.till or "",
        closed_by=row.closed_by,
        price_kept=row.price_kept,
        rounding=row.rounding,
        steps=tuple(
            StepView(s.step, s.code or "", s.name or "", s.amount)
            for s in _VIEW_STEPS.rows(session, sale=sale)
        ),
        given=tuple(
            GivenCoupon(
                c.code,
                c.name,
                design.frozen(session, store, c.version_id),
                c.valid_from,
                c.valid_to,
            )
            for c in _GIVEN.rows(session, sale=sale)
        ),
        returns=_RECEIPT_NO.scalar(session, sale=row.returns_id) if row.returns_id else None,
        id=sale,
        paid=tenders.of(session, sale),
    )


def taken(found: coupon_check.CouponTerms, redeemed: Any, *, reversed: bool) -> TakenCoupon:
    """A use of a coupon as a receipt shows it."""
    row = found.row
    return TakenCoupon(
        row.code,
        row.offer_code,
        row.offer_name,
        found.rule,
        redeemed.discount,
        redeemed.at,
        row.valid_to,
        reversed,
    )


def paid_lines(session: Session, sale: SaleId) -> dict[int, tuple[int, bool]]:
    """What was paid of each line after every step, and whether its goods earn points."""
    rows = _VIEW_LINES.rows(session, sale=sale)
    shares = _all_shares(session, sale, rows)
    return {
        row.line_no: (row.amount - shares.get(row.line_no, 0), not row.no_points) for row in rows
    }


def earning_paid(session: Session, sales: Collection[int]) -> dict[int, int]:
    """What was paid for goods that earn, of many sales at once: `paid_lines` added up."""
    earns, mine = (
        func.coalesce(sold_articles.NO_POINTS, 0) == 0,
        database.among(session, _LINE.c.sale_id, sales),
    )
    lines = (
        select(_LINE.c.sale_id, func.sum(_LINE.c.amount - _LINE.c.coupon_back))
        .select_from(sold_articles.LINES)
        .where(mine, earns)
    )
    found: dict[int, int] = {
        sale: int(paid) for sale, paid in session.execute(lines.group_by(_LINE.c.sale_id))
    }
    by_coupons = sold_articles.LINES.join(_R, _R.c.sale_id == _LINE.c.sale_id).join(
        _A, (_A.c.redemption_id == _R.c.id) & (_A.c.line_no == _LINE.c.line_no)
    )
    by_steps = sold_articles.LINES.join(_STEP, _STEP.c.sale_id == _LINE.c.sale_id).join(
        _STEP_SHARE,
        (_STEP_SHARE.c.step_id == _STEP.c.id) & (_STEP_SHARE.c.line_no == _LINE.c.line_no),
    )
    for rows, share in ((by_coupons, _A.c.amount), (by_steps, _STEP_SHARE.c.amount)):
        taken = (
            select(_LINE.c.sale_id, func.sum(share))
            .select_from(rows)
            .where(mine, earns)
            .group_by(_LINE.c.sale_id)
        )
        for sale, off in session.execute(taken):
            found[sale] -= int(off)
    return found


def _all_shares(session: Session, sale: SaleId, rows: Sequence[Any]) -> dict[int, int]:
    """What was taken off each line (of the given rows) by coupons, promotions, points and
    rounding."""
    shares: dict[int, int] = {row.line_no: row.coupon_back for row in rows}
    for line, share in VIEW_SHARES.rows(session, sale=sale):
        shares[line] = shares.get(line, 0) + share
    for line, share in _VIEW_STEP_SHARES.rows(session, sale=sale):
        shares[line] = shares.get(line, 0) + share
    return shares


def _lines(session: Session, sale: SaleId) -> tuple[LineView, ...]:
    rows = _VIEW_LINES.rows(session, sale=sale)
    shares = _all_shares(session, sale, rows)
    return tuple(
        LineView(
            r.line_no,
            r.sku or "",
            r.name or "",
            r.quantity,
            r.unit_price,
            r.amount,
            Money(shares.get(r.line_no, 0)),
        )
        for r in rows
    )


@dataclass(frozen=True)
class SaleRow:
    """One receipt of a member's list."""

    receipt_no: Code
    business_date: Day
    gross: Money | None
    discount: Money
    net: Money | None
    state: SaleState


_OF_MEMBER = Hot(
    select(
        _SALE.c.receipt_no,
        _SALE.c.business_date,
        _SALE.c.gross,
        _SALE.c.discount,
        _SALE.c.net,
        _SALE.c.state,
    )
    .where(_SALE.c.member_id == bindparam("member"), _SALE.c.voids_id.is_(None))
    .where(_SALE.c.state != SaleState.DROPPED, _SALE.c.state != ARRIVING)
    .order_by(_SALE.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)


def of_member(store: Store, *, member: str, limit: int = 200) -> list[SaleRow]:
    """A member's receipts, newest first; voided ones say so.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        rows = _OF_MEMBER.rows(session, member=person, limit=limit)
        return [
            SaleRow(r.receipt_no, r.business_date, r.gross, r.discount, r.net, SaleState(r.state))
            for r in rows
        ]
