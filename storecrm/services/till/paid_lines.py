"""What was paid of each line of a sale, after every step of its price.

A line's share of coupons hangs on their redemptions, that of promotions, points and rounding on the
sale's steps; both are taken off its amount here.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
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
_ARTICLES = tables.product.c["sku", "name"]
_SOLD = select(tables.sale_line, *_ARTICLES, sold_articles.NO_POINTS)
_OF_SALE = _LINE.sale_id == bindparam("sale")
_OF_ONE = _SOLD.select_from(sold_articles.LINES).where(_OF_SALE)
LINES = Hot(_OF_ONE.order_by(_LINE.line_no))
"""The lines of a sale, each with its article and whether that earns points."""

_COUPON_SHARE = func.sum(_ALLOCATION.amount)
_THE_USE = _USE.id == _ALLOCATION.redemption_id
_BY_LINE = select(_ALLOCATION.line_no, _COUPON_SHARE.label("share"))
_BY_USES = _BY_LINE.join(tables.redemption, _THE_USE)
_USED_ON = _USE.sale_id == bindparam("sale")
COUPON_SHARES = Hot(_BY_USES.where(_USED_ON).group_by(_ALLOCATION.line_no))
"""What coupons took from each line. One that was handed back while the bill was open left no
shares; one that came back with a void or a return keeps them, so that the receipt shows what it
was."""

_STEP_SHARE = func.sum(_SHARE.amount)
_THE_STEP = _STEP.id == _SHARE.step_id
_OF_STEPS = select(_SHARE.line_no, _STEP_SHARE.label("share"))
_BY_STEP = _OF_STEPS.join(tables.sale_step, _THE_STEP)
_STEP_OF = _STEP.sale_id == bindparam("sale")
_STEP_SHARES = Hot(_BY_STEP.where(_STEP_OF).group_by(_SHARE.line_no))

# the same of many sales at once
_SALE = _LINE.sale_id
_PAID = func.sum(_LINE.amount - _LINE.coupon_back)
# an article without a word about points earns them
_EARNS = func.coalesce(sold_articles.NO_POINTS, 0) == 0
_USE_OF_LINE = _USE.sale_id == _SALE
_SHARE_OF_USE = and_(_THE_USE, _ALLOCATION.line_no == _LINE.line_no)
_WITH_USES = sold_articles.LINES.join(tables.redemption, _USE_OF_LINE)
_WITH_COUPONS = _WITH_USES.join(tables.allocation, _SHARE_OF_USE)
_STEP_OF_LINE = _STEP.sale_id == _SALE
_SHARE_OF_STEP = and_(_THE_STEP, _SHARE.line_no == _LINE.line_no)
_WITH_STEP = sold_articles.LINES.join(tables.sale_step, _STEP_OF_LINE)
_WITH_STEPS = _WITH_STEP.join(tables.step_share, _SHARE_OF_STEP)
_BY_COUPONS = select(_SALE, _COUPON_SHARE).select_from(_WITH_COUPONS)
_BY_STEPS = select(_SALE, _STEP_SHARE).select_from(_WITH_STEPS)
_BY_LINES = select(_SALE, _PAID).select_from(sold_articles.LINES)


def of_sale(session: Session, sale: SaleId) -> dict[int, tuple[int, bool]]:
    """What was paid of each line after every step, and whether its goods earn points."""
    rows = LINES.rows(session, sale=sale)
    taken = shares(session, sale, rows)
    paid = {}
    for row in rows:
        amount = row.amount - taken.get(row.line_no, 0)
        paid[row.line_no] = (amount, not row.no_points)
    return paid


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
    found: dict[int, int] = {}
    for sale, paid in session.execute(_earning(_BY_LINES, theirs)):
        found[sale] = int(paid)
    for taken in (_BY_COUPONS, _BY_STEPS):
        for sale, off in session.execute(_earning(taken, theirs)):
            found[sale] -= int(off)
    return found


def _earning(sums: Select[Any], theirs: ColumnElement[bool]) -> Select[Any]:
    """Sums by sale, of goods that earn."""
    return sums.where(theirs, _EARNS).group_by(_SALE)
