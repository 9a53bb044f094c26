"""Goods that come back: cash, points and coupons as if they had not been sold, to the last 分,
whatever the slices.

Every amount is a cumulative share of what the line paid: what went back before and what goes back
now add up to the whole exactly.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storecrm.domain.points import EarnRate
from storecrm.domain.shop_rules import ShopRules, Shortfall
from storecrm.domain.tenders import Paid
from storecrm.errors import BadInput, Conflict, NotPossible, PriceChanged
from storecrm.ledger import audit, point_balances, points, redemptions, requests, sales, tenders
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.points import PointEntry
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine, SaleStep, StepShare
from storecrm.services import rights, shop_settings
from storecrm.services.loyalty import referrals
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    coupon_check,
    kept_goods,
    receipts,
    sold_articles,
    stamp_counting,
    voids,
)
from storecrm.values import (
    MAX_MONEY,
    PIECE,
    Code,
    CouponState,
    EntryKind,
    LotId,
    Money,
    Points,
    Quantity,
    SaleId,
    SaleState,
    TenderKind,
    money_text,
    share_out,
)

_SALE: Any = Sale.__table__
_LINE: Any = SaleLine.__table__
_STEP: Any = SaleStep.__table__
_SHARE: Any = StepShare.__table__
_R: Any = Redemption.__table__
_C: Any = Coupon.__table__
_E: Any = PointEntry.__table__


@dataclass(frozen=True)
class ReturnLine:
    """Goods asked back: a line of the receipt and thousandths of its quantity."""

    line_no: int
    quantity: Quantity


@dataclass(frozen=True)
class LineBack:
    """One line that comes back, with the cash for it."""

    line_no: int
    sku: str
    name: str
    quantity: Quantity
    cash: Money


@dataclass(frozen=True)
class GiftDue:
    """Goods that stay with the customer and are not earned any more as cheap as they were (a gift,
    an add-on, a piece of a group): the difference is charged."""

    line_no: int
    name: str
    charge: Money


@dataclass(frozen=True)
class Returned:
    """What a return does (or, as a preview, would do). `cash` is what the customer gets, after
    gifts and missing points, by `way`
    (None when another register took the money)."""

    receipt_no: Code
    original: Code
    cash: Money
    lines: tuple[LineBack, ...]
    points_given_back: Points
    points_taken_back: Points
    points_missing: Points
    shortfall: str
    cash_for_points: Money
    coupons_back: tuple[Code, ...]
    coupons_kept: tuple[Code, ...]
    coupons_void: tuple[Code, ...]
    gifts_due: tuple[GiftDue, ...]
    everything: bool
    repeated: bool = False
    stamps_taken_back: int = 0
    way: TenderKind | None = None


@dataclass
class _OpenLine:
    row: Any
    before: int
    back: int
    coupon: int
    steps: dict[int, int]
    paid: int
    repaid: int = 0
    """What goes back now of charges of earlier returns."""
    charges: tuple[int, int] = (0, 0)
    """What is charged in all for what stays of it, before and after this return."""

    @property
    def whole(self) -> int:
        """Its quantity; a line that has an amount only is one piece."""
        return int(self.row.quantity) or PIECE

    @property
    def cash(self) -> int:
        return self.part(self.paid) + self.repaid

    def part(self, total: int) -> int:
        """The share of `total` that goes back now, so that all slices together are `total`."""
        whole = self.whole
        return int(total * (self.before + self.back) // whole - total * self.before // whole)

    def rest(self, total: int, *, now: bool) -> int:
        """What stays of `total` before (or after) this return."""
        whole = self.whole
        return int(total - total * (self.before + (self.back if now else 0)) // whole)


@dataclass
class _ReturnPlan:
    sale: Any
    lines: list[_OpenLine]
    steps: list[Any]
    gifts: list[GiftDue]
    everything: bool

    @property
    def cash(self) -> int:
        return sum(line.cash for line in self.lines)

    def of_steps(self, *names: str) -> int:
        return sum(
            line.part(line.steps.get(step.id, 0))
            for line in self.lines
            for step in self.steps
            if step.step in names
        )


def preview(store: Store, *, receipt: str, lines: Sequence[ReturnLine] = ()) -> Returned:
    """Everything that the return would do; nothing is changed. Without `lines` all that is left
    goes back.

    Raises:
        NotFound: receipt.
        Conflict: sale_state.
        BadInput: return_line, return_quantity.
        NotPossible: nothing_left.
    """
    rights.require(store, Right.SELL)
    with store.write(keep=False) as session:
        return do(session, store, receipt, lines, None, "")


@repeatable
def return_goods(
    store: Store,
    *,
    receipt: str,
    lines: Sequence[ReturnLine] = (),
    request_no: str | None = None,
    way: TenderKind | None = None,
    expect: Money | None = None,
) -> Returned:
    """Take goods back on any later day: a sale of its own that points to the original lines.
    Loyalty never blocks it: what points are missing is handled by the rule `return_shortfall`. Of a
    sale that was paid here the money goes back by `way`; None is as it came. `expect` is the cash
    that was shown.

    Raises:
        PriceChanged: the cash is another than `expect`; nothing was kept.
        NotFound: receipt.
        Conflict: sale_state, request_conflict.
        BadInput: return_line, return_quantity.
        NotPossible: nothing_left.
    """
    rights.require(store, Right.RETURN)
    with store.write(Topic.SALES, Topic.POINTS, Topic.COUPONS) as session:
        if (
            request_no is not None
            and (first := repeated(session, request_no, asked_for(session, receipt, lines)))
            is not None
        ):
            return first
        done = do(session, store, receipt, lines, request_no, asked_for(session, receipt, lines))
        if expect is not None and done.cash != expect:
            raise PriceChanged(expect, done.cash, digits=store.shop.digits)
        if done.way is not None and way is not None:
            done = replace(done, way=way)
        if done.cash and done.way is not None:
            tenders.write(
                session,
                receipts.row_of(session, done.receipt_no).id,
                [Paid(done.way, Money(-done.cash))],
            )
        return done


@repeatable
def without_receipt(
    store: Store, *, amount: Money, reason: str, request_no: str | None = None
) -> receipts.BillView:
    """Goods back without their receipt: cash only, it touches no points, no coupon, no tier.

    Raises:
        BadInput: amount, reason_missing.
        Conflict: request_conflict.
    """
    rights.require(store, Right.RETURN)
    if not 0 < amount < MAX_MONEY:
        raise BadInput("amount", where=str(amount))
    if not reason.strip():
        raise BadInput("reason_missing")
    with store.write(Topic.SALES) as session:
        require_clock(session, store)
        asked = f"no receipt:{amount}:{reason.strip()}"
        if (first := requests.of_request(session, request_no, asked)) is not None:
            return replace(receipts.view(session, store, first.id), repeated=True)
        sale = sales.new_sale(
            session,
            store,
            state=SaleState.POSTED,
            member=None,
            gross=Money(-amount),
            net=Money(-amount),
            closed_by="no_receipt",
            request_no=request_no,
            request_hash=asked if request_no else None,
        )
        line = {
            "line_no": 1,
            "product_id": None,
            "quantity": -PIECE,
            "unit_price": amount,
            "amount": -amount,
        }
        sales.write_lines(session, sale, [line])
        audit.log(
            session,
            store,
            "returned_without_receipt",
            sale=sale,
            amount=amount,
            reason=reason[:200],
        )
        return receipts.view(session, store, sale)


# --- the road of one return ---


def _asked(sale: int, lines: Sequence[ReturnLine]) -> str:
    return f"return:{sale}:" + ",".join(f"{line.line_no}x{line.quantity}" for line in lines)


def asked_for(session: Session, receipt: str, lines: Sequence[ReturnLine]) -> str:
    """What a request number stands for."""
    return _asked(receipts.row_of(session, receipt).id, lines)


def repeated(session: Session, request: str, asked: str) -> Returned | None:
    """The first answer to a request that was carried out before.

    Raises:
        Conflict: request_conflict (the number was used for something else).
    """
    first = requests.of_request(session, request, asked)
    return None if first is None else _again(session, first)


def do(
    session: Session,
    store: Store,
    receipt: str,
    lines: Sequence[ReturnLine],
    request: str | None,
    asked: str,
) -> Returned:
    """The whole return inside the caller's transaction; `asked` is what its request number stands
    for."""
    require_clock(session, store)
    plan = _plan(session, store, receipt, lines)
    sale, shop = plan.sale, shop_settings.current(session)
    charge = sum(gift.charge for gift in plan.gifts)
    gross = sum(
        line.cash + line.part(line.coupon) + sum(line.part(s) for s in line.steps.values())
        for line in plan.lines
    )
    discount = sum(line.part(line.coupon) for line in plan.lines) + plan.of_steps(
        "line", "tier", "order"
    )
    if charge > plan.cash:
        raise NotPossible(
            "return_owes",
            where=receipt,
            owes=money_text(charge - plan.cash, store.shop.digits),
            gifts=", ".join(gift.name for gift in plan.gifts),
        )
    taken = _loyalty(session, store, shop, plan, plan.cash - charge)
    back_gross, points_paid = charge + taken.cash - gross, -plan.of_steps("points")
    rounding = -plan.of_steps("rounding")
    back = sales.new_sale(
        session,
        store,
        state=SaleState.POSTED,
        member=sale.member_id,
        store=sale.store,
        gross=Money(back_gross),
        net=Money(back_gross + discount - points_paid - rounding),
        discount=-discount,
        points_paid=points_paid,
        rounding=rounding,
        points_times=sale.points_times,
        returns_id=sale.id,
        closed_by=sales.ALL_RETURNED if plan.everything else "returned",
        request_no=request,
        request_hash=asked if request else None,
    )
    _write_lines(session, back, plan, taken.cash)
    _write_steps(session, back, plan)
    restored = _move_points(session, store, shop, plan, back, taken)
    referrals.after_return(session, store, shop, sale.id, back)
    reinstated, kept, void = _coupons(session, store, shop, plan)
    whole = [
        stamp_counting.ReturnedQuantity(
            coupon_check.line_of(line.row, Quantity(line.whole)),
            line.before,
            line.before + line.back,
            line.row.line_no,
        )
        for line in plan.lines
        if line.paid > 0
    ]
    stamps_gone, broken = stamp_counting.take_back(session, store, sale.id, SaleId(back), whole)
    audit.log(
        session,
        store,
        "goods_returned",
        sale=sale.id,
        back=back,
        cash=plan.cash - charge - taken.cash,
        everything=plan.everything,
    )
    done = Returned(
        session.execute(select(_SALE.c.receipt_no).where(_SALE.c.id == back)).scalar_one(),
        sale.receipt_no,
        Money(plan.cash - charge - taken.cash),
        tuple(
            LineBack(
                line.row.line_no,
                line.row.sku or "",
                line.row.name or "",
                Quantity(line.back),
                Money(line.cash),
            )
            for line in plan.lines
            if line.back
        ),
        Points(restored),
        Points(taken.points),
        Points(taken.missing),
        taken.policy,
        Money(taken.cash),
        tuple(code for code in reinstated if code not in broken),
        tuple(kept),
        tuple(void + broken),
        tuple(plan.gifts),
        plan.everything,
        stamps_taken_back=stamps_gone,
        way=tenders.way_back(session, sale.id),
    )
    trace = json.dumps([{name: getattr(done, name) for name in _TOLD}], separators=(",", ":"))
    session.execute(update(_SALE).where(_SALE.c.id == back).values(trace=trace))
    return done


_TOLD = (
    "points_given_back",
    "points_taken_back",
    "points_missing",
    "shortfall",
    "coupons_back",
    "coupons_kept",
    "coupons_void",
    "stamps_taken_back",
)
"""What a return answers and no row says: kept with it, so that a repeated request is answered as
the first was."""


def _again(session: Session, first: Any) -> Returned:
    """The answer to a request that was carried out before, from what is stored."""
    view = session.execute(select(_SALE).where(_SALE.c.receipt_no == first.receipt_no)).one()
    original = session.execute(
        select(_SALE.c.receipt_no).where(_SALE.c.id == first.returns_id)
    ).scalar_one()
    rows = session.execute(
        select(_LINE, Product.sku, Product.name)
        .outerjoin(Product, Product.id == _LINE.c.product_id)
        .where(_LINE.c.sale_id == view.id)
        .order_by(_LINE.c.line_no)
    ).all()
    paid = {line: paid for line, (paid, _) in receipts.paid_lines(session, view.id).items()}
    came = [row for row in rows if row.quantity]
    lines = tuple(
        LineBack(
            r.returns_line,
            r.sku or "",
            r.name or "",
            Quantity(-r.quantity),
            Money(-paid[r.line_no]),
        )
        for r in came
    )
    kept = [row for row in rows if not row.quantity]
    gifts = tuple(
        GiftDue(r.returns_line, r.name or r.sku or "", r.amount)
        for r in kept
        if r.returns_line is not None
    )
    for_points = sum(row.amount for row in kept if row.returns_line is None)
    told = (json.loads(view.trace) or [{}])[0]
    moved: dict[str, int] = dict(
        session.execute(
            select(_E.c.kind, func.sum(_E.c.points))
            .where(_E.c.sale_id == view.id)
            .group_by(_E.c.kind)
        ).all()
    )
    given, taken = int(moved.get(EntryKind.RESTORE, 0)), -int(moved.get(EntryKind.CLAW_BACK, 0))
    return Returned(
        view.receipt_no,
        original,
        Money(-view.net),
        lines,
        Points(told.get("points_given_back", given)),
        Points(told.get("points_taken_back", taken)),
        Points(told.get("points_missing", 0)),
        told.get("shortfall", ""),
        Money(for_points),
        tuple(told.get("coupons_back", ())),
        tuple(told.get("coupons_kept", ())),
        tuple(told.get("coupons_void", ())),
        gifts,
        view.closed_by == sales.ALL_RETURNED,
        True,
        stamps_taken_back=told.get("stamps_taken_back", 0),
        way=next((paid.kind for paid in tenders.of(session, view.id)), None),
    )


def _plan(session: Session, store: Store, receipt: str, asked: Sequence[ReturnLine]) -> _ReturnPlan:
    sale = receipts.locked(session, receipts.row_of(session, receipt))
    receipts.require_posted(sale)
    if sale.returns_id is not None or sale.gross is None:
        raise Conflict("not_a_sale", where=receipt)
    if sale.member_id is not None:
        database.lock_row(session, Member, sale.member_id)
    rows = session.execute(
        select(_LINE, Product.sku, Product.name, *sold_articles.FACTS)
        .select_from(sold_articles.LINES)
        .where(_LINE.c.sale_id == sale.id)
        .order_by(_LINE.c.line_no)
    ).all()
    earlier: dict[int, int] = dict(
        session.execute(
            select(_LINE.c.returns_line, func.sum(-_LINE.c.quantity))
            .join(_SALE, _SALE.c.id == _LINE.c.sale_id)
            .where(_SALE.c.returns_id == sale.id, _LINE.c.returns_line.is_not(None))
            .group_by(_LINE.c.returns_line)
        ).all()
    )
    coupon = {row.line_no: row.share for row in receipts.VIEW_SHARES.rows(session, sale=sale.id)}
    steps = session.execute(
        select(_STEP).where(_STEP.c.sale_id == sale.id).order_by(_STEP.c.id)
    ).all()
    shares: dict[int, dict[int, int]] = {}
    for step, line, amount in session.execute(
        select(_SHARE.c.step_id, _SHARE.c.line_no, _SHARE.c.amount)
        .join(_STEP, _STEP.c.id == _SHARE.c.step_id)
        .where(_STEP.c.sale_id == sale.id)
    ):
        shares.setdefault(line, {})[step] = amount
    lines = []
    for row in rows:
        mine, before = shares.get(row.line_no, {}), int(earlier.get(row.line_no, 0))
        paid = row.amount - coupon.get(row.line_no, 0) - sum(mine.values())
        lines.append(_OpenLine(row, before, 0, coupon.get(row.line_no, 0), mine, paid))
    _ask(lines, asked, receipt)
    everything = all(
        line.before + line.back == line.whole for line in lines if line.row.quantity >= 0
    )
    plan = _ReturnPlan(sale, lines, list(steps), [], everything)
    _charge(session, plan, kept_goods.read(session, store, sale, rows, steps, shares))
    return plan


def _charge(session: Session, plan: _ReturnPlan, bill: kept_goods.SoldBill) -> None:
    """Charge what the goods that stay do not earn any more, less what was charged by earlier
    returns; or pay that back."""
    if not any(bill.grouped):
        return
    before = bill.charges([line.whole - line.before for line in plan.lines])
    after = bill.charges([line.whole - line.before - line.back for line in plan.lines])
    for line, charges in zip(plan.lines, zip(before, after, strict=True), strict=True):
        line.charges = charges
    more = sum(after) - _charged(session, plan)
    if more > 0:
        risen = [max(0, now - then) for then, now in zip(before, after, strict=True)]
        parts = share_out(more, risen if any(risen) else after)
        for line, part in zip(plan.lines, parts, strict=True):
            if part:
                plan.gifts.append(
                    GiftDue(line.row.line_no, line.row.name or line.row.sku or "", Money(part))
                )
    elif more < 0:
        fallen = [
            max(0, line.charges[0] - line.charges[1]) if line.back else 0 for line in plan.lines
        ]
        parts = share_out(-more, fallen if any(fallen) else [line.back for line in plan.lines])
        for line, part in zip(plan.lines, parts, strict=True):
            line.repaid = part


def _charged(session: Session, plan: _ReturnPlan) -> int:
    """What earlier returns kept of what their goods had paid, and have not paid back since."""
    back = session.execute(
        select(_SALE.c.id, _SALE.c.net).where(_SALE.c.returns_id == plan.sale.id)
    ).all()
    if not back:
        return 0
    for_points = select(func.coalesce(func.sum(_LINE.c.amount), 0)).where(
        _LINE.c.sale_id.in_([row.id for row in back]), _LINE.c.returns_line.is_(None)
    )
    came = sum(line.paid - line.rest(line.paid, now=False) for line in plan.lines)
    return int(came + sum(row.net for row in back) - (session.scalar(for_points) or 0))


def _ask(lines: list[_OpenLine], asked: Sequence[ReturnLine], receipt: str) -> None:
    """Put what is asked back on its lines; nothing asked means all that is left.

    Raises:
        BadInput: return_line, return_quantity.
        NotPossible: nothing_left.
    """
    known = {line.row.line_no: line for line in lines if line.row.quantity >= 0}
    for back in asked:
        line = known.get(back.line_no)
        if line is None:
            raise BadInput("return_line", where=str(back.line_no))
        if back.quantity <= 0 or line.before + line.back + back.quantity > line.whole:
            left = line.whole - line.before - line.back
            raise BadInput("return_quantity", where=str(back.line_no), left=f"{left / 1000:g}")
        line.back += back.quantity
    if not asked:
        for line in known.values():
            line.back = line.whole - line.before
    if not any(line.back for line in lines):
        raise NotPossible("nothing_left", where=receipt)


def _write_lines(session: Session, back: SaleId, plan: _ReturnPlan, points_cash: int) -> None:
    rows = [_line_back(line) for line in plan.lines if line.back]
    products = {line.row.line_no: line.row.product_id for line in plan.lines}
    rows += [_charge_line(gift.charge, products[gift.line_no], gift.line_no) for gift in plan.gifts]
    if points_cash:
        rows.append(_charge_line(points_cash, None, None))
    sales.write_lines(session, back, [{**row, "line_no": n} for n, row in enumerate(rows, 1)])


def _line_back(line: _OpenLine) -> dict[str, Any]:
    """Goods that come back, with what coupons and steps had taken off them."""
    coupon, steps = line.part(line.coupon), sum(line.part(s) for s in line.steps.values())
    return {
        "product_id": line.row.product_id,
        "quantity": -line.back,
        "unit_price": line.row.unit_price,
        "amount": -(line.cash + coupon + steps),
        "returns_line": line.row.line_no,
        "coupon_back": -coupon,
    }


def _charge_line(charge: int, product: int | None, of_line: int | None) -> dict[str, Any]:
    """What is kept of the cash: for goods that stay, or for points that are missing."""
    return {
        "product_id": product,
        "quantity": 0,
        "unit_price": None,
        "amount": charge,
        "returns_line": of_line,
    }


def _write_steps(session: Session, back: SaleId, plan: _ReturnPlan) -> None:
    """What each step gave goes back with the goods: negative steps, on the return's own day.
    Coupons' shares hang on their redemption."""
    numbers = {
        line.row.line_no: n for n, line in enumerate((line for line in plan.lines if line.back), 1)
    }
    for step in plan.steps:
        parts = {line.row.line_no: line.part(line.steps.get(step.id, 0)) for line in plan.lines}
        total = sum(parts.values())
        if not total:
            continue
        sales.write_step(
            session,
            back,
            step.step,
            -total,
            offer=step.offer_id,
            version=step.version_id,
            shares={numbers[n]: -part for n, part in parts.items() if part},
        )


# --- points and coupons ---


@dataclass
class _Taken:
    """Points to take back, from where, and what is missing."""

    points: int
    missing: int
    policy: str
    cash: int
    from_lots: list[tuple[LotId, int]]
    own: LotId | None


def _loyalty(
    session: Session, store: Store, shop: ShopRules, plan: _ReturnPlan, cash_left: int
) -> _Taken:
    """How many of the earned points go, and what happens when they are not there any more."""
    sale = plan.sale
    nothing = _Taken(0, 0, "", 0, [], None)
    earned = session.execute(
        select(_E.c.lot_id, _E.c.points).where(_E.c.sale_id == sale.id, _E.c.kind == EntryKind.EARN)
    ).first()
    if earned is None or sale.member_id is None:
        return nothing
    want = _claw(shop, plan, int(earned.points))
    clawed = _moved(session, sale.id, EntryKind.CLAW_BACK)
    want = max(0, min(want, int(earned.points) + clawed))
    # what ended unused is taken where it ended: nobody owes it
    points.take_up(session, store, [earned.lot_id])
    policy = shop.return_shortfall
    found = point_balances.reachable(
        session,
        sale.member_id,
        store.clock.today(),
        own=earned.lot_id,
        pending_only=policy is Shortfall.PENDING,
    )
    taken: list[tuple[LotId, int]] = []
    left = want
    for lot, have in found:
        part = min(left, have)
        if part:
            taken.append((lot, part))
        left -= part
    if policy is Shortfall.DEBT and left:
        taken.append((earned.lot_id, left))
        return _Taken(want, left, policy, 0, taken, earned.lot_id)
    cash = int(shop.points_money(left)) if policy is Shortfall.CASH else 0
    return _Taken(
        want - left, left, policy if left else "", min(cash, cash_left), taken, earned.lot_id
    )


def _claw(shop: ShopRules, plan: _ReturnPlan, earned: int) -> int:
    """earn(what was paid before this return) - earn(what stays paid after it): slices add up to
    what was earned, at the rate of the sale."""
    every, earning = list(plan.lines), [line for line in plan.lines if not line.row.no_points]
    sale = plan.sale
    rate = EarnRate(sale.earn_points, sale.earn_per) if sale.earn_per else shop.earn_rate
    # a sale from before its facts were kept may have earned on goods that earn nothing any more
    lines = next(
        (
            some
            for some in (earning, every)
            if rate.earn(_whole(plan, some), sale.points_times) == earned
        ),
        None,
    )
    if lines is not None:
        now, then = (
            int(rate.earn(_stays(plan, lines, after=after), sale.points_times))
            for after in (True, False)
        )
        return then - now
    lines = earning if _whole(plan, earning) else every
    whole = _whole(plan, lines)
    if not whole:
        return 0
    return (
        earned * _stays(plan, lines, after=False) // whole
        - earned * _stays(plan, lines, after=True) // whole
    )


def _whole(plan: _ReturnPlan, lines: Sequence[_OpenLine]) -> Money:
    """What earned when it was sold."""
    return Money(max(0, sum(line.paid for line in lines) - plan.sale.no_points))


def _stays(plan: _ReturnPlan, lines: Sequence[_OpenLine], *, after: bool) -> Money:
    """What is paid for the lines before or after this return, with what is charged for them."""
    paid = sum(line.rest(line.paid, now=after) + line.charges[after] for line in lines)
    return Money(max(0, paid - plan.sale.no_points))


def _moved(session: Session, sale: SaleId, kind: EntryKind) -> int:
    """Points of one kind moved by the earlier returns of a sale."""
    query = (
        select(func.sum(_E.c.points))
        .join(_SALE, _SALE.c.id == _E.c.sale_id)
        .where(_SALE.c.returns_id == sale, _E.c.kind == kind)
    )
    return int(session.scalar(query) or 0)


def _move_points(
    session: Session, store: Store, shop: ShopRules, plan: _ReturnPlan, back: SaleId, taken: _Taken
) -> int:
    """Write the points down; returns how many were given back."""
    sale, today = plan.sale, store.clock.today()
    if sale.member_id is None:
        return 0
    for lot, count in taken.from_lots:
        member = sale.member_id
        points.claw_back(session, store, lot=lot, member=member, count=count, day=today, sale=back)
    burnt = points.burnt_by(session, sale.id)
    used, money = -sum(row.points for row in burnt), sale.points_paid
    if not used or not money:
        return 0
    earlier = -(
        session.scalar(
            select(func.sum(_SALE.c.points_paid)).where(
                _SALE.c.returns_id == sale.id, _SALE.c.id != back
            )
        )
        or 0
    )
    now = plan.of_steps("points")
    give = used * (earlier + now) // money - used * earlier // money
    skip = used * earlier // money
    left = give
    for row in burnt:
        have = -row.points - min(skip, -row.points)
        skip -= min(skip, -row.points)
        part = min(left, have)
        if part:
            points.give_back(session, store, shop, lot=row.lot_id, count=part, sale=back)
        left -= part
    return int(give)


def _coupons(
    session: Session, store: Store, shop: ShopRules, plan: _ReturnPlan
) -> tuple[list[Code], list[Code], list[Code]]:
    """(reinstated, kept, voided): with everything that came back no use counts any more; coupons
    that are valid can be used again, one that has ended stays as it is. What the sale issued goes
    if unused."""
    back: list[Code] = []
    kept: list[Code] = []
    void: list[Code] = []
    today = store.clock.today()
    uses = session.execute(
        select(_R, _C.c.code, _C.c.valid_to)
        .join(_C, _C.c.id == _R.c.coupon_id)
        .where(_R.c.sale_id == plan.sale.id, _R.c.reversed_at.is_(None), _R.c.import_id.is_(None))
    ).all()
    for use in uses:
        if not plan.everything:
            kept.append(use.code)
            continue
        redemptions.restore(session, store, shop, use, "returned", today)
        if not store.clock.day().lasts(use.valid_to):
            kept.append(use.code)
        else:
            gone = (
                session.scalar(select(_C.c.state).where(_C.c.id == use.coupon_id))
                == CouponState.VOIDED
            )
            (void if gone else back).append(use.code)
    return (
        back,
        kept,
        void
        + (voids.void_given(session, store, plan.sale.id, "returned") if plan.everything else []),
    )
