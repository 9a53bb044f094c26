"""Sales: every sale, line and step of a price is written here, at the till or by an import.

What a row of a sale or of a line needs is said once (SALE, LINE), for the till's prepared
statements and for the thousands of rows of an import alike: a new column can be forgotten in none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from storecrm.ledger import tenders
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import (
    WHOLE,
    Kind,
    MemberId,
    Money,
    OfferId,
    SaleId,
    SaleState,
    VersionId,
    new_codes,
)

SALE = RowShape(
    tables.sale,
    request_no=None,
    request_hash=None,
    channel="store",
    discount=0,
    points_paid=0,
    no_points=0,
    trace="[]",
    closed_by="",
    voids_id=None,
    import_id=None,
    rounding=0,
    points_times=WHOLE,
    returns_id=None,
    filled_at=None,
    filled_by=None,
    filled_till=None,
    filled_cut=0,
    price_kept=0,
    earn_points=None,
    earn_per=None,
    attached_at=None,
    attached_by=None,
)
LINE = RowShape(tables.sale_line, discount=0, returns_line=None, coupon_back=0, facts_id=None)
_NEW_SALE = Hot(insert(tables.sale).returning(tables.sale.c.id))
_NEW_LINE = Hot(insert(tables.sale_line))
_NEW_STEP = Hot(insert(tables.sale_step).returning(tables.sale_step.c.id))
_NEW_SHARE = Hot(insert(tables.step_share))
# a receipt can be scanned like a coupon or a card
_NEW_RECEIPT = Hot(insert(tables.scannable))

_LINE_OF_SALE = tables.sale_line.c.sale_id == bindparam("sale")
_IN_ORDER = select(tables.sale_line).order_by(tables.sale_line.c.line_no)
_LINES = Hot(_IN_ORDER.where(_LINE_OF_SALE))
_NO_LINES = Hot(delete(tables.sale_line).where(_LINE_OF_SALE))

_STEP_OF_SALE = tables.sale_step.c.sale_id == bindparam("sale")
_STEPS = Hot(select(tables.sale_step.c.id).where(_STEP_OF_SALE))
_THIS_STEP = tables.sale_step.c.id == bindparam("step")
_NO_STEP = Hot(delete(tables.sale_step).where(_THIS_STEP))
_SHARE_OF_STEP = tables.step_share.c.step_id == bindparam("step")
_NO_SHARES = Hot(delete(tables.step_share).where(_SHARE_OF_STEP))

ALL_RETURNED = "all_returned"
"""How the return that completes a full return says so: only it frees the uses of limited offers."""
_FLIPPED = ("gross", "discount", "points_paid", "rounding", "net", "no_points", "price_kept")
"""Sums of a sale that its mirror image bears with the other sign."""
_OF_LATER = ("attached_at", "attached_by", "filled_at", "filled_by", "filled_till")
"""What was done to a sale after it was posted, which its mirror image was not."""


def new_sale(
    session: Session,
    acting: Acting,
    *,
    state: SaleState,
    member: MemberId | None,
    gross: Money | None,
    net: Money | None,
    store: str = "",
    **more: Any,
) -> SaleId:
    """A sale of now, at this till, with a receipt number that can be scanned; `store` is this one
    unless said otherwise, `more` are further columns (see SALE)."""
    [receipt] = new_codes(Kind.RECEIPT, 1)
    said = {
        **more,
        "store": store or acting.shop.store,
        "member_id": member,
        "state": state,
        "business_date": acting.clock.today(),
        "gross": gross,
        "net": net,
    }
    sale = _write(session, acting, receipt, said)
    _NEW_RECEIPT.run(session, key=receipt, kind=Kind.RECEIPT, target_id=sale)
    return sale


def _write(session: Session, acting: Acting, receipt: str, said: Mapping[str, Any]) -> SaleId:
    now = acting.clock.now()
    # nobody else says who wrote a sale, where and when
    here = {
        "receipt_no": receipt,
        "till_id": acting.till,
        "staff_id": acting.staff,
        "occurred_at": now,
        "touched_at": now,
        "recorded_at": now,
    }
    return SaleId(_NEW_SALE.scalar(session, **SALE.row({**said, **here})))


def mirror(session: Session, acting: Acting, row: Any) -> SaleId:
    """The mirror image of a posted sale (its stored row) on its own business date, with every line
    and tender: both together are as if nothing had been sold."""
    said = {name: value for name, value in row._mapping.items() if name != "id"}
    for name in _FLIPPED:
        # a bill without an amount has none to flip
        if said[name] is not None:
            said[name] = -said[name]
    # a mirror image was never looked at later, and is asked for by no number
    said |= dict.fromkeys(_OF_LATER)
    said |= {"request_no": None, "request_hash": None, "filled_cut": 0}
    said |= {"state": SaleState.POSTED, "voids_id": row.id, "closed_by": "void"}
    [receipt] = new_codes(Kind.RECEIPT, 1)
    image = _write(session, acting, receipt, said)
    lines = _LINES.rows(session, sale=row.id)
    write_lines(session, image, map(_opposite, lines))
    tenders.mirror(session, row.id, image)
    return image


def _opposite(line: Any) -> dict[str, Any]:
    row: dict[str, Any] = line._asdict()
    for name in ("quantity", "discount", "amount"):
        row[name] = -row[name]
    return row


def write_lines(session: Session, sale: SaleId, lines: Iterable[Mapping[str, Any]]) -> None:
    """Lines of a sale; what each must say is LINE."""
    for line in lines:
        row = LINE.row({**line, "sale_id": sale})
        _NEW_LINE.run(session, **row)


def replace_lines(session: Session, sale: SaleId, lines: Iterable[Mapping[str, Any]]) -> None:
    """These lines instead of those that an open bill has."""
    _NO_LINES.run(session, sale=sale)
    write_lines(session, sale, lines)


def write_step(
    session: Session,
    sale: SaleId,
    step: str,
    amount: int,
    *,
    offer: OfferId | None = None,
    version: VersionId | None = None,
    shares: Mapping[int, int] | None = None,
) -> None:
    """A step of a sale's price that is no coupon, with what each line (by its number) bears of
    it."""
    # a line that bears nothing has no row
    made = _NEW_STEP.scalar(
        session, sale_id=sale, step=step, offer_id=offer, version_id=version, amount=amount
    )
    for line, share in (shares or {}).items():
        if share:
            _NEW_SHARE.run(session, step_id=made, line_no=line, amount=share)


def drop_steps(session: Session, sale: SaleId) -> None:
    """No step stands any more: the bill is priced anew."""
    # a step goes after its shares, which refer to it
    for old in _STEPS.rows(session, sale=sale):
        _NO_SHARES.run(session, step=old.id)
        _NO_STEP.run(session, step=old.id)


def write_many(
    session: Session,
    sales: Mapping[str, Sequence[Any]],
    lines: Mapping[str, Sequence[Any]],
    **same: Any,
) -> None:
    """Sales that an import brings with their lines, column by column (see SALE, LINE); `same` are
    columns with one value for all sales."""
    SALE.insert_many(session, sales, **same)
    write_many_lines(session, lines)


def write_many_lines(session: Session, lines: Mapping[str, Sequence[Any]]) -> None:
    """Further lines of sales that are here."""
    LINE.insert_many(session, lines)
