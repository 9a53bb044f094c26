"""Bills and receipts as people see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.tenders import Paid
from storecrm.errors import Conflict, NotFound
from storecrm.ledger import points, tenders
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.members import registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_clock
from storecrm.services.till import coupon_terms, paid_lines, receipt_numbers
from storecrm.services.till.coupon_terms import CouponTerms, CouponVerdict
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
)

_SALE = tables.sale.c
_PERSON = tables.staff.c
_DESK = tables.till.c
_USE = tables.redemption.c
_COUPON = tables.coupon.c
_BATCH = tables.batch.c
_OFFER = tables.offer.c
_STEP = tables.sale_step.c

_THE_SALE = _SALE.id == bindparam("sale")
_AT_TILL = _SALE.till_id == bindparam("till")
_IS_OPEN = _SALE.state == SaleState.OPEN
_OPEN = Hot(select(_SALE.id).where(_AT_TILL, _IS_OPEN))
_ITS_PERSON = _PERSON.id == _SALE.staff_id
_ITS_TILL = _DESK.id == _SALE.till_id
_STAFF = _PERSON.name.label("staff")
_TILL = _DESK.name.label("till")
_WITH_STAFF = select(tables.sale, _STAFF, _TILL).outerjoin(tables.staff, _ITS_PERSON)
VIEW_SALE = Hot(_WITH_STAFF.outerjoin(tables.till, _ITS_TILL).where(_THE_SALE))
"""A sale with the names of its person and its till."""

_ON_SALE = _USE.sale_id == bindparam("sale")
VIEW_USES = Hot(select(tables.redemption).where(_ON_SALE).order_by(_USE.id))
"""Each use of a coupon on a sale, one that was handed back too."""

_OF_STEP = (_STEP.id, _STEP.step, _STEP.amount)
_ITS_OFFER = _OFFER.id == _STEP.offer_id
_STEPS = select(*_OF_STEP, *_OFFER["code", "name"]).outerjoin(tables.offer, _ITS_OFFER)
# what multiplies points takes nothing off
_TAKES_OFF = _STEP.step != "earning"
_STEP_OF = _STEP.sale_id == bindparam("sale")
_VIEW_STEPS = Hot(_STEPS.where(_STEP_OF, _TAKES_OFF).order_by(_STEP.id))

_OF_COUPON = _COUPON["code", "valid_from", "valid_to"]
_ITS_BATCH = _BATCH.id == _COUPON.batch_id
_OFFER_OF_COUPON = _OFFER.id == _COUPON.offer_id
_ISSUED = select(*_OF_COUPON, _OFFER.name, _BATCH.version_id).join(tables.batch, _ITS_BATCH)
_BY_SALE = _COUPON.by_sale == bindparam("sale")
_UNUSED = _COUPON.state == CouponState.ISSUED
_GIVEN = Hot(_ISSUED.join(tables.offer, _OFFER_OF_COUPON).where(_BY_SALE, _UNUSED))

_RECEIPT_NO = Hot(select(_SALE.receipt_no).where(_THE_SALE))
_LISTED = ("receipt_no", "business_date", "gross", "discount", "net", "state")
_MEMBERS = _SALE.member_id == bindparam("member")
_NO_MIRROR = _SALE.voids_id.is_(None)
# what was dropped or is just being imported is no receipt
_RECEIPT = (_SALE.state != SaleState.DROPPED, _SALE.state != ARRIVING)
_LIST = select(*_SALE[_LISTED]).where(_MEMBERS, _NO_MIRROR, *_RECEIPT)
_MOST = bindparam("limit", type_=Integer)
_OF_MEMBER = Hot(_LIST.order_by(_SALE.id.desc()).limit(_MOST))


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
    lost: tuple[CouponVerdict, ...] = ()
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


@dataclass(frozen=True)
class SaleRow:
    """One receipt of a member's list."""

    receipt_no: Code
    business_date: Day
    gross: Money | None
    discount: Money
    net: Money | None
    state: SaleState


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
        sale = receipt_numbers.row_of(session, receipt)
        return view(session, store, sale.id)


def of_member(store: Store, *, member: str, limit: int = 200) -> list[SaleRow]:
    """A member's receipts, newest first; voided ones say so.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        rows = _OF_MEMBER.rows(session, member=person, limit=limit)
        return [_listed(row) for row in rows]


def _listed(row: Any) -> SaleRow:
    return SaleRow(
        receipt_no=row.receipt_no,
        business_date=row.business_date,
        gross=row.gross,
        discount=row.discount,
        net=row.net,
        state=SaleState(row.state),
    )


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
    # nothing is done to a bill by a clock that is not believed
    require_clock(session, store)
    sale = open_at(session, store)
    if bill is None:
        return sale
    # "" says that the caller believes the till to be free
    number = "" if sale is None else _RECEIPT_NO.scalar(session, sale=sale)
    if number == bill:
        return sale
    if sale is None:
        raise NotFound("open_bill")
    raise Conflict("open_bill_other", where=number)


def view(session: Session, store: Store, sale: SaleId) -> BillView:
    """A bill or receipt as people see it."""
    row = VIEW_SALE.one(session, sale=sale)
    coupons = _coupons(session, store, row)
    lines = _lines(session, sale)
    steps = _steps(session, sale)
    given = _given(session, store, sale)
    paid = tenders.of(session, sale)
    member, earned = None, Points(0)
    # points belong to somebody
    if row.member_id is not None:
        member = views.of_member(session, store, row.member_id)
        earned = points.of_sale(session, sale)
    returns = _RECEIPT_NO.scalar(session, sale=row.returns_id) if row.returns_id else None
    return BillView(
        receipt_no=row.receipt_no,
        state=SaleState(row.state),
        business_date=row.business_date,
        at=row.occurred_at,
        gross=row.gross,
        discount=row.discount,
        points_paid=row.points_paid,
        net=row.net,
        points_earned=earned,
        coupons=tuple(coupons),
        lines=lines,
        member=member,
        staff=row.staff or "",
        till=row.till or "",
        closed_by=row.closed_by,
        price_kept=row.price_kept,
        rounding=row.rounding,
        steps=steps,
        given=given,
        returns=returns,
        id=sale,
        paid=paid,
    )


def _coupons(session: Session, store: Store, row: Any) -> list[TakenCoupon]:
    """The coupons of a bill; of one that is as if it never was also those that came back."""
    # of a bill that stands only the coupons that it keeps are shown
    gone = row.state in (SaleState.VOIDED, SaleState.DROPPED)
    coupons = []
    for use in VIEW_USES.rows(session, sale=row.id):
        came_back = use.reversed_at is not None
        if gone or not came_back:
            terms = coupon_terms.of_coupon(session, store, use.coupon_id)
            coupons.append(taken(terms, use, reversed=came_back))
    return coupons


def taken(terms: CouponTerms, use: Any, *, reversed: bool) -> TakenCoupon:
    """A use of a coupon as a receipt shows it."""
    return TakenCoupon(**terms.shown, discount=use.discount, redeemed_at=use.at, reversed=reversed)


def _lines(session: Session, sale: SaleId) -> tuple[LineView, ...]:
    rows = paid_lines.LINES.rows(session, sale=sale)
    shares = paid_lines.shares(session, sale, rows)
    lines = []
    for row in rows:
        line = LineView(
            line_no=row.line_no,
            sku=row.sku or "",
            name=row.name or "",
            quantity=row.quantity,
            unit_price=row.unit_price,
            amount=row.amount,
            share=Money(shares.get(row.line_no, 0)),
        )
        lines.append(line)
    return tuple(lines)


def _steps(session: Session, sale: SaleId) -> tuple[StepView, ...]:
    steps = []
    for row in _VIEW_STEPS.rows(session, sale=sale):
        # tier price, points and rounding are nobody's offer
        code = row.code or ""
        name = row.name or ""
        steps.append(StepView(row.step, code, name, row.amount))
    return tuple(steps)


def _given(session: Session, store: Store, sale: SaleId) -> tuple[GivenCoupon, ...]:
    rows = _GIVEN.rows(session, sale=sale)
    return tuple(_given_coupon(session, store, row) for row in rows)


def _given_coupon(session: Session, store: Store, row: Any) -> GivenCoupon:
    rule = design.frozen(session, store, row.version_id)
    return GivenCoupon(
        code=row.code,
        offer_name=row.name,
        rule=rule,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
