"""Goods that come back: cash, points and coupons as if they had not been sold, to the last 分,
whatever the slices.

    shown = returns.preview(store, receipt="R17", lines=[ReturnLine(2, Quantity(1000))])
    done = returns.return_goods(store, receipt="R17", expect=shown.cash)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.domain.tenders import Paid
from storecrm.errors import BadInput, NotPossible, PriceChanged
from storecrm.ledger import audit, redemptions, requests, sales, tenders
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights, shop_settings
from storecrm.services.loyalty import referrals
from storecrm.services.offers import priced_lines
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.services.till import (
    receipt_numbers,
    receipts,
    return_answers,
    return_plan,
    return_points,
    return_rows,
    stamp_counting,
    voids,
)
from storecrm.services.till.return_plan import ReturnPlan
from storecrm.services.till.returned_goods import LineBack, Returned, ReturnLine
from storecrm.services.till.stamp_counting import ReturnedQuantity
from storecrm.values import (
    MAX_MONEY,
    PIECE,
    Code,
    CouponState,
    Money,
    Points,
    Quantity,
    SaleId,
    SaleState,
    TenderKind,
    money_text,
)

_COUPON = tables.coupon.c
_USE = tables.redemption.c
_SALE = tables.sale.c
_THE_SALE = _SALE.id == bindparam("sale")
_RECEIPT_NO = Hot(select(_SALE.receipt_no).where(_THE_SALE))
_COUPON_USED = _COUPON.id == bindparam("coupon")
_COUPON_STATE = Hot(select(_COUPON.state).where(_COUPON_USED))
_THE_COUPON = _COUPON.id == _USE.coupon_id
_OF_SALE = _USE.sale_id == bindparam("sale")
_STANDS = _USE.reversed_at.is_(None)
# uses that an import brought are the old system's to give back
_OURS = _USE.import_id.is_(None)
_WITH_COUPON = select(tables.redemption, *_COUPON["code", "valid_to"])
_OF_COUPONS = _WITH_COUPON.join(tables.coupon, _THE_COUPON)
_USES = Hot(_OF_COUPONS.where(_OF_SALE, _STANDS, _OURS))


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
        asked = asked_for(session, receipt, lines)
        if request_no is not None:
            first = return_answers.repeated(session, request_no, asked)
            if first is not None:
                return first
        done = do(session, store, receipt, lines, request_no, asked)
        if expect is not None and done.cash != expect:
            raise PriceChanged(expect, done.cash, digits=store.shop.digits)
        # another register took the money of a sale that has no way
        if done.way is None:
            return done
        chosen = way or done.way
        if done.cash:
            back = receipt_numbers.row_of(session, done.receipt_no)
            out = Paid(chosen, Money(-done.cash))
            tenders.write(session, back.id, [out])
        return replace(done, way=chosen)


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
        first = requests.of_request(session, request_no, asked)
        if first is not None:
            return replace(receipts.view(session, store, first.id), repeated=True)
        back = Money(-amount)
        sale = sales.new_sale(
            session,
            store,
            state=SaleState.POSTED,
            member=None,
            gross=back,
            net=back,
            closed_by="no_receipt",
            request_no=request_no,
            request_hash=asked if request_no else None,
        )
        line = {
            "line_no": 1,
            "product_id": None,
            "quantity": -PIECE,
            "unit_price": amount,
            "amount": back,
        }
        sales.write_lines(session, sale, [line])
        said = {"sale": sale, "amount": amount, "reason": reason[:200]}
        # it touches nobody's points, coupons or tier
        audit.log(session, store, "returned_without_receipt", **said)
        return receipts.view(session, store, sale)


def asked_for(session: Session, receipt: str, lines: Sequence[ReturnLine]) -> str:
    """What a request number stands for."""
    sale = receipt_numbers.row_of(session, receipt).id
    pieces = [f"{line.line_no}x{line.quantity}" for line in lines]
    goods = ",".join(pieces)
    return f"return:{sale}:{goods}"


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
    plan = return_plan.of(session, store, receipt, lines)
    _require_covered(store, plan, receipt)
    shop = shop_settings.current(session)
    sale = plan.sale.id
    taken = return_points.taken(session, store, shop, plan)
    back = _new_sale(session, store, plan, taken.cash, request, asked)
    return_rows.write(session, back, plan, taken.cash)
    # points, coupons and stamps follow the goods; each looks at what the sale left of its own
    restored = return_points.move(session, store, shop, plan, back, taken.from_lots)
    referrals.after_return(session, store, shop, sale, back)
    coupons = _restore_coupons(session, store, shop, plan)
    stamps, broken = _take_stamps(session, store, plan, back)
    cash = Money(plan.cash - plan.charge - taken.cash)
    everything = plan.everything
    facts = {"sale": sale, "back": back, "cash": cash, "everything": everything}
    audit.log(session, store, "goods_returned", **facts)
    lines_back = tuple(_line_back(line) for line in plan.coming)
    # the coupon of a card that this return broke is void, wherever it was used
    usable = tuple(code for code in coupons.back if code not in broken)
    number = _RECEIPT_NO.scalar(session, sale=back)
    done = Returned(
        receipt_no=number,
        original=plan.sale.receipt_no,
        cash=cash,
        lines=lines_back,
        points_given_back=restored,
        points_taken_back=Points(taken.points),
        points_missing=Points(taken.missing),
        shortfall=taken.policy,
        cash_for_points=Money(taken.cash),
        coupons_back=usable,
        coupons_kept=tuple(coupons.kept),
        coupons_void=(*coupons.void, *broken),
        gifts_due=tuple(plan.gifts),
        everything=everything,
        stamps_taken_back=stamps,
        way=tenders.way_back(session, sale),
    )
    return_answers.keep(session, back, done)
    return done


def _require_covered(store: Store, plan: ReturnPlan, receipt: str) -> None:
    """Refuse a return whose goods are worth less than what is charged for those that stay.

    Raises:
        NotPossible: return_owes (facts: owes, gifts).
    """
    missing = plan.charge - plan.cash
    if missing > 0:
        owes = money_text(missing, store.shop.digits)
        names = [gift.name for gift in plan.gifts]
        gifts = ", ".join(names)
        raise NotPossible("return_owes", where=receipt, owes=owes, gifts=gifts)


def _new_sale(
    session: Session,
    store: Store,
    plan: ReturnPlan,
    points_cash: int,
    request: str | None,
    asked: str,
) -> SaleId:
    """The return as a sale of its own, whose sums are below nothing."""
    sale = plan.sale
    by_coupons = plan.of_coupons
    discount = by_coupons + plan.of_steps("line", "tier", "order")
    points_paid = plan.of_steps("points")
    rounding = plan.of_steps("rounding")
    came = sum(line.gross for line in plan.lines)
    # what is kept of the cash stands as lines of its own, above nothing
    gross = plan.charge + points_cash - came
    net = gross + discount + points_paid + rounding
    closed_by = sales.ALL_RETURNED if plan.everything else "returned"
    request_hash = asked if request else None
    return sales.new_sale(
        session,
        store,
        state=SaleState.POSTED,
        member=sale.member_id,
        store=sale.store,
        gross=Money(gross),
        net=Money(net),
        discount=-discount,
        points_paid=-points_paid,
        rounding=-rounding,
        points_times=sale.points_times,
        returns_id=sale.id,
        closed_by=closed_by,
        request_no=request,
        request_hash=request_hash,
    )


def _line_back(line: return_plan.OpenLine) -> LineBack:
    sku = line.row.sku or ""
    name = line.row.name or ""
    cash = Money(line.cash)
    quantity = Quantity(line.back)
    return LineBack(line_no=line.number, sku=sku, name=name, quantity=quantity, cash=cash)


def _take_stamps(
    session: Session, store: Store, plan: ReturnPlan, back: SaleId
) -> tuple[int, list[Code]]:
    """The stamps of the goods go with them: how many, and the coupons of cards that this breaks."""
    returned = []
    for line in plan.lines:
        # nothing was given for goods that cost nothing
        if line.paid > 0:
            quantity = Quantity(line.whole)
            whole = priced_lines.line_of(line.row, quantity)
            before = line.before
            after = before + line.back
            came = ReturnedQuantity(whole, before, after, line.number)
            returned.append(came)
    return stamp_counting.take_back(session, store, plan.sale.id, back, returned)


@dataclass
class _CouponsBack:
    """What became of the coupons of a sale: usable again, left as they are, void."""

    back: list[Code] = field(default_factory=list)
    kept: list[Code] = field(default_factory=list)
    void: list[Code] = field(default_factory=list)


def _restore_coupons(
    session: Session, store: Store, shop: ShopRules, plan: ReturnPlan
) -> _CouponsBack:
    """With everything that came back no use counts any more; coupons that are valid can be used
    again, one that has ended stays as it is. What the sale issued goes if unused."""
    coupons = _CouponsBack()
    today = store.clock.today()
    day = store.clock.day()
    uses = _USES.rows(session, sale=plan.sale.id)
    # goods that stay with the customer have used the coupons up
    if not plan.everything:
        coupons.kept += [use.code for use in uses]
        return coupons
    for use in uses:
        redemptions.restore(session, store, shop, use, "returned", today)
        if not day.lasts(use.valid_to):
            coupons.kept.append(use.code)
        elif _COUPON_STATE.scalar(session, coupon=use.coupon_id) == CouponState.VOIDED:
            coupons.void.append(use.code)
        else:
            coupons.back.append(use.code)
    given = voids.void_given(session, store, plan.sale.id, "returned")
    coupons.void += given
    return coupons
