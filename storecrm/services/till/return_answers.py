"""What a return answered, read again from what is stored: a repeated request is answered as the
first was.

What no row says is kept with the return as its trace.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import requests, sales, tenders
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.till import paid_lines, receipt_numbers
from storecrm.services.till.returned_goods import GiftDue, LineBack, Returned
from storecrm.values import EntryKind, Money, Points, Quantity, SaleId

_ENTRY = tables.point_entry.c
_SALE = tables.sale.c
_LINE = tables.sale_line.c
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
"""What a return answers and no row says."""
_THE_SALE = _SALE.id == bindparam("sale")
_RECEIPT_NO = Hot(select(_SALE.receipt_no).where(_THE_SALE))
_ARTICLE = tables.product.c
_ITS_ARTICLE = _ARTICLE.id == _LINE.product_id
_GOODS = select(tables.sale_line, *_ARTICLE["sku", "name"])
_WITH_ARTICLES = _GOODS.outerjoin(tables.product, _ITS_ARTICLE)
_OF_SALE = _LINE.sale_id == bindparam("sale")
_LINES = Hot(_WITH_ARTICLES.where(_OF_SALE).order_by(_LINE.line_no))
_POINTS = func.sum(_ENTRY.points).label("points")
_OF_RETURN = _ENTRY.sale_id == bindparam("sale")
_BY_KIND = select(_ENTRY.kind, _POINTS).where(_OF_RETURN)
_MOVED = Hot(_BY_KIND.group_by(_ENTRY.kind))
_CHANGED = update(tables.sale).where(_THE_SALE)
_KEEP = Hot(_CHANGED.values(trace=bindparam("t")))


def keep(session: Session, back: SaleId, done: Returned) -> None:
    """Write down with the return what no row of it says."""
    told = {name: getattr(done, name) for name in _TOLD}
    trace = json.dumps([told], separators=(",", ":"))
    _KEEP.run(session, sale=back, t=trace)


def repeated(session: Session, request: str, asked: str) -> Returned | None:
    """The first answer to a request that was carried out before.

    Raises:
        Conflict: request_conflict (the number was used for something else).
    """
    first = requests.of_request(session, request, asked)
    return None if first is None else _again(session, first)


def _again(session: Session, first: Any) -> Returned:
    back = receipt_numbers.row_of_sale(session, first.id)
    told = _told(session, back)
    goods = _goods_and_charges(session, back.id)
    original = _RECEIPT_NO.scalar(session, sale=first.returns_id)
    everything = back.closed_by == sales.ALL_RETURNED
    # money that went back by a way of ours
    paid = tenders.of(session, back.id)
    way = paid[0].kind if paid else None
    cash = Money(-back.net)
    back_again = tuple(told["coupons_back"])
    kept = tuple(told["coupons_kept"])
    void = tuple(told["coupons_void"])
    points_back = Points(told["points_given_back"])
    points_taken = Points(told["points_taken_back"])
    points_missing = Points(told["points_missing"])
    return Returned(
        receipt_no=back.receipt_no,
        original=original,
        cash=cash,
        lines=goods.lines,
        points_given_back=points_back,
        points_taken_back=points_taken,
        points_missing=points_missing,
        shortfall=told["shortfall"],
        cash_for_points=goods.for_points,
        coupons_back=back_again,
        coupons_kept=kept,
        coupons_void=void,
        gifts_due=goods.gifts,
        everything=everything,
        repeated=True,
        stamps_taken_back=told["stamps_taken_back"],
        way=way,
    )


_UNTOLD: Mapping[str, Any] = {
    "points_missing": 0,
    "shortfall": "",
    "coupons_back": (),
    "coupons_kept": (),
    "coupons_void": (),
    "stamps_taken_back": 0,
}
"""What a return from before says that kept nothing of its answer."""


def _told(session: Session, back: Any) -> Mapping[str, Any]:
    """What the return kept of its answer; the points of one from before are read from the
    ledger."""
    rows = _MOVED.rows(session, sale=back.id)
    moved = {row.kind: int(row.points) for row in rows}
    given = moved.get(EntryKind.RESTORE, 0)
    taken = -moved.get(EntryKind.CLAW_BACK, 0)
    points = {"points_given_back": given, "points_taken_back": taken}
    # what was kept is the truth; the ledger knows it only in sum
    trace = json.loads(back.trace)
    kept: dict[str, Any] = trace[0] if trace else {}
    return {**_UNTOLD, **points, **kept}


@dataclass(frozen=True)
class _Goods:
    """The lines of a return, apart: goods, charges for goods that stay, cash for points."""

    lines: tuple[LineBack, ...]
    gifts: tuple[GiftDue, ...]
    for_points: Money


def _goods_and_charges(session: Session, back: SaleId) -> _Goods:
    paid = paid_lines.of_sale(session, back)
    lines: list[LineBack] = []
    gifts: list[GiftDue] = []
    for_points = 0
    for row in _LINES.rows(session, sale=back):
        sku = row.sku or ""
        name = row.name or ""
        number = row.returns_line
        if row.quantity:
            cash = Money(-paid[row.line_no][0])
            quantity = Quantity(-row.quantity)
            came = LineBack(line_no=number, sku=sku, name=name, quantity=quantity, cash=cash)
            lines.append(came)
        elif number is not None:
            gift = GiftDue(number, name or sku, row.amount)
            gifts.append(gift)
        else:
            # a charge that belongs to no goods
            for_points += row.amount
    return _Goods(tuple(lines), tuple(gifts), Money(for_points))
