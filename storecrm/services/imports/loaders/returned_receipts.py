"""Receipts of goods that came back name the one they were sold on."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models.sale import Sale, SaleLine
from storecrm.services.imports.loaders.base import Parsed
from storecrm.services.imports.loaders.listed_receipts import (
    FreshReceipt,
    ReceiptKey,
    Receipts,
    back_of,
    original_of,
)

_CLOSED_BY = {word: closed for closed, word in row_references.RETURNS.items()}
"""What a sale says of its end, by how its goods came back."""
WITHOUT = "no_receipt"


def link(session: Session, receipts: Receipts, fresh: Iterable[tuple[int, FreshReceipt]]) -> None:
    """Let each of the fresh sales name what it returns; goods whose receipt is not here came back
    without one."""
    for sale, (key, lines, _) in fresh:
        # a receipt comes back as a whole or not at all: its first line tells
        back = back_of(lines[0])
        if back is None:
            continue
        original = _sale_of(receipts, original_of(lines) or key)
        this = update(Sale).where(Sale.id == sale)
        if original in (None, sale):
            session.execute(this.values(closed_by=WITHOUT))
            continue
        how = _CLOSED_BY[back[0]]
        session.execute(this.values(closed_by=how, returns_id=original))
        _link_lines(session, sale, lines)


def _sale_of(receipts: Receipts, key: ReceiptKey) -> int | None:
    place = receipts.place(key)
    return None if place is None else receipts.sales[place]


def _link_lines(session: Session, sale: int, lines: list[Parsed]) -> None:
    """Let each line name the one that it returns, where the list says which."""
    for n, line in enumerate(lines, 1):
        back = back_of(line)
        of_line = back[3] if back else None
        if of_line:
            mine = (SaleLine.sale_id == sale, SaleLine.line_no == n)
            this = update(SaleLine).where(*mine)
            session.execute(this.values(returns_line=of_line))
