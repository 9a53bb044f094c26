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
_THE_ARTICLE = tables.product.c.id == _LINE.product_id
_LINES = Hot(
    select(tables.sale_line, *tables.product.c["sku", "name"])
    .outerjoin(tables.product, _THE_ARTICLE)
    .where(_LINE.sale_id == bindparam("sale"))
    .order_by(_LINE.line_no)
)
_MOVED = Hot(
    select(_ENTRY.kind, func.sum(_ENTRY.points).label("points"))
    .where(_ENTRY.sale_id == bindparam("sale"))
    .group_by(_ENTRY.kind)
)


def keep(session: Session, back: SaleId, done: Returned) -> None:
    """Write down with the return what no row of it says."""
    told = {name: getattr(done, name) for name in _TOLD}
    trace = json.dumps([told], separators=(",", ":"))
    session.execute(update(tables.sale).where(_SALE.id == back).values(trace=trace))


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
    ways = [paid.kind for paid in tenders.of(session, back.id)]
    return Returned(
        receipt_no=back.receipt_no,
        original=_RECEIPT_NO.scalar(session, sale=first.returns_id),
        cash=Money(-back.net),
        lines=goods.lines,
        points_given_back=Points(told["points_given_back"]),
        points_taken_back=Points(told["points_taken_back"]),
        points_missing=Points(told.get("points_missing", 0)),
        shortfall=told.get("shortfall", ""),
        cash_for_points=goods.for_points,
        coupons_back=tuple(told.get("coupons_back", ())),
        coupons_kept=tuple(told.get("coupons_kept", ())),
        coupons_void=tuple(told.get("coupons_void", ())),
        gifts_due=goods.gifts,
        everything=back.closed_by == sales.ALL_RETURNED,
        repeated=True,
        stamps_taken_back=told.get("stamps_taken_back", 0),
        way=ways[0] if ways else None,
    )


def _told(session: Session, back: Any) -> Mapping[str, Any]:
    """What the return kept of its answer; the points of one from before are read from the
    ledger."""
    moved = {row.kind: int(row.points) for row in _MOVED.rows(session, sale=back.id)}
    of_ledger = {
        "points_given_back": moved.get(EntryKind.RESTORE, 0),
        "points_taken_back": -moved.get(EntryKind.CLAW_BACK, 0),
    }
    trace: list[dict[str, Any]] = json.loads(back.trace)
    return of_ledger | trace[0] if trace else of_ledger


@dataclass(frozen=True)
class _Goods:
    """The lines of a return, apart: goods, charges for goods that stay, cash for points."""

    lines: tuple[LineBack, ...]
    gifts: tuple[GiftDue, ...]
    for_points: Money


def _goods_and_charges(session: Session, back: SaleId) -> _Goods:
    paid = paid_lines.of_sale(session, back)
    lines, gifts, for_points = list[LineBack](), list[GiftDue](), 0
    for row in _LINES.rows(session, sale=back):
        if row.quantity:
            cash, _ = paid[row.line_no]
            line = LineBack(
                line_no=row.returns_line,
                sku=row.sku or "",
                name=row.name or "",
                quantity=Quantity(-row.quantity),
                cash=Money(-cash),
            )
            lines.append(line)
        elif row.returns_line is not None:
            gifts.append(GiftDue(row.returns_line, row.name or row.sku or "", row.amount))
        else:
            for_points += row.amount
    return _Goods(tuple(lines), tuple(gifts), Money(for_points))
