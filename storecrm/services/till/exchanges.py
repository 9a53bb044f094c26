"""Goods for other goods: what comes back pays for what goes, in one act, and only the difference is
paid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain.tenders import Paid, Tender
from storecrm.errors import BadInput, PriceChanged
from storecrm.ledger import audit, points, tenders
from storecrm.models.points import PointEntry
from storecrm.models.sale import SaleTender
from storecrm.services import rights
from storecrm.services.members import registry, verification
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.services.till import bill_prices, coupon_check, open_bill, receipts, returns
from storecrm.services.till.returns import Returned, ReturnLine
from storecrm.values import EntryKind, MemberId, Money, SaleId, TenderKind

_E: Any = PointEntry.__table__
_T: Any = SaleTender.__table__


@dataclass(frozen=True)
class Exchanged:
    """An exchange (or its preview): what came back, what was sold, and the difference: above zero
    the customer pays it, below zero it goes back."""

    back: Returned
    sale: receipts.BillView
    difference: Money


def preview(
    store: Store, *, receipt: str, lines: Sequence[ReturnLine], taken: Sequence[coupon_check.LineIn]
) -> Exchanged:
    """What an exchange would do; nothing is changed.

    Raises:
        As `exchange`.
    """
    rights.require(store, Right.SELL)
    with store.write(keep=False) as session:
        return _do(session, store, receipt, lines, taken, (), None, None)


@repeatable
def exchange(
    store: Store,
    *,
    receipt: str,
    lines: Sequence[ReturnLine],
    taken: Sequence[coupon_check.LineIn],
    paid: Sequence[Tender] = (),
    request_no: str | None = None,
    way: TenderKind | None = None,
    expect: Money | None = None,
) -> Exchanged:
    """Take goods of a receipt back and sell others in the same transaction. The cash of the return
    pays for the new receipt, as far as it goes, and the difference goes over the counter by `way`
    (None: as the money came), unless `paid` says how it is paid; points, coupons and promotions of
    both follow their own rules. `expect` is the difference that was shown.

    Raises:
        PriceChanged: the difference is another than `expect`; nothing was kept.
        NotFound: receipt, product.
        Conflict: sale_state, not_a_sale, request_conflict.
        BadInput: return_line, return_quantity, quantity, exchange_nothing, tender.
        NotPossible: nothing_left, return_owes, tender_short, tender_over.
    """
    rights.require(store, Right.RETURN)
    with store.write(Topic.SALES, Topic.POINTS, Topic.COUPONS) as session:
        if (
            request_no is not None
            and (
                first := _repeated(
                    session, store, request_no, _asked(session, receipt, lines, taken)
                )
            )
            is not None
        ):
            return first
        return _do(session, store, receipt, lines, taken, paid, request_no, way, expect)


def _asked(
    session: Session,
    receipt: str,
    lines: Sequence[ReturnLine],
    taken: Sequence[coupon_check.LineIn],
) -> str:
    """What the request number of an exchange stands for: what comes back and what goes."""
    goods = ",".join(f"{line.sku}x{line.quantity}@{line.unit_price}" for line in taken)
    return f"exchange:{goods}:{returns.asked_for(session, receipt, lines)}"


def _do(
    session: Session,
    store: Store,
    receipt: str,
    lines: Sequence[ReturnLine],
    taken: Sequence[coupon_check.LineIn],
    paid: Sequence[Tender],
    request: str | None,
    way: TenderKind | None,
    expect: Money | None = None,
) -> Exchanged:
    if not taken:
        raise BadInput("exchange_nothing")
    back = returns.do(
        session, store, receipt, lines, request, _asked(session, receipt, lines, taken)
    )
    over_counter = way or back.way or TenderKind.CASH
    returned = receipts.row_of(session, back.receipt_no)
    original = receipts.VIEW_SALE.one(session, sale=returned.returns_id)
    basket = coupon_check.basket_of(session, None, taken)
    # the goods an erased member takes instead are nobody's
    sale = open_bill.start(
        session, store, registry.live(session, original.member_id), basket, None, "exchange"
    )
    bill_prices.settle(session, store, sale, basket)
    due = receipts.VIEW_SALE.one(session, sale=sale).net
    if expect is not None and due - int(back.cash) != expect:
        raise PriceChanged(expect, Money(due - int(back.cash)), digits=store.shop.digits)
    covered = min(int(back.cash), int(due))
    ways = [Tender(TenderKind.EXCHANGE, Money(covered))] if covered else []
    # nothing of the member's is used here
    ending = open_bill.ClosedBill(
        verification.NOT_SHOWN, paid=(*ways, *_ways(paid, due - covered, over_counter))
    )
    open_bill.finish(session, store, sale, ending, "exchanged", priced=True)
    _earn_nothing_anew(session, store, back, original.member_id, sale, SaleId(returned.id))
    rest = int(back.cash) - covered
    tenders.write(session, SaleId(returned.id), [Paid(TenderKind.EXCHANGE, Money(-covered))], sale)
    if rest:
        tenders.write(session, SaleId(returned.id), [Paid(over_counter, Money(-rest))])
    audit.log(
        session,
        store,
        "goods_exchanged",
        back=returned.id,
        sale=sale,
        difference=due - int(back.cash),
    )
    return Exchanged(back, receipts.view(session, store, sale), Money(due - int(back.cash)))


def _earn_nothing_anew(
    session: Session,
    store: Store,
    back: Returned,
    member: MemberId | None,
    sale: SaleId,
    returned: SaleId,
) -> None:
    """Points that were missing at the return and let go are not earned a second time with the goods
    taken instead."""
    if member is None or back.shortfall not in ("forgive", "pending") or not back.points_missing:
        return
    earned = session.execute(
        select(_E.c.lot_id, _E.c.points).where(_E.c.sale_id == sale, _E.c.kind == EntryKind.EARN)
    ).first()
    if earned is not None:
        count, day = min(int(earned.points), int(back.points_missing)), store.clock.today()
        lot = earned.lot_id
        points.claw_back(
            session, store, lot=lot, member=member, count=count, day=day, sale=returned
        )


def _ways(paid: Sequence[Tender], due: int, way: TenderKind) -> tuple[Tender, ...]:
    """What pays the difference: as told, else exactly."""
    return tuple(paid) or ((Tender(way, Money(due)),) if due > 0 else ())


def _repeated(session: Session, store: Store, request: str, asked: str) -> Exchanged | None:
    back = returns.repeated(session, request, asked)
    if back is None:
        return None
    returned = receipts.row_of(session, back.receipt_no)
    pair = session.scalar(
        select(_T.c.pair_id).where(_T.c.sale_id == returned.id, _T.c.pair_id.is_not(None))
    )
    sale = replace(receipts.view(session, store, SaleId(int(pair or 0))), repeated=True)
    return Exchanged(back, sale, Money((sale.net or 0) - back.cash))
