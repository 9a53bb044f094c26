"""What was paid of each line of a sale, after every step of its price.

A line's share of coupons hangs on their redemptions, that of promotions, points and rounding on the
sale's steps; both are taken off its amount here.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.services.till import sold_articles
from storecrm.values import SaleId

_ALLOCATION = tables.allocation.c
_USE = tables.redemption.c
_LINE = tables.sale_line.c
_STEP = tables.sale_step.c
_SHARE = tables.step_share.c
LINES = Hot(
    select(tables.sale_line, *tables.product.c["sku", "name"], sold_articles.NO_POINTS)
    .select_from(sold_articles.LINES)
    .where(_LINE.sale_id == bindparam("sale"))
    .order_by(_LINE.line_no)
)
"""The lines of a sale, each with its article and whether that earns points."""

_THE_USE = _USE.id == _ALLOCATION.redemption_id
COUPON_SHARES = Hot(
    select(_ALLOCATION.line_no, func.sum(_ALLOCATION.amount).label("share"))
    .join(tables.redemption, _THE_USE)
    .where(_USE.sale_id == bindparam("sale"))
    .group_by(_ALLOCATION.line_no)
)
"""What coupons took from each line. One that was handed back while the bill was open left no
shares; one that came back with a void or a return keeps them, so that the receipt shows what it
was."""

_THE_STEP = _STEP.id == _SHARE.step_id
_STEP_SHARES = Hot(
    select(_SHARE.line_no, func.sum(_SHARE.amount).label("share"))
    .join(tables.sale_step, _THE_STEP)
    .where(_STEP.sale_id == bindparam("sale"))
    .group_by(_SHARE.line_no)
)

# the same of many sales at once
_SALE = _LINE.sale_id
_PAID = func.sum(_LINE.amount - _LINE.coupon_back)
_EARNS = func.coalesce(sold_articles.NO_POINTS, 0) == 0
_USE_OF_LINE = _USE.sale_id == _SALE
_SHARE_OF_USE = and_(_THE_USE, _ALLOCATION.line_no == _LINE.line_no)
_BY_COUPONS = sold_articles.LINES.join(tables.redemption, _USE_OF_LINE).join(
    tables.allocation, _SHARE_OF_USE
)
_STEP_OF_LINE = _STEP.sale_id == _SALE
_SHARE_OF_STEP = and_(_THE_STEP, _SHARE.line_no == _LINE.line_no)
_BY_STEPS = sold_articles.LINES.join(tables.sale_step, _STEP_OF_LINE).join(
    tables.step_share, _SHARE_OF_STEP
)


def of_sale(session: Session, sale: SaleId) -> dict[int, tuple[int, bool]]:
    """What was paid of each line after every step, and whether its goods earn points."""
    rows = LINES.rows(session, sale=sale)
    taken = shares(session, sale, rows)
    return {
        row.line_no: (row.amount - taken.get(row.line_no, 0), not row.no_points) for row in rows
    }


def shares(session: Session, sale: SaleId, rows: Sequence[Any]) -> dict[int, int]:
    """What was taken off each line (of the given rows) by coupons, promotions, points and
    rounding."""
    taken: dict[int, int] = {row.line_no: row.coupon_back for row in rows}
    for line, share in COUPON_SHARES.rows(session, sale=sale):
        taken[line] = taken.get(line, 0) + share
    for line, share in _STEP_SHARES.rows(session, sale=sale):
        taken[line] = taken.get(line, 0) + share
    return taken


def earning(session: Session, sales: Collection[int]) -> dict[int, int]:
    """What was paid for goods that earn, of many sales at once: `of_sale` added up."""
    theirs = database.among(session, _SALE, sales)
    lines = select(_SALE, _PAID).select_from(sold_articles.LINES).where(theirs, _EARNS)
    found: dict[int, int] = {}
    for sale, paid in session.execute(lines.group_by(_SALE)):
        found[sale] = int(paid)
    by_coupons = select(_SALE, func.sum(_ALLOCATION.amount)).select_from(_BY_COUPONS)
    by_steps = select(_SALE, func.sum(_SHARE.amount)).select_from(_BY_STEPS)
    for taken in (by_coupons, by_steps):
        grouped = taken.where(theirs, _EARNS).group_by(_SALE)
        for sale, off in session.execute(grouped):
            found[sale] -= int(off)
    return found
