"""Goods for other goods: what comes back pays for what goes, in one act, and only the difference is
paid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain.tenders import Paid, Tender
from storecrm.errors import BadInput, PriceChanged
from storecrm.ledger import audit, points, tenders
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.members import registry, verification
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.services.till import (
    bill_lines,
    bill_opening,
    bill_prices,
    posting,
    receipt_numbers,
    receipts,
    return_answers,
    return_points,
    returns,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import Returned, ReturnLine
from storecrm.values import MemberId, Money, SaleId, TenderKind

_OF_RETURN = tables.sale_tender.c.sale_id == bindparam("sale")
_PAIR = tables.sale_tender.c.pair_id
_SOLD_WITH = Hot(select(_PAIR).where(_OF_RETURN, _PAIR.is_not(None)))


@dataclass(frozen=True)
class Exchanged:
    """An exchange (or its preview): what came back, what was sold, and the difference: above zero
    the customer pays it, below zero it goes back."""

    back: Returned
    sale: receipts.BillView
    difference: Money


@dataclass(frozen=True)
class _Exchange:
    """What is asked for: goods back, goods taken, how the difference is paid, and the request
    number with what it stands for."""

    receipt: str
    lines: Sequence[ReturnLine]
    taken: Sequence[LineIn]
    asked: str = ""
    request: str | None = None
    paid: Sequence[Tender] = ()
    way: TenderKind | None = None
    expect: Money | None = None


def preview(
    store: Store, *, receipt: str, lines: Sequence[ReturnLine], taken: Sequence[LineIn]
) -> Exchanged:
    """What an exchange would do; nothing is changed.

    Raises:
        As `exchange`.
    """
    rights.require(store, Right.SELL)
    with store.write(keep=False) as session:
        return _do(session, store, _Exchange(receipt, lines, taken))


@repeatable
def exchange(
    store: Store,
    *,
    receipt: str,
    lines: Sequence[ReturnLine],
    taken: Sequence[LineIn],
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
        asked = _asked(session, receipt, lines, taken)
        if request_no is not None:
            first = _repeated(session, store, request_no, asked)
            if first is not None:
                return first
        exchange = _Exchange(
            receipt=receipt,
            lines=lines,
            taken=taken,
            asked=asked,
            request=request_no,
            paid=paid,
            way=way,
            expect=expect,
        )
        return _do(session, store, exchange)


def _asked(
    session: Session, receipt: str, lines: Sequence[ReturnLine], taken: Sequence[LineIn]
) -> str:
    """What the request number of an exchange stands for: what comes back and what goes."""
    goods = ",".join(f"{line.sku}x{line.quantity}@{line.unit_price}" for line in taken)
    return f"exchange:{goods}:{returns.asked_for(session, receipt, lines)}"


def _do(session: Session, store: Store, asked: _Exchange) -> Exchanged:
    """The whole exchange inside the caller's transaction.

    Raises:
        BadInput: exchange_nothing.
    """
    if not asked.taken:
        raise BadInput("exchange_nothing")
    back = returns.do(session, store, asked.receipt, asked.lines, asked.request, asked.asked)
    returned = receipt_numbers.row_of(session, back.receipt_no)
    # the goods an erased member takes instead are nobody's
    original = receipts.VIEW_SALE.one(session, sale=returned.returns_id)
    member = original.member_id
    sale = _sell(session, store, registry.live(session, member), asked.taken)
    due = receipts.VIEW_SALE.one(session, sale=sale).net
    difference = Money(due - back.cash)
    # nobody pays a difference that was not shown
    if asked.expect is not None and difference != asked.expect:
        raise PriceChanged(asked.expect, difference, digits=store.shop.digits)
    # what came back pays for what goes, as far as it goes
    covered = Money(min(back.cash, due))
    way = asked.way or back.way or TenderKind.CASH
    ways = _ways(covered, Money(due - covered), way, asked.paid)
    # nothing of the member's is used here
    closing = Closing(verification.NOT_SHOWN, paid=ways, by="exchanged")
    posting.finish(session, store, sale, closing, priced=True)
    _earn_nothing_anew(session, store, back, member, sale, SaleId(returned.id))
    _write_tenders(session, SaleId(returned.id), sale, back.cash, covered, way)
    facts = {"back": returned.id, "sale": sale, "difference": difference}
    audit.log(session, store, "goods_exchanged", **facts)
    return Exchanged(back, receipts.view(session, store, sale), difference)


def _sell(
    session: Session, store: Store, member: MemberId | None, taken: Sequence[LineIn]
) -> SaleId:
    """The goods that go, as a sale that is priced."""
    basket = bill_lines.basket_of(session, None, taken)
    sale = bill_opening.start(session, store, member, basket, None, "exchange")
    bill_prices.settle(session, store, sale, basket)
    return sale


def _ways(covered: Money, rest: Money, way: TenderKind, paid: Sequence[Tender]) -> list[Tender]:
    """What pays the new sale: the goods that came back, then what was told, else exactly the
    rest."""
    ways = [Tender(TenderKind.EXCHANGE, covered)] if covered else []
    if paid:
        return [*ways, *paid]
    return [*ways, Tender(way, rest)] if rest > 0 else ways


def _write_tenders(
    session: Session, returned: SaleId, sale: SaleId, cash: Money, covered: Money, way: TenderKind
) -> None:
    """How the return was paid out: by the new sale, and what is left over the counter."""
    by_goods = Paid(TenderKind.EXCHANGE, Money(-covered))
    tenders.write(session, returned, [by_goods], sale)
    rest = Money(cash - covered)
    if rest:
        tenders.write(session, returned, [Paid(way, Money(-rest))])


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
    let_go = back.points_missing and back.shortfall in ("forgive", "pending")
    if member is None or not let_go:
        return
    earned = return_points.EARNED.first(session, sale=sale)
    if earned is None:
        return
    # never more than the new goods have earned
    count = min(int(earned.points), int(back.points_missing))
    lot = earned.lot_id
    day = store.clock.today()
    points.claw_back(session, store, lot=lot, member=member, count=count, day=day, sale=returned)


def _repeated(session: Session, store: Store, request: str, asked: str) -> Exchanged | None:
    back = return_answers.repeated(session, request, asked)
    if back is None:
        return None
    returned = receipt_numbers.row_of(session, back.receipt_no)
    sold = _SOLD_WITH.scalar(session, sale=returned.id)
    sale = replace(receipts.view(session, store, SaleId(int(sold or 0))), repeated=True)
    return Exchanged(back, sale, Money((sale.net or 0) - back.cash))
