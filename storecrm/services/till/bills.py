"""The road of one customer at the till: check a coupon, take it on the bill, the amount, points, close, undo, void.

A bill is a sale in state open, one per till, stored from its first coupon. Every coupon is redeemed at once and exactly once:
one transaction that holds the write lock, one conditional UPDATE whose row count must be 1, a partial unique index behind it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, CouponRefused, NotAllowed, NotFound, NotPossible
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine
from storecrm.models.scannable import Scannable
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import audit, rights, rules
from storecrm.services.people import members
from storecrm.services.people.members import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, require_clock
from storecrm.services.till import offers, points, pricing, scanning
from storecrm.values import (
    MAX_MONEY,
    PIECE,
    BatchState,
    Code,
    CouponState,
    Day,
    Kind,
    MemberId,
    Moment,
    Money,
    OfferKind,
    OfferRule,
    OfferState,
    Points,
    Quantity,
    Refusal,
    RefusalCode,
    SaleId,
    SaleState,
    VersionId,
    half_up,
    masked_phone,
    new_codes,
    own_kind,
    scan_key,
)

_SALE: Any = Sale.__table__
_LINE: Any = SaleLine.__table__
_C: Any = Coupon.__table__
_B: Any = Batch.__table__
_O: Any = Offer.__table__
_R: Any = Redemption.__table__
_A: Any = Allocation.__table__

_COUPON = (
    select(
        _C.c.id,
        _C.c.code,
        _C.c.member_id,
        _C.c.state,
        _C.c.valid_from,
        _C.c.valid_to,
        _C.c.uses_allowed,
        _C.c.voided_at,
        _C.c.void_reason,
        _C.c.offer_id,
        _B.c.version_id,
        _B.c.state.label("batch_state"),
        _O.c.code.label("offer_code"),
        _O.c.name.label("offer_name"),
        _O.c.state.label("offer_state"),
    )
    .join(_B, _B.c.id == _C.c.batch_id)
    .join(_O, _O.c.id == _C.c.offer_id)
    .where(_C.c.id == bindparam("coupon"))
)
_SPEND = update(_C).where(_C.c.id == bindparam("coupon"), _C.c.state == CouponState.ISSUED).values(state=bindparam("next"))
_LIVE_COUNT = select(func.count()).select_from(_R).where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None)).scalar_subquery()
_UNSPEND = (
    update(_C)
    .where(_C.c.id == bindparam("coupon"), _C.c.state == CouponState.REDEEMED, _C.c.uses_allowed > _LIVE_COUNT)
    .values(state=CouponState.ISSUED)
)
_REPRICE = update(_R).where(_R.c.id == bindparam("which"), _R.c.discount != bindparam("new")).values(discount=bindparam("new"))
_SET_PRICES = (
    update(_SALE)
    .where(_SALE.c.id == bindparam("which"))
    .values(gross=bindparam("g"), discount=bindparam("d"), net=bindparam("n"), trace=bindparam("t"))
)
_USES = select(_R.c.use_no).where(_R.c.coupon_id == bindparam("coupon"), _R.c.reversed_at.is_(None))
_REDEEM = insert(_R).returning(_R.c.id)
_NEW_SALE = insert(_SALE).returning(_SALE.c.id)
_NEW_LINES = insert(_LINE)
_SHARES = insert(_A)
_RECEIPT = insert(Scannable.__table__)  # type: ignore[arg-type]
_VIEW_SALE = (
    select(_SALE, Staff.name.label("staff"), Till.name.label("till"))
    .outerjoin(Staff, Staff.id == _SALE.c.staff_id)
    .outerjoin(Till, Till.id == _SALE.c.till_id)
    .where(_SALE.c.id == bindparam("sale"))
)
_VIEW_USES = select(_R).where(_R.c.sale_id == bindparam("sale")).order_by(_R.c.id)
_LIVE_USES = _VIEW_USES.where(_R.c.reversed_at.is_(None))
_MEMBER_OF = select(_SALE.c.member_id).where(_SALE.c.id == bindparam("sale"))
_VIEW_SHARES = (
    select(_A.c.line_no, func.sum(_A.c.amount).label("share"))
    .join(_R, _R.c.id == _A.c.redemption_id)
    .where(_R.c.sale_id == bindparam("sale"), _R.c.reversed_at.is_(None))
    .group_by(_A.c.line_no)
)
_VIEW_LINES = (
    select(_LINE, Product.sku, Product.name)
    .outerjoin(Product, Product.id == _LINE.c.product_id)
    .where(_LINE.c.sale_id == bindparam("sale"))
    .order_by(_LINE.c.line_no)
)
_POST = (
    update(_SALE)
    .where(_SALE.c.id == bindparam("sale"))
    .values(
        state=SaleState.POSTED,
        points_paid=bindparam("p"),
        net=bindparam("n"),
        no_points=bindparam("x"),
        closed_by=bindparam("by"),
        touched_at=bindparam("t"),
    )
)
_BY_REQUEST = select(_SALE.c.id, _SALE.c.request_hash).where(_SALE.c.request_no == bindparam("request"))


@dataclass(frozen=True)
class LineIn:
    """A line asked for: article, thousandths, and a price when it differs from the article's own."""

    sku: str
    quantity: Quantity = PIECE
    unit_price: Money | None = None


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
class LineView:
    """One line of a receipt; `share` is what the bill's coupons took from it."""

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
    repeated: bool = False


@dataclass(frozen=True)
class Checked:
    """A coupon that would be taken; `discount` is None when it depends on an amount that was not given."""

    code: Code
    offer_code: str
    offer_name: str
    rule: OfferRule
    valid_to: Day
    discount: Money | None


@dataclass(frozen=True)
class Better:
    """The member's best usable coupon, offered instead of a refused one."""

    code: Code
    offer_code: str
    offer_name: str
    discount: Money | None


@dataclass(frozen=True)
class _Found:
    row: Any
    rule: OfferRule


@dataclass(frozen=True)
class _Basket:
    lines: tuple[pricing.Line, ...]
    stored: tuple[dict[str, Any], ...]

    @property
    def gross(self) -> Money | None:
        return Money(sum(line.amount for line in self.lines)) if self.lines else None


def _rule(session: Session, store: Store, version: int) -> OfferRule:
    """What an issued version says: it cannot change, so it is read once."""
    if version not in store.frozen:
        store.frozen[version] = offers.rule_of(session, VersionId(version))
    return store.frozen[version]  # type: ignore[no-any-return]


# --- judging a coupon ------------------------------------------------------------------------------------------------


def _find(session: Session, store: Store, text: str) -> _Found:
    """The coupon meant by `text`.

    Raises:
        CouponRefused: payment_code, not_found, checksum, ambiguous, throttled.
    """
    try:
        hit = scanning.resolve(session, text, Kind.COUPON)
    except CouponRefused as missed:
        if scanning.is_guess(missed):
            scanning.guard(session, store, miss=missed.coupon)
        raise
    scanning.guard(session, store)
    row = session.execute(_COUPON, {"coupon": hit.target}).one()
    if row.batch_state == BatchState.ISSUING:
        raise CouponRefused([Refusal(RefusalCode.NOT_FOUND)], coupon=hit.key)
    return _Found(row, _rule(session, store, row.version_id))


def _failing(
    session: Session, store: Store, found: _Found, shop: rules.Rules, member: MemberId | None, sale: SaleId | None, bill: Sequence[_Found]
) -> list[Refusal]:
    """Every rule the coupon itself breaks today, for this member on this bill; amounts are judged by pricing."""
    row, rule, today = found.row, found.rule, store.clock.today()
    failing: list[Refusal] = []
    if row.state == CouponState.VOIDED or row.batch_state == BatchState.VOIDED:
        failing.append(Refusal(RefusalCode.VOIDED, at=row.voided_at, reason=row.void_reason))
    failing += _used(session, found, sale)
    if row.offer_state == OfferState.STOPPED:
        failing.append(Refusal(RefusalCode.CAMPAIGN_PAUSED, offer=row.offer_name))
    if rule.kind is OfferKind.EXTERNAL:
        failing.append(Refusal(RefusalCode.CHANNEL, offer=row.offer_name))
    if today < row.valid_from:
        failing.append(Refusal(RefusalCode.NOT_STARTED, day=row.valid_from))
    if today > row.valid_to:
        failing.append(Refusal(RefusalCode.EXPIRED, day=row.valid_to))
    if row.member_id is not None and member is not None and row.member_id != member:
        failing.append(Refusal(RefusalCode.WRONG_MEMBER, member=_owner(session, row.member_id)))
    if member is None and (row.member_id is not None or rule.limit_per_member is not None):
        failing.append(Refusal(RefusalCode.MEMBER_REQUIRED, member=_owner(session, row.member_id) if row.member_id else None))
    if member is not None:
        failing += _over_limits(session, found, shop, member, today)
    most = shop.limit("coupons_per_bill")
    if most is not None and len(bill) >= most and not failing:
        failing.append(Refusal(RefusalCode.NOT_STACKABLE, offer=bill[0].row.offer_name, limit=most))
    return failing


def _used(session: Session, found: _Found, sale: SaleId | None) -> list[Refusal]:
    row = found.row
    if row.state == CouponState.ISSUED and row.uses_allowed == 1:
        return []
    query = select(_R.c.at, _R.c.sale_id, Till.name.label("till"), Staff.name.label("staff")).outerjoin(Till, Till.id == _R.c.till_id)
    query = (
        query.outerjoin(Staff, Staff.id == _R.c.staff_id)
        .where(_R.c.coupon_id == row.id, _R.c.reversed_at.is_(None))
        .order_by(_R.c.at.desc())
    )
    uses = session.execute(query).all()
    here = [use for use in uses if sale is not None and use.sale_id == sale]
    if here:
        return [Refusal(RefusalCode.ON_THIS_BILL, at=here[0].at)]
    if row.state == CouponState.REDEEMED or (row.uses_allowed is not None and len(uses) >= row.uses_allowed):
        return (
            [Refusal(RefusalCode.ALREADY_REDEEMED, at=uses[0].at, till=uses[0].till, staff=uses[0].staff)]
            if uses
            else [Refusal(RefusalCode.ALREADY_REDEEMED)]
        )
    return []


def _over_limits(session: Session, found: _Found, shop: rules.Rules, member: MemberId, today: Day) -> list[Refusal]:
    failing = []
    live = select(func.count()).select_from(_R).where(_R.c.member_id == member, _R.c.reversed_at.is_(None))
    most = found.rule.limit_per_member
    if most is not None and session.scalar(live.where(_R.c.offer_id == found.row.offer_id)) >= most:  # type: ignore[operator]
        failing.append(Refusal(RefusalCode.MEMBER_LIMIT, limit=most))
    daily = shop.limit("coupons_per_member_day")
    if daily is not None and session.scalar(live.where(_R.c.business_date == today)) >= daily:  # type: ignore[operator]
        failing.append(Refusal(RefusalCode.DAILY_LIMIT, limit=daily))
    return failing


def _owner(session: Session, member: MemberId) -> str:
    row = session.execute(select(Member.name, Member.phone).where(Member.id == member)).one()
    return f"{row.name[:1]}* {masked_phone(row.phone)}".strip()


def _judge(
    session: Session,
    store: Store,
    found: _Found,
    shop: rules.Rules,
    *,
    member: MemberId | None,
    sale: SaleId | None,
    bill: Sequence[_Found],
    basket: _Basket,
) -> pricing.Priced | None:
    """Refuse or price the bill with the coupon on it; None when no amount is needed and none was given.

    Raises:
        CouponRefused: with every failing rule.
    """
    failing = _failing(session, store, found, shop, member, sale, bill)
    priced = None
    gross = basket.gross
    if gross is None:
        if found.rule.needs_amount and not failing:
            failing.append(Refusal(RefusalCode.AMOUNT_REQUIRED, short=found.rule.min_spend))
    elif found.rule.kind is not OfferKind.EXTERNAL:
        priced = pricing.price(basket.lines, [pricing.Asked(f.row.id, f.rule) for f in (*bill, found)])
        failing += priced.refused.get(found.row.id, [])
        harmed = [f for f in bill if f.row.id in priced.refused]
        if harmed and not failing:
            failing.append(Refusal(RefusalCode.NOT_STACKABLE, offer=harmed[0].row.offer_name))
    if failing:
        raise CouponRefused(
            failing, coupon=found.row.code, best=_best(session, store, shop, found, member, basket), view=_checked(found, None)
        )
    return priced


def _checked(found: _Found, discount: Money | None) -> Checked:
    row = found.row
    return Checked(row.code, row.offer_code, row.offer_name, found.rule, row.valid_to, discount)


def _best(
    session: Session, store: Store, shop: rules.Rules, refused: _Found | None, member: MemberId | None, basket: _Basket
) -> Better | None:
    """The member's usable coupon that saves most on this bill, if there is one."""
    if member is None:
        return None
    today = store.clock.today()
    mine = (
        select(_C.c.id)
        .where(_C.c.member_id == member, _C.c.state == CouponState.ISSUED, _C.c.valid_from <= today, _C.c.valid_to >= today)
        .limit(30)
    )
    best: Better | None = None
    for coupon in session.scalars(mine).all():
        row = session.execute(_COUPON, {"coupon": coupon}).one()
        found = _Found(row, _rule(session, store, row.version_id))
        if (
            (refused and coupon == refused.row.id)
            or row.batch_state != BatchState.READY
            or _failing(session, store, found, shop, member, None, ())
        ):
            continue
        discount = None if found.rule.needs_amount else pricing.face_value(found.rule)
        if basket.gross is not None:
            priced = pricing.price(basket.lines, [pricing.Asked(0, found.rule)])
            if priced.refused:
                continue
            discount = priced.discount
        if best is None or (discount or 0) > (best.discount or 0):
            best = Better(row.code, row.offer_code, row.offer_name, discount)
    return best


# --- the verbs -------------------------------------------------------------------------------------------------------


def check(store: Store, *, code: str, amount: Money | None = None, member: str | None = None) -> Checked:
    """Would this coupon be taken? Nothing is changed; only guessed codes are counted.

    Raises:
        CouponRefused: with every failing rule.
        NotFound: member.
    """
    rights.require(store, Right.REDEEM)
    try:
        with store.read() as session:
            basket = _basket(session, amount, ())
            person = members.resolve(session, store, member) if member else None
            found = _find(session, store, code)
            priced = _judge(session, store, found, rules.current(session), member=person, sale=None, bill=(), basket=basket)
            return _checked(found, priced.discount if priced else pricing.face_value(found.rule))
    except CouponRefused as refused:
        if scanning.is_guess(refused):
            scanning.log_refused(store, refused, code)
        raise


def record(
    store: Store,
    *,
    amount: Money | None = None,
    lines: Sequence[LineIn] = (),
    member: str | None = None,
    coupons: Sequence[str] = (),
    points_used: int = 0,
    no_points: Money = Money(0),
    request_no: str | None = None,
    dry_run: bool = False,
    closed_by: str = "whole",
) -> BillView:
    """A whole bill in one transaction: priced, coupons taken, points earned, posted. With `dry_run` nothing is kept.

    Raises:
        CouponRefused: a coupon does not apply; nothing was kept.
        NotFound: member, product.
        NotPossible: points_short, points_cap.
        BadInput: amount, amount_or_lines, quantity.
        Conflict: request_conflict.
    """
    rights.require(store, Right.SELL)
    if amount is not None and lines:
        raise BadInput("amount_or_lines")
    asked = _hash(
        "record", amount, [(line.sku, line.quantity, line.unit_price) for line in lines], member, list(coupons), points_used, no_points
    )
    try:
        with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
            if (first := _repeated(session, store, request_no, asked)) is not None:
                return first
            basket = _basket(session, amount, lines)
            sale = _start(session, store, member, basket, request_no, asked)
            for code in coupons:
                _take(session, store, sale, code, basket)
            _finish(session, store, sale, points_used=points_used, no_points=no_points, closed_by=closed_by)
            view = _view(session, store, sale)
            if dry_run:
                raise _Dry(view)
            return view
    except _Dry as dry:
        return dry.view
    except CouponRefused as refused:
        # trying codes without effect is trying codes
        if not dry_run or scanning.is_guess(refused):
            scanning.log_refused(store, refused, refused.coupon)
        raise


class _Dry(Exception):
    def __init__(self, view: BillView) -> None:
        super().__init__()
        self.view = view


def take(store: Store, *, code: str, amount: Money | None = None, member: str | None = None, request_no: str) -> BillView:
    """Take a coupon on the till's open bill (opened now if there is none) and redeem it at once.

    Raises:
        CouponRefused: with every failing rule; nothing was changed.
        NotFound: member.
        Conflict: request_conflict.
    """
    rights.require(store, Right.REDEEM)
    asked = _hash("take", scan_key(code), amount, member)
    try:
        with store.write(Topic.COUPONS) as session:
            if (first := _repeated_take(session, store, request_no, asked)) is not None:
                return first
            basket = _basket(session, amount, ())
            open_sale = _open_at(session, store)
            sale = open_sale or _start(session, store, member, basket, None, None)
            if open_sale and member:
                _join(session, sale, members.resolve(session, store, member))
            if open_sale and basket.gross is not None:
                _reprice(session, store, sale, basket)
            if basket.gross is None:
                basket = _stored_basket(session, sale)
            _take(session, store, sale, code, basket, request_no, asked)
            return _view(session, store, sale)
    except CouponRefused as refused:
        scanning.log_refused(store, refused, code)
        raise


def swap(store: Store, *, code: str, request_no: str) -> BillView:
    """Hand the open bill's coupons back and take this one instead, for the same amount and member: both or neither.

    Raises:
        CouponRefused: with every failing rule; the bill stays as it was.
        NotFound: open_bill.
        Conflict: request_conflict.
    """
    rights.require(store, Right.REDEEM)
    asked = _hash("swap", scan_key(code))
    try:
        with store.write(Topic.COUPONS) as session:
            if (first := _repeated_take(session, store, request_no, asked)) is not None:
                return first
            sale = _need_open(session, store)
            for redeemed in session.execute(_LIVE_USES, {"sale": sale}).all():
                _reverse(session, store, redeemed, "swapped", redeemed.business_date)
            session.execute(update(_SALE).where(_SALE.c.id == sale).values(discount=0, net=_SALE.c.gross))
            _take(session, store, sale, code, _stored_basket(session, sale), request_no, asked)
            return _view(session, store, sale)
    except CouponRefused as refused:
        scanning.log_refused(store, refused, code)
        raise


def set_amount(store: Store, *, amount: Money) -> BillView:
    """Type the amount of the open bill: it is priced anew, and a coupon that no longer qualifies is handed back.

    Raises:
        NotFound: open_bill.
        BadInput: amount.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.COUPONS) as session:
        sale = _need_open(session, store)
        basket = _basket(session, amount, ())
        back = _reprice(session, store, sale, basket)
        return replace(_view(session, store, sale), handed_back=tuple(back))


def join(store: Store, *, member: str) -> BillView:
    """The member joins the open bill that has none.

    Raises:
        NotFound: open_bill, member.
        Conflict: other_member.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES) as session:
        sale = _need_open(session, store)
        person = members.resolve(session, store, member)
        _join(session, sale, person)
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(touched_at=store.clock.now()))
        return _view(session, store, sale)


def close(store: Store, *, by: str = "key") -> BillView:
    """Post the open bill: points are earned on what was paid. Without an amount it is a redemption only.

    Raises:
        NotFound: open_bill.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.POINTS, Topic.COUPONS) as session:
        sale = _need_open(session, store)
        _finish(session, store, sale, points_used=0, no_points=Money(0), closed_by=by)
        return _view(session, store, sale)


def current(store: Store) -> BillView | None:
    """The till's open bill, as after a power cut."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        sale = _open_at(session, store)
        return _view(session, store, sale) if sale else None


def fill_amount(store: Store, *, receipt: str, amount: Money) -> BillView:
    """The amount of a bill that closed without one: posted on its own day, the discount capped at the amount, points earned,
    no rule checked again.

    Raises:
        NotFound: receipt.
        Conflict: amount_known, sale_state.
    """
    rights.require(store, Right.SELL)
    with store.write(Topic.SALES, Topic.POINTS) as session:
        row = _receipt(session, receipt)
        if row.state != SaleState.POSTED:
            raise Conflict("sale_state", where=receipt, state=row.state)
        if row.gross is not None:
            raise Conflict("amount_known", where=receipt)
        basket, left = _basket(session, amount, ()), int(amount)
        session.execute(_NEW_LINES, [{**line, "sale_id": row.id} for line in basket.stored])
        for redeemed in session.execute(
            select(_R.c.id, _R.c.discount).where(_R.c.sale_id == row.id, _R.c.reversed_at.is_(None)).order_by(_R.c.id)
        ).all():
            discount = min(redeemed.discount, left)
            left -= discount
            session.execute(update(_R).where(_R.c.id == redeemed.id).values(discount=discount))
            if discount:
                session.execute(_SHARES, [{"redemption_id": redeemed.id, "line_no": 1, "amount": discount}])
        session.execute(update(_SALE).where(_SALE.c.id == row.id).values(gross=amount, discount=amount - left, net=left))
        if row.member_id is not None:
            points.earn(session, store, rules.current(session), member=row.member_id, sale=row.id, net=left, day=row.business_date)
        audit.log(session, store, "amount_filled", sale=row.id, amount=amount)
        return _view(session, store, row.id)


def undo(store: Store, *, receipt: str = "") -> BillView:
    """F8: drop the open bill; else take back this till's last bill, while it is fresh. Coupons and points come back.
    With `receipt` only that bill is meant, so that a key pressed twice never reaches the customer before.

    Raises:
        NotFound: nothing_to_undo.
        NotAllowed: undo_late, undo_often (a manager may).
    """
    rights.require(store, Right.UNDO)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        sale = _open_at(session, store)
        if sale is None:
            sale = session.scalar(
                select(_SALE.c.id)
                .where(_SALE.c.till_id == store.till, _SALE.c.state != SaleState.DROPPED, _SALE.c.voids_id.is_(None))
                .order_by(_SALE.c.id.desc())
                .limit(1)
            )
            if sale is None or session.scalar(select(_SALE.c.state).where(_SALE.c.id == sale)) != SaleState.POSTED:
                raise NotFound("nothing_to_undo")
        if receipt and session.scalar(select(_SALE.c.receipt_no).where(_SALE.c.id == sale)) != receipt:
            raise NotFound("nothing_to_undo")
        _may_undo(session, store, sale)
        return _take_back(session, store, sale, "undo")


def undo_coupon(store: Store, *, code: str) -> BillView:
    """Take back the bill on which this coupon was last used.

    Raises:
        CouponRefused: not_found, checksum.
        NotFound: nothing_to_undo.
        NotAllowed: undo_late, undo_often.
    """
    rights.require(store, Right.UNDO)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        hit = scanning.resolve(session, code, Kind.COUPON)
        last = select(_R.c.sale_id).where(_R.c.coupon_id == hit.target, _R.c.reversed_at.is_(None)).order_by(_R.c.id.desc()).limit(1)
        sale = session.scalar(last)
        if sale is None:
            raise NotFound("nothing_to_undo", where=code)
        _may_undo(session, store, sale)
        return _take_back(session, store, sale, "undo")


def void(store: Store, *, receipt: str, reason: str = "") -> BillView:
    """The mirror image of a whole sale, on its own business date: coupons, points and figures as if it had not been.

    Raises:
        NotFound: receipt.
        Conflict: sale_state.
        NotPossible: void_too_late.
        NotAllowed: right_missing.
    """
    rights.require(store, Right.UNDO)
    with store.write(Topic.SALES, Topic.COUPONS, Topic.POINTS) as session:
        row = _receipt(session, receipt)
        if row.state != SaleState.POSTED or row.voids_id is not None:
            raise Conflict("sale_state", where=receipt, state=row.state)
        _may_undo(session, store, row.id)
        return _take_back(session, store, row.id, reason or "void")


def show(store: Store, *, receipt: str) -> BillView:
    """One receipt.

    Raises:
        NotFound: receipt.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        return _view(session, store, _receipt(session, receipt).id)


# --- building blocks -------------------------------------------------------------------------------------------------


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _repeated(session: Session, store: Store, request: str | None, asked: str) -> BillView | None:
    if request is None:
        return None
    found = session.execute(_BY_REQUEST, {"request": request}).first()
    if found is None:
        return None
    if found.request_hash != asked:
        raise Conflict("request_conflict", where=request)
    return replace(_view(session, store, found.id), repeated=True)


def _repeated_take(session: Session, store: Store, request: str, asked: str) -> BillView | None:
    found = session.execute(select(_R.c.sale_id, _R.c.request_hash).where(_R.c.request_no == request)).first()
    if found is None:
        return None
    if found.request_hash != asked:
        raise Conflict("request_conflict", where=request)
    return replace(_view(session, store, found.sale_id), repeated=True)


def _basket(session: Session, amount: Money | None, lines: Sequence[LineIn]) -> _Basket:
    """The lines of a bill, as priced and as stored. One open line for a typed amount.

    Raises:
        NotFound: product.
        BadInput: amount, quantity, price_missing.
    """
    if amount is not None:
        if not 0 < amount < MAX_MONEY:
            raise BadInput("amount", where=str(amount))
        row = {"line_no": 1, "product_id": None, "quantity": PIECE, "unit_price": amount, "discount": 0, "amount": amount}
        return _Basket((pricing.Line(amount),), (row,))
    priced, stored = [], []
    for number, line in enumerate(lines, 1):
        product = session.scalar(select(Product).where(Product.sku == line.sku))
        if product is None:
            raise NotFound("product", where=line.sku[:40])
        if not 0 < line.quantity <= 10_000_000:
            raise BadInput("quantity", where=line.sku)
        price = product.price if line.unit_price is None else line.unit_price
        if price is None:
            raise BadInput("price_missing", where=line.sku)
        total = Money(half_up_units(price, line.quantity))
        if total >= MAX_MONEY:
            raise BadInput("amount", where=line.sku)
        priced.append(pricing.Line(total, product.sku, product.category))
        stored.append(
            {"line_no": number, "product_id": product.id, "quantity": line.quantity, "unit_price": price, "discount": 0, "amount": total}
        )
    return _Basket(tuple(priced), tuple(stored))


def half_up_units(price: int, quantity: int) -> int:
    """price x thousandths, rounded half-up to the minor unit once."""
    return half_up(Decimal(price) * quantity / PIECE)


def _stored_basket(session: Session, sale: SaleId) -> _Basket:
    rows = session.execute(
        select(_LINE, Product.sku, Product.category)
        .outerjoin(Product, Product.id == _LINE.c.product_id)
        .where(_LINE.c.sale_id == sale)
        .order_by(_LINE.c.line_no)
    ).all()
    return _Basket(tuple(pricing.Line(row.amount, row.sku, row.category or "") for row in rows), ())


def _start(session: Session, store: Store, member: str | None, basket: _Basket, request: str | None, asked: str | None) -> SaleId:
    require_clock(session, store)
    person = members.resolve(session, store, member) if member else None
    now, receipt, gross = store.clock.now(), new_codes(Kind.RECEIPT, 1)[0], basket.gross
    # a whole bill is never "open": another one may be open at the same till
    state = SaleState.OPEN if asked is None else SaleState.POSTED
    row = {
        "receipt_no": receipt,
        "request_no": request,
        "request_hash": asked,
        "store": store.shop.store,
        "channel": "store",
        "till_id": store.till,
        "staff_id": store.staff,
        "member_id": person,
        "state": state,
        "business_date": store.clock.today(),
        "occurred_at": now,
        "touched_at": now,
        "recorded_at": now,
        "gross": gross,
        "discount": 0,
        "points_paid": 0,
        "net": gross,
        "no_points": 0,
        "trace": "[]",
        "closed_by": "",
        "voids_id": None,
        "import_id": None,
    }
    sale = SaleId(session.execute(_NEW_SALE, row).scalar_one())
    session.execute(_RECEIPT, {"key": receipt, "kind": Kind.RECEIPT, "target_id": sale})
    if basket.stored:
        session.execute(_NEW_LINES, [{**line, "sale_id": sale} for line in basket.stored])
    return sale


def _open_at(session: Session, store: Store) -> SaleId | None:
    return session.scalar(select(_SALE.c.id).where(_SALE.c.till_id == store.till, _SALE.c.state == SaleState.OPEN))


def _join(session: Session, sale: SaleId, person: MemberId) -> None:
    """The bill becomes this member's, its coupons' uses too.

    Raises:
        Conflict: other_member.
    """
    present = session.scalar(_MEMBER_OF, {"sale": sale})
    if present is not None and present != person:
        raise Conflict("other_member")
    if present is None:
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(member_id=person))
        session.execute(
            update(_R).where(_R.c.sale_id == sale, _R.c.member_id.is_(None), _R.c.reversed_at.is_(None)).values(member_id=person)
        )


def _need_open(session: Session, store: Store) -> SaleId:
    sale = _open_at(session, store)
    if sale is None:
        raise NotFound("open_bill")
    return sale


def _on_bill(session: Session, store: Store, sale: SaleId) -> list[tuple[_Found, Any]]:
    live = session.execute(_LIVE_USES, {"sale": sale}).all()
    found = []
    for redeemed in live:
        row = session.execute(_COUPON, {"coupon": redeemed.coupon_id}).one()
        found.append((_Found(row, _rule(session, store, row.version_id)), redeemed))
    return found


def _take(
    session: Session, store: Store, sale: SaleId, code: str, basket: _Basket, request: str | None = None, asked: str | None = None
) -> None:
    """Judge the coupon, then use it: the conditional UPDATE decides, whatever anybody read before."""
    found = _find(session, store, code)
    database.lock_row(session, Offer, found.row.offer_id)
    member = session.scalar(_MEMBER_OF, {"sale": sale})
    if member is not None:
        database.lock_row(session, Member, member)
    bill = _on_bill(session, store, sale)
    priced = _judge(session, store, found, rules.current(session), member=member, sale=sale, bill=[f for f, _ in bill], basket=basket)
    row = found.row
    uses = set(session.scalars(_USES, {"coupon": row.id})) if row.uses_allowed != 1 else set()
    use_no = next(n for n in range(1, len(uses) + 2) if n not in uses)
    last = row.uses_allowed is not None and len(uses) + 1 >= row.uses_allowed
    done = session.execute(_SPEND, {"coupon": row.id, "next": CouponState.REDEEMED if last else CouponState.ISSUED})
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise CouponRefused([Refusal(RefusalCode.ALREADY_REDEEMED)], coupon=row.code, view=_checked(found, None))
    mine = next((t for t in priced.taken if t.key == row.id), None) if priced else None
    discount = mine.discount if mine else pricing.face_value(found.rule)
    now = store.clock.now()
    values = {
        "coupon_id": row.id,
        "use_no": use_no,
        "offer_id": row.offer_id,
        "sale_id": sale,
        "member_id": member or row.member_id,
        "till_id": store.till,
        "staff_id": store.staff,
        "at": now,
        "business_date": store.clock.today(),
        "recorded_at": now,
        "discount": discount,
        "confirmed_scope": int(found.rule.scoped and all(line.sku is None for line in basket.lines)),
        "request_no": request,
        "request_hash": asked,
        "redemption_no": None,
        "receipt_no": "",
        "reverse_reason": "",
        "import_id": None,
    }
    redemption = session.execute(_REDEEM, values).scalar_one()
    if priced is None:
        total = sum(redeemed.discount for _, redeemed in bill) + discount
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(discount=total if basket.gross is None else 0, touched_at=now))
    else:
        ids = {f.row.id: redeemed.id for f, redeemed in bill} | {row.id: redemption}
        _write_prices(session, sale, basket, priced, ids, redemption)
    audit.log(session, store, "coupon_redeemed", coupon=row.id, redemption=redemption, sale=sale, discount=discount)


def _write_prices(session: Session, sale: SaleId, basket: _Basket, priced: pricing.Priced, ids: dict[int, int], fresh: int = 0) -> None:
    trace = []
    for step in priced.taken:
        if ids[step.key] != fresh:
            session.execute(_REPRICE, {"which": ids[step.key], "new": step.discount})
            session.execute(delete(_A).where(_A.c.redemption_id == ids[step.key]))
        shares = [{"redemption_id": ids[step.key], "line_no": n, "amount": share} for n, share in enumerate(step.shares, 1) if share]
        if shares:
            session.execute(_SHARES, shares)
        trace.append({"step": "coupon", "redemption": ids[step.key], "eligible": step.eligible, "discount": step.discount})
    gross = basket.gross or 0
    session.execute(_SET_PRICES, {"which": sale, "g": gross, "d": priced.discount, "n": gross - priced.discount, "t": json.dumps(trace)})


def _reprice(session: Session, store: Store, sale: SaleId, basket: _Basket) -> list[TakenCoupon]:
    """New amount, new prices; what no longer qualifies goes back to its holder. Returns what went back."""
    bill = _on_bill(session, store, sale)
    priced = pricing.price(basket.lines, [pricing.Asked(f.row.id, f.rule) for f, _ in bill])
    session.execute(delete(_LINE).where(_LINE.c.sale_id == sale))
    session.execute(_NEW_LINES, [{**line, "sale_id": sale} for line in basket.stored])
    back = []
    for found, redeemed in bill:
        if found.row.id in priced.refused:
            _reverse(session, store, redeemed, "repriced", redeemed.business_date)
            back.append(
                TakenCoupon(
                    found.row.code,
                    found.row.offer_code,
                    found.row.offer_name,
                    found.rule,
                    redeemed.discount,
                    redeemed.at,
                    found.row.valid_to,
                    True,
                )
            )
    _write_prices(session, sale, basket, priced, {f.row.id: redeemed.id for f, redeemed in bill})
    session.execute(update(_SALE).where(_SALE.c.id == sale).values(touched_at=store.clock.now()))
    audit.log(session, store, "bill_priced", sale=sale, amount=basket.gross, handed_back=len(back))
    return back


def _finish(session: Session, store: Store, sale: SaleId, *, points_used: int, no_points: Money, closed_by: str) -> None:
    row = session.execute(_VIEW_SALE, {"sale": sale}).one()
    shop = rules.current(session)
    net, paid = row.net, 0
    if points_used:
        paid = _pay_with_points(session, store, shop, row, points_used)
        net -= paid
    done = {"sale": sale, "p": paid, "n": net if row.gross is not None else None, "x": no_points, "by": closed_by, "t": store.clock.now()}
    session.execute(_POST, done)
    earned = 0
    if row.member_id is not None and net is not None:
        base = max(0, net - int(no_points) - _excluded(session, sale))
        earned = points.earn(session, store, shop, member=row.member_id, sale=sale, net=base, day=row.business_date)
    audit.log(session, store, "sale_posted", sale=sale, net=net, points=earned, by=closed_by)


def _excluded(session: Session, sale: SaleId) -> int:
    """What was paid, after their share of the coupons, for goods that never earn (tobacco, top-ups)."""
    query = (
        select(_LINE.c.line_no, _LINE.c.amount)
        .join(Product, Product.id == _LINE.c.product_id)
        .where(_LINE.c.sale_id == sale, Product.no_points == 1)
    )
    lines = session.execute(query).all()
    shares: dict[int, int] = {line: share for line, share in session.execute(_VIEW_SHARES, {"sale": sale})} if lines else {}
    return sum(line.amount - shares.get(line.line_no, 0) for line in lines)


def _pay_with_points(session: Session, store: Store, shop: rules.Rules, row: Any, asked: int) -> int:
    """Raises:
    NotPossible: points_member, points_step, points_cap, points_short.
    """
    step, cap = shop.number("points_step"), shop.number("points_cap_percent")
    if row.member_id is None or row.net is None:
        raise NotPossible("points_member")
    if asked < 0 or asked % step:
        raise NotPossible("points_step", step=step)
    paid = shop.points_money(asked, store.shop.digits)
    if paid * 100 > row.net * cap:
        raise NotPossible("points_cap", cap=cap)
    points.burn(session, store, member=row.member_id, points=Points(asked), sale=row.id, day=row.business_date)
    return int(paid)


def _receipt(session: Session, receipt: str) -> Any:
    key = scan_key(receipt)
    query = select(_SALE).where(_SALE.c.receipt_no == (key if own_kind(key) else receipt.strip())).order_by(_SALE.c.id.desc()).limit(1)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("receipt", where=receipt[:40])
    return row


def _may_undo(session: Session, store: Store, sale: SaleId) -> None:
    """Free while the bill is open and until the next bill starts, a few minutes and a few times a day; later a manager's.

    Raises:
        NotAllowed: undo_late, undo_often.
    """
    require_clock(session, store)
    row = session.execute(select(_SALE).where(_SALE.c.id == sale)).one()
    if row.state == SaleState.OPEN and row.till_id == store.till:
        return
    shop = rules.current(session)
    fresh = store.clock.now() - row.touched_at <= shop.number("undo_minutes") * 60_000_000
    if not fresh and row.business_date != store.clock.today():
        raise NotPossible("void_too_late", where=row.receipt_no, day=row.business_date)
    if store.actor is not None and rights.may(store.actor.role, Right.VOID_LATER):
        return
    newer = session.scalar(select(_SALE.c.id).where(_SALE.c.till_id == store.till, _SALE.c.id > sale, _SALE.c.voids_id.is_(None)).limit(1))
    if row.till_id != store.till or newer is not None or not fresh:
        raise NotAllowed("undo_late", minutes=shop.number("undo_minutes"))
    undone = (
        select(func.count())
        .select_from(_SALE)
        .where(_SALE.c.staff_id == store.staff, _SALE.c.voids_id.is_not(None), _SALE.c.business_date == store.clock.today())
    )
    if (session.scalar(undone) or 0) >= shop.number("undo_per_shift"):
        raise NotAllowed("undo_often", most=shop.number("undo_per_shift"))


def _take_back(session: Session, store: Store, sale: SaleId, reason: str) -> BillView:
    row = session.execute(select(_SALE).where(_SALE.c.id == sale)).one()
    if row.state not in (SaleState.OPEN, SaleState.POSTED):
        raise Conflict("sale_state", where=row.receipt_no, state=row.state)
    for redeemed in session.execute(select(_R).where(_R.c.sale_id == sale, _R.c.reversed_at.is_(None))).all():
        _reverse(session, store, redeemed, reason, row.business_date)
    if row.state == SaleState.OPEN:
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(state=SaleState.DROPPED))
    else:
        mirror = _mirror(session, store, row)
        points.reverse_sale(session, store, sale=sale, mirror=mirror, day=row.business_date)
        session.execute(update(_SALE).where(_SALE.c.id == sale).values(state=SaleState.VOIDED))
    audit.log(session, store, "sale_taken_back", sale=sale, reason=reason)
    return _view(session, store, sale)


def _mirror(session: Session, store: Store, row: Any) -> SaleId:
    now, receipt = store.clock.now(), new_codes(Kind.RECEIPT, 1)[0]
    values = {key: value for key, value in row._mapping.items() if key != "id"}
    flipped = {name: None if values[name] is None else -values[name] for name in ("gross", "discount", "points_paid", "net", "no_points")}
    values |= flipped | {"receipt_no": receipt, "request_no": None, "request_hash": None, "state": SaleState.POSTED, "voids_id": row.id}
    values |= {
        "till_id": store.till,
        "staff_id": store.staff,
        "occurred_at": now,
        "touched_at": now,
        "recorded_at": now,
        "closed_by": "void",
    }
    mirror = SaleId(session.execute(_NEW_SALE, values).scalar_one())
    lines = session.execute(select(_LINE).where(_LINE.c.sale_id == row.id)).all()
    if lines:
        negative = [
            dict(line._mapping) | {"sale_id": mirror, "quantity": -line.quantity, "discount": -line.discount, "amount": -line.amount}
            for line in lines
        ]
        session.execute(_NEW_LINES, negative)
    return mirror


def _reverse(session: Session, store: Store, redeemed: Any, reason: str, day: Day) -> None:
    values = {"reversed_at": store.clock.now(), "reversed_on": day, "reversed_by": store.staff, "reverse_reason": reason[:200]}
    done = session.execute(update(_R).where(_R.c.id == redeemed.id, _R.c.reversed_at.is_(None)).values(**values))
    if done.rowcount == 1:  # type: ignore[attr-defined]
        session.execute(_UNSPEND, {"coupon": redeemed.coupon_id})
        audit.log(session, store, "redemption_reversed", redemption=redeemed.id, reason=reason)


def _view(session: Session, store: Store, sale: SaleId) -> BillView:
    row = session.execute(_VIEW_SALE, {"sale": sale}).one()
    coupons = []
    for redeemed in session.execute(_VIEW_USES, {"sale": sale}).all():
        coupon = session.execute(_COUPON, {"coupon": redeemed.coupon_id}).one()
        rule = _rule(session, store, coupon.version_id)
        coupons.append(
            TakenCoupon(
                coupon.code,
                coupon.offer_code,
                coupon.offer_name,
                rule,
                redeemed.discount,
                redeemed.at,
                coupon.valid_to,
                redeemed.reversed_at is not None,
            )
        )
    member = members.view(session, store, row.member_id) if row.member_id is not None else None
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
        tuple(c for c in coupons if not c.reversed or row.state in (SaleState.VOIDED, SaleState.DROPPED)),
        _lines(session, sale),
        member,
        row.staff or "",
        row.till or "",
        closed_by=row.closed_by,
    )


def _lines(session: Session, sale: SaleId) -> tuple[LineView, ...]:
    shares: dict[int, int] = {line: share for line, share in session.execute(_VIEW_SHARES, {"sale": sale})}
    rows = session.execute(_VIEW_LINES, {"sale": sale})
    return tuple(
        LineView(r.line_no, r.sku or "", r.name or "", r.quantity, r.unit_price, r.amount, Money(shares.get(r.line_no, 0))) for r in rows
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


def of_member(store: Store, *, member: str, limit: int = 200) -> list[SaleRow]:
    """A member's receipts, newest first; voided ones say so.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = members.resolve(session, store, member)
        rows = session.execute(
            select(_SALE)
            .where(_SALE.c.member_id == person, _SALE.c.voids_id.is_(None), _SALE.c.state != SaleState.DROPPED)
            .order_by(_SALE.c.id.desc())
            .limit(limit)
        )
        return [SaleRow(r.receipt_no, r.business_date, r.gross, r.discount, r.net, SaleState(r.state)) for r in rows]


def usable(store: Store, *, member: str, amount: Money | None = None) -> list[Checked]:
    """The member's coupons that could be taken now, the most valuable first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REDEEM)
    with store.read() as session:
        person, shop, today = members.resolve(session, store, member), rules.current(session), store.clock.today()
        basket = _basket(session, amount, ())
        mine = select(_C.c.id).where(
            _C.c.member_id == person, _C.c.state == CouponState.ISSUED, _C.c.valid_from <= today, _C.c.valid_to >= today
        )
        found = []
        for coupon in session.scalars(mine.limit(50)).all():
            row = session.execute(_COUPON, {"coupon": coupon}).one()
            one = _Found(row, _rule(session, store, row.version_id))
            if row.batch_state != BatchState.READY or _failing(session, store, one, shop, person, None, ()):
                continue
            discount = pricing.face_value(one.rule) or None
            if basket.gross is not None:
                priced = pricing.price(basket.lines, [pricing.Asked(0, one.rule)])
                discount = None if priced.refused else priced.discount
            found.append(_checked(one, discount))
        return sorted(found, key=lambda c: -(c.discount or 0))
